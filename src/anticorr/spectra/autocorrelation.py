"""How many independent snapshots a correlated series is worth."""

import numpy as np
from scipy.fft import dct

from anticorr.errors import InputError


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

    with M frames; the sum stops at the first lag W where c_l is lost in its own noise, below half of its
    standard error sqrt(tau / (2 modes (M - l))), tau the sum so far. (A whole error cuts slow tails of a
    few modes short, no error at all adds noise.)

    correlation: (shell, lag); modes: wavevectors of each shell. Returns (shell,).
    """
    shells, frames = correlation.shape
    lag = np.arange(1, frames)
    terms = 2 * (1 - lag / frames) * correlation[:, 1:] ** 2
    total = np.hstack([np.ones((shells, 1)), 1 + np.cumsum(terms, axis=1)])
    noise = 0.5 * np.sqrt(total[:, :-1] / (2 * np.asarray(modes)[:, None] * (frames - lag)))
    lost = np.hstack([correlation[:, 1:] < noise, np.ones((shells, 1), dtype=bool)])
    return frames / total[np.arange(shells), lost.argmax(axis=1)]


_BATCHES = 40
"""Batch means whose lag-one correlation tells how far a series remembers."""
_COSINES = (5, 20)
"""Least and largest number of cosine coefficients that make an error."""


def mean_error(series: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Standard error of the mean along axis 0 of a correlated series, and its degrees of freedom.

    The long-time covariance is the mean square of the B lowest cosine coefficients,

        err^2 = (1/B) sum_{j=1}^{B} X_j^2 / n,   X_j = sqrt(2/n) sum_t x_t cos(pi j (t + 1/2) / n),

    and err has B degrees of freedom (Lazarus, Lewis, Stock and Watson 2018), where the spectrum is flat
    up to pi B / n. B = 20 [(1 - r)/(1 + r)]^2, at least 5, with r the lag-one correlation of 40 batch
    means (0 where negative): five are left where a batch lasts about one correlation time. The 95%
    interval is `student_interval` of the error and B, not 1.96 errors.
    NaN and no degrees of freedom for one entry.
    """
    series = np.asarray(series, dtype=float)
    n, shape = len(series), series.shape[1:]
    if n < 2:
        return np.full(shape, np.nan), np.zeros(shape)
    x = series.reshape(n, -1)
    batches = min(n, _BATCHES)
    length = n // batches
    means = x[: batches * length].reshape(batches, length, -1).mean(axis=1)
    means = means - means.mean(axis=0)
    square = (means**2).sum(axis=0)
    r = (means[1:] * means[:-1]).sum(axis=0) / np.where(square > 0, square, 1.0)
    r = np.clip(np.nan_to_num(r), 0.0, 1.0)
    least, most = _COSINES
    used = np.minimum(np.maximum(np.round(most * ((1 - r) / (1 + r)) ** 2), least), n - 1).astype(int)
    sums = np.cumsum(dct(x, axis=0, norm="ortho")[1 : most + 1] ** 2, axis=0)
    error = np.sqrt(sums[used - 1, np.arange(len(used))] / used / n)
    return error.reshape(shape), used.reshape(shape)


def batch_error(series: np.ndarray) -> np.ndarray:
    """The error of `mean_error` alone."""
    return mean_error(series)[0]


def block_jackknife(per_frame: np.ndarray, blocks: int = 10) -> tuple[np.ndarray, int]:
    """Standard error of the mean along axis 0 by leaving out one block of frames after the other, and
    its degrees of freedom, blocks - 1.

        err^2 = (B - 1)/B sum_b (mean without block b - their mean)^2

    A cross-check of S / sqrt(modes M_eff) that knows nothing of Gaussian fields. Blocks must be longer
    than a few correlation times. Raises InputError for fewer than two blocks, or more than frames.
    """
    per_frame = np.asarray(per_frame, dtype=float)
    frames = len(per_frame)
    if not 2 <= blocks <= frames:
        raise InputError(f"blocks: got {blocks} for {frames} frames, allowed 2 to the number of frames")
    starts = np.arange(blocks) * frames // blocks
    sizes = np.diff([*starts, frames]).reshape(-1, *[1] * (per_frame.ndim - 1))
    sums = np.add.reduceat(per_frame, starts, axis=0)
    without = (sums.sum(axis=0) - sums) / (frames - sizes)
    return np.sqrt((blocks - 1) * without.var(axis=0)), blocks - 1


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
