"""Local bond-orientational order in two dimensions."""

import numpy as np
from scipy.spatial import cKDTree


def mean_psi_6(position: np.ndarray, side: float) -> np.ndarray:
    """Mean over particles of |psi_6| in each frame.

        psi_6(j) = (1/6) sum_{six nearest m} exp(6 i theta_jm)

    position: (frame, particle, 2) in [0, side); NaN for fewer than seven particles. The value is 1 in a
    triangular crystal, about 0.37 for six random directions.
    """
    if position.shape[1] < 7:
        return np.full(len(position), np.nan)
    values = []
    for points in position:
        _, neighbours = cKDTree(points, boxsize=side).query(points, k=7)
        bond = points[neighbours[:, 1:]] - points[:, None, :]
        bond -= side * np.rint(bond / side)
        angle = np.arctan2(bond[..., 1], bond[..., 0])
        values.append(np.abs(np.exp(6j * angle).mean(axis=1)).mean())
    return np.array(values)
