"""Pair correlation g(r) of points in a periodic box."""

import numpy as np

from anticorr.errors import InputError
from anticorr.spectra._pairs import pair_moments
from anticorr.spectra.autocorrelation import batch_error
from anticorr.spectra.windows import ball


def pair_correlation(
    position: np.ndarray, side: float, reach: float, bins: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Middle r of each bin, g and its standard error (batches of frames; NaN for one frame).

        g(r) = (number of pairs in the bin) / [N (N - 1) / 2 * volume of the bin / V]

    so that g is 1 for N independent points, whatever N is. `bins` equal bins of 0 < r < reach <= side / 2.
    position: (frame, particle, axis), any image. Raises InputError on another reach or no pairs.
    """
    frames, particles, d = position.shape
    problems = []
    if not 0 < reach <= side / 2:
        problems.append(f"reach: got {reach:g}, allowed: > 0 and <= {side / 2:g}, half the box side")
    if bins < 1:
        problems.append(f"bins: got {bins}, allowed >= 1")
    if frames < 1 or particles < 2:
        problems.append(f"positions: got shape {position.shape}, wanted >= 1 frame, >= 2 particles")
    if problems:
        raise InputError(*problems)
    edges = np.linspace(0, reach, bins + 1)
    ideal = particles * (particles - 1) / 2 * np.diff(ball(edges, d)) / side**d
    g = np.stack([pair_moments(frame, side, reach, bins)[0] / ideal for frame in position])
    return (edges[1:] + edges[:-1]) / 2, g.mean(axis=0), batch_error(g)
