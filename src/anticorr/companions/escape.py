"""Escape from a well that is quadratic up to its barrier: w(t+1) = w(t) - l (h w(t) + xi(t)), |w| < b.

The height of the barrier is dL = h b^2 / 2. The stationary variance S of w gives the exponent; noise of at
most one step of memory, xi(t) = sqrt(C) (a eta(t) + b_1 eta(t-1)), gives the rate itself. With r = 1 - l h,

    u(t) = r w(t) - l sqrt(C) b_1 eta(t-1),     w(t+1) = u(t) - l sqrt(C) a eta(t)
    u(t+1) = r u(t) - l sqrt(C) (r a + b_1) eta(t)

is a Markov chain that ends when |w| >= b. The long-time rate is -ln of the largest eigenvalue of

    (K f)(u) = int f(u') phi(eta) d eta     over the eta that keep |w'| < b

phi the normal density: f in Chebyshev points, the integral by Gauss and Legendre between exact limits.
"""

import numpy as np

from anticorr.companions.quadratic import stationary_covariance
from anticorr.errors import InputError
from anticorr.noise import Filter, white

_POINTS = (24, 48, 96, 192, 384)
"""Chebyshev points, until one more doubling changes the rate by less than the two that follow."""
_CLOSE, _ROUNDING = 1e-6, 1e-12
_HIGHEST = 16.0
"""E beyond which the rate is lost in rounding: it is the distance of an eigenvalue from 1."""
_FARTHEST = 8.5
"""Normal numbers beyond it are left out: 2e-17 of them."""


def escape_exponent(barrier: float, curvature: float, variance: float) -> float:
    """E of the rate of escape exp(-E) from a one-dimensional well, up to a prefactor.

        E = dL / (h S),     for SGD dL (2 - l h) / (l C)

    barrier: height dL; curvature: h; variance: S, of `stationary_covariance`. Exact only for a well that is
    quadratic up to its barrier. Source, without a prefactor: Liu, Ziyin, Ueda, arXiv:2012.03636;
    `escape_rate` has the prefactor of the well that ends at its barrier.
    """
    return barrier / (curvature * variance)


def escape_rate(
    barrier: float, curvature: float, variance: float, learning_rate: float, *, filter: Filter | None = None
) -> float:
    """Rate per step at which SGD leaves the well for the first time, at long times.

    barrier: dL > 0; curvature: h > 0; variance: C > 0 of the gradient noise; filter: white (default) or any
    that remembers one step (`anticorr.noise.ma1`). Derived here; checked against descents.
    Raises InputError: a number that is not positive, a learning rate at or above 2 / h or too small to be
    followed, a longer memory, a barrier of E > 16.
    """
    noise = filter or white()
    given = {
        "barrier": barrier,
        "curvature": curvature,
        "variance": variance,
        "learning_rate": learning_rate,
    }
    problems = [f"{name}: got {value:g}, allowed > 0" for name, value in given.items() if not value > 0]
    if not problems and learning_rate * curvature >= 2:
        problems.append(
            f"learning_rate: got {learning_rate:g}, allowed < {2 / curvature:g} (2 / curvature)"
        )
    if any(noise.rates):
        problems.append(f"filter: got {noise.kind} with a longer memory, allowed: white or ma1")
    if problems:
        raise InputError(*problems)
    hessian, driven = np.array([[curvature]]), np.array([[variance]])
    settled = float(stationary_covariance(hessian, driven, learning_rate, filter=noise)[0, 0])
    exponent = escape_exponent(barrier, curvature, settled)
    if exponent > _HIGHEST:
        raise InputError(
            f"barrier: got {barrier:g}, allowed <= {barrier * _HIGHEST / exponent:.4g} (E = {_HIGHEST:g}; "
            "beyond, `escape_exponent` alone)"
        )
    end, kick = np.sqrt(2 * barrier / curvature), learning_rate * np.sqrt(variance)
    first, second = kick * noise.first, kick * float(np.sum(noise.weights))
    r = 1 - learning_rate * curvature
    if r == 0 and second == 0:  # each step forgets the one before
        return float(-np.log(_kept(end / first)))
    before = np.inf
    for points in _POINTS:
        rate = -np.log(_most_that_stay(end, r, first, second, points))
        if abs(rate - before) < _CLOSE * rate + _ROUNDING:
            return float(rate)
        before = rate
    raise InputError(
        f"learning_rate: got {learning_rate:g}, at which steps are too small a part of the well to be "
        f"followed ({_POINTS[-1]} points); allowed: a larger one, or `escape_exponent` alone"
    )


def _most_that_stay(end: float, r: float, first: float, second: float, points: int) -> float:
    """Largest eigenvalue of K."""
    widest = abs(r) * end + abs(second) * _FARTHEST
    at = widest * np.cos(np.pi * (np.arange(points) + 0.5) / points)
    nodes, weights = np.polynomial.legendre.leggauss(2 * points)
    low = np.clip((at - end) / first, -_FARTHEST, _FARTHEST)
    high = np.clip((at + end) / first, -_FARTHEST, _FARTHEST)
    eta = (low + high)[:, None] / 2 + (high - low)[:, None] / 2 * nodes
    weight = (high - low)[:, None] / 2 * weights * np.exp(-(eta**2) / 2) / np.sqrt(2 * np.pi)
    to = r * at[:, None] - (r * first + second) * eta
    coefficients = np.polynomial.chebyshev.chebvander(at / widest, points - 1)
    moved = np.polynomial.chebyshev.chebvander(to / widest, points - 1)
    kernel = np.einsum("iq,iqn->in", weight, moved) @ np.linalg.inv(coefficients)
    return float(np.abs(np.linalg.eigvals(kernel)).max())


def _kept(limit: float) -> float:
    """Probability that |eta| < limit."""
    from scipy.special import erf  # slow to load

    return float(erf(limit / np.sqrt(2)))
