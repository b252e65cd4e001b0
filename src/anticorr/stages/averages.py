"""What theory needs of one run: means over the sampled steps of its series."""

import json
import math
from typing import NamedTuple

import numpy as np
import xarray as xr

from anticorr.specs import Spec, parse
from anticorr.spectra.autocorrelation import batch_error, long_time_covariance, mean_error
from anticorr.theory.diffusion import drift_potential, mass_flux_potential
from anticorr.theory.jitter import jitter_variance
from anticorr.theory.plateau import selection_noise


class Averages(NamedTuple):
    """Means of a run and their standard errors."""

    spec: Spec
    potential: float
    """Phi of equation (2), D^(2-d) per step; under noise with a long memory that of the drift alone."""
    potential_err: float
    potential_degrees: int
    """Degrees of freedom of potential_err."""
    selection: float
    """q of equation (3), D^2 per step."""
    selection_err: float
    gradient_noise: float
    """chi of equation (4)."""
    gradient_noise_err: float


def averages(trajectory: xr.Dataset) -> Averages:
    """Of a trajectory record; entries of the series from relaxation are left out."""
    spec = parse(json.loads(trajectory.attrs["spec"]))
    sampled = trajectory.sel(time=trajectory["time"] > spec.schedule.relax_steps)
    squares = ("pair_force_square", "mean_square_force")
    potential_of, pressure = mass_flux_potential, "pressure_stripped"
    if _long_memory(spec):
        potential_of, pressure = drift_potential, "pressure"
    potential = potential_of(spec, sampled["mean_square_force"].values, sampled[pressure].values)
    error, degrees = mean_error(potential)
    return Averages(
        spec,
        float(potential.mean()),
        float(error),
        int(degrees),
        selection_noise(spec.dynamics, *(float(sampled[name].mean()) for name in squares)),
        selection_noise(spec.dynamics, *(float(batch_error(sampled[name].values)) for name in squares)),
        *_gradient_noise(spec, sampled),
    )


def _gradient_noise(spec: Spec, sampled: xr.Dataset) -> tuple[float, float]:
    """chi: two-sided sum over lags of the covariance of W_xx, per particle, mean over axes.

    Entries of the series are means over blocks of steps; the sum over lags of block means times the
    block length is the sum over single steps. Under noise with a long memory y is far from x, and W takes
    the separations of x.
    """
    virial = sampled["pair_virial_plain" if _long_memory(spec) else "pair_virial"].values
    scale = spec.series_every / spec.system.particles
    each = [long_time_covariance(W) for W in virial.T]
    value = scale * np.mean([v for v, _ in each])
    error = scale * math.sqrt(sum(e**2 for _, e in each)) / len(each)
    return float(value), float(error)


def _long_memory(spec: Spec) -> bool:
    """Whether y is far from x, and says nothing about forces."""
    return jitter_variance(spec.dynamics.noise) is None
