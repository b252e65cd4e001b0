"""Density modes rho_k = sum_j exp(-i k . x_j) of frames of points in a periodic box.

Wavevectors with |n| <= 6 are summed exactly (about 1e-13 relative); the rest by a non-uniform FFT
(finufft, type 1, double precision, eps = 1e-12: an absolute floor of about 5e-10 on |rho_k|).
"""

import math
from collections.abc import Callable

import finufft
import numpy as np

from anticorr.errors import InputError
from anticorr.spectra._kernels import sum_modes

EXACT_REACH = 6
"""Largest |n| summed exactly."""
NUFFT_EPS = 1e-12


class DensityModes:
    """rho_k of one frame after another, at k = (2 pi / side) n; n: (mode, axis) integers sorted by |n|."""

    def __init__(self, side: float, n: np.ndarray):
        dimension = n.shape[1]
        self._n, self._scale = n, 2 * math.pi / side
        reach = int(np.abs(n).max())
        self._exact = int(np.searchsorted((n**2).sum(axis=1), EXACT_REACH**2, side="right"))
        self._powers = np.empty((dimension, min(reach, EXACT_REACH) + 1), dtype=complex)
        self._plan = None
        if self._exact < len(n):
            self._plan = finufft.Plan(
                1, (2 * reach + 1,) * dimension, eps=NUFFT_EPS, isign=-1, dtype="complex128", nthreads=1
            )
            self._picked = tuple((n[self._exact :] + reach).T)

    def __call__(self, position: np.ndarray) -> np.ndarray:
        """position (particle, axis), any image, finite; returns complex128 (mode)."""
        modes = np.empty(len(self._n), dtype=complex)
        sum_modes(position, self._scale, self._n[: self._exact], self._powers, modes[: self._exact])
        if self._plan is not None:
            angle = np.remainder(position * self._scale, 2 * math.pi)
            self._plan.setpts(*np.ascontiguousarray(angle.T))
            modes[self._exact :] = self._plan.execute(np.ones(len(position), complex))[self._picked]
        return modes


def density_modes(
    position: np.ndarray,
    side: float,
    n: np.ndarray,
    progress: Callable[[int, int], None] | None = None,
) -> np.ndarray:
    """rho_k of every frame at k = (2 pi / side) n.

    position: (frame, particle, axis), any image; n: (mode, axis) integers sorted by |n|.
    Returns complex128 (frame, mode). Raises InputError on bad shapes, empty or non-finite input.
    """
    position = np.asarray(position)
    if position.ndim != 3 or position.shape[2] not in (2, 3):
        raise InputError(f"positions: got shape {position.shape}, wanted (frame, particle, 2 or 3 axes)")
    if position.shape[0] < 1 or position.shape[1] < 2:
        raise InputError(f"positions: got shape {position.shape}, wanted >= 1 frame, >= 2 particles")
    modes = np.empty((len(position), len(n)), dtype=complex)
    modes_of = DensityModes(side, n)
    for f, frame in enumerate(position):
        frame = np.asarray(frame, dtype=float)  # frame by frame: float32 frames are not all copied
        if not np.isfinite(frame).all():
            raise InputError("positions: got NaN or infinity, wanted finite numbers")
        modes[f] = modes_of(frame)
        if progress is not None:
            progress(f + 1, len(position))
    return modes
