"""Functions on which optimisers are tried: f and its gradient at points (..., d).

Two have their minimum, 0, at x = 0; the third is the energy of particles.

| | f |
|---|---|
| rastrigin | sum_i x_i^2 + 10 (1 - cos 2 pi x_i) |
| ackley | 20 (1 - exp(-.2 abs(x) / sqrt d)) + e - exp(mean cos 2 pi x_i) |

Jamil and Yang, International Journal of Mathematical Modelling and Numerical Optimisation 4, 150 (2013).
"""

import math
from dataclasses import dataclass

import numpy as np

from anticorr.companions._disks import energies_and_gradients


def rastrigin(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """f, (...), and its gradient, (..., d)."""
    f = (x**2 + 10 * (1 - np.cos(2 * np.pi * x))).sum(axis=-1)
    return f, 2 * x + 20 * np.pi * np.sin(2 * np.pi * x)


def ackley(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """f, (...), and its gradient, (..., d); at x = 0, where it has none, 0."""
    d = x.shape[-1]
    size = np.sqrt((x**2).mean(axis=-1, keepdims=True))
    well, waves = np.exp(-0.2 * size), np.exp(np.cos(2 * np.pi * x).mean(axis=-1, keepdims=True))
    f = (20 * (1 - well) + np.e - waves)[..., 0]
    slope = 4 * well * x / (d * np.where(size > 0, size, 1.0))
    return f, slope + 2 * np.pi / d * np.sin(2 * np.pi * x) * waves


@dataclass(frozen=True)
class Particles:
    """Harmonic disks, V = (1 - r/d)^2 / 2 in contact at a mean diameter d, in a periodic square: all pairs.
    Every second is larger by `ratio`; the others have unit diameter.

    Points are positions, x of all disks and then y, 2 n numbers; f is their energy. Its least is not known.
    """

    number: int
    packing_fraction: float
    ratio: float = 1.4

    @property
    def diameters(self) -> np.ndarray:
        """(disk,)."""
        return np.where(np.arange(self.number) % 2, self.ratio, 1.0)

    @property
    def side(self) -> float:
        """Of the box, larger than two contacts, so that a pair meets once."""
        return math.sqrt(math.pi / 4 * (self.diameters**2).sum() / self.packing_fraction)

    def __call__(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """f, (...), and its gradient, (..., d)."""
        position = np.ascontiguousarray(x).reshape(-1, 2, self.number)
        energy, gradient = np.empty(len(position)), np.empty_like(position)
        energies_and_gradients(position, self.side, self.diameters, energy, gradient)
        return energy.reshape(x.shape[:-1]), gradient.reshape(x.shape)


FUNCTIONS = {"rastrigin": rastrigin, "ackley": ackley}
