"""Density modes and pair distances against double loops; also run without compilation."""

import math

import numpy as np
import pytest

from anticorr.spectra.number_variance import number_variance
from anticorr.spectra.pair_correlation import pair_correlation
from anticorr.spectra.structure_factor import EXACT_REACH, DensityModes, density_modes
from anticorr.spectra.wavevectors import half_space
from tests.naive import twins


@pytest.mark.parametrize("way", ["exact", "nufft"])
@pytest.mark.parametrize("dimension", [2, 3])
def test_modes_agree_with_the_double_loop(monkeypatch, way, dimension):
    side = 7.3
    reach = EXACT_REACH + 3 if dimension == 2 else EXACT_REACH + 1
    n = half_space(side, dimension, 2 * math.pi / side * reach)
    if way == "nufft":
        monkeypatch.setattr(DensityModes, "exact", lambda self, particles: self._least)
    chosen = np.unique(np.linspace(0, len(n) - 1, 40).astype(int))
    generator = np.random.default_rng(1)
    position, weights = generator.random((2, 60, dimension)) * side, generator.random(60)
    modes = density_modes(position, side, n)
    weighted = density_modes(position, side, n, weights=weights)
    for frame in range(2):
        for m in chosen:
            k = n[m] * 2 * math.pi / side
            exact = way == "exact" or (n[m] ** 2).sum() <= EXACT_REACH**2
            bound = 1e-12 if exact else 1e-9
            assert abs(modes[frame, m] - twins.density_mode(position[frame], k)) < bound
            assert abs(weighted[frame, m] - twins.density_mode(position[frame], k, weights)) < bound


@pytest.mark.parametrize("dimension", [2, 3])
@pytest.mark.parametrize("share", [0.5, 0.12])
def test_pair_correlation_agrees_with_the_double_loop(dimension, share):
    """Reach of half the box (every pair), and of an eighth of it (cells); points of any image."""
    side, bins, number = 6.0, 12, 90
    generator = np.random.default_rng(2)
    position = (3 * generator.random((2, number, dimension)) - 1) * side
    r, g, _ = pair_correlation(position, side, share * side, bins)
    edges = np.linspace(0, share * side, bins + 1)
    ball = edges**2 * math.pi if dimension == 2 else edges**3 * math.pi * 4 / 3
    ideal = number * (number - 1) / 2 * np.diff(ball) / side**dimension
    distances = [list(twins.pair_distances(frame, side)) for frame in position]
    counts = np.mean([np.histogram(d, edges)[0] for d in distances], axis=0)
    np.testing.assert_allclose(g, counts / ideal, rtol=1e-12)
    np.testing.assert_allclose(r, (edges[1:] + edges[:-1]) / 2)


@pytest.mark.parametrize("dimension", [2, 3])
def test_number_variance_agrees_with_the_double_loop(dimension):
    side, number = 6.0, 40
    position = np.random.default_rng(3).random((1, number, dimension)) * side
    radii, variance, _ = number_variance(position, side, 0.3, 1.5)
    for radius, found in zip(radii, variance, strict=True):
        total = number * twins.overlap(0.0, radius, dimension)
        total += 2 * sum(
            twins.overlap(r, radius, dimension) for r in twins.pair_distances(position[0], side)
        )
        mean = number * twins.overlap(0.0, radius, dimension) / side**dimension
        assert found == pytest.approx(total / side**dimension - mean**2, rel=1e-4)
