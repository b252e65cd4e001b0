"""Hertzian repulsion of elastic spheres."""

import math

from anticorr.accelerate import inline_kernel


@inline_kernel
def hertzian(x: float) -> tuple[float, float]:
    """V = (2/5) (1 - x)^(5/2),   -V' / x = (1 - x)^(3/2) / x,   0 < x <= 1"""
    overlap = 1.0 - x
    slope = overlap * math.sqrt(overlap)
    return 0.4 * overlap * slope, slope / x


@inline_kernel
def hertzian_curvature(x: float) -> float:
    """V'' = (3/2) (1 - x)^(1/2)"""
    return 1.5 * math.sqrt(1.0 - x)
