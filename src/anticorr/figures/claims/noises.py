"""Quantities of the noises themselves: do they come out as predicted, and do they add?

Each function takes a state, or a list of states, and gives numbers, or a sentence that says why it cannot.
"""

import math

import numpy as np

from anticorr.figures.claims import structure
from anticorr.figures.claims.numbers import Numbers
from anticorr.figures.states import Predicted
from anticorr.theory.jitter import jitter_variance
from anticorr.theory.plateau import injected_noise


def centre_noise(state: Predicted) -> Numbers | str:
    """The numerator of (3) from the walk of the mean position, which needs neither D nor S(k)."""
    fit, theory = state.fit, state.theory
    if "centre_noise" not in fit:
        return "no noise of the centre in the fit (record.positions)"
    if jitter_variance(state.spec.dynamics.noise) is None:
        return "the noise remembers more than a step: the path of the centre is no walk with a jitter"
    predicted = float(theory["long_time_noise"])
    return Numbers(
        predicted, _selection_err(state), float(fit["centre_noise"]), float(fit["centre_noise_err"]),
        scale=None if predicted > 0 else structure.independent_noise(state),
    )  # fmt: skip


def additivity(states: list[Predicted]) -> Numbers | str:
    """r of 2 D S(0) = a s + b q + 2 r sqrt(s q), with s = f(0) sigma^2, by weighted least squares.

    S(0) is the fitted plateau, D that of (2). Noises that add have no cross term; two noises whose
    amplitudes add, as of one source, have r = 1, which is the scale. a and b are free, so that an error of
    D or of the fit that all states share is not taken for a cross term. Predicted: the same with the
    plateaus of fits through the theory line.
    """
    kept = [s for s in states if float(s.theory["long_time_noise"]) > 0]
    q = np.array([float(s.theory["selection_noise"]) for s in kept])
    injected = np.array([injected_noise(s.spec.dynamics) for s in kept])
    design = np.stack([injected, q, 2 * np.sqrt(injected * q)], axis=1)
    if len(kept) < 3 or np.linalg.matrix_rank(design / (injected + q)[:, None], tol=1e-6) < 3:
        return "fewer than three ratios of the two noises"
    each = [structure.plateau(s) for s in kept]
    columns = [[n.predicted, n.predicted_err, n.measured, n.measured_err] for n in each]
    bracket = np.array([2 * float(s.theory["diffusion"]) for s in kept])
    predicted, predicted_err, measured, measured_err = np.array(columns).T * bracket
    weight = 1 / (measured_err**2 + predicted_err**2)
    normal = design.T * weight
    share = np.linalg.solve(normal @ design, normal)[2]
    return Numbers(
        float(share @ predicted), _in_squares(share * predicted_err),
        float(share @ measured), _in_squares(share * measured_err), each[0].k, scale=1.0,
    )  # fmt: skip


def diffusion_from_decay(state: Predicted) -> Numbers | str:
    """D of (2) against D of the rates at which density modes forget themselves."""
    fit, theory = state.fit, state.theory
    if "decay_diffusion" not in fit:
        return "too few shells with a rate: no modes, or they relax too fast for the spacing"
    if theory.attrs.get("diffusion_from", "equation (2)") != "equation (2)":
        return "under such noise F(k, t) decays by no single rate"
    return Numbers(
        float(theory["diffusion"]), float(theory["diffusion_err"]), float(fit["decay_diffusion"]),
        float(fit["decay_diffusion_err"]), f"<= {float(fit['k_max']):.2f}",
    )  # fmt: skip


def _selection_err(state: Predicted) -> float:
    """Standard error of q: what is left of that of the plateau, q / (2 D), without the part of D."""
    theory = state.theory
    D, plateau, error = (float(theory[name]) for name in ("diffusion", "plateau", "plateau_err"))
    of_D = plateau * float(theory["diffusion_err"]) / D
    return 2 * D * math.sqrt(max(error**2 - of_D**2, 0.0))


def _in_squares(parts: np.ndarray) -> float:
    return float(np.sqrt((parts**2).sum()))
