"""Annealing: the schedule, its bits, and a planted linear problem with the exact answer."""

import math

import numpy as np
import pytest

from anticorr.engine.particles import Particles
from anticorr.errors import InputError
from anticorr.landscape.anneal import anneal, strengths
from anticorr.noise.filters import from_spec
from tests.engine.systems import spec_of
from tests.naive import twins

MA1 = {"kind": "ma1", "strength": 0.2, "correlation": -0.9}


def test_schedules_fall_from_the_whole_to_nothing():
    linear, geometric = strengths(50), strengths(50, "geometric")
    np.testing.assert_allclose(linear, 1 - (np.arange(50) + 0.5) / 50)
    np.testing.assert_allclose(geometric[1:] / geometric[:-1], 0.01 ** (1 / 50))
    for shares in (linear, geometric):
        assert (np.diff(shares) < 0).all()
        assert 1 > shares[0] > 0.95
        assert 0 < shares[-1] < 0.011
    with pytest.raises(InputError) as caught:
        strengths(0, "cubic")
    assert [line.split(":")[0] for line in caught.value.problems] == ["law", "stages"]


@pytest.mark.parametrize("noise", [MA1, {"kind": "ar1", "strength": 0.2, "correlation": -0.6}])
def test_steps_are_those_of_the_formula(noise):
    """Naive twin: the same filter states and draws, sigma scaled stage by stage, in a box of 30 disks."""
    spec = spec_of({"noise": noise}, particles=30, fraction=0.8, every=1)
    particles = Particles(spec)
    particles.step_block(3)
    position, state = particles.position(), particles.checkpoint()
    memory = np.empty_like(particles.state.memory)
    memory[:, :, particles.state.identity] = particles.state.memory
    for t, share in enumerate(strengths(5), start=3):
        data = spec.model_dump(mode="json")
        data["dynamics"]["noise"]["strength"] *= share
        scaled = type(spec).model_validate(data, strict=False)
        position, memory, _ = twins.step(position, memory, t, scaled, np.ones(30))
    np.testing.assert_allclose(anneal(spec, state, 5, stages=5), position, rtol=0, atol=1e-11)


def test_same_state_same_bits_and_another_seed_other_ones():
    found = []
    for seed in (3, 3, 4):
        spec = spec_of({"noise": MA1}, particles=100, every=10, seed=seed)
        particles = Particles(spec)
        particles.step_block(5)
        found.append(anneal(spec, particles.checkpoint(), 600))
    np.testing.assert_array_equal(found[0], found[1])
    assert not np.array_equal(found[0], found[2])


def test_annealing_goes_on_from_its_state_and_leaves_it_alone():
    spec = spec_of({"noise": MA1}, particles=100, every=10)
    particles = Particles(spec)
    particles.step_block(5)
    state = particles.checkpoint()
    kept = {name: array.copy() for name, array in state.items()}
    one = anneal(spec, state, 600)
    for name, array in kept.items():
        np.testing.assert_array_equal(state[name], array)
    np.testing.assert_array_equal(anneal(spec, state, 600), one)


@pytest.mark.parametrize("law", ["linear", "geometric"])
def test_displacement_of_free_particles(law):
    """Without contacts the displacement is a sum of known taps. With one step per stage its variance is
    sum_t (sigma_t a + sigma_{t+1} b)^2, the first and the last eta counted once: to three standard errors
    of 2 N normal numbers (fails by chance in 1 of 370)."""
    noise = {"kind": "ma1", "strength": 0.3, "correlation": -1.0}
    spec = spec_of({"noise": noise}, particles=3000, fraction=0.005, every=1)
    spec = type(spec).model_validate(
        spec.model_dump(mode="json")
        | {"dynamics": {"kind": "gradient", "step_size": 1e-12, "noise": noise}},
        strict=False,
    )
    particles = Particles(spec)
    start = particles.position()
    moved = anneal(spec, particles.checkpoint(), 20, stages=20, law=law) - start
    filtered, sigma = from_spec(spec.dynamics.noise), 0.3 * strengths(20, law)
    a, b = filtered.first, filtered.weights[0]
    variance = (sigma[0] * b) ** 2 + ((sigma[:-1] * a + sigma[1:] * b) ** 2).sum() + (sigma[-1] * a) ** 2
    assert (moved**2).mean() == pytest.approx(variance, rel=3 * math.sqrt(2 / 6000))


def test_refuses_steps_that_do_not_fit():
    spec = spec_of({"noise": MA1}, every=10)
    for steps in (490, 505):
        with pytest.raises(InputError, match="anneal_steps"):
            anneal(spec, {}, steps)
