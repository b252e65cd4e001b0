"""Fractional noise, ARFIMA(0, d, 0) with d = H - 1/2, and the exponential sum that follows it in a band.

Exact, with unit variance, u(w) = |1 - e^{-iw}|^2 = (2 sin(w/2))^2:

    f(w) = C u^(-d),     C = Gamma(1-d)^2 / Gamma(1-2d)     (C = pi/4 at H = 0)

(Granger and Joyeux, J. Time Ser. Anal. 1, 15 (1980); Hosking, Biometrika 68, 165 (1981)). An exponential
sum with K states has the rational spectrum

    f_K(w) = G prod_k (u + a_k) / (u + b_k),     a_k, b_k > 0

so f_K follows f where log f_K follows the straight line -d log u: zeros and poles take turns along log u
and make ripples about it (Oustaloup et al., IEEE Trans. Circuits Syst. I 47, 25 (2000)). They are fitted by
least squares in log f at Chebyshev points of log u, which makes the ripples nearly equal, that is, nearly
the smallest possible at this K: about 4 sin(pi |d|) exp(-2 pi^2 K / log(64 / u_min)), the rate of
Zolotarev's problem. At the default band every state halves the error; no state is spent beyond the
tolerance.
"""

import functools
import math

import numpy as np

from anticorr.errors import InputError
from anticorr.noise.exponential import Filter

BAND = (1e-5, math.pi)
"""Default band, radians per step."""
TOLERANCE = 0.005
"""Largest relative error of the spectrum in the band."""
_MOST_STATES = 16
_LOWER_EDGE = (1e-8, 0.5)
"""Bounds of w_min: below, 1 - q would have too few digits; above, there is no band to speak of."""
_LEAST_DISTANCE = 1e-15
_FIT_POINTS = 400
_ERROR_POINTS = 8192
_DECIMALS = 5
"""Of log a_k, log b_k and log G: coarser than what the last bits of the machine change in the fit, far
finer than its error. What follows is the same on every machine."""


def exact_spectrum(hurst: float, frequency: np.ndarray) -> np.ndarray:
    """f(w) of unit-variance ARFIMA(0, H - 1/2, 0), same shape as `frequency` (radians per step).

    At w = 0: 0 for H < 1/2, infinite for H > 1/2.
    """
    d = hurst - 0.5
    with np.errstate(divide="ignore"):
        shape = np.abs(2 * np.sin(np.asarray(frequency, dtype=float) / 2)) ** (-2 * d)
    return _scale(d) * shape


def exact_autocovariance(hurst: float, lags: int) -> np.ndarray:
    """<xi(t) xi(t+n)> of unit-variance ARFIMA(0, d, 0), n = 0 ... lags - 1.

    r_n = r_{n-1} (n - 1 + d) / (n - d) = Gamma(n+d) Gamma(1-d) / [Gamma(n-d+1) Gamma(d)],  r_0 = 1
    """
    d, n = hurst - 0.5, np.arange(1, max(lags, 1))
    return np.append(1.0, np.cumprod((n - 1 + d) / (n - d)))[:lags]


def fractional(hurst: float, band: tuple[float, float] = BAND) -> Filter:
    """The exponential sum that stands for fractional noise of Hurst exponent H in [0, 1).

    band: (w_min, w_max), radians per step, 1e-8 <= w_min <= 0.5, w_min < w_max <= pi. Over it the spectrum
    differs from `exact_spectrum` by at most TOLERANCE (`band_error` of the filter has the number), with as
    few states as that takes: 9 at H = 0 and the default band. H = 1/2 is white, exactly. The fit itself
    always reaches up to pi, where much of the unit variance lies.

    Below the band the spectrum levels off at f(0) > 0. This noise then acts as white noise of that strength
    and, for H < 1/2, makes a false plateau S(0) = f(0) sigma^2 / (2 D). So the band must reach below
    w = D k_min^2, the relaxation rate of the slowest mode in the box. For H > 1/2 the exact noise holds
    variance at w < w_min, 8% at H = 0.9 and the default band: one more state, with a time of memory far
    beyond 1 / w_min, holds what would be missing, and f(0) is large.

    Equal arguments give the same bits. Raises InputError when H or the band lie outside these bounds, or
    when 16 states cannot hold the tolerance (only when H is within 1e-5 of 1).
    """
    _checked(hurst, band)
    return _fractional(float(hurst), (float(band[0]), float(band[1])))


def with_states(hurst: float, states: int, band: tuple[float, float] = BAND) -> Filter:
    """The same with a given number of states, 1 to 16, whatever `band_error` that leaves (of H > 1/2 one
    more may hold what lies below the band). Raises InputError as `fractional` does, and for H = 1/2."""
    _checked(hurst, band)
    if not 1 <= states <= _MOST_STATES or hurst == 0.5:
        raise InputError(
            f"states: got {states} at H = {hurst:g}, allowed >= 1 and <= {_MOST_STATES}, H not 0.5 (white)"
        )
    return _with_states(float(hurst), (float(band[0]), float(band[1])), states)


def expected_error(hurst: float, states: int, band: tuple[float, float] = BAND) -> float:
    """4 sin(pi |d|) exp(-2 pi^2 K / ln(64 / u_min)): `band_error` of K states, about."""
    u_min = (2 * math.sin(band[0] / 2)) ** 2
    return (
        4 * math.sin(math.pi * abs(hurst - 0.5)) * math.exp(-2 * math.pi**2 * states / math.log(64 / u_min))
    )


def _checked(hurst: float, band: tuple[float, float]) -> None:
    problems = []
    if not 0 <= hurst < 1:
        problems.append(f"hurst: got {hurst!r}, allowed >= 0 and < 1")
    lowest, highest = _LOWER_EDGE
    if len(band) != 2 or not (lowest <= band[0] <= highest and band[0] < band[1] <= math.pi):
        problems.append(
            f"band: got {list(band)!r}, allowed: w_min, w_max with {lowest:g} <= w_min <= {highest:g} and "
            "w_min < w_max <= pi"
        )
    if problems:
        raise InputError(*problems)


@functools.lru_cache(maxsize=256)
def _fractional(hurst: float, band: tuple[float, float]) -> Filter:
    d = hurst - 0.5
    if d == 0:
        return Filter("fractional", 1.0, band=band)
    u_min = (2 * math.sin(band[0] / 2)) ** 2
    expected = (
        math.log(4 * math.sin(math.pi * abs(d)) / TOLERANCE) * math.log(64 / u_min) / (2 * math.pi**2)
    )
    for states in range(max(1, math.ceil(expected) - 1), _MOST_STATES + 1):
        made = _with_states(hurst, band, states)
        if made.band_error <= TOLERANCE and len(made.rates) <= _MOST_STATES:
            return made
    raise InputError(
        f"hurst, band: got {hurst!r}, {list(band)}, allowed: a band that {_MOST_STATES} states follow "
        f"within {TOLERANCE:.1%} (a larger w_min)"
    )


def _with_states(hurst: float, band: tuple[float, float], states: int) -> Filter:
    d, u_min = hurst - 0.5, (2 * math.sin(band[0] / 2)) ** 2
    frequency = np.geomspace(*band, _ERROR_POINTS)
    frequency[-1] = band[1]
    first, weights, rates = _unit_variance(d, *_fitted(d, states, u_min), u_min)
    ratio = Filter("fractional", first, weights, rates).spectrum(frequency) / exact_spectrum(
        hurst, frequency
    )
    error = round(float(np.abs(ratio - 1).max()), _DECIMALS + 1)
    return Filter("fractional", first, weights, rates, error, band)


def _scale(d: float) -> float:
    """C, the inverse of the mean of u^(-d) over a period."""
    return math.gamma(1 - d) ** 2 / math.gamma(1 - 2 * d)


def _fitted(d: float, states: int, u_min: float) -> tuple[float, list[float], list[float]]:
    """(G, zeros a_k, poles b_k) of f_K with `states` of each, fitted for u_min <= u <= 4."""
    from scipy.optimize import least_squares  # slow to load, and other noises do without

    low, high = math.log(u_min), math.log(4)
    log_u = (low + high) / 2 + (high - low) / 2 * np.cos(
        np.pi * (np.arange(_FIT_POINTS) + 0.5) / _FIT_POINTS
    )
    sign = np.repeat([1, -1], states)

    def ratio(places: np.ndarray) -> np.ndarray:
        """log f_K - log f at log_u, with G = C; places: log a_k, then log b_k."""
        return (sign * np.logaddexp(log_u[:, None], places)).sum(axis=1) + d * log_u

    def deviation(places: np.ndarray) -> np.ndarray:
        return ratio(places) - ratio(places).mean()

    def slopes(places: np.ndarray) -> np.ndarray:
        value = sign / (1 + np.exp(log_u[:, None] - places))
        return value - value.mean(axis=0)

    spacing = (high - low) / states
    middle = low + spacing * (np.arange(states) + 0.5)
    start = np.concatenate([middle + d * spacing / 2, middle - d * spacing / 2])
    # The default tolerances stop it above rounding, so after the same number of steps on every machine.
    fit = least_squares(deviation, start, slopes, method="lm")
    places = np.sort(np.round(fit.x, _DECIMALS).reshape(2, states))
    G = _scale(d) * math.exp(-round(ratio(places.reshape(-1)).mean(), _DECIMALS))
    zeros, poles = ([math.exp(place) for place in row] for row in places.tolist())
    return G, zeros, poles


def _unit_variance(
    d: float, G: float, zeros: list[float], poles: list[float], u_min: float
) -> tuple[float, tuple[float, ...], tuple[float, ...]]:
    """(h_0, weights, rates) of unit variance with the shape of G prod (u + a) / (u + b).

    A constant spectrum below w_min holds less than f by 2 d times the variance that f has there,
    C w_min^(1-2d) / (pi (1-2d)). Where that is more than the tolerance allows, a slow pair comes first: a
    pole far below the band, and a zero above it, still below the band, that gives the pole what is missing.
    """
    roots = [_distance(a) for a in zeros]
    rates = [1 - _distance(b) for b in poles]
    w_min = math.sqrt(u_min)
    missing = 2 * d * _scale(d) * w_min ** (1 - 2 * d) / (math.pi * (1 - 2 * d))
    if missing > TOLERANCE / 4:
        # |1 - q e^{-iw}|^2 = q (u + b): the scale of f_K and its roots give h_0^2.
        square = G * math.prod(rates) / math.prod(1 - root for root in roots)
        plateau = G * math.prod(zeros) / math.prod(poles)
        # The pair holds plateau a / (2 distance); it changes f at w_min by a / u_min, a tenth of the
        # tolerance, or more where the distance 1 - q would not have the digits.
        slow = 1 - max(TOLERANCE / 10 * u_min * plateau / (2 * missing), _LEAST_DISTANCE)
        low, high = 1 - slow, w_min
        for _ in range(60):
            root = math.sqrt(low * high)
            variance = square * slow / (1 - root) * _relative_variance([root, *roots], [slow, *rates])
            low, high = (root, high) if variance < 1 else (low, root)
        roots, rates = [root, *roots], [slow, *rates]
    first = 1 / math.sqrt(_relative_variance(roots, rates))
    return first, tuple(first * weight for weight in _relative_weights(roots, rates)), tuple(rates)


def _distance(place: float) -> float:
    """1 - q of the root 0 < q < 1 of (1 - q)^2 / q = place."""
    return place / (math.sqrt(place * (1 + place / 4)) + place / 2)


def _relative_weights(roots: list[float], rates: list[float]) -> list[float]:
    """s_k / h_0 of prod_j (1 - r_j z) / (1 - q_j z), roots as 1 - r_j:

    s_k / h_0 = prod_j (q_k - r_j) / prod_{j != k} (q_k - q_j)
    """
    distances = [1 - rate for rate in rates]
    return [
        math.prod(root - mine for root in roots)
        / math.prod(other - mine for j, other in enumerate(distances) if j != k)
        for k, mine in enumerate(distances)
    ]


def _relative_variance(roots: list[float], rates: list[float]) -> float:
    """Variance over h_0^2."""
    return Filter("", 1.0, tuple(_relative_weights(roots, rates)), tuple(rates)).variance
