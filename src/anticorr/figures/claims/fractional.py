"""Quantities of S(k) under fractional noise: exponent in the window of the fit, and the whole curve there.

S ~ k^(2-4H) is a limit; a window of k shows another slope. What is measured is therefore compared with the
same fit put through the theory line, with the same weights.
"""

import numpy as np

from anticorr.errors import InputError
from anticorr.exponents.whittle import fit_power_law
from anticorr.figures.claims.numbers import Numbers
from anticorr.figures.states import Predicted
from anticorr.specs import Spec


def hurst(spec: Spec) -> float | None:
    """H of fractional noise; 1/2 of white noise, None of any other."""
    noise = spec.dynamics.noise
    if noise.kind == "white":
        return 0.5
    return noise.hurst if noise.kind == "fractional" else None


def hurst_of(state: Predicted) -> float:
    """The same of a state whose noise is fractional or white; InputError of any other."""
    found = hurst(state.spec)
    if found is None:
        raise InputError(f"records: got {state.spec.dynamics.noise.kind} noise, wanted fractional or white")
    return found


def window_exponent(state: Predicted) -> tuple[float, float]:
    """Exponent of the pure power law put through the theory line in the window of the fit, and its error.

    The error of the theory line comes from D, so it moves all k together.
    """
    k, _, line, line_err, weight = _window(state)
    value, moved = (
        fit_power_law(k, S, weight, plateau=0.0, errors=False).alpha.value for S in (line, line + line_err)
    )
    return value, abs(moved - value)


def exponent_in_window(state: Predicted) -> Numbers | str:
    """The measured exponent against that of theory, below H = 1/2."""
    wrong = _not_fractional(state)
    if wrong:
        return wrong
    if hurst_of(state) >= 0.5:
        return "S does not fall towards k = 0 at H >= 1/2"
    value, error = (float(state.fit[name]) for name in ("alpha_pure", "alpha_pure_err"))
    return Numbers(*window_exponent(state), value, error, f"<= {float(state.fit['k_max']):.2f}")


def spectrum_in_window(state: Predicted) -> Numbers | str:
    """Mean of S / S_theory over the window, weighted by what the shells know; 1 by theory."""
    wrong = _not_fractional(state)
    if wrong:
        return wrong
    k, S, line, line_err, weight = _window(state)
    ratio = float(np.average(S / line, weights=weight))
    theory_err = float(np.average(line_err / line, weights=weight))
    return Numbers(1.0, theory_err, ratio, ratio / float(np.sqrt(weight.sum())), f"{k[0]:.2f}-{k[-1]:.2f}")


def _window(state: Predicted) -> tuple[np.ndarray, ...]:
    """k, S, theory, its error and weights of the shells of the fit."""
    fit = state.fit
    line, line_err = (state.theory_at_fit(name) for name in ("S_theory", "S_theory_err"))
    k, S = fit["k"].values, fit["S"].values
    used = (k <= float(fit["k_max"])) & np.isfinite(line)
    weight = (fit["modes"] * fit["effective_samples"]).values
    return tuple(v[used] for v in (k, S, line, line_err, weight))


def _not_fractional(state: Predicted) -> str:
    return "" if hurst(state.spec) is not None else "the noise is not fractional"
