"""Consensus-based optimisation: walkers that know f alone are drawn to where it is small.

    c = sum_i x_i e^{-alpha f(x_i)} / sum_i e^{-alpha f(x_i)}
    x_i(t+1) = x_i - lambda dt (x_i - c) + sigma sqrt(dt) (x_i - c) * xi_i                       (1)

with a normal number for every component (anisotropic noise: Carrillo, Jin, Li, Zhu, ESAIM: COCV 27, S5
(2021)). For many walkers and large alpha it is a stochastic relaxation of gradient descent: Riedl, Klock,
Geldhauser, Fornasier, *Gradient is all you need?*, arXiv:2306.09778. What is exact here, derived below:

- alpha = 0, n walkers: V = mean (x_i - m)^2, the variance about their mean m, has
      <V(t+1)> = [(1 - lambda dt)^2 + sigma^2 dt (1 - 1/n)] <V(t)>,
      <(m(t) - m(0))^2> = sigma^2 dt / n sum <V>,
  so that where the factor is below 1 the swarm closes up, while injected noise keeps modes moving.
- f = h x^2 / 2 and a normal swarm of mean m and variance V: m - c = alpha V f'(m) / (1 + alpha h V), for
  small swarms (1) moves the mean by a step of gradient descent of rate lambda dt alpha V.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from anticorr.errors import InputError

Energy = Callable[[np.ndarray], np.ndarray]
"""f at points (..., d): shape (...)."""


@dataclass(frozen=True)
class Rule:
    """Numbers of (1); lambda is `drift`. Raises InputError where a number is not allowed."""

    alpha: float = 30.0
    drift: float = 1.0
    noise: float = 1.0
    step: float = 0.1

    def __post_init__(self) -> None:
        problems = [
            f"{name}: got {value:g}, allowed >= 0"
            for name, value in (("alpha", self.alpha), ("drift", self.drift), ("noise", self.noise))
            if not value >= 0
        ]
        if not self.step > 0:
            problems.append(f"step: got {self.step:g}, allowed > 0")
        if problems:
            raise InputError(*problems)


def consensus_point(points: np.ndarray, energy: np.ndarray, alpha: float) -> np.ndarray:
    """c of swarms: points (..., walker, d), energy (..., walker); (..., d)."""
    weights = np.exp(-alpha * (energy - energy.min(axis=-1, keepdims=True)))
    weights /= weights.sum(axis=-1, keepdims=True)
    return (weights[..., None, :] @ points)[..., 0, :]


def walk(
    energy: Energy, points: np.ndarray, rule: Rule, steps: int, *, generator: np.random.Generator
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """(points, energies) of swarms (..., walker, d), the start first, then after every step of (1)."""
    x, f = points, energy(points)
    yield x, f
    for _ in range(steps):
        away = x - consensus_point(x, f, rule.alpha)[..., None, :]
        kick = rule.noise * np.sqrt(rule.step) * generator.standard_normal(x.shape)
        x = x + away * (kick - rule.drift * rule.step)
        f = energy(x)
        yield x, f


def spread_factor(rule: Rule, walkers: int) -> float:
    """Factor by which <V> falls in a step at alpha = 0."""
    return (1 - rule.drift * rule.step) ** 2 + rule.noise**2 * rule.step * (1 - 1 / walkers)


def centre_wander(rule: Rule, walkers: int, steps: np.ndarray) -> np.ndarray:
    """<(m(t) - m(0))^2> over V(0) at alpha = 0, per component; shape of `steps`."""
    factor, steps = spread_factor(rule, walkers), np.asarray(steps)
    total = steps if factor == 1 else (1 - factor**steps) / (1 - factor)
    return rule.noise**2 * rule.step / walkers * total


def pull(curvature: float, mean: float, variance: float, alpha: float) -> float:
    """m - c of a normal swarm on h x^2 / 2: alpha V h m / (1 + alpha h V)."""
    return alpha * variance * curvature * mean / (1 + alpha * curvature * variance)
