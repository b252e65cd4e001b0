"""Training records with planted numbers, by seed and member."""

import numpy as np

from anticorr import records
from anticorr.learning.ensemble import ensemble
from anticorr.specs.training import parse

SEEDS = 10
APART = np.array([0.9, -1.1, 0.3, -0.4, 1.6, -0.7, 0.2, -1.3, 0.8, -0.3])
"""Of mean 0 over the seeds: what differs from seed to seed."""


def training(data, values, diverged=()):
    """A record of plain data of a spec. values: name -> (member -> (seed,) or (seed, entry)); diverged:
    places of (seed, member)."""
    spec = parse(data | {"seeds": list(range(1, SEEDS + 1))})
    made = ensemble(spec)
    steps = np.arange(0, spec.schedule.noisy_steps + 1, spec.schedule.record_every)

    def tile(each):
        return np.tile(each, SEEDS)

    lost = np.full((SEEDS, len(made.members)), -1)
    for place in diverged:
        lost[place] = 7
    filled = {}
    for name, value in values.items():
        array = np.stack([np.asarray(value(member), float) for member in made.members], axis=1)
        for place in diverged:
            array[place] = np.nan
        filled[name] = array.reshape(-1, *array.shape[2:])
    return records.build(
        "training",
        {
            "member_seed": np.repeat(spec.seeds, len(made.members)),
            "noise": tile([m.noise for m in made.members]),
            "strength": tile(made.strengths),
            "correlation": tile([f.correlation for f in made.filters]),
            "regulariser": tile([m.regulariser for m in made.members]),
            "diverged_at": lost.ravel(),
            "step": steps,
            **filled,
        },
        spec=spec.canonical_json(), seed=1,
    )  # fmt: skip


NAMES = ("independent", "ma1", "nu_dp_ftrl", "blt_2")


def private(rate, gain, validation=0.0, batch=50, steps=200, names=NAMES, epsilon=2.0):
    """Accuracy .5 + gain[strategy] after the last step (.9 without noise), all else equal by seed; of the
    validation samples `validation` for all."""
    data = {
        "problem": {
            "kind": "digits", "hidden": [], "train": 1000, "validation": 200, "test": 597,
            "scaling": "none",
        },
        "descent": {"learning_rate": rate, "batch_size": batch, "sampling": "cyclic"},
        "privacy": {"epsilon": epsilon, "delta": 1e-5, "clip": 1.0, "strategies": list(names)},
        "schedule": {"noisy_steps": steps, "record_every": steps // 2},
    }  # fmt: skip

    def course(last):
        return np.stack([0 * last, 0 * last + 0.3, last], axis=1)

    def test(member):
        if member.noise < 0:
            return course(0.9 + 0.01 * APART)
        name = names[member.noise]
        own = 0.002 * np.roll(APART, 3) if name != "independent" else 0.0
        return course(0.5 + gain.get(name, 0.0) + 0.02 * APART + own)

    def held(member):
        own = validation.get(names[member.noise], 0.0) if isinstance(validation, dict) else validation
        return course(0.5 + own + 0.01 * APART)

    return training(data, {"test_accuracy": test, "validation_accuracy": held})


def recovery(ratio, held=None, kind="linear", noises=(0.0, -1.0), strengths=(0.0, 0.01, 0.1), diverged=()):
    """ln of the recovery error is -2 without noise, and ratio(c_t, sigma) more with it."""
    data = {
        "problem": {"kind": kind},
        "descent": {"learning_rate": 0.02},
        "noises": [{"kind": "ma1", "correlation": c} for c in noises],
        "strengths": list(strengths),
        "schedule": {"noisy_steps": 100, "quench_steps": 50, "record_every": 50},
    }
    held = held or ratio

    def log(of, start):
        def value(member):
            noisy = member.noise >= 0
            own = of(noises[member.noise], member.strength) + 0.1 * np.roll(APART, 2) if noisy else 0.0
            return np.exp(start + 0.5 * APART + own)

        return value

    return training(
        data,
        {
            "recovery_error_quench": log(ratio, -2.0),
            "validation_loss_quench": log(held, -3.0),
            "loss_quench": log(lambda c, s: 1.0, -9.0),
            "trace_quench": log(lambda c, s: 0.0, 3.0),
            "loss": lambda m: np.tile([2.5, 0.1, 0.01], (SEEDS, 1)),
        },
        diverged,
    )
