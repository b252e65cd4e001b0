"""Fractional noise against the exact one: spectrum, taps and autocovariance; bands, states, bits."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import binom, gamma

from anticorr.errors import InputError
from anticorr.noise import fractional
from anticorr.noise.fractional import (
    BAND,
    TOLERANCE,
    _fractional,
    exact_autocovariance,
    exact_spectrum,
    expected_error,
    with_states,
)
from anticorr.noise.reference import embedded

HURSTS = (0, 0.05, 0.15, 0.25, 0.33, 0.4, 0.499, 0.501, 0.6, 0.75, 0.8, 0.9, 0.99)
every_hurst = pytest.mark.parametrize("hurst", HURSTS)


def exact_taps(hurst, count):
    """h_n = h_{n-1} (n - 1 + d) / n, with sum h^2 = Gamma(1-2d) / Gamma(1-d)^2 made 1."""
    d, n = hurst - 0.5, np.arange(1, count)
    taps = np.append(1.0, np.cumprod((n - 1 + d) / n))
    return taps * gamma(1 - d) / math.sqrt(gamma(1 - 2 * d))


def deviation(made, hurst, lowest, highest=math.pi, points=3001):
    """Largest |f / f_exact - 1| at frequencies of its own: equal steps of log sin(w/2), shifted."""
    low, high = (math.log(math.sin(w / 2)) for w in (lowest, highest))
    w = 2 * np.arcsin(np.exp(low + (high - low) * (np.arange(points) + 0.37) / points))
    return np.abs(made.spectrum(w) / exact_spectrum(hurst, w) - 1).max()


@every_hurst
def test_exact_functions_belong_together(hurst):
    """Autocovariance = sum over exact taps, spectrum = |sum over taps e^{-iwn}|^2, both by brute force."""
    taps = exact_taps(hurst, 2**20)
    w = np.array([0.3, 1.0, 2.0, math.pi])
    response = np.exp(-1j * np.outer(w, np.arange(2**20))) @ taps
    # What the cut leaves out is about |h_N| / w, relative to |h(w)| ~ 1 here: 2^20^(d-1) / 0.3.
    cut = 8 * 2 ** (20 * (hurst - 1.5))
    np.testing.assert_allclose(np.abs(response) ** 2, exact_spectrum(hurst, w), rtol=max(cut, 1e-9))
    if hurst < 0.5:  # for more, the sum over taps is not absolutely convergent: the ratio below is used
        summed = [taps[: len(taps) - n] @ taps[n:] for n in range(6)]
        np.testing.assert_allclose(exact_autocovariance(hurst, 6), summed, atol=2e-6)


@every_hurst
def test_exact_autocovariance_is_the_ratio_of_gammas(hurst):
    d, n = hurst - 0.5, np.arange(1, 40)
    expected = gamma(n + d) * gamma(1 - d) / (gamma(n - d + 1) * gamma(d))
    np.testing.assert_allclose(exact_autocovariance(hurst, 40)[1:], expected, rtol=1e-11)
    assert [len(exact_autocovariance(hurst, lags)) for lags in (0, 1)] == [0, 1]


@every_hurst
def test_band_error_measured_again(hurst):
    made = fractional(hurst)
    measured = deviation(made, hurst, BAND[0])
    assert measured <= TOLERANCE
    assert measured == pytest.approx(made.band_error, rel=0.01)
    assert made.band == BAND
    assert len(made.rates) <= 10


@given(st.floats(0, 0.999), st.floats(-18.4, -0.7))
@settings(max_examples=25)
def test_any_band_is_followed(hurst, log_lowest):
    lowest = math.exp(log_lowest)
    made = fractional(hurst, (lowest, math.pi))
    assert deviation(made, hurst, lowest) <= 1.01 * TOLERANCE
    assert made.autocovariance(1)[0] == pytest.approx(1, abs=1e-12)
    assert len(made.rates) <= 16
    assert all(0 <= rate < 1 for rate in made.rates)


def test_no_state_more_than_needed():
    """A state fewer than the default at H = 0 gives twice the error, which the tolerance excludes."""
    states = [len(fractional(0.0, (lowest, math.pi)).rates) for lowest in (1e-8, 1e-5, 1e-3, 1e-1)]
    assert states == sorted(states, reverse=True)
    assert states[1] == 9
    assert fractional(0.0).band_error > TOLERANCE / 2.2
    assert len(fractional(0.49).rates) < len(fractional(0.25).rates)


def test_narrower_band_is_not_worse():
    wide, narrow = fractional(0.25), fractional(0.25, (BAND[0], 0.1))
    assert narrow.band_error <= wide.band_error
    assert deviation(narrow, 0.25, BAND[0], 0.1) == pytest.approx(narrow.band_error, rel=0.01)


def test_half_is_white():
    made = fractional(0.5)
    assert (made.first, made.weights, made.rates, made.band_error) == (1.0, (), (), 0.0)
    np.testing.assert_array_equal(exact_autocovariance(0.5, 4), [1, 0, 0, 0])
    np.testing.assert_array_equal(exact_spectrum(0.5, np.array([0.0, 1.0])), [1, 1])


def test_taps_at_zero_are_the_binomial_ones():
    """h_n ~ (-1)^n binom(1/2, n), normalised by sum h^2 = 4 / pi. All tap errors together: by Parseval

    sum (h - h_exact)^2 = mean over w of |h - h_exact|^2, and two minimum-phase responses whose |h|^2
    agree within e = 0.5% have phases that agree within about e: below (2 e)^2 in all.
    """
    n = np.arange(1000)
    expected = (-1.0) ** n * binom(0.5, n) * math.sqrt(math.pi / 4)
    np.testing.assert_allclose(exact_taps(0.0, 1000), expected, rtol=1e-9)
    error = np.sqrt(((fractional(0.0).taps(1000) - expected) ** 2).sum())
    assert error < 2 * TOLERANCE
    # One by one: a late tap is a small part of h, and its relative error is several times larger (3%).
    np.testing.assert_allclose(fractional(0.0).taps(1000), expected, rtol=0.05)


@every_hurst
def test_autocovariance_is_near_the_exact_one(hurst):
    """|r - r_exact| <= band error (mean of |f - f_exact|) + the variance below the band, counted twice."""
    made, d = fractional(hurst), hurst - 0.5
    below = exact_spectrum(hurst, BAND[0]) * BAND[0] / (math.pi * (1 - 2 * d))
    allowed = made.band_error + 2 * below * (below > 1e-4)
    error = np.abs(made.autocovariance(1000) - exact_autocovariance(hurst, 1000))
    assert error.max() <= allowed + 1e-6


def test_slow_state_holds_the_variance_below_the_band():
    """At H = 0.9: 8% below 1e-5, kept as it should be, so that lag 1000 is right within a per cent."""
    made = fractional(0.9)
    w = np.geomspace(BAND[0], math.pi, 20001)
    inside = np.trapezoid(made.spectrum(w), w) / math.pi
    assert 1 - inside == pytest.approx(0.077, abs=0.003)
    ratio = made.autocovariance(1001)[1000] / exact_autocovariance(0.9, 1001)[1000]
    assert ratio == pytest.approx(1, abs=0.01)
    assert 1 - max(made.rates) < 1e-3 * BAND[0]


@pytest.mark.parametrize("hurst", [0.0, 0.15, 0.33])
def test_plateau_below_the_band(hurst):
    """f(0) is within a factor 3 of f at the lower edge, so a band ten times lower lowers it as f."""
    made = fractional(hurst)
    edge = exact_spectrum(hurst, BAND[0])
    assert edge / 3 < made.zero_frequency < edge
    w = np.geomspace(1e-9, BAND[0], 200)
    assert (np.diff(made.spectrum(w)) > -1e-9 * edge).all()


def test_same_bits_in_every_call():
    first = fractional(0.123)
    _fractional.cache_clear()
    assert fractional(0.123) == first
    assert fractional(0.123) is fractional(0.123)
    assert fractional(0) == fractional(0.0)


@pytest.mark.parametrize("hurst", [-0.01, 1, 1.5, math.nan])
def test_hurst_outside_is_refused(hurst):
    with pytest.raises(InputError, match=r"hurst: got .*, allowed >= 0 and < 1"):
        fractional(hurst)


@pytest.mark.parametrize(
    "band", [(0, 1), (1e-9, 1), (0.6, 1), (0.1, 0.1), (0.1, 3.2), (math.nan, 1), (1e-3,), (1e-3, 1, 2)]
)
def test_band_outside_is_refused(band):
    with pytest.raises(InputError, match=r"band: got .*, allowed: w_min, w_max with 1e-08 <= w_min <= 0.5"):
        fractional(0.2, band)
    with pytest.raises(InputError) as refused:
        fractional(2, band)
    assert len(refused.value.problems) == 2


def test_hurst_too_near_one_is_refused():
    with pytest.raises(
        InputError, match=r"hurst, band: got 0\.9999999999, .* 16 states follow within 0\.5%"
    ):
        fractional(1 - 1e-10)


@pytest.mark.parametrize("hurst", [0.0, 0.25, 0.75])
def test_given_states_follow_with_the_error_that_is_expected(hurst):
    """Of three states and more: at most, and not far below, the rate of Zolotarev's problem."""
    band = (1e-3, np.pi)
    for states in (3, 5):
        made = with_states(hurst, states, band)
        assert len(made.rates) in (states, states + 1)
        assert made.variance == pytest.approx(1.0)
        assert 0.3 < made.band_error / expected_error(hurst, states, band) < 1.1
    assert with_states(hurst, len(fractional(0.2, band).rates), band).band_error < 0.02


@pytest.mark.parametrize(("hurst", "states"), [(0.5, 3), (0.2, 0), (0.2, 17)])
def test_other_numbers_of_states_are_refused(hurst, states):
    with pytest.raises(InputError, match="states: got"):
        with_states(hurst, states)


@pytest.mark.parametrize("hurst", [0.0, 0.3, 0.8])
def test_embedding_is_exact_for_arfima(hurst):
    """No negative eigenvalue, and the covariance of 4,000 draws within 5 standard errors."""
    covariance = exact_autocovariance(hurst, 9)
    circulant = np.concatenate([covariance, covariance[-2:0:-1]])
    assert np.fft.fft(circulant).real.min() > -1e-12
    random = np.random.default_rng(8)
    drawn = np.array([embedded(covariance, random) for _ in range(4000)])
    seen = drawn.T @ drawn / 4000
    lag = np.abs(np.subtract.outer(range(8), range(8)))
    assert np.abs(seen - covariance[lag]).max() < 5 * np.sqrt(2 / 4000)
