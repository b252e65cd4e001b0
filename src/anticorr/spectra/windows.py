"""Discs and spheres: volume, and the overlap of two of them."""

import numpy as np


def ball(radius: np.ndarray, dimension: int) -> np.ndarray:
    """Area of a disc or volume of a sphere."""
    return np.pi * radius**2 if dimension == 2 else 4 / 3 * np.pi * radius**3


def overlap(r: np.ndarray, radius: float, dimension: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Volume common to two balls at distance r < 2 radius, and its first two derivatives with respect to r.

    2D: 2 R^2 acos(r / 2R) - (r / 2) sqrt(4 R^2 - r^2)          3D: (pi / 12) (4 R + r) (2 R - r)^2
    """
    if dimension == 2:
        chord = np.sqrt(4 * radius**2 - r**2)
        return 2 * radius**2 * np.arccos(r / (2 * radius)) - r / 2 * chord, -chord, r / chord
    value = np.pi / 12 * (4 * radius + r) * (2 * radius - r) ** 2
    return value, -np.pi * (radius**2 - r**2 / 4), np.pi * r / 2
