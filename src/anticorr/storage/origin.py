"""What files say of where they came from; nothing is read but that."""

from pathlib import Path

import netCDF4

from anticorr import layout, origin
from anticorr.errors import InputError
from anticorr.lineage import Known
from anticorr.storage.folders import files_below
from anticorr.storage.movie import comment_of
from anticorr.variables import KINDS

SIGNED = (".pdf", ".png", ".svg", ".csv", ".md", ".html", ".mp4", ".gif")
"""Endings of the files that hold an origin."""


def read_origin(path: str | Path) -> origin.Origin:
    """Of a figure, movie or table of claims; InputError when there is no such file, or no origin in it."""
    try:
        text = comment_of(path) if str(path).endswith(".gif") else Path(path).read_bytes().decode("latin-1")
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or 'could not be read'}") from None
    found = origin.find(text)
    if found is None:
        raise InputError(f"{path}: got no origin, wanted a file of `anticorr figure`, `movie` or `claims`")
    return found


def find_records(folder: str | Path) -> dict[str, Known]:
    """Records below a folder by the digest that each holds; their numbers are not read.

    Unfinished runs, and what cannot be opened, are left out.
    """
    folder = Path(folder)
    found: dict[str, Known] = {}
    if not folder.is_dir():
        raise InputError(f"--in: got {folder}, wanted a folder")
    for path in files_below(folder):
        inside = path.relative_to(folder)
        if any(part.startswith(".") or part.endswith(".partial") for part in inside.parts):
            continue
        try:
            with netCDF4.Dataset(path) as file:
                told = {name: file.getncattr(name) for name in file.ncattrs()}
        except (OSError, RuntimeError):
            continue
        if told.get("kind") in KINDS and "digest" in told:
            found.setdefault(told["digest"], Known(str(inside), told))
    return found


def results_folder(path: str | Path) -> Path:
    """The nearest folder above a file that holds two or more of the folders of a scale, else its own."""
    names = (*layout.FOLDERS.values(), layout.FIGURES, layout.CLAIMS)
    parents = Path(path).absolute().parents
    for parent in parents:
        if sum((parent / name).is_dir() for name in names) >= 2:
            return parent
    return parents[0]
