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


def normal(seed, stream, number, particles, dimension):
    """Normal numbers of shape (axis, particle)."""
    eta = np.empty((2 * ((dimension + 1) // 2), particles))
    for pair in range(len(eta) // 2):
        for i in range(particles):
            w = draw(seed, stream, number, i, pair)
            radius = math.sqrt(-2 * math.log((w[0] + 0.5) / 2**32))
            angle = 2 * math.pi * w[1] / 2**32
            eta[2 * pair : 2 * pair + 2, i] = radius * math.cos(angle), radius * math.sin(angle)
    return eta[:dimension]


def filter_states(noise, seed, particles, dimension):
    """z_k of shape (state, axis, particle) before the first step."""
    states = np.zeros((len(noise.rates), dimension, particles))
    for component in range(len(noise.rates)):
        white = normal(seed, 4, component, particles, dimension)
        states += np.array(noise.state_factor)[:, component, None, None] * white
    return states


def shares(spec, step, i, j, separation):
    """Share of the pair force (RO: kick in units of its size) on i, and on j with its sign turned round."""
    dynamics, seed = spec.dynamics, spec.seed
    low, high = min(i, j), max(i, j)
    kicks = dynamics.kind != "gradient"
    correlation = dynamics.kick_correlation if kicks else dynamics.batch_correlation
    same = round(-correlation * 2**32)
    if dynamics.kind == "ro":
        u_low, a_low, u_high, a_high = draw(seed, 5, step, low, high)
        w_same, z_low, z_high, _ = draw(seed, 6, step, low, high)
        vectors = {}
        for who, u, angle, z in ((low, u_low, a_low, z_low), (high, u_high, a_high, z_high)):
            height = 2 * (z + 0.5) / 2**32 - 1 if len(separation) == 3 else 0.0
            flat = math.sqrt(1 - height**2)
            turn = 2 * math.pi * angle / 2**32
            vector = np.array([flat * math.cos(turn), flat * math.sin(turn), height])
            vectors[who] = u / 2**32 * vector[: len(separation)]
        if w_same < same:
            vectors[high] = -vectors[low]
        return vectors[i], -vectors[j]
    if kicks:
        w = draw(seed, 5, step, low, high)
        on_low, on_high = w[0] / 2**32, w[1] / 2**32
    elif dynamics.batch_fraction == 1:
        return 1.0, 1.0
    else:
        below = round(dynamics.batch_fraction * 2**32)
        if dynamics.batch_selection == "particle":
            return tuple(float(draw(seed, 2, step, k, k)[0] < below) for k in (i, j))
        w = draw(seed, 2, step, low, high)
        on_low, on_high = float(w[0] < below), float(w[1] < below)
    on_high = on_low if w[2] < same else on_high
    return (on_low, on_high) if i == low else (on_high, on_low)


def potential(section, x):
    """V and -dV/dx of the ratio x = r / D_ij."""
    kind = section.kind
    if kind == "harmonic":
        return (1 - x) ** 2 / 2, 1 - x
    if kind == "hertzian":
        return 0.4 * (1 - x) ** 2.5, (1 - x) ** 1.5
    if kind == "power":
        m = section.exponent
        return (1 - x) ** m / m, (1 - x) ** (m - 1)
    if kind == "wca":
        return x**-12 - 2 * x**-6 + 1, 12 * (x**-13 - x**-7)
    if kind != "inverse_power":
        raise NotImplementedError(f"potential in tests/naive/twins.py has no formula of {kind!r}")
    n, c = section.exponent, section.cutoff
    return x**-n - c**-n + n * c ** -(n + 1) * (x - c), n * (x ** -(n + 1) - c ** -(n + 1))


def contacts(position, diameters, side, cutoff):
    """(i, j, separation, ratio r / D_ij) of all pairs and images in contact, each once."""
    d, n = position.shape
    wrapped = position - side * np.floor(position / side)
    reach = math.ceil(cutoff * diameters.max() / side)
    for image in itertools.product(range(-reach, reach + 1), repeat=d):
        for i in range(n):
            for j in range(n):
                if (i, image) >= (j, tuple(-m for m in image)):  # the other way round, or itself
                    continue
                separation = wrapped[:, i] - wrapped[:, j] + side * np.array(image)
                ratio = math.sqrt((separation**2).sum()) / (diameters[i] + diameters[j]) * 2
                if ratio < cutoff:
                    yield i, j, separation, ratio


def step(position, states, t, spec, diameters):
    """One step of equation (1): new position, filter states, and the sums over the state before it."""
    from anticorr.noise.filters import from_spec

    d, n = position.shape
    dynamics, section = spec.dynamics, spec.system.potential
    noise, sigma = from_spec(dynamics.noise), dynamics.noise.strength
    jitter = sigma * sum((g * z for g, z in zip(noise.stripping, states, strict=True)), np.zeros((d, n)))
    kicks = dynamics.kind != "gradient"
    force = np.zeros((d, n))
    energy, pair_force_square, touched = 0.0, 0.0, set()
    virial, virial_stripped, virial_selected = np.zeros(d), np.zeros(d), np.zeros(d)
    cutoff = getattr(section, "cutoff", 1.0)
    for i, j, separation, ratio in contacts(position, diameters, spec.system.box_side, cutoff):
        value, slope = potential(section, ratio)
        unit = separation / math.sqrt((separation**2).sum())
        f = dynamics.kick_size * unit if kicks else slope * 2 / (diameters[i] + diameters[j]) * unit
        on_i, on_j = shares(spec, t, i, j, separation)
        if dynamics.kind == "ro":
            on_i, on_j = dynamics.kick_size * on_i, dynamics.kick_size * on_j
        else:
            on_i, on_j = on_i * f, on_j * f
        force[:, i] += on_i
        force[:, j] -= on_j
        y = separation + jitter[:, i] - jitter[:, j]
        energy += value
        pair_force_square += (f**2).sum()
        virial += f * separation
        virial_stripped += f * y
        virial_selected += (on_i + on_j) / 2 * y
        touched |= {i, j}
    eta = normal(spec.seed, 1, t, n, d)
    xi = noise.first * eta + sum((s * z for s, z in zip(noise.weights, states, strict=True)), 0 * eta)
    moved = position + getattr(dynamics, "step_size", 1.0) * force + sigma * xi
    rates = np.array(noise.rates)[:, None, None]
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
    return moved, rates * states + eta, sums


def density_mode(position, k, weights=None):
    """sum_j w_j exp(-i k . x_j), position (particle, axis)."""
    weights = [1.0] * len(position) if weights is None else weights
    phases = (float(x @ k) for x in position)
    return sum(w * complex(math.cos(p), -math.sin(p)) for w, p in zip(weights, phases, strict=True))


def pair_distances(position, side):
    """Distance to the nearest image of each pair, once; position (particle, axis)."""
    for i in range(len(position)):
        for j in range(i):
            separation = position[i] - position[j]
            yield math.sqrt(((separation - side * np.rint(separation / side)) ** 2).sum())


def overlap(r, radius, dimension):
    """Volume common to two balls at distance r: twice a cap, as an integral over its slices."""
    if r >= 2 * radius:
        return 0.0
    slices = 2000
    height = r / 2 + (radius - r / 2) * (1 - ((np.arange(slices) + 0.5) / slices) ** 2)
    width = (radius - r / 2) * 2 * (np.arange(slices) + 0.5) / slices**2
    half = np.sqrt(radius**2 - height**2)
    return float(2 * ((2 * half if dimension == 2 else math.pi * half**2) * width).sum())
