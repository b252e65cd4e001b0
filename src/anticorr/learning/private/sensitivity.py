"""How much one person's contributions can move what is published, in units of the white noise behind it.

Noise xi(t) = sum_n h_n eta(t-n), started at rest, is xi = H eta with H lower triangular and Toeplitz. To
publish g + m s xi is to publish C g + m s eta, C = H^{-1}, a Gaussian mechanism whose sensitivity is

    s = max |C x|

over the contributions x_t of one person, |x_t| <= 1, at the steps where the person takes part. So m is its
noise multiplier, whatever h is, also when g_t depends on what was published before (Denisov et al., NeurIPS
2022, arXiv:2202.08312). The filter may as well start stationary: what comes from before the first step is
independent noise on top, which takes nothing from privacy.

Neighbours differ by one person's contributions made zero, each clipped to norm 1.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy.linalg import solve_discrete_lyapunov

from anticorr.errors import InputError
from anticorr.noise.exponential import Filter

_ROUNDING = 1e-9
"""Relative distance of two sensitivities that counts as none."""
_ON_CIRCLE = 1e-13
"""Distance of a zero of h from the unit circle that counts as none."""


@dataclass(frozen=True)
class Sensitivity:
    """value: no contributions move C x by more. attained: some do move it by this much."""

    value: float
    attained: float

    @property
    def exact(self) -> bool:
        """Whether `value` is the sensitivity itself, and not only a bound."""
        return self.attained >= self.value * (1 - _ROUNDING)


def inverse_taps(noise: Filter, count: int) -> np.ndarray:
    """c_n of 1 / h(z) = sum_n c_n z^n for n = 0 ... count - 1: the first column of C.

    With eta = (xi - sum_k s_k z_k) / h_0 put into the states' recursion,

        c_0 = 1 / h_0,     c_n = -s M^(n-1) 1 / h_0^2,     M = diag(q) - 1 s^T / h_0

    Stable for rates close to 1, where the polynomials of h lose their digits. The taps grow without end,
    to infinity or NaN, where h has a zero outside the unit circle: started at rest, such noise protects
    little. Raises InputError when h_0 is 0 (no causal inverse) or count < 0.
    """
    if not count >= 0:
        raise InputError(f"count: got {count!r}, allowed >= 0")
    M, weights = _closed_loop(noise)
    rows, power = weights[None, :], M
    with np.errstate(over="ignore", invalid="ignore"):
        while len(rows) < count - 1:
            rows = np.concatenate([rows, rows @ power])
            power = power @ power
        later = -rows.sum(axis=1) / noise.first**2
    return np.append(1 / noise.first, later)[:count]


def sensitivity(
    noise: Filter, steps: int, participations: int = 1, separation: int | None = None
) -> Sensitivity:
    """max |C x| over all x that are 0 but at `participations` steps or fewer, `separation` or more apart.

    x has shape (step, ...), and |x_t| <= 1 is the Euclidean norm over all but the first axis. One
    participation: the norm of the first column of C. For k of them, b apart, let c' be an envelope of the
    taps of C, c'_n >= |c_n|, not negative and not increasing, and C' its matrix. The inner product of its
    columns i <= j, sum_{n < T-j} c'_n c'_{n+j-i}, does not grow with j nor with j - i, so no pattern beats
    0, b, 2b, ...:

        s <= |sum_j C'_{jb}|

    with equality when the taps themselves are so (Kalinin and Lampert, NeurIPS 2024, arXiv:2405.13763).
    `value` is the smaller of this, for the lowest envelope c'_n = max_{m >= n} |c_m|, and of the sum of the
    norms of these columns of C; `attained` is |C x| with x_t = 1, or 1 and -1 in turn, at 0, b, 2b, ...
    Both are the same for white, ma1, ar1, fractional noise with H <= 1/2 and the strategies of this folder.

    Both are infinite where the taps overflow. Raises InputError when a number is not positive, when
    `separation` is missing for more than one participation, or when h_0 is 0.
    """
    _checked(steps, participations, separation)
    taps = inverse_taps(noise, steps)
    if not np.isfinite(taps).all():
        return Sensitivity(math.inf, math.inf)
    b = separation or steps
    starts = range(0, steps, b)[:participations]
    envelope = np.maximum.accumulate(np.abs(taps)[::-1])[::-1]
    norms = np.sqrt(np.cumsum(taps**2))
    attained = max(_norm_of_sum(taps, starts, +1), _norm_of_sum(taps, starts, -1))
    bound = min(_norm_of_sum(envelope, starts, +1), sum(float(norms[steps - 1 - t]) for t in starts))
    return Sensitivity(max(bound, attained), attained)


def stream_sensitivity(noise: Filter) -> float:
    """The sensitivity of one participation in a stream without end.

        s^2 = sum_n c_n^2 = int dw/2pi 1 / f(w)     when all zeros of h lie inside the unit circle

    by the Lyapunov equation of the recursion of `inverse_taps`. Infinite when a zero lies on the circle
    (ma1 with c = -1) or outside of it. Its relative error is about 1e-14 over the distance of the nearest
    zero from the circle. Raises InputError when h_0 is 0.
    """
    M, weights = _closed_loop(noise)
    if not len(weights):
        return 1 / noise.first
    if np.abs(np.linalg.eigvals(M)).max() >= 1 - _ON_CIRCLE:
        return math.inf
    held = weights @ solve_discrete_lyapunov(M, np.ones_like(M)) @ weights
    return math.sqrt(1 + held / noise.first**2) / noise.first


def _closed_loop(noise: Filter) -> tuple[np.ndarray, np.ndarray]:
    """(M, s); the eigenvalues of M are the zeros of h, as 1 / z."""
    if not noise.first > 0:
        raise InputError(f"noise: got h_0 = {noise.first!r}, allowed > 0 (a causal inverse)")
    weights = np.array(noise.weights)
    return np.diag(noise.rates) - weights[None, :] / noise.first, weights


def _norm_of_sum(taps: np.ndarray, starts: range, sign: int) -> float:
    """|sum_j sign^j C_{t_j}| of the columns t_0, t_1, ... of the matrix with these taps."""
    total = np.zeros_like(taps)
    for j, start in enumerate(starts):
        total[start:] += sign**j * taps[: len(taps) - start]
    return float(np.linalg.norm(total))


def _checked(steps: int, participations: int, separation: int | None) -> None:
    problems = []
    if not steps >= 1:
        problems.append(f"steps: got {steps!r}, allowed >= 1")
    if not participations >= 1:
        problems.append(f"participations: got {participations!r}, allowed >= 1")
    elif separation is None and participations > 1:
        problems.append("separation: got None, allowed >= 1 for more than one participation")
    if separation is not None and not separation >= 1:
        problems.append(f"separation: got {separation!r}, allowed >= 1")
    if problems:
        raise InputError(*problems)
