"""Optimisers at equal cost: swarms of walkers, one energy (and gradient) of every walker in every step.

Consensus (`anticorr.companions.consensus`) knows energies alone; perturbed descent has gradients,

    x_i(t+1) = x_i - l(t) grad f(x_i) + s(t) xi_i(t),

noise of a filter, walker by walker. It falls from s to 0 in two thirds of the steps; in the last third
the learning rate falls from l to 0, so that walkers come to rest also where f has a cusp. s = 0 is plain
descent. A gradient is counted as one energy: for particles both come from one pass over the contacts;
where a gradient costs more, consensus is better than told here.
"""

from collections.abc import Callable

import numpy as np

from anticorr.companions.consensus import Rule, walk
from anticorr.companions.descents import Noise
from anticorr.noise import Filter

Objective = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]
"""f and its gradient at points (..., d)."""


def consensus(
    objective: Objective, points: np.ndarray, rule: Rule, steps: int, generator: np.random.Generator
) -> np.ndarray:
    """Least energy so far of every swarm, (step, swarm): points (swarm, walker, d)."""
    courses = walk(lambda x: objective(x)[0], points, rule, steps, generator=generator)
    return np.minimum.accumulate([f.min(axis=-1) for _, f in courses])


def perturbed(
    objective: Objective,
    points: np.ndarray,
    learning_rate: float,
    strength: float,
    noise: Filter,
    steps: int,
    generator: np.random.Generator,
) -> np.ndarray:
    """The same of perturbed gradient descent."""
    x, (f, slope) = points, objective(points)
    draw = Noise(np.eye(x.shape[-1]), noise, x[..., 0].size, generator) if strength else None
    found = [f.min(axis=-1)]
    for step in range(steps):
        left = 1 - step / steps
        x = x - min(1.0, 3 * left) * learning_rate * slope
        if draw is not None and left > 1 / 3:
            x = x + (1.5 * left - 0.5) * strength * draw().reshape(x.shape)
        f, slope = objective(x)
        found.append(f.min(axis=-1))
    return np.minimum.accumulate(found)
