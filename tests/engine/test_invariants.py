"""What forces and kicks must conserve, and how the box looks from elsewhere."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anticorr.engine.cells import cut_box
from anticorr.engine.initial import initial_positions, lattice_positions
from anticorr.engine.particles import Particles
from anticorr.errors import InputError, RunError
from anticorr.specs import parse


def spec_of(dimension=2, particles=1500, strength=0.0, fraction=0.9, **dynamics):
    return parse(
        {
            "system": {"dimension": dimension, "particles": particles, "packing_fraction": fraction},
            "dynamics": {
                "step_size": 0.5,
                "noise": {"kind": "white", "strength": strength},
                **dynamics,
            },
            "schedule": {"relax_steps": 0, "sample_steps": 10, "sample_every": 1},
            "seed": 3,
        }
    )


@pytest.mark.parametrize("dimension", [2, 3])
@pytest.mark.parametrize("batch", [1.0, 0.3])
def test_reciprocal_forces_conserve_momentum(dimension, batch):
    """c_s = -1: the centre of mass stays where it is, to rounding of a sum of N numbers."""
    particles = Particles(spec_of(dimension, batch_fraction=batch, batch_correlation=-1.0))
    before = particles.position().sum(axis=1)
    particles.step_block(10)
    np.testing.assert_allclose(particles.position().sum(axis=1), before, rtol=1e-12)


def test_independent_selection_does_not_conserve_momentum():
    particles = Particles(spec_of(batch_fraction=0.3, batch_correlation=0.0))
    before = particles.position().sum(axis=1)
    particles.step_block(1)
    assert np.abs(particles.position().sum(axis=1) - before).max() > 0.1


@given(
    shift=st.tuples(st.floats(-50, 50), st.floats(-50, 50)),
    images=st.tuples(st.integers(-3, 3), st.integers(-3, 3)),
)
def test_translation_and_images_change_nothing(shift, images):
    spec = spec_of(particles=200)
    start = Particles(spec).position()
    moved = start + np.array(shift)[:, None]
    moved[:, ::2] += spec.system.box_side * np.array(images)[:, None]
    here, there = Particles(spec, start), Particles(spec, moved)
    a, b = here.step_block(1), there.step_block(1)
    np.testing.assert_allclose(a[:, :-1], b[:, :-1], rtol=1e-8)
    np.testing.assert_allclose(there.position() - moved, here.position() - start, atol=1e-9)


def test_full_gradient_lowers_the_energy():
    spec = spec_of(step_size=0.1)
    energy = Particles(spec).step_block(10)[:, 0]
    assert (np.diff(energy) < 0).all()


@pytest.mark.parametrize("dimension", [2, 3])
@pytest.mark.parametrize("side", [3.0, 4.7, 9.99])
def test_half_stencil_meets_every_neighbour_row_once(dimension, side):
    cells = cut_box(side, dimension, 10**6)
    rows = cells.per_side ** (dimension - 1)
    met = np.zeros((rows, rows), dtype=int)
    for row in range(rows):
        for other in cells.neighbour_row[row]:
            met[row, other] += 1
            met[other, row] += 1
    expected = {2: 2, 3: 8}[dimension]
    assert (met.sum(axis=1) == expected).all()
    assert met.max() == 1


def test_bands_of_one_colour_do_not_touch():
    for side in (3.0, 5.5, 40.2):
        cells = cut_box(side, 2, 10**6)
        bands = len(cells.band_row) - 1
        assert bands % 2 == 0
        for band in range(bands):
            rows = range(cells.band_row[band], cells.band_row[band + 1])
            reached = set(rows) | {int(r) for row in rows for r in cells.neighbour_row[row]}
            touched = {int(cells.row_band[r]) for r in reached}
            assert touched <= {band, (band + 1) % bands}


def test_box_below_three_diameters_is_refused():
    with pytest.raises(InputError, match="allowed >= 3"):
        cut_box(2.9, 2, 10)


def test_lattice_is_evenly_spaced_and_fills_the_box():
    system = spec_of(particles=144).system
    points = lattice_positions(system)
    assert points.shape == (2, 144)
    spacing = system.box_side / 12
    np.testing.assert_allclose(np.unique(points[0].round(9)), (np.arange(12) + 0.5) * spacing)


def test_random_start_lies_in_the_box_and_depends_on_the_seed():
    system = spec_of().system
    one, other = initial_positions(system, 1), initial_positions(system, 2)
    assert ((one >= 0) & (one < system.box_side)).all()
    assert not np.array_equal(one, other)


def test_crowded_cell_is_refused_in_words():
    spec = spec_of()
    with pytest.raises(RunError, match="crowded"):
        Particles(spec, np.full((2, 1500), 1.5)).step_block(1)
