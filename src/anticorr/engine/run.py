"""Run the particles of one spec and collect frames and series."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from anticorr.accelerate import get_num_threads, most_threads, set_num_threads
from anticorr.engine import _forces, _kernels
from anticorr.engine._sorting import MOST_IN_CELL
from anticorr.engine.cells import Cells, cut_box
from anticorr.engine.initial import initial_positions
from anticorr.errors import InputError, RunError
from anticorr.noise.filters import from_spec
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


class Particles:
    """The particles of a spec at some step, ready to go on.

    `step_block(blocks)` takes blocks of `spec.series_every` steps. The bits of every result are the same
    for any number of threads and for any division into calls.
    """

    def __init__(self, spec: Spec, position: np.ndarray | None = None):
        d, n = spec.system.dimension, spec.system.particles
        self.spec = spec
        self.step = 0
        self.axes = (0,) * d
        self.cells = cut_box(spec.system.box_side, d, n)
        noise = from_spec(spec.dynamics.noise)
        sigma, seed = spec.dynamics.noise.strength, np.uint64(spec.seed)
        self.noise = _kernels.Noise(sigma * noise.first, sigma * noise.jitter, seed)
        batch = spec.dynamics
        self.selection = _forces.Selection(
            batch.batch_fraction < 1,
            np.uint64(round(batch.batch_fraction * 2**32)),
            np.uint64(round(-batch.batch_correlation * 2**32)),
            seed,
        )
        if position is None:
            position = initial_positions(spec.system, spec.seed)
        self.state = _kernels.State(
            np.array(position, dtype=float, order="C"), np.zeros((d, n)), np.arange(n, dtype=np.int32)
        )
        _kernels.fill_white(self.axes, seed, np.uint64(0), self.state.identity, 0, n, self.state.memory)
        self._ordered = _ordered(d, n)
        self._scratch = _scratch(d, n, self.cells)
        threads = most_threads()
        self._contacts = _contacts(d, threads)
        self._white = np.empty((threads, d, 512))

    def step_block(self, blocks: int) -> np.ndarray:
        """Take blocks * series_every steps; sums of each block, shape (blocks, 4 + 4 d): the columns of
        `_forces`, then the squared displacement of y at the block's end."""
        every = self.spec.series_every
        series = np.empty((blocks, _forces.PER_AXIS + 4 * len(self.axes) + 1))
        held = _kernels.advance(
            self.axes, self.step, (blocks, every), self.cells, self.state, self._ordered,
            self._contacts, self._white, self._scratch, self.spec.dynamics.step_size, self.noise,
            self.selection, series,
        )  # fmt: skip
        if not held:
            raise RunError(
                f"crowded: more than {MOST_IN_CELL} particles in a cell of one diameter "
                f"after step {self.step}; wanted: a spread-out initial state"
            )
        self.step += blocks * every
        return series

    def position(self) -> np.ndarray:
        """Unwrapped x, shape (axis, particle), in the order of particle numbers."""
        return self._by_number(self.state.position)

    def stripped_position(self) -> np.ndarray:
        """Unwrapped y = x + sigma b eta(t-1), shape (axis, particle)."""
        return self._by_number(self.state.position + self.noise.old * self.state.memory)

    def measure_displacement_from_here(self) -> None:
        """Mean square displacements count from the present y."""
        self._scratch.reference[:] = self.stripped_position()

    def _by_number(self, array: np.ndarray) -> np.ndarray:
        result = np.empty_like(array)
        result[:, self.state.identity] = array
        return result


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
        _series(spec, np.concatenate(pieces)),
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


def _series(spec: Spec, sums: np.ndarray) -> dict[str, np.ndarray]:
    """Means over steps, particles and axes from the sums of the kernel."""
    d, n = spec.system.dimension, spec.system.particles
    volume = spec.system.box_side**d
    displacement = sums[:, -1] / n
    sums = sums[:, :-1] / spec.series_every
    per_axis = sums[:, _forces.PER_AXIS :].reshape(-1, 4, d)
    force_square = per_axis[:, _forces.FORCE_SQUARE]
    half_step = 0.5 * spec.dynamics.step_size
    return {
        "energy": sums[:, _forces.ENERGY] / n,
        "pressure": per_axis[:, _forces.VIRIAL].mean(axis=1) / volume,
        "pressure_stripped": per_axis[:, _forces.VIRIAL_STRIPPED].mean(axis=1) / volume,
        "mean_square_force": force_square.mean(axis=1) / n,
        "pair_force_square": 2 * sums[:, _forces.PAIR_FORCE_SQUARE] / (d * n),
        "pair_virial": per_axis[:, _forces.VIRIAL_SELECTED] + half_step * force_square,
        "active_fraction": sums[:, _forces.TOUCHED] / n,
        "mean_square_displacement": displacement,
    }


def _ordered(d: int, n: int) -> _kernels.Ordered:
    return _kernels.Ordered(
        np.empty((d, n)),
        np.empty((d, n)),
        np.empty((d, n)),
        np.empty((d, n)),
        np.empty(n, np.int32),
        np.empty(n, np.uint8),
    )


def _scratch(d: int, n: int, cells: Cells) -> _kernels.Scratch:
    bands = len(cells.band_row) - 1
    start = np.empty(cells.per_side**d + 1, np.int64)
    start[-1] = n
    return _kernels.Scratch(
        np.empty(n, np.int64),
        np.empty(n, np.int64),
        np.zeros((bands, bands), np.int64),
        np.zeros((bands, bands), np.int64),
        np.zeros(bands + 1, np.int64),
        start,
        np.zeros((bands, _forces.PER_AXIS + 4 * d)),
        np.zeros((bands, _forces.PER_AXIS + 4 * d)),
        np.zeros(bands, np.bool_),
        np.full((d, n), np.nan),
    )


def _contacts(d: int, threads: int) -> _forces.Contacts:
    length = (threads, _forces.CAPACITY)
    return _forces.Contacts(
        np.empty(length, np.int32),
        np.empty(length, np.int32),
        np.empty((threads, d, _forces.CAPACITY)),
        np.empty((threads, d, _forces.CAPACITY)),
        np.empty(length),
        np.empty(length),
        np.ones(length),
        np.ones(length),
        np.empty((threads, d)),
    )
