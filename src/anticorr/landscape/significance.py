"""Differences between states run from the same seeds, and which of many stand out."""

import numpy as np
from scipy.special import stdtr, stdtrit  # scipy.stats is slow to load


def mean_and_error(values: np.ndarray) -> tuple[float, float]:
    """Mean over replicas and its standard error, s / sqrt(n); NaN for one replica."""
    n = len(values)
    error = np.std(values, ddof=1) / np.sqrt(n) if n > 1 else np.nan
    return float(np.mean(values)), float(error)


def interval_factor(replicas: int, level: float = 0.95) -> float:
    """Half the interval that covers `level`, in standard errors: Student's t, n - 1 degrees of freedom."""
    return float(stdtrit(replicas - 1, 0.5 + level / 2)) if replicas > 1 else np.nan


def paired(values: np.ndarray, reference: np.ndarray) -> tuple[float, float, float]:
    """Mean difference of two states by seed, its standard error, and p of the two-sided paired t test.

    values, reference: (replica), in the same order of seeds. p is 1 where all differences vanish.
    """
    difference = values - reference
    mean, error = mean_and_error(difference)
    if not error > 0:
        return mean, error, 1.0 if mean == 0 else np.nan
    return mean, error, float(2 * stdtr(len(difference) - 1, -abs(mean / error)))


def ratio_of_means(values: np.ndarray, reference: np.ndarray) -> tuple[float, float]:
    """R = mean(values) / mean(reference), paired by seed, and its standard error to first order (the delta
    method), that of mean(values - R reference) / mean(reference).

    values, reference: (replica), in the same order of seeds. Right where mean(reference) is many of its own
    standard errors away from 0.
    """
    below = np.mean(reference)
    ratio = np.mean(values) / below
    _, error = mean_and_error(values - ratio * reference)
    return float(ratio), float(error / abs(below))


def holm(p: np.ndarray) -> np.ndarray:
    """p adjusted for making all these tests (Holm 1979): those below .05 are all true with probability
    .95 at least, however the tests depend on each other. NaN stays NaN and is not counted."""
    adjusted = np.full(np.shape(p), np.nan)
    known = np.flatnonzero(np.isfinite(p))
    order = known[np.argsort(np.asarray(p)[known], kind="stable")]
    scaled = np.asarray(p)[order] * np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(np.maximum.accumulate(scaled), 1.0)
    return adjusted
