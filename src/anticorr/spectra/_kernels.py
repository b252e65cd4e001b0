"""Exact density modes, by outer products of cosines and sines."""

import math

import numpy as np

from anticorr.accelerate import kernel

BLOCK = 256
"""Particles summed by themselves before they join the total; a multiple of four."""


@kernel
def sum_modes(
    position: np.ndarray, weights: np.ndarray, side: float, rows: np.ndarray, reach: np.ndarray,
    powers: np.ndarray, first: np.ndarray, last: np.ndarray, block: np.ndarray, lost: np.ndarray,
    total: np.ndarray,
) -> None:  # fmt: skip
    """total[r, p, 2 m + q] = sum_j w_j P_p(X_rj) P_q(m y_j), P_0 = cos, P_1 = sin, for m <= reach[r].

    X_rj = (2 pi / side) sum_a rows[r, a] x_ja over all axes but the last, y_j = (2 pi / side) x_j of the
    last axis. position (particle, axis); weights (particle); rows (row, axis - 1) integers.
    Space to work in: powers (axis, power, 2, BLOCK), first (row, 2, BLOCK), last (BLOCK, 2 power); block
    and lost like total. The sum over blocks is compensated (Kahan), so rounding does not grow with N.
    """
    total[:] = 0.0
    lost[:] = 0.0
    for begin in range(0, position.shape[0], BLOCK):
        count = min(BLOCK, position.shape[0] - begin)
        _raise_powers(position, side, begin, count, powers)
        _spread_rows(rows, weights, begin, count, powers, first)
        _turn_last(powers[-1], count, last)
        _multiply_outer(first, last, reach, count, block)
        for r in range(len(reach)):
            for p in range(2):
                for m in range(2 * reach[r] + 2):
                    gain = block[r, p, m] - lost[r, p, m]
                    new = total[r, p, m] + gain
                    lost[r, p, m] = (new - total[r, p, m]) - gain
                    total[r, p, m] = new


@kernel
def _raise_powers(position: np.ndarray, side: float, begin: int, count: int, powers: np.ndarray) -> None:
    """powers[a, m] = (cos, sin) of m times the phase of axis a; from halves, so errors add up slowly."""
    for a in range(position.shape[1]):
        for j in range(count):
            turn = position[begin + j, a] / side
            phase = 2 * math.pi * (turn - np.rint(turn))
            powers[a, 0, 0, j] = 1.0
            powers[a, 0, 1, j] = 0.0
            powers[a, 1, 0, j] = math.cos(phase)
            powers[a, 1, 1, j] = math.sin(phase)
        for m in range(2, powers.shape[1]):
            cos_a, sin_a = powers[a, m // 2, 0], powers[a, m // 2, 1]
            cos_b, sin_b = powers[a, m - m // 2, 0], powers[a, m - m // 2, 1]
            for j in range(count):
                powers[a, m, 0, j] = cos_a[j] * cos_b[j] - sin_a[j] * sin_b[j]
                powers[a, m, 1, j] = cos_a[j] * sin_b[j] + sin_a[j] * cos_b[j]


@kernel
def _spread_rows(
    rows: np.ndarray, weights: np.ndarray, begin: int, count: int, powers: np.ndarray, first: np.ndarray
) -> None:
    """first[r] = w (cos, sin) of X_r; zero where the last four are not full."""
    for r in range(rows.shape[0]):
        for j in range(count):
            first[r, 0, j] = weights[begin + j]
            first[r, 1, j] = 0.0
        for a in range(rows.shape[1]):
            sign = 1.0 if rows[r, a] >= 0 else -1.0
            cos, sin = powers[a, abs(rows[r, a]), 0], powers[a, abs(rows[r, a]), 1]
            for j in range(count):
                real = first[r, 0, j] * cos[j] - sign * (first[r, 1, j] * sin[j])
                first[r, 1, j] = sign * (first[r, 0, j] * sin[j]) + first[r, 1, j] * cos[j]
                first[r, 0, j] = real
        for j in range(count, min(count + 3, BLOCK)):
            first[r, 0, j] = 0.0
            first[r, 1, j] = 0.0


@kernel
def _turn_last(powers: np.ndarray, count: int, last: np.ndarray) -> None:
    """last[j, 2 m + q]: the powers of the last axis with a particle's numbers side by side."""
    for m in range(powers.shape[0]):
        for q in range(2):
            for j in range(count):
                last[j, 2 * m + q] = powers[m, q, j]


@kernel
def _multiply_outer(
    first: np.ndarray, last: np.ndarray, reach: np.ndarray, count: int, block: np.ndarray
) -> None:
    """block[r, p, m] = sum_j first[r, p, j] last[j, m], four particles together: the loop over m is the
    one that becomes vector instructions, so the order of every sum is fixed."""
    for r in range(first.shape[0]):
        top = 2 * reach[r] + 2
        for p in range(2):
            out, a = block[r, p], first[r, p]
            for m in range(top):
                out[m] = 0.0
            for j in range(0, count, 4):
                a0, a1, a2, a3 = a[j], a[j + 1], a[j + 2], a[j + 3]
                b0, b1, b2, b3 = last[j], last[j + 1], last[j + 2], last[j + 3]
                for m in range(top):
                    out[m] += (a0 * b0[m] + a1 * b1[m]) + (a2 * b2[m] + a3 * b3[m])
