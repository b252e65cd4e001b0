"""Wavevectors of a periodic box: k = (2 pi / L) n, n integer and not zero, one of each +-n pair."""

import math

import numpy as np

from anticorr.errors import InputError

MOST_MODES = 10_000_000


def half_space(side: float, dimension: int, k_max: float) -> np.ndarray:
    """All n with 0 < |k| <= k_max whose first non-zero component is positive, sorted by |n|.

    Shape (modes, dimension), int64. Raises InputError when k_max lies below the smallest k, 2 pi / L, or
    asks for more than ten million modes.
    """
    smallest = 2 * math.pi / side
    reach = k_max / smallest * (1 + 1e-12)
    if reach < 1:
        raise InputError(f"k_max: got {k_max:.4g}, allowed >= 2 pi / L = {smallest:.4g}")
    ball = {2: math.pi, 3: 4 * math.pi / 3}[dimension]
    if ball / 2 * reach**dimension > MOST_MODES:
        most = smallest * (2 * MOST_MODES / ball) ** (1 / dimension)
        raise InputError(
            f"k_max: got {k_max:.4g}, allowed <= {most:.4g} ({MOST_MODES:,} modes); points have structure "
            "up to some 2 pi over their distance"
        )
    line = np.arange(-int(reach), int(reach) + 1)
    n = np.stack(np.meshgrid(*[line] * dimension, indexing="ij"), axis=-1).reshape(-1, dimension)
    square = (n**2).sum(axis=1)
    first = np.zeros(len(n), dtype=int)
    for axis in reversed(range(dimension)):
        first = np.where(n[:, axis] != 0, n[:, axis], first)
    kept = (square > 0) & (square <= reach**2) & (first > 0)
    n, square = n[kept], square[kept]
    return n[np.lexsort((*n.T[::-1], square))]


def shells(n: np.ndarray) -> np.ndarray:
    """First mode of each shell, for modes sorted by |n|; the smallest |n| is a shell of its own.

    Edges lie at |n| = 1, 1.2, 1.5, 2.5, 3.5, ... and grow by 5% where that is more than one.
    """
    norm = np.sqrt((n**2).sum(axis=1))
    edges = [1.2, 1.5]
    while edges[-1] <= norm[-1]:
        edges.append(edges[-1] + max(1.0, 0.05 * edges[-1]))
    shell = np.searchsorted(edges, norm)
    return np.flatnonzero(np.diff(shell, prepend=-1))


def shell_wavenumbers(side: float, n: np.ndarray, first: np.ndarray) -> np.ndarray:
    """Mean |k| of each shell, for modes n whose shells begin at `first`."""
    counts = np.diff([*first, len(n)])
    return np.add.reduceat(np.sqrt((n**2).sum(axis=1)), first) / counts * (2 * math.pi / side)
