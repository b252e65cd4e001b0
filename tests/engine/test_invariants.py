"""What forces and kicks must conserve, and how the box looks from elsewhere."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anticorr.engine.particles import PER_AXIS, Particles
from anticorr.errors import InputError, RunError
from tests.engine.systems import DYNAMICS, POTENTIALS, QUIET, spec_of

KICKS = {
    "gradient": {"noise": QUIET},
    "batch of pairs": {"batch_fraction": 0.3, "noise": QUIET},
    "bro": {"kind": "bro", "kick_size": 0.3},
    "ro": {"kind": "ro", "kick_size": 0.3},
}
SKINS = {"cells": 0.0, "list": 0.4}


def relaxed(system, dynamics, dimension=2, particles=300):
    """Particles of a system with moderate overlaps, so that steep forces stay moderate too."""
    fraction = {2: 0.9, 3: 0.7}[dimension]
    spec = spec_of(dynamics, dimension, particles, fraction, initial="quenched", **POTENTIALS[system])
    return spec, Particles(spec).position()


@pytest.mark.parametrize("skin", SKINS.values(), ids=SKINS)
@pytest.mark.parametrize("dimension", [2, 3])
@pytest.mark.parametrize("kick", KICKS)
@pytest.mark.parametrize("system", POTENTIALS)
def test_reciprocal_forces_and_kicks_conserve_momentum(system, kick, dimension, skin):
    """c_s = -1: the centre of mass stays where it is, to rounding of a sum of N numbers."""
    step = {} if "kind" in KICKS[kick] else {"step_size": 1e-3}
    spec, position = relaxed(system, KICKS[kick] | step, dimension)
    particles = Particles(spec, position, skin=skin)
    particles.step_block(10)
    moved = np.abs(particles.position() - position)
    assert moved.max() > 1e-6, "nothing moved"
    drift = (particles.position() - position).sum(axis=1)
    np.testing.assert_allclose(drift, 0, atol=1e-13 * np.abs(position).sum())


@pytest.mark.parametrize("dimension", [2, 3])
@pytest.mark.parametrize(
    "kick",
    [
        {"batch_fraction": 0.3, "batch_correlation": 0.0, "noise": QUIET},
        {"batch_fraction": 0.3, "batch_selection": "particle", "noise": QUIET},
        {"kind": "bro", "kick_size": 0.3, "kick_correlation": 0.0},
        {"kind": "ro", "kick_size": 0.3, "kick_correlation": 0.0},
    ],
    ids=["batch of pairs", "batch of particles", "bro", "ro"],
)
def test_independent_draws_do_not_conserve_momentum(kick, dimension):
    particles = Particles(spec_of(kick, dimension, 1500))
    before = particles.position().sum(axis=1)
    particles.step_block(1)
    assert np.abs(particles.position().sum(axis=1) - before).max() > 0.1


@given(
    system=st.sampled_from(sorted(POTENTIALS)),
    kick=st.sampled_from(sorted(DYNAMICS)),
    dimension=st.sampled_from([2, 3]),
    skin=st.sampled_from(sorted(SKINS.values())),
    shift=st.tuples(*[st.floats(-50, 50)] * 3),
    images=st.tuples(*[st.integers(-3, 3)] * 3),
)
def test_translation_and_images_change_nothing(system, kick, dimension, skin, shift, images):
    """To rounding of the shift, 50 + 3 L, which steep potentials magnify."""
    step = {} if "kind" in DYNAMICS[kick] else {"step_size": 1e-3}
    spec, start = relaxed(system, DYNAMICS[kick] | step, dimension, 150)
    moved = start + np.array(shift[:dimension])[:, None]
    moved[:, ::2] += spec.system.box_side * np.array(images[:dimension])[:, None]
    here, there = Particles(spec, start, skin=skin), Particles(spec, moved, skin=skin)
    a, b = here.step_block(1)[:, :-1], there.step_block(1)[:, :-1]
    np.testing.assert_allclose(a, b, rtol=1e-8, atol=1e-8 * np.abs(a).max())
    np.testing.assert_allclose(there.position() - moved, here.position() - start, atol=1e-9)


@pytest.mark.parametrize("dimension", [2, 3])
@pytest.mark.parametrize("system", POTENTIALS)
def test_force_is_minus_the_gradient_of_the_energy(system, dimension):
    """One small step along the force changes the energy by -alpha sum f^2 to first order; half the step, a
    quarter of the error: the energies and forces of every potential and size law belong together."""
    spec, start = relaxed(system, {"noise": QUIET}, dimension)
    errors = []
    for step_size in (1e-6, 5e-7):
        dynamics = spec.dynamics.model_copy(update={"step_size": step_size})
        particles = Particles(spec.model_copy(update={"dynamics": dynamics}), start, skin=0.0)
        first, second = particles.step_block(2)
        fall = step_size * first[PER_AXIS + 3 * dimension : PER_AXIS + 4 * dimension].sum()
        errors.append(abs(second[0] - first[0] + fall))
        assert errors[-1] < 1e-3 * fall
    rounding = 1e-14 * first[0]
    assert errors[1] < 0.3 * errors[0] + rounding


@pytest.mark.parametrize("dimension", [2, 3])
@pytest.mark.parametrize("system", POTENTIALS)
def test_full_gradient_lowers_the_energy(system, dimension):
    spec, start = relaxed(system, {"noise": QUIET, "step_size": 1e-4}, dimension)
    energy = Particles(spec, start).step_block(10)[:, 0]
    assert (np.diff(energy) < 0).all()


@pytest.mark.parametrize("potential", ["harmonic", "hertzian"])
def test_energy_does_not_depend_on_the_axes(potential):
    """Positions with axes exchanged: the same energy, sums of the axes exchanged."""
    spec = spec_of({"noise": QUIET}, 3, 300, potential={"kind": potential})
    position = Particles(spec).position()
    a = Particles(spec, position).step_block(1)[0, :-1]
    b = Particles(spec, position[[2, 0, 1]]).step_block(1)[0, :-1]
    np.testing.assert_allclose(b[:PER_AXIS], a[:PER_AXIS], rtol=1e-12)
    turned = a[PER_AXIS:].reshape(4, 3)[:, [2, 0, 1]].ravel()
    np.testing.assert_allclose(b[PER_AXIS:], turned, rtol=1e-11)


def test_box_below_one_contact_is_refused():
    with pytest.raises(InputError, match=r"box side >= 1\.4"):
        spec_of({"noise": QUIET}, 2, 2, 1.5, sizes={"kind": "bidisperse"})


@pytest.mark.parametrize("skin", SKINS.values(), ids=SKINS)
def test_crowded_cell_is_refused_in_words(skin):
    spec = spec_of({"noise": QUIET}, particles=1500)
    with pytest.raises(RunError, match="crowded"):
        Particles(spec, np.full((2, 1500), 1.5), skin=skin).step_block(1)
