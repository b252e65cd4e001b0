"""Causal filters that make stationary, unit-variance Gaussian noise out of white noise.

    xi(t) = sum_n h_n eta(t-n),   sum_n h_n^2 = 1,   f(w) = |sum_n h_n e^{-i n w}|^2

Frequencies w are in radians per step; f is normalised to mean 1 over a period.
"""

import math
from dataclasses import dataclass

import numpy as np

from anticorr.errors import InputError


@dataclass(frozen=True)
class Filter:
    """A causal filter given by its taps h_n."""

    kind: str
    taps: tuple[float, ...]

    def spectrum(self, frequency: np.ndarray) -> np.ndarray:
        """f(w), dimensionless, same shape as `frequency` (radians per step)."""
        w = np.asarray(frequency, dtype=float)
        n = np.arange(len(self.taps))
        response = np.exp(-1j * w[..., None] * n) @ np.array(self.taps)
        return np.abs(response) ** 2

    def autocovariance(self, lags: int) -> np.ndarray:
        """<xi(t) xi(t+n)> for n = 0 ... lags - 1."""
        taps = np.array(self.taps)
        full = np.correlate(taps, taps, mode="full")[len(taps) - 1 :]
        covariance = np.zeros(lags)
        covariance[: min(lags, len(full))] = full[:lags]
        return covariance

    @property
    def zero_frequency(self) -> float:
        """f(0) = (sum h_n)^2: what is left of the noise in the long run; 1 + c_t for ma1."""
        return sum(self.taps) ** 2

    @property
    def correlation(self) -> float:
        """c = f(0) - 1, for ma1 the c = 2 a b of its spec; the lag-one correlation is c / 2."""
        return self.zero_frequency - 1


def white() -> Filter:
    """h = (1)."""
    return Filter("white", (1.0, 0.0))


def ma1(correlation: float) -> Filter:
    """First-order moving average, correlation c in [-1, 1]; lag-one correlation c / 2, f(0) = 1 + c.

        a = (sqrt(1+c) + sqrt(1-c)) / 2,   b = (sqrt(1+c) - sqrt(1-c)) / 2

    c = -1 is the Anti-PGD noise (eta(t) - eta(t-1)) / sqrt(2) of Orvieto et al. (2022).
    Raises InputError when c lies outside [-1, 1].
    """
    if not -1 <= correlation <= 1:
        raise InputError(f"correlation: got {correlation!r}, allowed >= -1 and <= 1")
    plus, minus = math.sqrt(1 + correlation), math.sqrt(1 - correlation)
    return Filter("ma1", ((plus + minus) / 2, (plus - minus) / 2))


def from_spec(noise) -> Filter:
    """The filter of a spec's noise section."""
    return white() if noise.kind == "white" else ma1(noise.correlation)
