"""Quantities of the stability of minima: curvature of networks against the learning rate."""

from collections.abc import Callable

import numpy as np

from anticorr.figures.claims.numbers import Numbers
from anticorr.figures.trained import Trained
from anticorr.landscape.significance import mean_and_error
from anticorr.learning.expectations.stability import stable_trace


def trace(one: Trained) -> Numbers | str:
    """tr H at the end over 2 c / eta, mean over seeds."""
    return _at_the_end(one, "trace_quench", lambda eta, outputs: stable_trace(eta, outputs))


def sharpness(one: Trained) -> Numbers | str:
    """Largest eigenvalue of H at the end over 2 / eta, mean over seeds."""
    return _at_the_end(one, "sharpness_quench", lambda eta, outputs: 2 / eta)


def diverged(one: Trained) -> Numbers | str:
    """Share of seeds whose descent without injected noise diverged; error: of a share, Laplace's rule."""
    if one.plain is None:
        return "no descent without injected noise"
    gone, count = int((one.of("diverged_at")[:, one.noise_free] >= 0).sum()), one.seeds
    error = np.sqrt((gone + 1) * (count - gone + 1) / (count + 3)) / (count + 2)
    return Numbers(0.0, 0.0, gone / count, float(error), scale=1.0)


def _at_the_end(one: Trained, name: str, limit: Callable[..., float]) -> Numbers | str:
    if one.outputs is None:
        return "no network whose number of outputs is known"
    if one.plain is None or name not in one.training:
        return "no descent without injected noise whose curvature is known"
    values = one.of(name)[:, one.noise_free] / limit(one.spec.descent.learning_rate, one.outputs)
    if not np.isfinite(values).all() or len(values) < 2:
        return "a descent that diverged, or fewer than two"
    return Numbers(1.0, 0.0, *mean_and_error(values))
