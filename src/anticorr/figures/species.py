"""Structure factors of a mixture of two species, from the numbers of its fit and theory records."""

from typing import TypeGuard

import numpy as np
import xarray as xr

from anticorr.figures.states import Predicted, State
from anticorr.theory.jitter import jitter_variance
from anticorr.theory.mixtures import weighted_structure_factor


def is_mixture(state: State) -> TypeGuard[Predicted]:
    """Does the state have what the functions below need?"""
    return (
        state.fit is not None
        and state.theory is not None
        and "softest_ratio" in state.fit
        and "species_weight" in state.theory
    )


def weighted(state: Predicted) -> tuple[np.ndarray, np.ndarray]:
    """S_w of each shell of the fit, with the weights of theory, and its standard error.

    S_ab alone do not tell the error: they cancel almost wholly in S_w. But S_w is the power of one field,
    nearly the softest combination, whose relative error `measure` takes from its own series in time. To it
    comes that of the weights.
    """
    fit, theory = state.fit, state.theory
    ratio, ratio_err = float(theory["weight_ratio"]), float(theory["weight_ratio_err"])
    S = _of_ratio(fit, ratio)
    moved = _of_ratio(fit, ratio + ratio_err) - S
    return S, np.hypot(S * (fit["S_softest_err"] / fit["S_softest"]).values, moved)


def softest(state: Predicted) -> np.ndarray:
    """Smallest eigenvalue of S_ab as the S_w of its own weights."""
    v = state.fit["softest_ratio"].values
    x = state.fit["species_fraction"].values
    return state.fit["S_softest"].values * (1 + v**2) / (x[0] + x[1] * v**2)


def even(state: Predicted) -> bool:
    """Does theory leave no noise at long times, so that Phi is even to leading order?"""
    return float(state.theory["long_time_noise"]) == 0


def without_exchange(state: Predicted) -> np.ndarray:
    """The theory line of S_w without its composition plateau: what leading order says."""
    theory = state.theory
    jitter = jitter_factor(state, theory["k"].values)
    return theory["S_weighted_theory"].values - jitter * float(theory["composition_plateau"])


def jitter_factor(state: Predicted, k: np.ndarray) -> np.ndarray:
    """exp(-k^2 s^2): share of S of y, or of a plateau in it, in S of x, by (4')."""
    return np.exp(-(k**2) * jitter_variance(state.spec.dynamics.noise))


def _of_ratio(fit: xr.Dataset, ratio: float) -> np.ndarray:
    S = fit["S_partial"].values[:, [[0, 1], [1, 2]]]
    return weighted_structure_factor(
        np.array([1.0, ratio]), fit["species_fraction"].values, np.moveaxis(S, 0, -1)
    )
