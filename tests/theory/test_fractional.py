"""Equation (5) against exact integrals over the exact spectrum; what a band and a window make of it."""

import functools

import numpy as np
import pytest
from scipy.special import hyp2f1

from anticorr.errors import InputError
from anticorr.noise.filters import fractional, white
from anticorr.noise.fractional import exact_spectrum
from anticorr.theory.fractional import (
    asymptotic_structure_factor,
    band_wavenumber,
    local_slope,
    low_frequency_amplitude,
)
from anticorr.theory.modes import mode_structure_factor
from anticorr.theory.quadrature import mode_variance

D, SIGMA = 0.165, 0.3


def exact_structure_factor(k, hurst):
    spectrum = functools.partial(exact_spectrum, hurst)
    return SIGMA**2 * k**2 * mode_variance(D * k**2, spectrum)


@pytest.mark.parametrize("hurst", [0.0, 0.1, 0.25, 0.4, 0.5, 0.7, 0.9])
def test_quadrature_is_the_sum_of_the_autocovariance(hurst):
    """C(n) = C(n-1) (n-1+d) / (n-d), so 1 + 2 sum r^n C(n) = 2 F(1, d; 1-d; r) - 1."""
    d, m = hurst - 0.5, np.array([0.01, 0.2, 0.9, 1.2, 1.6])
    expected = (2 * hyp2f1(d, 1, 1 - d, 1 - m) - 1) / (m * (2 - m))
    found = mode_variance(m, functools.partial(exact_spectrum, hurst))
    np.testing.assert_allclose(found, expected, rtol=1e-10)


def test_quadrature_of_the_marginal_noise_is_elementary():
    """H = 0: with c = cos(w/2) the integral is that of 1 / [(2-m)^2 - 4 (1-m) c^2] over 0 < c < 1."""
    m = np.array([1e-9, 1e-6, 1e-3, 0.3, 0.9])
    root = np.sqrt(1 - m)
    expected = np.log((2 - m + 2 * root) / m) / (2 * (2 - m) * root)
    np.testing.assert_allclose(
        mode_variance(m, functools.partial(exact_spectrum, 0.0)), expected, rtol=1e-12
    )


def test_quadrature_knows_where_there_is_no_stationary_state():
    found = mode_variance(np.array([[0.0, 0.5], [2.0, -1.0]]), white().spectrum)
    assert np.isnan(found[[0, 1, 1], [0, 0, 1]]).all()
    assert found[0, 1] == pytest.approx(1 / 0.75, rel=1e-14)


@pytest.mark.parametrize("hurst", [0.0, 0.25, 0.5, 0.8])
def test_amplitude_is_that_of_the_spectrum_at_low_frequency(hurst):
    w = 1e-6
    expected = exact_spectrum(hurst, w) / w ** (1 - 2 * hurst)
    assert low_frequency_amplitude(hurst) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("hurst", [0.1, 0.2, 0.25, 0.33, 0.4, 0.5, 0.7, 0.9])
def test_exact_integral_approaches_equation_5(hurst):
    """The first correction to m^(-2H) is a constant (H < 1/2) or m^(-2H+1): it falls as the law says."""
    m = 10.0 ** -np.array([4, 6, 8, 10, 12])
    k = np.sqrt(m / D)
    off = np.abs(exact_structure_factor(k, hurst) / asymptotic_structure_factor(k, m, hurst, SIGMA) - 1)
    assert (off < 1.2 * m ** min(2 * hurst, 1)).all()
    slope = np.polyfit(np.log(k), np.log(exact_structure_factor(k, hurst)), 1)[0]
    assert slope == pytest.approx(2 - 4 * hurst, abs=0.05)


def test_exact_integral_approaches_the_logarithm_at_hurst_0():
    m = np.array([1e-2, 1e-4, 1e-8, 1e-12])
    k = np.sqrt(m / D)
    ratio = exact_structure_factor(k, 0.0) / asymptotic_structure_factor(k, m, 0.0, SIGMA)
    assert (np.abs(ratio - 1) < 1.1 * m).all()
    # one decade of k adds (sigma^2 / 2) k^2 log 10
    reduced = exact_structure_factor(k, 0.0) / k**2
    np.testing.assert_allclose(np.diff(reduced)[1:], SIGMA**2 / 2 * np.log(100), rtol=1e-3)


@pytest.mark.parametrize("hurst", [0.0, 0.25, 0.4, 0.7])
@pytest.mark.parametrize("fraction", [0.01, 0.1])
def test_band_reaches_to_the_wavenumber_that_is_said(hurst, fraction):
    """There S of the sum is off by the fraction, and by less at every larger k."""
    noise = fractional(hurst)
    least = band_wavenumber(noise, hurst, D, fraction)

    def off(k):
        S = mode_structure_factor(k, D * k**2, noise, SIGMA, 0.0, 0.0)
        return np.abs(S / exact_structure_factor(k, hurst) - 1)

    assert off(np.array([least]))[0] == pytest.approx(fraction, rel=1e-6)
    assert (off(np.geomspace(least, 2.4, 200)[1:]) < fraction).all()
    false_plateau = noise.zero_frequency * SIGMA**2 / (2 * D)
    far_below = mode_structure_factor(np.array([1e-5]), np.array([D * 1e-10]), noise, SIGMA, 0.0, 0.0)
    if hurst < 0.5:
        assert far_below[0] == pytest.approx(false_plateau, rel=0.01)


def test_a_wider_band_reaches_further():
    narrow, wide = (band_wavenumber(fractional(0.2, (w, 3.0)), 0.2, D, 0.05) for w in (1e-3, 1e-5))
    assert narrow / wide == pytest.approx(10, rel=0.1)  # sqrt of the ratio of the lower edges


def test_white_noise_has_no_band_and_a_fraction_below_the_band_error_is_refused():
    assert band_wavenumber(fractional(0.5), 0.5, D, 0.01) == 0
    with pytest.raises(InputError, match="fraction"):
        band_wavenumber(fractional(0.2), 0.2, D, 0.001)


def test_slopes_of_planted_powers():
    k = np.geomspace(0.1, 0.7, 23) * (1 + 0.1 * np.sin(np.arange(23)))
    k.sort()
    np.testing.assert_allclose(local_slope(k, 3 * k**1.3), 1.3, rtol=1e-12)
    curved = np.exp(0.4 * np.log(k) ** 2)
    np.testing.assert_allclose(local_slope(k, curved)[1:-1], 0.8 * np.log(k)[1:-1], rtol=1e-10)


def test_a_window_sees_less_than_the_exponent_at_hurst_0():
    """The logarithm and the m^2 of a window: between 1.5 and 2, nearer to 2 further down."""
    far, near = (
        local_slope(k, exact_structure_factor(k, 0.0)).mean()
        for k in (np.geomspace(1e-4, 1e-3, 20), np.geomspace(0.1, 0.65, 20))
    )
    assert 1.5 < near < far < 2
