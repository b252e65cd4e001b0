"""Metropolis Monte Carlo: the canonical equilibrium by a road that shares no line with the engine.

Every pair is looked at, nearest images only, so the box must be at least two contacts wide.
"""

import math

import numba
import numpy as np

KINDS = ("harmonic", "hertzian", "wca")


@numba.njit
def energy_and_virial(kind, x):
    """V(x) and -x dV/dx of the ratio x = r / D_ij < 1."""
    if kind == 0:
        return 0.5 * (1 - x) ** 2, x * (1 - x)
    if kind == 1:
        return 0.4 * (1 - x) ** 2.5, x * (1 - x) ** 1.5
    return x**-12 - 2 * x**-6 + 1, 12 * (x**-12 - x**-6)


@numba.njit
def nearest_square(here, there, side):
    """Squared distance to the nearest image."""
    total = 0.0
    for a in range(here.shape[0]):
        gap = here[a] - there[a]
        gap -= side * np.rint(gap / side)
        total += gap * gap
    return total


@numba.njit
def energy_at(kind, i, here, position, diameter, side):
    """Energy of particle i if it lay at `here`."""
    energy = 0.0
    for j in range(position.shape[0]):
        if j != i:
            contact = 0.5 * (diameter[i] + diameter[j])
            square = nearest_square(here, position[j], side)
            if square < contact * contact:
                energy += energy_and_virial(kind, math.sqrt(square) / contact)[0]
    return energy


@numba.njit
def sample(kind, position, diameter, side, temperature, longest, sweeps, every, seed):
    """Energies and virials (sum over pairs of r f) after every `every` sweeps; share of accepted moves.

    A sweep is N trials of one random particle, moved in a cube of half width `longest`. position
    (particle, axis) is changed in place.
    """
    np.random.seed(seed)
    n, d = position.shape
    energies, virials = np.zeros(sweeps // every), np.zeros(sweeps // every)
    accepted = 0
    there = np.empty(d)
    for sweep in range(sweeps // every * every):
        for _ in range(n):
            i = np.random.randint(n)
            for a in range(d):
                there[a] = position[i, a] + longest * (2 * np.random.random() - 1)
            before = energy_at(kind, i, position[i], position, diameter, side)
            after = energy_at(kind, i, there, position, diameter, side)
            if after <= before or np.random.random() < math.exp((before - after) / temperature):
                position[i] = there
                accepted += 1
        if (sweep + 1) % every == 0:
            for i in range(n):
                for j in range(i):
                    contact = 0.5 * (diameter[i] + diameter[j])
                    square = nearest_square(position[i], position[j], side)
                    if square < contact * contact:
                        energy, virial = energy_and_virial(kind, math.sqrt(square) / contact)
                        energies[sweep // every] += energy
                        virials[sweep // every] += virial
    return energies, virials, accepted / (sweeps // every * every * n)
