"""What a noise multiplier m promises: (epsilon, delta) of the Gaussian mechanism, exactly.

White noise of standard deviation m times the sensitivity is mu-GDP with mu = 1 / m (Dong, Roth and Su,
J. R. Stat. Soc. B 84, 3 (2022)), and (epsilon, delta)-private exactly where (Balle and Wang, ICML 2018,
arXiv:1805.06530)

    delta >= Phi(mu/2 - epsilon/mu) - e^epsilon Phi(-mu/2 - epsilon/mu)

Phi: the normal distribution function. One mechanism stands for a whole run, since all participations are in
the sensitivity; there is nothing to compose. No amplification by sampling is counted.
"""

import math

from scipy.optimize import brentq
from scipy.special import erfcx, log_ndtr, ndtr

from anticorr.errors import InputError

_TINY = 5e-324
_RELATIVE = 1e-14


def gaussian_mu(multiplier: float) -> float:
    """mu = 1 / m of Gaussian differential privacy.

    Raises InputError when m is not positive and finite.
    """
    _checked(multiplier=multiplier)
    return 1 / multiplier


def delta_of(multiplier: float, epsilon: float) -> float:
    """The least delta at this epsilon.

    Far in the tail the difference is taken of Mills' ratios R, phi the normal density:

        delta = phi(x) [R(x) - R(x + mu)],     x = epsilon/mu - mu/2

    to a relative error of about 1e-14 (1 + x) / mu. Raises InputError when m is not positive and finite or
    epsilon is negative or not finite.
    """
    _checked(multiplier=multiplier, epsilon=epsilon)
    mu = 1 / multiplier
    x = epsilon / mu - mu / 2
    if x <= 0:
        return float(ndtr(-x) - math.exp(epsilon + log_ndtr(-x - mu)))
    mills = erfcx(x / math.sqrt(2)) - erfcx((x + mu) / math.sqrt(2))
    return float(math.exp(-(x**2) / 2) * mills / 2)


def epsilon_of(multiplier: float, delta: float) -> float:
    """The least epsilon at this delta; 0 where delta already allows it.

    Raises InputError when m is not positive and finite or delta lies outside (0, 1).
    """
    _checked(multiplier=multiplier, delta=delta)
    if delta_of(multiplier, 0.0) <= delta:
        return 0.0
    mu = 1 / multiplier
    # There delta <= Phi(mu/2 - epsilon/mu) <= the one wanted.
    most = mu**2 / 2 + mu * math.sqrt(2 * math.log(1 / delta))
    return brentq(lambda e: _log_ratio(multiplier, e, delta), 0.0, most, xtol=_TINY, rtol=_RELATIVE)


def multiplier_of(epsilon: float, delta: float) -> float:
    """The least noise multiplier that is (epsilon, delta)-private.

    Raises InputError when epsilon is negative or not finite or delta lies outside (0, 1).
    """
    _checked(epsilon=epsilon, delta=delta)
    tail = math.sqrt(2 * math.log(1 / delta))
    # Private for sure: delta <= Phi(mu/2 - epsilon/mu), and delta <= mu / sqrt(2 pi) at any epsilon.
    safe = max(2 * epsilon / (math.sqrt(tail**2 + 2 * epsilon) + tail), delta * math.sqrt(2 * math.pi))
    mu = 2 * safe
    while delta_of(1 / mu, epsilon) <= delta:
        mu *= 2
    return 1 / brentq(lambda one: _log_ratio(1 / one, epsilon, delta), safe, mu, xtol=_TINY, rtol=_RELATIVE)


def _log_ratio(multiplier: float, epsilon: float, delta: float) -> float:
    return math.log(max(delta_of(multiplier, epsilon), _TINY) / delta)


def _checked(*, multiplier: float = 1.0, epsilon: float = 0.0, delta: float = 0.5) -> None:
    problems = []
    if not 0 < multiplier < math.inf:
        problems.append(f"multiplier: got {multiplier!r}, allowed > 0 and finite")
    if not 0 <= epsilon < math.inf:
        problems.append(f"epsilon: got {epsilon!r}, allowed >= 0 and finite")
    if not 0 < delta < 1:
        problems.append(f"delta: got {delta!r}, allowed > 0 and < 1")
    if problems:
        raise InputError(*problems)
