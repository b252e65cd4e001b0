"""How far particles move, one by one and together, from wrapped frames (frame, particle, axis) in [0, L).

Between consecutive frames a particle is taken to have made the shortest of all jumps that lead from one
image to the other.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from anticorr.errors import InputError

LARGEST_JUMP = 1 / 8
"""Rms jump between frames, per axis, in units of L, beyond which unwrapping is refused. At L/8 one Gaussian
jump in 16,000 is longer than L/2 and taken for another, which lowers the mean square displacement by 2e-4
of itself; at L/6 by 1%, at L/4 by 14% (tests/spectra/test_displacement.py)."""
_CELLS = {2: 6, 3: 3}
"""Cells along an axis that make the groups of particles, by dimension: 36 or 27 groups."""
_LEAST_PER_CELL = 4


@dataclass(frozen=True)
class Displacement:
    """A mean square displacement, summed over axes, against delay."""

    delay: np.ndarray
    """In frames."""
    value: np.ndarray
    error: np.ndarray


def jumps(position: np.ndarray, side: float, largest: float = LARGEST_JUMP) -> Iterator[np.ndarray]:
    """Displacement (particle, axis) from each frame to the next, by minimal images, frame by frame.

    Raises InputError, at the frame where it happens, when the rms per axis exceeds `largest` times L.
    """
    before = np.array(position[0], dtype=float)
    for t in range(1, len(position)):
        now = np.array(position[t], dtype=float)
        jump = now - before
        jump -= side * np.rint(jump / side)
        rms = float(np.sqrt(np.mean(jump**2)))
        if not rms <= largest * side:
            raise InputError(
                f"frames: got a root mean square jump of {rms:.3g} per axis from frame {t - 1} to {t}, "
                f"allowed up to L / {1 / largest:g} = {largest * side:.3g} (frames closer in time, or a "
                "larger box)"
            )
        yield jump
        before = now


def unwrap(position: np.ndarray, side: float, out: np.ndarray | None = None) -> np.ndarray:
    """Positions that run on through the walls, from those of the first frame; (frame, particle, axis).

    out: where to put them; `position` itself saves a second copy. Raises InputError as `jumps` does.
    """
    out = np.empty(position.shape) if out is None else out
    now = np.array(position[0], dtype=float)
    out[0] = now
    for t, jump in enumerate(jumps(position, side), start=1):
        now += jump
        out[t] = now
    return out


def spread_delays(frames: int, count: int = 20) -> np.ndarray:
    """About `count` roughly geometric delays in frames: 1, 2, ... to half the series."""
    return np.unique(np.rint(np.geomspace(1, max(frames // 2, 1), count)).astype(int))


def mean_square_displacement(
    unwrapped: np.ndarray, side: float, delays: np.ndarray | None = None
) -> Displacement:
    """<|r_i(t0 + t) - r_i(t0)|^2> over particles i and all origins t0.

    unwrapped: (frame, particle, axis), as `unwrap` gives; delays in frames (default `spread_delays`).
    Error: particles are put in groups by the cell of a 6 x 6 (3 x 3 x 3) grid in which they start, each
    group is averaged over all origins, and the groups' scatter counts, so overlapping origins and
    neighbours that move together are in it whatever the length of the series. What is left out, motion
    common to distant particles, adds a relative variance of order 1/N. NaN where there are fewer than
    4 groups (of at least 4 particles on average). Raises InputError for delays beyond the series.
    """
    frames, particles, dimension = unwrapped.shape
    delays = spread_delays(frames) if delays is None else np.asarray(delays)
    check_delays(delays, frames)
    cells = min(_CELLS[dimension], int((particles / _LEAST_PER_CELL) ** (1 / dimension)))
    group, sizes = np.zeros(particles, dtype=int), np.array([particles])
    if cells > 1:
        cell = np.floor(unwrapped[0] / side * cells).astype(int) % cells
        flat = cell @ cells ** np.arange(dimension)
        group, sizes = np.unique(flat, return_inverse=True, return_counts=True)[1:]
    value, error = np.empty(len(delays)), np.full(len(delays), np.nan)
    for n, delay in enumerate(delays):
        square = np.zeros(particles)
        for t in range(frames - delay):
            square += ((unwrapped[t + delay] - unwrapped[t]) ** 2).sum(axis=1)
        square /= frames - delay
        value[n] = square.mean()
        if len(sizes) >= 4:
            off = np.bincount(group, square) - sizes * value[n]
            error[n] = np.sqrt(np.sum(off**2) * len(sizes) / (len(sizes) - 1)) / particles
    return Displacement(delays, value, error)


def check_delays(delays: np.ndarray, frames: int) -> None:
    """Raises InputError for delays that are no delays of a series of so many frames."""
    if not len(delays) or delays.min() < 1 or delays.max() >= frames:
        raise InputError(f"delays: got {list(delays)}, allowed 1 to {frames - 1} frames")
