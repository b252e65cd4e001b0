"""anticorr simulate: begin, go on, or extend runs whose unfinished part lies beside their output."""

import json
import os
import signal
import sys
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from anticorr.cli.checks import at_least, check_threads, collect, outs, read_spec
from anticorr.errors import InputError
from anticorr.wording import repeated

if TYPE_CHECKING:
    from anticorr.specs import Spec
    from anticorr.storage import Partial
    from anticorr.storage.checkpoint import Arrays

_MOST_FOR_STIFFNESS = 20_000
"""Particles up to which the line on overshooting steps costs well under a second."""


def simulate(options: Namespace) -> None:
    """Every way to the finished record of a spec: a new run, --resume, --extend-steps; of several runs
    (states, seeds, a lattice start) to a folder of them."""
    runs, *_ = collect(
        lambda: _runs(options),
        lambda: check_threads(options.threads),
        lambda: at_least("--checkpoint-minutes", options.checkpoint_minutes, 0),
        lambda: _options_agree(options),
        lambda: None if _several(options) else outs([options.out]),
    )
    if list(runs) == [""]:
        outs([options.out])
        _one(options, runs[""], options.out)
        return
    from anticorr.storage import Folder

    if _all_finished(options, runs):
        _say(options, f"{options.out} is finished, nothing to do")
        return
    with Folder(options.out) as folder:
        if folder.has_begun() and not options.resume:
            raise InputError(
                f"{folder.unfinished}: got unfinished runs; wanted: --resume to go on, or remove the folder"
            )
        for n, (name, spec) in enumerate(runs.items()):
            _say(options, f"run {n + 1} of {len(runs)}: {name}")
            _one(options, spec, folder.file(name))
        folder.finish(list(runs))


def _several(options: Namespace) -> bool:
    """Whether the output is a folder, as far as it can be told without the spec."""
    return bool(options.seeds) or options.lattice or os.path.isdir(options.out)


def _runs(options: Namespace) -> "dict[str, Spec]":
    """Spec of every run by the name of its record in the folder; "" for a single one."""
    from anticorr import specs

    states = read_spec(options.spec, specs.parse_states)
    if options.seeds is None and not options.lattice:
        return states
    runs: dict[str, Spec] = {}
    problems: list[str] = []
    for name, spec in states.items():
        try:
            made = specs.replicas(spec, options.seeds or [spec.seed], options.lattice)
        except InputError as error:
            problems += error.problems
            continue
        runs |= {f"{name}/{run}" if name else run: one for run, one in made.items()}
    if problems:
        raise InputError(*[f"{options.spec}: {problem}" for problem in problems])
    return runs


def _options_agree(options: Namespace) -> None:
    seeds = options.seeds or []
    problems = repeated("--seeds", seeds)
    if options.discard_stale and not options.resume:
        problems.append("--discard-stale: got no --resume, wanted both")
    if options.extend_steps is not None and (seeds or options.lattice):
        problems.append("--extend-steps: got --seeds or --lattice too, wanted a single run")
    if problems:
        raise InputError(*problems)


def _all_finished(options: Namespace, runs: "dict[str, Spec]") -> bool:
    from anticorr import provenance, storage

    def holds(name: str, spec: "Spec") -> bool:
        path = os.path.join(options.out, f"{name}.nc")
        code = provenance.code_digest(*spec.stages)
        return os.path.isfile(path) and storage.holds_run(
            path, spec=spec.canonical_json(), code_digest=code, files=_files(options, spec)
        )

    return options.resume and all(holds(name, spec) for name, spec in runs.items())


def _one(options: Namespace, spec: "Spec", out: str | Path) -> None:
    """One run, to the record `out`."""
    from anticorr import provenance, specs, storage
    from anticorr.progress import reporting
    from anticorr.stages import simulate as stage

    def longer() -> "Spec":
        try:
            return specs.extended(spec, options.extend_steps)
        except InputError as error:
            raise InputError(*[f"--extend-steps: {problem}" for problem in error.problems]) from None

    wanted = spec if options.extend_steps is None else longer()
    code, interrupts = provenance.code_digest(*wanted.stages), _Interrupts()
    with storage.Partial(
        out,
        wanted.canonical_json(),
        code,
        files=None if options.extend_steps is not None else _files(options, spec),
        minutes=options.checkpoint_minutes,
        stop=lambda: interrupts.came,
    ) as partial:
        if options.resume and _is_finished(options, partial):
            _say(options, f"{out} is finished, nothing to do")
            partial.remove()
            return
        start, initial, absorbed = _unfinished(options, partial), None, None
        if start is None:
            if options.extend_steps is not None:
                start, absorbed = _taken_over(options, partial, spec, code)
            elif isinstance(spec.system.initial, specs.FromFile):
                initial = _initial(options, spec)
        if start is None and absorbed is None:
            _tell_stiffness(options, wanted, initial)
        if absorbed is None:
            with interrupts, reporting("simulate", "steps", spec.system.particles) as progress:
                attributes = stage.stream(
                    wanted, partial, initial=initial, inputs=partial.inputs, clock=partial.clock,
                    start=start, threads=options.threads, progress=progress,
                )  # fmt: skip
        else:  # nothing can move: the longer run has the same frames
            attributes = stage.attributes_of(wanted, partial.inputs, partial.clock, absorbed)
        partial.finish(attributes)


def _is_finished(options: Namespace, partial: "Partial") -> bool:
    try:
        return partial.is_finished()
    except InputError as error:
        for problem in error.problems:
            _say(options, problem)
        _say(options, f"{partial.out} will be made again")
        return False


def _unfinished(options: Namespace, partial: "Partial") -> "Arrays | None":
    """The state from which --resume goes on, or None."""
    if not partial.has_checkpoint():
        if options.resume:
            _say(options, f"no checkpoint in {partial.folder}, starting from the beginning")
        partial.clear()
        return None
    if not options.resume:
        raise InputError(
            f"{partial.folder}: got an unfinished run; wanted: --resume to go on, or remove the folder"
        )
    try:
        start = partial.load()
    except InputError as error:
        if not options.discard_stale:
            raise
        _say(options, f"{error}; discarded, starting from the beginning")
        partial.clear()
        return None
    _say(options, f"going on from step {int(start['step'])}")
    return start


def _taken_over(
    options: Namespace, partial: "Partial", spec: "Spec", code: str
) -> "tuple[Arrays, int | None]":
    """Final state of the finished run of `spec` in --out, and the step of its absorption, if any."""
    from anticorr import specs, storage

    with storage.open_record(options.out, "trajectory") as record:
        problems = []
        got = record.attrs["spec"]
        if got != spec.canonical_json():
            told = specs.difference(json.loads(got), json.loads(spec.canonical_json()))
            problems.append(f"got a record of another spec ({told}), wanted that of {options.spec}")
        if record.attrs.get("code_digest") != code:
            problems.append(
                f"got a record made by other code (digest {record.attrs.get('code_digest')}, now {code}); "
                "wanted: a run of the longer spec from its beginning"
            )
        absorbed = record.attrs.get("absorbed_at")
        if absorbed is None and "state_step" not in record:
            problems.append("got a record without its final state, wanted one made by `anticorr simulate`")
        if problems:
            raise InputError(*[f"{options.out}: {problem}" for problem in problems])
        return partial.take_over(record), absorbed


def _files(options: Namespace, spec: "Spec") -> str:
    """Digests of the files that a spec names, relative to its own."""
    from anticorr import storage

    return storage.digests_of_files(spec, os.path.dirname(options.spec))


def _initial(options: Namespace, spec: "Spec") -> np.ndarray:
    """Positions from the file that the spec names, relative to the file of the spec."""
    from anticorr import storage
    from anticorr.specs import FromFile
    from anticorr.stages import simulate

    asked = spec.system.initial
    assert isinstance(asked, FromFile)
    path = os.path.join(os.path.dirname(options.spec), asked.file)
    position, box_side = storage.read_positions(path)
    problems = simulate.initial_problems(spec.system, position, box_side)
    if problems:
        raise InputError(*[f"{path}: {problem}" for problem in problems])
    return position


def _tell_stiffness(options: Namespace, spec: "Spec", initial: np.ndarray | None) -> None:
    """One line where the first steps will overshoot."""
    quenched = initial is None and spec.system.initial == "quenched"
    if spec.dynamics.kind != "gradient" or quenched or spec.system.particles > _MOST_FOR_STIFFNESS:
        return
    from anticorr.engine.initial import diameters, initial_positions
    from anticorr.engine.stiffness import largest_stable_step

    system = spec.system
    position = initial_positions(system, spec.seed).T if initial is None else initial
    each = diameters(system, spec.seed) * np.ones(system.particles)
    largest = largest_stable_step(system, position, each)
    if spec.dynamics.step_size > largest:
        _say(
            options,
            f"note: step_size {spec.dynamics.step_size:g} is above 2/lambda_max = {largest:.2g} of the "
            "contacts at the start: steps overshoot; contacts break, and the run may well stay bounded "
            "(usual at step_size 0.5, no error)",
        )


def _say(options: Namespace, words: str) -> None:
    sys.stderr.write(f"anticorr {options.name}: {words}\n")


class _Interrupts:
    """Inside, Ctrl-C and SIGTERM are noted, so that a checkpoint can be written; a second one acts at
    once."""

    def __init__(self) -> None:
        self.came = False

    def __enter__(self) -> None:
        # A shell starts background work with Ctrl-C ignored: that stays.
        heard = [n for n in (signal.SIGINT, signal.SIGTERM) if signal.getsignal(n) is not signal.SIG_IGN]
        self._before = {number: signal.signal(number, self._note) for number in heard}

    def __exit__(self, *_: Any) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _note(self, *_: Any) -> None:
        if self.came:
            raise KeyboardInterrupt
        self.came = True
