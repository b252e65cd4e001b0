"""spectra of one spec -> fit."""

import json
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr

from anticorr import provenance, records
from anticorr.errors import InputError
from anticorr.exponents.crossover import fit_crossover
from anticorr.exponents.hyperuniformity import hyperuniform_class, hyperuniformity_index, stability
from anticorr.exponents.profile import Estimate
from anticorr.exponents.whittle import fit_power_law
from anticorr.specs import difference
from anticorr.spectra.relaxation import diffusion_of_rates
from anticorr.spectra.verdict import starts_agree, state_of
from anticorr.stages.pooling import pool

K_MAX = 0.65
"""Default largest k of a fit, in 1/D: where S = plateau + amplitude k^2 holds to a few per cent."""
FLUID = {"msd_least": 5.0, "psi_6_most": 0.45}
"""Default thresholds of the verdict on a state."""
_SCANS = 6
"""Values of k_max, up to that of the fit, for which alpha is given."""
_START_REACH = 3.0
"""Two starts are compared up to this many times the smallest k."""


def run(
    *spectra: xr.Dataset,
    k_max: float = K_MAX,
    msd_least: float = FLUID["msd_least"],
    psi_6_most: float = FLUID["psi_6_most"],
) -> xr.Dataset:
    """Pool spectra (replicas of one spec, differing in the seed alone), fit them and judge their state;
    returns the fit record.

    Spectra that started from a lattice, beside others that did not, are not pooled: they say whether both
    starts came to the same state. msd_least (D^2 over 3,000 steps) and psi_6_most (2D) decide what a
    fluid is. Fitted to k <= k_max (1/D), by the Gamma likelihood of S with nu = modes * effective samples:

        S(k) = plateau + amplitude k^alpha

    freely, with plateau 0 (`alpha_pure`) and with alpha = 2 (`plateau_quadratic`). Raises InputError when
    the specs differ, a seed comes twice, or too few shells lie below k_max.
    """
    clock = provenance.Clock()
    replicas, starts, seeds = _parted(spectra)
    pooled = pool(replicas)
    k = pooled["k"]
    weight = pooled["modes"] * pooled["effective_samples"]
    used = k <= k_max
    if used.sum() < 4:
        raise InputError(
            f"k_max: got {k_max:.4g} with {used.sum()} shells below it, allowed >= "
            f"{np.sort(k)[min(3, len(used) - 1)]:.4g} (four shells)"
        )
    data = (k[used], pooled["S"][used], weight[used])
    free = fit_power_law(*data)
    pure = fit_power_law(*data, plateau=0.0)
    quadratic = fit_power_law(*data, alpha=2.0)
    turned = fit_crossover(*data)
    scanned = _scan(*data)
    verdict, numbers = _verdict(replicas, starts, pooled, msd_least, psi_6_most)
    return records.build(
        "fit",
        {
            **pooled,
            "alpha": free.alpha.value,
            "alpha_err": free.alpha.error,
            "alpha_interval": free.alpha.interval,
            "plateau": free.plateau.value,
            "plateau_err": free.plateau.error,
            "plateau_interval": free.plateau.interval,
            "amplitude": free.amplitude.value,
            "amplitude_err": free.amplitude.error,
            "likelihood_ratio": pure.deviance - free.deviance,
            "alpha_pure": pure.alpha.value,
            "alpha_pure_err": pure.alpha.error,
            "plateau_quadratic": quadratic.plateau.value,
            "plateau_quadratic_err": quadratic.plateau.error,
            "amplitude_quadratic": quadratic.amplitude.value,
            "amplitude_quadratic_err": quadratic.amplitude.error,
            "crossover": turned.crossover.value,
            "crossover_err": turned.crossover.error,
            "crossover_interval": turned.crossover.interval,
            **scanned,
            **_index(k, pooled["S"], weight, free.plateau),
            **_diffusion(replicas, k_max),
            **numbers,
            "deviance": free.deviance,
            "degrees_of_freedom": int(used.sum()) - 3,
            "deviance_quadratic": quadratic.deviance,
            "k_max": k_max,
            "shells": int(used.sum()),
            "replicas": len(replicas),
        },
        spec=replicas[0].attrs.get("spec", "{}"),
        seed=", ".join(str(s) for s in seeds),
        box_side=replicas[0].attrs["box_side"],
        hyperuniformity=hyperuniform_class(free, pure, float(data[0][0])),
        msd_least=msd_least,
        psi_6_most=psi_6_most,
        **verdict,
        **provenance.attributes(
            __name__,
            clock=clock,
            **{f"spectrum_{n + 1}": provenance.content_digest(s) for n, s in enumerate(spectra)},
        ),
    )


def _parted(
    spectra: Sequence[xr.Dataset],
) -> tuple[tuple[xr.Dataset, ...], tuple[xr.Dataset, ...], list[int | None]]:
    """Replicas, those from the other start, and the seeds of the replicas."""
    if not spectra:
        raise InputError("fit: got no spectrum, wanted at least one")
    for number, spectrum in enumerate(spectra):
        records.check(spectrum, "spectrum", f"spectrum {number + 1}")
    specs = [json.loads(s.attrs.get("spec", "{}")) for s in spectra]
    seeds = [spec.pop("seed", None) for spec in specs]
    starts = [spec.get("system", {}).pop("initial", None) for spec in specs]
    from_lattice = [start == "lattice" and not all(s == "lattice" for s in starts) for start in starts]
    main = from_lattice.index(False)
    problems = [
        f"spectrum {n + 1}: got another spec than spectrum {main + 1} ({difference(specs[main], spec)}); "
        "replicas may differ in seed alone"
        for n, spec in enumerate(specs)
        if spec != specs[main]
    ]
    problems += [
        f"spectrum {n + 1}: got initial {start!r}, wanted {starts[main]!r} as in spectrum {main + 1}, or a "
        "lattice"
        for n, start in enumerate(starts)
        if not from_lattice[n] and start != starts[main]
    ]
    replicas = tuple(s for s, other in zip(spectra, from_lattice, strict=True) if not other)
    own = [seed for seed, other in zip(seeds, from_lattice, strict=True) if not other]
    known = [seed for seed in own if seed is not None]  # spectra of given points have none
    if len(set(known)) < len(known):
        problems.append(f"spectra: got seeds {own}, wanted each seed once")
    if problems:
        raise InputError(*problems)
    return replicas, tuple(s for s, other in zip(spectra, from_lattice, strict=True) if other), own


def _scan(k: np.ndarray, S: np.ndarray, weight: np.ndarray) -> dict[str, Any]:
    """alpha against the largest k of its fit, from about half of k_max on."""
    shells = np.unique(np.linspace(max(4, len(k) // 3), len(k), _SCANS).astype(int))
    tops = k[shells - 1]
    found = stability(k, S, weight, tops)
    return {"k_max_scanned": tops, "alpha_scanned": found["alpha"], "alpha_scanned_err": found["alpha_err"]}


def _index(k: np.ndarray, S: np.ndarray, weight: np.ndarray, plateau: Estimate) -> dict[str, Any]:
    try:
        found = hyperuniformity_index(k, S, weight, plateau)
    except InputError:  # no shell firm enough to be the peak
        return {}
    return {"index": found.index.value, "index_interval": found.index.interval} if found.reached else {}


def _diffusion(replicas: Sequence[xr.Dataset], k_max: float) -> dict[str, Any]:
    """D(k) = D (1 + b k^2) from the rates at which modes relax, where enough of them are known."""
    if not all("relaxation_rate" in s for s in replicas):
        return {}
    names = ("k_rms", "relaxation_rate", "relaxation_rate_err")
    try:
        k, rate, error = (np.concatenate([s[n].values for s in replicas]) for n in names)
        line = diffusion_of_rates(k, rate, error, k_max)
    except InputError:  # too few shells relax slowly enough for the spacing
        return {}
    return {
        "decay_diffusion": line.value,
        "decay_diffusion_err": line.error,
        "decay_curvature": line.slope,
        "decay_curvature_err": line.slope_error,
    }


def _verdict(
    replicas: Sequence[xr.Dataset],
    starts: Sequence[xr.Dataset],
    pooled: dict[str, Any],
    msd_least: float,
    psi_6_most: float,
) -> tuple[dict[str, str], dict[str, Any]]:
    """Attributes: what state it is, and whether two starts agree on it; and the numbers behind."""
    spec = json.loads(replicas[0].attrs.get("spec", "{}"))
    if "system" not in spec:
        return {"state": "unknown: given points", "state_reason": "no run", "relaxed": "not checked"}, {}
    long_enough = pooled["msd_steps"] >= records.MSD_STEPS
    state = state_of(
        pooled["msd"] if long_enough else math.nan,
        pooled["psi_6"],
        spec["system"]["dimension"],
        frozen=pooled.get("frozen_fraction", math.nan),
        frozen_err=pooled.get("frozen_fraction_err", 0.0),
        absorbed=any("absorbed_at" in s.attrs for s in replicas),
        msd_least=msd_least,
        psi_6_most=psi_6_most,
    )
    told = {"state": state.state, "state_reason": state.reason}
    # A lattice without contacts does not move: it says nothing of what moving particles come to.
    starts = tuple(s for s in starts if "absorbed_at" not in s.attrs or state.state == "absorbed")
    if not starts:
        return told | {"relaxed": "not checked"}, {}
    other = pool(starts)
    agreement = starts_agree(
        pooled["k"], pooled["S"], pooled["S_err"], other["S"], other["S_err"], _START_REACH * pooled["k"][0]
    )
    return told | {"relaxed": "yes" if agreement.agree else "no"}, {
        "S_start": other["S"],
        "S_start_err": other["S_err"],
        "starts_differ": agreement.differ,
        "starts_resolve": agreement.resolves,
    }
