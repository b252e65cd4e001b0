"""The filters of private training by name, each at its best for mean estimation with learning rate eta.

    independent    xi = eta: DP-SGD
    ma1            xi(t) = a eta(t) + b eta(t-1), c = -(1 - eta)
    nu_dp_ftrl     h_n ~ (-1)^n binom(1/2, n) (1 - nu)^n, nu = eta
    blt_1 ... 4    buffered linear Toeplitz with that many states

Sources: Choquette-Choo et al., ICLR 2024, arXiv:2310.06771 (nu_dp_ftrl, and why nu = eta); Dvijotham et
al., FOCS 2024, arXiv:2404.16706 (blt).
"""

import functools
import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from anticorr.errors import InputError
from anticorr.learning.private.buffered_toeplitz import MOST_STATES, buffered_toeplitz
from anticorr.learning.private.frequencies import U, period_mean
from anticorr.noise import Filter, fractional, ma1, white

_BELOW = 100
"""The band of the undamped filter reaches this much below nu."""
_LOWEST, _HIGHEST = 1e-8, 0.5
"""Bounds of the lower end of that band, radians per step."""
_ERROR_POINTS = 8192


def independent() -> Filter:
    """White noise: the Gaussian mechanism at every step."""
    return white()


def best_ma1(learning_rate: float) -> Filter:
    """ma1 with c = -(1 - eta), of least stationary excess error among ma1.

    With s^2 = 1 / sqrt(1 - c^2),

        E(c) = eta [1 + c (1-eta)] / [(2-eta) sqrt(1 - c^2)],     E(c = -(1-eta)) = eta^(3/2) / sqrt(2-eta)

    against eta / (2-eta) of independent noise. Raises InputError when eta lies outside (0, 2).
    """
    if not 0 < learning_rate < 2:
        raise InputError(f"learning_rate: got {learning_rate!r}, allowed > 0 and < 2")
    return ma1(learning_rate - 1)


def nu_dp_ftrl(nu: float) -> Filter:
    """nu-DP-FTRL of unit variance: h_n ~ (-1)^n binom(1/2, n) (1 - nu)^n, the taps of sqrt(1 - (1 - nu) z).

    Damped fractional noise of H = 0: from h_n = sum_k s_k q_k^(n-1) to h_n (1 - nu)^n, that is, the rates
    to q_k (1 - nu) and the weights to s_k (1 - nu). For nu >= 1e-6 its spectrum follows the exact one,
    |1 - (1-nu) e^{-iw}| over its mean, within 0.5% at all frequencies (`band_error` of the filter has the
    number), with 8 states at nu = 0.01. Below, it levels off at w = 1e-8; nu = 0 is `fractional(0)`.

    Raises InputError when nu lies outside [0, 1).
    """
    if not 0 <= nu < 1:
        raise InputError(f"nu: got {nu!r}, allowed >= 0 and < 1")
    if nu == 0:
        return fractional(0.0)
    band = (min(max(nu / _BELOW, _LOWEST), _HIGHEST), math.pi)
    undamped = fractional(0.0, band)
    weights = [weight * (1 - nu) for weight in undamped.weights]
    rates = tuple(rate * (1 - nu) for rate in undamped.rates)
    scale = math.sqrt(Filter("nu_dp_ftrl", undamped.first, tuple(weights), rates).variance)
    made = Filter("nu_dp_ftrl", undamped.first / scale, tuple(w / scale for w in weights), rates)
    frequency = np.geomspace(*band, _ERROR_POINTS)
    error = np.abs(made.spectrum(frequency) / exact_spectrum(nu, frequency) - 1).max()
    return replace(made, band_error=float(error), band=band)


def exact_spectrum(nu: float, frequency: np.ndarray) -> np.ndarray:
    """f(w) of exact nu-DP-FTRL, |1 - (1-nu) e^{-iw}| over its mean, same shape as `frequency`."""
    mean = period_mean(np.sqrt(nu**2 + (1 - nu) * U))
    return np.sqrt(nu**2 + (1 - nu) * (2 * np.sin(np.asarray(frequency, dtype=float) / 2)) ** 2) / mean


_BEST: dict[str, Callable[[float], Filter]] = {
    "independent": lambda _: independent(),
    "ma1": best_ma1,
    "nu_dp_ftrl": nu_dp_ftrl,
    **{
        f"blt_{states}": functools.partial(buffered_toeplitz, states)
        for states in range(1, MOST_STATES + 1)
    },
}
NAMES = tuple(_BEST)
"""All strategies by name."""


def strategy(name: str, learning_rate: float) -> Filter:
    """The filter of one of NAMES that is best at this learning rate, in one participation.

    Raises InputError when there is no such name or the learning rate lies outside (0, 1).
    """
    problems = []
    if name not in _BEST:
        problems.append(f"name: got {name!r}, allowed {', '.join(map(repr, NAMES))}")
    if not 0 < learning_rate < 1:
        problems.append(f"learning_rate: got {learning_rate!r}, allowed > 0 and < 1")
    if problems:
        raise InputError(*problems)
    return _BEST[name](learning_rate)
