"""The quadrature over a period against closed forms, poles close to the circle included."""

import numpy as np
import pytest

from anticorr.learning.private.frequencies import FREQUENCIES, WEIGHTS, U, period_mean


def test_weights_are_a_mean_and_u_is_the_distance_from_one():
    assert WEIGHTS.sum() == pytest.approx(1, abs=1e-15)
    np.testing.assert_allclose(U, np.abs(1 - np.exp(-1j * FREQUENCIES)) ** 2, rtol=1e-14)


@pytest.mark.parametrize("rate", [0.0, 0.5, -0.9, -0.99, 1 - 1e-6, 1 - 1e-12])
def test_mean_of_a_pole(rate):
    """int dw/2pi 1 / |1 - q e^{-iw}|^2 = 1 / (1 - q^2)"""
    mean = period_mean(1 / ((1 - rate) ** 2 + rate * U))
    assert mean == pytest.approx(1 / ((1 - rate) * (1 + rate)), rel=1e-11)


def test_mean_of_a_branch_point():
    """int dw/2pi |2 sin(w/2)| = 4 / pi"""
    assert period_mean(np.sqrt(U)) == pytest.approx(4 / np.pi, rel=1e-14)
