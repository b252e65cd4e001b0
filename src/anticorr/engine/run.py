"""Run the particles of one spec and collect frames and series."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from anticorr.accelerate import get_num_threads, most_threads, set_num_threads
from anticorr.engine.particles import Particles, series_of
from anticorr.errors import InputError, RunError
from anticorr.specs import Spec

_PARTICLE_STEPS_PER_CALL = 4_000_000
"""Work between two looks at the keyboard and the progress bar (about 0.2 s)."""

_MOST_NUMBERS = 1e11
"""Most coordinates in one record (800 GB)."""
_FARTHEST = 1e6
"""Largest unwrapped coordinate, in box sides: beyond, positions would be worse than 1e-9 D or so."""


@dataclass(frozen=True)
class Trajectory:
    """Plain arrays of a run; names and units as in the trajectory record."""

    position: np.ndarray
    stripped_position: np.ndarray | None
    step: np.ndarray
    time: np.ndarray
    series: dict[str, np.ndarray]


def run(
    spec: Spec,
    *,
    threads: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Trajectory:
    """Run a spec from its initial state to the end of its schedule.

    `progress(done, total)` is called a few times a second with numbers of steps. Raises RunError when
    the particles collapse or fly off.
    """
    if not 1 <= threads <= most_threads():
        raise InputError(
            f"--threads: got {threads}, allowed >= 1 and <= {most_threads()} (NUMBA_NUM_THREADS)"
        )
    threads_before = get_num_threads()
    set_num_threads(threads)
    try:
        return _run(spec, progress)
    finally:
        set_num_threads(threads_before)


def _run(spec: Spec, progress: Callable[[int, int], None] | None) -> Trajectory:
    schedule, every = spec.schedule, spec.series_every
    particles = Particles(spec)
    total = schedule.relax_steps + schedule.sample_steps
    frames = schedule.sample_steps // schedule.sample_every
    shape = (frames, spec.system.particles, spec.system.dimension)
    if np.prod(shape, dtype=float) > _MOST_NUMBERS:
        raise InputError(
            f"schedule: got {frames} frames of {spec.system.particles} particles, allowed: "
            f"{_MOST_NUMBERS:.0e} numbers in all (a larger sample_every)"
        )
    position = np.empty(shape)
    stripped = np.empty(shape) if spec.record.stripped else None
    at_once = max(1, _PARTICLE_STEPS_PER_CALL // (spec.system.particles * every))
    stops = [schedule.relax_steps] if schedule.relax_steps else []
    stops += [schedule.relax_steps + (m + 1) * schedule.sample_every for m in range(frames)]
    pieces = []
    if not schedule.relax_steps:
        particles.measure_displacement_from_here()
    for stop in stops:
        while particles.step < stop:
            pieces.append(particles.step_block(min(at_once, (stop - particles.step) // every)))
            _still_here(particles)
            if progress is not None:
                progress(particles.step, total)
        if stop == schedule.relax_steps:
            particles.measure_displacement_from_here()
            continue
        frame = (stop - schedule.relax_steps) // schedule.sample_every - 1
        position[frame] = _wrapped(particles.position(), particles.cells.side).T
        if stripped is not None:
            stripped[frame] = _wrapped(particles.stripped_position(), particles.cells.side).T
    return Trajectory(
        position,
        stripped,
        schedule.relax_steps + schedule.sample_every * np.arange(1, frames + 1),
        every * np.arange(1, total // every + 1),
        series_of(spec, np.concatenate(pieces)),
    )


def _still_here(particles: Particles) -> None:
    """Refuse to go on with coordinates that have lost their resolution."""
    farthest = float(np.abs(particles.state.position).max())
    if not farthest < _FARTHEST * particles.cells.side:
        dynamics = particles.spec.dynamics
        raise RunError(
            f"particles flew off before step {particles.step}: got a coordinate of {farthest:.3g}, allowed "
            f"< {_FARTHEST:.0e} box sides; wanted: a smaller step_size (got {dynamics.step_size:g}) or "
            f"noise strength (got {dynamics.noise.strength:g})"
        )


def _wrapped(position: np.ndarray, side: float) -> np.ndarray:
    wrapped = position - side * np.floor(position / side)
    wrapped[wrapped < 0] += side
    wrapped[wrapped >= side] -= side
    return wrapped
