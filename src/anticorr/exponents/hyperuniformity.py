"""What a spectrum says of hyperuniformity: exponent against k_max, index, class."""

from dataclasses import dataclass

import numpy as np

from anticorr.errors import InputError
from anticorr.exponents.profile import LEVEL_95, Estimate
from anticorr.exponents.whittle import PowerLaw, Shells, fit_power_law

LIKELIHOOD_RATIO_5 = 2.705543454095404
"""A plateau of zero is rejected at 5% beyond this ratio: its law is half 0, half chi^2_1."""
_PEAK_WEIGHT = 100.0
"""Least weight of a shell that may be the peak: 10% error."""
_CLASS_II = 0.1
"""Farthest that an interval of alpha may reach from 1 and count as 1."""


def stability(
    k: np.ndarray, S: np.ndarray, weight: np.ndarray, k_maxes: np.ndarray
) -> dict[str, np.ndarray]:
    """Exponent against the largest k of the fit, with the plateau free and with none.

    Returns arrays over k_maxes: `shells`, `alpha`, `alpha_err`, `alpha_interval` (k_max, bound),
    `alpha_pure`, `alpha_pure_err`, `likelihood_ratio`. An exponent that holds only below some k shows as a
    drift of alpha by more than its errors. Raises InputError for a k_max above fewer than four shells.
    """
    k, S, weight = (np.asarray(v, dtype=float) for v in (k, S, weight))
    k_maxes = np.atleast_1d(np.asarray(k_maxes, dtype=float))
    shells = np.array([(k <= top).sum() for top in k_maxes])
    problems = [
        f"k_maxes: got {top:.4g} with {count} shells below it, allowed >= "
        + (f"{np.sort(k)[3]:.4g} (four shells)" if len(k) > 3 else f"none: {len(k)} shells in all")
        for top, count in zip(k_maxes, shells, strict=True)
        if count < 4
    ]
    if problems:
        raise InputError(*problems)
    below = [k <= top for top in k_maxes]
    free = [fit_power_law(k[b], S[b], weight[b]) for b in below]
    pure = [fit_power_law(k[b], S[b], weight[b], plateau=0.0) for b in below]
    return {
        "shells": shells,
        "alpha": np.array([f.alpha.value for f in free]),
        "alpha_err": np.array([f.alpha.error for f in free]),
        "alpha_interval": np.array([f.alpha.interval for f in free]),
        "alpha_pure": np.array([f.alpha.value for f in pure]),
        "alpha_pure_err": np.array([f.alpha.error for f in pure]),
        "likelihood_ratio": np.array([p.deviance - f.deviance for p, f in zip(pure, free, strict=True)]),
    }


@dataclass(frozen=True)
class Index:
    """H_idx = S(k -> 0) / S(k_peak)."""

    index: Estimate
    peak: float
    peak_error: float
    k_peak: float
    reached: bool
    """False where the last shell is the highest: the peak lies beyond, and the index is an upper bound."""


def hyperuniformity_index(k: np.ndarray, S: np.ndarray, weight: np.ndarray, plateau: Estimate) -> Index:
    """H_idx from the plateau of a fit and the highest shell of the whole spectrum.

    The peak is the largest S among shells of weight >= 100 (so that the highest of many noisy shells is
    not chosen for its noise), with error S / sqrt(weight). The interval of the ratio joins the two
    intervals (Donner and Zou 2012), so it starts at 0 where that of the plateau does.
    Raises InputError without a shell of that weight.
    """
    data = Shells(k, S, weight, 0)
    firm = np.flatnonzero(data.weight >= _PEAK_WEIGHT)
    if not len(firm):
        raise InputError(
            f"spectrum: got a weight of at most {data.weight.max():.3g} in a shell, wanted >= "
            f"{_PEAK_WEIGHT:g} (more frames or wider shells) for the peak"
        )
    top = firm[np.argmax(data.S[firm])]
    b = float(data.S[top])
    b_err = b / float(np.sqrt(data.weight[top]))
    half = np.sqrt(LEVEL_95) * b_err
    low_b, high_b = b - half, b + half
    a, (low_a, high_a) = plateau.value, plateau.interval
    lower = a * b - np.sqrt(max((a * b) ** 2 - low_a * high_b * (2 * a - low_a) * (2 * b - high_b), 0.0))
    upper = a * b + np.sqrt(max((a * b) ** 2 - high_a * low_b * (2 * a - high_a) * (2 * b - low_b), 0.0))
    interval = (lower / (high_b * (2 * b - high_b)), upper / (low_b * (2 * b - low_b)))
    error = float(np.hypot(plateau.error / b, a * b_err / b**2))
    reached = bool(data.k[top] < data.k.max())
    return Index(Estimate(a / b, error, interval), b, b_err, float(data.k[top]), reached)


def hyperuniform_class(free: PowerLaw, pure: PowerLaw, k_min: float) -> str:
    """Class by the exponent, S ~ k^alpha, or why there is none.

    free, pure: fits of the same shells with the plateau free and with none; k_min: their smallest k.
    'not hyperuniform': no plateau is rejected at 5% (likelihood ratio > 2.71). Otherwise, by the 95%
    interval of alpha with the plateau free: 'class I' above 1, 'class III' below 1, 'class II' where it
    holds 1 and reaches at most .1 to either side; 'undecided' where it is wider, or where the interval of
    the plateau reaches S(k_min), so that nothing is seen to vanish.
    Raises InputError for fits without intervals.
    """
    low, high = free.alpha.interval
    if not np.isfinite([low, high, *free.plateau.interval]).all():
        raise InputError("fit: got one without intervals, wanted errors=True and the plateau free")
    if pure.deviance - free.deviance > LIKELIHOOD_RATIO_5:
        return "not hyperuniform"
    smallest = free.plateau.value + free.amplitude.value * k_min**free.alpha.value
    if free.plateau.interval[1] >= smallest:
        return "undecided"
    if low > 1:
        return "class I"
    if high < 1:
        return "class III"
    return "class II" if max(high - 1, 1 - low) <= _CLASS_II else "undecided"
