"""Decay rates m(k) of density modes, and the collective diffusion coefficient in them.

A mode of displacement obeys u(t+1) = (1 - m) u(t) + noise, m = D k^2 (docs/theory.md, Small k). Where the
noise is forgotten after `after` steps, the autocorrelation R beyond that lag is exactly exponential,

    R(a + tau) = psi R(a),   psi = (1 - m)^tau,

whatever R is at shorter lags. The estimate is the ratio of both sides over one series, symmetric in time:

    psi^ = 2 sum_t Re z*(t) z(t+a+tau) / sum_t Re [z*(t) z(t+a) + z*(t+tau) z(t+a+tau)]

(Burg's estimate of an autoregression at a = 0, tau = 1). Its mean and variance for complex Gaussian modes
follow from R (Isserlis) with the finite number of terms kept; the 95% interval holds every m for which psi^
lies within 1.96 of *its* standard errors of *its* mean. That is what keeps the interval right for series of
few relaxation times, where psi^ is biased and skewed.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from anticorr.errors import InputError
from anticorr.spectra.autocorrelation import field_autocorrelation

CORRELATED_STEPS = 20
"""Lags beyond which the noise of the gradient adds nothing to chi in a fluid (docs/theory.md, Small k).
With noise that remembers as long, rates of .02 per step come out right from here and 17% low from lag zero
(benchmarks/coverage_relaxation.py)."""
_COARSEST = np.exp(-1.5)
"""Smallest autocorrelation of neighbouring samples from which a rate is taken."""
_START, _DECAY = 0.5, np.exp(-0.5)
"""The first lag keeps at least this much of R(0); the second lies where R(a) has fallen by this factor.
In an autoregression twice as long a decay has a quarter more error; a shorter one rests more on its
first lag."""
_95 = 1.959964


@dataclass(frozen=True)
class Rates:
    """m(k) of each shell per step; NaN where there is none to tell."""

    rate: np.ndarray
    error: np.ndarray
    """Standard error: the 95% interval over 3.92."""
    interval: np.ndarray
    """(shell, bound): 95%; a lower bound of zero where no decay is seen."""
    start: np.ndarray
    """First lag of each shell, in steps: below `after` where the shell relaxes too fast to wait."""
    end: np.ndarray
    """Last lag, in steps."""


def relaxation_rates(
    modes: np.ndarray, first: np.ndarray, spacing: int, *, after: int = CORRELATED_STEPS
) -> Rates:
    """Rate m per step at which each shell forgets itself, F(t2) / F(t1) = (1 - m)^(t2 - t1).

    modes: complex (sample, mode) every `spacing` steps; first: first mode of each shell. after: steps until
    the noise has forgotten itself; the fit begins there, or, in shells that relax faster, at the last
    lag where F has not yet fallen to half. `start` tells: with noise of 20 steps as strong as the white one
    a planted rate of .1 came out 13% low, one of .05 1% (benchmarks/coverage_relaxation.py). NaN where F
    falls below e^-1.5 of itself between samples, or in a series shorter than four times the first lag.
    """
    spacing = int(spacing)
    correlation = field_autocorrelation(modes, first)
    rows = []
    for c, block in zip(correlation, np.split(modes, first[1:], axis=1), strict=True):
        lags = _lags(c, -(-after // spacing))
        rows.append(_rate(block, c, *lags) + lags if lags else (np.nan,) * 5)
    value, low, high, begin, decay = np.array(rows).T
    rate, low, high = (-np.expm1(-v / spacing) for v in (value, low, high))
    return Rates(
        rate,
        (high - low) / (2 * _95),
        np.stack([low, high], axis=1),
        begin * spacing,
        (begin + decay) * spacing,
    )


def _lags(c: np.ndarray, wanted: int) -> tuple[int, int] | None:
    """First lag a and decay tau of a shell, in samples; None where there is nothing to fit."""
    longest = len(c) // 4
    if longest < 1 or c[1] < _COARSEST:
        return None
    lost = np.flatnonzero(c[: wanted + 1] < _START)
    begin = int(lost[0]) - 1 if len(lost) else wanted
    if begin > longest:
        return None
    fallen = np.flatnonzero(c[begin + 1 : begin + longest] <= _DECAY * c[begin])
    return begin, int(fallen[0]) + 1 if len(fallen) else longest


def _rate(z: np.ndarray, c: np.ndarray, begin: int, decay: int) -> tuple[float, float, float]:
    """-ln(1 - m) per sample and its 95% bounds, from the modes z (sample, mode) of one shell."""
    terms = len(z) - begin - decay

    def product(i: int, j: int) -> float:
        return float(np.vdot(z[i : i + terms], z[j : j + terms]).real)

    seen = 2 * product(0, begin + decay) / (product(0, begin) + product(decay, begin + decay))
    head = c[:begin] / c[begin]

    def deviation(log_rate: float, target: float) -> float:
        """psi^ in standard errors above its mean if this were the rate; rises with the rate."""
        rate = np.exp(log_rate)
        shift, variance = _moments(rate, head, decay, terms)
        mean = np.exp(-rate * decay) + shift / z.shape[1]
        return (seen - mean) / np.sqrt(variance / z.shape[1]) - target

    # From a hundredth of a relaxation time in the whole series to what the spacing can resolve.
    ends = np.log([0.01 / len(z), 4.0])
    rate, low, high = (_root(deviation, target, *ends) for target in (0.0, -_95, _95))
    return rate, low, high


def _root(deviation: Callable[[float, float], float], target: float, low: float, high: float) -> float:
    if deviation(low, target) >= 0:
        return 0.0
    if deviation(high, target) <= 0:
        return np.nan
    from scipy.optimize import brentq  # slow to load, and fits do without

    return float(np.exp(brentq(deviation, low, high, args=(target,), xtol=1e-4)))


def _moments(rate: float, head: np.ndarray, decay: int, terms: int) -> tuple[float, float]:
    """Bias of psi^ to order 1 / terms, and its variance, for one complex mode.

    R(l) is `head` up to the first lag and exp(-rate (l - a)) beyond. With q_t the terms of numerator minus
    psi times denominator and d_t those of the denominator, R(a) = 1 their mean,

        bias = -cov(sum q, sum d) / terms^2,   variance = var(sum q) / terms^2

    where 2 cov(Re z*_i z_j, Re z*_k z_l) = R(k-i) R(l-j) + R(l-i) R(k-j).
    """
    begin, psi = len(head), np.exp(-rate * decay)
    reach = min(terms - 1, int(6 / rate) + begin + decay + 1)
    lag = np.arange(reach + begin + decay + 1)
    R = np.exp(-rate * (lag - begin))
    R[:begin] = head
    R = np.concatenate([R[:0:-1], R])
    between = np.arange(-reach, reach + 1)
    weight = (terms - np.abs(between)) / terms**2
    width, middle = 2 * reach + 1, begin + decay
    shifts = sorted({j - i for i in (0, decay, begin, middle) for j in (0, decay, begin, middle)})
    shifted = np.stack([R[middle + s : middle + s + width] for s in shifts])
    gram = (shifted * weight) @ shifted.T
    at = {s: n for n, s in enumerate(shifts)}

    def covariance(x: tuple[int, int], y: tuple[int, int]) -> float:
        (i, j), (k, m) = x, y
        return (gram[at[k - i], at[m - j]] + gram[at[m - i], at[k - j]]) / 2

    pairs = ((0, middle), (0, begin), (decay, middle))
    table = np.array([[covariance(x, y) for y in pairs] for x in pairs])
    q, d = np.array([1.0, -psi / 2, -psi / 2]), np.array([0.0, 0.5, 0.5])
    return -(q @ table @ d), q @ table @ q


@dataclass(frozen=True)
class Diffusion:
    """D(k) = value (1 + slope k^2)."""

    value: float
    error: float
    slope: float
    slope_error: float
    """Zero, both of them, in a fit of a constant."""
    chi_square: float
    """Per degree of freedom."""
    shells: int


def diffusion_of_rates(
    k: np.ndarray, rate: np.ndarray, rate_err: np.ndarray, k_max: float, *, slope: bool = True
) -> Diffusion:
    """Weighted fit of m / k^2 = D (1 + b k^2) to the shells with k <= k_max whose rate is finite and > 0.

    k: root mean square over the modes of each shell, 1 / D; rates per step. slope=False: b = 0. The
    variance of a rate is in proportion to the rate itself, so that rates that came out small claim small
    errors; weights therefore take the errors that the fitted rates would have. Raises InputError with fewer
    shells than parameters + 1.
    """
    k, rate, rate_err = (np.asarray(v, dtype=float) for v in (k, rate, rate_err))
    used = (k <= k_max) & (rate > 0) & (rate_err > 0) & np.isfinite(rate_err)
    least = 3 if slope else 2
    if used.sum() < least:
        raise InputError(
            f"rates: got {used.sum()} shells with a rate up to k_max = {k_max:g}, wanted at least {least} "
            f"(a larger k_max, a larger box, longer or more closely spaced modes)"
        )
    square = k[used] ** 2
    found, error = rate[used] / square, rate_err[used] / square
    design = np.stack([np.ones_like(square), square])[: 2 if slope else 1]
    line = found
    for _ in range(20):
        weight = found / line / error**2
        normal = (design * weight) @ design.T
        x = np.linalg.solve(normal, (design * weight) @ found)
        # A line that turns negative at the largest k says nothing of the errors there.
        line = np.maximum(x @ design, 0.1 * found)
    covariance = np.linalg.inv(normal)
    value, b, b_err = float(x[0]), 0.0, 0.0
    if slope:
        b = float(x[1]) / value
        gradient = np.array([-b, 1.0]) / value
        b_err = float(np.sqrt(gradient @ covariance @ gradient))
    chi_square = float(np.sum(weight * (found - x @ design) ** 2)) / (len(found) - len(design))
    return Diffusion(value, float(np.sqrt(covariance[0, 0])), b, b_err, chi_square, len(found))
