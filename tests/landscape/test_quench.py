"""Quenches end in minima, below where they began, where independent descents end."""

import numpy as np
import pytest
from scipy.optimize import minimize

from anticorr.engine.particles import Particles, noise_free
from anticorr.engine.stiffness import hessian
from anticorr.landscape.hessian import contacts_of, count_modes, energy_and_trace
from anticorr.landscape.quench import quench
from tests.engine.systems import POTENTIALS, QUIET, spec_of


def random_start(particles=100, fraction=1.0, dimension=2, seed=3, **system):
    spec = spec_of({"noise": QUIET}, dimension, particles, fraction, seed=seed, **system)
    return spec, Particles(spec).position()


def descent(spec, position, steps, size=0.05):
    """Plain gradient descent with small steps of the engine: (positions, energies before each step)."""
    particles = Particles(noise_free(spec, size, 1), position)
    energies = particles.step_block(steps)[:, 0]
    return particles.position(), energies / position.shape[1]


@pytest.mark.parametrize("dimension", [2, 3])
@pytest.mark.parametrize("system", POTENTIALS)
def test_ends_in_a_minimum_below_its_start(system, dimension):
    """Forces within tolerance, no negative curvature, zero modes only of translations and of particles
    without contacts."""
    spec, start = random_start(80, 0.95, dimension, initial="quenched", **POTENTIALS[system])
    start = start + 0.02 * np.random.default_rng(2).normal(size=start.shape)
    diameters = Particles(spec).diameters()
    before = energy_and_trace(spec.system, start.T, diameters)[0]
    done = quench(spec, start)
    assert done.largest_force <= 1e-7
    assert done.energy < before
    assert energy_and_trace(spec.system, done.position.T, diameters)[0] == pytest.approx(
        done.energy, rel=1e-12
    )
    contacts = contacts_of(spec.system, done.position.T, diameters)
    alone = 80 - len(np.unique(contacts.pair))
    negative, zero = count_modes(hessian(contacts, 80), zero=1e-6)
    assert negative == 0
    assert zero >= dimension * (1 + alone)


def test_descent_and_quench_meet_within_a_basin():
    """From one start, into the same minimum: positions agree, not only energies. The start is the end of a
    descent far enough down; both then lie in its basin."""
    spec, start = random_start()
    near, _ = descent(spec, start, 2000)
    near = near + 1e-3 * np.random.default_rng(1).normal(size=near.shape)
    slow, energies = descent(spec, near, 20_000)
    done = quench(spec, near, tolerance=1e-10)
    assert (np.diff(energies) <= 1e-15).all()
    assert done.energy == pytest.approx(energies[-1], abs=1e-10)
    np.testing.assert_allclose(done.position, slow, rtol=0, atol=1e-4)


@pytest.mark.parametrize("too_large", [1.0, 40.0])
def test_energy_never_rises(too_large, monkeypatch):
    """Energies at the ends of the two parts fall; steps 40 times too large are found out and halved
    (left as they are, descent hops about for ever)."""
    from anticorr.landscape import quench as module

    monkeypatch.setattr(module, "_OF_LARGEST_STEP", 0.75 * too_large)
    spec, start = random_start(150, 1.3)
    surface = Particles(noise_free(spec, 1.0, 1), start, skin=0.0)
    path = [start]
    for tolerance in (1e-1, 1e-2, 1e-3):
        path.append(module._descend(spec, surface, path[-1], tolerance)[0])
    energies = [surface.energy_and_force(position)[0] / 150 for position in path]
    assert (np.diff(energies) < 0).all()
    done = quench(spec, path[-1])
    assert done.energy < energies[-1]
    assert done.largest_force <= 1e-7


def test_blocks_of_descent_fall_step_by_step():
    from anticorr.landscape.quench import _descend

    spec, start = random_start(150, 1.3)
    surface = Particles(noise_free(spec, 1.0, 1), start, skin=0.0)
    reached, steps = _descend(spec, surface, start, 1e-2)
    assert np.abs(surface.energy_and_force(reached)[1]).max() <= 1e-2
    assert steps % 100 == 0
    assert steps > 0
    again, more = _descend(spec, surface, reached, 1e-2)
    assert more == 0
    np.testing.assert_array_equal(again, reached)


def test_particles_without_contacts_stay():
    spec, start = random_start(40, 0.3)
    diameters = np.ones(40)
    touching = np.unique(contacts_of(spec.system, start.T, diameters).pair)
    loose = np.setdiff1d(np.arange(40), touching)
    done = quench(spec, start)
    assert 0 < len(loose) < 40
    moved = np.abs(done.position - start).max(axis=0) > 0
    # Some are pushed by those that fled from others; what nobody came near has not moved at all.
    gap = start[:, loose, None] - done.position[:, None, touching]
    gap -= spec.system.box_side * np.rint(gap / spec.system.box_side)
    untouched = loose[(np.linalg.norm(gap, axis=0) > 1.5).all(axis=1)]
    assert len(untouched)
    assert not moved[untouched].any()
    assert done.energy < 1e-12


@pytest.mark.slow
def test_quench_reaches_the_energies_of_plain_descent():
    """Twelve starts in a fluid: mean energies of quench and descent differ by less than three standard
    errors of their paired difference (fails by chance in about 1 of 80 samples; seeds are fixed)."""
    noisy = {"step_size": 0.2, "noise": {"kind": "ma1", "strength": 0.3, "correlation": -1.0}}
    differences = []
    for seed in range(12):
        spec = spec_of(noisy, particles=150, fraction=1.0, every=300, seed=seed)
        particles = Particles(spec)
        particles.step_block(1)
        start = particles.position()
        _, energies = descent(spec, start, 8000, size=0.2)
        differences.append(quench(spec, start).energy - energies[-1])
    differences = np.array(differences)
    error = differences.std(ddof=1) / np.sqrt(12)
    assert abs(differences.mean()) < 3 * error + 1e-6


def test_minimiser_by_itself_agrees_from_near_a_minimum(monkeypatch):
    """Without any descent, against scipy's conjugate gradients on a sum over pairs written here."""
    from anticorr.landscape import quench as module

    spec, start = random_start(60, 1.0)
    near = quench(spec, start, tolerance=1e-3).position
    side, n = spec.system.box_side, 60
    upper = np.triu_indices(n, 1)

    def energy_and_gradient(flat):
        x = flat.reshape(2, n)
        gap = x[:, upper[0]] - x[:, upper[1]]
        gap -= side * np.rint(gap / side)
        distance = np.sqrt((gap**2).sum(axis=0))
        overlap = np.maximum(1 - distance, 0)
        gradient = np.zeros_like(x)
        for a in range(2):
            np.add.at(gradient[a], upper[0], -overlap * gap[a] / distance)
            np.add.at(gradient[a], upper[1], overlap * gap[a] / distance)
        return 0.5 * (overlap**2).sum(), gradient.ravel()

    other = minimize(
        energy_and_gradient, near.ravel(), jac=True, method="CG", options={"gtol": 1e-7, "maxiter": 5000}
    )
    monkeypatch.setattr(module, "_MOST_STEPS", 0)
    done = quench(spec, near)
    assert done.steps == 0
    assert done.largest_force <= 1e-7
    assert done.energy == pytest.approx(other.fun / n, rel=1e-6)
