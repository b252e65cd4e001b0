"""Initial positions, shape (axis, particle), in [0, L)."""

import numpy as np

from anticorr.specs import System

_STREAM_INITIAL = 3
"""Names this use of the seed; kept apart from the streams of noise.philox."""


def random_positions(system: System, seed: int) -> np.ndarray:
    """N independent uniform points (Poisson: S = 1 at every k)."""
    generator = np.random.Generator(np.random.Philox(key=[seed, _STREAM_INITIAL]))
    return generator.random((system.dimension, system.particles)) * system.box_side


def lattice_positions(system: System) -> np.ndarray:
    """Square or cubic lattice, points in the middle of their unit cells (S = 0 off Bragg peaks)."""
    per_side = round(system.particles ** (1 / system.dimension))
    spacing = system.box_side / per_side
    index = np.indices((per_side,) * system.dimension).reshape(system.dimension, -1)
    return (index + 0.5) * spacing


def initial_positions(system: System, seed: int) -> np.ndarray:
    """Positions at step 0 as the spec asks for."""
    if system.initial == "lattice":
        return lattice_positions(system)
    return random_positions(system, seed)
