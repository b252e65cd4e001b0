"""What fractional noise of Hurst exponent H makes of S(k), equation (5).

Its spectrum starts as c_f |w|^(1-2H). With m = D k^2 the integral over frequency then gives, for 0 < H < 1,

    S(k) = sigma^2 c_f k^2 m^(-2H) / (2 sin pi H)  ~  k^(2-4H)                                         (5)

since int_0^inf s^(1-2H) / (1 + s^2) ds = pi / (2 sin pi H), and at H = 0 the integral is a logarithm:

    S(k) = (sigma^2 k^2 / 4) log(4 / m)  ->  (sigma^2 / 2) k^2 log(1/k)

In a finite window of k compare with `mode_structure_factor` or the exact integral, not with 2 - 4H.
"""

import functools
import math

import numpy as np

from anticorr.errors import InputError
from anticorr.noise.exponential import Filter
from anticorr.noise.fractional import exact_spectrum
from anticorr.theory.modes import noise_power
from anticorr.theory.quadrature import mode_variance

_SCANNED = np.geomspace(1e-12, 1.0, 481)
"""Rates m at which a filter is compared with the exact noise."""


def low_frequency_amplitude(hurst: float) -> float:
    """c_f = Gamma(1-d)^2 / Gamma(1-2d), d = H - 1/2, of f(w) -> c_f |w|^(1-2H): pi/4 at H = 0, 1 at 1/2."""
    return float(exact_spectrum(hurst, np.array(math.pi / 3)))  # where 2 sin(w/2) = 1


def asymptotic_structure_factor(
    k: np.ndarray, rate: np.ndarray, hurst: float, strength: float
) -> np.ndarray:
    """Leading term of S(k) at m -> 0 for 0 <= H < 1: (5), or the logarithm at H = 0.

    k in 1/D; rate m(k) per step, same shape; strength sigma in D. For H > 1/2 it grows beyond every bound
    as k -> 0, where a linear theory of displacements no longer holds.
    """
    k, m = np.asarray(k, dtype=float), np.asarray(rate, dtype=float)
    if hurst == 0:
        return strength**2 * k**2 / 4 * np.log(4 / m)
    shape = m ** (-2 * hurst) / (2 * math.sin(math.pi * hurst))
    return strength**2 * low_frequency_amplitude(hurst) * k**2 * shape


def band_wavenumber(noise: Filter, hurst: float, diffusion: float, fraction: float) -> float:
    """k from which on S of the exponential sum stays within `fraction` of S of the exact noise.

    Below the band the sum has f(0) > 0: a false plateau f(0) sigma^2 / (2 D) of S for H < 1/2, a missing
    rise for H > 1/2. diffusion D in D^2 per step; 0 where the sum is as good at every k (m >= 1e-12).
    Raises InputError when `fraction` is not above the band error of the filter.
    """
    from scipy.optimize import brentq  # slow to load

    if not fraction > noise.band_error:
        raise InputError(f"fraction: got {fraction!r}, wanted above the band error {noise.band_error:g}")
    exact = functools.partial(exact_spectrum, hurst)

    def excess(m: np.ndarray) -> np.ndarray:
        return np.abs(noise_power(m, noise) / (m * (2 - m)) / mode_variance(m, exact) - 1) - fraction

    outside = np.flatnonzero(excess(_SCANNED) >= 0)
    if len(outside) == 0:
        return 0.0
    last = outside[-1]
    m = brentq(lambda x: float(excess(np.exp(x))), *np.log(_SCANNED[last : last + 2]))
    return math.sqrt(math.exp(m) / diffusion)


def local_slope(k: np.ndarray, S: np.ndarray) -> np.ndarray:
    """d log S / d log k of a curve, by differences of second order; same shape as k."""
    return np.gradient(np.log(S), np.log(k))
