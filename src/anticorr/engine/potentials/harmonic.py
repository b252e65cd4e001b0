"""Harmonic repulsion."""

from anticorr.accelerate import inline_kernel


@inline_kernel
def harmonic(x: float) -> tuple[float, float]:
    """V = (1 - x)^2 / 2,   -V' / x = (1 - x) / x,   0 < x <= 1"""
    overlap = 1.0 - x
    return 0.5 * overlap * overlap, overlap / x


@inline_kernel
def harmonic_curvature(x: float) -> float:
    """V'' = 1"""
    return 1.0
