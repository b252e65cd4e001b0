"""Quantities of descent at finite learning rate: fluctuations and escapes over what theory says of them."""

from collections.abc import Callable

import numpy as np

from anticorr.figures.accompanied import Accompanied
from anticorr.figures.claims.numbers import Numbers
from anticorr.landscape.significance import mean_and_error

_OTHER = "no companion at finite learning rate"


def linear_variance(of: Accompanied) -> Numbers | str:
    """<|w|^2> over theory, mean over optimisers that are linear, noises and learning rates."""
    return _variance(of, lambda optimiser: optimiser not in ("regression", "adam"))


def regression_variance(of: Accompanied) -> Numbers | str:
    """The same of the regression in minibatches."""
    return _variance(of, lambda optimiser: optimiser == "regression")


def adam_variance(of: Accompanied) -> Numbers | str:
    """The same of Adam."""
    return _variance(of, lambda optimiser: optimiser == "adam")


def continuous_variance(of: Accompanied) -> Numbers | str:
    """<|w|^2> over that of continuous time, SGD under white noise at its largest learning rate."""
    if of.spec.kind != "quadratic":
        return _OTHER
    record = of.companion
    found = np.flatnonzero((record["optimiser"] == "sgd") & (record["correlation"] == 0))
    if not len(found):
        return "no SGD under white noise"
    own = record.isel(case=found[0])
    last = int(np.nanargmax(own["learning_rate"]))
    unit = float(own["square_continuous"][last])
    return Numbers(1.0, 0.0, float(own["square"][last]) / unit, float(own["square_err"][last]) / unit)


def escape_rate(of: Accompanied) -> Numbers | str:
    """Rate of escape over theory: mean over barriers, then over wells, whose walkers differ."""
    if of.spec.kind != "quadratic":
        return _OTHER
    ratio = of.companion["escape_rate"] / of.companion["escape_rate_exact"]
    return Numbers(1.0, 0.0, *mean_and_error(ratio.mean("barrier").values))


def escape_slope(of: Accompanied) -> Numbers | str:
    """Slope of ln(rate of escape) against E: mean over wells."""
    if of.spec.kind != "quadratic":
        return _OTHER
    exponent, rate = of.companion["exponent"].values, of.companion["escape_rate"].values
    if len(exponent) < 2 or (rate == 0).any():
        return "too few barriers, or one that nobody passed"
    slopes = np.polyfit(exponent, np.log(rate).T, 1)[0]
    return Numbers(-1.0, 0.0, *mean_and_error(slopes))


def _variance(of: Accompanied, wanted: Callable[[str], bool]) -> Numbers | str:
    if of.spec.kind != "quadratic":
        return _OTHER
    cases = [n for n, optimiser in enumerate(of.companion["optimiser"].values) if wanted(optimiser)]
    if not cases:
        return "no such optimiser"
    own = of.companion.isel(case=cases)
    ratio, error = ((own[name] / own["square_exact"]).values.ravel() for name in ("square", "square_err"))
    seen = np.isfinite(ratio)
    return Numbers(1.0, 0.0, ratio[seen].mean(), np.sqrt((error[seen] ** 2).sum()) / seen.sum())
