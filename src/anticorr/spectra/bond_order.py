"""Bond-orientational order in two dimensions.

psi_6(j) = (1/6) sum_{six nearest m} exp(6 i theta_jm)
"""

from collections.abc import Callable

import numpy as np
from scipy.spatial import cKDTree


def mean_psi_6(position: np.ndarray, side: float) -> np.ndarray:
    """Mean over particles of |psi_6| in each frame: local order.

    position: (frame, particle, 2) in [0, side); NaN for fewer than seven particles. The value is 1 in a
    triangular crystal, about 0.37 for six random directions.
    """
    return _each_frame(position, side, lambda psi: np.abs(psi).mean())


def global_psi_6(position: np.ndarray, side: float) -> np.ndarray:
    """|mean over particles of psi_6| in each frame: order of the whole box.

    As `mean_psi_6`; 1 in one triangular crystal, of order N^{-1/2} where bonds have no common direction (a
    fluid, a powder of many grains).
    """
    return _each_frame(position, side, lambda psi: np.abs(psi.mean()))


def local_psi_6(points: np.ndarray, side: float) -> np.ndarray:
    """psi_6 of every particle of one frame, complex; points: (particle, 2) in [0, side), seven or more."""
    _, neighbours = cKDTree(points, boxsize=side).query(points, k=7)
    bond = points[neighbours[:, 1:]] - points[:, None, :]
    bond -= side * np.rint(bond / side)
    angle = np.arctan2(bond[..., 1], bond[..., 0])
    return np.exp(6j * angle).mean(axis=1)


def _each_frame(
    position: np.ndarray, side: float, statistic: Callable[[np.ndarray], np.ndarray]
) -> np.ndarray:
    if position.shape[1] < 7:
        return np.full(len(position), np.nan)
    return np.array([statistic(local_psi_6(points, side)) for points in position])
