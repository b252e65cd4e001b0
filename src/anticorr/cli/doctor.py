"""anticorr doctor: what is here of all that a command may need, and does it work?"""

import contextlib
import importlib.metadata
import itertools
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import anticorr
from anticorr.errors import RunError

_SPEC = {
    "system": {"particles": 4096, "packing_fraction": 0.8},
    "dynamics": {"step_size": 0.5, "noise": {"kind": "ma1", "strength": 0.3, "correlation": -1.0}},
    "schedule": {"relax_steps": 0, "sample_steps": 1500, "sample_every": 1500},
    "record": {"positions": "none", "modes": {"k_max": 0.5, "every": 100}},
    "seed": 1,
}
_PROGRAMS = {
    "git": "records tell the revision that made them",
    "chromium": "the test that looks at reports",
}
_LEAST_ROOM = 2.0
"""GB on a disk, below which it is told: twice the default scale."""
_PATIENCE = 2.0
"""Seconds for a cluster to answer, and to add up the files of a folder."""


class Finding(NamedTuple):
    """One line. state: ok, `-` for what some commands do without, wrong for what all need."""

    state: str
    words: str


def doctor(options: Namespace) -> None:
    """Tell all findings; RunError where something is wrong."""
    wrong = []
    for name, look in _LOOKS.items():
        for state, words in look():
            sys.stdout.write(f"{state:6}{name:10}{words}\n")
            sys.stdout.flush()
            wrong += [name] if state == "wrong" else []
    if wrong:
        raise RunError(f"wrong here: {', '.join(dict.fromkeys(wrong))}; wanted: as the lines above say")


def _python() -> list[Finding]:
    found = f"{platform.python_version()} on {platform.machine()}, {platform.system()}"
    return [Finding("ok" if sys.version_info >= (3, 11) else "wrong", f"{found}; wanted >= 3.11")]


def _code() -> list[Finding]:
    from anticorr.provenance import git_revision

    version = importlib.metadata.version("anticorr")
    return [
        Finding(
            "ok", f"anticorr {version}, git revision {git_revision()}, in {Path(anticorr.__file__).parent}"
        )
    ]


def _packages() -> list[Finding]:
    """Those that every command needs, and extras, by what brings them."""
    by_extra: dict[str, list[str]] = {}
    for line in importlib.metadata.requires("anticorr") or []:
        name = re.split(r"[^\w.-]", line, maxsplit=1)[0]
        extra = re.search(r"extra == ['\"](\w+)", line)
        by_extra.setdefault(extra.group(1) if extra else "", []).append(name)
    found = []
    for extra, names in by_extra.items():
        have = {name: _version(name) for name in names}
        lacking = [name for name, version in have.items() if version is None]
        if not lacking:
            told = ", ".join(f"{name} {version}" for name, version in have.items())
            found.append(Finding("ok", f"{extra or 'core'}: {told}"))
        else:
            wanted = f"pip install 'anticorr[{extra}]'" if extra else "pip install anticorr"
            state = "-" if extra else "wrong"
            found.append(Finding(state, f"{extra or 'core'}: no {', '.join(lacking)}; wanted: {wanted}"))
    return found


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def _processor() -> list[Finding]:
    from anticorr.accelerate import most_threads
    from anticorr.cli.scales import cores_of

    cores = cores_of(Namespace(cores=None))
    return [Finding("ok", f"{cores} cores for this process, {most_threads()} threads at most in a run")]


def _disk() -> list[Finding]:
    """Here, in the folder for temporary files, and where compiled code is kept (`anticorr.accelerate`)."""
    caches = os.environ.get("NUMBA_CACHE_DIR") or os.environ.get("XDG_CACHE_HOME")
    found = []
    for what, place in (
        ("here", Path.cwd()),
        ("temporary files", Path(tempfile.gettempdir())),
        ("compiled code", Path(caches or Path.home() / ".cache")),
    ):
        there = next(folder for folder in (place, *place.parents) if folder.exists())
        room = shutil.disk_usage(there).free / 1e9
        if not os.access(there, os.W_OK):
            found.append(Finding("wrong", f"{what}: {place} cannot be written"))
        else:
            found.append(Finding("ok" if room > _LEAST_ROOM else "-", f"{what}: {room:.1f} GB in {place}"))
    return found


def _caches() -> list[Finding]:
    """Compiled code of this version and of others; records that clones share."""
    from anticorr.accelerate import _CACHE_FOLDER

    folder = Path(_CACHE_FOLDER)
    if any(folder.rglob("*.nbi")):
        found = [Finding("ok", f"compiled code: {_size(folder)} in {folder}")]
    else:
        found = [Finding("-", f"compiled code: none yet in {folder}; the first run takes a minute more")]
    others = [place for place in folder.parent.glob("kernels-*") if place != folder]
    if others:
        told = f"compiled code of other versions: {_size(*others)} in {len(others)} more beside it"
        found.append(Finding("ok", f"{told}; they may be removed"))
    shared = os.environ.get("SNAKEMAKE_OUTPUT_CACHE")
    if shared is None:
        found.append(Finding("-", "no SNAKEMAKE_OUTPUT_CACHE: records are not shared between clones"))
    elif not Path(shared).is_dir():
        found.append(Finding("wrong", f"SNAKEMAKE_OUTPUT_CACHE: got {shared}, wanted a folder; make it"))
    elif not os.access(shared, os.W_OK | os.X_OK):
        found.append(Finding("wrong", f"SNAKEMAKE_OUTPUT_CACHE: {shared} cannot be written"))
    else:
        found.append(Finding("ok", f"SNAKEMAKE_OUTPUT_CACHE: {_size(Path(shared))} in {shared}"))
    return found


def _size(*folders: Path) -> str:
    """Of the files below; of many, of those that were counted in time."""
    total, until, more = 0, time.monotonic() + _PATIENCE, ""
    for path in itertools.chain.from_iterable(folder.rglob("*") for folder in folders):
        with contextlib.suppress(OSError):  # removed since
            total += 0 if path.is_symlink() else path.stat().st_size
        if time.monotonic() > until:
            more = "more than "
            break
    return f"{more}{total / 1e6:.1f} MB"


def _cluster() -> list[Finding]:
    """SLURM: its partitions, where it answers."""
    place = shutil.which("sbatch")
    if place is None:
        return [Finding("-", "no sbatch: a SLURM cluster (docs/cluster.md)")]
    try:
        told = subprocess.run(
            ["sinfo", "--noheader", "--format=%R|%a|%D|%l"],
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
        )
    except subprocess.TimeoutExpired:
        return [Finding("-", f"sbatch: {place}, but sinfo gave no answer in {_PATIENCE:g} s")]
    except OSError as error:
        return [Finding("-", f"sbatch: {place}, but no sinfo ({error.strerror})")]
    rows = [line.split("|") for line in told.stdout.split()]
    if told.returncode or not rows:
        why = (told.stderr.strip().splitlines() or ["no partition"])[-1]
        return [Finding("-", f"sbatch: {place}, but no cluster answers: {why}")]
    each = [f"{name} ({up}, nodes {nodes}, time limit {limit})" for name, up, nodes, limit in rows]
    return [Finding("ok", f"sbatch: {place}; partitions: {', '.join(each)}")]


def _programs() -> list[Finding]:
    from anticorr.storage import ffmpeg

    try:
        found = [Finding("ok", f"ffmpeg: {ffmpeg()}")]
    except (ModuleNotFoundError, RuntimeError):
        found = [Finding("-", "no ffmpeg: movies as .mp4; wanted: pip install 'anticorr[movie]'")]
    for name, needed_for in _PROGRAMS.items():
        place = shutil.which(name)
        found.append(
            Finding("ok", f"{name}: {place}") if place else Finding("-", f"no {name}: {needed_for}")
        )
    return found


def _self_test() -> list[Finding]:
    """A small run twice, on one thread and on all: the same bits, and the rate of the second."""
    from anticorr.accelerate import most_threads
    from anticorr.provenance import content_digest
    from anticorr.specs import parse
    from anticorr.stages import measure, simulate

    sys.stderr.write("anticorr doctor: a small run (a minute more where code is yet to be compiled)\n")
    first, spec = time.perf_counter(), parse(_SPEC)
    trajectory = simulate.run(spec, threads=1)
    begun = time.perf_counter()
    again = simulate.run(spec, threads=most_threads())
    rate = spec.system.particles * spec.schedule.sample_steps / (time.perf_counter() - begun) / 1e6
    same = content_digest(trajectory) == content_digest(again)
    S = float(measure.run(trajectory)["S"][0])
    seconds = time.perf_counter() - first
    return [
        Finding(
            "ok" if same else "wrong",
            f"the same bits on 1 and {most_threads()} threads, {rate:.1f} M particle-steps/s"
            if same
            else f"other bits on {most_threads()} threads than on 1",
        ),
        Finding("ok" if S < 1 else "wrong", f"S at the smallest k, 1 at random: {S:.2f} after 1,500 steps"),
        Finding("ok", f"done in {seconds:.1f} s, compilation included"),
    ]


_LOOKS: dict[str, Callable[[], list[Finding]]] = {
    "code": _code,
    "python": _python,
    "packages": _packages,
    "processor": _processor,
    "disk": _disk,
    "caches": _caches,
    "programs": _programs,
    "cluster": _cluster,
    "self-test": _self_test,
}
