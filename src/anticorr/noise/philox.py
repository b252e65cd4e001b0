"""Counter-based random numbers: every draw is a function of (seed, stream, step, i, j).

Philox4x32-10 of Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3"
(SC 2011). No state is kept, so a draw does not depend on the number of threads, on the order of
particles in memory, or on a restart.

Counter words: (i, j, step mod 2^32, stream * 2^16 + step div 2^32); key: the 64-bit seed.
"""

import numpy as np

from anticorr.accelerate import inline_kernel

STREAM_INJECTED = np.uint64(1)
"""White noise eta of each particle: i the particle, j the block of two components."""
STREAM_SELECTION = np.uint64(2)
"""Minibatch selection: i < j the two particles of a pair, i = j the particle."""
STREAM_STATES = np.uint64(4)
"""Filter states before the first step: step the number of a component, i the particle, j the block of two
axes. (Number 3 is taken by initial positions.)"""
STREAM_KICKS = np.uint64(5)
"""Kicks of random organisation: i < j the two particles."""
STREAM_SHARED = np.uint64(6)
"""Whether two partners share a kick, and its height in 3D: i < j the two particles."""

_MASK = np.uint64(0xFFFFFFFF)
_MULTIPLIER_0 = np.uint64(0xD2511F53)
_MULTIPLIER_1 = np.uint64(0xCD9E8D57)
_WEYL_0 = np.uint64(0x9E3779B9)
_WEYL_1 = np.uint64(0xBB67AE85)
_WORD = np.uint64(32)
_STREAM_SHIFT = np.uint64(16)


@inline_kernel
def philox_round(
    c0: np.uint64, c1: np.uint64, c2: np.uint64, c3: np.uint64, k0: np.uint64, k1: np.uint64
) -> tuple[np.uint64, np.uint64, np.uint64, np.uint64]:
    """One round of Philox4x32 on words held in uint64."""
    p0 = _MULTIPLIER_0 * c0
    p1 = _MULTIPLIER_1 * c2
    return (p1 >> _WORD) ^ c1 ^ k0, p1 & _MASK, (p0 >> _WORD) ^ c3 ^ k1, p0 & _MASK


@inline_kernel
def philox(
    c0: np.uint64, c1: np.uint64, c2: np.uint64, c3: np.uint64, k0: np.uint64, k1: np.uint64
) -> tuple[np.uint64, np.uint64, np.uint64, np.uint64]:
    """Philox4x32-10: four uint64 holding 32 random bits each, from four counter words and two key
    words (all uint64 below 2^32)."""
    c0, c1, c2, c3 = philox_round(c0, c1, c2, c3, k0, k1)
    for _ in range(9):
        k0 = (k0 + _WEYL_0) & _MASK
        k1 = (k1 + _WEYL_1) & _MASK
        c0, c1, c2, c3 = philox_round(c0, c1, c2, c3, k0, k1)
    return c0, c1, c2, c3


@inline_kernel
def draw(
    seed: np.uint64, stream: np.uint64, step: np.uint64, i: np.uint64, j: np.uint64
) -> tuple[np.uint64, np.uint64, np.uint64, np.uint64]:
    """Four 32-bit words for (seed, stream, step, i, j), all uint64; step < 2^48, i, j < 2^32."""
    return philox(
        i,
        j,
        step & _MASK,
        (stream << _STREAM_SHIFT) | (step >> _WORD),
        seed & _MASK,
        seed >> _WORD,
    )
