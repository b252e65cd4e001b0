"""What commands ask of their options and files before any work."""

import math
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anticorr import config
from anticorr.config import Config
from anticorr.errors import InputError

if TYPE_CHECKING:
    import xarray as xr


def collect(*attempts: Callable[[], Any]) -> list[Any]:
    """Results of all attempts, or one InputError with the problems of all that failed."""
    results: list[Any] = []
    problems: list[str] = []
    for attempt in attempts:
        try:
            results.append(attempt())
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(*problems)
    return results


def read_spec(path: str, parse: Callable[[dict[str, Any]], Any] | None = None) -> Any:
    """The spec in a file: of a particle run, or of what `parse` makes of it."""
    from anticorr import specs, storage

    try:
        return (parse or specs.parse)(storage.read_yaml(path))
    except InputError as error:
        named = [p if p.startswith(path) else f"{path}: {p}" for p in error.problems]
        raise InputError(*named) from None


def read_all(paths: Sequence[str], *kinds: str) -> "list[xr.Dataset]":
    """Records of files, and all that folders hold; or one InputError with all problems."""
    from anticorr import storage

    def files(path: str) -> list[str | Path]:
        return [*storage.records_in(path).values()] if os.path.isdir(path) else [path]

    found = [file for listed in collect(*[lambda p=p: files(p) for p in paths]) for file in listed]
    return collect(*[lambda file=file: storage.read_record(file, *kinds) for file in found])


def read_plan(path: str) -> Config:
    """The configuration in a file, checked with all its runs."""
    from anticorr import storage

    try:
        plan = config.read(storage.read_config(path))
        config.expand(plan)
    except InputError as error:
        raise InputError(*[p if p.startswith(path) else f"{path}: {p}" for p in error.problems]) from None
    return plan


def outs(paths: Sequence[str], *suffixes: str) -> None:
    from anticorr.storage import check_writable

    for path in paths:
        check_writable(path)
        if suffixes and not path.endswith(suffixes):
            raise InputError(f"--out: got {path}, allowed endings: {' '.join(suffixes)}")


def at_least(name: str, value: float | None, least: float, strict: bool = False) -> None:
    if value is None:
        return
    if not math.isfinite(value) or value < least or (strict and value == least):
        raise InputError(f"{name}: got {value:g}, allowed {'>' if strict else '>='} {least:g}")


def check_threads(number: int) -> None:
    """Checked before numba is imported, which would be slow, and which reads its own limit once."""
    try:
        most = int(os.environ["NUMBA_NUM_THREADS"])
    except (KeyError, ValueError):
        most = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if not 1 <= number <= most:
        raise InputError(
            f"--threads: got {number}, allowed >= 1 and <= {most} (the cores here; the environment "
            "variable NUMBA_NUM_THREADS raises it)"
        )
