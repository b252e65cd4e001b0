"""Hertzian repulsion of elastic spheres."""

import math

from anticorr.accelerate import inline_kernel


@inline_kernel
def hertzian(x):
    """V = (2/5) (1 - x)^(5/2),   -V' / x = (1 - x)^(3/2) / x,   0 < x <= 1"""
    overlap = 1.0 - x
    slope = overlap * math.sqrt(overlap)
    return 0.4 * overlap * slope, slope / x
