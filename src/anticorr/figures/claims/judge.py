"""Verdicts: on one comparison, and on how many failures chance allows among all.

A difference *fails* if it exceeds `standard_errors` times its standard error plus the allowance, however
large the error. Otherwise it *holds*, unless the error exceeds `power` times the scale: *no power*.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from anticorr.claims import Tolerance
from anticorr.figures.claims.numbers import Numbers

HOLDS, FAILS, NO_POWER, MISSING, NOT_APPLICABLE = (
    "holds", "fails", "no power", "missing", "not applicable"
)  # fmt: skip


@dataclass(frozen=True)
class Verdict:
    """A word and the sentence behind it; z in standard errors, NaN without one."""

    word: str
    sentence: str = ""
    z: float = math.nan


def judge(numbers: Numbers, tolerance: Tolerance, relation: str = "equal") -> Verdict:
    """relation: `equal`, or `above` or `below`: measured is so by `standard_errors` at least."""
    gap = numbers.measured - numbers.predicted
    error = math.hypot(numbers.measured_err, numbers.predicted_err)
    if not math.isfinite(gap):
        return Verdict(
            MISSING, f"No number: measured {numbers.measured:g}, predicted {numbers.predicted:g}."
        )
    z = gap / error if error > 0 and math.isfinite(error) else math.nan
    scale = scale_of(numbers)
    within = tolerance.standard_errors * error
    if relation == "equal":
        decided = FAILS if abs(gap) > within + tolerance.allowance * abs(numbers.predicted) else None
    else:
        side = gap if relation == "above" else -gap
        decided = HOLDS if side > within else FAILS if side < -within else None
    powerful = error <= tolerance.power * scale
    if decided is None and powerful:
        decided = HOLDS if relation == "equal" else FAILS
    if decided is None:
        return Verdict(NO_POWER, _powerless(error, tolerance.power, scale), z)
    return Verdict(decided, _failed(numbers, tolerance, relation, z) if decided == FAILS else "", z)


def scale_of(numbers: Numbers) -> float:
    """What tells power: the scale given, or the size of the prediction."""
    return abs(numbers.predicted) if numbers.scale is None else numbers.scale


def _failed(numbers: Numbers, tolerance: Tolerance, relation: str, z: float) -> str:
    gap = numbers.measured - numbers.predicted
    far = "without a standard error" if math.isnan(z) else f"{abs(z):.1f} standard errors"
    told = (
        f"Measured {numbers.measured:.4g} is {far} {'above' if gap > 0 else 'below'} the predicted "
        f"{numbers.predicted:.4g}"
    )
    if numbers.predicted != 0:
        told += f", {percent(abs(gap / numbers.predicted))} of it"
    limit = f"{tolerance.standard_errors:g} standard errors"
    if relation == "equal":
        return f"{told}; allowed: {limit} and {percent(tolerance.allowance)} of it."
    return f"{told}; claimed: {relation} by {limit} or more."


def _powerless(error: float, power: float, scale: float) -> str:
    if not (math.isfinite(error) and scale > 0):
        return f"Standard error {error:.2g}, scale {scale:.2g}: nothing to judge by."
    excess = error / (power * scale)
    return (
        f"The standard error is {percent(error / scale)} of the scale {scale:.2g}, allowed: "
        f"{percent(power)}; {excess**2:.1f} times the samples would decide."
    )


def percent(share: float) -> str:
    """Two digits: '5%', '0.12%'."""
    return f"{100 * share:.2g}%" if share < 1 else f"{100 * share:.0f}%"


@dataclass(frozen=True)
class Chance:
    """What chance would do if every prediction were exact, and the rows independent and Gaussian.

    Rows with a z of the relation `equal`. An allowance makes failures rarer than this: bounds from above.
    """

    rows: int
    failures: int
    failures_expected: float
    failures_allowed: int
    """More than these have a probability below 5%."""
    beyond_two: int
    beyond_two_expected: float
    smallest_p: float
    """Two-sided p of the largest |z|; NaN without rows."""
    smallest_p_adjusted: float
    """Times the number of rows (Bonferroni; Holm's is the same for the smallest), at most 1."""
    rejected: int
    """Predictions that Holm's procedure rejects as exact, at 5% for all together."""


def chance(z: ArrayLike, standard_errors: ArrayLike, failures: int) -> Chance:
    """z, standard_errors: of each row; failures: how many of them failed."""
    p = np.sort(2 * ndtr(-np.abs(z)))
    each = 2 * ndtr(-np.asarray(standard_errors, dtype=float))
    count = np.ones(1)  # probability of 0, 1, ... failures: the rows may have different thresholds
    for probability in each:
        count = np.convolve(count, [1 - probability, probability])
    # Holm: stop at the first p that is too large.
    small = p * np.arange(len(p), 0, -1) <= 0.05
    return Chance(
        rows=len(p),
        failures=failures,
        failures_expected=float(each.sum()),
        failures_allowed=int(np.argmax(np.cumsum(count) >= 0.95)),
        beyond_two=int((np.abs(z) > 2).sum()),
        beyond_two_expected=float(len(p) * 2 * ndtr(-2)),
        smallest_p=float(p[0]) if len(p) else math.nan,
        smallest_p_adjusted=float(min(1, len(p) * p[0])) if len(p) else math.nan,
        rejected=int(np.logical_and.accumulate(small).sum()),
    )


def chance_to_hold(standard_errors: ArrayLike) -> float:
    """How many claims of above or below would hold by chance if there were no difference."""
    return float(ndtr(-np.asarray(standard_errors, dtype=float)).sum())
