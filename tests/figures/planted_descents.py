"""Trainings of problems that theory knows: its numbers, scattered by seed, times what is planted."""

import numpy as np

from anticorr import records
from anticorr.learning.expectations import mean_variance, mode_variance, valley_square
from anticorr.noise.filters import from_spec
from anticorr.specs.training import parse

CURVATURES = [0.1, 0.6, 1.0, 1.7]
NOISES = (
    {"kind": "ma1", "correlation": 0.0},
    {"kind": "ma1", "correlation": -0.8},
    {"kind": "ma1", "correlation": -1.0},
)
FRACTIONAL = {"kind": "fractional", "hurst": 0.1}


def valley(factor=1.0, noises=NOISES, scatter=0.05, seeds=12, strengths=(0.0, 0.05), **changes):
    """factor: measured over expected |u|^2, of all or of each noise."""
    spec = _spec(
        {"kind": "valley"}, noises, strengths, seeds, {"noisy_steps": 2000, "record_every": 100}, changes
    )
    steps = np.arange(0, 2001, 100)
    lines = [valley_square(steps, 10, 9.0, 0.05, 0.05, from_spec(noise)) for noise in spec.noises]
    lines = np.array(lines) * np.reshape(factor * np.ones(len(lines)), (-1, 1))
    members = [np.full(len(steps), 9.0) if m.noise < 0 else lines[m.noise] for m in spec.members()]
    return _record(spec, {"along_square": _scattered(members, scatter, seeds)})


def modes(factor=1.0, noises=(*NOISES, FRACTIONAL), scatter=0.02, seeds=8, strengths=(0.05,), **changes):
    """factor: measured over expected variance."""
    problem = {"kind": "quadratic", "curvatures": CURVATURES, "copies": 10}
    schedule = {"noisy_steps": 200, "record_every": 50}
    spec = _spec(problem, noises, strengths, seeds, schedule, {"descent.learning_rate": 1.0, **changes})
    steps = np.arange(0, 201, 50)
    members = [
        [
            factor * mode_variance(CURVATURES, 1.0, m.strength, from_spec(spec.noises[m.noise]), t)
            for t in steps
        ]
        for m in spec.members()
    ]
    return _record(spec, {"mode_square": _scattered(members, scatter, seeds)})


def mean(sampling="epoch", factor=1.0, scatter=0.03, seeds=6, **changes):
    """factor: measured over expected deviation."""
    descent = {"learning_rate": 0.1, "batch_size": 10, "sampling": sampling}
    schedule = {"noisy_steps": 100, "record_every": 1}
    spec = _spec(
        {"kind": "mean", "dimension": 3}, (), (0.0,), seeds, schedule, {"descent": descent, **changes}
    )
    line = 0.99 * mean_variance(spec.descent, 100, 100)
    return _record(spec, {"deviation_square": _scattered([factor * line], scatter, seeds)})


def digits(sampling="epoch", gain=0.0, scatter=0.002, seeds=12, **changes):
    """gain: of test accuracy, over what a seed has under any sampling."""
    descent = {"learning_rate": 0.05, "batch_size": 10, "sampling": sampling}
    schedule = {"noisy_steps": 1000, "quench_steps": 200, "record_every": 500}
    spec = _spec({"kind": "digits"}, (), (0.0,), seeds, schedule, {"descent": descent, **changes})
    shared, apart = np.random.default_rng(3), np.random.default_rng([4, *sampling.encode()])
    last = {
        f"{name}_quench": centre
        + shift
        + shared.normal(0, 0.02 * centre, seeds)
        + apart.normal(0, scatter, seeds)
        for name, centre, shift in (
            ("test_accuracy", 0.8, gain),
            ("test_loss", 0.3, 0.0),
            ("loss", 0.02, 0.0),
            ("trace", 300.0, 0.0),
        )
    }
    return _record(spec, last)


def _spec(problem, noises, strengths, seeds, schedule, changes):
    data = {
        "problem": problem,
        "descent": {"learning_rate": 0.05},
        "noises": list(noises),
        "strengths": list(strengths),
        "schedule": schedule,
        "seeds": list(range(1, seeds + 1)),
    }
    for dotted, value in changes.items():
        place, *key = dotted.split(".")
        data[place] = {**data[place], key[0]: value} if key else value
    return parse(data)


def _scattered(members, scatter, seeds):
    """(seed and member, entry, ...): all entries of a seed off by one factor."""
    members = np.array(members)
    factor = 1 + scatter * np.random.default_rng(5).normal(size=(seeds, *[1] * members.ndim))
    return (factor * members).reshape(-1, *members.shape[1:])


def _record(spec, values):
    members, seeds = spec.members(), len(spec.seeds)
    filters = [from_spec(noise) for noise in spec.noises]
    return records.build(
        "training",
        {
            "member_seed": np.repeat(spec.seeds, len(members)),
            "noise": np.tile([m.noise for m in members], seeds),
            "strength": np.tile([m.strength for m in members], seeds),
            "correlation": np.tile(
                [filters[m.noise].correlation if m.noise >= 0 else 0.0 for m in members], seeds
            ),
            "regulariser": np.zeros(seeds * len(members)),
            "diverged_at": np.full(seeds * len(members), -1),
            "step": np.arange(0, spec.schedule.noisy_steps + 1, spec.schedule.record_every),
            **values,
        },
        spec=spec.canonical_json(),
        seed=1,
    )
