"""Positions of all particles at one step, in the periodic box."""

from functools import cached_property

import numpy as np

from anticorr.accelerate import kernel
from anticorr.engine._sorting import wrap
from anticorr.engine.particles import Particles


@kernel
def _wrap_all(unwrapped: np.ndarray, side: float, out: np.ndarray) -> None:
    """out[particle, axis] = image of unwrapped[axis, particle] in [0, side)."""
    for a in range(unwrapped.shape[0]):
        for k in range(unwrapped.shape[1]):
            out[k, a] = wrap(unwrapped[a, k], side)


def wrapped(unwrapped: np.ndarray, side: float) -> np.ndarray:
    """Images in [0, side) of unwrapped (axis, particle); shape (particle, axis), read-only."""
    out = np.empty(unwrapped.shape[::-1])
    _wrap_all(unwrapped, side, out)
    out.flags.writeable = False
    return out


class Snapshot:
    """x and y at a step, (particle, axis) by particle number, in [0, L), read-only; made when asked for."""

    def __init__(self, particles: Particles, step: int) -> None:
        self._particles = particles
        self.step = step

    @cached_property
    def position(self) -> np.ndarray:
        return wrapped(self._particles.position(), self._particles.spec.system.box_side)

    @cached_property
    def stripped_position(self) -> np.ndarray:
        return wrapped(self._particles.stripped_position(), self._particles.spec.system.box_side)
