"""Where a record came from: code, versions, git revision, machine, time; digest of its contents."""

import functools
import hashlib
import importlib.metadata
import os
import platform
import subprocess
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from anticorr.syntax import imports_and_meaning

if TYPE_CHECKING:  # the workflow asks for digests of code alone, hundreds of times
    import numpy as np
    import xarray as xr

_ROOT = Path(__file__).parent
_PIECE_BYTES = 32_000_000
_PACKAGES = ("numpy", "scipy", "numba", "finufft", "xarray", "netCDF4", "pydantic")
_OF_IMPORTS = {
    "jax": ("jax", "jaxlib"),
    "optax": ("optax",),
    "matfree": ("matfree",),
    "matplotlib": ("matplotlib", "pillow"),
    "sklearn": ("scikit-learn",),
}
"""Packages of extras that numbers depend on, by the name of an import: they count where it is made."""


@functools.cache
def code_digest(*modules: str) -> str:
    """Digest of modules of this package and of all modules of it that they import.

    Comments, docstrings and layout do not count: what is hashed is the syntax tree (`syntax`). The versions
    of the packages that numbers depend on count, those of extras where they are imported. Example:
    `code_digest("anticorr.stages.simulate")`.
    """
    for module in modules:
        if _file(module) is None:
            raise ValueError(f"code_digest: got {module!r}, wanted a module of this package")
    digest = hashlib.sha256(_versions(modules).encode())
    for name in sorted(_closure(modules)):
        digest.update(name.encode())
        digest.update(_read(name)[1])
    return digest.hexdigest()[:16]


@functools.cache
def _file(module: str) -> Path | None:
    package, *parts = module.split(".")
    if package != __name__.split(".")[0]:
        return None
    base = _ROOT.joinpath(*parts)
    for path in (base.with_suffix(".py"), base / "__init__.py"):
        if parts and path.is_file():
            return path
    return None


def _closure(modules: tuple[str, ...]) -> set[str]:
    found, todo = set(), [*modules]
    while todo:
        name = todo.pop()
        if name in found or _file(name) is None:
            continue
        found.add(name)
        todo += _read(name)[0]
    return found


@functools.cache
def _read(module: str) -> tuple[list[str], bytes]:
    """What a module imports, and what it does."""
    path = _file(module)
    assert path is not None  # of a module that is there, see `_closure`
    return imports_and_meaning(path.read_text())


def versions(*stages: str) -> str:
    """Versions of Python, of the packages that the numbers of stages depend on, and of this one."""
    return f"anticorr {importlib.metadata.version('anticorr')}, {_versions(stages)}"


@functools.cache
def _versions(modules: tuple[str, ...]) -> str:
    imported = {name.split(".")[0] for module in _closure(modules) for name in _read(module)[0]}
    extras = [package for name in _OF_IMPORTS if name in imported for package in _OF_IMPORTS[name]]
    listed = [f"{name} {importlib.metadata.version(name)}" for name in (*_PACKAGES, *extras)]
    return ", ".join([f"python {platform.python_version()}", *listed])


@functools.cache
def git_revision() -> str:
    """`git describe --always --dirty` of the source tree, or "unknown" for an installed package."""
    try:
        _git("ls-files", "--error-unmatch", __file__)  # else it is somebody else's repository
        return _git("describe", "--always", "--dirty")
    except (OSError, subprocess.SubprocessError):
        return "unknown"


def _git(*arguments: str) -> str:
    told = subprocess.run(
        ["git", *arguments], cwd=_ROOT, capture_output=True, text=True, timeout=10, check=True
    )
    return told.stdout.strip()


class Clock:
    """When a stage began, and how long it has worked: of a run that went on, all its processes together."""

    def __init__(self, started: str | None = None, seconds: float = 0.0):
        """Begin now, or go on from the time told by another clock."""
        self.started = started or datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        self._since = time.monotonic() - seconds

    @property
    def seconds(self) -> float:
        return round(time.monotonic() - self._since, 3)


def machine() -> str:
    """System, architecture and usable cores, as "Linux x86_64, 2 cores"; no name."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return f"{platform.system()} {platform.machine()}, {cores} core{'s' if cores > 1 else ''}"


def attributes(*stages: str, clock: Clock, **inputs: str) -> dict[str, str | float]:
    """Provenance attributes of a record made by a stage since its clock began; `inputs` are digests of what
    it was made from."""
    return {
        "code_digest": code_digest(*stages),
        "versions": versions(*stages),
        "git_revision": git_revision(),
        "machine": machine(),
        "started": clock.started,
        "duration_s": clock.seconds,
        "inputs": listed(inputs),
    }


def listed(inputs: dict[str, str]) -> str:
    """Digests by name as one text."""
    return ", ".join(f"{name} {digest}" for name, digest in inputs.items())


def inputs_of(text: str) -> list[tuple[str, str]]:
    """(name, digest) of what `listed` wrote."""
    return [
        (name, digest) for name, space, digest in (e.rpartition(" ") for e in text.split(", ")) if space
    ]


class Digest:
    """Digest of arrays by name, piece by piece; `about` counts too."""

    def __init__(self, about: str = ""):
        self._hash = hashlib.sha256(about.encode())

    def add(
        self, name: str, dtype: "np.dtype", shape: tuple[int, ...], pieces: "Iterable[np.ndarray]"
    ) -> None:
        self._hash.update(f"{name} {dtype.str} {shape}".encode())
        for piece in pieces:
            self._hash.update(piece.tobytes())

    def __str__(self) -> str:
        return self._hash.hexdigest()[:16]


def content_digest(record: "xr.Dataset") -> str:
    """Digest of the data variables and the spec: equal if and only if two records hold the same bits,
    whenever and wherever they were made."""
    digest = Digest(str(record.attrs.get("spec", "")))
    for name in sorted(map(str, record.variables)):
        variable = record[name]
        digest.add(name, variable.dtype, variable.shape, _pieces(variable))
    return str(digest)


def _pieces(variable: "xr.DataArray") -> "Iterable[np.ndarray]":
    """Some rows at a time: the record may be open in a file that is larger than memory."""
    if not variable.ndim:
        yield variable.values
        return
    at_once = max(1, _PIECE_BYTES * len(variable) // max(1, variable.nbytes))
    for first in range(0, len(variable), at_once):
        yield variable[first : first + at_once].values


def array_digest(**arrays: "np.ndarray") -> str:
    """Digest of arrays that belong to no record, by name."""
    digest = Digest()
    for name, array in arrays.items():
        digest.add(name, array.dtype, array.shape, [array])
    return str(digest)
