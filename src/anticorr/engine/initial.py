"""Initial positions, shape (axis, particle), in [0, L)."""

import math

import numpy as np

from anticorr.errors import InputError
from anticorr.specs.system import FromFile, System, triangular_columns

_STREAM_INITIAL = 3
"""Names this use of the seed; kept apart from the streams of noise.philox."""


def random_positions(system: System, seed: int) -> np.ndarray:
    """N independent uniform points (Poisson: S = 1 at every k)."""
    return _generator(seed).random((system.dimension, system.particles)) * system.box_side


def lattice_positions(system: System) -> np.ndarray:
    """Square or cubic lattice, points in the middle of their unit cells (S = 0 off Bragg peaks)."""
    per_side = round(system.particles ** (1 / system.dimension))
    spacing = system.box_side / per_side
    index = np.indices((per_side,) * system.dimension).reshape(system.dimension, -1)
    return (index + 0.5) * spacing


def triangular_positions(system: System) -> np.ndarray:
    """Triangular lattice in a square box: rows shifted by half a column, strained to fit the box."""
    rows = next(
        n for n in range(2, 2 * math.isqrt(2 * system.particles) + 4, 2)
        if triangular_columns(n) * n == system.particles
    )  # fmt: skip
    columns = system.particles // rows
    row, column = np.indices((rows, columns)).reshape(2, -1)
    x = (column + 0.25 + 0.5 * (row % 2)) / columns
    return np.stack([x, (row + 0.5) / rows]) * system.box_side


def initial_positions(system: System, seed: int) -> np.ndarray:
    """Positions at step 0 as the spec asks for; for `quenched`, where the descent starts."""
    if system.initial == "lattice":
        return lattice_positions(system)
    if system.initial == "triangular":
        return triangular_positions(system)
    if not isinstance(system.initial, FromFile):
        return random_positions(system, seed)
    raise InputError(f"initial: got no positions, wanted those of {system.initial.file} (system.initial)")


def diameters(system: System, seed: int) -> np.ndarray:
    """Diameter of each particle: the quantiles of the size law, dealt out at random; one number where all
    are the same."""
    if system.sizes.kind == "monodisperse":
        return np.ones(1)
    generator = _generator(seed)
    generator.random((system.dimension, system.particles))  # those of random_positions
    return generator.permutation(system.diameters)


def _generator(seed: int) -> np.random.Generator:
    return np.random.Generator(np.random.Philox(key=[seed, _STREAM_INITIAL]))
