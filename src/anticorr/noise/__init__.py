"""Stationary, unit-variance noise: filters for particles, networks and theory; draws for the engine."""

from anticorr.noise.filters import Filter, ar1, exponential_sum, fractional, ma1, white
from anticorr.noise.reference import fractional_gaussian_noise

__all__ = [
    "Filter",
    "ar1",
    "exponential_sum",
    "fractional",
    "fractional_gaussian_noise",
    "ma1",
    "white",
]
