"""spec -> trajectory."""

import importlib
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import xarray as xr

from anticorr import provenance, records
from anticorr.engine.run import Arrays, Observer, Sink
from anticorr.engine.run import run as run_particles
from anticorr.engine.snapshot import Snapshot
from anticorr.errors import InputError
from anticorr.specs import FromFile, Spec, parse, settle
from anticorr.specs.system import System

Progress = Callable[[int, int], None]
Observe = Callable[[int, np.ndarray], dict[str, Any]]


def run(
    spec: Spec | dict[str, Any],
    *,
    initial: np.ndarray | None = None,
    observe: Observe | None = None,
    observe_every: int | None = None,
    threads: int = 1,
    progress: Progress | None = None,
) -> xr.Dataset:
    """Simulate a spec (or plain data in its form) in memory; returns the trajectory record.

    initial: positions (particle, axis) to start from, any image; the spec of the record then says
    `initial: {file: ...}`. observe: a function of the step and the positions (particle, axis) in [0, L),
    read-only, called every `observe_every` steps from the start (default sample_every; a multiple of
    series_every); it returns numbers or arrays by name, which become `observed_<name>(observation, ...)`
    beside `observed_step(observation)`:

        def centre(step, position):
            return {"left": (position[:, 0] < 5).mean()}

        ac.simulate(spec, observe=centre, observe_every=100)["observed_left"]

    The data variables are the same bits for any number of threads; more than one pays from about 1e4
    particles. Raises InputError for a bad spec, RunError when the particles collapse or fly off.
    """
    clock = provenance.Clock()
    spec, memory = settle(spec), Memory()
    inputs = ""
    if initial is not None:
        try:
            initial = np.array(initial, dtype=float)
        except (TypeError, ValueError):
            raise InputError("initial: got other things, wanted numbers (particle, axis)") from None
        inputs = provenance.listed({"initial": provenance.array_digest(position=initial)})
        if not isinstance(spec.system.initial, FromFile):
            data = spec.model_dump(mode="json")
            data["system"]["initial"] = {"file": "given in memory"}
            spec = parse(data)
    observers = _observers(spec, observe, observe_every)
    attributes = stream(
        spec,
        memory,
        initial=initial,
        inputs=inputs,
        clock=clock,
        observers=observers,
        threads=threads,
        progress=progress,
    )
    kind = attributes.pop("kind")
    return records.build(kind, memory.arrays(), **attributes)


def stream(
    spec: Spec,
    sink: Sink,
    *,
    initial: np.ndarray | None = None,
    inputs: str = "",
    clock: provenance.Clock | None = None,
    start: Arrays | None = None,
    observers: Sequence[Observer] = (),
    threads: int = 1,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Simulate a spec into a sink; returns the attributes of the trajectory record.

    start: a state to go on from, see `engine.run`. inputs: digests of the files that it started from.
    clock: told when the run began, if that was before now.
    """
    clock = clock or provenance.Clock()
    if start is None:
        initial = _checked(spec, initial)
    absorbed = run_particles(
        spec,
        sink,
        position=initial,
        start=start,
        observers=[*_modes(spec, sink), *observers],
        threads=threads,
        progress=progress,
    )
    return attributes_of(spec, inputs, clock, absorbed)


def _modes(spec: Spec, sink: Sink) -> list[Observer]:
    if spec.record.modes is None:
        return []
    # By name: the code of S(k) counts for the runs that use it, not for all (see Spec.stages).
    return importlib.import_module("anticorr.stages.modes").observe_modes(spec, sink)


def attributes_of(spec: Spec, inputs: str, clock: provenance.Clock, absorbed: int | None) -> dict[str, Any]:
    """Attributes of the trajectory record of a spec; absorbed: step from which nothing could move."""
    told: dict[str, Any] = {} if absorbed is None else {"absorbed_at": absorbed}
    bits = {"float32": 24, "uint16": 17}.get(spec.record.positions)
    if bits:
        error = spec.system.box_side * 2.0**-bits
        told["rounding"] = f"positions are {spec.record.positions}: error <= L 2^-{bits} = {error:.2g} D"
    return records.attributes_of(
        "trajectory",
        spec=spec.canonical_json(),
        seed=spec.seed,
        box_side=spec.system.box_side,
        neighbours="cells or a list, by how long lists last",
        **told,
        **provenance.attributes(*spec.stages, clock=clock) | {"inputs": inputs},
    )


def initial_problems(system: System, position: np.ndarray, box_side: float | None = None) -> list[str]:
    """What is wrong with initial positions (particle, axis), taken from a box of side box_side if known."""
    problems, wanted = [], (system.particles, system.dimension)
    if box_side is not None and not abs(box_side - system.box_side) <= 1e-9 * system.box_side:
        problems.append(f"got box side {box_side:.12g}, wanted that of the spec, {system.box_side:.12g}")
    if position.shape != wanted:
        problems.append(f"got positions of shape {position.shape}, wanted (particle, axis) = {wanted}")
    if not np.isfinite(position).all():
        problems.append("got positions with NaN or infinity, wanted finite numbers")
    return problems


class Memory:
    """A sink that keeps everything in memory."""

    def __init__(self) -> None:
        self._rows: dict[str, list[np.ndarray]] = defaultdict(list)
        self._whole: Arrays = {}

    def append(self, name: str, rows: np.ndarray) -> None:
        self._rows[name].append(rows)

    def put(self, name: str, array: np.ndarray) -> None:
        self._whole[name] = array

    def keep(self, state: Callable[[], Arrays], now: bool = False) -> None:
        pass

    def arrays(self) -> Arrays:
        """Everything by name; the pieces are let go one by one, so there is never a second copy."""
        made = {}
        for name, pieces in self._rows.items():
            rows = sum(map(len, pieces))
            made[name] = np.empty((rows, *pieces[0].shape[1:]), pieces[0].dtype)
            for piece in reversed(range(len(pieces))):
                rows -= len(pieces[piece])
                made[name][rows : rows + len(pieces[piece])] = pieces[piece]
                del pieces[piece]
        return made | self._whole


def _checked(spec: Spec, initial: np.ndarray | None) -> np.ndarray | None:
    """Initial positions as the engine wants them: (axis, particle) in the box."""
    asked = spec.system.initial
    if initial is None:
        if isinstance(asked, FromFile):
            raise InputError(f"initial: got none, wanted the positions of {asked.file} (system.initial)")
        return None
    problems = initial_problems(spec.system, initial)
    if problems:
        raise InputError(*[f"initial: {problem}" for problem in problems])
    side = spec.system.box_side
    return np.ascontiguousarray((initial - side * np.floor(initial / side)).T)


def _observers(spec: Spec, observe: Observe | None, every: int | None) -> list[Observer]:
    if observe is None:
        return []
    every = spec.schedule.sample_every if every is None else every
    if every < 1 or every % spec.series_every:
        raise InputError(
            f"observe_every: got {every}, allowed: a multiple of series_every = {spec.series_every}"
        )
    names: dict[str, tuple[int, ...]] = {}

    def rows(seen: Snapshot) -> Arrays:
        told = observe(seen.step, seen.position)
        if not isinstance(told, dict):
            raise InputError(f"observe: got a {type(told).__name__}, wanted a dict of numbers or arrays")
        if "step" in told:
            raise InputError("observe: got the name 'step', which is taken")
        made = {name: np.asarray(value) for name, value in told.items()}
        for name, array in made.items():
            if array.dtype.kind not in "iuf":
                raise InputError(f"observe: got {name} of type {array.dtype.str[1:]}, wanted numbers")
        made["step"] = np.array(seen.step)
        shapes = {name: array.shape for name, array in made.items()}
        if shapes != (names or shapes):
            raise InputError(f"observe: got shapes {shapes} at step {seen.step}, wanted {names} as before")
        names.update(shapes)
        return {f"observed_{name}": array for name, array in made.items()}

    return [Observer(0, every, rows)]
