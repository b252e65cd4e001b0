"""spectra of one spec -> fit."""

import json

import numpy as np
import xarray as xr

from anticorr import provenance, records
from anticorr.errors import InputError
from anticorr.exponents.whittle import crossover, fit_power_law
from anticorr.specs import difference

K_MAX = 0.65
"""Default largest k of a fit, in 1/D: where S = plateau + amplitude k^2 holds to a few per cent."""


def run(*spectra: xr.Dataset, k_max: float = K_MAX) -> xr.Dataset:
    """Pool spectra (replicas of one spec, differing in the seed alone) and fit them; returns the fit
    record.

    Raises InputError when the specs differ, a seed comes twice, or too few shells lie below k_max.
    """
    if not spectra:
        raise InputError("fit: got no spectrum, wanted at least one")
    for number, spectrum in enumerate(spectra):
        records.check(spectrum, "spectrum", f"spectrum {number + 1}")
    specs = [json.loads(s.attrs.get("spec", "{}")) for s in spectra]
    seeds = [spec.pop("seed", None) for spec in specs]
    problems = [
        f"spectrum {n + 1}: got another spec than spectrum 1 ({difference(specs[0], spec)}); "
        "replicas may differ in seed alone"
        for n, spec in enumerate(specs)
        if spec != specs[0]
    ]
    known = [seed for seed in seeds if seed is not None]  # spectra of given points have none
    if len(set(known)) < len(known):
        problems.append(f"spectra: got seeds {seeds}, wanted each seed once")
    if problems:
        raise InputError(*problems)
    pooled = _pool(spectra)
    weight = pooled["modes"] * pooled["effective_samples"]
    used = pooled["k"] <= k_max
    if used.sum() < 4:
        raise InputError(
            f"k_max: got {k_max:.4g} with {used.sum()} shells below it, allowed >= "
            f"{np.sort(pooled['k'])[min(3, len(used) - 1)]:.4g} (four shells)"
        )
    data = (pooled["k"][used], pooled["S"][used], weight[used])
    free = fit_power_law(*data)
    pure = fit_power_law(*data, plateau=0.0)
    quadratic = fit_power_law(*data, alpha=2.0)
    k_x, k_x_err = crossover(data[0], data[2], quadratic.plateau.value, quadratic.amplitude.value)
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
            "crossover": k_x,
            "crossover_err": k_x_err,
            "deviance": free.deviance,
            "degrees_of_freedom": int(used.sum()) - 3,
            "deviance_quadratic": quadratic.deviance,
            "k_max": k_max,
            "shells": int(used.sum()),
            "replicas": len(spectra),
        },
        spec=spectra[0].attrs.get("spec", "{}"),
        seed=", ".join(str(s) for s in seeds),
        box_side=spectra[0].attrs["box_side"],
        **provenance.attributes(
            __name__,
            **{f"spectrum_{n + 1}": provenance.content_digest(s) for n, s in enumerate(spectra)},
        ),
    )


def _pool(spectra) -> dict[str, np.ndarray | None]:
    """Means over replicas; errors add as variances of independent runs."""
    count = len(spectra)
    pooled = {"k": spectra[0]["k"].values, "modes": spectra[0]["modes"].values}
    if any(not np.array_equal(s["k"].values, pooled["k"]) for s in spectra):
        raise InputError("spectra: got different wavenumbers, wanted one box and one k_max")
    for suffix in ("", "_stripped"):
        if f"S{suffix}" not in spectra[0]:
            continue
        S = np.array([s[f"S{suffix}"].values for s in spectra])
        each = np.array([s[f"effective_samples{suffix}"].values for s in spectra])
        # Var of the mean = S^2 mean(1/M_eff) / (modes count): M_eff adds up as a harmonic mean.
        effective = count / np.mean(1 / each, axis=0)
        pooled[f"S{suffix}"] = S.mean(axis=0)
        pooled[f"effective_samples{suffix}"] = effective
        pooled[f"S{suffix}_err"] = S.mean(axis=0) / np.sqrt(pooled["modes"] * effective)
        if not suffix and count > 1:
            pooled["replica_spread"] = S.std(axis=0, ddof=1) / np.sqrt(count)
    if "jitter_residual" in spectra[0]:
        pooled["jitter_residual"] = np.mean([s["jitter_residual"].values for s in spectra], axis=0)
        errors = np.array([s["jitter_residual_err"].values for s in spectra])
        pooled["jitter_residual_err"] = np.sqrt((errors**2).sum(axis=0)) / count
    if "msd" in spectra[0]:
        # The verdict is about the slowest replica and the most ordered one.
        pooled["msd"] = min(float(s["msd"]) for s in spectra)
        pooled["msd_steps"] = int(spectra[0]["msd_steps"])
        pooled["psi_6"] = max(float(s["psi_6"]) for s in spectra)
        pooled["psi_6_err"] = max(float(s["psi_6_err"]) for s in spectra)
    return pooled
