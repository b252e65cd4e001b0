"""sigma_N^2(R) in two other ways, and of point sets where it is known."""

import math

import numpy as np
import pytest
from scipy.spatial import cKDTree
from scipy.special import j1

from anticorr.errors import InputError
from anticorr.spectra.number_variance import number_variance
from anticorr.spectra.structure_factor import density_modes
from anticorr.spectra.wavevectors import half_space


def perturbed_lattice(frames, per_side, s, dimension, seed):
    lattice = np.indices((per_side,) * dimension).reshape(dimension, -1).T.astype(float)
    return lattice + s * np.random.default_rng(seed).standard_normal((frames, *lattice.shape))


def window_transform(x, radius, dimension):
    """Fourier transform of a disc or sphere at k = x / radius."""
    if dimension == 2:
        return 2 * math.pi * radius**2 * j1(x) / x
    return 4 * math.pi * radius**3 * (np.sin(x) - x * np.cos(x)) / x**3


@pytest.mark.parametrize(("dimension", "reach"), [(2, 150), (3, 24)])
def test_agrees_with_the_sum_over_wavevectors(dimension, reach):
    """sigma^2 = (1 / V^2) sum_{k != 0} |rho_k|^2 W(kR)^2, over all |n| <= reach; beyond, S is
    taken as 1, and the sum of W^2 there is what is missing from sum_k W^2 = V v_1."""
    side, number = 8.0, 50
    position = np.random.default_rng(1).random((1, number, dimension)) * side
    radii, variance, _ = number_variance(position, side, 0.25, 2.0)
    n = half_space(side, dimension, 2 * math.pi / side * reach)
    power = np.abs(density_modes(position, side, n)[0]) ** 2
    k = np.sqrt((n**2).sum(axis=1)) * 2 * math.pi / side
    for radius, found in zip(radii, variance, strict=True):
        W = window_transform(k * radius, radius, dimension) ** 2
        v = math.pi * radius**2 if dimension == 2 else 4 / 3 * math.pi * radius**3
        beyond = side**dimension * v - v**2 - 2 * W.sum()  # sum of W^2 over the wavevectors left out
        summed = 2 * (power * W).sum() + number * beyond
        assert found == pytest.approx(summed / side ** (2 * dimension), rel=4e-3)


@pytest.mark.parametrize("dimension", [2, 3])
def test_agrees_with_windows_at_random(dimension):
    """40,000 windows: their variance has an error of sqrt(2 / 40000) = .7% (of normal counts); within 5."""
    generator = np.random.default_rng(2)
    per_side = {2: 16, 3: 8}[dimension]
    side = float(per_side)
    position = perturbed_lattice(1, per_side, 0.2, dimension, 3) % side
    radii, variance, _ = number_variance(position, side, 0.5, side / 4)
    tree = cKDTree(position[0], boxsize=side)
    centres = generator.random((40_000, dimension)) * side
    for radius, found in zip(radii, variance, strict=True):
        counts = tree.query_ball_point(centres, radius, return_length=True)
        assert found == pytest.approx(counts.var(), rel=0.035)


@pytest.mark.parametrize(("dimension", "side"), [(2, 20.0), (3, 9.0)])
def test_independent_points(dimension, side):
    """N p (1 - p) with p = v_1 / V, which is rho v_1 for small windows: within 4 standard errors."""
    number = 60
    position = np.random.default_rng(4).random((400, number, dimension)) * side
    radii, variance, error = number_variance(position, side, 0.5, side / 4)
    v = np.pi * radii**2 if dimension == 2 else 4 / 3 * np.pi * radii**3
    p = v / side**dimension
    assert (np.abs(variance - number * p * (1 - p)) < 4 * error).all()
    assert (error[1:] < 0.03 * variance[1:]).all()


def test_square_lattice():
    """Up to half the spacing a disc holds one point or none, so sigma^2 = v (1 - v); and at R = 2.25 the
    counts on a fine grid of centres in one unit cell (900^2, whose error is that of the rim, 1e-3)."""
    lattice = np.indices((12, 12)).reshape(2, -1).T.astype(float)
    radii, variance, _ = number_variance(lattice[None], 12.0, 0.25, 2.25)
    v = np.pi * radii[:2] ** 2
    np.testing.assert_allclose(variance[:2], v * (1 - v), rtol=2e-4)
    line = (np.arange(900) + 0.5) / 900
    x, y = np.meshgrid(line, line)
    count = sum((x - i) ** 2 + (y - j) ** 2 < 2.25**2 for i in range(-3, 5) for j in range(-3, 5))
    assert variance[-1] == pytest.approx(count.var(), rel=1e-3)


@pytest.mark.parametrize(("dimension", "per_side"), [(2, 48), (3, 16)])
def test_perturbed_lattice_grows_as_its_surface(dimension, per_side):
    """S ~ k^2: sigma^2 ~ R^{d-1}. The local slope swings about d - 1 with the lattice; its mean over R is
    within .12, where independent points have d."""
    position = perturbed_lattice(4, per_side, 0.4, dimension, 5)
    radii, variance, _ = number_variance(position, float(per_side), 0.25, per_side / 4)
    far = radii >= 1.5
    slope = np.polyfit(np.log(radii[far]), np.log(variance[far]), 1)[0]
    assert slope == pytest.approx(dimension - 1, abs=0.12)


def test_translation_changes_nothing():
    position = perturbed_lattice(1, 10, 0.3, 2, 6)
    _, here, _ = number_variance(position, 10.0, 0.5, 2.5)
    _, there, _ = number_variance(position + np.array([33.3, -7.7]), 10.0, 0.5, 2.5)
    np.testing.assert_allclose(here, there, rtol=1e-5)


@pytest.mark.parametrize(("step", "reach"), [(0.0, 1.0), (2.0, 1.0), (0.5, 2.6), (0.5, np.nan)])
def test_bad_radii_are_refused(step, reach):
    with pytest.raises(InputError, match="step, reach"):
        number_variance(np.zeros((1, 5, 2)), 10.0, step, reach)
