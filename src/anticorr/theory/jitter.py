"""The jitter identity (4'): exact at every correlation of ma1 noise and every k."""

from typing import TYPE_CHECKING

import numpy as np

from anticorr.noise.filters import from_spec

if TYPE_CHECKING:
    from anticorr.specs.dynamics import Noise


def jitter_variance(noise: "Noise") -> float | None:
    """s^2 = -(b^2 + c) sigma^2 of a spec's noise section; sigma^2 / 2 at c = -1, 0 for white noise.

    None for noise that remembers more than one step: positions have then reacted to what lies between x
    and y, and the identity does not hold.
    """
    made = from_spec(noise)
    a, b = made.first, made.jitter
    return None if b is None else -(b * b + 2 * a * b) * noise.strength**2


def add_jitter(k: np.ndarray, S_stripped: np.ndarray, variance: float) -> np.ndarray:
    """S of x from S of y:  1 - S_x(k) = exp(-k^2 s^2) (1 - S_y(k))."""
    return 1 - np.exp(-(k**2) * variance) * (1 - S_stripped)
