"""How many independent snapshots a correlated series is worth."""

import numpy as np


def field_autocorrelation(modes: np.ndarray, first: np.ndarray) -> np.ndarray:
    """Normalised autocorrelation of the complex modes, pooled over each shell.

        c_l = Re <rho*(t) rho(t+l)> / <|rho|^2>

    modes: (frame, mode); first: first mode of each shell. The mean of a density mode is zero by
    translation invariance, so nothing is subtracted and c_l has no finite-sample bias from a mean.
    Returns (shell, lag), lag in frames, c_0 = 1.
    """
    frames = len(modes)
    length = 2 * frames
    covariance = np.empty((len(first), frames))
    ends = [*first[1:], modes.shape[1]]
    weight = frames - np.arange(frames)
    for s, (lo, hi) in enumerate(zip(first, ends, strict=True)):
        power = np.abs(np.fft.fft(modes[:, lo:hi], length, axis=0)) ** 2
        covariance[s] = np.fft.ifft(power.sum(axis=1)).real[:frames] / weight
    return covariance / covariance[:, :1]


def effective_samples(correlation: np.ndarray, modes: np.ndarray) -> np.ndarray:
    """Independent snapshots' worth of |rho_k|^2 per mode, for a Gaussian field.

    The autocorrelation of |rho|^2 is c_l^2, so

        M_eff = M / (1 + 2 sum_{l=1}^{W-1} (1 - l/M) c_l^2)

    with M frames; the sum stops at the first lag W where c_l is lost in its own noise,
    sqrt(tau / (modes (M - l))). correlation: (shell, lag); modes: wavevectors of each shell.
    """
    frames = correlation.shape[1]
    lag = np.arange(frames)
    result = np.empty(len(correlation))
    for s, c in enumerate(correlation):
        total = 1.0
        for m in range(1, frames):
            noise = np.sqrt(total / (modes[s] * (frames - m)))
            if c[m] < noise:
                break
            total += 2 * (1 - lag[m] / frames) * c[m] ** 2
        result[s] = frames / total
    return result


def batch_error(series: np.ndarray, batches: int = 20) -> np.ndarray:
    """Standard error of the mean along axis 0, from the scatter of consecutive batch means.

    Batches must be longer than a few correlation times. Series shorter than two per batch are taken as
    independent.
    """
    n = len(series)
    if n < 2:
        return np.full(np.shape(series)[1:], np.nan)
    if n < 2 * batches:
        return np.std(series, axis=0, ddof=1) / np.sqrt(n)
    length = n // batches
    means = series[: batches * length].reshape(batches, length, *series.shape[1:]).mean(axis=1)
    return np.std(means, axis=0, ddof=1) / np.sqrt(batches)


def long_time_covariance(series: np.ndarray) -> tuple[float, float]:
    """Two-sided sum over lags of the covariance of one series, and its standard error.

    The window is Sokal's, the smallest W with W >= 5 tau(W), with tau from the absolute values so that
    an anti-correlated series does not stop it early. Error: Madras and Sokal (1988), with the sum of
    absolute values in place of the sum, which is safe where covariances cancel; NaN where the window is
    longer than a tenth of the series.
    """
    n = len(series)
    centred = series - series.mean()
    power = np.abs(np.fft.rfft(centred, 2 * n)) ** 2
    covariance = np.fft.irfft(power)[:n] / n
    total, tau, window = covariance[0], 0.5, n - 1
    for m in range(1, n):
        total += 2 * covariance[m]
        tau += abs(covariance[m]) / covariance[0]
        if m >= 5 * tau:
            window = m
            break
    total *= 1 + (2 * window + 1) / n  # bias from the subtracted mean
    error = 2 * tau * covariance[0] * np.sqrt(2 * (2 * window + 1) / n)
    return total, float(error) if 10 * window <= n else np.nan
