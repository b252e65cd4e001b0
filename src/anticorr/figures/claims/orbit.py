"""Quantities of projected noise: two dynamics, exact laws, and the rescaling of networks."""

import numpy as np
import xarray as xr

from anticorr.companions.groups import group_of
from anticorr.companions.orbits import dimension
from anticorr.figures.accompanied import Accompanied
from anticorr.figures.claims.numbers import Numbers
from anticorr.specs.companion.orbit import Orbit

_OTHER = "no companion of projected noise"
_MEAN_DISTANCE = np.sqrt(np.pi / 2) * np.log(2)
"""Of Kolmogorov's law: sqrt(n/2) times the distance of two samples of one law, n -> infinity."""
_SPREAD_OF_DISTANCES = np.sqrt(np.pi**2 / 12 - _MEAN_DISTANCE**2)
"""Its standard deviation."""


def square(of: Accompanied) -> Numbers | str:
    """<|x|^2> of both dynamics over its exact law: mean over groups, b < 1 and times."""
    own = _projecting(of)
    if isinstance(own, str):
        return own
    exact, ratios, errors = own["square_exact"].values, [], []
    for name in ("projected", "equivalent"):
        ratios.append(own[f"square_{name}"].values / exact)
        errors.append(own[f"square_{name}_err"].values / exact)
    # Times of one course are taken as fully correlated.
    within = np.array(errors).mean(axis=2)
    return Numbers(1.0, 0.0, float(np.mean(ratios)), float(np.sqrt((within**2).sum()) / within.size))


def laws(of: Accompanied) -> Numbers | str:
    """Mean distance of |x|^2 from its exact law over that of samples of it: both dynamics, b < 1."""
    own = _projecting(of)
    if isinstance(own, str):
        return own
    return _distances(np.concatenate([own[f"law_{name}"].values for name in ("projected", "equivalent")]))


def two_samples(of: Accompanied) -> Numbers | str:
    """Mean distance of both dynamics over that of equal laws, b < 1."""
    own = _projecting(of)
    return own if isinstance(own, str) else _distances(own["two_samples"].values)


def control(of: Accompanied) -> Numbers | str:
    """The same of one entry from one point, at the smallest b."""
    own = _projecting(of)
    if isinstance(own, str):
        return own
    smallest = own["b"].values == own["b"].values.min()
    return _distances(own["control"].values[smallest][..., -1:])


def stratonovich(of: Accompanied) -> Numbers | str:
    """<|x|^2> at rest by Stratonovich's reading over that of Ito's: mean over groups and b < 1. Predicted:
    delta with b in place of b^2."""
    own = _projecting(of)
    if isinstance(own, str):
        return own
    ito, b = own["dimension"].values, own["b"].values
    assert isinstance(of.spec, Orbit)  # see `_projecting`
    groups = [group_of(one.group, one.size) for one in of.spec.symmetries]
    other = [
        dimension(groups[n], value, stratonovich=True)
        for n, value in zip(own["symmetry"].values, b, strict=True)
    ]
    ratio, error = (own[f"square_stratonovich{end}"].values / ito for end in ("", "_err"))
    return Numbers(
        float(np.mean(other / ito)), 0.0, float(ratio.mean()),
        float(np.sqrt((error**2).sum()) / len(ratio)),
    )  # fmt: skip


def gaps(of: Accompanied) -> Numbers | str:
    """Mean smallest gap of eigenvalues over that of the beta ensemble, mean over b."""
    if of.spec.kind != "orbit":
        return _OTHER
    known = np.isfinite(of.companion["form_ensemble"].values)
    if not known.any():
        return "no group that conjugates"
    below, below_err = (of.companion[f"form_ensemble{end}"].values[known] for end in ("", "_err"))
    value, error = (of.companion[f"form_rest{end}"].values[known] for end in ("", "_err"))
    ratio = value / below
    relative = np.hypot(error / value, below_err / below)
    return Numbers(
        1.0, 0.0, float(ratio.mean()), float(np.sqrt((ratio**2 * relative**2).sum()) / len(ratio))
    )


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


def _projecting(of: Accompanied) -> xr.Dataset | str:
    """Settings with b < 1: at b = 1 both dynamics are isotropic noise by construction."""
    if of.spec.kind != "orbit":
        return _OTHER
    found = np.flatnonzero(of.companion["b"].values < 1)
    return of.companion.isel(setting=found) if len(found) else "no b < 1"


def _of_networks(of: Accompanied, name: str, under: str) -> Numbers:
    last = of.companion.isel(course=-1)
    ratio, error = (last[f"{name}{end}"].values / last[under].values for end in ("", "_err"))
    return Numbers(1.0, 0.0, float(ratio.mean()), float(np.sqrt((error**2).sum()) / len(ratio)))
