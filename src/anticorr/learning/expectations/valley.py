"""Descent in the widening valley L = v^2 |u|^2 / 2, u of d components, under noise of weight sigma.

Across, v is a mode of curvature |u|^2 that relaxes fast, with <v^2> = V(g) at g = eta |u|^2 (`modes`).
Along, nothing pulls but the curvature itself, and it acts on the noise-stripped u_y = u + sigma J, which
white noise of variance sigma^2 f(0) drives. The jitter J = sum_k g_k z_k is independent of u_y to this
order, so |u|^2 = X + sigma^2 d <J^2> with X = |u_y|^2, and

    dX = [sigma^2 f(0) d - 2 eta V(g) X] dt + 2 sigma sqrt(f(0) X) dW

At f(0) = 0 (c = -1) X decays, at the rate 2 eta sigma^2 / (2 - g), and |u|^2 falls to the jitter floor
sigma^2 d / 2. Else X wanders, so broadly that its mean is not where the drift vanishes. It turns back at
g = 2, beyond which v grows until it has pulled u back. For ma1 the stationary law, p ~ exp(int 2A/B) / B of
drift A and variance B, is without a trace of eta and sigma

    g / 2 ~ Beta((d-1)/2, (3+c) / (2 (1+c))),     <g> = 2 (d-1) / (d + 2 / (1+c))

Left out: that v takes time to follow, which matters where 2 - g is of order (8 eta sigma^2 f(0))^(1/3): v
relaxes in 1 / (2-g) steps, in which g wanders by [8 eta sigma^2 f(0) / (2-g)]^(1/2). At eta = sigma = .05
and d = 10 that is .1, and the mean is lower than here by 0.3% at c = 0 and by 3% at c = 1, which noise at
the frequency of this instability does not hold back.
"""

from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg import expm

from anticorr.errors import InputError
from anticorr.learning.expectations.modes import mode_variance
from anticorr.noise.exponential import Filter

if TYPE_CHECKING:
    from scipy.stats.distributions import rv_frozen

_NODES = 400
"""Of |u_y|, from 0 to the edge of stability."""


def valley_square(
    steps: np.ndarray, dimension: int, square: float, learning_rate: float, strength: float, noise: Filter
) -> np.ndarray:
    """Mean of |u|^2 over runs from |u|^2 = square and v = 0, at ascending `steps`, same shape.

    The diffusion above as a Markov chain on a ladder of X whose jumps have its drift and, where they are
    not smaller than a rung makes them, its variance (Kushner and Dupuis, Springer 2001, section 5.3).
    Raises InputError where eta |u|^2 >= 2 at the start or steps do not ascend from 0 on.
    """
    steps = np.asarray(steps)
    problems = []
    if not 0 < learning_rate * square < 2:
        problems.append(
            f"square: got learning_rate * square = {learning_rate * square:g}, allowed > 0 and < 2"
        )
    if not (np.diff(steps, prepend=0) >= 0).all():
        problems.append(f"steps: got {steps.tolist()}, allowed: none below 0, ascending")
    if problems:
        raise InputError(*problems)
    stripping = np.array(noise.stripping)
    jitter = strength**2 * dimension * float(stripping @ noise.state_covariance @ stripping)
    X = (2 / learning_rate - jitter) * ((np.arange(_NODES) + 0.5) / _NODES) ** 2
    pulled = 2 * learning_rate * mode_variance(X + jitter, learning_rate, strength, noise) * X
    diffusing = strength**2 * noise.zero_frequency
    jumps = _chain(X, dimension * diffusing - pulled, 4 * diffusing * X)

    # u starts without noise, u_y with that of the first step; two nodes hold what keeps the mean.
    here = np.interp(square + jitter, X, np.arange(_NODES))
    p = np.maximum(0, 1 - abs(np.arange(_NODES) - here))
    gaps, which = np.unique(np.diff(steps, prepend=0), return_inverse=True)
    ahead = [expm(jumps * gap) for gap in gaps]
    mean = np.empty(len(steps))
    for n, gap in enumerate(which):
        p = ahead[gap] @ p
        mean[n] = X @ p + jitter
    return np.where(steps == 0, square, mean)


def valley_law(dimension: int, correlation: float) -> "rv_frozen":
    """The stationary law of g / 2 under ma1 of c > -1: SciPy's Beta((d-1)/2, (3+c) / (2 (1+c))).

    Raises InputError where there is none: c = -1, or one component, which ends at u = 0.
    """
    problems = []
    if not -1 < correlation <= 1:
        problems.append(f"correlation: got {correlation!r}, allowed > -1 and <= 1")
    if not dimension >= 2:
        problems.append(f"dimension: got {dimension}, allowed >= 2")
    if problems:
        raise InputError(*problems)
    from scipy.stats import beta  # slow to load

    return beta((dimension - 1) / 2, (3 + correlation) / (2 * (1 + correlation)))


def _chain(X: np.ndarray, drift: np.ndarray, variance: np.ndarray) -> np.ndarray:
    """Rates of jumps between neighbours, (to, from); no jump leaves the ladder."""
    rung = np.diff(X)
    above, below = np.append(rung, rung[-1]), np.append(rung[0], rung)
    variance = np.maximum(variance, np.maximum(drift * above, -drift * below))
    up = (variance + drift * below) / (above * (above + below))
    down = (variance - drift * above) / (below * (above + below))
    up[-1] = down[0] = 0
    return np.diag(up[:-1], -1) + np.diag(down[1:], 1) - np.diag(up + down)
