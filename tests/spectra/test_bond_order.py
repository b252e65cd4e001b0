"""|psi_6| of a crystal, a square lattice and random points."""

import numpy as np
import pytest

from anticorr.spectra.bond_order import global_psi_6, mean_psi_6


def crystal():
    rows, columns = 14, 12
    height = np.sqrt(3) / 2
    x = (np.arange(columns) + 0.5 * (np.arange(rows)[:, None] % 2)).ravel()
    y = (np.arange(rows)[:, None] * height + np.zeros(columns)).ravel()
    # stretched by 1% to fit a square box; psi_6 of nearest neighbours hardly changes
    return np.stack([x * 12 / columns, y * 12 / (rows * height)], axis=1) % 12


def test_triangular_crystal_is_one():
    assert mean_psi_6(crystal()[None], 12.0)[0] > 0.98
    assert global_psi_6(crystal()[None], 12.0)[0] > 0.98


def test_two_turned_grains_have_local_order_alone():
    """Grains turned by 30 degrees have opposite psi_6: half and half cancel but for the border."""
    grain = crystal()[np.abs(crystal() - 6).max(axis=1) < 5.5]
    turn = np.array([[np.cos(np.pi / 6), -np.sin(np.pi / 6)], [np.sin(np.pi / 6), np.cos(np.pi / 6)]])
    points = np.concatenate([grain, (grain - 6) @ turn.T + [24, 12]])
    assert mean_psi_6(points[None], 60.0)[0] > 0.75
    assert global_psi_6(points[None], 60.0)[0] < 0.1


def test_random_points_are_disordered():
    points = np.random.default_rng(1).random((5, 3000, 2)) * 50
    assert mean_psi_6(points, 50.0) == pytest.approx(0.37, abs=0.02)
    # N^{-1/2} times the root mean square of psi_6 (about .41), and more by what neighbours share
    assert 0.002 < global_psi_6(points, 50.0).mean() < 0.03
    assert np.isnan(global_psi_6(points[:, :6], 50.0)).all()
