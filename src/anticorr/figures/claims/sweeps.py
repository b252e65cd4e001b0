"""Quantities of a set of states: one row for all of them."""

import numpy as np

from anticorr.figures.claims import structure
from anticorr.figures.claims.numbers import Numbers
from anticorr.figures.states import Predicted


def plateau_ratio(states: list[Predicted]) -> Numbers | str:
    """Mean of measured / predicted plateau, weights 1 / err^2; 1 is predicted."""
    each = [structure.plateau(s) for s in states if float(s.theory["plateau"]) > 0]
    if not each:
        return "no state with a plateau"
    predicted, predicted_err, measured, measured_err = _columns(each)
    ratio = measured / predicted
    # Weights by the prediction's own size: the measured one would favour plateaus that came out low.
    weight = (predicted / measured_err) ** 2
    share = weight / weight.sum()
    return Numbers(
        1.0, _in_squares(share * predicted_err / predicted),
        float(share @ ratio), _in_squares(share * measured_err / predicted), each[0].k,
    )  # fmt: skip


def plateau_scaling(states: list[Predicted]) -> Numbers | str:
    """Slope of log plateau against log (1 + c_t), by weighted least squares; the same of theory."""
    kept = [s for s in states if float(s.theory["plateau"]) > 0 and s.correlation > -1]
    if len({s.correlation for s in kept}) < 2:
        return "fewer than two values of c_t with a plateau"
    each = [structure.plateau(s) for s in kept]
    predicted, predicted_err, measured, measured_err = _columns(each)
    if not (measured > 0).all():
        return "a fitted plateau is zero and has no logarithm"
    x = np.log([1 + s.correlation for s in kept])
    weight = (predicted / measured_err) ** 2
    x = x - np.average(x, weights=weight)
    share = weight * x / (weight @ x**2)
    return Numbers(
        float(share @ np.log(predicted)), _in_squares(share * predicted_err / predicted),
        float(share @ np.log(measured)), _in_squares(share * measured_err / measured), each[0].k,
    )  # fmt: skip


def _columns(each: list[Numbers]) -> np.ndarray:
    return np.array([[n.predicted, n.predicted_err, n.measured, n.measured_err] for n in each]).T


def _in_squares(parts: np.ndarray) -> float:
    return float(np.sqrt((parts**2).sum()))
