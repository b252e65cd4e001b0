"""Effective samples and error bars of correlated snapshots, against processes that are known."""

import numpy as np
import pytest
from scipy.signal import lfilter
from scipy.stats import t as student

from anticorr.errors import InputError
from anticorr.exponents.intervals import intensity_interval
from anticorr.spectra.autocorrelation import (
    batch_error,
    block_jackknife,
    effective_samples,
    field_autocorrelation,
    long_time_covariance,
    mean_error,
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

    The Gamma interval holds S in .95 of 1,000 trials, within 3.5 binomial errors (.7%) and 1% for the few
    samples behind M_eff (a naive error of independent frames covers about half). More:
    benchmarks/coverage.py.
    """
    generator = np.random.default_rng(3)
    trials, replicas = 1000, 3
    field = ornstein(generator, 100, 2 * replicas * trials, decay, slow)
    first = 2 * np.arange(replicas * trials)
    S = (np.abs(field) ** 2).mean(axis=0).reshape(-1, 2).mean(axis=1).reshape(trials, replicas)
    worth = effective_samples(field_autocorrelation(field, first), np.full(len(first), 2))
    nu = 2 * replicas / (1 / worth.reshape(trials, replicas)).mean(axis=1)
    S = S.mean(axis=1)
    low, high = intensity_interval(S, nu)
    assert ((low < 1) & (high > 1)).mean() == pytest.approx(0.95, abs=0.034)
    if slow == 1.0:
        assert (np.abs(S - 1) < 2 * S / np.sqrt(600)).mean() < 0.65


def test_window_of_effective_samples():
    """The sum stops at the first lag below half of the standard error, by a loop over lags."""
    generator = np.random.default_rng(8)
    field = ornstein(generator, 60, 12, 0.8)
    first, modes = np.array([0, 2, 6]), np.array([2, 4, 6])
    correlation = field_autocorrelation(field, first)
    expected = []
    for c, count in zip(correlation, modes, strict=True):
        total = 1.0
        for lag in range(1, 60):
            if c[lag] < 0.5 * np.sqrt(total / (2 * count * (60 - lag))):
                break
            total += 2 * (1 - lag / 60) * c[lag] ** 2
        expected.append(60 / total)
    np.testing.assert_allclose(effective_samples(correlation, modes), expected, rtol=1e-12)


def test_one_frame_is_one_sample():
    correlation = field_autocorrelation(np.ones((1, 3), dtype=complex), np.array([0]))
    np.testing.assert_array_equal(effective_samples(correlation, np.array([3])), 1)


def autoregression(generator, entries, columns, tau, slow=1.0):
    """Unit variance: a part `slow` decays as exp(-lag / tau), the rest is white."""
    decay = np.exp(-1 / tau)
    noise = generator.standard_normal((entries, columns))
    noise[1:] *= np.sqrt(1 - decay**2)
    series = np.sqrt(slow) * lfilter([1.0], [1.0, -decay], noise, axis=0)
    return series + np.sqrt(1 - slow) * generator.standard_normal((entries, columns))


@pytest.mark.parametrize(("tau", "slow"), [(1.0, 1.0), (10.0, 1.0), (50.0, 1.0), (50.0, 0.3)])
def test_interval_of_a_mean_covers(tau, slow):
    """1,000 series of 2,000 entries: .95 within 3.5 binomial errors (.7%) and 1% for the bias at tau
    = 50, where 1.96 errors of 20 batches cover below .89."""
    series = autoregression(np.random.default_rng(4), 2000, 1000, tau, slow)
    error, degrees = mean_error(series)
    hits = np.abs(series.mean(axis=0)) < student.ppf(0.975, degrees) * error
    assert hits.mean() == pytest.approx(0.95, abs=0.034)
    assert degrees.min() >= 5
    if tau == 50:
        assert np.median(degrees) <= 7
        twenty = series.reshape(20, 100, -1).mean(axis=1).std(axis=0, ddof=1) / np.sqrt(20)
        assert (np.abs(series.mean(axis=0)) < 1.96 * twenty).mean() < 0.89
    if tau == 1:
        assert np.median(degrees) > 15


def test_error_of_a_mean_is_the_known_one():
    """AR(1): error of the mean sqrt((1 + phi)/(1 - phi)/n) times the scatter. Mean square over 400 series
    of about 17 degrees of freedom: known to 1.7%; within 6% (false alarm 5e-4)."""
    series = autoregression(np.random.default_rng(5), 20_000, 400, 4.0)
    phi = np.exp(-0.25)
    exact = (1 + phi) / (1 - phi) / 20_000
    assert (mean_error(series)[0] ** 2).mean() == pytest.approx(exact, rel=0.06)
    np.testing.assert_array_equal(batch_error(series), mean_error(series)[0])


def test_error_is_the_cosine_sum():
    """By hand, for a series that is one cosine coefficient above a constant: X_3 alone."""
    n = 400
    series = 7.0 + 2.0 * np.cos(np.pi * 3 * (np.arange(n) + 0.5) / n)
    error, degrees = mean_error(series)
    assert degrees == 5
    assert error == pytest.approx(np.sqrt(2.0**2 * n / 2 / 5 / n))


def test_errors_have_the_shape_of_an_entry():
    series = np.random.default_rng(6).standard_normal((50, 3, 2))
    error, degrees = mean_error(series)
    assert error.shape == degrees.shape == (3, 2)
    assert error[2, 1] == mean_error(series[:, 2, 1])[0]


def test_error_of_short_series():
    assert np.isnan(batch_error(np.array([1.0])))
    assert batch_error(np.array([1.0, 3.0])) == pytest.approx(1.0)
    assert mean_error(np.array([1.0, 3.0]))[1] == 1
    assert mean_error(np.full(30, 2.5))[0] == pytest.approx(0)
    assert np.isnan(mean_error(np.array([1.0, np.nan, 2.0]))[0])


def test_jackknife_of_equal_blocks_is_the_scatter_of_their_means():
    series = np.random.default_rng(7).standard_normal((60, 4))
    error, degrees = block_jackknife(series, 6)
    means = series.reshape(6, 10, 4).mean(axis=1)
    np.testing.assert_allclose(error, means.std(axis=0, ddof=1) / np.sqrt(6))
    assert degrees == 5


def test_jackknife_leaves_out_one_block_after_the_other():
    series = np.random.default_rng(7).standard_normal(23)
    blocks = [series[0:5], series[5:11], series[11:17], series[17:23]]
    without = [np.concatenate(blocks[:b] + blocks[b + 1 :]).mean() for b in range(4)]
    expected = np.sqrt(3 / 4 * np.sum((without - np.mean(without)) ** 2))
    assert block_jackknife(series, 4)[0] == pytest.approx(expected)


def test_jackknife_and_autocorrelation_agree_on_a_shell():
    """40 shells of 5 modes, tau = 3 of 400 frames: squares from 10 blocks scatter by 47%, so by 7.5% in the
    mean; blocks of 13 tau lose 4%. Within 30% (false alarm 3e-4)."""
    generator = np.random.default_rng(9)
    decay, shells, modes = np.exp(-1 / 3), 40, 5
    field = ornstein(generator, 400, shells * modes, decay)
    first = np.arange(shells) * modes
    per_frame = np.add.reduceat(np.abs(field) ** 2, first, axis=1) / modes
    worth = effective_samples(field_autocorrelation(field, first), np.full(shells, modes))
    direct = per_frame.mean(axis=0) ** 2 / (modes * worth)
    assert (block_jackknife(per_frame, 10)[0] ** 2).mean() == pytest.approx(direct.mean(), rel=0.3)


@pytest.mark.parametrize("blocks", [1, 6])
def test_jackknife_refuses_what_is_no_block(blocks):
    with pytest.raises(InputError, match=f"blocks: got {blocks} for 5 frames"):
        block_jackknife(np.arange(5.0), blocks)


@pytest.mark.parametrize("phi", [-0.5, 0.0, 0.8])
def test_long_time_covariance_of_an_autoregression(phi):
    """AR(1) with unit noise: sum over lags = 1 / (1 - phi)^2; within 4 of its own errors (6e-5)."""
    noise = np.random.default_rng(5).standard_normal(400_000)
    series = lfilter([1.0], [1.0, -phi], noise)
    value, error = long_time_covariance(series)
    assert abs(value - 1 / (1 - phi) ** 2) < 4 * error
    assert error < 0.1 * value
