"""trajectory -> spectrum."""

import json
import math
from collections.abc import Callable

import numpy as np
import xarray as xr

from anticorr import provenance, records
from anticorr.errors import InputError
from anticorr.specs import parse
from anticorr.spectra.autocorrelation import (
    batch_error,
    effective_samples,
    field_autocorrelation,
)
from anticorr.spectra.bond_order import mean_psi_6
from anticorr.spectra.structure_factor import density_modes
from anticorr.spectra.wavevectors import half_space, shells
from anticorr.theory.jitter import jitter_variance

_ORDER_FRAMES = 10
"""Frames, spread over the run, on which psi_6 is measured."""


def run(
    trajectory: xr.Dataset,
    *,
    k_max: float | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> xr.Dataset:
    """Structure factor with errors of a trajectory record; returns the spectrum record.

    k_max: largest wavenumber in 1/D, default 2 pi rho^(1/d).
    """
    records.check(trajectory, "trajectory")
    spec = parse(json.loads(trajectory.attrs["spec"]))
    side = spec.system.box_side
    if k_max is None:
        k_max = 2 * math.pi * spec.system.density ** (1 / spec.system.dimension)
    n = half_space(side, spec.system.dimension, k_max)
    first = shells(n)
    variables, intensity = _shell_averages(trajectory["position"].values, side, n, first, progress)
    if "stripped_position" in trajectory:
        stripped, intensity_stripped = _shell_averages(
            trajectory["stripped_position"].values, side, n, first, progress
        )
        variables["S_stripped"] = stripped["S"]
        variables["S_stripped_err"] = stripped["S_err"]
        variables["effective_samples_stripped"] = stripped["effective_samples"]
        smoothing = np.exp(-(variables["k"] ** 2) * jitter_variance(spec.dynamics.noise))
        residual = 1 - intensity - smoothing * (1 - intensity_stripped)
        variables["jitter_residual"] = residual.mean(axis=0)
        variables["jitter_residual_err"] = batch_error(residual)
    return records.build(
        "spectrum",
        {
            **variables,
            "frames": len(trajectory["step"]),
            **_displacement(trajectory, spec.schedule.relax_steps),
            **_order(trajectory, side),
        },
        spec=trajectory.attrs["spec"],
        seed=trajectory.attrs["seed"],
        box_side=side,
        nufft="exact sum for |n| <= 6, finufft eps 1e-12 beyond",
        **provenance.attributes(__name__, trajectory=provenance.content_digest(trajectory)),
    )


def structure_factor(position: np.ndarray, box: float, *, k_max: float, progress=None) -> xr.Dataset:
    """Spectrum record of given points: position (frame, particle, axis) or (particle, axis), in a
    periodic square or cube of side `box`; k_max in the inverse unit of `box`.

    Frames are taken in time order: their correlation sets the errors. With one frame each mode counts
    as one sample. Raises InputError on bad shapes or values, or a k_max below 2 pi / box.
    """
    try:
        position, box, k_max = np.asarray(position, dtype=float), float(box), float(k_max)
    except (TypeError, ValueError):
        raise InputError("positions, box, k_max: got other things, wanted numbers") from None
    if position.ndim == 2:
        position = position[None]
    if position.ndim != 3 or position.shape[2] not in (2, 3):
        raise InputError(f"positions: got shape {position.shape}, wanted (frame, particle, 2 or 3 axes)")
    for name, value in (("box", box), ("k_max", k_max)):
        if not (math.isfinite(value) and value > 0):
            raise InputError(f"{name}: got {value!r}, allowed: finite and > 0")
    n = half_space(box, position.shape[-1], k_max)
    variables, _ = _shell_averages(position, box, n, shells(n), progress)
    return records.build(
        "spectrum",
        {**variables, "frames": len(position)},
        box_side=float(box),
        **provenance.attributes(__name__),
    )


def _shell_averages(position, side, n, first, progress):
    modes = density_modes(position, side, n, progress)
    counts = np.diff([*first, len(n)])
    intensity = np.abs(modes) ** 2 / position.shape[1]
    per_frame = np.add.reduceat(intensity, first, axis=1) / counts
    k = np.add.reduceat(np.sqrt((n**2).sum(axis=1)), first) / counts * (2 * math.pi / side)
    effective = effective_samples(field_autocorrelation(modes, first), counts)
    S = per_frame.mean(axis=0)
    return {
        "k": k,
        "S": S,
        "S_err": S / np.sqrt(counts * effective),
        "modes": counts,
        "effective_samples": effective,
    }, per_frame


def _displacement(trajectory, relax_steps):
    time = trajectory["time"].values
    at = int(np.searchsorted(time, relax_steps + records.MSD_STEPS))
    at = min(at, len(time) - 1)
    return {
        "msd": trajectory["mean_square_displacement"].values[at],
        "msd_steps": time[at] - relax_steps,
    }


def _order(trajectory, side):
    # Of y where it is recorded: the jitter of x hides order that is there.
    name = "stripped_position" if "stripped_position" in trajectory else "position"
    position = trajectory[name]
    if position.sizes["axis"] != 2:
        return {"psi_6": np.nan, "psi_6_err": np.nan}
    frames = np.unique(np.linspace(0, len(position) - 1, _ORDER_FRAMES).astype(int))
    values = mean_psi_6(position.values[frames], side)
    return {"psi_6": values.mean(), "psi_6_err": batch_error(values)}
