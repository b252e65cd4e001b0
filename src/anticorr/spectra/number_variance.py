"""Variance of the number of points in a disc or sphere."""

import numpy as np

from anticorr.errors import InputError
from anticorr.spectra._pairs import pair_moments
from anticorr.spectra.autocorrelation import batch_error
from anticorr.spectra.windows import ball, overlap

_BINS_PER_STEP = 64
"""Bins of pair distances between the diameters of two successive windows."""


def number_variance(
    position: np.ndarray, side: float, step: float, reach: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Radii R = step, 2 step, ... <= reach, sigma_N^2(R) and its standard error (batches of frames).

        sigma_N^2(R) = sum_ij v(r_ij; R) / V - (N v_1 / V)^2 = (1 / V^2) sum_{k != 0} |rho_k|^2 W(k R)^2

    is the mean over all centres of the window, v the overlap of two windows at distance r, v_1 = v(0), W
    the Fourier transform of a window: no window is drawn, so a frame has no sampling error. v is expanded
    to second order within narrow bins of r, with the moments of the pairs in each: error of sigma_N^2
    about 1e-4 of it at most. position: (frame, particle, axis), any image. N independent points:
    N p (1 - p), p = v_1 / V; S ~ k^alpha: R^{d - alpha}, but no less than R^{d - 1}. Time
    grows as N^2 (reach / side)^d.

    Raises InputError unless 0 < step <= reach <= side / 4.
    """
    frames, particles, d = position.shape
    if not 0 < step <= reach <= side / 4:
        raise InputError(
            f"step, reach: got {step:g}, {reach:g}, allowed: 0 < step <= reach <= {side / 4:g}, a quarter "
            "of the box side"
        )
    count = int(reach / step * (1 + 1e-12))
    radii = step * np.arange(1, count + 1)
    middle = (np.arange(count * _BINS_PER_STEP) + 0.5) * (2 * step / _BINS_PER_STEP)
    volume = side**d
    variance = np.empty((frames, count))
    for f, frame in enumerate(position):
        number, slope, curvature = pair_moments(frame, side, 2 * radii[-1], len(middle))
        for i, radius in enumerate(radii):
            within = slice(0, (i + 1) * _BINS_PER_STEP)
            v, v1, v2 = overlap(middle[within], radius, d)
            pairs = number[within] @ v + slope[within] @ v1 + curvature[within] @ (v2 / 2 * np.ones_like(v))
            own = particles * ball(radius, d)
            variance[f, i] = (own + 2 * pairs) / volume - (own / volume) ** 2
    return radii, variance.mean(axis=0), batch_error(variance)
