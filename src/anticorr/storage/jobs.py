"""What Snakemake noted of the jobs behind files: rule, times, what they read."""

import json
import os
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

NOTES = Path(".snakemake/metadata")
"""One JSON file for each output, its name the output's in base64; in pieces where that is too long."""
_LONGEST_NAME = 254


class Job(NamedTuple):
    """One job, as it was when its outputs were last made."""

    rule: str
    outputs: tuple[str, ...]
    read: frozenset[str]
    """Outputs of other jobs that it read."""
    started: float
    """Seconds since 1970."""
    ended: float
    size: int
    """Bytes of its outputs."""


def jobs_behind(targets: Iterable[str], notes: Path = NOTES) -> list[Job]:
    """Every job that the targets rest on, by following what was read; in the order of their start.

    Outputs that nothing is noted of are passed over: without notes there are no jobs.
    """
    noted: dict[str, dict[str, Any]] = {}
    outputs: dict[str, str | None] = {}  # by the path that names them, or something in them
    todo = list(targets)
    while todo:
        path = todo.pop()
        if path not in outputs:
            output, note = _noted(path, notes)
            outputs[path] = output
            if output is not None:
                noted[output] = note
                todo += note["input"]
    together: dict[tuple[str, ...], list[str]] = {}  # outputs of one job share its log
    for output, note in sorted(noted.items()):
        together.setdefault((note["rule"], *(note["log"] or [output])), []).append(output)
    jobs = []
    for mine in together.values():
        each = [noted[output] for output in mine]
        read = {output for note in each for path in note["input"] if (output := outputs[path]) is not None}
        started, ended = min(note["starttime"] for note in each), max(note["endtime"] for note in each)
        size = sum(_size(Path(output)) for output in mine)
        jobs.append(Job(each[0]["rule"], tuple(mine), frozenset(read), started, ended, size))
    return sorted(jobs, key=lambda job: (job.started, job.outputs))


def is_noted(output: str, notes: Path = NOTES) -> bool:
    """Whether anything is noted of an output, which may be a folder."""
    return _file(output, notes).is_file()


def _noted(path: str, notes: Path) -> tuple[str | None, dict[str, Any]]:
    """The path, or the folder above it that is the output of a job, and what is noted of it."""
    for output in (path, *map(str, Path(path).parents)):
        try:
            note = json.loads(_file(output, notes).read_text())
        except (OSError, ValueError):  # none, or one that is just being written
            continue
        if note.get("starttime") and note.get("endtime"):
            return output, note
    return None, {}


def _file(output: str, notes: Path) -> Path:
    name = urlsafe_b64encode(output.encode()).decode()
    pieces = [name[n : n + _LONGEST_NAME] for n in range(0, len(name), _LONGEST_NAME)]
    return notes.joinpath(*[f"@{piece}" for piece in pieces[:-1]], pieces[-1])


def _size(path: Path) -> int:
    if path.is_dir():
        return sum(_size(Path(entry)) for entry in os.scandir(path))
    return path.stat().st_size if path.is_file() else 0
