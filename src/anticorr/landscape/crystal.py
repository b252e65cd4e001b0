"""The perfect crystal at the density of a system: what a quench can reach at best, for equal disks."""

import itertools
import math

import numpy as np

from anticorr.engine.stiffness import pair_energy
from anticorr.specs.system import System

_PRIMITIVE = {
    2: np.array([[1.0, 0.0], [0.5, math.sqrt(0.75)]]),
    3: np.array([[0.0, 1.0, 1.0], [1.0, 0.0, 1.0], [1.0, 1.0, 0.0]]) / math.sqrt(2),
}
"""Primitive vectors of the triangular (2D) and the face-centred cubic lattice (3D), spacing 1."""
_SHELLS = 12
"""Multiples of the primitive vectors looked at; enough for spacings above a quarter of the cutoff."""


def crystal(system: System) -> tuple[float, float]:
    """U / N and tr H / N of the triangular (2D) or face-centred cubic (3D) lattice, without the strain
    that a square box would put on it. NaN for particles of several sizes."""
    if system.sizes.kind != "monodisperse":
        return math.nan, math.nan
    d, cutoff = system.dimension, getattr(system.potential, "cutoff", 1.0)
    cell = abs(np.linalg.det(_PRIMITIVE[d]))
    spacing = (1 / (system.density * cell)) ** (1 / d)
    index = np.array([n for n in itertools.product(range(-_SHELLS, _SHELLS + 1), repeat=d) if any(n)])
    distance = spacing * np.linalg.norm(index @ _PRIMITIVE[d], axis=1)
    distance = distance[distance < cutoff]
    energy, slope, curvature = pair_energy(system.potential, distance)
    return 0.5 * float(energy.sum()), float((curvature + (d - 1) * slope / distance).sum())
