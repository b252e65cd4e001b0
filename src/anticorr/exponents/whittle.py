"""Whittle (Gamma) likelihood fits of S(k) near k = 0.

The measured S of a shell is a mean of nu exponentially distributed numbers, so a model mu has

    -log L = sum_s nu_s [log mu_s + S_s / mu_s],   nu_s = modes_s * effective_samples_s

Model: mu = plateau + amplitude k^alpha with plateau >= 0 and amplitude >= 0, both linear; alpha is
profiled. Intervals are profile-likelihood intervals, which stay right when the plateau is at its
boundary (a logarithm of the plateau would stick there).
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq, minimize_scalar

from anticorr.errors import InputError

ALPHA_RANGE = (0.05, 6.0)
"""Exponents searched."""
_ONE_SIGMA, _95 = 1.0, 3.841458820694124
"""Rise of 2 log L at the ends of 68.3% and 95% intervals, one parameter."""


@dataclass(frozen=True)
class Estimate:
    """A fitted number, its standard error and its 95% interval."""

    value: float
    error: float
    interval: tuple[float, float]


@dataclass(frozen=True)
class PowerLaw:
    """S = plateau + amplitude k^alpha."""

    alpha: Estimate
    plateau: Estimate
    amplitude: Estimate
    deviance: float
    """2 log likelihood below the saturated model: about chi^2 of `shells - parameters`."""


class Shells:
    """Data of one fit: k, S and weights nu, with k scaled by its geometric mean inside."""

    def __init__(self, k: np.ndarray, S: np.ndarray, weight: np.ndarray):
        self.k, self.S, self.weight = (np.asarray(v, dtype=float) for v in (k, S, weight))
        bad = ~(np.isfinite(self.S) & (self.S > 0) & (self.weight > 0) & (self.k > 0))
        if bad.any():
            raise InputError(f"spectrum: {bad.sum()} shells without a positive S, k or weight")
        self.unit = float(np.exp(np.log(self.k).mean()))
        self.q = self.k / self.unit
        self.size = float(np.average(self.S, weights=self.weight))

    def deviance(self, mu: np.ndarray) -> float:
        """2 sum nu [log(mu / S) + S / mu - 1]."""
        ratio = self.S / mu
        return float(2 * np.sum(self.weight * (ratio - 1 - np.log(ratio))))

    def best_linear(
        self, alpha: float, plateau: float | None = None, amplitude: float | None = None
    ) -> tuple[float, float, float]:
        """(deviance, plateau, amplitude) at the best non-negative coefficients for one alpha; a
        coefficient that is given is held. Amplitude counts in units of the scaled k."""
        power = self.q**alpha
        offset = (plateau or 0.0) + (amplitude or 0.0) * power
        free = [plateau is None, amplitude is None]
        design = np.stack([np.ones_like(power), power])[free]
        lowest = 1e-9 * float(self.S.min())
        mu, best, x = self.S, np.inf, np.zeros(len(design))
        for _ in range(100):
            target = _non_negative_squares(design, self.S - offset, self.weight / mu**2)
            for halving in range(30):  # Fisher scoring, held back where it overshoots
                trial = x + (target - x) * 0.5**halving if np.isfinite(best) else target
                mu = np.maximum(offset + trial @ design, lowest)
                value = self.deviance(mu)
                if value <= best:
                    break
            gain, best, x = best - value, min(best, value), trial
            if gain <= 1e-11 * (1 + abs(best)):
                break
        found = dict(zip(np.flatnonzero(free), x, strict=True))
        return best, float(found.get(0, plateau)), float(found.get(1, amplitude))


def _non_negative_squares(design: np.ndarray, y: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Weighted least squares of y on one or two rows of `design`, coefficients >= 0."""
    if len(design) == 0:
        return np.zeros(0)
    normal = (design * weight) @ design.T
    right = (design * weight) @ y
    alone = np.maximum(right / np.diag(normal), 0.0)
    if len(design) == 1:
        return alone
    both = np.linalg.solve(normal, right)
    if (both >= 0).all():
        return both
    choices = np.diag(alone)
    return min(choices, key=lambda x: x @ normal @ x - 2 * right @ x)


def fit_power_law(
    k: np.ndarray,
    S: np.ndarray,
    weight: np.ndarray,
    *,
    alpha: float | None = None,
    plateau: float | None = None,
    errors: bool = True,
) -> PowerLaw:
    """Fit S = plateau + amplitude k^alpha to shells; `alpha` or `plateau` given: held at that value.
    errors=False leaves errors and intervals out (NaN), which is many times faster.

    k in any inverse length; weight nu = modes * effective samples of each shell (summed over replicas).
    Raises InputError with fewer shells than parameters + 1.
    """
    parameters = 3 - (alpha is not None) - (plateau is not None)
    if len(k) <= parameters:
        raise InputError(
            f"spectrum: got {len(k)} shells up to k_max, wanted at least {parameters + 1} "
            f"(a larger k_max or a larger box)"
        )
    data = Shells(k, S, weight)

    def profile(a, **held):
        return data.best_linear(a, **{"plateau": plateau, **held})

    def over_alpha(**held):
        """Best deviance over alpha, with some coefficients held."""
        if alpha is not None:
            return profile(alpha, **held)[0], alpha
        grid = np.geomspace(*ALPHA_RANGE, 14)
        values = [profile(a, **held)[0] for a in grid]
        m = int(np.argmin(values))
        bracket = (grid[max(m - 1, 0)], grid[min(m + 1, len(grid) - 1)])
        found = minimize_scalar(
            lambda a: profile(a, **held)[0], bounds=bracket, method="bounded", options={"xatol": 1e-5}
        )
        return (float(found.fun), float(found.x)) if found.fun < values[m] else (values[m], grid[m])

    best, at = over_alpha()
    _, a0, b0 = profile(at)
    scale = data.unit**-at
    if not errors:
        return PowerLaw(*[_unknown(v) for v in (at, a0, b0 * scale)], best)
    rises = {
        "alpha": lambda a: profile(a)[0] - best,
        "plateau": lambda a: over_alpha(plateau=a)[0] - best,
        "amplitude": lambda b: over_alpha(amplitude=b)[0] - best,
    }
    amplitude = _interval(rises["amplitude"], b0, 0.1 * b0 + 1e-6 * data.size, 0.0, np.inf)
    smallest = float(data.S.min())
    return PowerLaw(
        _interval(rises["alpha"], at, 0.05, *ALPHA_RANGE) if alpha is None else _held(at),
        _interval(rises["plateau"], a0, 0.1 * a0 + 1e-3 * smallest, 0.0, np.inf)
        if plateau is None
        else _held(a0),
        Estimate(b0 * scale, amplitude.error * scale, tuple(v * scale for v in amplitude.interval)),
        best,
    )


def crossover(k: np.ndarray, weight: np.ndarray, plateau: float, amplitude: float) -> tuple[float, float]:
    """k_x = sqrt(plateau / amplitude) of plateau + amplitude k^2, and its standard error.

    The error takes the covariance of the two coefficients from the Fisher information
    I_ij = sum nu g_i g_j / mu^2, g = (1, k^2); NaN where the plateau or the amplitude is zero.
    """
    if plateau <= 0 or amplitude <= 0:
        return 0.0 if plateau <= 0 else np.inf, np.nan
    design = np.stack([np.ones_like(k), k**2])
    information = (design * weight / (plateau + amplitude * k**2) ** 2) @ design.T
    gradient = np.array([1 / plateau, -1 / amplitude])
    value = np.sqrt(plateau / amplitude)
    return value, 0.5 * value * np.sqrt(gradient @ np.linalg.solve(information, gradient))


def _held(value: float) -> Estimate:
    return Estimate(value, 0.0, (value, value))


def _unknown(value: float) -> Estimate:
    return Estimate(value, np.nan, (np.nan, np.nan))


def _interval(cost, at: float, step: float, low: float, high: float) -> Estimate:
    """Where the rise of the deviance reaches 1 (error) and 3.84 (interval), on both sides."""
    ends = []
    for level in (_ONE_SIGMA, _95):
        for side, bound in ((-1, low), (1, high)):
            ends.append(_cross(lambda x, level=level: cost(x) - level, at, side * step, bound))
    lower, upper, lower95, upper95 = ends
    # At a boundary one side is cut: the other side alone tells the error.
    sides = [abs(e - at) for e, b in ((lower, low), (upper, high)) if e != b]
    return Estimate(at, float(np.mean(sides)) if sides else np.inf, (lower95, upper95))


def _cross(rise, at: float, step: float, bound: float) -> float:
    inside, outside = at, at + step
    for _ in range(60):
        if (outside - bound) * step >= 0:
            outside = bound
            if rise(bound) < 0:
                return bound
            break
        if rise(outside) > 0:
            break
        inside, outside, step = outside, outside + 2 * step, 2 * step
    else:
        return float(outside)
    return float(brentq(rise, inside, outside, xtol=1e-6 * abs(outside - at) + 1e-300))
