"""Trainings of networks with planted numbers: seeds scatter together, members less, noise shifts them."""

import numpy as np

from anticorr import records
from anticorr.specs.training import parse

BASE = {
    "test_accuracy": (0.8, 0.03, 0.004),
    "validation_accuracy": (0.8, 0.03, 0.004),
    "train_accuracy": (1.0, 0.0, 0.0),
    "test_loss": (0.3, 0.02, 0.004),
    "validation_loss": (0.3, 0.02, 0.004),
    "loss": (0.02, 0.001, 0.0005),
    "weight_square": (100.0, 1.0, 1.0),
    "trace": (320.0, 20.0, 3.0),
    "trace_err": (5.0, 0.0, 0.0),
    "sharpness": (8.0, 1.0, 0.2),
}
"""Mean, scatter of the seeds that all members share, and scatter of the members."""


def helps(c, sigma, s):
    """c_t = -1 gains, and more with sigma; any other noise costs; a regulariser does three quarters."""
    if s:
        return {name: 0.75 * shift for name, shift in helps(-1.0, s, 0.0).items()}
    if not sigma:
        return {}
    if c == -1:
        return {
            "test_accuracy": sigma,
            "validation_accuracy": sigma,
            "test_loss": -sigma,
            "trace": -2e3 * sigma,
        }
    return {
        "test_accuracy": -5 * sigma,
        "validation_accuracy": -5 * sigma,
        "test_loss": sigma,
        "loss": sigma,
    }


def network(
    effects=helps, noises=(0.0, -0.8, -1.0), strengths=(0.0, 0.01, 0.03), regularisers=(), seeds=12,
    course=False, diverged=(), **changes,
):  # fmt: skip
    """A training record; effects: (c_t, sigma, regulariser) -> shifts by variable; diverged: places of
    (seed, member)."""
    spec = parse(
        {
            "problem": {"kind": "digits", "activation": "tanh", **changes.pop("problem", {})},
            "descent": {"learning_rate": 0.05},
            "noises": [{"kind": "ma1", "correlation": c} for c in noises],
            "strengths": list(strengths),
            "regularisers": list(regularisers),
            "schedule": {"noisy_steps": 1000, "quench_steps": 200, "record_every": 250},
            "curvature": {"course_probes": 4 if course else 0},
            "seeds": list(range(1, seeds + 1)),
            **changes,
        }
    )
    members = spec.members()
    random = np.random.default_rng(11)
    shape, entries = (seeds, len(members)), 5

    def values(name):
        mean, together, apart = BASE[name]
        shifts = np.array([
            effects(noises[m.noise] if m.noise >= 0 else 0.0, m.strength, m.regulariser).get(name, 0.0)
            for m in members
        ])  # fmt: skip
        made = mean + together * random.normal(size=(seeds, 1)) + apart * random.normal(size=shape) + shifts
        return made.ravel()

    curved = ("loss", "trace", "trace_err", "sharpness") if course else ()
    along = {
        name: np.repeat(values(name)[:, None], entries, axis=1)
        for name in ("test_accuracy", "validation_accuracy", *curved)
    }
    lost = np.full(shape, -1)
    for seed, member in diverged:
        lost[seed, member] = 17
    # Of a hundred eigenvalues one is the sharpness, 49 are .1.
    last = {f"{name}_quench": values(name) for name in BASE}
    sharpness = last["sharpness_quench"]

    def tile(each):
        return np.tile(each, seeds)

    return records.build(
        "training",
        {
            "member_seed": np.repeat(spec.seeds, len(members)),
            "noise": tile([m.noise for m in members]),
            "strength": tile([m.strength for m in members]),
            "correlation": tile([noises[m.noise] if m.noise >= 0 else 0.0 for m in members]),
            "regulariser": tile([m.regulariser for m in members]),
            "diverged_at": lost.ravel(),
            "step": np.arange(0, 1001, 250),
            **along,
            **last,
            "ritz_value_quench": np.column_stack([0 * sharpness - 0.01, 0 * sharpness + 0.1, sharpness]),
            "ritz_weight_quench": np.tile([0.5, 0.49, 0.01], (len(sharpness), 1)),
        },
        spec=spec.canonical_json(), seed=1,
    )  # fmt: skip
