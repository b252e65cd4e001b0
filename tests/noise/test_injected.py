"""Injected noise as the particles get it: variance, correlations, spectrum, place in memory."""

import numpy as np
import pytest

from anticorr.engine._motion import fill_white
from anticorr.noise.filters import ma1
from anticorr.noise.philox import STREAM_INJECTED

STEPS, PARTICLES, AXES = 1024, 400, (0, 1, 2)
SEED = np.uint64(12345)


def white(step, identity, axes=AXES, lo=0, hi=None, seed=SEED):
    hi = len(identity) if hi is None else hi
    out = np.full((len(axes), hi - lo), np.nan)
    fill_white(axes, seed, STREAM_INJECTED, np.uint64(step), identity, lo, hi, out)
    return out


@pytest.fixture(scope="module")
def eta():
    """eta(t) of shape (step, series): one series for each axis of each particle."""
    identity = np.arange(PARTICLES, dtype=np.uint32)
    return np.array([white(t, identity).reshape(-1) for t in range(STEPS + 1)])


def injected(eta, c):
    a, b = ma1(c).taps(2)
    return a * eta[1:] + b * eta[:-1]


@pytest.mark.parametrize("c", [-1.0, -0.5, 0.0, 0.7])
def test_variance_and_correlations(eta, c):
    # The mean of xi(t) xi(t+n) over M = steps x series numbers has variance at most 3/M (Isserlis:
    # sum over lags of g(l)^2 + g(l+n) g(l-n), with g(0) = 1, g(1) = c/2 this is below 3).
    # Five standard errors of that bound: false alarm below 6e-7 for each of 5 lags and 4 c.
    xi = injected(eta, c)
    error = np.sqrt(3 / xi.size)
    for lag, expected in enumerate((1, c / 2, 0, 0, 0)):
        measured = (xi[: STEPS - lag] * xi[lag:]).mean()
        assert abs(measured - expected) < 5 * error


@pytest.mark.parametrize("c", [-1.0, -0.9, 0.0, 0.5])
def test_periodogram(eta, c):
    # A finite series of T steps has mean periodogram f(w) - c cos(w) / T. Relative to that each
    # frequency of each series is exponential, mean 1: bands of 16 frequencies have relative error
    # 1/sqrt(16 x series) = 0.7%. Five standard errors in 31 bands, 4 c: false alarm 8e-5.
    xi = injected(eta, c)
    w = 2 * np.pi * np.arange(STEPS) / STEPS
    bands = np.arange(1, 497).reshape(31, 16)
    expected = ma1(c).spectrum(w) - c * np.cos(w) / STEPS
    measured = (np.abs(np.fft.fft(xi, axis=0)) ** 2 / STEPS).mean(axis=1)
    ratio = (measured / expected)[bands].mean(axis=1)
    assert np.abs(ratio - 1).max() < 5 / np.sqrt(16 * xi.shape[1])


def test_long_sum_of_anticorrelated_noise_stays_bounded(eta):
    # c = -1: the sum over t telescopes to (eta(T) - eta(0)) / sqrt 2, whatever T.
    total = injected(eta, -1.0).sum(axis=0)
    np.testing.assert_allclose(total, (eta[-1] - eta[0]) / np.sqrt(2), atol=1e-11)


def test_components_and_particles_are_independent(eta):
    # All 3 x 3 products of axes of one particle, and of neighbours in number: five standard errors
    # of a mean over steps x particles, false alarm 6e-7 for each of 12.
    z = eta.reshape(STEPS + 1, 3, PARTICLES)
    error = 5 / np.sqrt((STEPS + 1) * PARTICLES)
    for a in range(3):
        for b in range(a):
            assert abs((z[:, a] * z[:, b]).mean()) < error
        for b in range(3):
            assert abs((z[:, a, 1:] * z[:, b, :-1]).mean()) < error * 1.01


@pytest.mark.parametrize("axes", [(0, 1), (0, 1, 2)])
def test_noise_does_not_depend_on_the_place_in_memory(axes):
    identity = np.arange(100, dtype=np.uint32)
    order = np.random.default_rng(3).permutation(100).astype(np.int32)
    np.testing.assert_array_equal(white(9, order, axes), white(9, identity, axes)[:, order])
    np.testing.assert_array_equal(white(9, order, axes, 30, 47), white(9, order, axes)[:, 30:47])


def test_two_components_are_the_first_two_of_three():
    identity = np.arange(50, dtype=np.uint32)
    np.testing.assert_array_equal(white(4, identity, (0, 1)), white(4, identity)[:2])


def test_steps_and_seeds_differ():
    identity = np.arange(50, dtype=np.uint32)
    base = white(4, identity)
    for other in (white(5, identity), white(4 + 2**32, identity), white(4, identity, seed=np.uint64(1))):
        assert not (other == base).any()
