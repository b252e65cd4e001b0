"""Positions from NumPy, NetCDF and GSD files, through the libraries of these formats.

Readers return what those of points_text do.
"""

import importlib
import zipfile
from collections.abc import Container, Hashable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike

from anticorr.errors import InputError
from anticorr.storage.points_text import Found
from anticorr.storage.records import open_record

_POSITION = ("position", "positions", "points", "coordinates")
_BOX = ("box_side", "box", "side", "cell_lengths")
_SPECIES = ("species", "type")


def read_npy(path: Path) -> Found:
    """(particle, axis) or (frame, particle, axis)."""
    with _reading(path, "an .npy file of numbers"):
        return Found(_frames(np.load(path, allow_pickle=False)))


def read_npz(path: Path) -> Found:
    """Arrays `position`, `box` (side, or one length an axis) and `species`; or one array alone."""
    with _reading(path, "an .npz file of numbers"), np.load(path, allow_pickle=False) as file:
        name = _named(file.files, _POSITION) or (file.files[0] if len(file.files) == 1 else None)
        if name is None:
            raise ValueError(f"got arrays {', '.join(file.files)}, wanted `position`")
        position = _frames(file[name])
        box, species = _named(file.files, _BOX), _named(file.files, _SPECIES)
        return Found(
            position,
            None if box is None else _lengths(file[box], len(position)),
            species=None if species is None else [file[species]] * len(position),
        )


def read_netcdf(path: Path) -> Found:
    """A trajectory record, or any file with a variable (frame, particle, axis), box_side as an attribute or
    variable (or AMBER's cell_lengths and cell_angles), and species (particle)."""
    with (
        _reading(path, "a NetCDF file"),
        xr.open_dataset(path, engine="netcdf4", decode_times=False) as file,
    ):
        record = "kind" in file.attrs and "schema_version" in file.attrs
        if not record:
            return _plain_netcdf(file)
    with open_record(path, "trajectory") as record:
        if "position" not in record:
            raise InputError(f"{path}: got a trajectory without frames, wanted one with positions")
        side = float(record.attrs["box_side"])
        position = _frames(record["position"].values)
        return Found(position, _lengths(side, len(position)), periodic=(True,) * 3)


def _plain_netcdf(file: xr.Dataset) -> Found:
    three = [name for name, v in file.data_vars.items() if v.ndim == 3 and v.shape[2] in (2, 3)]
    name = _named(file.data_vars, _POSITION) or (three[0] if len(three) == 1 else None)
    if name is None:
        got = ", ".join(map(str, file.data_vars))
        raise ValueError(f"got variables {got}, wanted `position` (frame, particle, axis)")
    position = _frames(file[name].values)
    box = _named([*file.attrs, *file.variables], _BOX)
    lengths = None
    if box is not None:
        value = file[box].values if box in file.variables else file.attrs[box]
        lengths = _lengths(value, len(position))
    right = "cell_angles" not in file or bool((file["cell_angles"].values == 90).all())
    species = _named(file.variables, _SPECIES)
    labels = None if species is None else [file[species].values] * len(position)
    return Found(position, lengths, right, (True,) * 3 if box == "cell_lengths" else None, labels)


def read_gsd(path: Path) -> Found:
    """GSD of HOOMD, whose boxes are periodic; types are the species."""
    try:
        hoomd = importlib.import_module("gsd.hoomd")
    except ImportError:
        raise InputError(
            f"{path}: this format needs the package gsd, which is not installed; wanted: pip install "
            "'anticorr[export]', or another format"
        ) from None
    position, lengths, species, right = [], [], [], True
    with _reading(path, "a GSD file"), hoomd.open(str(path), "r") as file:
        for frame in file:
            axes = frame.configuration.dimensions
            position.append(frame.particles.position[:, :axes].astype(float))
            lengths.append(np.array(frame.configuration.box[:axes], dtype=float))
            right &= not np.any(frame.configuration.box[3:])
            species.append(np.array(frame.particles.types)[frame.particles.typeid])
    return Found(position, lengths, right, (True,) * 3, species)


def _frames(array: ArrayLike) -> list[np.ndarray]:
    array = np.asarray(array, dtype=float)
    if array.ndim == 2:
        array = array[None]
    if array.ndim != 3:
        raise ValueError(f"got positions of shape {array.shape}, wanted (frame, particle, axis)")
    return list(array)


def _lengths(value: ArrayLike, frames: int) -> list[np.ndarray]:
    """Box lengths of each frame, from one number, one an axis, or (frame, axis)."""
    value = np.asarray(value, dtype=float)
    if value.ndim > 2 or (value.ndim == 2 and len(value) != frames):
        raise ValueError(f"got a box of shape {value.shape}, wanted one length, or one for each axis")
    return list(value) if value.ndim == 2 else [value.reshape(-1)] * frames


def _named(found: Container[Hashable], names: Iterable[str]) -> str | None:
    return next((name for name in names if name in found), None)


@contextmanager
def _reading(path: Path, what: str) -> Iterator[None]:
    """Errors of a library become words."""
    try:
        yield
    except (
        OSError, ValueError, TypeError, KeyError, IndexError, RuntimeError, EOFError, zipfile.BadZipFile
    ) as error:  # fmt: skip
        told = (str(error).splitlines() or [type(error).__name__])[0]
        raise InputError(f"{path}: could not be read as {what} ({told})") from None
