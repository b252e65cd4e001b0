"""Energies and gradients of many small configurations of harmonic disks: all pairs, V = (1 - r/d)^2 / 2."""

import math

import numpy as np

from anticorr.accelerate import kernel


@kernel
def energies_and_gradients(
    position: np.ndarray, side: float, diameter: np.ndarray, energy: np.ndarray, gradient: np.ndarray
) -> None:
    """position, gradient: (configuration, axis, disk); energy: (configuration,); both are overwritten."""
    for c in range(position.shape[0]):
        total = 0.0
        gradient[c, :, :] = 0.0
        for i in range(position.shape[2]):
            for j in range(i):
                x = position[c, 0, i] - position[c, 0, j]
                y = position[c, 1, i] - position[c, 1, j]
                x -= side * round(x / side)
                y -= side * round(y / side)
                square = x * x + y * y
                reach = 0.5 * (diameter[i] + diameter[j])
                if square < reach * reach:
                    r = math.sqrt(square)
                    total += 0.5 * (1.0 - r / reach) ** 2
                    push = (r / reach - 1.0) / (r * reach) if r > 0.0 else 0.0
                    gradient[c, 0, i] += push * x
                    gradient[c, 1, i] += push * y
                    gradient[c, 0, j] -= push * x
                    gradient[c, 1, j] -= push * y
        energy[c] = total
