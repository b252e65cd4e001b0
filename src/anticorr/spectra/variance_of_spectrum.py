"""Number variance that a structure factor implies: the sum over the wavevectors of the box."""

import math

import numpy as np
from scipy.special import j1

from anticorr.spectra.wavevectors import half_space
from anticorr.spectra.windows import ball


def variance_of_spectrum(
    k: np.ndarray, S: np.ndarray, particles: int, side: float, dimension: int, radii: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """sigma_N^2(R), and what it gains as ln S of each shell grows: arrays (radius), (radius, shell).

        sigma_N^2(R) = N p (1 - p) + (N / V^2) sum_{k != 0} [S(k) - 1] W(k R)^2,     p = v_1 / V

    W: Fourier transform of a disc or sphere of volume v_1. The first term is that of N independent points
    in the box. Between shells (k, S; k ascending) S is a power law, beyond the last one 1.
    """
    n = half_space(side, dimension, float(k[-1]))
    square, copies = np.unique((n**2).sum(axis=1), return_counts=True)
    x = 2 * math.pi / side * np.sqrt(square)
    upper = np.clip(np.searchsorted(k, x), 1, len(k) - 1)
    share = np.clip(np.log(x / k[upper - 1]) / np.log(k[upper] / k[upper - 1]), 0, 1)
    between = S[upper - 1] ** (1 - share) * S[upper] ** share
    volume = side**dimension
    weight = 2 * copies * particles / volume**2 * _window(np.outer(radii, x), radii, dimension) ** 2
    p = ball(radii, dimension) / volume
    variance = particles * p * (1 - p) + weight @ (between - 1)
    gain = np.zeros((len(radii), len(k)))
    for place, part in ((upper - 1, 1 - share), (upper, share)):
        np.add.at(gain.T, place, (weight * between * part).T)
    return variance, gain


def _window(x: np.ndarray, radii: np.ndarray, dimension: int) -> np.ndarray:
    """W at k R = x; x: (radius, k)."""
    shape = 2 * j1(x) / x if dimension == 2 else 3 * (np.sin(x) - x * np.cos(x)) / x**3
    return ball(radii, dimension)[:, None] * shape
