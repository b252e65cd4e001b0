"""Two independent standard normal numbers from two 32-bit words, by the Box-Muller transform.

    z_0 = sqrt(-2 log u) cos(2 pi v),   z_1 = sqrt(-2 log u) sin(2 pi v)
    u = (w_0 + 1/2) / 2^32,   v = w_1 / 2^32

The logarithm and the circular functions are the minimax forms of FreeBSD's msun (e_log.c, k_sin.c,
k_cos.c; Sun Microsystems 1993) written without branches, so that a loop over particles becomes
vector code and gives the same bits on every IEEE 754 machine. They agree with libm to 2 units in the
last place. With 32 bits in u the largest |z| is 6.76 (probability beyond: 1.4e-11).
"""

import math

import numpy as np

from anticorr.accelerate import inline_kernel

_MANTISSA = np.int64(0x000FFFFFFFFFFFFF)
_ONE_BITS = np.int64(0x3FF0000000000000)
_EXPONENT_SHIFT = np.int64(52)
_BIAS_AND_WORDS = np.int64(1023 + 33)
_LN2_HI = 6.93147180369123816490e-01
_LN2_LO = 1.90821492927058770002e-10
_SQRT2 = 1.4142135623730951
_ONE = np.uint64(1)
_THREE = np.int64(3)
_EIGHTH_TURN = np.int64(1 << 29)
_QUARTER_SHIFT = np.int64(30)
_RADIANS = 2.0 * math.pi / 4294967296.0


@inline_kernel
def log_uniform(word: np.uint64) -> float:
    """log((word + 1/2) / 2^32) of a uint64 below 2^32."""
    x = np.float64((word << _ONE) | _ONE)  # u = x / 2^33, exact
    bits = x.view(np.int64)
    exponent = (bits >> _EXPONENT_SHIFT) - _BIAS_AND_WORDS
    m = np.int64((bits & _MANTISSA) | _ONE_BITS).view(np.float64)
    high = m > _SQRT2
    m = 0.5 * m if high else m
    e = np.float64(exponent) + (1.0 if high else 0.0)
    f = m - 1.0
    s = f / (2.0 + f)
    z = s * s
    w = z * z
    odd = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01))
    even = z * (
        6.666666666666735130e-01
        + w * (2.857142874366239149e-01 + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01))
    )
    h = 0.5 * f * f
    return e * _LN2_HI - ((h - (s * (h + odd + even) + e * _LN2_LO)) - f)


@inline_kernel
def circle(word: np.uint64) -> tuple[float, float]:
    """(cos, sin) of 2 pi word / 2^32, with an exact reduction to |angle| <= pi/4."""
    turn = np.int64(word)
    quarter = (turn + _EIGHTH_TURN) >> _QUARTER_SHIFT
    t = np.float64(turn - (quarter << _QUARTER_SHIFT)) * _RADIANS
    z = t * t
    sine = t + t * z * (
        -1.66666666666666324348e-01
        + z
        * (
            8.33333333332248946124e-03
            + z
            * (
                -1.98412698298579493134e-04
                + z
                * (
                    2.75573137070700676789e-06
                    + z * (-2.50507602534068634195e-08 + z * 1.58969099521155010221e-10)
                )
            )
        )
    )
    cosine = (1.0 - 0.5 * z) + z * z * (
        4.16666666666666019037e-02
        + z
        * (
            -1.38888888888741095749e-03
            + z
            * (
                2.48015872894767294178e-05
                + z
                * (
                    -2.75573143513906633035e-07
                    + z * (2.08757232129817482790e-09 + z * -1.13596475577881948265e-11)
                )
            )
        )
    )
    q = quarter & _THREE
    swapped = (q == 1) | (q == 3)
    c = sine if swapped else cosine
    s = cosine if swapped else sine
    c = -c if (q == 1) | (q == 2) else c
    s = -s if q >= 2 else s
    return c, s


@inline_kernel
def box_muller(word_0: np.uint64, word_1: np.uint64) -> tuple[float, float]:
    """Two standard normal numbers from two uint64 below 2^32."""
    radius = math.sqrt(-2.0 * log_uniform(word_0))
    c, s = circle(word_1)
    return radius * c, radius * s
