"""Quantities of projected noise: two dynamics, exact laws, and the rescaling of networks."""

import numpy as np

from anticorr.figures.accompanied import Accompanied
from anticorr.figures.claims.numbers import Numbers

_OTHER = "no companion of projected noise"
_MEAN_DISTANCE = np.sqrt(np.pi / 2) * np.log(2)
"""Of Kolmogorov's law: sqrt(n/2) times the distance of two samples of one law, n -> infinity."""
_SPREAD_OF_DISTANCES = np.sqrt(np.pi**2 / 12 - _MEAN_DISTANCE**2)
"""Its standard deviation."""


def square(of: Accompanied) -> Numbers | str:
    """<|x|^2> of both dynamics over its exact law: mean over groups, b and times."""
    if of.spec.kind != "orbit":
        return _OTHER
    exact, ratios, errors = of.companion["square_exact"].values, [], []
    for name in ("projected", "equivalent"):
        ratios.append(of.companion[f"square_{name}"].values / exact)
        errors.append(of.companion[f"square_{name}_err"].values / exact)
    # Times of one course are taken as fully correlated.
    within = np.array(errors).mean(axis=2)
    return Numbers(1.0, 0.0, float(np.mean(ratios)), float(np.sqrt((within**2).sum()) / within.size))


def two_samples(of: Accompanied) -> Numbers | str:
    """Mean distance of both dynamics over that of equal laws."""
    if of.spec.kind != "orbit":
        return _OTHER
    return _distances(of.companion["two_samples"].values)


def control(of: Accompanied) -> Numbers | str:
    """The same of one entry from one point, at the smallest b."""
    if of.spec.kind != "orbit":
        return _OTHER
    lowest = of.companion["b"].values == min(of.spec.b)
    return _distances(of.companion["control"].values[lowest][..., -1:])


def stratonovich(of: Accompanied) -> Numbers | str:
    """<|x|^2> at rest by Stratonovich's reading over that of Ito's, at the smallest b, mean over groups."""
    if of.spec.kind != "orbit":
        return _OTHER
    return _over_settings(
        of, "square_stratonovich", "dimension", of.companion["b"].values == min(of.spec.b)
    )


def gaps(of: Accompanied) -> Numbers | str:
    """Mean smallest gap of eigenvalues over that of the beta ensemble, mean over b."""
    if of.spec.kind != "orbit":
        return _OTHER
    known = np.isfinite(of.companion["form_ensemble"].values)
    if not known.any():
        return "no group that conjugates"
    return _over_settings(of, "form_rest", "form_ensemble", known)


def injected_balance(of: Accompanied) -> Numbers | str:
    """Variance of u^2 - |w|^2 under injected noise over theory, at the last step, mean over activations."""
    if of.spec.kind != "orbit":
        return _OTHER
    return _of_networks(of, "balance_injected", "balance_exact")


def sgd_balance(of: Accompanied) -> Numbers | str:
    """The same variance under SGD over that of theory for injected noise of its strength."""
    if of.spec.kind != "orbit":
        return _OTHER
    return _of_networks(of, "balance_sgd", "balance_exact")


def _distances(values: np.ndarray) -> Numbers:
    """Error: that of equal laws, with times and looks of a setting, whose walkers are the same, as one."""
    error = _SPREAD_OF_DISTANCES / _MEAN_DISTANCE / np.sqrt(len(values))
    return Numbers(1.0, 0.0, float(values.mean() / _MEAN_DISTANCE), float(error))


def _over_settings(of: Accompanied, name: str, under: str, which: np.ndarray) -> Numbers:
    below = of.companion[under].values[which]
    ratio, error = (of.companion[f"{name}{end}"].values[which] / below for end in ("", "_err"))
    return Numbers(1.0, 0.0, float(ratio.mean()), float(np.sqrt((error**2).sum()) / len(ratio)))


def _of_networks(of: Accompanied, name: str, under: str) -> Numbers:
    last = of.companion.isel(course=-1)
    ratio, error = (last[f"{name}{end}"].values / last[under].values for end in ("", "_err"))
    return Numbers(1.0, 0.0, float(ratio.mean()), float(np.sqrt((error**2).sum()) / len(ratio)))
