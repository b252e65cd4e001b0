"""Descent on samples of a Gaussian mixture: what mean-field theory is held to (see `meanfield`)."""

import numpy as np

from anticorr.companions.meanfield import Mixture, generalisation_error


def descend(problem: Mixture, steps: int, *, dimension: int, seed: int) -> dict[str, np.ndarray]:
    """overlap, norm, loss, training_error and error (see `meanfield.Course`) of one descent, (step,) each.

    dimension: d; n = alpha d samples, rounded. The weights start at m(0) v + sqrt(R) times normal numbers.
    """
    random = np.random.Generator(np.random.Philox(seed))
    d, n = dimension, round(problem.samples * dimension)
    eta, three = problem.learning_rate, problem.clusters == 3
    centre = random.choice([0.0, 1.0, 0.0, -1.0] if three else [1.0, -1.0], n)
    label = 2 * centre**2 - 1 if three else centre
    v = np.ones(d)  # any direction of length sqrt(d) will do
    x = centre[:, None] * v / np.sqrt(d) + np.sqrt(problem.spread) * random.standard_normal((n, d))
    w = problem.start * v + np.sqrt(problem.start_variance) * random.standard_normal(d)
    selected = random.random(n) < problem.share
    enter = eta / problem.tau
    leave = enter * (1 - problem.share) / problem.share
    seen = {name: np.empty(steps + 1) for name in ("overlap", "norm", "loss", "training_error")}
    for k in range(steps + 1):
        r = x @ w / np.sqrt(d)
        u = label * (r**2 - problem.door**2 if three else r)
        seen["overlap"][k], seen["norm"][k] = w @ v / d, w @ w / d
        seen["loss"][k], seen["training_error"][k] = np.logaddexp(0, -u).mean(), (u < 0).mean()
        wrong = np.exp(-np.logaddexp(0, u))
        slope = selected * -label * wrong * (2 * r if three else 1.0)
        w -= eta * (problem.ridge * w + slope @ x / np.sqrt(d))
        chance = random.random(n)
        selected = np.where(selected, chance >= leave, chance < enter)
    return seen | {"error": generalisation_error(problem, seen["overlap"], seen["norm"])}
