"""Distances of all pairs in a periodic box, sorted into narrow bins."""

import itertools
import math

import numpy as np

from anticorr.accelerate import kernel


def pair_moments(position: np.ndarray, side: float, reach: float, bins: int) -> np.ndarray:
    """Of the pairs with distance r < reach <= side / 2 in each of `bins` equal bins: their number, and the
    sums of t and t^2, t = r - middle of the bin; (3, bins). position: (particle, axis), any image."""
    particles, d = position.shape
    position = np.remainder(position, side)
    per_side = int(side / reach)
    if per_side < 4:
        per_side = 1  # a stencil of cells would hold most of the box: every pair instead
    cell = np.minimum((position * (per_side / side)).astype(np.int64), per_side - 1)
    cell = cell @ per_side ** np.arange(d)[::-1]
    order = np.argsort(cell, kind="stable")
    starts = np.searchsorted(cell[order], np.arange(per_side**d + 1))
    neighbours = _forward_neighbours(per_side, d)
    moments = np.zeros((bins + 1, 3))
    ordered = np.ascontiguousarray(position[order].T)
    _bin_pairs(ordered, side, bins / reach, starts, neighbours, np.empty(particles), moments)
    return moments[:bins].T


def _forward_neighbours(per_side: int, d: int) -> np.ndarray:
    """Neighbours of each cell, (cell, neighbour): of each pair of cells one, and not the cell itself."""
    if per_side == 1:
        return np.empty((1, 0), np.int64)
    offsets = [o for o in itertools.product((-1, 0, 1), repeat=d) if o > (0,) * d]
    grid = np.indices((per_side,) * d).reshape(d, -1)
    place = per_side ** np.arange(d)[::-1]
    return np.stack([place @ ((grid.T + o) % per_side).T for o in offsets], axis=1)


@kernel
def _bin_pairs(
    x: np.ndarray, side: float, per_length: float, starts: np.ndarray, neighbours: np.ndarray,
    distance: np.ndarray, moments: np.ndarray,
) -> None:  # fmt: skip
    """moments: (bin, 3), the last bin for all that is further away, so that no branch is guessed wrong.

    x: (axis, particle) in the order of cells; per_length: bins in a unit of length; distance: space, N.
    """
    bins = len(moments) - 1
    width = 1.0 / per_length
    for c in range(len(starts) - 1):
        for i in range(starts[c], starts[c + 1]):
            for m in range(-1, neighbours.shape[1]):
                begin = i + 1 if m < 0 else starts[neighbours[c, m]]
                end = starts[c + 1] if m < 0 else starts[neighbours[c, m] + 1]
                for n in range(end - begin):
                    distance[n] = 0.0
                for a in range(x.shape[0]):
                    for n in range(end - begin):
                        separation = x[a, begin + n] - x[a, i]
                        separation -= side * np.rint(separation * (1.0 / side))
                        distance[n] += separation * separation
                for n in range(end - begin):
                    distance[n] = math.sqrt(distance[n])
                for n in range(end - begin):
                    r = distance[n]
                    b = min(int(r * per_length), bins)
                    t = r - (b + 0.5) * width
                    moments[b, 0] += 1.0
                    moments[b, 1] += t
                    moments[b, 2] += t * t
