"""Number variance from S(k): of points without order, of points in pairs, and what each shell adds."""

import numpy as np
import pytest

from anticorr.spectra.number_variance import number_variance
from anticorr.spectra.variance_of_spectrum import variance_of_spectrum

RADII = np.array([0.7, 1.9, 3.0, 4.1])


@pytest.mark.parametrize("dimension", [2, 3])
def test_no_order_is_the_binomial_law(dimension):
    k = np.linspace(0.4, 5, 12)
    variance, gain = variance_of_spectrum(k, np.ones(12), 300, 20.0, dimension, RADII)
    p = (np.pi * RADII**2 / 20**2, 4 / 3 * np.pi * RADII**3 / 20**3)[dimension - 2]
    np.testing.assert_allclose(variance, 300 * p * (1 - p), rtol=1e-12)
    assert (gain > 0).all()


@pytest.mark.parametrize(("dimension", "side"), [(2, 16.0), (3, 10.0)])
def test_points_in_pairs(dimension, side):
    """Partners s apart per axis: S = 1 + exp(-k^2 s^2 / 2) at every k of the box. Counted directly in 300
    frames, sigma^2 agrees within 4 standard errors (false alarm 6e-5 at each of 8 radii)."""
    generator = np.random.default_rng(11)
    first = generator.random((300, 60, dimension)) * side
    points = np.concatenate([first, first + 0.8 * generator.standard_normal(first.shape)], axis=1)
    radii, counted, error = number_variance(points, side, side / 32, side / 4)
    k = np.linspace(2 * np.pi / side, 7, 60)
    S = 1 + np.exp(-(k**2) * 0.8**2 / 2)
    implied, _ = variance_of_spectrum(k, S, 120, side, dimension, radii)
    assert (np.abs(counted - implied) < 4 * error).all()
    assert (error[2:] < 0.03 * counted[2:]).all()
    without_order, _ = variance_of_spectrum(k, np.ones(60), 120, side, dimension, radii)
    assert (counted - without_order > 8 * error)[3:].all()


@pytest.mark.parametrize("dimension", [2, 3])
def test_gain_is_the_derivative(dimension):
    k = np.linspace(0.5, 4, 7)
    S = 0.1 + 0.05 * k**2
    _, gain = variance_of_spectrum(k, S, 200, 14.0, dimension, RADII)
    for shell in range(7):
        up, down = (
            variance_of_spectrum(k, S * np.exp(h * (np.arange(7) == shell)), 200, 14.0, dimension, RADII)[0]
            for h in (1e-4, -1e-4)
        )
        np.testing.assert_allclose(gain[:, shell], (up - down) / 2e-4, rtol=1e-6)
