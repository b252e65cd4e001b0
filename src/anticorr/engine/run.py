"""Take the particles of one spec through its schedule; what comes out goes to a sink, row by row.

There is one loop. Where its rows go (lists in memory, files beside the output) is the sink's matter, and
what is seen at which step is an observer's: frames are one of them.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

import numpy as np

from anticorr.accelerate import get_num_threads, most_threads, set_num_threads
from anticorr.engine.particles import Particles, series_of
from anticorr.engine.snapshot import Snapshot
from anticorr.errors import InputError, RunError
from anticorr.specs import Spec

_PARTICLE_STEPS_PER_CALL = 4_000_000
"""Work between two looks at the keyboard, the clock and the progress bar (about 0.2 s)."""

_MOST_NUMBERS = 1e11
"""Most coordinates in one record (800 GB)."""
_FARTHEST = 1e6
"""Largest unwrapped coordinate, in box sides: beyond, positions have lost half of their digits."""

Arrays = dict[str, np.ndarray]


class Sink(Protocol):
    """Where a run puts what it makes, under the names of the trajectory record."""

    def append(self, name: str, rows: np.ndarray) -> None:
        """Add rows, along the first axis."""

    def put(self, name: str, array: np.ndarray) -> None:
        """Keep a whole array."""

    def keep(self, state: Callable[[], Arrays], now: bool = False) -> None:
        """All rows up to the step of `state()` have been appended: a run may go on from here.

        Called about five times a second, and with now=True at the end of the schedule.
        """


class Observer(NamedTuple):
    """Looks at the steps first + every, first + 2 every, ..., and at an absorbing state."""

    first: int
    every: int
    rows: Callable[[Snapshot], Arrays]
    """One row for each name, without the axis along which rows are added."""

    def next(self, step: int) -> int:
        """The first step to look at after `step`."""
        return self.first + max(1, (step - self.first) // self.every + 1) * self.every


def run(
    spec: Spec,
    sink: Sink,
    *,
    position: np.ndarray | None = None,
    start: Arrays | None = None,
    observers: Sequence[Observer] = (),
    threads: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> int | None:
    """Run a spec from its initial state, or from `start`, to the end of its schedule.

    position: (axis, particle) initial positions instead of those that the spec names. start: what
    `Particles.checkpoint` gave in a run of the same spec or of a shorter one. observers: besides the
    frames of the spec; their steps are multiples of `series_every`. `progress(done, total)` is called a
    few times a second with numbers of steps.

    Returns the step from which nothing could move any more (no injected noise and no contact), where the
    run ends with one last frame, or None. Raises RunError when the particles collapse or fly off.
    """
    if not 1 <= threads <= most_threads():
        raise InputError(
            f"threads: got {threads}, allowed >= 1 and <= {most_threads()} (NUMBA_NUM_THREADS)"
        )
    threads_before = get_num_threads()
    set_num_threads(threads)
    try:
        return _run(spec, sink, position, start, [*_frames(spec), *observers], progress)
    finally:
        set_num_threads(threads_before)


def _run(
    spec: Spec, sink: Sink, position: np.ndarray | None, start: Arrays | None,
    observers: Sequence[Observer], progress: Callable[[int, int], None] | None,
) -> int | None:  # fmt: skip
    schedule, every = spec.schedule, spec.series_every
    total = schedule.relax_steps + schedule.sample_steps
    at_once = max(1, _PARTICLE_STEPS_PER_CALL // (spec.system.particles * every))
    particles = _particles(spec, position, start)
    pending: list[np.ndarray] = []
    waiting, absorbed = 0, None
    if spec.system.sizes.kind != "monodisperse":
        sink.put("diameter", particles.diameters())

    def look() -> None:
        _append_series(sink, spec, particles.step, pending)
        pending.clear()
        sink.keep(particles.checkpoint)
        if progress is not None:
            progress(particles.step, total)

    look()
    while particles.step < total:
        before = particles.step
        stops = [total, *(observer.next(before) for observer in observers)]
        stops += [schedule.relax_steps] if before < schedule.relax_steps else []
        sums = particles.step_block(min(at_once - waiting, (min(stops) - before) // every))
        _still_here(particles)
        if particles.absorbed:
            quiet = np.flatnonzero(series_of(spec, sums)["active_fraction"] == 0)
            if len(quiet):
                sums = sums[: quiet[0] + 1]
                absorbed = before + len(sums) * every
        pending.append(sums)
        waiting += len(sums)
        now = absorbed or particles.step
        if now == schedule.relax_steps:
            particles.measure_displacement_from_here()
        seen = Snapshot(particles, now)
        for observer in observers:
            if absorbed or observer.next(before) == now:
                for name, row in observer.rows(seen).items():
                    sink.append(name, np.asarray(row)[None])
        if absorbed:
            _append_series(sink, spec, absorbed, pending)
            return absorbed
        if waiting == at_once:
            look()
            waiting = 0
    if waiting:
        look()
    sink.keep(particles.checkpoint, now=True)
    for name, array in particles.checkpoint().items():
        sink.put(f"state_{name}", array)
    return None


def _particles(spec: Spec, position: np.ndarray | None, start: Arrays | None) -> Particles:
    if start is None:
        particles = Particles(spec, position)
        if not spec.schedule.relax_steps:
            particles.measure_displacement_from_here()
        return particles
    # Positions are given so that none are made, which may be long work or need a file.
    particles = Particles(spec, np.zeros((spec.system.dimension, spec.system.particles)))
    particles.restore(start)
    return particles


def _frames(spec: Spec) -> list[Observer]:
    """The frames of the record section of a spec."""
    schedule, system = spec.schedule, spec.system
    if spec.record.positions == "none":
        return []
    frames = schedule.sample_steps // schedule.sample_every
    if float(frames) * system.particles * system.dimension > _MOST_NUMBERS:
        raise InputError(
            f"schedule: got {frames} frames of {system.particles} particles, allowed: "
            f"{_MOST_NUMBERS:.0e} numbers in all (a larger sample_every)"
        )

    def rows(seen: Snapshot) -> Arrays:
        made: Arrays = {"step": np.array(seen.step), "position": seen.position}
        if spec.record.stripped:
            made["stripped_position"] = seen.stripped_position
        rounded = {"float32": _to_float32, "uint16": _to_65536ths}.get(spec.record.positions)
        if rounded is not None:
            made |= {n: rounded(a, system.box_side) for n, a in made.items() if n != "step"}
        return made

    return [Observer(schedule.relax_steps, schedule.sample_every, rows)]


def _to_float32(position: np.ndarray, side: float) -> np.ndarray:
    """Positions in [0, side) as float32, still in [0, side): what is rounded up to side becomes 0."""
    rounded = position.astype(np.float32)
    rounded[rounded.astype(float) >= side] = 0
    return rounded


def _to_65536ths(position: np.ndarray, side: float) -> np.ndarray:
    """Positions in [0, side) at the nearest multiple of side / 65536: two bytes each in a file."""
    return np.rint(position / side * 65536) % 65536 * (side / 65536)


def _append_series(sink: Sink, spec: Spec, end: int, pieces: list[np.ndarray]) -> None:
    """Series of the blocks whose sums are `pieces`; the last one ends at step `end`."""
    if not pieces:
        return
    sums = np.concatenate(pieces)
    sink.append("time", end + spec.series_every * np.arange(1 - len(sums), 1))
    for name, values in series_of(spec, sums).items():
        sink.append(name, values)


def _still_here(particles: Particles) -> None:
    """Refuse to go on with coordinates that have lost their resolution."""
    farthest = float(np.abs(particles.state.position).max())
    if not farthest < _FARTHEST * particles.cells.side:
        dynamics = particles.spec.dynamics
        length = "step_size" if dynamics.kind == "gradient" else "kick_size"
        raise RunError(
            f"particles flew off before step {particles.step}: got a coordinate of {farthest:.3g}, allowed "
            f"< {_FARTHEST:.0e} box sides; wanted: a smaller {length} (got {getattr(dynamics, length):g}) "
            f"or noise strength (got {dynamics.noise.strength:g})"
        )
