"""Means with errors, and how far two of them lie apart."""

import math

import numpy as np

BLOCKS = 25


def mean_and_error(samples):
    """Mean of a time series and its standard error from the scatter of 25 blocks, each far longer than the
    memory of the series."""
    samples = np.asarray(samples)
    blocks = samples[: len(samples) // BLOCKS * BLOCKS].reshape(BLOCKS, -1).mean(axis=1)
    return blocks.mean(), blocks.std(ddof=1) / math.sqrt(BLOCKS)


def apart(one, other):
    """Difference of two (mean, error) in combined standard errors."""
    return (one[0] - other[0]) / math.hypot(one[1], other[1])


def to_zero_step(coarse, fine):
    """2 A(h / 2) - A(h): the value at step size zero, but for O(h^2), from (mean, error) at h and h / 2."""
    return 2 * fine[0] - coarse[0], math.hypot(2 * fine[1], coarse[1])
