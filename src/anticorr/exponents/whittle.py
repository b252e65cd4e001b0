"""Whittle (Gamma) likelihood fits of S(k) near k = 0.

The measured S of a shell is a mean of nu exponentially distributed numbers, so a model mu has

    -log L = sum_s nu_s [log mu_s + S_s / mu_s],   nu_s = modes_s * effective_samples_s

Model: mu = plateau + amplitude k^alpha with plateau >= 0 and amplitude >= 0, both linear; alpha is
profiled. Intervals are profile-likelihood intervals, which stay right when the plateau is at its
boundary (a logarithm of the plateau would stick there).
"""

from dataclasses import dataclass

import numpy as np

from anticorr.errors import InputError
from anticorr.exponents.profile import Cost, Estimate, held, interval, lowest, unknown

ALPHA_RANGE = (0.05, 6.0)
"""Exponents searched."""
_ALPHA_GRID = np.geomspace(*ALPHA_RANGE, 14)


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

    def __init__(self, k: np.ndarray, S: np.ndarray, weight: np.ndarray, parameters: int) -> None:
        """Raises InputError with a shell that holds nothing, or fewer shells than parameters + 1."""
        self.k, self.S, self.weight = (np.asarray(v, dtype=float) for v in (k, S, weight))
        problems = []
        if not self.k.shape == self.S.shape == self.weight.shape or self.k.ndim != 1:
            raise InputError(
                f"spectrum: got shapes {self.k.shape} of k, {self.S.shape} of S and {self.weight.shape} of "
                "the weight, wanted one number of each for every shell"
            )
        bad = ~(np.isfinite(self.S) & (self.S > 0) & (self.weight > 0) & (self.k > 0))
        if bad.any():
            problems.append(
                f"spectrum: got {bad.sum()} shells without a positive S, k or weight, wanted none"
            )
        if len(self.k) <= parameters:
            problems.append(
                f"spectrum: got {len(self.k)} shells up to k_max, wanted at least {parameters + 1} "
                f"(a larger k_max or a larger box)"
            )
        if problems:
            raise InputError(*problems)
        self.unit = float(np.exp(np.log(self.k).mean()))
        self.q = self.k / self.unit
        self.size = float(np.average(self.S, weights=self.weight))

    def deviance(self, mu: np.ndarray) -> np.ndarray:
        """2 sum nu [log(mu / S) + S / mu - 1], summed over the last axis."""
        ratio = self.S / mu
        return 2 * ((ratio - 1 - np.log(ratio)) @ self.weight)

    def best_linear(
        self, alpha: np.ndarray, plateau: np.ndarray | None = None, amplitude: np.ndarray | None = None
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(deviance, plateau, amplitude) at the best non-negative coefficients for every alpha; those
        that are given, one for every alpha, are held. Amplitude counts in units of the scaled k."""
        power = self.q ** alpha[:, None]
        floor = 1e-9 * float(self.S.min())
        mu = np.broadcast_to(self.S, power.shape)
        best, x = np.full(len(power), np.inf), np.zeros((2, len(power)))
        for _ in range(100):
            target = self._non_negative_squares(power, self.weight / mu**2, plateau, amplitude)
            trial = target
            for halving in range(1, 30):  # Fisher scoring, held back where it overshoots
                mu = np.maximum(trial[0][:, None] + trial[1][:, None] * power, floor)
                value = self.deviance(mu)
                worse = value > best + 1e-12 * (1 + value)
                if not worse.any():
                    break
                trial = np.where(worse, x + (target - x) * 0.5**halving, trial)
            gain, best, x = best - value, value, trial
            if (gain <= 1e-8 * (1 + best)).all():
                break
        return best, x[0], x[1]

    def _non_negative_squares(
        self,
        power: np.ndarray,
        weight: np.ndarray,
        plateau: np.ndarray | None,
        amplitude: np.ndarray | None,
    ) -> np.ndarray:
        """Weighted least squares of S on (1, power), coefficients >= 0, those that are given held."""
        weighted = weight * power
        ones, cross, square = weight.sum(axis=1), weighted.sum(axis=1), (weighted * power).sum(axis=1)
        right, right_power = weight @ self.S, weighted @ self.S
        if plateau is not None and amplitude is not None:
            return np.stack([plateau, amplitude])
        if plateau is not None:
            slope = (right_power - plateau * cross) / square
            return np.stack([plateau, np.maximum(slope, 0.0)])
        if amplitude is not None:
            level = (right - amplitude * cross) / ones
            return np.stack([np.maximum(level, 0.0), amplitude])
        determinant = np.maximum(ones * square - cross**2, 1e-14 * ones * square)
        level = (square * right - cross * right_power) / determinant
        slope = (ones * right_power - cross * right) / determinant
        # Both `right` are positive, so at most one coefficient is negative: then the other stands alone.
        level, slope = (
            np.where(slope < 0, right / ones, np.maximum(level, 0.0)),
            np.where(level < 0, right_power / square, np.maximum(slope, 0.0)),
        )
        return np.stack([level, slope])


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
    Raises InputError with fewer shells than parameters + 1, or shells that hold nothing.
    """
    data = Shells(k, S, weight, 3 - (alpha is not None) - (plateau is not None))

    def linear(
        a: np.ndarray, held_plateau: np.ndarray | None = None, held_amplitude: np.ndarray | None = None
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Best coefficients at every alpha, with some of them held; amplitudes in units of k."""
        if plateau is not None:
            held_plateau = np.full(len(a), float(plateau))
        if held_amplitude is not None:
            held_amplitude = held_amplitude * data.unit**a
        return data.best_linear(a, held_plateau, held_amplitude)

    def over_alpha(rows: int, gain: float, **coefficients: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(best deviance, its alpha) over alpha, for `rows` values of a held coefficient."""
        if alpha is not None:
            return linear(np.full(rows, float(alpha)), **coefficients)[0], np.full(rows, float(alpha))

        def cost(grid: np.ndarray) -> np.ndarray:
            each = {name: np.repeat(v, grid.shape[1]) for name, v in coefficients.items()}
            return linear(grid.ravel(), **each)[0].reshape(grid.shape)

        return lowest(cost, _ALPHA_GRID, rows, gain)

    at = float(over_alpha(1, 1e-7)[1][0])
    best, a0, b0 = (float(v[0]) for v in linear(np.array([at])))
    b0 *= data.unit**-at
    if not errors:
        return PowerLaw(unknown(at), unknown(a0), unknown(b0), best)

    def rise(name: str) -> Cost:
        return lambda values: over_alpha(len(values), 0.5, **{name: values})[0] - best

    smallest, unit = float(data.S.min()), data.unit**-at
    return PowerLaw(
        interval(lambda a: linear(a)[0] - best, at, 0.05, *ALPHA_RANGE) if alpha is None else held(at),
        interval(rise("held_plateau"), a0, 0.1 * a0 + 1e-3 * smallest, 0.0, np.inf)
        if plateau is None
        else held(a0),
        interval(rise("held_amplitude"), b0, 0.1 * b0 + 1e-4 * data.size * unit, 0.0, np.inf),
        best,
    )
