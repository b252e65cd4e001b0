"""White noise at a small step size samples the canonical ensemble: energy and pressure against Monte Carlo.

x' = x + alpha f + sigma eta is the Euler scheme of overdamped Langevin dynamics with time step alpha and
temperature T = sigma^2 / (2 alpha). Its stationary averages are off by O(alpha): 1.8% of the energy at
alpha = 0.02 for the harmonic spheres here. Two step sizes, 0.02 and 0.01, take that out: what is left,
measured from the curvature over alpha = 0.02 ... 0.08, is below 0.1%, less than a standard error.

Positively correlated noise, ma1 with c = 1, is the scheme of Leimkuhler and Matthews (Rational construction
of stochastic numerical methods for molecular sampling, Appl. Math. Res. Express 2013, 34), whose stationary
averages are off by O(alpha^2) only: one step size is enough. Here T = f(0) sigma^2 / (2 alpha) =
sigma^2 / alpha.

Errors come from 25 blocks on both sides (Student's t with about 40 degrees of freedom); 4.5 combined
errors: false alarm 6e-5 for a number, 1e-3 for the twenty numbers of this file.
"""

import functools
import logging
import math

import pytest

from anticorr.engine.particles import Particles, series_of
from anticorr.specs import parse
from tests.naive import monte_carlo
from tests.physics.statistics import apart, mean_and_error, to_zero_step

LOG = logging.getLogger(__name__)
BIDISPERSE = {"kind": "bidisperse", "ratio": 1.4}
# potential, dimension, particles, packing fraction, temperature, step size; then the Monte Carlo move
STATES = {
    "harmonic disks": ("harmonic", 2, 120, 0.8, 0.05, 0.02, 0.35, {}),
    "harmonic spheres": ("harmonic", 3, 120, 0.6, 0.05, 0.02, 0.3, {}),
    "Hertzian spheres": ("hertzian", 3, 120, 0.6, 0.03, 0.02, 0.3, {}),
    "WCA disks": ("wca", 2, 100, 0.6, 0.3, 2e-4, 0.15, {}),
    "bidisperse harmonic disks": ("harmonic", 2, 100, 0.9, 0.05, 0.02, 0.35, {"sizes": BIDISPERSE}),
}
QUICK = {
    "white": ("harmonic disks",),  # it needs two step sizes
    "persistent": ("Hertzian spheres", "WCA disks", "bidisperse harmonic disks"),
}
"""States of each noise; all of them with `make soak`."""
STEPS, EVERY, SWEEPS = 36_000, 50, 6_000


def spec_of(state, step_size, noise):
    potential, dimension, particles, fraction, *_, system = STATES[state]
    return parse(
        {
            "system": {
                "dimension": dimension,
                "particles": particles,
                "packing_fraction": fraction,
                "potential": {"kind": potential},
                "initial": "quenched",
                **system,
            },
            "dynamics": {"step_size": step_size, "noise": noise},
            "schedule": {"relax_steps": 0, "sample_steps": EVERY, "sample_every": EVERY},
            "record": {"series_every": EVERY},
            "seed": 5,
        }
    )


def by_dynamics(spec, steps):
    """(mean, error) of the energy per particle and of the virial part of the pressure."""
    particles = Particles(spec)
    particles.step_block(steps // EVERY // 20)
    series = series_of(spec, particles.step_block(steps // EVERY))
    return mean_and_error(series["energy"]), mean_and_error(series["pressure"])


@functools.cache
def by_monte_carlo(state):
    """The same two numbers from Metropolis moves, about half of which are accepted."""
    kind, d, n, _, temperature, _, longest, _ = STATES[state]
    spec = spec_of(state, 0.1, {"kind": "white", "strength": 0.0})
    particles = Particles(spec)
    position, side = particles.position().T.copy(), spec.system.box_side
    assert side >= 2 * spec.system.reach
    arguments = (monte_carlo.KINDS.index(kind), position, particles.diameters(), side, temperature, longest)
    monte_carlo.sample(*arguments, SWEEPS // 20, 5, 1)
    energies, virials, accepted = monte_carlo.sample(*arguments, SWEEPS, 5, 2)
    assert 0.2 < accepted < 0.8
    return mean_and_error(energies / n), mean_and_error(virials / (d * side**d))


def compare(state, measured):
    """Energy and the pressure's virial part; the rest, rho T, is exact on both sides."""
    for name, one, other in zip(("energy", "pressure"), measured, by_monte_carlo(state), strict=True):
        z = apart(one, other)
        LOG.info("%s, %s: %.5g(%.1g) and %.5g(%.1g), z = %.2f", state, name, *one, *other, z)
        assert abs(z) < 4.5


def states(noise):
    return pytest.mark.parametrize(
        "state", [s if s in QUICK[noise] else pytest.param(s, marks=pytest.mark.soak) for s in STATES]
    )


@pytest.mark.slow
@states("white")
def test_white_noise_samples_the_canonical_ensemble(state):
    temperature, step_size = STATES[state][4:6]
    at = []
    for size, steps in ((step_size, STEPS), (step_size / 2, 2 * STEPS)):
        noise = {"kind": "white", "strength": math.sqrt(2 * size * temperature)}
        at.append(by_dynamics(spec_of(state, size, noise), steps))
    compare(state, [to_zero_step(*pair) for pair in zip(*at, strict=True)])


@pytest.mark.slow
@states("persistent")
def test_persistent_noise_samples_it_to_second_order(state):
    temperature, step_size = STATES[state][4:6]
    noise = {"kind": "ma1", "correlation": 1.0, "strength": math.sqrt(2 * step_size * temperature)}
    compare(state, by_dynamics(spec_of(state, 2 * step_size, noise), STEPS))


@pytest.mark.slow
def test_a_bias_of_some_per_cent_is_seen():
    """At step size 0.08 the energy is 7% too large: the comparison above does see such a thing."""
    biased = by_dynamics(
        spec_of("harmonic disks", 0.08, {"kind": "white", "strength": math.sqrt(0.16 * 0.05)}), 20_000
    )
    assert apart(biased[0], by_monte_carlo("harmonic disks")[0]) > 8
