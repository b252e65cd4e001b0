"""Quantities of SGD on mixtures: descents over mean-field theory, setting by setting."""

from collections.abc import Callable

import numpy as np

from anticorr.figures.accompanied import Accompanied
from anticorr.figures.claims.numbers import Numbers

_OTHER = "no mean-field companion"


def ratio(name: str) -> Callable[[Accompanied], Numbers | str]:
    """Of one variable: descents over theory, over all settings at a quarter, a half and the end of them."""

    def found(of: Accompanied) -> Numbers | str:
        if of.spec.kind != "meanfield":
            return _OTHER
        record = of.companion
        last = record.sizes["step"] - 1
        seen = record.isel(step=[last // 4, last // 2, last])
        theory, simulated = (seen[f"{name}{end}"].values for end in ("", "_simulated"))
        errors = np.hypot(seen[f"{name}_err"].values, seen[f"{name}_simulated_err"].values)
        usable = theory > 0.01  # of an overlap that has not begun to grow no ratio can be said
        if not usable.any():
            return f"no setting with {name} above 0.01"
        relative = np.where(usable, errors / np.where(usable, theory, 1.0), 0.0)
        # By precision, but none counts for more than if it were known to 1%, the bias of theory.
        weights = usable / (relative**2 + 0.01**2)
        weights /= weights.sum()
        value = (weights * np.where(usable, simulated / np.where(usable, theory, 1.0), 0.0)).sum()
        # Times of one descent are taken as fully correlated: their errors add up within a setting.
        error = np.sqrt(((weights * relative).sum(axis=1) ** 2).sum())
        return Numbers(1.0, 0.0, float(value), float(error))

    return found


def worst(of: Accompanied) -> Numbers | str:
    """Root mean square of (descents - theory) over its error: all settings, numbers and three times."""
    if of.spec.kind != "meanfield":
        return _OTHER
    record, last = of.companion, of.companion.sizes["step"] - 1
    seen = record.isel(step=[last // 4, last // 2, last])
    squares = []
    for name in ("overlap", "loss", "training_error", "error"):
        error = np.hypot(seen[f"{name}_err"].values, seen[f"{name}_simulated_err"].values)
        z = (seen[f"{name}_simulated"].values - seen[name].values)[error > 0] / error[error > 0]
        squares.append((z**2).mean())
    settings = record.sizes["setting"]
    return Numbers(1.0, 0.0, float(np.sqrt(np.mean(squares))), float(1 / np.sqrt(2 * settings)))
