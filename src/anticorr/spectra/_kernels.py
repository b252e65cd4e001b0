"""Exact density modes at few small wavevectors."""

import math

from anticorr.accelerate import kernel


@kernel
def sum_modes(position, scale, n, powers, out):
    """out[mode] = sum_j exp(-i scale n . x_j), by recurrence of powers of exp(-i scale x).

    position (particle, axis); n (mode, axis) integers with |n| <= powers.shape[1] - 1.
    """
    reach = powers.shape[1] - 1
    d = position.shape[1]
    out[:] = 0.0
    for j in range(position.shape[0]):
        for a in range(d):
            phase = scale * position[j, a]
            base = complex(math.cos(phase), -math.sin(phase))
            powers[a, 0] = 1.0
            for m in range(1, reach + 1):
                powers[a, m] = powers[a, m - 1] * base
        for mode in range(n.shape[0]):
            term = complex(1.0, 0.0)
            for a in range(d):
                m = n[mode, a]
                p = powers[a, abs(m)]
                term *= p if m >= 0 else p.conjugate()
            out[mode] += term
