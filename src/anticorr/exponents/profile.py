"""Minima and profile-likelihood intervals of one parameter; costs are functions of arrays."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

LEVEL_95 = 3.841458820694124
"""Rise of 2 log L at the ends of the 95% interval of one parameter; it is 1 at one standard error."""


Cost = Callable[[np.ndarray], np.ndarray]
"""Costs of places, in an array of the same shape."""


@dataclass(frozen=True)
class Estimate:
    """A fitted number, its standard error and its 95% interval."""

    value: float
    error: float
    interval: tuple[float, float]

    def times(self, factor: float) -> "Estimate":
        """The estimate in another unit."""
        low, high = self.interval
        return Estimate(self.value * factor, self.error * factor, (low * factor, high * factor))


def held(value: float) -> Estimate:
    """A number that was given, not fitted."""
    return Estimate(value, 0.0, (value, value))


def unknown(value: float) -> Estimate:
    """A fitted number without errors."""
    return Estimate(value, np.nan, (np.nan, np.nan))


def lowest(cost: Cost, grid: np.ndarray, rows: int, gain: float) -> tuple[np.ndarray, np.ndarray]:
    """(cost, place) of the lowest point in a positive grid, for `rows` problems at once.

    cost: (rows, points) places -> costs. The grid of a row is refined between the neighbours of its best
    point until they lie less than `gain` higher; then the vertex of the parabola through the three, in
    log place, is the answer. On an edge of the grid: the edge.
    """
    each = np.arange(rows)
    places = np.log(np.broadcast_to(grid, (rows, len(grid))))
    for _ in range(12):
        values = cost(np.exp(places))
        best = np.argmin(values, axis=1)
        left, right = np.maximum(best - 1, 0), np.minimum(best + 1, places.shape[1] - 1)
        value, at = values[each, best], places[each, best]
        down, up = values[each, left] - value, values[each, right] - value
        below, above = places[each, left], places[each, right]
        if (np.maximum(down, up) < gain).all():
            break
        places = np.linspace(below, above, 9, axis=1)
    inner = (left < best) & (best < right) & (down + up > 0)
    total = np.where(inner, down + up, 1.0)
    shift = np.where(inner, (down - up) / total, 0.0)
    return value - 0.125 * shift**2 * total, np.exp(at + 0.25 * shift * (above - below))


def interval(cost: Cost, at: float, step: float, low: float, high: float) -> Estimate:
    """Where the rise of the deviance reaches 1 (error) and 3.84 (interval), on both sides of `at`.

    cost: array of places -> rises, 0 at `at`. low, high: ends of what is allowed, which are the answer
    where a level is not reached before them. The square root of the rise is about linear in the place:
    its crossing is bracketed by steps that treble, then by fifths of the bracket, then interpolated.
    """

    def root(places: np.ndarray) -> np.ndarray:
        return np.sqrt(np.maximum(cost(places.ravel()), 0.0)).reshape(places.shape)

    bounds, levels = np.array([low, high]), np.sqrt([1.0, LEVEL_95])
    rungs = 0.5 * (3.0 ** np.arange(1, 11) - 1) * step
    ladder = np.clip(at + np.array([[-1.0], [1.0]]) * rungs, low, high)
    ladder = np.hstack([np.full((2, 1), at), ladder])
    roots = np.hstack([np.zeros((2, 1)), root(ladder[:, 1:])])
    # Four ends: level, then side.
    ladder, roots = np.tile(ladder, (2, 1)), np.tile(roots, (2, 1))
    level, bound, each = np.repeat(levels, 2), np.tile(bounds, 2), np.arange(4)
    reached = (roots >= level[:, None]).any(axis=1)
    for narrowing in (True, True, True, False):
        above = np.maximum(np.argmax(roots >= level[:, None], axis=1), 1)
        inside, outside = ladder[each, above - 1], ladder[each, above]
        low_root, high_root = roots[each, above - 1], roots[each, above]
        if narrowing:
            ladder = np.linspace(inside, outside, 6, axis=1)
            roots = np.hstack([low_root[:, None], root(ladder[:, 1:-1]), high_root[:, None]])
    share = (level - low_root) / np.where(reached, high_root - low_root, 1.0)
    ends = np.where(reached, inside + share * (outside - inside), bound)
    # At a boundary one side is cut: the other side alone tells the error.
    sides = np.abs(ends[:2] - at)[ends[:2] != bounds]
    return Estimate(
        float(at), float(sides.mean()) if len(sides) else np.inf, (float(ends[2]), float(ends[3]))
    )
