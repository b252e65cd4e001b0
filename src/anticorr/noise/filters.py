"""The filters by name: white, ma1, ar1, fractional and exponential sums, and the one of a spec."""

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from anticorr.errors import InputError
from anticorr.noise.exponential import Filter, exponential_sum
from anticorr.noise.fractional import BAND, fractional

if TYPE_CHECKING:
    from anticorr.specs.dynamics import Noise

__all__ = ["Filter", "ar1", "exponential_sum", "fractional", "from_spec", "ma1", "white"]


def white() -> Filter:
    """White noise: xi(t) = eta(t), eta standard normal; f(w) = 1 at every frequency, no memory."""
    return Filter("white", 1.0)


def ma1(correlation: float) -> Filter:
    """First-order moving average, correlation c in [-1, 1]; lag-one correlation c / 2, f(0) = 1 + c.

        xi(t) = a eta(t) + b eta(t-1)
        a = (sqrt(1+c) + sqrt(1-c)) / 2,   b = (sqrt(1+c) - sqrt(1-c)) / 2

    c = -1 is the Anti-PGD noise (eta(t) - eta(t-1)) / sqrt(2) of Orvieto et al. (2022).
    Raises InputError when c lies outside [-1, 1].
    """
    if not -1 <= correlation <= 1:
        raise InputError(f"correlation: got {correlation!r}, allowed >= -1 and <= 1")
    plus, minus = math.sqrt(1 + correlation), math.sqrt(1 - correlation)
    return Filter("ma1", (plus + minus) / 2, ((plus - minus) / 2,), (0.0,))


def ar1(correlation: float) -> Filter:
    """First-order autoregression, lag-one correlation r in (-1, 1); f(0) = (1 + r) / (1 - r).

        xi(t) = r xi(t-1) + sqrt(1 - r^2) eta(t),     h_n = sqrt(1 - r^2) r^n

    Raises InputError when r lies outside (-1, 1).
    """
    if not -1 < correlation < 1:
        raise InputError(f"correlation: got {correlation!r}, allowed > -1 and < 1")
    first = math.sqrt((1 - correlation) * (1 + correlation))
    return Filter("ar1", first, (first * correlation,), (float(correlation),))


KINDS: dict[str, Callable[[Any], Filter]] = {
    "white": lambda noise: white(),
    "ma1": lambda noise: ma1(noise.correlation),
    "ar1": lambda noise: ar1(noise.correlation),
    "fractional": lambda noise: fractional(noise.hurst, BAND if noise.band is None else tuple(noise.band)),
    "exponential_sum": lambda noise: exponential_sum(noise.weights, noise.rates),
}
"""By the `kind` of a spec's noise section, the filter that it asks for."""


def from_spec(noise: "Noise") -> Filter:
    """The filter of a spec's noise section.

    Raises InputError as the filter of its `kind` does.
    """
    if noise.kind not in KINDS:
        raise InputError(f"noise.kind: got {noise.kind!r}, allowed: {', '.join(map(repr, KINDS))}")
    return KINDS[noise.kind](noise)
