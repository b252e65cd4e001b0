"""Energy and curvature of configurations: exact values, differences of forces, a dense twin."""

import math

import numpy as np
import pytest

from anticorr.engine.particles import Particles, noise_free
from anticorr.engine.stiffness import hessian, pair_energy
from anticorr.errors import InputError
from anticorr.landscape.crystal import crystal
from anticorr.landscape.hessian import (
    contacts_of,
    count_modes,
    energy_and_trace,
    largest_eigenvalue,
    lowest_eigenvalues,
)
from anticorr.landscape.quench import quench
from tests.engine.systems import POTENTIALS, QUIET, spec_of
from tests.naive import twins


def state(system, dimension=2, particles=70, fraction=0.95):
    """A spec, its particles after a rough descent (so that no potential is singular), positions."""
    spec = spec_of(
        {"noise": QUIET}, dimension, particles, fraction, initial="quenched", **POTENTIALS[system]
    )
    made = Particles(spec)
    position = made.position() + 0.02 * np.random.default_rng(5).normal(size=(dimension, particles))
    return spec, made.diameters(), position


def dense(spec, diameters, position):
    """U and its Hessian in one loop over pairs, with V'' from differences of the naive V'."""
    d, n = position.shape
    matrix, energy, step = np.zeros((n, d, n, d)), 0.0, 1e-6
    section = spec.system.potential
    for i, j, gap, ratio in twins.contacts(
        position, diameters, spec.system.box_side, getattr(section, "cutoff", 1.0)
    ):
        mean, distance = (diameters[i] + diameters[j]) / 2, math.sqrt((gap**2).sum())
        value, falling = twins.potential(section, ratio)
        rise = (twins.potential(section, ratio - step)[1] - falling) / step
        along = np.outer(gap, gap) / distance**2
        block = rise / mean**2 * along - falling / mean / distance * (np.eye(d) - along)
        energy += value
        matrix[i, :, i] += block
        matrix[j, :, j] += block
        matrix[i, :, j] -= block
        matrix[j, :, i] -= block
    return energy, matrix.reshape(n * d, n * d)


@pytest.mark.parametrize("dimension", [2, 3])
@pytest.mark.parametrize("system", POTENTIALS)
def test_dense_twin(system, dimension):
    spec, diameters, position = state(system, dimension)
    energy, matrix = dense(spec, diameters, position)
    found = hessian(contacts_of(spec.system, position.T, diameters), len(diameters)).toarray()
    np.testing.assert_allclose(found, matrix, rtol=2e-4, atol=2e-3)
    per_particle, trace = energy_and_trace(spec.system, position.T, diameters)
    assert per_particle * len(diameters) == pytest.approx(energy, rel=1e-12)
    assert trace * len(diameters) == pytest.approx(np.trace(found), rel=1e-12)
    assert trace * len(diameters) == pytest.approx(np.linalg.eigvalsh(found).sum(), rel=1e-10)


@pytest.mark.parametrize("dimension", [2, 3])
@pytest.mark.parametrize("system", POTENTIALS)
def test_hessian_is_the_difference_of_the_engines_forces(system, dimension):
    """Along a random direction, H u = -(F(x + h u) - F(x - h u)) / 2h; a contact that opens or closes
    within the difference costs h at most, and the curvature of V' the square."""
    spec, diameters, position = state(system, dimension)
    surface = Particles(noise_free(spec, 1.0, 1), position, skin=0.0)
    along = np.random.default_rng(1).normal(size=position.shape)
    h = 1e-7
    forces = [surface.energy_and_force(position + s * h * along)[1] for s in (1, -1)]
    matrix = hessian(contacts_of(spec.system, position.T, diameters), len(diameters))
    wanted = -(forces[0] - forces[1]).T.ravel() / (2 * h)
    scale = np.abs(wanted).max()
    np.testing.assert_allclose(matrix @ along.T.ravel(), wanted, rtol=0, atol=3e-5 * scale)


@pytest.mark.parametrize("system", POTENTIALS)
def test_force_of_the_engine_is_the_fall_of_its_energy(system):
    spec, diameters, position = state(system)
    surface = Particles(noise_free(spec, 1.0, 1), position, skin=0.0)
    along = np.random.default_rng(1).normal(size=position.shape)
    h = 1e-6
    up, down = (surface.energy_and_force(position + s * h * along)[0] for s in (1, -1))
    energy, force = surface.energy_and_force(position)
    assert (down - up) / (2 * h) == pytest.approx(float((force * along).sum()), rel=1e-6, abs=1e-7)
    assert energy / len(diameters) == pytest.approx(
        energy_and_trace(spec.system, position.T, diameters)[0], rel=1e-12
    )


def test_energy_and_force_leave_a_run_as_it_was():
    """Looking at forces takes no step and draws no noise: the next steps follow within rounding."""
    calm = {"step_size": 0.1, "noise": {"kind": "ma1", "strength": 0.005, "correlation": -0.9}}
    spec = spec_of(calm, every=20, initial="quenched")
    looked, alone = Particles(spec), Particles(spec)
    for particles in (looked, alone):
        particles.step_block(1)
        assert particles.checkpoint()["cursor"][2] == 0  # a neighbour list is in use
        if particles is looked:
            energy, force = looked.energy_and_force(looked.position())
        particles.step_block(1)
    np.testing.assert_allclose(looked.position(), alone.position(), rtol=0, atol=1e-9)
    assert energy > 0
    assert np.abs(force.sum(axis=1)).max() < 1e-12 * len(force[0])


def test_two_disks():
    """Harmonic, r = .9: V'' = 1, V' / r = -1/9; eigenvalues 2 V'', 2 V' / r, and 0 twice (translations)."""
    spec = spec_of({"noise": QUIET}, particles=2, fraction=2 * math.pi / 4 / 25)
    position = np.array([[4.9, 1.0], [0.8, 1.0]])  # across the boundary
    energy, trace = energy_and_trace(spec.system, position, np.ones(2))
    assert energy == pytest.approx(0.1**2 / 4)
    assert trace == pytest.approx(1 - 1 / 9)
    matrix = hessian(contacts_of(spec.system, position, np.ones(2)), 2)
    assert np.linalg.eigvalsh(matrix.toarray()) == pytest.approx([-2 / 9, 0, 0, 2], abs=1e-12)
    assert count_modes(matrix) == (1, 2)


def test_square_lattice_in_closed_form():
    """Spacing a < 1, four neighbours: U / N = (1 - a)^2, tr H / N = 4 [1 - (1 - a) / a], and plane waves
    along an axis are exact modes: lambda(q) = 2 (1 - cos q a) along, -(1 - a) / a as much across."""
    side, per_side = 7.2, 8
    spec = spec_of({"noise": QUIET}, particles=64, fraction=64 * math.pi / 4 / side**2, initial="lattice")
    position, a = Particles(spec).position().T, side / per_side
    energy, trace = energy_and_trace(spec.system, position, np.ones(64))
    assert energy == pytest.approx((1 - a) ** 2)
    assert trace == pytest.approx(4 * (1 - (1 - a) / a))
    matrix = hessian(contacts_of(spec.system, position, np.ones(64)), 64)
    for number in (1, 3, 4):
        q = 2 * math.pi * number / side
        wave = np.cos(q * position[:, 0])
        for axis, stiffness in ((0, 1.0), (1, -(1 - a) / a)):
            vector = np.zeros((64, 2))
            vector[:, axis] = wave
            np.testing.assert_allclose(
                matrix @ vector.ravel(), 2 * (1 - math.cos(q * a)) * stiffness * vector.ravel(), atol=1e-12
            )


def test_eigenvalues_against_the_dense_ones():
    """At a minimum and beside it, where some are negative."""
    spec, diameters, position = state("harmonic", particles=100, fraction=1.0)
    for where in (quench(spec, position).position, position):
        matrix = hessian(contacts_of(spec.system, where.T, diameters), 100)
        values = np.linalg.eigvalsh(matrix.toarray())
        assert largest_eigenvalue(matrix) == pytest.approx(values[-1], rel=1e-8)
        np.testing.assert_allclose(lowest_eigenvalues(matrix, 6), values[:6], atol=1e-9)
        assert count_modes(matrix)[0] == (values < -1e-9).sum()


@pytest.mark.parametrize(
    ("dimension", "phi", "wanted"), [(2, 1.0, 6), (2, 2.9, 12), (3, 0.9, 12), (3, 2.5, 18)]
)
def test_crystal_in_closed_form(dimension, phi, wanted):
    """Harmonic: sums over the first and, at high density, the second neighbours."""
    system = spec_of({"noise": QUIET}, dimension, 400, phi).system
    volume = {2: math.sqrt(0.75), 3: math.sqrt(0.5)}[dimension]
    a = (1 / (system.density * volume)) ** (1 / dimension)
    shells = {2: [(6, 1), (6, math.sqrt(3)), (6, 2)], 3: [(12, 1), (6, math.sqrt(2))]}[dimension]
    touching = [(z, a * far) for z, far in shells if a * far < 1]
    assert sum(z for z, _ in touching) == wanted
    energy = sum(z * (1 - r) ** 2 / 4 for z, r in touching)
    trace = sum(z * (1 - (dimension - 1) * (1 - r) / r) for z, r in touching)
    assert crystal(system) == pytest.approx((energy, trace), rel=1e-12)


def test_crystal_is_the_triangular_start_but_for_its_strain():
    spec = spec_of({"noise": QUIET}, particles=780, fraction=1.0, initial="triangular")
    energy, trace = energy_and_trace(spec.system, Particles(spec).position().T, np.ones(780))
    ideal = crystal(spec.system)
    assert (energy, trace) == pytest.approx(ideal, rel=1e-4)
    assert energy > ideal[0]


def test_small_box_is_refused():
    spec = spec_of({"noise": QUIET}, particles=4, fraction=1.0)
    with pytest.raises(InputError, match="box side"):
        contacts_of(spec.system, np.zeros((4, 2)), np.ones(4))


@pytest.mark.parametrize("system", POTENTIALS)
def test_derivatives_of_the_potentials(system):
    """V' and V'' by differences of V and V', up to the cutoff."""
    section = spec_of({"noise": QUIET}, **POTENTIALS[system]).system.potential
    ratio = np.linspace(0.3, getattr(section, "cutoff", 1.0) - 1e-3, 40)
    h = 1e-6
    up, down = pair_energy(section, ratio + h), pair_energy(section, ratio - h)
    _, slope, curvature = pair_energy(section, ratio)
    for found, high, low in ((slope, up[0], down[0]), (curvature, up[1], down[1])):
        np.testing.assert_allclose(found, (high - low) / (2 * h), rtol=1e-6, atol=1e-8)
