"""The engine against its naive twin; also run without compilation (NUMBA_DISABLE_JIT=1)."""

import numpy as np
import pytest

from anticorr.engine.particles import Particles
from anticorr.specs import parse
from tests.naive import twins

STATES = {
    "white": {"noise": {"kind": "white", "strength": 0.3}},
    "ma1": {"noise": {"kind": "ma1", "strength": 0.3, "correlation": -0.7}},
    "antipgd": {"noise": {"kind": "ma1", "strength": 0.3, "correlation": -1.0}},
    "minibatch": {
        "batch_fraction": 0.4,
        "batch_correlation": -0.5,
        "noise": {"kind": "ma1", "strength": 0.2, "correlation": 0.5},
    },
    "no noise": {"noise": {"kind": "white", "strength": 0.0}},
}


def spec_of(dynamics, dimension, particles, fraction=1.0):
    return parse(
        {
            "system": {
                "dimension": dimension,
                "particles": particles,
                "packing_fraction": fraction,
            },
            "dynamics": {"step_size": 0.4, **dynamics},
            "schedule": {"relax_steps": 0, "sample_steps": 10, "sample_every": 1},
            "record": {"series_every": 1},
            "seed": 2**40 + 5,
        }
    )


@pytest.mark.parametrize("dimension", [2, 3])
@pytest.mark.parametrize("state", STATES)
def test_steps_and_sums_agree_with_the_formulas(state, dimension):
    spec = spec_of(STATES[state], dimension, 60)
    particles = Particles(spec)
    particles.measure_displacement_from_here()
    position = particles.position()
    memory = twins.white_noise(spec.seed, 0, 60, dimension)
    start = particles.stripped_position()
    for t in range(4):
        position, memory, sums = twins.step(position, memory, t, spec)
        series = particles.step_block(1)[0]
        np.testing.assert_allclose(series[:-1], sums, rtol=1e-11, atol=1e-11)
        np.testing.assert_allclose(particles.position(), position, rtol=0, atol=1e-11)
        displacement = ((particles.stripped_position() - start) ** 2).sum()
        assert series[-1] == pytest.approx(displacement, rel=1e-12, abs=1e-20)


def test_smallest_box_is_three_cells_wide():
    spec = spec_of(STATES["antipgd"], 2, 12, fraction=12 * np.pi / 4 / 3.05**2)
    particles = Particles(spec)
    assert particles.cells.per_side == 3
    position, memory = particles.position(), twins.white_noise(spec.seed, 0, 12, 2)
    for t in range(3):
        position, memory, _ = twins.step(position, memory, t, spec)
        particles.step_block(1)
    np.testing.assert_allclose(particles.position(), position, rtol=0, atol=1e-12)


def test_coincident_particles_feel_a_finite_force():
    spec = spec_of(STATES["no noise"], 2, 20)
    position = Particles(spec).position()
    position[:, 1] = position[:, 0]
    particles = Particles(spec, position)
    assert np.isfinite(particles.step_block(2)[:, :-1]).all()
    assert np.isfinite(particles.position()).all()
