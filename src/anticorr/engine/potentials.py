"""Pair potentials V(r), in units of the interaction energy, r in particle diameters, cutoff at r = 1."""

from anticorr.accelerate import inline_kernel


@inline_kernel
def harmonic(r):
    """Energy and force over distance of touching disks or spheres.

    V(r) = (1 - r)^2 / 2,   -V'(r) / r = (1 - r) / r,   0 < r < 1
    """
    overlap = 1.0 - r
    return 0.5 * overlap * overlap, overlap / r
