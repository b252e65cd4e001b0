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
    """Harmonic disks of unit diameter, V = (1 - r)^2 / 2 in contact, in a periodic square: all pairs.

    Points are positions, x of all disks and then y, d = 2 n numbers; f is their energy. Its least is not
    known.
    """

    number: int
    packing_fraction: float

    @property
    def side(self) -> float:
        """Of the box, > 2, so that a pair meets once."""
        return math.sqrt(self.number * math.pi / 4 / self.packing_fraction)

    def __call__(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """f, (...), and its gradient, (..., d)."""
        places = x.reshape(*x.shape[:-1], 2, self.number)
        i, j = np.triu_indices(self.number, 1)
        apart = places[..., i] - places[..., j]
        apart -= self.side * np.round(apart / self.side)
        r = np.sqrt((apart**2).sum(axis=-2))
        overlap = np.maximum(1 - r, 0)
        push = apart * (-overlap / np.where(r > 0, r, 1.0))[..., None, :]
        meets = np.zeros((len(i), self.number))
        meets[np.arange(len(i)), i], meets[np.arange(len(i)), j] = 1, -1
        return 0.5 * (overlap**2).sum(axis=-1), (push @ meets).reshape(x.shape)


FUNCTIONS = {"rastrigin": rastrigin, "ackley": ackley}
