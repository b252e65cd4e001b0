"""D from the decay of F(k, t) under noise with a long memory, where equation (2) says nothing."""

import numpy as np
import xarray as xr
from scipy.optimize import brentq

from anticorr.errors import InputError
from anticorr.noise.filters import from_spec
from anticorr.spectra.relaxation import diffusion_of_rates
from anticorr.stages.averages import Averages
from anticorr.theory.diffusion import drift_step
from anticorr.theory.modes import mode_autocorrelation

K_MAX = 0.6
"""Largest k, in 1/D, of the shells that tell D."""
_LEFT = (0.15, 0.8)
"""F / S between which a lag counts: beyond, it says little of m."""


def decay_diffusion(mid: Averages, spectrum: xr.Dataset | None) -> tuple[float, float]:
    """(D, standard error) for which the mode of the theory forgets itself as F(k, t) / S(k) does.

    Of each shell and lag, m is the rate at which `mode_autocorrelation` equals the measured number; a
    shell's m is the mean over lags, weighted by their errors, which count as fully correlated; D = m / k^2
    is the weighted mean over shells with k <= 0.6. S itself is not used: its prediction stays without a
    fit. Raises InputError where the spectrum has no F(k, t), or too few shells that decay within it.
    """
    name = "intermediate_scattering"
    if spectrum is None or name not in spectrum:
        raise InputError(
            "--spectrum: got no F(k, t), wanted a spectrum or fit of a run with record.modes: under noise "
            "with a long memory D comes from it"
        )
    lag = spectrum["lag"].values
    k = spectrum["k_rms"].values
    F, error = spectrum[name].values, spectrum[f"{name}_err"].values
    low = np.flatnonzero(k <= K_MAX)
    found = [_rate(mid, k[s], lag, F[s] / F[s, 0], error[s] / F[s, 0]) for s in low]
    rate, rate_err = np.array(found).reshape(-1, 2).T
    line = diffusion_of_rates(k[: len(rate)], rate, rate_err, K_MAX, slope=False)
    # Shells that disagree by more than their errors widen it.
    return line.value, line.error * max(1.0, line.chi_square) ** 0.5


def _rate(mid: Averages, k: float, lag, left, error) -> tuple[float, float]:
    """m of one shell and its standard error; NaN where no lag tells."""
    dynamics = mid.spec.dynamics
    noise = from_spec(dynamics.noise)
    chi = drift_step(dynamics) ** 2 * mid.gradient_noise

    def predicted(m, t):
        return float(
            mode_autocorrelation(
                np.array([k]),
                np.array([m]),
                np.array([t]),
                noise,
                dynamics.noise.strength,
                mid.selection,
                chi,
            )[0, 0]
        )

    rates, errors = [], []
    useful = (left > _LEFT[0]) & (left < _LEFT[1]) & (left > 4 * error) & (lag > 0)
    for t, c, c_err in zip(lag[useful], left[useful], error[useful], strict=True):
        ends = (1e-7, 1.0)
        values = [predicted(m, t) for m in ends]
        if not values[1] < c < values[0]:
            continue
        m = brentq(lambda m, t=t, c=c: predicted(m, t) - c, *ends, xtol=1e-9)
        slope = (predicted(1.01 * m, t) - predicted(0.99 * m, t)) / (0.02 * m)
        rates.append(m)
        errors.append(c_err / abs(slope))
    if not rates:
        return np.nan, np.nan
    weight = np.array(errors) ** -2.0
    return float(np.average(rates, weights=weight)), float(np.average(errors, weights=weight))
