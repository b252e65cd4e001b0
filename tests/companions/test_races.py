"""Races: functions and their gradients, particles against the engine, what the optimisers do."""

import numpy as np
import pytest
from tests.conftest import spec_data

from anticorr.companions import objectives, races
from anticorr.companions.consensus import Rule
from anticorr.engine.particles import Particles, noise_free
from anticorr.noise import ma1, white
from anticorr.specs import parse

DISKS = objectives.Particles(10, 0.9)
ALL = {**objectives.FUNCTIONS, "particles": DISKS}


@pytest.mark.parametrize("name", ALL)
def test_gradient_is_the_derivative(name):
    objective, random = ALL[name], np.random.default_rng(1)
    x = random.uniform(-2, 2, (3, 4, 20))
    f, slope = objective(x)
    assert (f.shape, slope.shape) == ((3, 4), x.shape)
    v, step = random.standard_normal(x.shape), 1e-6
    along = (objective(x + step * v)[0] - objective(x - step * v)[0]) / (2 * step)
    np.testing.assert_allclose((slope * v).sum(axis=-1), along, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("name", objectives.FUNCTIONS)
def test_minimum_is_zero_at_zero(name):
    f, slope = objectives.FUNCTIONS[name](np.zeros((2, 5)))
    np.testing.assert_allclose(f, 0, atol=1e-12)
    np.testing.assert_array_equal(slope, 0)
    assert (objectives.FUNCTIONS[name](np.full((2, 5), 0.3))[0] > 0.1).all()


def test_energy_of_particles_is_that_of_the_engine():
    """Whose disks have the same two sizes, dealt out in another order."""
    sizes = {"kind": "bidisperse", "ratio": 1.4}
    data = spec_data(**{"system.particles": 10, "system.packing_fraction": 0.9, "system.sizes": sizes})
    spec = parse(data)
    assert spec.system.box_side == pytest.approx(DISKS.side)
    position = DISKS.side * np.random.default_rng(2).random((2, 10))
    particles = Particles(noise_free(spec, 1.0, 1), position)
    energy, force = particles.energy_and_force(position)
    order = np.empty(10, dtype=int)
    order[np.argsort(DISKS.diameters, kind="stable")] = np.argsort(particles.diameters(), kind="stable")
    f, slope = DISKS(position[:, order].ravel())
    assert f == pytest.approx(energy, rel=1e-12)
    np.testing.assert_allclose(-slope.reshape(2, 10), force[:, order], atol=1e-12)


def start(dimension=3, swarms=4, walkers=20):
    return np.random.default_rng(3).uniform(-2, 2, (swarms, walkers, dimension))


def test_descent_is_that_of_a_loop():
    found = races.perturbed(objectives.ackley, start(), 0.05, 0.0, white(), 8, np.random.default_rng(1))
    x, least = start(), []
    for step in range(9):
        f, slope = objectives.ackley(x)
        least.append(f.min(axis=1) if step == 0 else np.minimum(least[-1], f.min(axis=1)))
        x = x - 0.05 * min(1, 3 * (1 - step / 8)) * slope
    np.testing.assert_allclose(found, least)


@pytest.mark.parametrize("noise", [white(), ma1(-1.0)], ids=["white", "anti"])
def test_noise_has_its_strength_and_its_filter(noise):
    """On a plane walkers diffuse: sum of s(t) xi(t), s falling to 0 at two thirds; 4,000 walkers, 5
    standard errors."""
    steps, seen = 40, []

    def plane(x):
        seen.append(x)
        return np.zeros(x.shape[:-1]), np.zeros_like(x)

    races.perturbed(plane, np.zeros((1, 4000, 1)), 0.1, 0.3, noise, steps, np.random.default_rng(4))
    fall = 0.3 * np.maximum(0, 1 - 1.5 * np.arange(steps) / steps)
    covariance = noise.autocovariance(steps)[np.abs(np.subtract.outer(range(steps), range(steps)))]
    expected = fall @ covariance @ fall
    assert abs(seen[-1].var() / expected - 1) < 5 * np.sqrt(2 / 4000)


def test_courses_never_rise_and_repeat():
    for run in (
        lambda random: races.consensus(
            objectives.ackley, start(), Rule(1000.0, 1.0, 3.0, 0.05), 30, random
        ),
        lambda random: races.perturbed(objectives.ackley, start(), 0.05, 0.3, ma1(-1.0), 30, random),
    ):
        one, other = (run(np.random.default_rng(5)) for _ in range(2))
        np.testing.assert_array_equal(one, other)
        assert one.shape == (31, 4)
        assert (np.diff(one, axis=0) <= 0).all()


@pytest.mark.slow
def test_consensus_finds_the_well_under_the_waves():
    """Ackley in five dimensions: descent stays in the waves."""
    rule, begin = Rule(1000.0, 1.0, 3.0, 0.05), start(5, 8, 50)
    found = races.consensus(objectives.ackley, begin, rule, 300, np.random.default_rng(6))[-1]
    stuck = races.perturbed(objectives.ackley, begin, 0.05, 0.0, white(), 300, np.random.default_rng(6))[-1]
    assert np.median(found) < 0.05
    assert np.median(stuck) > 1
