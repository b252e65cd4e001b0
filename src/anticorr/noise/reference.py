"""Noise made the plain way, to be compared with what kernels, networks and filters make."""

import numpy as np

from anticorr.errors import InputError
from anticorr.noise.exponential import Filter


def filtered(noise: Filter, steps: int, generator: np.random.Generator, paths: int = 1) -> np.ndarray:
    """Independent paths of a filter's noise, shape (step, path), stationary from the first step on.

    z(0) = L g,     xi(t) = h_0 eta(t) + sum_k s_k z_k(t),     z_k(t+1) = q_k z_k(t) + eta(t)
    """
    weights, rates = np.array(noise.weights), np.array(noise.rates)[:, None]
    states = noise.state_factor @ generator.standard_normal((len(rates), paths))
    xi = np.empty((steps, paths))
    for t in range(steps):
        eta = generator.standard_normal(paths)
        xi[t] = noise.first * eta + weights @ states
        states = rates * states + eta
    return xi


def fractional_gaussian_autocovariance(hurst: float, lags: int) -> np.ndarray:
    """(|n+1|^2H - 2 |n|^2H + |n-1|^2H) / 2 for n = 0 ... lags - 1; at H = 0 that of ma1 with c = -1.

    Mandelbrot and Van Ness, SIAM Review 10, 422 (1968).
    """
    n = np.arange(lags + 1)
    power = np.where(n == 0, 0.0, n.astype(float) ** (2 * hurst))  # the limit of H -> 0: 0^0 = 0
    return (power[1:] - 2 * power[:-1] + np.append(1.0, power)[:lags]) / 2


def fractional_gaussian_noise(hurst: float, steps: int, generator: np.random.Generator) -> np.ndarray:
    """Exact fractional Gaussian noise of unit variance, shape (steps,); H in [0, 1).

    The increments of fractional Brownian motion: f(w) ~ |w|^(1-2H) as for ARFIMA, but with an amplitude
    that vanishes as H -> 0. The covariance of `steps` numbers is embedded in a circulant one of 2 `steps`,
    whose eigenvalues lambda are its Fourier transform and not negative for this covariance:

        xi = Re FFT[ sqrt(lambda / M) (g + i g') ],     M = 2 steps,  g and g' normal

    Davies and Harte, Biometrika 74, 95 (1987); Dietrich and Newsam, SIAM J. Sci. Comput. 18, 1088 (1997);
    Craigmile, J. Time Ser. Anal. 24, 505 (2003) for the sign. Raises InputError when H or steps is outside.
    """
    problems = []
    if not 0 <= hurst < 1:
        problems.append(f"hurst: got {hurst!r}, allowed >= 0 and < 1")
    if not steps >= 1:
        problems.append(f"steps: got {steps!r}, allowed >= 1")
    if problems:
        raise InputError(*problems)
    return embedded(fractional_gaussian_autocovariance(hurst, steps + 1), generator)


def embedded(covariance: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Stationary normal noise of an autocovariance at lags 0 ... T, (T,) steps, by circulant embedding.

    Exact where the embedding has no negative eigenvalues: fractional Gaussian noise, and ARFIMA(0, d, 0)
    (`anticorr.noise.fractional.exact_autocovariance`; Craigmile).
    """
    steps = len(covariance) - 1
    circulant = np.concatenate([covariance, covariance[-2:0:-1]])
    eigenvalues = np.maximum(np.fft.fft(circulant).real, 0)  # rounding may leave -1e-16
    normal = generator.standard_normal(len(circulant)) + 1j * generator.standard_normal(len(circulant))
    return np.fft.fft(np.sqrt(eigenvalues / len(circulant)) * normal).real[:steps]
