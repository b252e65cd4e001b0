"""Specs for the tests of the engine: every way to move, every potential, uneven states."""

import numpy as np

from anticorr.specs import parse

MA1 = {"kind": "ma1", "strength": 0.1, "correlation": -0.9}
QUIET = {"kind": "white", "strength": 0.0}
DYNAMICS = {
    "gradient, no noise": {"noise": QUIET},
    "gradient, white": {"noise": {"kind": "white", "strength": 0.1}},
    "gradient, ma1": {"noise": MA1},
    "gradient, fractional": {"noise": {"kind": "fractional", "strength": 0.1, "hurst": 0.1}},
    "batch of pairs": {"batch_fraction": 0.5, "batch_correlation": -0.5, "noise": MA1},
    "batch of particles": {"batch_fraction": 0.5, "batch_selection": "particle", "noise": MA1},
    "bro": {"kind": "bro", "kick_size": 0.2},
    "bro, independent, noisy": {"kind": "bro", "kick_size": 0.2, "kick_correlation": 0.0, "noise": MA1},
    "ro": {"kind": "ro", "kick_size": 0.2, "kick_correlation": -0.5},
    "ro, noisy": {"kind": "ro", "kick_size": 0.2, "noise": MA1},
}
POTENTIALS = {
    "harmonic": {},
    "hertzian, uniform": {
        "potential": {"kind": "hertzian"}, "sizes": {"kind": "uniform", "half_width": 0.3},
    },
    "power, bidisperse": {
        "potential": {"kind": "power", "exponent": 3.5}, "sizes": {"kind": "bidisperse"},
    },
    "wca, gaussian": {"potential": {"kind": "wca"}, "sizes": {"kind": "gaussian", "deviation": 0.1}},
    "inverse power": {"potential": {"kind": "inverse_power", "exponent": 6, "cutoff": 1.4}},
}  # fmt: skip


def spec_of(dynamics, dimension=2, particles=400, fraction=0.9, every=1, seed=3, **system):
    """A spec whose series has an entry for each `every` steps."""
    size = {} if dynamics.get("kind") else {"step_size": 0.4}
    return parse(
        {
            "system": {
                "dimension": dimension, "particles": particles, "packing_fraction": fraction, **system
            },
            "dynamics": {**size, **dynamics},
            "schedule": {"relax_steps": 0, "sample_steps": every, "sample_every": every},
            "record": {"series_every": every},
            "seed": seed,
        }
    )  # fmt: skip


def calm(dynamics):
    """The same with motion so small that a neighbour list lasts for some steps."""
    made = dict(dynamics)
    if "noise" in made:
        made["noise"] = made["noise"] | {"strength": 0.1 * made["noise"]["strength"]}
    return made | ({"kick_size": 0.05} if made.get("kind") else {"step_size": 0.02})


def start(shape, spec, seed=1):
    """Positions (axis, particle): random, a blob around a corner of the box, or stripes along one axis."""
    d, n, side = spec.system.dimension, spec.system.particles, spec.system.box_side
    random = np.random.default_rng(seed)
    position = random.random((d, n)) * side
    if shape == "blob":
        position = random.normal(0.0, 0.12 * side, (d, n))
    elif shape == "stripes":
        position[-1] = 0.25 * side * random.integers(0, 4, n) + random.normal(0.0, 0.01 * side, n)
    return position


def scattered(spec, seed):
    """Positions all over the place: many boxes away, on faces of the box and of its cells."""
    d, n, side = spec.system.dimension, spec.system.particles, spec.system.box_side
    random = np.random.default_rng(seed)
    position = random.uniform(-2.0, 3.0, (d, n)) * side
    on_faces = random.random((d, n)) < 0.1
    steps = random.integers(-6, 7, (d, n)) * side / random.integers(1, 5, (d, n))
    position[on_faces] = steps[on_faces]
    return position
