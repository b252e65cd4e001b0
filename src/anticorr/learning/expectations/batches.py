"""What the noise of minibatches leaves in the mean of samples: L = mean_i |w - x_i|^2 / 2.

    w(t+1) - x = r [w(t) - x] + eta zeta(t),     r = 1 - eta,  x = mean_i x_i,  zeta = batch mean - x

zeta does not depend on w: it is noise with a variance and a spectrum of its own. Of samples of variance V,
with b of n a step and all ways of drawing, <zeta^2> = V (n-b) / (b (n-1)) = s^2, and in time

    independent   no correlation
    epoch         -s^2 b / (n-b) between any two steps of an epoch, none between epochs
    cyclic        the same, and s^2 between one batch and its next visit
    repellent     of one sample alone: it is drawn with 1 - e^(-tau a), a = e^(-repulsion visits), tau such
                  that b are drawn on average

The first three are exact; the last leaves out that n samples share tau, and is exact as n grows.
"""

import math
from typing import Any

import numpy as np

from anticorr.errors import InputError
from anticorr.specs.training import Descent


def mean_variance(descent: Descent, samples: int, steps: int) -> np.ndarray:
    """<(w - x)^2> of one coordinate over V, V = mean_i (x_i - x)^2, after 0 ... steps steps from w = x.

    Shape (steps + 1,). Of an epoch of m = floor(n/b) steps with q epochs done and p steps into the next,

        <(w - x)^2> = W_p + r^(2p) W_m (1 - r^(2 m q)) / (1 - r^(2m))
        W_p = eta^2 s^2 [(1 - rho) sum_{j<p} r^(2j) + rho (sum_{j<p} r^j)^2],     rho = -b / (n-b)

    Raises InputError where the learning rate is not below 1 or a step sees all samples.
    """
    n, b, eta = samples, descent.batch_size, descent.learning_rate
    problems = []
    if not eta < 1:
        problems.append(f"learning_rate: got {eta:g}, allowed < 1")
    if not 0 < b < n:
        problems.append(f"batch_size: got {b}, allowed > 0 and < {n} samples")
    if problems:
        raise InputError(*problems)
    unit = eta**2 * (n - b) / (b * (n - 1))
    if descent.sampling == "repellent":
        return unit * _repellent(n, b, 1 - eta, descent.repulsion, steps)
    rho = -b / (n - b)
    if descent.sampling == "independent":
        return unit * _powers((1 - eta) ** 2, np.arange(steps + 1))
    done, phase = np.divmod(np.arange(steps + 1), n // b)
    return unit * {"epoch": _epoch, "cyclic": _cyclic}[descent.sampling](1 - eta, rho, n // b, done, phase)


def _powers(r: float, count: np.ndarray | int) -> Any:
    """sum_{j<count} r^j."""
    return (1 - r**count) / (1 - r)


def _epoch(r: float, rho: float, m: int, done: np.ndarray, phase: np.ndarray) -> np.ndarray:
    def within(p: np.ndarray | int) -> np.ndarray:
        return (1 - rho) * _powers(r**2, p) + rho * _powers(r, p) ** 2

    return within(phase) + r ** (2 * phase) * within(m) * _powers(r ** (2 * m), done)


def _cyclic(r: float, rho: float, m: int, done: np.ndarray, phase: np.ndarray) -> np.ndarray:
    """Every batch of the order adds up over its visits; the first `phase` of them had one more."""
    twice, once = _powers(r**m, done + 1), r**phase * _powers(r**m, done)
    squares = twice**2 * _powers(r**2, phase) + once**2 * _powers(r**2, m - phase)
    total = twice * _powers(r, phase) + once * _powers(r, m - phase)
    return (1 - rho) * squares + rho * total**2


def _repellent(n: int, b: int, r: float, repulsion: float, steps: int) -> np.ndarray:
    """<y^2> / <(s - b/n)^2>, y(t+1) = r y(t) + s(t) - b/n, s = 1 where the sample is drawn.

    By visits k: p_k, and sums of y and of y^2 over the samples with k of them.
    """
    from scipy.optimize import brentq  # slow to load

    share = b / n
    most = math.ceil(share * steps + 12 * math.sqrt(share * steps) + 12)
    k = np.arange(most)
    p, first, second = np.zeros((3, most))
    p[0] = 1.0
    left = np.zeros(steps + 1)
    level, reach = math.log(-math.log1p(-share)), repulsion + 2  # log tau, and how far a step takes it

    def chance(level: float) -> np.ndarray:
        return -np.expm1(-np.exp(np.minimum(level - repulsion * k, 50)))

    for t in range(steps):
        level = brentq(lambda x, p=p: p @ chance(x) - share, level - reach, level + reach, xtol=1e-13)
        drawn = chance(level)
        moved = np.zeros((3, most))
        for step, where in ((-share, 1 - drawn), (1 - share, drawn)):
            q = where * np.array(
                [p, r * first + step * p, r**2 * second + 2 * r * step * first + step**2 * p]
            )
            moved += q if step < 0 else np.pad(q, ((0, 0), (1, 0)))[:, :-1]
        p, first, second = moved
        left[t + 1] = second.sum()
    return left / (share * (1 - share))
