"""D from the decay of F(k, t) under noise with a long memory, where equation (2) says nothing.

The mode of the theory with m = D k^2 forgets itself as R(t; m) = F(k, t) / S(k), whatever the noise
(`mode_autocorrelation`). D is that for which the shape of F is R in all shells with k <= 0.6 together. Each
shell has an amplitude of its own, and lags below 20 steps do not count, so neither S nor what is forgotten
at once is used: the prediction of S stays without a fit.
"""

from typing import NamedTuple

import numpy as np
import xarray as xr
from scipy.optimize import minimize_scalar

from anticorr.errors import InputError
from anticorr.noise.filters import from_spec
from anticorr.spectra.relaxation import CORRELATED_STEPS
from anticorr.stages.averages import Averages
from anticorr.theory.diffusion import drift_step
from anticorr.theory.modes import mode_autocorrelation

K_MAX = 0.6
"""Largest k, in 1/D, of the shells that tell D."""
_LEVELS = np.exp(-0.3 * np.arange(8))
"""Lags are taken where R has fallen to these parts of what it is at the first one."""
_LEAST = 0.05
"""R at the first lag below which a shell tells nothing."""
_SEARCHED = (1e-4, 1.0)
"""D, D^2 per step."""
_ROUNDS = 6


class _Shell(NamedTuple):
    k: float
    F: np.ndarray
    """(lag,)"""
    modes: int
    """With those of all replicas."""


def decay_diffusion(mid: Averages, spectrum: xr.Dataset | None) -> tuple[float, float]:
    """(D, standard error); spectrum: a spectrum or fit record of a run with record.modes.

    Generalised least squares: F of a shell at 3 to 8 lags against A R(t; D k^2), with the covariances that
    complex Gaussian modes of correlation R have (Bartlett), from R at the last D, until D stands still. The
    lags, too, follow from R, not from the data, whose noise would choose. Where the shells disagree by more
    than chance has it, the error is widened by the root of chi^2 per degree of freedom.
    Raises InputError where the spectrum has no F(k, t), or no two shells that decay within it.
    """
    name = "intermediate_scattering"
    if spectrum is None or name not in spectrum or "lag" not in spectrum:
        raise InputError(
            "--spectrum: got no F(k, t) with its lags, wanted a spectrum or fit of a run with record.modes:"
            " under noise with a long memory D comes from it"
        )
    replicas = int(spectrum["replicas"]) if "replicas" in spectrum else 1
    shells = [
        _Shell(float(k), F, int(modes) * replicas)
        for k, F, modes in zip(
            spectrum["k_rms"].values, spectrum[name].values, spectrum["modes"].values, strict=True
        )
        if k <= K_MAX and np.isfinite(F).all()
    ]
    lag = spectrum["lag"].values
    return _fitted(shells, lag, lambda k, m, lags: _correlation(mid, k, m, lags))


def _correlation(mid: Averages, k: float, m: float, lags: np.ndarray) -> np.ndarray:
    """R(t; m) of theory at one k, shape (lag,)."""
    dynamics = mid.spec.dynamics
    chi = drift_step(dynamics) ** 2 * mid.gradient_noise
    noise, strength = from_spec(dynamics.noise), dynamics.noise.strength
    return mode_autocorrelation(np.array([k]), np.array([m]), lags, noise, strength, mid.selection, chi)[0]


def _fitted(shells: list[_Shell], lag: np.ndarray, correlation) -> tuple[float, float]:
    spacing = int(lag[1] - lag[0])
    samples = 2 * int(lag[-1]) // spacing  # the longest lag is half the series

    def prepared(D):
        """Of each shell that tells something: k, lags, and F in units that make its errors independent."""
        ready = []
        for shell in shells:
            R = correlation(shell.k, D * shell.k**2, spacing * np.arange(samples))
            at = _lags(R[lag // spacing], lag)
            if len(at) > 2:
                covariance = _covariance(R, lag[at] // spacing) / shell.modes
                whiten = np.linalg.inv(np.linalg.cholesky(covariance))
                model, data = whiten @ R[lag[at] // spacing], whiten @ shell.F[at]
                ready.append((shell.k, lag[at], whiten, data * (model @ model) / (model @ data)))
        return ready

    def residuals(D, ready):
        """Deviations of all shells and lags from R at its best amplitudes, in standard units."""
        found = []
        for k, lags, whiten, data in ready:
            model = whiten @ correlation(k, D * k**2, lags)
            found.append(data - model * (model @ data) / (model @ model))
        return np.concatenate(found)

    def cost(log_D, ready):
        return float(np.sum(residuals(np.exp(log_D), ready) ** 2))

    D, low, high = 0.1, *np.log(_SEARCHED)
    for _ in range(_ROUNDS):
        ready = prepared(D)
        if len(ready) < 2:
            raise InputError(
                f"--spectrum: got {len(ready)} shells up to k = {K_MAX:g} whose F(k, t) decays within it, "
                "wanted at least two (longer or more closely spaced modes, a larger box)"
            )
        before, D = D, float(np.exp(minimize_scalar(cost, (low, high), (low, high), (ready,), "bounded").x))
        if abs(D - before) < 1e-3 * D:
            break
    slope = (residuals(1.001 * D, ready) - residuals(0.999 * D, ready)) / (0.002 * D)
    freedom = sum(len(lags) - 1 for _, lags, *_ in ready) - 1
    spread = cost(np.log(D), ready) / freedom
    return D, float(max(1.0, spread) ** 0.5 / np.sqrt(slope @ slope))


def _lags(R: np.ndarray, lag: np.ndarray) -> np.ndarray:
    """Places of the lags used: the first of 20 steps or more, and where R has fallen by each level."""
    first = int(np.searchsorted(lag, CORRELATED_STEPS))
    if R[first] < _LEAST:
        return np.array([], dtype=int)
    places = [np.flatnonzero(R[first:] <= level * R[first]) for level in _LEVELS]
    return np.unique([first + int(p[0]) for p in places if len(p)])


def _covariance(R: np.ndarray, lags: np.ndarray) -> np.ndarray:
    """Of F at `lags` (in samples) of one complex Gaussian mode with correlation R (lag), S = 1.

        cov = (1/2) sum_s n(s) [R(s) R(s+l'-l) + R(s+l') R(s-l)] / [(M-l) (M-l')]

    n(s): pairs of origins that lie s apart.
    """
    M = len(R)
    even = np.concatenate([np.zeros(M), R[:0:-1], R, np.zeros(M)])
    s = np.arange(1 - M, M)

    def at(n):
        return even[n + 2 * M - 1]

    made = np.empty((len(lags), len(lags)))
    for i, a in enumerate(lags):
        for j, b in enumerate(lags):
            pairs = np.clip(np.minimum(M - a, M - b - s) - np.maximum(0, -s), 0, None)
            terms = at(s) * at(s + b - a) + at(s + b) * at(s - a)
            made[i, j] = 0.5 * (pairs @ terms) / ((M - a) * (M - b))
    return made
