"""Local density: the packing fraction, smoothed.

    phi_w(r) = sum_j v_j G_w(r - r_j),   v_j = pi D_j^2 / 4 (disks), pi D_j^3 / 6 (spheres)

G_w: a Gaussian of width (standard deviation) w in each direction, in the periodic box. Points at random
have, around the mean phi,

    <(phi_w - phi)^2> = sum_j v_j^2 / L^d / (4 pi w^2)^(d/2)

The scale of colours is made of this number, which the spec sets. So movies of one system under different
noises have one scale, and order shows as a picture without contrast.
"""

import math

import numpy as np
from scipy.ndimage import gaussian_filter

WIDTH = 2.0
"""w, in diameters: wide enough to average over neighbours, far below the length of a box."""

_CELLS = 8
"""Cells of the grid in a width: particles are moved by at most a sixteenth of it along an axis."""


def volumes(diameter: np.ndarray, dimension: int) -> np.ndarray:
    """v_j of disks (dimension 2) or spheres (3)."""
    return diameter**dimension * (math.pi / 4 if dimension == 2 else math.pi / 6)


def smoothed(points: np.ndarray, diameter: np.ndarray, side: float) -> np.ndarray:
    """phi_w at every particle, itself included.

    points: (particle, axis) in [0, side]; diameter: (particle,). Sums are taken on a grid:
    right to some per cent.
    """
    dimension = points.shape[1]
    cells = max(1, math.ceil(side / WIDTH * _CELLS))
    place = tuple((points * (cells / side)).astype(int).T % cells)
    density = np.zeros((cells,) * dimension)
    np.add.at(density, place, volumes(diameter, dimension) * (cells / side) ** dimension)
    return np.asarray(gaussian_filter(density, WIDTH * cells / side, mode="wrap")[place])


def scatter(diameter: np.ndarray, side: float, dimension: int) -> float:
    """Standard deviation of phi_w for points at random."""
    square = (volumes(diameter, dimension) ** 2).sum() / side**dimension
    return math.sqrt(square / (4 * math.pi * WIDTH**2) ** (dimension / 2))
