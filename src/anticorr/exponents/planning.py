"""How long to run for a wanted error: the Fisher information of a fit before anything is simulated.

The field of a mode is taken as an autoregression that forgets 1 - D k^2 a step, so that frames every T
steps have c_l = slow (1 - D k^2)^(T l), and a series of M frames is worth

    M_eff = M / (1 + 2 sum_{l=1}^{M-1} (1 - l/M) c_l^2)

independent ones. With nu = modes M_eff, the Gamma likelihood of S = B (k_x^alpha + k^alpha) has the
information I_ij = sum nu (d log S / d theta_i) (d log S / d theta_j).
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from anticorr.errors import InputError


@dataclass(frozen=True)
class Plan:
    """A run that reaches the wanted errors, and the errors that are expected of it."""

    steps: int
    """Sampled steps of each replica, a multiple of sample_every."""
    replicas: int
    alpha_error: float
    relative_error: float
    """Standard error of S at the smallest k, over S."""
    relaxation_times: float
    """Steps of one replica times 2 D k_min^2: relaxation times of |rho_k|^2 in the run."""


def effective_samples_of(
    k: np.ndarray, frames: int, *, D: float, sample_every: int, slow: float = 1.0
) -> np.ndarray:
    """M_eff of every k for frames taken every `sample_every` steps; D in length^2 per step.

    slow: share of S that decays with D k^2; the rest is new in every frame (the jitter of ma1 noise).
    """
    x = (1 - np.minimum(D * np.asarray(k, dtype=float) ** 2, 1.0)) ** (2 * sample_every)
    x = np.minimum(x, 1 - 1e-12)
    # sum_{l=1}^{M-1} (1 - l/M) x^l
    total = x / (1 - x) - x * (1 - x**frames) / (frames * (1 - x) ** 2)
    return frames / (1 + 2 * slow**2 * np.maximum(total, 0.0))


def expected_error(
    k: np.ndarray,
    weight: np.ndarray,
    alpha: float,
    *,
    crossover: float = 0.0,
    free_plateau: bool = True,
) -> float:
    """Standard error of alpha in a fit of S = B (k_x^alpha + k^alpha) with weights nu.

    free_plateau=False: that of the pure power law (crossover is then 0).
    With a plateau that is free but truly 0, half of the fits lie at its boundary and scatter less.
    """
    k, weight = np.asarray(k, dtype=float), np.asarray(weight, dtype=float)
    power = k**alpha
    mu = crossover**alpha + power if crossover > 0 else power
    gradients = [power * np.log(k), power] + ([np.ones_like(k)] if free_plateau else [])
    design = np.stack(gradients) / mu
    return float(np.sqrt(np.linalg.inv((design * weight) @ design.T)[0, 0]))


def plan(
    *,
    D: float,
    k_min: float,
    k_max: float,
    dimension: int,
    sample_every: int,
    alpha_error: float | None = None,
    relative_error: float | None = None,
    alpha: float = 2.0,
    crossover: float = 0.0,
    free_plateau: bool = True,
    slow: float = 1.0,
    steps: int | None = None,
    replicas: int | None = None,
) -> Plan:
    """Steps or replicas that bring the error of alpha, or that of S(k_min), down to what is wanted.

    Box of side 2 pi / k_min; fit of S = B (crossover^alpha + k^alpha) through k <= k_max, all modes of the
    box. Given: `steps` of a replica (multiple of sample_every) -> replicas; or `replicas` (1 if neither)
    -> steps. A replica is never shorter than ten relaxation times 1/(2 D k_min^2), which is what pays for
    bringing it to its stationary state. Raises InputError on numbers that allow no plan.
    """
    _check(**{key: value for key, value in locals().items() if key not in ("crossover", "free_plateau")})
    k, modes = _modes(k_min, k_max, dimension)
    rate = 2 * D * k_min**2

    def errors(frames: int, copies: int) -> tuple[float, float]:
        weight = copies * modes * effective_samples_of(k, frames, D=D, sample_every=sample_every, slow=slow)
        return (
            expected_error(k, weight, alpha, crossover=crossover, free_plateau=free_plateau),
            1 / math.sqrt(weight[0]),
        )

    def excess(frames: int, copies: int) -> float:
        """Largest ratio of an expected error to the wanted one."""
        wanted = (alpha_error, relative_error)
        return max(e / w for e, w in zip(errors(frames, copies), wanted, strict=True) if w is not None)

    if steps is None:
        replicas = replicas or 1
        low = high = max(2, math.ceil(10 / rate / sample_every))
        while excess(high, replicas) > 1:
            low, high = high, 2 * high
        while high - low > max(1, high // 1000):
            middle = (low + high) // 2
            low, high = (middle, high) if excess(middle, replicas) > 1 else (low, middle)
        frames = high
    else:
        frames = steps // sample_every
        replicas = max(1, math.ceil(excess(frames, 1) ** 2 - 1e-9))
    found = errors(frames, replicas)
    return Plan(frames * sample_every, replicas, found[0], found[1], frames * sample_every * rate)


def _modes(k_min: float, k_max: float, dimension: int) -> tuple[np.ndarray, np.ndarray]:
    """Every |k| of the box up to k_max, and its number of wavevectors, one of each +-k pair."""
    reach = k_max / k_min * (1 + 1e-12)
    line = np.arange(-int(reach), int(reach) + 1) ** 2
    square = np.sum(np.meshgrid(*[line] * dimension, indexing="ij"), axis=0)
    values, counts = np.unique(square[(square > 0) & (square <= reach**2)], return_counts=True)
    return k_min * np.sqrt(values), counts / 2


def _check(**given: Any) -> None:
    problems = []
    for key in ("D", "k_min", "k_max", "sample_every", "alpha"):
        if not (math.isfinite(given[key]) and given[key] > 0):
            problems.append(f"{key}: got {given[key]!r}, allowed > 0")
    if given["dimension"] not in (2, 3):
        problems.append(f"dimension: got {given['dimension']!r}, allowed 2 or 3")
    if not problems and given["k_max"] < 2 * given["k_min"]:
        problems.append(f"k_max: got {given['k_max']:.4g}, wanted >= 2 k_min = {2 * given['k_min']:.4g}")
    if not problems and given["D"] * given["k_min"] ** 2 >= 1:
        problems.append(f"D: got {given['D']:.4g}, wanted D k_min^2 < 1")
    if not 0 <= given["slow"] <= 1:
        problems.append(f"slow: got {given['slow']!r}, allowed 0 to 1")
    if given["alpha_error"] is None and given["relative_error"] is None:
        problems.append("alpha_error, relative_error: got neither, wanted one or both")
    for key in ("alpha_error", "relative_error"):
        if given[key] is not None and not given[key] > 0:
            problems.append(f"{key}: got {given[key]!r}, allowed > 0")
    if given["steps"] is not None and given["replicas"] is not None:
        problems.append("steps, replicas: got both, wanted one: the other is the answer")
    for key, least in (("steps", 2 * given["sample_every"]), ("replicas", 1)):
        if given[key] is not None and given[key] < least:
            problems.append(f"{key}: got {given[key]!r}, allowed >= {least}")
    if problems:
        raise InputError(*problems)
