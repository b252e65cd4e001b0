"""Quantities in real space, and whether the errors of S(k) are right."""

import numpy as np

from anticorr.figures.claims.numbers import Numbers
from anticorr.figures.states import Fitted, Predicted
from anticorr.figures.windows import expected_variance, variance_correlation


def number_variance_exponent(state: Predicted) -> Numbers | str:
    """Slope of log sigma_N^2(R) against log R over the upper half of the radii, by weighted least squares.

    In the box it is neither d nor d - 1, also for independent points (N is fixed), so the same slope of
    `expected_variance` is predicted. The errors at different R are those of the record, and correlated as
    the modes that they share.
    """
    if "number_variance" not in state.fit:
        return "no number variance (real_space)"
    radii, value, error = (
        state.fit[name].values for name in ("radius", "number_variance", "number_variance_err")
    )
    far = radii > radii[-1] / 2
    radii, value, relative = radii[far], value[far], (error / value)[far]
    x = np.log(radii)
    x = x - np.average(x, weights=relative**-2)
    share = x * relative**-2 / (x**2 @ relative**-2)
    together = np.outer(share * relative, share * relative) * variance_correlation(state, radii)
    low, middle, high = (
        float(share @ np.log(expected_variance(state, radii, errors=z))) for z in (-1.0, 0.0, 1.0)
    )
    return Numbers(
        middle, abs(high - low) / 2, float(share @ np.log(value)), float(np.sqrt(together.sum())),
        f"R {radii[0]:.1f}-{radii[-1]:.1f}",
    )  # fmt: skip


def replica_scatter(states: list[Fitted]) -> Numbers | str:
    """Root mean square over shells and states of replica_spread / S_err; 1 is predicted.

    Of n replicas the square of a shell is chi^2 / (n - 1) with n - 1 degrees of freedom, and shells are
    independent: a mean over M shells has a variance of 2 / [(n - 1) M].
    """
    kept = [s.fit for s in states if "replica_spread" in s.fit]
    if not kept:
        return "one replica has no scatter"
    square = np.concatenate([(f["replica_spread"] / f["S_err"]).values ** 2 for f in kept])
    variance = sum(2 / (int(f["replicas"]) - 1) * f.sizes["shell"] for f in kept) / len(square) ** 2
    rms = float(np.sqrt(square.mean()))
    # Of the prediction, not of the measurement: a scatter that came out low would seem firmer.
    return Numbers(1.0, 0.0, rms, float(np.sqrt(variance) / 2), "all")
