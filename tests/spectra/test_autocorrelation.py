"""Effective samples and error bars of correlated snapshots, against processes that are known."""

import numpy as np
import pytest
from scipy.signal import lfilter

from anticorr.spectra.autocorrelation import (
    batch_error,
    effective_samples,
    field_autocorrelation,
    long_time_covariance,
)


def ornstein(generator, frames, modes, decay, slow=1.0):
    """Complex Gaussian modes: a part `slow` of the variance decays as decay^lag, the rest is white."""
    field = np.empty((frames, modes), dtype=complex)
    noise = generator.standard_normal((2, frames, modes, 2)) @ [1, 1j] / np.sqrt(2)
    field[0] = noise[0, 0]
    for t in range(1, frames):
        field[t] = decay * field[t - 1] + np.sqrt(1 - decay**2) * noise[0, t]
    return np.sqrt(slow) * field + np.sqrt(1 - slow) * noise[1]


@pytest.mark.parametrize(("decay", "slow"), [(0.0, 1.0), (0.7, 1.0), (0.9, 1.0), (0.9, 0.3)])
def test_effective_samples_of_a_known_process(decay, slow):
    """M_eff = M / (1 + 2 sum (1 - l/M) (slow decay^l)^2), within 10% for a shell of 200 modes."""
    frames, modes = 200, 200
    field = ornstein(np.random.default_rng(1), frames, modes, decay, slow)
    found = effective_samples(field_autocorrelation(field, np.array([0])), np.array([modes]))[0]
    lag = np.arange(1, frames)
    exact = frames / (1 + 2 * np.sum((1 - lag / frames) * (slow * decay**lag) ** 2))
    assert found == pytest.approx(exact, rel=0.1)


@pytest.mark.parametrize(("decay", "slow"), [(0.9, 1.0), (0.9, 0.3)])
def test_interval_of_the_smallest_shell_covers(decay, slow):
    """The hard case: two modes, ten correlation times in the window, three replicas pooled.

    S within 2 standard errors of the truth in 600 trials: wanted .95; the error is estimated from few
    samples and S is Gamma distributed, so .91 to .97 is accepted (a naive error of independent frames
    covers about half). Binomial error 1%.
    """
    generator = np.random.default_rng(3)
    covered = naive = 0
    trials = 600
    for _ in range(trials):
        S, inverse = [], []
        for _ in range(3):
            field = ornstein(generator, 100, 2, decay, slow)
            S.append((np.abs(field) ** 2).mean())
            correlation = field_autocorrelation(field, np.array([0]))
            inverse.append(1 / effective_samples(correlation, np.array([2]))[0])
        error = np.mean(S) * np.sqrt(np.mean(inverse) / 3 / 2)
        covered += abs(np.mean(S) - 1) < 2 * error
        naive += abs(np.mean(S) - 1) < 2 * np.mean(S) / np.sqrt(600)
    assert 0.91 < covered / trials < 0.97
    if slow == 1.0:
        assert naive / trials < 0.65


def test_batch_error_of_a_correlated_series():
    """AR(1), 200 batches' worth of data: the error of the mean is known; 20 batches scatter by 16%."""
    generator = np.random.default_rng(4)
    noise = generator.standard_normal((20_000, 30))
    series = np.empty_like(noise)
    series[0] = noise[0]
    for t in range(1, len(noise)):
        series[t] = 0.8 * series[t - 1] + noise[t]
    exact = 1 / (1 - 0.8) / np.sqrt(len(noise))
    assert batch_error(series).mean() == pytest.approx(exact, rel=0.1)


def test_batch_error_of_short_series():
    assert np.isnan(batch_error(np.array([1.0])))
    assert batch_error(np.array([1.0, 3.0])) == pytest.approx(1.0)


@pytest.mark.parametrize("phi", [-0.5, 0.0, 0.8])
def test_long_time_covariance_of_an_autoregression(phi):
    """AR(1) with unit noise: sum over lags = 1 / (1 - phi)^2; within 4 of its own errors (6e-5)."""
    noise = np.random.default_rng(5).standard_normal(400_000)
    series = lfilter([1.0], [1.0, -phi], noise)
    value, error = long_time_covariance(series)
    assert abs(value - 1 / (1 - phi) ** 2) < 4 * error
    assert error < 0.1 * value
