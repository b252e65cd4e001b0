"""Inverse-power repulsion, shifted so that energy and force vanish at the cutoff."""

from anticorr.accelerate import inline_kernel

_CLOSEST = 0.01
"""Closer than this the force no longer grows, so that coincident particles stay finite."""


@inline_kernel
def inverse_power(x: float, n: float, cutoff: float) -> tuple[float, float]:
    """V = x^-n - c^-n + n c^-(n+1) (x - c),   -V' / x = n (x^-(n+1) - c^-(n+1)) / x,   0.01 <= x <= c"""
    x = max(x, _CLOSEST)
    steep = x ** (-n)
    end = cutoff ** (-n)
    energy = steep - end + n * end / cutoff * (x - cutoff)
    return energy, n * (steep / x - end / cutoff) / x


@inline_kernel
def inverse_power_curvature(x: float, n: float) -> float:
    """V'' = n (n + 1) x^-(n+2),   0.01 <= x <= c"""
    x = max(x, _CLOSEST)
    return n * (n + 1.0) * x ** (-n - 2.0)
