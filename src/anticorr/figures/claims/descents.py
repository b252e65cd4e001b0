"""Quantities of descents that theory knows, each over its expectation: modes, the valley, minibatches."""

from collections.abc import Callable

import numpy as np

from anticorr.figures import expected
from anticorr.figures.claims.numbers import Numbers
from anticorr.figures.trained import Trained
from anticorr.landscape.significance import mean_and_error


def mode_variance(trained: Trained) -> Numbers | str:
    """Mean over modes and noises of the variance of a mode over its expectation."""
    if trained.spec.problem.kind != "quadratic":
        return "no training of quadratic modes"
    return _against_one(expected.mode_ratios(trained).mean(axis=(1, 2)))


def valley_diffusion(trained: Trained) -> Numbers | str:
    """|u|^2 over its expectation, mean over the noises with f(0) > 0 and the second half of the course."""
    return _valley(trained, lambda correlations: correlations > -1)


def valley_drift(trained: Trained) -> Numbers | str:
    """The same of the noises with f(0) = 0."""
    return _valley(trained, lambda correlations: correlations == -1)


def deviation(trained: Trained) -> Numbers | str:
    """Deviation from the mean of the samples over its expectation, second half of the course."""
    if trained.spec.problem.kind != "mean":
        return "no training of the mean of samples"
    if trained.plain is None:
        return "no descent without injected noise"
    ratio = (
        trained.of("deviation_square")[:, trained.noise_free, 1:] / expected.deviation_expected(trained)[1:]
    )
    return _against_one(ratio[:, ratio.shape[1] // 2 :].mean(axis=1))


def _valley(trained: Trained, wanted: Callable[[np.ndarray], np.ndarray]) -> Numbers | str:
    if trained.spec.problem.kind != "valley":
        return "no training in the widening valley"
    which = np.flatnonzero(wanted(trained.correlations))
    if not len(which):
        return "no such noise in the training"
    ratio = expected.of_noises(trained, "along_square") / expected.valley_expected(trained)
    return _against_one(ratio[:, which, ratio.shape[2] // 2 :].mean(axis=(1, 2)))


def _against_one(by_seed: np.ndarray) -> Numbers:
    return Numbers(1.0, 0.0, *mean_and_error(by_seed))
