"""Slow twins, written from the formulas: one loop for each sum, no cells, no sorting, no compilation."""

import itertools
import math

import numpy as np

MASK = 0xFFFFFFFF


def philox(counter, key):
    """Philox4x32-10 in Python integers."""
    c, k = list(counter), list(key)
    for _ in range(10):
        p0, p1 = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [(p1 >> 32) ^ c[1] ^ k[0], p1 & MASK, (p0 >> 32) ^ c[3] ^ k[1], p0 & MASK]
        k = [(k[0] + 0x9E3779B9) & MASK, (k[1] + 0xBB67AE85) & MASK]
    return c


def draw(seed, stream, step, i, j):
    """Four words for (seed, stream, step, i, j)."""
    counter = (i, j, step & MASK, (stream << 16) | (step >> 32))
    return philox(counter, (seed & MASK, seed >> 32))


def white_noise(seed, number, particles, dimension):
    """eta with a number (step + 1), shape (axis, particle)."""
    eta = np.empty((2 * ((dimension + 1) // 2), particles))
    for pair in range(len(eta) // 2):
        for i in range(particles):
            w = draw(seed, 1, number, i, pair)
            radius = math.sqrt(-2 * math.log((w[0] + 0.5) / 2**32))
            angle = 2 * math.pi * w[1] / 2**32
            eta[2 * pair : 2 * pair + 2, i] = radius * math.cos(angle), radius * math.sin(angle)
    return eta[:dimension]


def selection(seed, step, i, j, fraction, correlation):
    """(theta_ij on i, theta_ji on j)."""
    low, high = min(i, j), max(i, j)
    w = draw(seed, 2, step, low, high)
    on_low = float(w[0] < round(fraction * 2**32))
    on_high = on_low if w[2] < round(-correlation * 2**32) else float(w[1] < round(fraction * 2**32))
    return (on_low, on_high) if i == low else (on_high, on_low)


def pairs(position, side):
    """(i, j, separation x_i - x_j of the nearest image, distance) of all pairs in contact."""
    for i, j in itertools.combinations(range(position.shape[1]), 2):
        separation = position[:, i] - position[:, j]
        separation -= side * np.rint(separation / side)
        r = math.sqrt((separation**2).sum())
        if r < 1:
            yield i, j, separation, r


def step(position, memory, t, spec):
    """One step of equation (1): new position, eta(t), and the sums over the state before it."""
    d, n = position.shape
    dynamics, seed = spec.dynamics, spec.seed
    c = getattr(dynamics.noise, "correlation", 0.0)
    a = (math.sqrt(1 + c) + math.sqrt(1 - c)) / 2
    b = (math.sqrt(1 + c) - math.sqrt(1 - c)) / 2
    sigma = dynamics.noise.strength
    stripped = position + sigma * b * memory
    force = np.zeros((d, n))
    energy, pair_force_square, touched = 0.0, 0.0, set()
    virial, virial_stripped, virial_selected = np.zeros(d), np.zeros(d), np.zeros(d)
    for i, j, separation, r in pairs(position, spec.system.box_side):
        f = (1 - r) * separation / r
        on_i = on_j = 1.0
        if dynamics.batch_fraction < 1:
            on_i, on_j = selection(seed, t, i, j, dynamics.batch_fraction, dynamics.batch_correlation)
        force[:, i] += on_i * f
        force[:, j] -= on_j * f
        y = separation + (stripped - position)[:, i] - (stripped - position)[:, j]
        energy += (1 - r) ** 2 / 2
        pair_force_square += (f**2).sum()
        virial += f * separation
        virial_stripped += f * y
        virial_selected += (on_i + on_j) / 2 * f * y
        touched |= {i, j}
    eta = white_noise(seed, t + 1, n, d)
    moved = position + dynamics.step_size * force + sigma * (a * eta + b * memory)
    force_square = (force**2).sum(axis=1)
    sums = np.concatenate(
        [
            [energy, len(touched), pair_force_square],
            virial,
            virial_stripped,
            virial_selected,
            force_square,
        ]
    )
    return moved, eta, sums


def density_mode(position, k):
    """sum_j exp(-i k . x_j), position (particle, axis)."""
    return sum(complex(math.cos(p), -math.sin(p)) for p in (float(x @ k) for x in position))
