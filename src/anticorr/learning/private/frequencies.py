"""Means over a period of frequencies, for spectra whose poles and zeros are real.

With x = log tan(w/2), for even g,

    int_{-pi}^{pi} dw/2pi g(w) = (1/pi) int dx g(w(x)) / cosh x

over the real line. Poles and zeros at real z have |Im x| = pi/2, however close to the unit circle, so the
trapezoidal rule of step h is exact up to exp(-pi^2 / h): rounding, at the step taken here (Trefethen and
Weideman, SIAM Review 56, 385 (2014)).
"""

import numpy as np

_STEP = 0.25
_X = np.arange(-60, 60 + _STEP, _STEP)

FREQUENCIES = 2 * np.arctan(np.exp(_X))
"""w in radians per step, in (0, pi]."""
WEIGHTS = _STEP / (np.pi * np.cosh(_X))
"""Of a mean over the period; their sum is 1."""
U = 4 / (1 + np.exp(-2 * _X))
"""|1 - e^{-iw}|^2 = 4 sin^2(w/2)."""


def period_mean(values: np.ndarray) -> float:
    """int_{-pi}^{pi} dw/2pi g(w) from g at FREQUENCIES, g even."""
    return float(WEIGHTS @ values)
