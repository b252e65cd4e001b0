"""Structure factor and decay of a density mode under every noise of the model (docs/theory.md, Modes).

The displacement u of a mode relaxes by m(k) per step, D k^2 at small k, under injected noise of any filter,
the selection noise q and the noise chi of the reciprocal gradient:

    u(t+1) = (1 - m) u(t) + sigma xi(t) + sqrt(q) zeta(t) + alpha sqrt(chi) k zeta'(t)

    S(k) = k^2 { sigma^2 P(m) + q + alpha^2 chi k^2 } / [m (2 - m)]
    P(m) = C(0) + 2 sum_{n>=1} (1-m)^n C(n),     C(n) = <xi(t) xi(t+n)> = sum_k A_k q_k^(n-1)

P(0) = f(0). For ma1 P = 1 + c (1 - m): then, to leading order, equations (3) and (4).
"""

import numpy as np

from anticorr.noise.exponential import Filter


def mode_structure_factor(
    k: np.ndarray,
    rate: np.ndarray,
    noise: Filter,
    strength: float,
    selection: float,
    gradient_noise: float,
) -> np.ndarray:
    """S(k) of x; NaN where the mode is not stationary (rate outside (0, 2)).

    k in 1/D; rate m(k) per step, same shape; strength sigma in D; selection q in D^2 per step;
    gradient_noise alpha^2 chi in D^4 per step.
    """
    k, m = np.asarray(k, dtype=float), _stationary(rate)
    return k**2 * _driving(k, m, noise, strength, selection, gradient_noise) / (m * (2 - m))


def mode_autocorrelation(
    k: np.ndarray,
    rate: np.ndarray,
    lags: np.ndarray,
    noise: Filter,
    strength: float,
    selection: float,
    gradient_noise: float,
) -> np.ndarray:
    """F(k, t) / S(k) = <u(s) u(s+t)> / <u^2> at whole lags t >= 0 in steps, shape (k, lag).

        (1-m)^t + m (2-m) sigma^2 / {...} sum_k A_k / (1 - (1-m) q_k) [(1-m)^t - q_k^t] / (1 - m - q_k)

    {...} as in S(k). White noise leaves (1-m)^t alone; noise with a memory makes the decay another one.
    Other arguments and NaN as in `mode_structure_factor`.
    """
    k, m, lags = np.asarray(k, dtype=float), _stationary(rate), np.asarray(lags)
    total = _driving(k, m, noise, strength, selection, gradient_noise)
    share = m * (2 - m) * strength**2 / total
    decay = (1 - m)[:, None] ** lags
    for amplitude, q in zip(noise.amplitudes, noise.rates, strict=True):
        reach = amplitude / (1 - q + m * q)
        decay = decay + (share * reach)[:, None] * _power_quotient((1 - m)[:, None], q, lags)
    return decay


def noise_power(rate: np.ndarray, noise: Filter) -> np.ndarray:
    """P(m), the noise that a mode of relaxation rate m feels; <u^2> = P / [m (2 - m)] at sigma = 1.

    Two forms of the same sum, and of each m the one whose terms cancel less:

        C(0) + 2 (1-m) sum_k A_k / (1 - (1-m) q_k)  =  f(0) - 2 m sum_k A_k / [(1 - q_k) (1 - (1-m) q_k)]

    The second keeps all digits of anti-correlated noise (A_k < 0) at small m.
    """
    m = np.asarray(rate, dtype=float)
    of_states = (-1, *(1,) * m.ndim)
    A, q = noise.amplitudes.reshape(of_states), np.array(noise.rates).reshape(of_states)
    direct = 2 * (1 - m) * A / (1 - q + m * q)
    from_zero = -2 * m * A / ((1 - q) * (1 - q + m * q))
    first = noise.variance + np.abs(direct).sum(axis=0)
    second = noise.zero_frequency + np.abs(from_zero).sum(axis=0)
    return np.where(
        first < second, noise.variance + direct.sum(axis=0), noise.zero_frequency + from_zero.sum(axis=0)
    )


def small_k_line(
    diffusion: float, noise: Filter, strength: float, selection: float, gradient_noise: float
) -> tuple[float, float]:
    """(S(0), B) of S = S(0) + B k^2, equation (4), for any filter whose P is smooth at m = 0.

        S(0) = [f(0) sigma^2 + q] / (2 D),     B = -sigma^2 sum_k A_k / (1 - q_k)^2 + alpha^2 chi / (2 D)

    For ma1 B = -c sigma^2 / 2 + A. Terms of B that vanish with S(0) are left out: the k^2 correction of D
    itself, unknown, is among them. The line crosses over at k_x = sqrt(S(0) / B).
    """
    plateau = (noise.zero_frequency * strength**2 + selection) / (2 * diffusion)
    curvature = float((noise.amplitudes / (1 - np.array(noise.rates)) ** 2).sum())
    return plateau, -(strength**2) * curvature + gradient_noise / (2 * diffusion)


def _stationary(rate: np.ndarray) -> np.ndarray:
    """Rates, NaN where the mode has no stationary state."""
    m = np.asarray(rate, dtype=float)
    return np.where((m > 0) & (m < 2), m, np.nan)


def _driving(
    k: np.ndarray, m: np.ndarray, noise: Filter, strength: float, selection: float, gradient_noise: float
) -> np.ndarray:
    """The curly bracket of S(k)."""
    return strength**2 * noise_power(m, noise) + selection + gradient_noise * k**2


def _power_quotient(r: np.ndarray, q: float, lags: np.ndarray) -> np.ndarray:
    """(r^t - q^t) / (r - q) = sum_{n<t} r^(t-1-n) q^n, without loss where r and q are close.

    With g the larger of the two in modulus and g (1 - gap) the other: g^(t-1) [1 - (1 - gap)^t] / gap.
    """
    larger = np.where(np.abs(r) < abs(q), q, r)
    with np.errstate(divide="ignore", invalid="ignore"):
        gap = (larger - np.where(np.abs(r) < abs(q), r, q)) / larger
        close = -np.expm1(lags * np.log1p(-np.where(gap < 1, gap, 0.0))) / gap
        apart = (1 - (1 - gap) ** lags) / gap
        terms = np.where(gap == 0, lags, np.where(gap < 1, close, apart))
        return np.where(lags > 0, larger ** np.maximum(lags - 1, 0) * np.where(larger == 0, 1, terms), 0.0)
