"""Intervals of means: of an intensity from its Gamma law, of anything else from Student's."""

import numpy as np
from scipy.special import gammaincinv, stdtrit

from anticorr.errors import InputError


def intensity_interval(S: np.ndarray, nu: np.ndarray, level: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """(lower, upper) end of the interval of S for shells that are worth nu exponential numbers each.

    S_hat / S has the Gamma law of mean 1 and shape nu = modes * effective samples, so

        S in [S_hat nu / q((1 + level)/2), S_hat nu / q((1 - level)/2)],   q: quantiles of Gamma(nu)

    which is longer upwards. NaN where S or nu is not positive. Raises InputError for a level not in (0, 1).
    """
    _check_level(level)
    S, nu = np.broadcast_arrays(np.asarray(S, dtype=float), np.asarray(nu, dtype=float))
    known = (S > 0) & (nu > 0)
    shape = np.where(known, nu, np.nan)
    ends = [np.where(known, S, np.nan) * shape / gammaincinv(shape, 0.5 + 0.5 * s * level) for s in (1, -1)]
    return ends[0], ends[1]


def student_interval(
    value: float, errors: np.ndarray, degrees: np.ndarray, level: float = 0.95
) -> tuple[float, float]:
    """Interval of a number whose error is the root of the sum of squares of independent `errors`.

    Half width: t quantile times that root, with the degrees of freedom of Welch and Satterthwaite,
    (sum e^2)^2 / sum (e^4 / nu). For D of (2): errors of Phi over the width in density, degrees of freedom
    of `mean_error`. NaN where an error is unknown. Raises InputError for a level outside (0, 1).
    """
    _check_level(level)
    square = np.asarray(errors, dtype=float) ** 2
    total = float(square.sum())
    if total == 0:
        return float(value), float(value)
    if not np.isfinite(total):
        return np.nan, np.nan
    nu = total**2 / np.sum(square**2 / np.asarray(degrees, dtype=float))
    half = float(stdtrit(nu, 0.5 + 0.5 * level)) * np.sqrt(total)
    return float(value - half), float(value + half)


def _check_level(level: float) -> None:
    if not 0 < level < 1:
        raise InputError(f"level: got {level!r}, allowed between 0 and 1")
