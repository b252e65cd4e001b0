"""What a quantity gives: a prediction and a measurement, before any verdict."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Numbers:
    """One comparison. `k` says where, in 1/D."""

    predicted: float
    predicted_err: float
    measured: float
    measured_err: float
    k: str = ""
    scale: float | None = None
    """What the standard error is measured by to tell power; None: the size of the prediction."""
