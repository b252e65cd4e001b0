"""|psi_6| of a crystal, a square lattice and random points."""

import numpy as np
import pytest

from anticorr.spectra.bond_order import mean_psi_6


def test_triangular_crystal_is_one():
    rows, columns = 14, 12
    height = np.sqrt(3) / 2
    x = (np.arange(columns) + 0.5 * (np.arange(rows)[:, None] % 2)).ravel()
    y = (np.arange(rows)[:, None] * height + np.zeros(columns)).ravel()
    # stretched by 1% to fit a square box; psi_6 of nearest neighbours hardly changes
    points = np.stack([x * 12 / columns, y * 12 / (rows * height)], axis=1) % 12
    assert mean_psi_6(points[None], 12.0)[0] > 0.98


def test_random_points_are_disordered():
    points = np.random.default_rng(1).random((5, 3000, 2)) * 50
    assert mean_psi_6(points, 50.0) == pytest.approx(0.37, abs=0.02)
