"""Stationary, unit-variance noise: filters for particles and theory, draws for the engine."""

from anticorr.noise.filters import Filter, ma1, white

__all__ = ["Filter", "ma1", "white"]
