"""Repulsion by a general power of the overlap."""

from anticorr.accelerate import inline_kernel


@inline_kernel
def power(x: float, m: float) -> tuple[float, float]:
    """V = (1 - x)^m / m,   -V' / x = (1 - x)^(m - 1) / x,   0 < x <= 1"""
    overlap = 1.0 - x
    slope = overlap ** (m - 1.0)
    return overlap * slope / m, slope / x


@inline_kernel
def power_curvature(x: float, m: float) -> float:
    """V'' = (m - 1) (1 - x)^(m - 2)"""
    return (m - 1.0) * (1.0 - x) ** (m - 2.0)
