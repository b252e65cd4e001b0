"""S(k) where noise with a long memory travels with its particle (docs/theory.md, Carried noise).

Without forces a particle forgets where it was as its noise moves it, and a mode by G:

    G(n) = exp(-k^2 sigma^2 V(n) / 2),     V(n) = n + 2 sum_{j<n} (n - j) C(j),     C(j) = <xi(t) xi(t+j)>

A displacement of the density that the mean drift, of diffusion coefficient D_f, makes in one step is
forgotten in the same way, and so is a noise w of forces. With rho_0 the density of free particles,

    rho(t) = rho_0(t) + sum_{n>=1} G(n) [w(t-n) - k^2 D_f rho(t-n)]

    S = int dw/2pi { 1 + 2 Re G+ + k^2 (q + alpha^2 chi k^2) |G+|^2 } / |1 + k^2 D_f G+|^2

with G+(w) = sum_{n>=1} G(n) e^{-iwn}. Without forces S = 1 at every k, whatever the noise.
"""

import math

import numpy as np

from anticorr.errors import InputError
from anticorr.noise.exponential import Filter

_TIMES, _LEAST_TIMES = 512, 32
"""Lags summed, wanted and at least, in units of 1 / (k^2 D_f), the time in which drift restores a mode."""
_SHORTEST, _LONGEST = 2**14, 2**21


def carried_structure_factor(
    k: np.ndarray,
    drift_diffusion: float,
    noise: Filter,
    strength: float,
    selection: float,
    gradient_noise: float,
) -> np.ndarray:
    """S(k) of x, same shape as k; NaN where a mode has no stationary state.

    k in 1/D; drift_diffusion D_f in D^2 per step; strength sigma in D; selection q in D^2 per step;
    gradient_noise alpha^2 chi in D^4 per step. At most 2^21 lags are summed. Relative error where
    D_f > 0: below 2e-4, and near the smallest k below 3e-3. Without a drift G must have decayed by then.
    Raises InputError for k at which 2^21 lags are less than 32 / (k^2 D_f).
    """
    k = np.asarray(k, dtype=float)
    least = np.sqrt(_LEAST_TIMES / (_LONGEST * drift_diffusion)) if drift_diffusion > 0 else 0.0
    if not (k > least).all():
        raise InputError(f"k: got {k.min():.3g}, wanted > {least:.3g} (at most {_LONGEST} lags are summed)")
    lengths = [_lags(one, drift_diffusion) for one in k.ravel()]
    spread = strength**2 * _spread(noise, max(lengths, default=_SHORTEST))
    found = [
        _one(one, drift_diffusion, spread[:length], selection, gradient_noise)
        for one, length in zip(k.ravel(), lengths, strict=True)
    ]
    return np.array(found).reshape(k.shape)


def _lags(k: float, drift_diffusion: float) -> int:
    """A power of two."""
    if drift_diffusion <= 0:
        return _LONGEST
    needed = 2 ** math.ceil(math.log2(_TIMES / (k**2 * drift_diffusion)))
    return min(max(needed, _SHORTEST), _LONGEST)


def _spread(noise: Filter, lags: int) -> np.ndarray:
    """V(n) for n < lags, the variance of a sum of n values of the noise."""
    C = noise.autocovariance(lags)
    C[0] /= 2
    return np.append(0.0, 2 * np.cumsum(np.cumsum(C))[:-1])


def _one(
    k: float, drift_diffusion: float, spread: np.ndarray, selection: float, gradient_noise: float
) -> float:
    """S at one k from sigma^2 V(n).

    The integral is a midpoint sum over w = 2 pi (j + 1/2) / n. G may hardly decay within n lags: its second
    differences do, and their sum over [1 - e^{-iw}]^2 is 1 + G+, at no w = 0.
    """
    n = len(spread)
    G = np.exp(-0.5 * k**2 * spread)
    changes = np.diff(G, 2, prepend=(0.0, 0.0))
    half = np.pi * np.arange(n) / n
    delay = np.exp(-2j * (half[: n // 2] + half[1] / 2))
    carried = np.fft.fft(changes * np.exp(-1j * half))[: n // 2] / (1 - delay) ** 2 - 1
    response = 1 + k**2 * drift_diffusion * carried
    if k**2 * drift_diffusion * G[1:].sum() <= -1 or not _stable(response):
        return np.nan
    power = 1 + 2 * carried.real + k**2 * (selection + gradient_noise * k**2) * np.abs(carried) ** 2
    return float(np.mean(power / np.abs(response) ** 2))


def _stable(response: np.ndarray) -> bool:
    """Whether 1 + k^2 D_f sum_{n>=1} G(n) x^n, positive at x = 1, has no zero in |x| < 1.

    It has none if it does not go round 0: response, on the upper half of the unit circle, then ends at
    w = pi with the phase that it has at w = 0.
    """
    turned = np.angle(response[0]) + np.angle(response[1:] / response[:-1]).sum()
    return abs(turned) < np.pi / 2
