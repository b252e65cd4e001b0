"""The noise of the project: stationary Gaussian noise of unit variance with a few states in memory.

    xi(t) = h_0 eta(t) + sum_k s_k z_k(t),     z_k(t+1) = q_k z_k(t) + eta(t),     |q_k| < 1

eta is white with unit variance; the output is taken before the states move on. So xi(t) is
sum_n h_n eta(t-n) with the taps h_0 and h_n = sum_k s_k q_k^(n-1) for n >= 1 (0^0 = 1), a sum of
exponentials. Unit variance fixes the positive root h_0:

    h_0^2 + sum_kl s_k s_l / (1 - q_k q_l) = 1

Frequencies w are in radians per step, lags and taps in steps; all values are dimensionless.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from anticorr.errors import InputError

_ROUNDING = 1e-12
"""Excess over variance 1 that counts as rounding of weights meant to give h_0 = 0."""


@dataclass(frozen=True)
class Filter:
    """A causal filter with len(rates) states.

    kind: the kind of its spec. first: h_0. weights: s_k. rates: q_k, no two alike.
    band_error: largest |f / f_exact - 1| over `band` where the filter stands for an exact one (fractional
    noise), otherwise 0. band: the frequencies (lowest, highest) of that comparison; None where the filter
    is what it stands for.
    """

    kind: str
    first: float
    weights: tuple[float, ...] = ()
    rates: tuple[float, ...] = ()
    band_error: float = 0.0
    band: tuple[float, float] | None = None

    def taps(self, count: int) -> np.ndarray:
        """h_n for n = 0 ... count - 1."""
        powers = np.array(self.rates)[:, None] ** np.arange(max(count - 1, 0))
        return np.append(self.first, np.array(self.weights) @ powers)[:count]

    def spectrum(self, frequency: np.ndarray) -> np.ndarray:
        """f(w) = |h_0 + sum_k s_k e^{-iw} / (1 - q_k e^{-iw})|^2, same shape as `frequency`.

        The mean of f over a period is 1, the variance.
        """
        delay = np.exp(-1j * np.asarray(frequency, dtype=float))
        response = np.full(delay.shape, complex(self.first))
        for weight, rate in zip(self.weights, self.rates, strict=True):
            response = response + weight * delay / (1 - rate * delay)
        return np.abs(response) ** 2

    def autocovariance(self, lags: int) -> np.ndarray:
        """<xi(t) xi(t+n)> for n = 0 ... lags - 1.

        1 at n = 0, and sum_k A_k q_k^(n-1) beyond, A_k the `amplitudes`.
        """
        powers = np.array(self.rates)[:, None] ** np.arange(max(lags - 1, 0))
        return np.append(self.variance, self.amplitudes @ powers)[:lags]

    @property
    def amplitudes(self) -> np.ndarray:
        """A_k = s_k <xi(t) z_k(t+1)> = s_k (h_0 + q_k sum_l s_l / (1 - q_k q_l)), shape (state,)."""
        weights, rates = np.array(self.weights), np.array(self.rates)
        return weights * (self.first + rates * (self.state_covariance @ weights))

    @property
    def variance(self) -> float:
        """h_0^2 + |L^T s|^2 with L the `state_factor`: 1 but for rounding."""
        weights = np.array(self.weights)
        held = [math.fsum(column * weights) ** 2 for column in self.state_factor.T]
        return math.fsum([self.first**2, *held])

    @property
    def zero_frequency(self) -> float:
        """f(0) = (h_0 + sum_k g_k)^2: what is left of the noise in the long run; 1 + c for ma1.

        0 where the sum is rounding alone: below 1e-13 of its terms.
        """
        terms = (self.first, *self.stripping)
        left = math.fsum(terms)
        return left**2 if abs(left) > 1e-13 * sum(map(abs, terms)) else 0.0

    @property
    def correlation(self) -> float:
        """f(0) - 1, for ma1 the c = 2 a b of its spec; the lag-one correlation of ma1 is c / 2."""
        return self.zero_frequency - 1

    @property
    def stripping(self) -> tuple[float, ...]:
        """g_k = s_k / (1 - q_k), which make y = x + sigma sum_k g_k z_k.

        When x(t+1) = x(t) + F + sigma xi(t), y is driven by *white* noise of standard deviation
        sigma (h_0 + sum_k g_k), whose square is sigma^2 f(0):

            y(t+1) - y(t) - F = sigma [h_0 eta + sum_k s_k z_k + sum_k g_k (q_k z_k + eta - z_k)]
                              = sigma (h_0 + sum_k g_k) eta,     since g_k (1 - q_k) = s_k.
        """
        return tuple(weight / (1 - rate) for weight, rate in zip(self.weights, self.rates, strict=True))

    @property
    def jitter(self) -> float | None:
        """b of y = x + sigma b eta(t-1) where the filter remembers one step: 0 for white, b for ma1.

        None for a longer memory, which holds more than the last eta.
        """
        return None if any(self.rates) else float(sum(self.weights))

    @property
    def state_covariance(self) -> np.ndarray:
        """<z_k z_l> = 1 / (1 - q_k q_l) of the stationary states, shape (state, state)."""
        rates = np.array(self.rates)
        left = 1 - np.abs(rates)  # 1 - |q_k q_l| from this loses no digits near |q| = 1
        apart = left[:, None] + left - left[:, None] * left
        return 1 / np.where(rates[:, None] * rates < 0, 2 - apart, apart)

    @property
    def state_factor(self) -> np.ndarray:
        """Lower triangular L, shape (state, state), with L L^T = state_covariance.

        z(0) = L @ (independent standard normal numbers) starts the noise in its stationary state. In
        closed form, so that close rates lose no digits:

            L_kj = sqrt(1 - q_j^2) / (1 - q_j q_k) * prod_{i<j} (q_k - q_i) / (1 - q_i q_k)

        which is phi_j(q_k) of the orthonormal Takenaka-Malmquist functions: 1 / (1 - q q') is their
        reproducing kernel, sum_j phi_j(q) phi_j(q') (Heuberger, Van den Hof, Wahlberg, Modelling and
        Identification with Rational Orthogonal Basis Functions, Springer 2005, chapter 2).
        """
        rates, covariance = np.array(self.rates), self.state_covariance
        factor = np.zeros_like(covariance)
        product = np.ones(len(rates))
        for j, rate in enumerate(rates):
            factor[:, j] = math.sqrt((1 - rate) * (1 + rate)) * covariance[:, j] * product
            product = product * (rates - rate) * covariance[:, j]
        return factor


def exponential_sum(weights: Iterable[float], rates: Iterable[float]) -> Filter:
    """The filter with weights s_k and rates q_k; h_0 >= 0 makes up unit variance.

    Raises InputError, with a line for each problem, when the two differ in length, a number is not
    finite, a rate repeats or lies outside (-1, 1), or sum_kl s_k s_l / (1 - q_k q_l) exceeds 1.
    """
    weights, rates = tuple(float(s) for s in weights), tuple(float(q) for q in rates)
    problems = []
    if len(weights) != len(rates):
        problems.append(f"weights: got {len(weights)} of them, allowed: as many as rates ({len(rates)})")
    if not all(map(math.isfinite, weights)):
        problems.append(f"weights: got {list(weights)}, allowed: finite numbers")
    if not all(abs(rate) < 1 for rate in rates):  # NaN is not < 1 either
        problems.append(f"rates: got {list(rates)}, allowed > -1 and < 1")
    repeated = sorted({rate for rate in rates if rates.count(rate) > 1})
    if repeated:
        problems.append(f"rates: got {', '.join(map(repr, repeated))} more than once, allowed: each once")
    if problems:
        raise InputError(*problems)
    memory = Filter("exponential_sum", 0.0, weights, rates).variance
    if not memory <= 1 + _ROUNDING:
        raise InputError(
            f"weights: got sum_kl s_k s_l / (1 - q_k q_l) = {memory:.6g}, allowed <= 1 (the variance that "
            "the states may hold)"
        )
    return Filter("exponential_sum", math.sqrt(max(0.0, 1 - memory)), weights, rates)
