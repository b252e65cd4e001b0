"""How particles and density modes move: what `measure` takes from the order of frames and modes in time."""

from typing import Any

import numpy as np
import xarray as xr

from anticorr import records
from anticorr.errors import InputError
from anticorr.specs import Spec
from anticorr.spectra.centre import centre, centre_noise, collective_displacement
from anticorr.spectra.displacement import mean_square_displacement, unwrap
from anticorr.spectra.relaxation import relaxation_rates
from anticorr.spectra.scattering import frozen_fraction, intermediate_scattering
from anticorr.theory.jitter import jitter_variance

_MOST_NUMBERS = 60_000_000
"""Coordinates up to which every frame goes into the mean square displacement; beyond, every other, ..."""


def decay(spec: Spec, modes: dict[str, np.ndarray], first: np.ndarray, spacing: int) -> dict[str, Any]:
    """F(k, t) of x and, where there is one, of y; the rates at which modes relax; what is frozen.

    modes: (sample, mode) of x ("") and y ("_stripped"), every `spacing` steps. Rates are those of y; those
    of x after the noise is forgotten where there is no y; none under noise with a long memory, whose modes
    do not decay by an exponential.
    """
    if len(modes[""]) < 8:
        return {}
    particles = spec.system.particles
    found: dict[str, Any] = {}
    for suffix, series in modes.items():
        scattering = intermediate_scattering(series, first, spacing, particles)
        found["lag"] = scattering.lag
        found[f"intermediate_scattering{suffix}"] = scattering.F
        found[f"intermediate_scattering{suffix}_err"] = scattering.error
    slow = modes.get("_stripped", modes[""])
    found["frozen_fraction"], found["frozen_fraction_err"] = frozen_fraction(slow, first)
    if jitter_variance(spec.dynamics.noise) is not None:
        rates = relaxation_rates(slow, first, spacing)
        found["relaxation_rate"], found["relaxation_rate_err"] = rates.rate, rates.error
    return found


def displacement(trajectory: xr.Dataset, spec: Spec) -> dict[str, Any]:
    """Mean square displacement over msd_steps, and against delay, of particles and of their centre.

    Over msd_steps it is that of y from the series; under noise with a long memory, where y is far from x,
    that of x from the frames.
    """
    found = _of_series(trajectory, spec)
    long_memory = jitter_variance(spec.dynamics.noise) is None
    if long_memory:
        found |= {"msd": np.nan, "msd_steps": 0}
    if "position" not in trajectory or trajectory.sizes["frame"] < 4:
        return found
    side, every = spec.system.box_side, spec.schedule.sample_every
    stride = 1 + trajectory["position"].size // _MOST_NUMBERS
    position = trajectory["position"].values[::stride]
    if len(position) < 4 or np.ptp(np.diff(trajectory["step"].values[::stride])):
        return found
    spacing = every * stride
    found |= _of_centre(position, side, spec.system.particles, spacing)
    try:
        moved = mean_square_displacement(unwrap(position, side), side)
    except InputError:  # frames too far apart to follow a particle: not measured
        return found
    found |= {
        "delay": moved.delay * spacing,
        "displacement": moved.value,
        "displacement_err": moved.error,
    }
    if long_memory and moved.delay[-1] * spacing >= records.MSD_STEPS:
        found["msd"] = np.interp(records.MSD_STEPS, moved.delay * spacing, moved.value)
        found["msd_steps"] = records.MSD_STEPS
    return found


def _of_centre(position: np.ndarray, side: float, particles: int, spacing: int) -> dict[str, Any]:
    """Nothing where frames are too far apart to follow the centre."""
    try:
        path = centre(position, side)
    except InputError:
        return {}
    noise = centre_noise(path, particles, spacing)
    together = collective_displacement(path, particles, noise, spacing)
    return {
        "centre_displacement": together.value,
        "centre_displacement_err": together.error,
        "centre_noise": noise.value,
        "centre_noise_err": noise.error,
    }


def _of_series(trajectory: xr.Dataset, spec: Spec) -> dict[str, Any]:
    time, relax = trajectory["time"].values, spec.schedule.relax_steps
    at = min(int(np.searchsorted(time, relax + records.MSD_STEPS)), len(time) - 1)
    return {
        "msd": trajectory["mean_square_displacement"].values[at],
        "msd_steps": max(time[at] - relax, 0),  # 0: nothing could move before sampling began
    }
