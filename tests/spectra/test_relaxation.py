"""Decay rates of density modes against processes whose rate is known."""

import numpy as np
import pytest
from scipy.signal import lfilter

from anticorr.errors import InputError
from anticorr.spectra.relaxation import _moments, diffusion_of_rates, relaxation_rates
from anticorr.spectra.structure_factor import density_modes
from anticorr.spectra.wavevectors import half_space, shells

ONE = np.array([0])


def autoregression(generator, samples, modes, rate):
    """Stationary complex modes of unit variance that decay as exp(-rate lag)."""
    phi = np.exp(-rate)
    noise = generator.standard_normal((samples, modes, 2)) @ [1, 1j] * np.sqrt((1 - phi**2) / 2)
    noise[0] /= np.sqrt(1 - phi**2)
    return lfilter([1], [1, -phi], noise, axis=0)


def driven_by_slow_noise(generator, samples, modes, m, spacing):
    """u(t+1) = (1 - m) u(t) + white noise + noise correlated over 20 steps; every `spacing` steps."""
    taps = np.exp(-np.arange(21) / 7)
    steps = samples * spacing + int(12 / m)
    white, slow = generator.standard_normal((2, steps, modes, 2)) @ [1, 1j]
    force = white + lfilter(taps / np.sqrt((taps**2).sum()), [1], slow, axis=0)
    return lfilter([1], [1, m - 1], force, axis=0)[-samples * spacing :: spacing]


@pytest.mark.parametrize(("begin", "decay", "rate"), [(0, 1, 0.05), (3, 4, 0.1), (2, 1, 0.3)])
def test_moments_are_those_of_the_quadratic_form(begin, decay, rate):
    """Twin: with z complex Gaussian of covariance R and Hermitian A, B: cov(z*Az, z*Bz) = tr(A R B R)."""
    samples = 60
    terms = samples - begin - decay
    head = np.linspace(1.6, 1.1, begin)
    lag = np.abs(np.subtract.outer(np.arange(samples), np.arange(samples)))
    R = np.where(lag < begin, np.append(head, 0)[np.minimum(lag, begin)], np.exp(-rate * (lag - begin)))
    psi = np.exp(-rate * decay)

    def form(i, j):
        made = np.zeros((samples, samples))
        made[np.arange(terms) + i, np.arange(terms) + j] += 0.5 / terms
        return made + made.T

    D = (form(0, begin) + form(decay, begin + decay)) / 2
    Q = form(0, begin + decay) - psi * D
    assert np.trace(D @ R) == pytest.approx(1.0)
    assert np.trace(Q @ R) == pytest.approx(0.0, abs=1e-12)
    bias, variance = _moments(rate, head, decay, terms)
    assert variance == pytest.approx(np.trace(Q @ R @ Q @ R), rel=1e-4)
    assert bias == pytest.approx(-np.trace(Q @ R @ D @ R), rel=1e-4)


@pytest.mark.parametrize(
    ("relaxation", "samples", "modes"), [(2, 100, 12), (10, 100, 4), (50, 100, 2), (50, 300, 12)]
)
def test_interval_covers(relaxation, samples, modes):
    """400 trials: interval and rate +- 1.96 errors cover .90 to .99; the larger study of
    benchmarks/coverage_relaxation.py finds .930 to .962 in all cases, the binomial error is 1.1%: false
    alarm about 3e-3 in the worst case."""
    generator = np.random.default_rng(11)
    m = -np.expm1(-1 / relaxation / 5)
    found = [
        relaxation_rates(autoregression(generator, samples, modes, 1 / relaxation), ONE, 5)
        for _ in range(400)
    ]
    low, high = np.array([r.interval[0] for r in found]).T
    rate, error = np.array([[r.rate[0], r.error[0]] for r in found]).T
    assert 0.90 < np.mean((low < m) & (m < high)) < 0.99
    assert 0.90 < np.mean(np.abs(rate - m) < 1.96 * error) < 0.99
    assert rate.mean() == pytest.approx(m, abs=4 * rate.std() / 20)


@pytest.mark.parametrize("m", [0.02, 0.05])
def test_noise_that_remembers_twenty_steps_is_waited_for(m):
    """The mean of 60 rates lies within 4 of its errors, or 3%, of the truth (false alarm 6e-5); a fit from
    lag zero is low by more than 10%."""
    generator = np.random.default_rng(12)
    series = [driven_by_slow_noise(generator, int(12 / m), 4, m, 5) for _ in range(60)]
    waited = np.array([relaxation_rates(z, ONE, 5).rate[0] for z in series])
    at_once = np.array([relaxation_rates(z, ONE, 5, after=0).rate[0] for z in series])
    assert waited.mean() == pytest.approx(m, abs=4 * waited.std() / np.sqrt(60) + 0.03 * m)
    assert at_once.mean() < 0.9 * m


def test_rate_per_step_does_not_depend_on_the_spacing():
    """Every sample or every third: the same rate within 4 errors of the coarser one."""
    z = autoregression(np.random.default_rng(13), 6000, 4, 0.03)
    fine, coarse = relaxation_rates(z, ONE, 5), relaxation_rates(z[::3], ONE, 15)
    assert fine.rate[0] == pytest.approx(coarse.rate[0], abs=4 * coarse.error[0])
    assert fine.error[0] < 0.1 * fine.rate[0]
    assert (fine.start[0], coarse.start[0]) == (20, 30)


def test_no_rate_where_there_is_none_to_tell():
    generator = np.random.default_rng(14)
    coarse = autoregression(generator, 400, 2, 2.0)
    slow = autoregression(generator, 400, 2, 0.02)
    rates = relaxation_rates(np.concatenate([coarse, slow], axis=1), np.array([0, 2]), 5)
    assert np.isnan(rates.rate[0])
    assert np.isfinite(rates.rate[1])
    assert np.isnan(relaxation_rates(slow[:10], ONE, 5).rate[0])  # the first lag is 4 samples


def test_fast_shell_begins_before_the_noise_is_forgotten_and_says_so():
    z = autoregression(np.random.default_rng(15), 2000, 12, 0.4)
    assert relaxation_rates(z, ONE, 5).start[0] == 5


def test_free_walkers_diffuse():
    """Free Gaussian walkers, not Gaussian modes: m = 1 - exp(-sigma^2 k^2 / 2), so D = sigma^2 / 2 and
    b = -sigma^2 / 4. 16 shells within 4 of their errors, D and b within 4 (false alarm 1e-3 in all)."""
    side, sigma, generator = 20.0, 0.4, np.random.default_rng(16)
    path = np.cumsum(generator.normal(0, sigma, (1500, 300, 2)), axis=0) + side * generator.random((300, 2))
    n = half_space(side, 2, 1.8)
    first = shells(n)
    modes = density_modes(path[::2], side, n)
    k2 = (2 * np.pi / side) ** 2 * np.add.reduceat((n**2).sum(axis=1), first) / np.diff([*first, len(n)])
    rates = relaxation_rates(modes, first, 2, after=0)
    expected = -np.expm1(-(sigma**2) * k2 / 2)
    z = (rates.rate - expected) / rates.error
    assert np.abs(z).max() < 4
    fit = diffusion_of_rates(np.sqrt(k2), rates.rate, rates.error, 1.8)
    assert abs(fit.value - sigma**2 / 2) < 4 * fit.error < 0.02
    assert abs(fit.slope + sigma**2 / 4) < 4 * fit.slope_error
    assert fit.chi_square < 3


@pytest.mark.parametrize("slope", [True, False])
def test_planted_diffusion_is_recovered(slope):
    """1,000 trials of rates that scatter by up to 40% with errors in proportion to what was found: no bias
    (4 errors of the mean: 6e-5), 2 errors cover .93 to .975, chi^2 about one. Weights from the errors as
    they are give a D that is low by 7% with a slope, 3% without."""
    generator = np.random.default_rng(17)
    k = np.array([0.14, 0.2, 0.3, 0.43, 0.58, 0.72])
    b = -0.15 if slope else 0.0
    true = 0.16 * k**2 * (1 + b * k**2)
    dof = np.array([6, 12, 40, 80, 150, 150])
    fits = []
    for _ in range(1000):
        rate = true * generator.gamma(dof) / dof
        fits.append(diffusion_of_rates(k, rate, np.sqrt(rate * true / dof), 0.8, slope=slope))
    value, error, slopes, chi = np.array([[f.value, f.error, f.slope, f.chi_square] for f in fits]).T
    assert value.mean() == pytest.approx(0.16, abs=4 * value.std() / np.sqrt(1000))
    assert 0.925 < np.mean(np.abs(value - 0.16) < 2 * error) < 0.98
    assert slopes.mean() == pytest.approx(b, abs=4 * slopes.std() / np.sqrt(1000) + 0.01)
    assert chi.mean() == pytest.approx(1.0, abs=0.1)


def test_too_few_shells_are_refused_in_words():
    k = np.array([0.1, 0.2, 0.3])
    with pytest.raises(InputError, match=r"rates: got 2 shells.*at least 3"):
        diffusion_of_rates(k, np.array([0.1, np.nan, 0.3]), 0.01 * k, 0.8)
    assert diffusion_of_rates(k, np.array([0.1, np.nan, 0.9]), 0.01 * k, 0.8, slope=False).shells == 2
