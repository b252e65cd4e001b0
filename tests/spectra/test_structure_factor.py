"""S(k) of point sets whose structure factor is known, and invariances."""

import math

import numpy as np
import pytest
from scipy import stats

from anticorr.errors import InputError
from anticorr.spectra.structure_factor import density_modes
from anticorr.spectra.wavevectors import half_space, shells
from anticorr.stages.measure import structure_factor

SIDE = 20.0


def poisson(frames=1, particles=400, dimension=2, seed=0):
    return np.random.default_rng(seed).random((frames, particles, dimension)) * SIDE


def intensity(position, n):
    return np.abs(density_modes(position, SIDE, n)) ** 2 / position.shape[1]


@pytest.mark.parametrize("dimension", [2, 3])
def test_half_space_holds_one_of_each_pair_and_all_below_k_max(dimension):
    k_max = 2 * math.pi / SIDE * 4.5
    n = half_space(SIDE, dimension, k_max)
    both = {tuple(v) for v in n} | {tuple(-v) for v in n}
    grid = np.indices((9,) * dimension).reshape(dimension, -1).T - 4
    wanted = {tuple(v) for v in grid if 0 < (v**2).sum() <= 4.5**2}
    assert both == wanted
    assert len(n) == len(wanted) / 2


def test_smallest_k_is_a_shell_of_its_own():
    n = half_space(SIDE, 2, 3.0)
    first = shells(n)
    norms = np.sqrt((n**2).sum(axis=1))
    assert set(norms[: first[1]]) == {1.0}
    assert np.diff([*first, len(n)]).min() >= 1
    assert (np.diff(norms[first]) > 0).all()


def test_poisson_intensities_are_exponential_about_one():
    """KS test against the exponential distribution: 20,000 points, so |rho|^2 / N is exponential to
    1/N; false alarm 1e-3 at a fixed seed."""
    n = half_space(SIDE, 2, 2 * math.pi / SIDE * 25)
    values = intensity(poisson(particles=20_000, seed=5), n)[0]
    assert len(values) > 900
    assert stats.kstest(values, "expon").pvalue > 1e-3


def test_perturbed_lattice_has_its_exact_structure_factor():
    """Square lattice with Gaussian displacements s: S = 1 - exp(-k^2 s^2) off the Bragg peaks.

    Pooled shells of >= 100 exponential numbers; 5 standard errors: false alarm below 1e-5 a shell.
    """
    per_side, s, frames = 20, 0.3, 60
    generator = np.random.default_rng(2)
    lattice = np.indices((per_side, per_side)).reshape(2, -1).T * (SIDE / per_side)
    position = lattice + s * generator.standard_normal((frames, per_side**2, 2))
    n = half_space(SIDE, 2, 2 * math.pi / SIDE * 9.5)  # Bragg peaks begin at |n| = 20
    first = shells(n)
    count = np.diff([*first, len(n)])
    k2 = (n**2).sum(axis=1) * (2 * math.pi / SIDE) ** 2
    ratio = intensity(position, n) / (1 - np.exp(-k2 * s**2))
    pooled = np.add.reduceat(ratio.mean(axis=0), first) / count
    assert (np.abs(pooled - 1) < 5 / np.sqrt(count * frames)).all()


def test_lattice_has_bragg_peaks_and_nothing_else():
    per_side = 10
    lattice = np.indices((per_side, per_side)).reshape(2, -1).T * (SIDE / per_side)
    n = half_space(SIDE, 2, 2 * math.pi / SIDE * 12)
    values = intensity(lattice[None].astype(float), n)[0]
    bragg = (n % per_side == 0).all(axis=1)
    assert bragg.any()
    np.testing.assert_allclose(values[bragg], per_side**2, rtol=1e-9)
    assert values[~bragg].max() < 1e-15


def test_translation_wrapping_and_reflection_change_nothing():
    position = poisson(seed=3)
    n = half_space(SIDE, 2, 4.0)
    expected = intensity(position, n)
    for other in (position + np.array([3.7, -11.2]), position + SIDE * np.array([2, -3]), -position):
        np.testing.assert_allclose(intensity(other, n), expected, rtol=1e-7, atol=1e-9)


def test_finufft_and_exact_sum_agree_where_they_meet(monkeypatch):
    """The same modes by both ways: which one is chosen must not move the numbers."""
    from anticorr.spectra.structure_factor import DensityModes

    position = poisson(particles=1000, seed=4)
    n = half_space(SIDE, 2, 2 * math.pi / SIDE * 8)
    exact = density_modes(position, SIDE, n)
    monkeypatch.setattr(DensityModes, "exact", lambda self, particles: 56)  # |n| <= 6
    other = density_modes(position, SIDE, n)
    np.testing.assert_array_equal(other[:, :56], exact[:, :56])
    assert 0 < np.abs(other - exact).max() < 5e-10


def test_weights_that_do_not_fit_are_refused():
    n = half_space(SIDE, 2, 1.0)
    for weights in (np.ones(399), np.full(400, np.nan)):
        with pytest.raises(InputError, match="weights"):
            density_modes(poisson(), SIDE, n, weights=weights)


def test_errors_of_independent_frames_are_the_scatter():
    """Poisson frames: S_err = 1 / sqrt(modes frames) within the 10% noise of M_eff, and z normal.

    KS test of z over shells; false alarm 1e-3 at a fixed seed.
    """
    spectrum = structure_factor(poisson(frames=60, seed=6), SIDE, k_max=8.0)
    naive = 1 / np.sqrt(spectrum["modes"] * 60)
    assert np.allclose(spectrum["S_err"] / (spectrum["S"] * naive), 1, atol=0.1)
    z = (spectrum["S"] - 1) / spectrum["S_err"]
    assert stats.kstest(z, "norm").pvalue > 1e-3


def test_one_frame_counts_each_mode_once():
    spectrum = structure_factor(poisson(seed=7)[0], SIDE, k_max=3.0)
    np.testing.assert_array_equal(spectrum["effective_samples"], 1)
    assert int(spectrum["frames"]) == 1
    assert spectrum.attrs["errors"].startswith("one frame")


@pytest.mark.parametrize(
    ("position", "box", "k_max", "word"),
    [
        (np.zeros((1, 5, 4)), SIDE, 3.0, "shape"),
        (np.zeros((0, 5, 2)), SIDE, 3.0, "shape"),
        (np.zeros((1, 1, 2)), SIDE, 3.0, "particles"),
        (np.full((1, 5, 2), np.nan), SIDE, 3.0, "NaN"),
        (np.zeros((1, 5, 2)), SIDE, 0.1, "k_max"),
        (np.zeros((1, 5, 2)), SIDE, 1e5, "10,000,000 modes"),
        (np.zeros((1, 5, 2)), 0.0, 3.0, "box"),
    ],
)
def test_bad_input_is_refused_in_words(position, box, k_max, word):
    with pytest.raises(InputError, match=word):
        structure_factor(position, box, k_max=k_max)
