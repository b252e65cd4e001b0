"""Number variance that theory expects of a state, and how its errors at different R hang together."""

import numpy as np

from anticorr.figures.states import Predicted
from anticorr.spectra.variance_of_spectrum import variance_of_spectrum
from anticorr.spectra.windows import ball


def independent_points(state: Predicted, radii: np.ndarray) -> np.ndarray:
    """N p (1 - p): sigma_N^2 of N points at random in the box, p the share of a window; (radius)."""
    system = state.spec.system
    p = ball(radii, system.dimension) / system.box_side**system.dimension
    return system.particles * p * (1 - p)


def expected_variance(state: Predicted, radii: np.ndarray, *, errors: float = 0.0) -> np.ndarray:
    """sigma_N^2 of S(k) that is theory up to the k_max of the fit and measured beyond; (radius).

    What lies beyond, the structure of neighbours, adds a term in proportion to R^{d-1} alone: how sigma_N^2
    grows is theory's. errors: standard errors added to theory.
    """
    fit = state.fit
    k = fit["k"].values
    line = state.theory_at_fit("S_theory") + errors * state.theory_at_fit("S_theory_err")
    low = (k <= float(fit["k_max"])) & (line > 0)
    return _variance(state, np.where(low, line, fit["S"].values), radii)[0]


def variance_correlation(state: Predicted, radii: np.ndarray) -> np.ndarray:
    """Correlation of the errors of sigma_N^2 at different R, which share their modes: (radius, radius)."""
    fit = state.fit
    _, gain = _variance(state, fit["S"].values, radii)
    covariance = gain / (fit["modes"] * fit["effective_samples"]).values @ gain.T
    error = np.sqrt(np.diag(covariance))
    return covariance / np.outer(error, error)


def _variance(state: Predicted, S: np.ndarray, radii: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    system = state.spec.system
    return variance_of_spectrum(
        state.fit["k"].values, S, system.particles, system.box_side, system.dimension, radii
    )
