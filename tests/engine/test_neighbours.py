"""Pairs from cells in every step and pairs from a list are the same pairs."""

import numpy as np
import pytest

from anticorr.engine import _lists
from anticorr.engine.particles import Particles
from tests.engine.systems import DYNAMICS, POTENTIALS, calm, spec_of, start

FRACTIONS = (0.3, 1.0, 3.0)


def compare(spec, position, skin, rounds=4, steps=3):
    """Steps of both from the same state; made equal again after a few, before rounding grows by chaos."""
    listed, cells = Particles(spec, position, skin=skin), Particles(spec, position, skin=0.0)
    for _ in range(rounds):
        cells.restore(listed.checkpoint())
        a, b = listed.step_block(steps)[:, :-1], cells.step_block(steps)[:, :-1]
        np.testing.assert_allclose(a[:, 0], b[:, 0], rtol=1e-12, atol=1e-15)
        np.testing.assert_array_equal(a[:, 1], b[:, 1])
        np.testing.assert_allclose(a, b, rtol=1e-11, atol=1e-12 * np.abs(b).max())
        np.testing.assert_allclose(listed.position(), cells.position(), rtol=0, atol=1e-11)
    assert a[:, 1].all(), "no contacts: nothing compared"
    assert listed._cursor[_lists.LISTED_AT] >= 0, "no list was made"
    assert cells._cursor[_lists.STALE], "a list was made"


@pytest.mark.parametrize("shape", ["random", "blob", "stripes"])
@pytest.mark.parametrize("dimension", [2, 3])
@pytest.mark.parametrize("dynamics", DYNAMICS)
def test_list_and_cells_agree(dynamics, dimension, shape):
    for fraction in FRACTIONS:
        spec = spec_of(DYNAMICS[dynamics], dimension, 300, fraction)
        compare(spec, start(shape, spec), skin=0.4)


@pytest.mark.parametrize("shape", ["random", "stripes"])
@pytest.mark.parametrize("dimension", [2, 3])
@pytest.mark.parametrize("dynamics", DYNAMICS)
def test_an_old_list_and_cells_agree(dynamics, dimension, shape):
    """Motion so small that a list lasts for many steps."""
    for fraction in FRACTIONS:
        spec = spec_of(calm(DYNAMICS[dynamics]), dimension, 300, fraction)
        compare(spec, start(shape, spec), skin=0.5, rounds=10, steps=2)


@pytest.mark.parametrize("skin", [0.01, 0.1, 1.0])
@pytest.mark.parametrize("dimension", [2, 3])
def test_any_skin_will_do(dimension, skin):
    for dynamics in ("gradient, ma1", "ro, noisy"):
        spec = spec_of(DYNAMICS[dynamics], dimension, 300, 0.8)
        compare(spec, start("random", spec), skin, rounds=3)


@pytest.mark.parametrize("dimension", [2, 3])
@pytest.mark.parametrize("system", POTENTIALS)
def test_list_and_cells_agree_for_every_potential(system, dimension):
    quiet = {"step_size": 1e-3, "noise": {"kind": "white", "strength": 0.01}}
    spec = spec_of(quiet, dimension, 300, 0.6, initial="quenched", **POTENTIALS[system])
    compare(spec, Particles(spec).position(), skin=0.3)


@pytest.mark.parametrize("dimension", [2, 3])
def test_a_list_outlives_steps_and_particles_that_cross_the_box(dimension):
    """A uniform drift of all particles, by hand: the list follows through the periodic boundary."""
    spec = spec_of(DYNAMICS["gradient, no noise"], dimension, 200, 0.8)
    position = Particles(spec).position()
    listed, cells = Particles(spec, position, skin=0.4), Particles(spec, position, skin=0.0)
    for _ in range(30):
        for particles in (listed, cells):
            particles.state.position[:] += 0.15 / np.sqrt(dimension)
        a, b = listed.step_block(1)[:, :-1], cells.step_block(1)[:, :-1]
        np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-9)
