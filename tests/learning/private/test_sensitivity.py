"""Sensitivity against every pattern and sign of small streams, and against the law of the noise itself."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import toeplitz

from anticorr.errors import InputError
from anticorr.learning.private import (
    NAMES,
    inverse_taps,
    nu_dp_ftrl,
    sensitivity,
    strategy,
    stream_sensitivity,
)
from anticorr.learning.private.frequencies import FREQUENCIES, period_mean
from anticorr.noise import ar1, exponential_sum, fractional, ma1, white

FILTERS = [
    white(), ma1(-0.8), ma1(-1.0), ma1(0.7), ar1(0.6), ar1(-0.5), fractional(0.0), fractional(0.3),
    fractional(0.8), nu_dp_ftrl(0.1), exponential_sum([-0.3, -0.1, 0.05], [0, 0.7, -0.5]),
    exponential_sum([0.2, -0.3], [-0.5, 0.2]),
]  # fmt: skip
each = pytest.mark.parametrize("noise", FILTERS, ids=lambda f: f"{f.kind}-{f.first:.3f}")
ROOM = 1 + 1e-9


@st.composite
def sums(draw):
    """Exponential sums whose inverse may have any sign, fall, rise or grow without end."""
    rates = draw(st.lists(st.floats(-0.9, 0.9), min_size=1, max_size=3, unique=True))
    weights = draw(st.lists(st.floats(-1, 1), min_size=len(rates), max_size=len(rates)))
    held = sum(abs(s) / (1 - abs(q)) for s, q in zip(weights, rates, strict=True))
    return exponential_sum([0.9 * s / max(held, 0.9) for s in weights], rates)


def lower(taps):
    return toeplitz(taps, np.zeros(len(taps)))


def patterns(steps, participations, separation):
    for size in range(1, participations + 1):
        for steps_of in itertools.combinations(range(steps), size):
            if all(b - a >= separation for a, b in itertools.pairwise(steps_of)):
                yield steps_of


def brute_force(noise, steps, participations, separation):
    """max |C x| over all patterns and all signs of numbers x_t, C inverted as a matrix."""
    C, largest = np.linalg.inv(lower(noise.taps(steps))), 0.0
    for steps_of in patterns(steps, participations, separation):
        for signs in itertools.product([1, -1], repeat=len(steps_of) - 1):
            largest = max(largest, float(np.linalg.norm(C[:, list(steps_of)] @ [1, *signs])))
    return largest


@each
def test_inverse_taps_are_the_column_of_the_inverse_matrix(noise):
    column = np.linalg.inv(lower(noise.taps(40)))[:, 0]
    np.testing.assert_allclose(inverse_taps(noise, 40), column, rtol=1e-9, atol=1e-11)
    assert [len(inverse_taps(noise, count)) for count in (0, 1, 2, 3)] == [0, 1, 2, 3]


@each
def test_inverse_taps_undo_the_noise_in_long_streams(noise):
    steps = 5000
    back = np.convolve(noise.taps(steps), inverse_taps(noise, steps))[:steps]
    np.testing.assert_allclose(back, np.append(1, np.zeros(steps - 1)), atol=1e-10)


def test_inverse_taps_of_ma1_are_powers():
    noise = ma1(-0.8)
    a, b = noise.taps(2)
    assert b / a == pytest.approx(-0.5)
    np.testing.assert_allclose(inverse_taps(noise, 30), 0.5 ** np.arange(30) / a, rtol=1e-13)


@each
@pytest.mark.parametrize(
    ("participations", "separation"), [(1, None), (2, 1), (3, 2), (2, 3), (8, 1), (3, 4)]
)
def test_against_all_patterns(noise, participations, separation):
    found = sensitivity(noise, 8, participations, separation)
    true = brute_force(noise, 8, participations, separation or 1)
    assert found.attained <= true * ROOM
    assert true <= found.value * ROOM
    if noise.kind in ("white", "ma1", "ar1", "nu_dp_ftrl") or noise == fractional(0.3):
        assert found.exact


@given(sums(), st.integers(1, 7), st.integers(1, 4), st.integers(1, 3))
def test_bound_holds_for_any_filter(noise, steps, participations, separation):
    found = sensitivity(noise, steps, participations, separation)
    true = brute_force(noise, steps, participations, separation)
    assert found.attained <= true * ROOM
    assert true <= found.value * ROOM
    if participations == 1:
        assert found.exact


@given(sums(), st.integers(1, 3), st.integers(0, 2**32 - 1))
def test_bound_holds_for_vectors(noise, separation, seed):
    """Contributions with directions of their own, some shorter than 1."""
    directions = np.random.default_rng(seed).standard_normal((9, 3))
    directions /= np.maximum(np.linalg.norm(directions, axis=1), 1)[:, None]
    x = np.zeros((9, 3))
    x[::separation] = directions[::separation]
    C = np.linalg.inv(lower(noise.taps(9)))
    assert np.linalg.norm(C @ x) <= sensitivity(noise, 9, 9, separation).value * ROOM


@settings(max_examples=30)
@given(sums(), st.integers(0, 2**32 - 1))
def test_noise_that_starts_stationary_is_no_less_private(noise, seed):
    """x^T Sigma^{-1} x of its covariance, the squared distance of the two laws, is below |C x|^2."""
    x = np.random.default_rng(seed).standard_normal(12)
    from_rest = np.linalg.norm(np.linalg.solve(lower(noise.taps(12)), x))
    apart = x @ np.linalg.solve(toeplitz(noise.autocovariance(12)), x)
    assert math.sqrt(apart) <= from_rest * ROOM


@pytest.mark.parametrize("name", NAMES)
def test_strategies_have_the_exact_sensitivity_of_many_epochs(name):
    found = sensitivity(strategy(name, 0.01), 2000, 4, 500)
    assert found.exact
    assert found.value < 4 * sensitivity(strategy(name, 0.01), 2000).value


def test_participations_beyond_the_room_for_them_change_nothing():
    assert sensitivity(ma1(-0.8), 100, 4, 30) == sensitivity(ma1(-0.8), 100, 50, 30)
    assert sensitivity(white(), 100, 9, 10).value == pytest.approx(3)


def test_positively_correlated_noise_protects_less():
    """Signs in turn undo the inverse's: more than contributions that all agree."""
    assert sensitivity(ma1(0.8), 100, 5, 1).value > 1.5 * sensitivity(ma1(-0.8), 5, 1).value


@each
def test_stream_is_the_limit_of_long_runs(noise):
    stream = stream_sensitivity(noise)
    steps = 2000
    if noise == ma1(-1.0):
        assert stream == math.inf
        assert sensitivity(noise, steps).value == pytest.approx(math.sqrt(2 * steps))
        return
    assert sensitivity(noise, steps).value <= stream * ROOM
    if "fractional" not in noise.kind:
        assert sensitivity(noise, steps).value == pytest.approx(stream, rel=1e-9)


@each
def test_stream_is_the_mean_of_the_inverse_spectrum(noise):
    if noise != ma1(-1.0):
        by_quadrature = math.sqrt(period_mean(1 / noise.spectrum(FREQUENCIES)))
        assert stream_sensitivity(noise) == pytest.approx(by_quadrature, rel=1e-7)


def test_stream_of_ma1():
    """s^2 = 1 / (a^2 - b^2) = 1 / sqrt(1 - c^2)"""
    for c in (-0.999, -0.8, 0.3, 0.9):
        assert stream_sensitivity(ma1(c)) == pytest.approx((1 - c * c) ** -0.25, rel=1e-12)
    assert stream_sensitivity(ma1(1.0)) == math.inf
    assert stream_sensitivity(white()) == 1


def test_lower_bands_of_fractional_noise_cost_a_little_more():
    """At H = 0, 1/f ~ 1/w down to the band: s^2 grows as the logarithm of its end."""
    squares = [stream_sensitivity(fractional(0.0, (end, 3.0))) ** 2 for end in (1e-3, 1e-5, 1e-7)]
    assert squares[2] - squares[1] == pytest.approx(squares[1] - squares[0], rel=0.02)


def test_zero_outside_the_circle_has_no_stable_inverse():
    noise = exponential_sum([0.9], [0.0])  # h_0 = 0.44
    assert stream_sensitivity(noise) == math.inf
    assert sensitivity(noise, 20_000).value == math.inf
    assert sensitivity(noise, 3).value == pytest.approx(brute_force(noise, 3, 1, 1))


def test_taps_of_long_streams_end_well():
    taps = inverse_taps(nu_dp_ftrl(0.01), 300_000)
    assert np.isfinite(taps).all()
    assert abs(taps[-1]) < 1e-15


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((white(), 0), "steps: got 0, allowed >= 1"),
        ((white(), 5, 0), "participations: got 0, allowed >= 1"),
        ((white(), 5, 2), "separation: got None, allowed >= 1 for more than one participation"),
        ((white(), 5, 2, 0), "separation: got 0, allowed >= 1"),
        ((exponential_sum([1.0], [0.0]), 5), r"noise: got h_0 = 0.0, allowed > 0"),
    ],
)
def test_refusals(arguments, words):
    with pytest.raises(InputError, match=words):
        sensitivity(*arguments)


def test_refusals_of_taps_and_streams():
    with pytest.raises(InputError, match="count: got -1, allowed >= 0"):
        inverse_taps(white(), -1)
    with pytest.raises(InputError, match=r"noise: got h_0 = 0.0, allowed > 0"):
        stream_sensitivity(exponential_sum([1.0], [0.0]))
