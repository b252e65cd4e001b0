"""Quantities of a mixture: the combination that is even, and what its composition leaves."""

import numpy as np

from anticorr.figures import species
from anticorr.figures.claims.numbers import Numbers
from anticorr.figures.states import State

_BAND = 0.25
"""Upper k of the band over which rows average, 1/D."""
_NO_MIXTURE = "no mixture of two species"


def weights(state: State) -> Numbers | str:
    """w_1 / w_0 against v_1 / v_0 of the softest combination, a mean over small k."""
    if not species.is_mixture(state):
        return _NO_MIXTURE
    low, span = _band(state)
    ratio, error = (state.fit[name].values[low] for name in ("softest_ratio", "softest_ratio_err"))
    share = error**-2 / (error**-2).sum()
    predicted, predicted_err = (float(state.theory[n]) for n in ("weight_ratio", "weight_ratio_err"))
    return Numbers(predicted, predicted_err, float(share @ ratio), (error**-2).sum() ** -0.5, span)


def weighted(state: State) -> Numbers | str:
    """S_w over small k against its line, plateau of the composition included."""
    if not species.is_mixture(state):
        return _NO_MIXTURE
    low, span = _band(state)
    S, error = (values[low] for values in species.weighted(state))
    line, line_err = (state.theory_at_fit(f"S_weighted_theory{end}")[low] for end in ("", "_err"))
    # As for S: a mean of S_w / theory, whose error does not depend on how S_w runs inside the band.
    weight = (S / error) ** 2
    ratio = np.average(S / line, weights=weight)
    middle, middle_err = (float(np.average(v, weights=weight)) for v in (line, line_err))
    measured = float(ratio * middle)
    return Numbers(middle, middle_err, measured, measured / np.sqrt(weight.sum()), span)


def number(state: State) -> Numbers | str:
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


def _band(state: State) -> tuple[np.ndarray, str]:
    k = state.fit["k"].values
    low = k <= max(_BAND, k[0] * 1.01)
    return low, f"{k[low][0]:.2f}-{k[low][-1]:.2f}"
