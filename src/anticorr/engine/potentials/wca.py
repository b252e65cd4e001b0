"""Weeks-Chandler-Andersen repulsion: Lennard-Jones cut at its minimum."""

from anticorr.accelerate import inline_kernel

_CLOSEST = 0.01
"""Closer than this the force no longer grows, so that coincident particles stay finite."""


@inline_kernel
def wca(x: float) -> tuple[float, float]:
    """V = x^-12 - 2 x^-6 + 1,   -V' / x = 12 (x^-14 - x^-8),   0.01 <= x <= 1"""
    x = max(x, _CLOSEST)
    square = 1.0 / (x * x)
    six = square * square * square
    return (six - 2.0) * six + 1.0, 12.0 * (six - 1.0) * six * square


@inline_kernel
def wca_curvature(x: float) -> float:
    """V'' = 12 (13 x^-14 - 7 x^-8),   0.01 <= x <= 1"""
    x = max(x, _CLOSEST)
    square = 1.0 / (x * x)
    six = square * square * square
    return 12.0 * (13.0 * six - 7.0) * six * square
