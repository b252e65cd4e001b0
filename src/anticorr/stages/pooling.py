"""Replicas of one state brought together: means, with the errors of independent runs."""

from typing import Any

import numpy as np
import xarray as xr

from anticorr.errors import InputError
from anticorr.exponents.intervals import intensity_interval

_GRIDS = ("k", "k_rms", "modes", "lag", "delay", "distance", "radius", "species_fraction")
"""The same in every replica."""


def pool(spectra: tuple[xr.Dataset, ...]) -> dict[str, Any]:
    """Means over replicas of everything that all of them hold, arrays and numbers; errors add as variances.

    Raises InputError where a grid differs. A number that is NaN in one replica is NaN.
    """
    count, one = len(spectra), spectra[0]
    shared = [name for name in map(str, one.variables) if all(name in s.variables for s in spectra)]
    problems = [
        f"spectra: got different {one[name].attrs['long_name']} ({name}), wanted one box and one k_max"
        for name in _GRIDS
        if name in shared and any(not np.array_equal(s[name].values, one[name].values) for s in spectra)
    ]
    if problems:
        raise InputError(*problems)
    pooled: dict[str, Any] = {name: one[name].values for name in _GRIDS if name in shared}
    for suffix in ("", "_stripped"):
        if f"S{suffix}" in shared:
            pooled |= _structure_factor(spectra, suffix)
    for name in shared:
        if f"{name}_err" in shared and name not in pooled and name != "psi_6":
            pooled[name] = np.mean([s[name].values for s in spectra], axis=0)
            errors = np.array([s[f"{name}_err"].values for s in spectra])
            pooled[f"{name}_err"] = np.sqrt((errors**2).sum(axis=0)) / count
    if "msd" in shared:
        # The verdict is about the slowest replica and the most ordered one.
        pooled["msd"] = min(float(s["msd"]) for s in spectra)
        pooled["msd_steps"] = min(int(s["msd_steps"]) for s in spectra)
        pooled["psi_6"] = max(float(s["psi_6"]) for s in spectra)
        pooled["psi_6_err"] = max(float(s["psi_6_err"]) for s in spectra)
    return pooled


def _structure_factor(spectra: tuple[xr.Dataset, ...], suffix: str) -> dict[str, np.ndarray]:
    count, modes = len(spectra), spectra[0]["modes"].values
    S = np.array([s[f"S{suffix}"].values for s in spectra])
    each = np.array([s[f"effective_samples{suffix}"].values for s in spectra])
    # Var of the mean = S^2 mean(1/M_eff) / (modes count): M_eff adds up as a harmonic mean.
    effective = count / np.mean(1 / each, axis=0)
    mean = S.mean(axis=0)
    pooled = {
        f"S{suffix}": mean,
        f"effective_samples{suffix}": effective,
        f"S{suffix}_err": mean / np.sqrt(modes * effective),
    }
    if not suffix:
        pooled["S_interval"] = np.stack(intensity_interval(mean, modes * effective), axis=1)
        if all("S_jackknife_err" in s for s in spectra):
            squares = sum(s["S_jackknife_err"].values ** 2 for s in spectra)
            pooled["S_jackknife_err"] = np.sqrt(squares) / count
        if count > 1:
            pooled["replica_spread"] = S.std(axis=0, ddof=1) / np.sqrt(count)
    return pooled
