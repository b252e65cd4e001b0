"""Optimised filters with a few states: their slope, their minimum, and what they are made into."""

import math

import numpy as np
import pytest

from anticorr.errors import InputError
from anticorr.learning.private import (
    buffered_toeplitz,
    inverse_taps,
    least_excess_error,
    stationary_excess_error,
)
from anticorr.learning.private.buffered_toeplitz import _unit_variance, log_excess


@pytest.mark.parametrize("states", [1, 2, 4])
def test_slope_is_the_derivative(states):
    places = np.linspace(-9, 1, 2 * states)
    _, slope = log_excess(places, 0.01)
    for k, step in enumerate(1e-5 * np.eye(len(places))):
        numerical = (log_excess(places + step, 0.01)[0] - log_excess(places - step, 0.01)[0]) / 2e-5
        assert slope[k] == pytest.approx(numerical, abs=1e-9)


@pytest.mark.parametrize("eta", [0.5, 0.05, 1e-3])
@pytest.mark.parametrize("states", [1, 2, 3, 4])
def test_filter_has_the_error_that_was_minimised(states, eta):
    """Two ways: from places along log u by quadrature, and from weights and rates by Lyapunov."""
    made = buffered_toeplitz(states, eta)
    assert len(made.rates) == states
    assert made.variance == pytest.approx(1, abs=1e-12)
    rates = np.array(made.rates)
    zeros = np.linalg.eigvals(np.diag(rates) - np.array(made.weights) / made.first).real
    places = np.log([(1 - roots) ** 2 / roots for roots in (zeros, rates)]).ravel()
    value, slope = log_excess(places, eta)
    assert stationary_excess_error(made, eta) == pytest.approx(math.exp(value), rel=1e-9)
    assert np.abs(slope).max() < 1e-5


def test_no_single_state_does_better():
    """Every zero and rate of a grid, negative ones and no zero at all included."""
    eta = 0.05
    best = stationary_excess_error(buffered_toeplitz(1, eta), eta)
    places = np.tanh(np.linspace(-4, 4, 41))
    frequency = 2 * np.pi * np.arange(4096) / 4096
    squares = np.abs(1 - places[:, None] * np.exp(-1j * frequency)) ** 2
    shape = squares[:, None] / squares[None, :]
    moved = (shape / np.abs(1 - (1 - eta) * np.exp(-1j * frequency)) ** 2).mean(axis=-1)
    grid = eta**2 * moved * (1 / shape).mean(axis=-1)
    assert best <= grid.min() <= 1.02 * best


def test_four_states_reach_the_least_error():
    for eta, room in ((0.1, 1e-7), (0.01, 2e-5), (1e-3, 5e-4)):
        excess = stationary_excess_error(buffered_toeplitz(4, eta), eta) / least_excess_error(eta) - 1
        assert 0 <= excess < room


@pytest.mark.parametrize("states", [1, 2, 3, 4])
def test_inverse_taps_are_positive_and_fall(states):
    taps = inverse_taps(buffered_toeplitz(states, 0.01), 300)
    assert (taps > 0).all()
    assert (np.diff(taps) < 0).all()


def test_zeros_and_poles_make_the_spectrum():
    zeros, poles, w = np.array([1e-7, 0.02]), np.array([1e-4, 0.7]), np.geomspace(1e-6, math.pi, 50)
    made, u = _unit_variance(zeros, poles), (2 * np.sin(w / 2)) ** 2
    shape = ((u[:, None] + zeros) / (u[:, None] + poles)).prod(axis=1)
    ratio = made.spectrum(w) / shape
    np.testing.assert_allclose(ratio, ratio[-1], rtol=1e-9)


def test_equal_arguments_give_the_same_filter():
    assert buffered_toeplitz(3, 0.02) is buffered_toeplitz(3, 0.02)


@pytest.mark.parametrize(
    ("states", "eta", "words"),
    [
        (0, 0.1, "states: got 0, allowed 1 to 4"),
        (5, 0.1, "states: got 5, allowed 1 to 4"),
        (2, 1.0, "learning_rate: got 1.0, allowed > 0 and < 1"),
        (2, 0, "learning_rate: got 0, allowed > 0 and < 1"),
    ],
)
def test_refusals(states, eta, words):
    with pytest.raises(InputError, match=words):
        buffered_toeplitz(states, eta)
