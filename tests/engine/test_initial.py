"""Diameters and starts: what is drawn is what the spec says."""

import math

import numpy as np
import pytest
from scipy.stats import truncnorm

from anticorr.engine.initial import initial_positions
from anticorr.engine.particles import Particles
from tests.engine.systems import QUIET, spec_of

VOLUME = {2: math.pi / 4, 3: math.pi / 6}
SIZES = {
    "monodisperse": {"kind": "monodisperse"},
    "uniform": {"kind": "uniform", "half_width": 0.3},
    "gaussian": {"kind": "gaussian", "deviation": 0.15},
    "bidisperse": {"kind": "bidisperse", "ratio": 1.4, "large_fraction": 0.3},
}


@pytest.mark.parametrize("dimension", [2, 3])
@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize("particles", [101, 1000])
def test_drawn_sizes_fill_the_packing_fraction_exactly(sizes, dimension, particles):
    for seed in (1, 2):
        spec = spec_of({"noise": QUIET}, dimension, particles, 0.7, seed=seed, sizes=SIZES[sizes])
        drawn = Particles(spec).diameters()
        filled = VOLUME[dimension] * math.fsum(drawn**dimension) / spec.system.box_side**dimension
        assert filled == pytest.approx(0.7, rel=1e-13)
        np.testing.assert_array_equal(np.sort(drawn), np.sort(spec.system.diameters))


def test_means_and_ends_of_the_size_laws():
    """Quantiles at (i + 1/2) / N: moments are those of the law to O(1 / N^2) or so."""
    drawn = {
        name: Particles(spec_of({"noise": QUIET}, particles=1000, sizes=section)).diameters()
        for name, section in SIZES.items()
    }
    assert (drawn["monodisperse"] == 1).all()
    assert drawn["uniform"].mean() == pytest.approx(1.0, abs=1e-12)
    assert drawn["uniform"].std() == pytest.approx(0.3 / math.sqrt(3), rel=1e-5)
    assert np.abs(drawn["uniform"] - 1).max() < 0.3
    assert drawn["gaussian"].mean() == pytest.approx(1.0, abs=1e-12)
    assert drawn["gaussian"].std() == pytest.approx(0.15 * truncnorm(-3, 3).std(), rel=1e-3)
    assert np.abs(drawn["gaussian"] - 1).max() < 0.45
    assert (drawn["bidisperse"] == 1.4).sum() == 300
    assert (drawn["bidisperse"] == 1).sum() == 700


def test_sizes_are_dealt_out_at_random():
    """No correlation of size with number or place, other seeds other dealings."""
    one, other = (
        Particles(spec_of({"noise": QUIET}, particles=4000, seed=seed, sizes=SIZES["uniform"]))
        for seed in (1, 2)
    )
    assert not np.array_equal(one.diameters(), other.diameters())
    for row in (np.arange(4000), *one.position()):
        assert abs(np.corrcoef(one.diameters(), row)[0, 1]) < 5 / math.sqrt(4000)


@pytest.mark.parametrize("particles", [120, 986])
def test_triangular_lattice_has_six_equal_neighbours(particles):
    """Two neighbours along the row, four in the rows beside, alike but for the strain that fits the lattice
    into a square."""
    spec = spec_of({"noise": QUIET}, particles=particles, fraction=0.8, initial="triangular")
    position, side = initial_positions(spec.system, 1), spec.system.box_side
    assert position.shape == (2, particles)
    gap = position[:, :, None] - position[:, None]
    gap -= side * np.rint(gap / side)
    distance = np.sqrt((gap**2).sum(axis=0))
    np.fill_diagonal(distance, np.inf)
    nearest = np.sort(distance, axis=1)
    ideal = math.sqrt(2 / (math.sqrt(3) * spec.system.density))
    # h rows and w columns: spacings L / w and, from row to row, L / h
    rows = next(h for h in range(2, particles, 2) if round(h * math.sqrt(3) / 2) * h == particles)
    strain = abs(rows * math.sqrt(3) / 2 / (particles / rows) - 1)
    assert strain < 0.05
    assert np.abs(nearest[:, :6] / ideal - 1).max() <= strain
    assert nearest[:, 6].min() > 1.6 * ideal


def test_lattice_is_evenly_spaced_and_fills_the_box():
    system = spec_of({"noise": QUIET}, particles=144, initial="lattice").system
    points = initial_positions(system, 1)
    assert points.shape == (2, 144)
    spacing = system.box_side / 12
    np.testing.assert_allclose(np.unique(points[0].round(9)), (np.arange(12) + 0.5) * spacing)


def test_random_start_lies_in_the_box_and_depends_on_the_seed():
    system = spec_of({"noise": QUIET}).system
    one, other = initial_positions(system, 1), initial_positions(system, 2)
    assert ((one >= 0) & (one < system.box_side)).all()
    assert not np.array_equal(one, other)


@pytest.mark.parametrize("dimension", [2, 3])
@pytest.mark.parametrize("sizes", ["monodisperse", "bidisperse"])
def test_quenched_start_has_far_less_energy_than_a_random_one(sizes, dimension):
    energies = []
    for start in ("random", "quenched"):
        spec = spec_of({"noise": QUIET}, dimension, 400, 1.0, initial=start, sizes=SIZES[sizes])
        particles = Particles(spec)
        energies.append(particles.step_block(1)[0, 0])
    assert energies[1] < 0.2 * energies[0]


@pytest.mark.parametrize("dimension", [2, 3])
def test_quenched_start_below_jamming_has_no_overlap_left(dimension):
    spec = spec_of({"noise": QUIET}, dimension, 300, 0.4, initial="quenched")
    assert Particles(spec).step_block(1)[0, 0] / 300 < 1e-11
