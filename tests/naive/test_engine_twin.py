"""The engine against its naive twin; also run without compilation (NUMBA_DISABLE_JIT=1)."""

import numpy as np
import pytest

from anticorr.engine.particles import Particles
from anticorr.noise.filters import from_spec
from anticorr.specs import parse
from tests.engine.systems import POTENTIALS
from tests.naive import twins

MA1 = {"kind": "ma1", "strength": 0.3, "correlation": -0.7}
STATES = {
    "white": {"noise": {"kind": "white", "strength": 0.3}},
    "ma1": {"noise": MA1},
    "antipgd": {"noise": {"kind": "ma1", "strength": 0.3, "correlation": -1.0}},
    "ar1": {"noise": {"kind": "ar1", "strength": 0.3, "correlation": -0.6}},
    "fractional": {"noise": {"kind": "fractional", "strength": 0.3, "hurst": 0.1, "band": [1e-3, 3.0]}},
    "exponential_sum": {
        "noise": {
            "kind": "exponential_sum", "strength": 0.2,
            "weights": [-0.4, -0.2, 0.1], "rates": [0, 0.7, -0.5],
        }
    },
    "minibatch": {"batch_fraction": 0.4, "batch_correlation": -0.5, "noise": MA1},
    "minibatch of particles": {"batch_fraction": 0.4, "batch_selection": "particle", "noise": MA1},
    "bro": {"kind": "bro", "kick_size": 0.3},
    "bro, independent, noisy": {"kind": "bro", "kick_size": 0.3, "kick_correlation": -0.4, "noise": MA1},
    "ro": {"kind": "ro", "kick_size": 0.3, "kick_correlation": -0.5},
    "ro, reciprocal, noisy": {"kind": "ro", "kick_size": 0.3, "noise": MA1},
    "no noise": {"noise": {"kind": "white", "strength": 0.0}},
}  # fmt: skip
SYSTEMS = {
    # Singular potentials start from a quench: among random points some forces are beyond any rounding.
    name: system | ({"initial": "quenched"} if name.startswith(("wca", "inverse")) else {})
    for name, system in POTENTIALS.items()
}


def spec_of(dynamics, dimension=2, particles=60, fraction=1.0, **system):
    size = {} if dynamics.get("kind") else {"step_size": 1e-3 if "potential" in system else 0.4}
    return parse(
        {
            "system": {
                "dimension": dimension, "particles": particles, "packing_fraction": fraction, **system
            },
            "dynamics": {**size, **dynamics},
            "schedule": {"relax_steps": 0, "sample_steps": 10, "sample_every": 1},
            "record": {"series_every": 1},
            "seed": 2**40 + 5,
        }
    )  # fmt: skip


def follow(spec, particles, steps, tolerance=1e-11):
    """Take steps with both; sums and positions must agree."""
    d, n = spec.system.dimension, spec.system.particles
    particles.measure_displacement_from_here()
    position, start = particles.position(), particles.stripped_position()
    states = twins.filter_states(from_spec(spec.dynamics.noise), spec.seed, n, d)
    for t in range(steps):
        position, states, sums = twins.step(position, states, t, spec, particles.diameters())
        series = particles.step_block(1)[0]
        np.testing.assert_allclose(series[:-1], sums, rtol=tolerance, atol=tolerance)
        np.testing.assert_allclose(particles.position(), position, rtol=0, atol=tolerance)
        displacement = ((particles.stripped_position() - start) ** 2).sum()
        assert series[-1] == pytest.approx(displacement, rel=1e-12, abs=1e-20)


def _cases():
    """Cells in 3D with `make soak`: lists give the same, see tests/engine/test_neighbours.py. Lists in 3D
    without compilation every time for one state of each kind of dynamics, for all with `make soak`."""
    for state in STATES:
        slow = state not in ("exponential_sum", "minibatch", "ro, reciprocal, noisy")
        yield state, 2, 0.0
        yield state, 2, 0.5
        yield pytest.param(state, 3, 0.0, marks=pytest.mark.soak)
        yield pytest.param(state, 3, 0.5, marks=pytest.mark.slow if slow else ())


@pytest.mark.parametrize(("state", "dimension", "skin"), list(_cases()))
def test_steps_and_sums_agree_with_the_formulas(state, dimension, skin):
    spec = spec_of(STATES[state], dimension)
    follow(spec, Particles(spec, skin=skin), 4)


def _systems():
    """In 3D a quench without compilation is slow."""
    for name, system in SYSTEMS.items():
        yield name, 2
        yield pytest.param(name, 3, marks=pytest.mark.slow if "initial" in system else ())


@pytest.mark.parametrize(("system", "dimension"), list(_systems()))
def test_potentials_and_sizes_agree_with_the_formulas(system, dimension):
    spec = spec_of({"noise": MA1 | {"strength": 0.01}}, dimension, 30, 0.7, **SYSTEMS[system])
    follow(spec, Particles(spec), 2, tolerance=1e-9)


@pytest.mark.parametrize("dimension", [2, 3])
@pytest.mark.parametrize("side", [1.0, 1.4, 2.01, 2.9, 3.05])
def test_smallest_boxes_meet_every_image(side, dimension):
    """A particle may touch several images of another one."""
    volume = {2: np.pi / 4, 3: np.pi / 6}[dimension]
    number = int(0.9 * side**dimension / volume) + 1
    spec = spec_of(STATES["antipgd"], dimension, number, number * volume / (side * (1 + 1e-9)) ** dimension)
    follow(spec, Particles(spec), 3)


def test_coincident_particles_feel_a_finite_force():
    for section in ("harmonic", "hertzian", "wca"):
        spec = spec_of(STATES["no noise"], 2, 20, potential={"kind": section})
        position = Particles(spec_of(STATES["no noise"], 2, 20)).position()
        position[:, 1] = position[:, 0]
        assert np.isfinite(Particles(spec, position).step_block(1)[:, :-1]).all()
