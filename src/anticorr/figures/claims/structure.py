"""Quantities of S(k) of one state: fitted numbers, shells, bands, and the identity (4').

A fitted number is compared with the same fit put through the theory line, so that the fit's own bias is on
both sides. Each function takes a state and gives numbers, or a sentence that says why it cannot.
"""

import numpy as np

from anticorr.exponents.whittle import fit_power_law
from anticorr.figures.claims.numbers import Numbers
from anticorr.figures.states import Predicted
from anticorr.theory.plateau import selection_noise

_BAND = 0.25
"""Upper k of the band over which small-k rows average, 1/D."""
_STRIPPED_BAND = 0.5
"""The same for S of y."""
_JITTER_BAND = (0.7, 0.9)
"""Band of the jitter identity, 1/D."""


def plateau(state: Predicted) -> Numbers:
    predicted, _ = _quadratic(state)
    error = float(state.theory["plateau_err"])
    scale = _white_plateau(state) if _no_plateau(state) else predicted
    return Numbers(predicted, error, *_fitted(state, "plateau_quadratic"), _fit_range(state), scale)


def plateau_against_zero(state: Predicted) -> Numbers:
    measured = _fitted(state, "plateau_quadratic")
    return Numbers(0.0, 0.0, *measured, _fit_range(state), _white_plateau(state))


def amplitude(state: Predicted) -> Numbers:
    _, predicted = _quadratic(state)
    error = float(state.theory["amplitude_err"])
    return Numbers(predicted, error, *_fitted(state, "amplitude_quadratic"), _fit_range(state))


def exponent(state: Predicted) -> Numbers | str:
    if not _no_plateau(state):
        return "theory has a plateau, which ends the power law"
    predicted = fit_power_law(*_line_in_fit(state), errors=False).alpha.value
    return Numbers(predicted, 0.0, *_fitted(state, "alpha"), _fit_range(state))


def crossover(state: Predicted) -> Numbers | str:
    if _no_plateau(state):
        return "theory has no plateau to cross over to"
    expected, k_max = float(state.theory["crossover"]), float(state.fit["k_max"])
    if not expected < k_max:
        return f"theory puts it at {expected:.3g}, outside the fit (k <= {k_max:g})"
    level, slope = _quadratic(state)
    k_x = float(np.sqrt(level / slope))
    relative = np.hypot(
        float(state.theory["amplitude_err"]) / slope, float(state.theory["plateau_err"]) / level
    )
    return Numbers(k_x, 0.5 * k_x * float(relative), *_fitted(state, "crossover"), _fit_range(state))


def smallest_k(state: Predicted) -> Numbers:
    k = state.fit["k"].values
    line, line_err = state.theory_at_fit("S_theory"), state.theory_at_fit("S_theory_err")
    return Numbers(line[0], line_err[0], *_fitted(state, "S", 0), f"{k[0]:.4f}")


def small_k(state: Predicted) -> Numbers:
    k, S = state.fit["k"].values, state.fit["S"].values
    line, line_err = state.theory_at_fit("S_theory"), state.theory_at_fit("S_theory_err")
    band = k <= max(_BAND, k[0] * 1.01)
    weight = (state.fit["modes"] * state.fit["effective_samples"]).values[band]
    # A weighted mean of S / S_theory: its error does not depend on how S runs inside the band.
    ratio = np.average(S[band] / line[band], weights=weight)
    middle, middle_err = (np.average(v[band], weights=weight) for v in (line, line_err))
    measured = ratio * middle
    return Numbers(middle, middle_err, measured, measured / np.sqrt(weight.sum()), _span(k[band]))


def stripped_amplitude(state: Predicted) -> Numbers | str:
    """S of y over k^2, where no noise is left but that of the gradient."""
    fit, theory = state.fit, state.theory
    if not _no_plateau(state):
        return "theory has a plateau: S of y is not k^2 alone"
    if "S_stripped" not in fit:
        return "no S of y (record.stripped)"
    k = fit["k"].values
    low = k <= max(_STRIPPED_BAND, k[0] * 1.01)
    weight = (fit["modes"] * fit["effective_samples_stripped"]).values[low]
    value = np.average(fit["S_stripped"].values[low] / k[low] ** 2, weights=weight)
    predicted = float(theory["stripped_amplitude"])
    relative = float(theory["gradient_noise_err"] / theory["gradient_noise"])
    return Numbers(predicted, predicted * relative, value, value / np.sqrt(weight.sum()), _span(k[low]))


def jitter_identity(state: Predicted) -> Numbers | str:
    fit = state.fit
    if "jitter_residual" not in fit:
        return "no S of y (record.stripped)"
    if state.correlation == 0:
        return "white noise has no jitter: the identity would compare a number with itself"
    k = fit["k"].values
    band = (k >= _JITTER_BAND[0]) & (k <= _JITTER_BAND[1])
    if not band.any():
        return "no shell with {} <= k <= {}".format(*_JITTER_BAND)
    modes = fit["modes"].values[band]
    residual = np.average(fit["jitter_residual"].values[band], weights=modes)
    error = np.sqrt((modes**2 * fit["jitter_residual_err"].values[band] ** 2).sum()) / modes.sum()
    measured = np.average(fit["S"].values[band], weights=modes)
    return Numbers(measured + residual, 0.0, measured, error, "{}-{}".format(*_JITTER_BAND))


def _fitted(state: Predicted, name: str, *place: int) -> tuple[float, float]:
    """A number of the fit and its standard error."""
    value, error = (state.fit[n].values[place] for n in (name, f"{name}_err"))
    return float(value), float(error)


def _line_in_fit(state: Predicted) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """k, theory line and weights of the shells of the fit."""
    fit, line = state.fit, state.theory_at_fit("S_theory")
    k = fit["k"].values
    used = (k <= float(fit["k_max"])) & np.isfinite(line)
    return k[used], line[used], (fit["modes"] * fit["effective_samples"]).values[used]


def _quadratic(state: Predicted) -> tuple[float, float]:
    """Plateau and amplitude of the fit with exponent 2 through the theory line."""
    found = fit_power_law(*_line_in_fit(state), alpha=2.0, errors=False)
    return found.plateau.value, found.amplitude.value


def _no_plateau(state: Predicted) -> bool:
    return float(state.theory["plateau"]) == 0


def independent_noise(state: Predicted) -> float:
    """What noise of the same strength would leave if nothing of it cancelled, in D^2 per step: white for
    c_t, draws that partners do not share for c_s. The scale of a noise of zero.

    q of draws not shared is q / (1 + c_s). Where all are shared (c_s = -1) q is zero and says nothing:
    kicks then count as many contacts as points at random would have, 2^d phi, more than are left where
    kicks push apart: an order of magnitude. The draws of a minibatch are left out, so that the scale
    is rather too small, and power is denied rather than claimed.
    """
    dynamics, theory = state.spec.dynamics, state.theory
    white, selection = dynamics.noise.strength**2, float(theory["selection_noise"])
    if dynamics.kind == "gradient":
        shared = dynamics.batch_correlation
        return white + (selection / (1 + shared) if shared > -1 else 0.0)
    shared = dynamics.kick_correlation
    if shared > -1:
        return white + selection / (1 + shared)
    system = state.spec.system
    contacts = 2**system.dimension * system.packing_fraction
    contact_square = dynamics.kick_size**2 * contacts / system.dimension
    return white + selection_noise(
        dynamics.model_copy(update={"kick_correlation": 0.0}), contact_square, contact_square
    )


def _white_plateau(state: Predicted) -> float:
    """The plateau that `independent_noise` would leave at this D: the scale of a plateau of zero."""
    return independent_noise(state) / (2 * float(state.theory["diffusion"]))


def _fit_range(state: Predicted) -> str:
    return f"<= {float(state.fit['k_max']):.2f}"


def _span(k: np.ndarray) -> str:
    return f"{k[0]:.2f}-{k[-1]:.2f}"
