"""Rounding of density modes against sums in extended precision, and the choice between the two ways."""

import math

import numpy as np
import pytest

from anticorr.spectra.structure_factor import EXACT_REACH, DensityModes, intensity_error
from anticorr.spectra.wavevectors import half_space

SIDE = 100.0
TURN = 2 * np.longdouble("3.14159265358979323846264338327950288")

pytestmark = pytest.mark.skipif(
    np.finfo(np.longdouble).eps > 1e-18, reason="needs extended precision to compare with"
)


def extended(position, n, weights=1.0):
    """rho_k with 64 bits of mantissa, mode by mode."""
    share = position.astype(np.longdouble) / np.longdouble(SIDE)
    modes = []
    for v in n:
        turns = (share * v).sum(axis=1)
        modes.append((weights * np.exp(-1j * (TURN * (turns - np.rint(turns))))).sum())
    return np.array(modes)


def points(kind, number, dimension):
    """About `number` points; `calm`: a lattice with displacements so small that S is 1e-6 at small k."""
    generator = np.random.default_rng(1)
    per_side = round(number ** (1 / dimension))
    lattice = np.indices((per_side,) * dimension).reshape(dimension, -1).T * (SIDE / per_side)
    if kind == "poisson":
        return generator.random((number, dimension)) * SIDE
    if kind == "calm":
        return lattice + 1e-3 * SIDE / (2 * math.pi) * generator.standard_normal(lattice.shape)
    return np.full((number, dimension), 0.123 * SIDE)


def force(monkeypatch, way):
    """Only the smallest |n| exactly, or all."""
    if way != "chosen":
        least = lambda self, particles: self._least if way == "nufft" else len(self._n)  # noqa: E731
        monkeypatch.setattr(DensityModes, "exact", least)


@pytest.mark.parametrize("way", ["exact", "nufft"])
@pytest.mark.parametrize("kind", ["poisson", "calm", "one spot"])
@pytest.mark.parametrize(
    ("number", "dimension", "reach"),
    [(10, 2, 9), (10, 2, 60), (1000, 2, 40), (1000, 3, 9), (100_000, 2, 40)],
)
def test_error_is_below_the_stated_bound(monkeypatch, way, kind, number, dimension, reach):
    force(monkeypatch, way)
    position = points(kind, number, dimension)
    n = half_space(SIDE, dimension, 2 * math.pi / SIDE * reach)
    chosen = np.unique(np.concatenate([[0, 1], np.linspace(2, len(n) - 1, 20).astype(int)]))
    modes_of = DensityModes(SIDE, n)
    true = extended(position, n[chosen])
    bound = modes_of.error_bound(len(position))[chosen]
    modes = modes_of(position)[chosen]
    assert (np.abs(modes - true) <= bound).all()
    S, S_true = (np.abs(rho.astype(complex)) ** 2 / len(position) for rho in (modes, true))
    assert (np.abs(S - S_true) <= intensity_error(S_true, bound, len(position)) + 4e-16 * S_true).all()
    if kind == "calm" and number == 100_000:
        assert S_true[0] < 3e-6  # by 1e-6 expected, of a few exponential numbers
        assert intensity_error(S_true, bound, number)[0] < 1e-4 * S_true[0]


def test_the_bound_of_the_transform_is_no_larger_than_it_must_be(monkeypatch):
    """Two points on one spot, 40 spots: the worst comes within a factor of 8 of the bound."""
    force(monkeypatch, "nufft")
    n = half_space(SIDE, 2, 2 * math.pi / SIDE * 40)
    modes_of = DensityModes(SIDE, n)
    spots = np.random.default_rng(3).random((40, 1, 2)) * SIDE
    errors = [np.abs(modes_of(np.repeat(x, 2, axis=0)) - 2 * extended(x, n)).max() for x in spots]
    bound = modes_of.error_bound(2)[-1]
    assert bound / 8 < max(errors) < bound


@pytest.mark.parametrize("way", ["exact", "nufft"])
@pytest.mark.parametrize("dimension", [2, 3])
def test_weights_and_any_list_of_wavevectors(monkeypatch, way, dimension):
    """Signs of every component, modes in no half space, weights of both signs."""
    force(monkeypatch, way)
    generator = np.random.default_rng(2)
    position, weights = generator.random((300, dimension)) * SIDE, generator.standard_normal(300)
    n = generator.integers(-9, 10, (80, dimension))
    n = n[np.argsort((n**2).sum(axis=1))]
    modes = DensityModes(SIDE, n)(position, weights)
    assert np.abs(modes - extended(position, n, weights)).max() < 1e-9
    if way == "exact":
        assert np.abs(modes - extended(position, n, weights)).max() < 1e-12


def test_weights_of_a_species_select_it():
    position = points("poisson", 500, 2)
    n = half_space(SIDE, 2, 1.0)
    species = np.arange(500) % 3 == 0
    modes_of = DensityModes(SIDE, n)
    np.testing.assert_allclose(
        modes_of(position, species), DensityModes(SIDE, n)(position[species]), atol=1e-11
    )


def test_few_modes_or_few_particles_are_summed_exactly():
    few, many = (half_space(SIDE, 2, 2 * math.pi / SIDE * reach) for reach in (10, 178))
    assert DensityModes(SIDE, few).exact(100_000) == len(few)
    assert DensityModes(SIDE, many).exact(50) == len(many)
    smallest = int(((many**2).sum(axis=1) <= EXACT_REACH**2).sum())
    assert DensityModes(SIDE, many).exact(100_000) == smallest
    solid = half_space(SIDE, 3, 2 * math.pi / SIDE * 30)
    assert DensityModes(SIDE, solid).exact(100) == len(solid)
    assert DensityModes(SIDE, solid).exact(100_000) < len(solid)


def test_a_plan_serves_frames_of_other_numbers_of_particles():
    n = half_space(SIDE, 2, 2 * math.pi / SIDE * 40)
    modes_of = DensityModes(SIDE, n)
    for number in (20_000, 50, 20_000):
        position = points("poisson", number, 2)
        np.testing.assert_array_equal(modes_of(position), DensityModes(SIDE, n)(position))
