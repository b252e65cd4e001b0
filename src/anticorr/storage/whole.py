"""A file appears whole or not at all: it is written under another name, then renamed."""

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from anticorr.errors import InputError, WriteError

_LITTLE = 100_000
"""Bytes that are free where a disk counts as full."""


def check_writable(path: str | Path) -> None:
    """Raise InputError unless a file can be made at `path`."""
    path = Path(path)
    if path.is_dir():
        raise InputError(f"--out: got {path}, a folder; wanted a file name")
    if path.exists() and not path.is_file():
        raise InputError(f"--out: got {path}, which is no ordinary file; wanted a file name")
    check_place(path)


def check_place(path: Path) -> None:
    """Raise InputError unless something can be made in the folder of `path`."""
    folder = path.parent
    if not folder.is_dir():
        raise InputError(f"--out: got {path}, but there is no folder {folder}; make it first")
    if not os.access(folder, os.W_OK):
        raise InputError(f"--out: got {path}, but {folder} is not writable")


def read_bytes(path: str | Path) -> bytes:
    """Contents of a file; InputError if it is missing."""
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or 'could not be read'}") from None


def write_whole(path: str | Path, write: Callable[[str], None]) -> None:
    """Call `write` with the name of a new file beside `path`, then rename it to `path`."""
    path = Path(path)
    check_writable(path)
    handle, name = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=path.suffix, dir=path.parent)
    os.close(handle)
    write_as(path, name, write)


def write_text(path: str | Path, text: str) -> None:
    """Write a text file whole."""

    def write(name: str) -> None:
        with open(name, "w", encoding="utf-8", newline="") as file:
            file.write(text)

    write_whole(path, write)


def write_as(path: Path, name: str, write: Callable[[str], None]) -> None:
    """Call `write(name)`, then rename `name`, in the same file system, to `path`.

    The contents are on the disk before the name is. Raises WriteError; `name` is gone afterwards.
    """
    try:
        write(name)
        os.chmod(name, 0o666 & ~_umask())
        with open(name, "rb") as file:
            os.fsync(file.fileno())
        os.replace(name, path)
        sync_folder(path.parent)
    except (OSError, RuntimeError) as error:
        full = shutil.disk_usage(path.parent).free < _LITTLE  # which the libraries of a file may not tell
        told = "No space left on device" if full else reason(error)
        raise WriteError(f"{path}: could not be written ({told})") from None
    finally:
        if os.path.exists(name):
            os.unlink(name)


def reason(error: Exception) -> str:
    """What the system says of a failed call."""
    return getattr(error, "strerror", None) or str(error)


def sync_folder(folder: Path) -> None:
    """New names in a folder are on the disk when this returns."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
