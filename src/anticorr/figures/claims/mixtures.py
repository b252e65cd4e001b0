"""Quantities of a mixture: the combination that is even, and what its composition leaves."""

import numpy as np

from anticorr.figures import species
from anticorr.figures.claims.numbers import Numbers
from anticorr.figures.states import Predicted

_BAND = 0.25
"""Upper k of the band over which rows average, 1/D."""
_NO_MIXTURE = "no mixture of two species"


def weights(state: Predicted) -> Numbers | str:
    """v_1 / v_0 of the softest combination, a mean over small k, against (w_1 + D_s) / (w_0 + D_s)."""
    if not species.is_mixture(state):
        return _NO_MIXTURE
    if not species.even(state):
        return "noise is left at long times: the softest combination is not the one that Phi makes even"
    low, span = _band(state)
    ratio, error = (state.fit[name].values[low] for name in ("softest_ratio", "softest_ratio_err"))
    share = error**-2 / (error**-2).sum()
    name = "softest_ratio_theory"
    predicted, predicted_err = float(state.theory[name]), float(state.theory[f"{name}_err"])
    return Numbers(predicted, predicted_err, float(share @ ratio), float((error**-2).sum() ** -0.5), span)


def weighted(state: Predicted) -> Numbers | str:
    """What S_w has beyond its leading order at small k, against the plateau that exchange leaves."""
    if not species.is_mixture(state):
        return _NO_MIXTURE
    if not species.even(state):
        return "noise is left at long times, and a larger plateau of S_w with it"
    low, span = _band(state)
    k = state.fit["k"].values[low]
    S, error = (values[low] for values in species.weighted(state))
    line, line_err = (state.theory_at_fit(f"S_weighted_theory{end}")[low] for end in ("", "_err"))
    # Errors in proportion to the line: in proportion to S they would favour what came out low.
    error = error / S * line
    share = 1 / (error**2 + line_err**2)
    share /= share.sum()
    jitter, left = species.jitter_factor(state, k), float(state.theory["composition_plateau"])
    measured = float(share @ ((S - line) / jitter)) + left
    measured_err = float(np.sqrt(((share * error / jitter) ** 2).sum()))
    # Of the whole line, the plateau in it: one error, common to all shells.
    return Numbers(left, float(share @ (line_err / jitter)), measured, measured_err, span)


def number(state: Predicted) -> Numbers | str:
    """S of the number density over small k against S_w there: a claim says `above`."""
    if not species.is_mixture(state):
        return _NO_MIXTURE
    low, span = _band(state)
    samples = (state.fit["modes"] * state.fit["effective_samples"]).values[low]
    share = samples / samples.sum()
    even, error = (values[low] for values in species.weighted(state))
    measured = float(share @ state.fit["S"].values[low])
    measured_err = measured / np.sqrt(samples.sum())
    even_err = float(np.sqrt(((share * error) ** 2).sum()))
    return Numbers(float(share @ even), even_err, measured, measured_err, span, scale=measured)


def _band(state: Predicted) -> tuple[np.ndarray, str]:
    k = state.fit["k"].values
    low = k <= max(_BAND, k[0] * 1.01)
    return low, f"{k[low][0]:.2f}-{k[low][-1]:.2f}"
