"""Buffered linear Toeplitz noise: the best filter with a few states, for mean estimation.

A matrix C whose taps are a sum of K exponentials has an inverse of the same kind (Dvijotham, McMahan,
Pillutla, Steinke and Thakurta, FOCS 2024, arXiv:2404.16706; McMahan, Xu and Zhang, 2024, arXiv:2408.08868),
so it is a filter of this project with K states. Its spectrum, with u = |1 - e^{-iw}|^2, is

    f(w) ~ prod_k (u + a_k) / (u + b_k)

Here a_k and b_k minimise the stationary excess error of mean estimation at learning rate eta,

    E = eta^2 int dw/2pi f(w) / |1 - (1-eta) e^{-iw}|^2  *  int dw/2pi 1 / f(w)

whose slope in log a_k is the difference of the two means of a_k / (u + a_k), each under its own integrand.
"""

import functools
import math

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit

from anticorr.errors import InputError
from anticorr.learning.private.frequencies import WEIGHTS, U
from anticorr.noise.exponential import Filter

MOST_STATES = 4
_DECIMALS = 5
"""Of log a_k and log b_k: coarser than what the last bits of the machine change in the minimum, far finer
than E can tell. What follows is the same on every machine."""


def buffered_toeplitz(states: int, learning_rate: float) -> Filter:
    """The filter of unit variance with 1 to 4 states and the least stationary excess error.

    One participation in a stream without end. Found by a descent from one start: zeros and poles in turn
    along log u, between the corner of the mode and 4. Equal arguments give the same filter. Raises
    InputError when `states` is not 1, 2, 3 or 4 or `learning_rate` lies outside (0, 1).
    """
    problems = []
    if states not in range(1, MOST_STATES + 1):
        problems.append(f"states: got {states!r}, allowed 1 to {MOST_STATES}")
    if not 0 < learning_rate < 1:
        problems.append(f"learning_rate: got {learning_rate!r}, allowed > 0 and < 1")
    if problems:
        raise InputError(*problems)
    return _optimised(int(states), float(learning_rate))


@functools.lru_cache(maxsize=64)
def _optimised(states: int, eta: float) -> Filter:
    # |1 - (1-eta) e^{-iw}|^2 = (1-eta) (u + corner)
    corner = eta**2 / (1 - eta)
    low, high = math.log(corner), math.log(4 + corner)
    spacing = (high - low) / states
    middle = low + spacing * (np.arange(states) + 0.5)
    start = np.concatenate([middle - spacing / 4, middle + spacing / 4])
    found = minimize(log_excess, start, (eta,), jac=True, method="BFGS", options={"gtol": 1e-8}).x
    zeros, poles = np.sort(np.round(found, _DECIMALS).reshape(2, states))
    return _unit_variance(np.exp(zeros), np.exp(poles))


def log_excess(places: np.ndarray, eta: float) -> tuple[float, np.ndarray]:
    """(log E, its gradient) at places = (log a_1 ... log a_K, log b_1 ... log b_K)."""
    sign = np.repeat([1.0, -1.0], len(places) // 2)
    log_u = np.log(U)[:, None]
    log_f = np.logaddexp(log_u, places) @ sign
    error = WEIGHTS * np.exp(log_f) / (eta**2 + (1 - eta) * U)
    inverse = WEIGHTS * np.exp(-log_f)
    share = sign * expit(places - log_u)
    value = 2 * math.log(eta) + math.log(error.sum()) + math.log(inverse.sum())
    return value, error @ share / error.sum() - inverse @ share / inverse.sum()


def _unit_variance(zeros: np.ndarray, poles: np.ndarray) -> Filter:
    """The filter of unit variance with this shape, from its zeros r_k and rates q_k.

        h(z) ~ prod_k (1 - r_k z) / (1 - q_k z)
        s_k / h_0 = prod_j (q_k - r_j) / prod_{j != k} (q_k - q_j)

    with (1 - q)^2 / q = b. Differences are taken of 1 - q, which keeps the digits of rates close to 1.
    """
    roots, left = (place / (np.sqrt(place * (1 + place / 4)) + place / 2) for place in (zeros, poles))
    apart = left[None, :] - left[:, None] + np.eye(len(left))
    weights = (roots[None, :] - left[:, None]).prod(axis=1) / apart.prod(axis=1)
    rates = tuple((1 - left).tolist())
    first = 1 / math.sqrt(Filter("blt", 1.0, tuple(weights.tolist()), rates).variance)
    return Filter("blt", first, tuple((first * weights).tolist()), rates)
