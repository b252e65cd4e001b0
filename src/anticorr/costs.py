"""What the jobs of a scale take: processor time, memory, disk; before anything runs.

Time is that of one core of the machine of benchmarks/RESULTS.md (x86_64, AMD Zen 5, shared), as found in a
whole run of the default scale; `benchmarks/costs.py` compares it with what the records of a finished scale
took. Disk of trajectories is counted byte by byte, that of other records is rounded up.
"""

import itertools
import math
from typing import Any, NamedTuple

from anticorr.specs import Spec, short_runs
from anticorr.specs.companion import Companion
from anticorr.specs.training import Training

RATE = 27e6
"""Particle-steps per second of one core at its best: 2D, ma1 noise, full gradient, N = 16,384."""
_FOUND = 0.5
"""Share of that rate that whole runs have: they are shorter, smaller, take modes, and share the machine."""
START_SECONDS = 2.0
"""Of a job: the interpreter, its packages, compiled code from the disk."""
_PROGRAM_MB = 350
_NETWORK_MB = 900

_KICKS, _MINIBATCHES, _LONG_MEMORY, _SPHERES = 0.8, 0.7, 0.75, 0.6
"""Shares of that rate that are left."""
_MODE_SECONDS = 2.4e-10
"""A density mode of one particle, summed exactly; finufft makes many modes cheaper than that."""
_FRAME_SECONDS = 4e-7
"""All modes of a frame, per particle."""
_PAIR_SECONDS = 2.5e-6
"""g(r) and the number variance of a frame, per particle."""
_FIT_SECONDS = 0.1
_MINIMUM_STEPS = 5500
"""Steps of gradient that a quench takes, about; two are made of each replica."""
_FLOPS = 1.5e10
"""Floating-point operations per second in a descent of an ensemble (benchmarks/learning.py)."""
_COMPILE_SECONDS = 6.0
"""JAX, for each training."""
_WALKER_STEP_SECONDS = 6e-8
"""A step of one walker of a companion (numpy, three weights)."""


class Cost(NamedTuple):
    """seconds of one core; memory of the process and disk of its output in MB (10^6 bytes)."""

    seconds: float
    memory: float
    disk: float

    def __add__(self, other: "Cost") -> "Cost":  # type: ignore[override]  # of tuples it would join
        return Cost(self.seconds + other.seconds, max(self.memory, other.memory), self.disk + other.disk)


NOTHING = Cost(0.0, 0.0, 0.0)
FIGURE = Cost(START_SECONDS + 3.0, 600.0, 0.6)
CLAIMS = Cost(START_SECONDS + 5.0, 600.0, 0.6)


def simulation(spec: Spec) -> Cost:
    """Of one run, without the start of its process."""
    system, schedule = spec.system, spec.schedule
    steps = schedule.relax_steps + schedule.sample_steps
    modes = _modes(spec) * (1 + spec.record.stripped)
    samples = schedule.sample_steps // spec.modes_every if modes else 0
    frames = 0 if spec.record.positions == "none" else schedule.sample_steps // schedule.sample_every
    number = {"uint16": 2, "float32": 4}.get(spec.record.positions, 8)
    coordinates = system.particles * system.dimension
    disk = (
        frames * coordinates * (1 + spec.record.stripped) * number
        + samples * modes * 16
        + steps // spec.series_every * (8 + 2 * system.dimension) * 8
        + coordinates * 60  # the state, to go on from
    )
    return Cost(
        system.particles * (steps / _rate(spec) + samples * modes * _MODE_SECONDS),
        _PROGRAM_MB + system.particles * 250 / 1e6,
        disk / 1e6,
    )


def measurement(spec: Spec, real_space: bool = False) -> Cost:
    """Of the trajectory of one run."""
    trajectory, system = simulation(spec).disk, spec.system
    frames = spec.schedule.sample_steps // spec.schedule.sample_every
    each = _FRAME_SECONDS * (1 + spec.record.stripped) + (_PAIR_SECONDS if real_space else 0)
    # All modes up to 2 pi rho^(1/d), as complex numbers, of x and y; half as much again to work on them.
    modes = frames * 1.6 * system.particles * 16 * (1 + spec.record.stripped)
    return Cost(
        0.3 + frames * system.particles * each, _PROGRAM_MB + 2 * trajectory + 1.5 * modes / 1e6, 0.3
    )


def fit(runs: int) -> Cost:
    """Of the spectra of one state."""
    return Cost(START_SECONDS + _FIT_SECONDS + 0.05 * runs, _PROGRAM_MB, 0.2)


def prediction(spec: Spec, **sizes: Any) -> Cost:
    """Of one state: its short runs."""
    made = [simulation(one).seconds for one in short_runs(spec, **sizes).values()]
    return Cost(START_SECONDS + 0.5 + sum(made), _PROGRAM_MB, 0.1)


def landscape(spec: Spec, seeds: int) -> Cost:
    """Of one state: every replica runs, is quenched, annealed and quenched again."""
    run = simulation(spec).seconds
    quench = _MINIMUM_STEPS * spec.system.particles / _rate(spec)
    return Cost(START_SECONDS + seeds * (2 * run + 3 * quench), _PROGRAM_MB, 0.1)


def training(spec: Training) -> Cost:
    """Of one ensemble, all its seeds."""
    steps = spec.schedule.noisy_steps + spec.schedule.quench_steps
    problem = spec.problem
    members = len(spec.members())
    samples = spec.descent.batch_size or getattr(problem, "train", getattr(problem, "samples", 1))
    units = [64, *getattr(problem, "hidden", []), 10]
    weights = sum(a * b for a, b in itertools.pairwise(units))
    seconds = len(spec.seeds) * members * steps * (6 * samples * weights / _FLOPS + 2e-6)
    return Cost(START_SECONDS + _COMPILE_SECONDS + seconds, _NETWORK_MB, 0.5)


def companion(spec: Companion) -> Cost:
    """Of one companion theory and its simulation."""
    seconds = spec.steps_in_all * _WALKER_STEP_SECONDS
    return Cost(START_SECONDS + seconds, _PROGRAM_MB + 1e-6 * spec.bytes_held, 1.0)


def _rate(spec: Spec) -> float:
    """Particle-steps per second of one core."""
    dynamics = spec.dynamics
    share = 1.0
    if dynamics.kind != "gradient":
        share *= _KICKS
    elif dynamics.batch_fraction < 1:
        share *= _MINIBATCHES
    if dynamics.noise.kind not in ("white", "ma1", "ar1"):
        share *= _LONG_MEMORY
    if spec.system.dimension == 3:
        share *= _SPHERES
    return RATE * _FOUND * share


def _modes(spec: Spec) -> int:
    """Density modes taken during the run."""
    if spec.record.modes is None:
        return 0
    dimension, reach = spec.system.dimension, spec.record.modes.k_max * spec.system.box_side / (2 * math.pi)
    return round({2: math.pi, 3: 4 * math.pi / 3}[dimension] / 2 * reach**dimension)
