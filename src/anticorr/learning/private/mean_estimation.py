"""What private noise costs in the simplest learning: the mean of a stream.

    w(t+1) = w(t) - eta [w(t) - g_t - m s xi(t)]

m: noise multiplier. s: sensitivity of the filter. The excess error is <(w - g)^2> of one coordinate for
constant g, contributions of norm at most 1: in d dimensions it is d times as large. Stationary, with one
participation in a stream without end (Choquette-Choo et al., ICLR 2024, arXiv:2310.06771),

    E = eta^2 m^2  int dw/2pi f(w) / |1 - (1-eta) e^{-iw}|^2  *  int dw/2pi 1 / f(w)

By Cauchy and Schwarz no spectrum does better than f ~ |1 - (1-eta) e^{-iw}|, which is nu-DP-FTRL with
nu = eta.
"""

import math
from collections.abc import Callable, Iterable

import numpy as np
from scipy.signal import lfilter
from scipy.special import ellipkm1

from anticorr.errors import InputError
from anticorr.learning.private.frequencies import FREQUENCIES, U, period_mean
from anticorr.learning.private.sensitivity import sensitivity, stream_sensitivity
from anticorr.learning.private.strategies import NAMES, strategy
from anticorr.noise.exponential import Filter
from anticorr.noise.lyapunov import joint_covariance


def stationary_excess_error(noise: Filter, learning_rate: float, multiplier: float = 1.0) -> float:
    """E from the Lyapunov equation of w with the states of the filter; inf when the sensitivity is.

    eta / (2-eta) for independent noise at m = 1. Raises InputError when eta lies outside (0, 2), m is not
    positive, or h_0 is 0.
    """
    _checked(learning_rate, multiplier)
    s = stream_sensitivity(noise)
    if math.isinf(s):
        return math.inf
    moved = joint_covariance(np.array([[1 - learning_rate]]), np.array([[learning_rate]]), noise)
    return float(multiplier**2 * s**2 * moved[0, 0])


def excess_error_of_spectrum(
    spectrum: Callable[[np.ndarray], np.ndarray], learning_rate: float, multiplier: float = 1.0
) -> float:
    """E from the two integrals: no filter, so exact spectra as well.

    spectrum: f(w) > 0 at an array of w in (0, pi], radians per step, even, of any scale; singular at real z
    only (see `frequencies`). Raises InputError as `stationary_excess_error` does.
    """
    _checked(learning_rate, multiplier)
    f = spectrum(FREQUENCIES)
    moved = period_mean(f / (learning_rate**2 + (1 - learning_rate) * U))
    return multiplier**2 * learning_rate**2 * moved * period_mean(1 / f)


def least_excess_error(learning_rate: float, multiplier: float = 1.0) -> float:
    """The least E of any stationary noise, that of f ~ |1 - (1-eta) e^{-iw}|.

        E = m^2 [eta int dw/2pi 1 / |1 - (1-eta) e^{-iw}|]^2 = m^2 [(2 eta / pi) K(1-eta)]^2

    K: complete elliptic integral of the first kind, of modulus 1 - eta; about eta^2 log(8/eta)^2 / pi^2 for
    small eta. Raises InputError as `stationary_excess_error` does.
    """
    _checked(learning_rate, multiplier)
    return float(
        (multiplier * 2 * learning_rate / math.pi * ellipkm1(learning_rate * (2 - learning_rate))) ** 2
    )


def finite_excess_error(
    noise: Filter,
    learning_rate: float,
    steps: int,
    multiplier: float = 1.0,
    *,
    participations: int = 1,
    separation: int | None = None,
    stationary: bool = False,
    distance: float = 0.0,
) -> float:
    """<(w - g)^2> after `steps` steps, s the `sensitivity` over these steps.

        E_T = (1-eta)^(2T) distance^2 + eta^2 m^2 s^2 (sum_{n<T} p_n^2 + v^T Z v),
        p_n = sum_{j<=n} (1-eta)^(n-j) h_j,     v_k = s_k sum_{t<T} (1-eta)^(T-1-t) q_k^t

    distance: |w(0) - g|. The noise starts at rest, or, with `stationary`, in its stationary state, whose
    covariance Z adds the last term. Where s is a bound, this is the error of noise set by that bound; it is
    infinite where s is. Raises InputError as `stationary_excess_error` and `sensitivity` do.
    """
    _checked(learning_rate, multiplier)
    s = sensitivity(noise, steps, participations, separation).value
    kept = 1 - learning_rate
    moved = float((lfilter([1.0], [1.0, -kept], noise.taps(steps)) ** 2).sum())
    if stationary and noise.rates:
        powers = np.array(noise.rates)[:, None] ** np.arange(steps)
        v = np.array(noise.weights) * lfilter([1.0], [1.0, -kept], powers)[:, -1]
        moved += float(v @ noise.state_covariance @ v)
    return kept ** (2 * steps) * distance**2 + (learning_rate * multiplier * s) ** 2 * moved


def tabulate(
    learning_rates: Iterable[float], steps: int | None = None, names: Iterable[str] = NAMES
) -> dict[str, np.ndarray]:
    """Excess error of each strategy at its best, shape (learning rate,), at m = 1 and one participation.

    steps: of a run that starts at the mean, with noise at rest; a stream without end by default. Raises
    InputError as `strategy` and `sensitivity` do.
    """
    rates = tuple(learning_rates)
    return {
        name: np.array(
            [
                stationary_excess_error(strategy(name, eta), eta)
                if steps is None
                else finite_excess_error(strategy(name, eta), eta, steps)
                for eta in rates
            ]
        )
        for name in names
    }


def _checked(learning_rate: float, multiplier: float) -> None:
    problems = []
    if not 0 < learning_rate < 2:
        problems.append(f"learning_rate: got {learning_rate!r}, allowed > 0 and < 2")
    if not 0 < multiplier < math.inf:
        problems.append(f"multiplier: got {multiplier!r}, allowed > 0 and finite")
    if problems:
        raise InputError(*problems)
