"""Filters as exponential sums: taps, spectrum, states and refusals; the named ones and the spec's."""

import math
import re
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from anticorr.errors import InputError
from anticorr.noise import ar1, exponential_sum, fractional, ma1, white
from anticorr.noise.filters import from_spec

CORRELATIONS = st.floats(-1, 1)
FREQUENCIES = 2 * np.pi * np.arange(64) / 64
HARD_RATES = (1 - 1e-9, 1 - 1.1e-9, 0.5, 0.5 + 1e-7, 0.0, -0.3, -1 + 1e-9)
"""Close to one another and to the unit circle."""


@st.composite
def sums(draw, largest=0.95):
    """Exponential sums with up to six states; their states hold a share <= 1 of the variance."""
    rates = draw(st.lists(st.floats(-largest, largest), min_size=0, max_size=6, unique=True))
    weights = np.array(draw(st.lists(st.floats(-1, 1), min_size=len(rates), max_size=len(rates))))
    share = draw(st.floats(0, 1))
    held = math.sqrt(sum(s * r / (1 - p * q) for s, p in zip(weights, rates, strict=True)
                         for r, q in zip(weights, rates, strict=True)))  # fmt: skip
    assume(held > 1e-3 or not rates)
    return exponential_sum(weights * math.sqrt(share) / (held or 1), rates)


FILTERS = st.one_of(
    sums(), st.builds(ma1, CORRELATIONS), st.builds(ar1, st.floats(-0.95, 0.95)), st.builds(white)
)
EXAMPLES = [
    white(), ma1(-1.0), ma1(0.6), ar1(0.8), ar1(-0.8), exponential_sum([0.3, -0.5], [0.9, -0.2]),
    fractional(0.0), fractional(0.33), fractional(0.9),
]  # fmt: skip
example = pytest.mark.parametrize("made", EXAMPLES, ids=lambda made: f"{made.kind}-{made.first:.3f}")


def impulse_response(made, count):
    """The output of the recursion for eta = (1, 0, 0, ...) and states at rest."""
    states, output = [0.0] * len(made.rates), []
    for t in range(count):
        eta = 1.0 if t == 0 else 0.0
        output.append(made.first * eta + sum(s * z for s, z in zip(made.weights, states, strict=True)))
        states = [q * z + eta for q, z in zip(made.rates, states, strict=True)]
    return output


@given(FILTERS)
def test_taps_are_the_impulse_response(made):
    np.testing.assert_allclose(made.taps(50), impulse_response(made, 50), rtol=1e-12, atol=1e-14)
    assert [len(made.taps(count)) for count in (0, 1, 2)] == [0, 1, 2]
    assert made.first >= 0


@given(FILTERS)
def test_variance_is_one_three_ways(made):
    """In closed form, as the sum over taps, and as the mean of the spectrum."""
    assert made.autocovariance(1)[0] == pytest.approx(1, abs=1e-12)
    assert (made.taps(1000) ** 2).sum() == pytest.approx(1, abs=1e-12)  # 0.95^1000 = 5e-23
    w = 2 * np.pi * np.arange(1000) / 1000
    assert made.spectrum(w).mean() == pytest.approx(1, abs=1e-11)


@given(FILTERS)
def test_autocovariance_is_the_sum_over_taps(made):
    taps = made.taps(1000)
    summed = [(taps[: 1000 - n] * taps[n:]).sum() for n in range(8)]
    np.testing.assert_allclose(made.autocovariance(8), summed, atol=1e-11)
    assert [len(made.autocovariance(lags)) for lags in (0, 1, 2)] == [0, 1, 2]


@given(FILTERS)
def test_spectrum_is_the_fourier_sum_of_the_autocovariance(made):
    covariance = made.autocovariance(1000)
    summed = covariance[0] + 2 * np.cos(np.outer(FREQUENCIES, np.arange(1, 1000))) @ covariance[1:]
    np.testing.assert_allclose(made.spectrum(FREQUENCIES), summed, atol=1e-10)


@given(FILTERS)
def test_spectrum_at_zero_is_zero_frequency(made):
    assert made.spectrum(0.0) == pytest.approx(made.zero_frequency, rel=1e-12, abs=1e-14)
    assert made.correlation == made.zero_frequency - 1


@example
def test_state_covariance_is_stationary(made):
    """z' = Q z + 1 eta: C = Q C Q + 1 1^T, to the last digits."""
    rates, covariance = np.array(made.rates), made.state_covariance
    np.testing.assert_allclose(covariance, rates[:, None] * covariance * rates + 1, rtol=1e-12)


@example
def test_states_and_output_make_the_autocovariance(made):
    """<xi(t) xi(t+n)> = s Q^n C s + s Q^(n-1) 1 h_0: from the recursion, not from the taps."""
    weights, rates, covariance = np.array(made.weights), np.array(made.rates), made.state_covariance
    expected = [made.first**2 + weights @ covariance @ weights]
    for n in range(1, 6):
        carried = weights * rates ** (n - 1)
        expected.append(carried * rates @ covariance @ weights + made.first * carried.sum())
    np.testing.assert_allclose(made.autocovariance(6), expected, atol=1e-9)


def check_factor(made):
    factor, covariance = made.state_factor, made.state_covariance
    np.testing.assert_allclose(factor @ factor.T, covariance, rtol=1e-12)
    assert (np.triu(factor, 1) == 0).all()


@given(sums(largest=1 - 1e-9))
def test_state_factor_squared_is_the_state_covariance(made):
    check_factor(made)


@example
def test_state_factor_of_the_named_filters(made):
    check_factor(made)


def test_state_factor_of_close_rates():
    check_factor(exponential_sum([1e-7] * len(HARD_RATES), HARD_RATES))


@given(FILTERS)
def test_stripped_path_is_driven_by_white_noise(made):
    """x' = x + xi, y = x + sum_k g_k z_k: y' - y is (h_0 + sum g) eta, whose square has mean f(0)."""
    generator = np.random.default_rng(5)
    states, rates = generator.standard_normal(len(made.rates)), np.array(made.rates)
    stripping, weights = np.array(made.stripping), np.array(made.weights)
    left = made.first + stripping.sum()
    assert left**2 == pytest.approx(made.zero_frequency, rel=1e-12, abs=1e-14)
    x = 0.0
    for eta in generator.standard_normal(20):
        y = x + stripping @ states
        x += made.first * eta + weights @ states
        states = rates * states + eta
        assert x + stripping @ states - y == pytest.approx(left * eta, abs=1e-10)


@given(CORRELATIONS)
def test_ma1(c):
    made = ma1(c)
    a, b = made.taps(2)
    assert a * a + b * b == pytest.approx(1, abs=1e-15)
    assert 2 * a * b == pytest.approx(c, abs=1e-15)
    assert a >= abs(b)  # invertible
    assert (made.taps(6)[2:] == 0).all()
    assert made.zero_frequency == pytest.approx(1 + c, abs=1e-15)
    np.testing.assert_allclose(made.spectrum(FREQUENCIES), 1 + c * np.cos(FREQUENCIES), atol=1e-14)
    np.testing.assert_allclose(made.autocovariance(4), [1, c / 2, 0, 0], atol=1e-15)
    assert made.jitter == b
    assert made.stripping == (b,)


def test_ends_of_ma1():
    half = math.sqrt(0.5)
    assert ma1(-1.0).taps(2) == pytest.approx((half, -half), abs=1e-16)
    assert ma1(1.0).taps(2) == pytest.approx((half, half), abs=1e-16)
    assert tuple(ma1(0.0).taps(2)) == (1, 0)
    assert ma1(-1.0).zero_frequency == 0  # exactly: nothing is left in the long run


@given(st.floats(-0.99, 0.99))
def test_ar1(r):
    made = ar1(r)
    np.testing.assert_allclose(made.autocovariance(9), r ** np.arange(9), atol=1e-13)
    np.testing.assert_allclose(made.taps(9), math.sqrt(1 - r * r) * r ** np.arange(9), atol=1e-14)
    assert made.zero_frequency == pytest.approx((1 + r) / (1 - r), rel=1e-12)
    expected = (1 - r * r) / (1 + r * r - 2 * r * np.cos(FREQUENCIES))
    np.testing.assert_allclose(made.spectrum(FREQUENCIES), expected, rtol=1e-11)


def test_white_is_flat():
    assert white().zero_frequency == 1
    np.testing.assert_array_equal(white().spectrum(FREQUENCIES), 1)
    np.testing.assert_array_equal(white().autocovariance(3), [1, 0, 0])
    np.testing.assert_array_equal(white().taps(3), [1, 0, 0])
    assert white().jitter == 0
    assert white().state_factor.shape == (0, 0)


def test_jitter_is_of_one_step_of_memory():
    assert ar1(0.0).jitter == 0
    assert ar1(0.2).jitter is None
    assert fractional(0.25).jitter is None
    assert exponential_sum([-0.4], [0.0]).jitter == -0.4


@given(CORRELATIONS)
def test_exponential_sum_contains_ma1(c):
    made, same = ma1(c), exponential_sum(ma1(c).weights, [0.0])
    assert same.first == pytest.approx(made.first, abs=1e-15)


@given(st.lists(st.tuples(st.floats(-1, -0.1), st.floats(-0.9, 0.9)), min_size=1, max_size=4))
def test_nothing_is_left_of_weights_scaled_to_it(parts):
    """The recipe of docs/how-to/noise.md: zero, and not what rounding leaves."""
    shape, q = np.array(parts).T
    assume(len(set(q)) == len(q))
    held = shape @ (1 / (1 - q[:, None] * q)) @ shape
    left = (shape / (1 - q)).sum()
    made = exponential_sum(shape / np.sqrt(held + left**2), q)
    assert made.zero_frequency == 0
    assert exponential_sum(np.array(made.weights) * 0.999, q).zero_frequency > 1e-8


def test_weights_may_hold_all_of_the_variance():
    made = exponential_sum([math.sqrt(0.19)], [0.9])  # ar1(0.9), a step late
    assert made.first == pytest.approx(0, abs=1e-7)
    np.testing.assert_allclose(made.autocovariance(4), 0.9 ** np.arange(4), atol=1e-7)


@example
def test_spectrum_keeps_the_shape(made):
    assert made.spectrum(FREQUENCIES.reshape(8, 8)).shape == (8, 8)
    assert made.spectrum(0.1).shape == ()


@pytest.mark.parametrize("c", [-1.0000000000000002, 1.1, -2, math.nan, math.inf])
def test_correlation_outside_is_refused(c):
    with pytest.raises(InputError, match=r"correlation: got .*, allowed >= -1 and <= 1"):
        ma1(c)
    with pytest.raises(InputError, match=r"correlation: got .*, allowed > -1 and < 1"):
        ar1(c)


@pytest.mark.parametrize("r", [-1, 1.0])
def test_unit_root_is_refused(r):
    with pytest.raises(InputError, match=r"correlation: got -?1.*, allowed > -1 and < 1"):
        ar1(r)


@pytest.mark.parametrize(
    ("weights", "rates", "lines"),
    [
        ([0.1], [], [r"weights: got 1 of them, allowed: as many as rates \(0\)"]),
        ([math.nan], [0.5], [r"weights: got \[nan\], allowed: finite numbers"]),
        ([0.1, 0.1], [1.0, -0.5], [r"rates: got \[1.0, -0.5\], allowed > -1 and < 1"]),
        ([0.1], [math.nan], [r"rates: got \[nan\], allowed > -1 and < 1"]),
        ([0.1, 0.2], [0.5, 0.5], [r"rates: got 0.5 more than once, allowed: each once"]),
        ([0.9], [0.9], [r"weights: got sum_kl .* = 4.26316, allowed <= 1 .*"]),
        (
            [math.inf], [2, 2],
            ["weights: got 1 .*", "weights: got .inf.*", "rates: .* > -1 .*", "rates: got 2.0 .*"],
        ),
    ],
)  # fmt: skip
def test_exponential_sum_refuses_all_at_once(weights, rates, lines):
    with pytest.raises(InputError) as refused:
        exponential_sum(weights, rates)
    assert len(refused.value.problems) == len(lines)
    for problem, line in zip(refused.value.problems, lines, strict=True):
        assert re.fullmatch(line, problem)


def test_from_spec():
    def made(**section):
        return from_spec(SimpleNamespace(strength=0.2, **section))

    assert made(kind="white") == white()
    assert made(kind="ma1", correlation=-0.4) == ma1(-0.4)
    assert made(kind="ar1", correlation=-0.4) == ar1(-0.4)
    assert made(kind="fractional", hurst=0.2, band=None) == fractional(0.2)
    assert made(kind="fractional", hurst=0.2, band=[1e-3, 1.0]) == fractional(0.2, (1e-3, 1.0))
    assert made(kind="exponential_sum", weights=[0.1], rates=[0.2]) == exponential_sum([0.1], [0.2])
    with pytest.raises(InputError, match=r"noise\.kind: got 'pink', allowed: 'white', 'ma1'"):
        made(kind="pink")
