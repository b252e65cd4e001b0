"""The crossover form of S(k), equation (4), fitted as such.

    S(k) = B (k_x^e + k^e)

A plateau B k_x^e takes over below k_x. B is linear and k_x is profiled, so that its interval is right
also where it reaches 0 (no plateau seen) or beyond every k (no rise seen).
"""

from dataclasses import dataclass

import numpy as np

from anticorr.errors import InputError
from anticorr.exponents.profile import Estimate, interval, lowest
from anticorr.exponents.whittle import Shells

_REACH = 1e3
"""k_x is searched from k_min / 1000 to 1000 k_max; beyond, the ends 0 and infinity stand for it."""


@dataclass(frozen=True)
class Crossover:
    """S = amplitude (crossover^exponent + k^exponent)."""

    crossover: Estimate
    """0 where no plateau is seen: then the interval holds an upper bound alone, and the error is its
    one-sigma twin; infinite where no rise is seen."""
    amplitude: float
    plateau: float
    deviance: float
    """2 log likelihood below the saturated model: about chi^2 of `shells - 2`."""


def fit_crossover(k: np.ndarray, S: np.ndarray, weight: np.ndarray, *, exponent: float = 2.0) -> Crossover:
    """Fit S = B (k_x^e + k^e) to shells with the Gamma likelihood of `whittle`.

    k in any inverse length; weight nu = modes * effective samples of each shell (summed over replicas);
    k_x in the unit of k. Raises InputError with fewer than three shells, shells that hold nothing, or an
    exponent that is not positive.
    """
    if not exponent > 0:
        raise InputError(f"exponent: got {exponent!r}, allowed > 0")
    data = Shells(k, S, weight, 2)
    smallest, largest = data.q.min() / _REACH, data.q.max() * _REACH

    def shape(x: np.ndarray) -> np.ndarray:
        """(x^e + k^e) / (x^e + 1), finite for every x."""
        power = x[..., None] ** exponent
        return (power + data.q**exponent) / (power + 1)

    def level(h: np.ndarray) -> np.ndarray:
        """Best factor of a shape: mean of S / h."""
        return (data.S / h) @ data.weight / data.weight.sum()

    def cost(x: np.ndarray) -> np.ndarray:
        h = shape(x)
        return data.deviance(level(h)[..., None] * h)

    (best,), (at,) = lowest(cost, np.geomspace(smallest, largest, 80), 1, 1e-7)
    pure, flat = float(cost(np.zeros(1))[0]), float(data.deviance(np.full_like(data.S, data.size)))
    if min(pure, flat) <= best + 1e-9 * (1 + best):
        best, at = (pure, 0.0) if pure <= flat else (flat, np.inf)
    if np.isinf(at):  # the interval of 1 / k_x, whose best value is 0
        inverse = interval(lambda u: cost(1 / np.maximum(u, 1e-9)) - best, 0.0, 1 / largest, 0.0, np.inf)
        k_x = Estimate(np.inf, np.inf, (1 / inverse.interval[1] * data.unit, np.inf))
        return Crossover(k_x, 0.0, data.size, best)
    k_x = interval(lambda x: cost(x) - best, at, 0.1 * at + smallest, 0.0, np.inf)
    power = at**exponent
    amplitude = float(level(shape(np.array([at])))[0]) / (power + 1)
    return Crossover(k_x.times(data.unit), amplitude * data.unit**-exponent, amplitude * power, float(best))
