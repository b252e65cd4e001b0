"""How stiff the contacts are: the largest step that gradient descent takes without overshooting."""

import math

import numpy as np
from scipy.sparse import coo_array
from scipy.spatial import cKDTree

from anticorr.engine.potentials import KINDS, evaluate
from anticorr.specs.system import System

_DIFFERENCE = 1e-5
"""Step of the central difference that gives V'' from V', in units of x."""
_POWER_ITERATIONS = 50


def largest_stable_step(system: System, position: np.ndarray, diameters: np.ndarray) -> float:
    """2 / lambda_max of the contact stiffness at `position` (particle, axis); infinity without contacts.

    Gradient descent with a larger step overshoots along the stiffest mode; contacts then break, so that a
    run may stay bounded all the same. The stiffness is the Hessian without its prestress
    (V' / r) (1 - n n^T), which for repulsion only lowers it: sums of V'' n n^T over contacts, n along the
    line of centres. lambda_max by power iteration, to some per cent. Each pair counts its nearest image.
    """
    side, cutoff = system.box_side, getattr(system.potential, "cutoff", 1.0)
    wrapped = np.mod(position, side) % side
    pairs = cKDTree(wrapped, boxsize=side).query_pairs(min(system.reach, side / 2), output_type="ndarray")
    gap = wrapped[pairs[:, 0]] - wrapped[pairs[:, 1]]
    gap -= side * np.rint(gap / side)
    mean = diameters[pairs].mean(axis=1)
    ratio = np.linalg.norm(gap, axis=1) / mean
    near = (ratio < cutoff) & (ratio > 0)
    pairs, gap, mean, ratio = pairs[near], gap[near], mean[near], ratio[near]
    if not len(pairs):
        return math.inf
    steps = np.array([-1, 1])[:, None] * _DIFFERENCE
    low, high = (-_slope(system.potential, ratio + s) * (ratio + s) for s in steps)  # V'
    along = (high - low) / (2 * _DIFFERENCE) / mean**2
    unit = gap / (ratio * mean)[:, None]
    d = system.dimension
    block = along[:, None, None] * unit[:, :, None] * unit[:, None, :]
    rows, columns, values = [], [], []
    for one, other, sign in ((0, 0, 1), (1, 1, 1), (0, 1, -1), (1, 0, -1)):
        row, column = np.broadcast_arrays(
            pairs[:, one, None, None] * d + np.arange(d)[:, None],
            pairs[:, other, None, None] * d + np.arange(d),
        )
        rows.append(row.ravel()), columns.append(column.ravel()), values.append(sign * block.ravel())
    size = len(position) * d
    hessian = coo_array(
        (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))), shape=(size, size)
    ).tocsr()
    vector = np.cos(np.arange(size, dtype=float))  # any, but always the same
    for _ in range(_POWER_ITERATIONS):
        vector /= np.linalg.norm(vector)
        before, vector = vector, hessian @ vector
    largest = float(before @ vector)
    return 2 / largest if largest > 0 else math.inf


def _slope(potential, ratio: np.ndarray) -> np.ndarray:
    """-V'(x) / x, zero beyond the cutoff."""
    cutoff = float(getattr(potential, "cutoff", 1.0))
    energy, slope = np.empty_like(ratio), np.empty_like(ratio)
    evaluate(
        KINDS.index(potential.kind), float(getattr(potential, "exponent", 0.0)), cutoff, len(ratio),
        np.clip(ratio, 1e-9, cutoff), energy, slope,
    )  # fmt: skip
    return slope
