"""Plain generators: paths of a filter from the first step on; exact fractional Gaussian noise."""

import math

import numpy as np
import pytest
from scipy import stats

from anticorr.errors import InputError
from anticorr.noise import ar1, exponential_sum, fractional, fractional_gaussian_noise, ma1, white
from anticorr.noise.reference import filtered, fractional_gaussian_autocovariance

PATHS = 20_000


def pair_scores(xi, exact, starts, lags):
    """(mean of xi(t) xi(t+n) over paths - exact) in standard errors; variance (1 + r_n^2) / paths."""
    for t in starts:
        for n in lags:
            error = math.sqrt((1 + exact[n] ** 2) / xi.shape[1])
            yield ((xi[t] * xi[t + n]).mean() - exact[n]) / error


@pytest.mark.parametrize(
    "noise",
    [white(), ma1(-1.0), ar1(0.9), ar1(-0.6), exponential_sum([0.3, -0.5, 0.2], [0.95, 0.5, -0.7]),
     fractional(0.0), fractional(0.25), fractional(0.9)],
    ids=lambda noise: f"{noise.kind}-{noise.first:.3f}",
)  # fmt: skip
def test_paths_are_stationary_from_the_first_step(noise):
    # Five standard errors in 3 x 4 pairs of steps, 8 filters: false alarm 6e-5.
    xi = filtered(noise, 48, np.random.default_rng(11), PATHS)
    assert xi.shape == (48, PATHS)
    exact = noise.autocovariance(16)
    assert max(map(abs, pair_scores(xi, exact, (0, 1, 32), (0, 1, 4, 15)))) < 5


def test_a_wrong_start_would_be_found():
    """States at rest instead of L g: the first step then has variance h_0^2, 50 standard errors away."""
    noise = fractional(0.25)
    xi = filtered(noise, 16, np.random.default_rng(11), PATHS)
    at_rest = noise.first * np.random.default_rng(12).standard_normal(PATHS)
    assert abs(next(pair_scores(at_rest[None], noise.autocovariance(1), (0,), (0,)))) > 5
    assert abs(next(pair_scores(xi, noise.autocovariance(1), (0,), (0,)))) < 5


def test_paths_are_normal_and_independent():
    # False alarm 1e-4 for the law, 6e-7 for neighbouring paths.
    xi = filtered(fractional(0.1), 8, np.random.default_rng(3), PATHS)
    assert stats.kstest(xi[0], "norm").pvalue > 1e-4
    assert abs((xi[0, 1:] * xi[0, :-1]).mean()) < 5 / math.sqrt(PATHS)


@pytest.mark.parametrize("hurst", [0.0, 0.1, 0.25, 0.5, 0.75, 0.95])
def test_gaussian_autocovariance_sums_to_fractional_brownian_motion(hurst):
    """<B(n)^2> = n^2H: the double sum of the autocovariance."""
    r = fractional_gaussian_autocovariance(hurst, 50)
    assert r[0] == 1
    for n in (1, 2, 7, 50):
        steps = np.arange(n)
        assert r[np.abs(steps[:, None] - steps)].sum() == pytest.approx(n ** (2 * hurst), abs=1e-11)


def test_gaussian_noise_at_zero_is_ma1():
    np.testing.assert_array_equal(
        fractional_gaussian_autocovariance(0.0, 5), ma1(-1.0).autocovariance(5).round(15)
    )


@pytest.mark.parametrize("hurst", [0.0, 0.1, 0.25, 0.5, 0.75, 0.95])
def test_davies_harte_has_the_exact_covariance(hurst):
    """The generator is linear in its normal numbers: with a unit number at a time, its matrix A is known,
    and A A^T is the covariance to rounding."""

    class Unit:
        """A generator whose numbers are 0 but for one."""

        def __init__(self, place):
            self.place, self.drawn = place, 0

        def standard_normal(self, count):
            out = np.zeros(count)
            if self.drawn <= self.place < self.drawn + count:
                out[self.place - self.drawn] = 1
            self.drawn += count
            return out

    steps = 9
    columns = [fractional_gaussian_noise(hurst, steps, Unit(n)) for n in range(4 * steps)]
    matrix = np.array(columns).T
    lags = np.abs(np.arange(steps)[:, None] - np.arange(steps))
    expected = fractional_gaussian_autocovariance(hurst, steps)[lags]
    np.testing.assert_allclose(matrix @ matrix.T, expected, atol=1e-13)


def test_davies_harte_scatters_as_it_should():
    # Mean of squared increments over blocks of B: B^2H; 400 series of 256 steps, 5 standard errors,
    # 3 blocks, 2 H: false alarm 4e-6.
    generator = np.random.default_rng(8)
    for hurst in (0.2, 0.8):
        series = np.array([fractional_gaussian_noise(hurst, 256, generator) for _ in range(400)])
        for block in (1, 16, 256):
            squares = series[:, :block].sum(axis=1) ** 2
            error = block ** (2 * hurst) * math.sqrt(2 / len(series))
            assert abs(squares.mean() - block ** (2 * hurst)) < 5 * error


@pytest.mark.parametrize("steps", [1, 2, 3])
def test_shortest_series(steps):
    assert fractional_gaussian_noise(0.3, steps, np.random.default_rng(1)).shape == (steps,)


def test_refusals():
    with pytest.raises(InputError) as refused:
        fractional_gaussian_noise(1.0, 0, np.random.default_rng(1))
    assert refused.value.problems == (
        "hurst: got 1.0, allowed >= 0 and < 1",
        "steps: got 0, allowed >= 1",
    )
