"""Variance of a mode from the spectrum of its noise: no filter, so exact and singular spectra as well.

    <u^2> = int_{-pi}^{pi} dw/2pi  f(w) / |1 - (1-m) e^{-iw}|^2

With x = log tan(w/2) this is

    <u^2> = (2/pi) int dx  f(w(x)) / [m^2 e^{-x} + (2-m)^2 e^x]

over the real line. The poles of the fraction, of every exponential sum, and the branch points of fractional
noise all lie on |Im x| = pi/2, whatever m and the rates are, and the integrand decays exponentially at both
ends. So the trapezoidal rule with step h is exact up to exp(-pi^2 / h) (Trefethen and Weideman, SIAM Review
56, 385 (2014)): rounding, at the step taken here, for m = 1e-9 as for m = 1.
"""

from collections.abc import Callable

import numpy as np

_STEP = 0.25
_LOWEST, _HIGHEST = -690.0, 60.0
"""Of x: down to w = 1e-299; a spectrum w^(1-2H) has e^{-690 (2-2H)} of its variance below."""


def mode_variance(rate: np.ndarray, spectrum: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """<u^2> of u(t+1) = (1-m) u(t) + xi(t), same shape as `rate`; NaN where m lies outside (0, 2).

    spectrum: f(w) at an array of w in (0, pi], radians per step, even, of mean 1 for unit variance; it may
    vanish or diverge at w = 0 as a power above -1.
    """
    m = np.asarray(rate, dtype=float)
    m = np.where((m > 0) & (m < 2), m, np.nan)
    x = np.arange(_LOWEST, _HIGHEST, _STEP)
    f = spectrum(2 * np.arctan(np.exp(x)))
    sums = [(f / (one**2 * np.exp(-x) + (2 - one) ** 2 * np.exp(x))).sum() for one in m.ravel()]
    return 2 / np.pi * _STEP * np.array(sums).reshape(m.shape)
