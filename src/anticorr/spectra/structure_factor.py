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
    position = np.asarray(position, dtype=float)
    if position.ndim != 3 or position.shape[2] not in (2, 3):
        raise InputError(f"positions: got shape {position.shape}, wanted (frame, particle, 2 or 3 axes)")
    if position.shape[0] < 1 or position.shape[1] < 2:
        raise InputError(f"positions: got shape {position.shape}, wanted >= 1 frame, >= 2 particles")
    if not np.isfinite(position).all():
        raise InputError("positions: got NaN or infinity, wanted finite numbers")
    frames, particles, dimension = position.shape
    scale = 2 * math.pi / side
    reach = int(np.abs(n).max())
    exact = int(np.searchsorted((n**2).sum(axis=1), EXACT_REACH**2, side="right"))
    powers = np.empty((dimension, min(reach, EXACT_REACH) + 1), dtype=complex)
    modes = np.empty((frames, len(n)), dtype=complex)
    plan = None
    if exact < len(n):
        plan = finufft.Plan(
            1, (2 * reach + 1,) * dimension, eps=NUFFT_EPS, isign=-1, dtype="complex128", nthreads=1
        )
        ones = np.ones(particles, dtype=complex)
        picked = tuple((n[exact:] + reach).T)
    for f in range(frames):
        sum_modes(position[f], scale, n[:exact], powers, modes[f, :exact])
        if plan is not None:
            angle = np.remainder(position[f] * scale, 2 * math.pi)
            plan.setpts(*np.ascontiguousarray(angle.T))
            modes[f, exact:] = plan.execute(ones)[picked]
        if progress is not None:
            progress(f + 1, frames)
    return modes
