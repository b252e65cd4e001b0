"""Density modes rho_k = sum_j w_j exp(-i k . x_j) of frames of points in a periodic box.

Few modes or few particles are summed exactly (rounding only); otherwise modes with |n| <= 6 are, and the
rest come from a non-uniform FFT (finufft, type 1, double precision, eps = 1e-12). Which of the two is a
function of the numbers of modes and particles alone, never of a clock. `DensityModes.error_bound` says how
far off rho_k can be; disordered points stay far below it.
"""

import math
from collections.abc import Callable
from typing import Any

import finufft
import numpy as np

from anticorr.errors import InputError
from anticorr.spectra.exact_modes import ExactModes

EXACT_REACH = 6
"""Largest |n| that is always summed exactly."""
NUFFT_EPS = 1e-12
_NUFFT_FACTOR = 10
"""Error of the non-uniform FFT over eps sum_j |w_j|, at most: of one point it was 2 to 6, and of many on
one spot, where all errors add up, the sums of its grid added 1.5 roundings a particle (1e5 points)."""

# Nanoseconds, measured on one thread of an AMD EPYC (Zen 5); only their ratios matter, for the choice of
# the way: its time was at most 1.2 times that of the other one (1e2 to 1e5 particles, |n| up to 8 to 178).
_PER_PARTICLE_AND_AXIS, _PER_ROW, _PER_MODE = 40.0, 2.0, 0.25
_SPREAD = {2: 150.0, 3: 1000.0}
_PER_GRID_POINT = 1.0


class DensityModes:
    """rho_k of one frame after another, at k = (2 pi / side) n; n: (mode, axis) integers sorted by |n|."""

    def __init__(self, side: float, n: np.ndarray) -> None:
        self._side, self._n = side, np.asarray(n)
        self._least = int(np.searchsorted((self._n**2).sum(axis=1), EXACT_REACH**2, side="right"))
        self._sums: dict[int, ExactModes] = {}
        self._plan: Any = None

    def exact(self, particles: int) -> int:
        """How many modes, the first ones, are summed exactly for this number of particles."""
        if self._least == len(self._n):
            return self._least
        dimension = self._n.shape[1]
        grid = (2 * self._grid_side()) ** dimension
        nufft = particles * _SPREAD[dimension] + _PER_GRID_POINT * grid * math.log2(grid)
        saved = particles * (self._sum_cost(len(self._n)) - self._sum_cost(self._least))
        return len(self._n) if saved <= nufft else self._least

    def error_bound(self, particles: int) -> np.ndarray:
        """Largest |error| of rho_k of each mode, for unit weights (else over their mean absolute value).

        What that means for S = |rho_k|^2 / N: `intensity_error`. The bound holds for any positions in
        [-L, L]; further out their own last digit counts, |n| |x| 2^-53 2 pi / L a particle. Disordered
        points: about 1e-15 |n| sqrt(N) (exact), 3e-12 sqrt(N) (finufft).
        """
        exact = self.exact(particles)
        bound = np.full(len(self._n), _NUFFT_FACTOR * NUFFT_EPS + particles * 2.0**-52)
        bound[:exact] = self._exact(exact).error_bound()
        return particles * bound

    def __call__(self, position: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
        """position (particle, axis), any image, finite; weights (particle), real; complex128 (mode)."""
        position = np.ascontiguousarray(position, dtype=float)
        particles = len(position)
        weights = np.ones(particles) if weights is None else np.ascontiguousarray(weights, dtype=float)
        exact = self.exact(particles)
        modes = np.empty(len(self._n), dtype=complex)
        modes[:exact] = self._exact(exact)(position, weights)
        if exact < len(modes):
            modes[exact:] = self._transform(position, weights)
        return modes

    def _grid_side(self) -> int:
        return 2 * int(np.abs(self._n).max()) + 1

    def _sum_cost(self, exact: int) -> float:
        """Nanoseconds a particle."""
        n = self._n[:exact]
        rows = np.abs(n[:, :-1]).max(initial=0) + 1
        if n.shape[1] == 3:
            rows *= 1.6 * rows  # half of a disc of this radius
        return n.shape[1] * _PER_PARTICLE_AND_AXIS + rows * _PER_ROW + exact * _PER_MODE

    def _exact(self, exact: int) -> ExactModes:
        if exact not in self._sums:
            self._sums[exact] = ExactModes(self._side, self._n[:exact])
        return self._sums[exact]

    def _transform(self, position: np.ndarray, weights: np.ndarray) -> np.ndarray:
        """Modes beyond the exact ones, by the non-uniform FFT; its plan is made once."""
        if self._plan is None:
            shape = (self._grid_side(),) * self._n.shape[1]
            self._plan = finufft.Plan(1, shape, eps=NUFFT_EPS, isign=-1, dtype="complex128", nthreads=1)
            self._picked = tuple((self._n[self._least :] + shape[0] // 2).T)
        angle = np.remainder(position * (2 * math.pi / self._side), 2 * math.pi)
        self._plan.setpts(*np.ascontiguousarray(angle.T))
        return self._plan.execute(weights.astype(complex))[self._picked]


def intensity_error(S: np.ndarray, error: np.ndarray, particles: int) -> np.ndarray:
    """Largest error of S = |rho_k|^2 / N where rho_k is known to `error`: 2 e sqrt(S / N) + e^2 / N."""
    return 2 * error * np.sqrt(S / particles) + error**2 / particles


def density_modes(
    position: np.ndarray,
    side: float,
    n: np.ndarray,
    progress: Callable[[int, int], None] | None = None,
    weights: np.ndarray | None = None,
) -> np.ndarray:
    """rho_k of every frame at k = (2 pi / side) n.

    position: (frame, particle, axis), any image; n: (mode, axis) integers sorted by |n|; weights:
    (particle), real. Returns complex128 (frame, mode). Raises InputError on bad shapes, empty or
    non-finite input.
    """
    position = np.asarray(position)
    if position.ndim != 3 or position.shape[2] not in (2, 3):
        raise InputError(f"positions: got shape {position.shape}, wanted (frame, particle, 2 or 3 axes)")
    if position.shape[0] < 1 or position.shape[1] < 2:
        raise InputError(f"positions: got shape {position.shape}, wanted >= 1 frame, >= 2 particles")
    if weights is not None and np.shape(weights) != (position.shape[1],):
        raise InputError(f"weights: got shape {np.shape(weights)}, wanted ({position.shape[1]},)")
    if weights is not None and not np.isfinite(weights).all():
        raise InputError("weights: got NaN or infinity, wanted finite numbers")
    modes = np.empty((len(position), len(n)), dtype=complex)
    modes_of = DensityModes(side, n)
    for f, frame in enumerate(position):
        frame = np.asarray(frame, dtype=float)  # frame by frame: float32 frames are not all copied
        if not np.isfinite(frame).all():
            raise InputError("positions: got NaN or infinity, wanted finite numbers")
        modes[f] = modes_of(frame, weights)
        if progress is not None:
            progress(f + 1, len(position))
    return modes
