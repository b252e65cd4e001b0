"""Records as NetCDF-4 files. Numbers keep every bit; nothing larger than a piece need be in memory.

A file holds the digest of its contents, and no record is handed out whose contents have another: bits that
a disk or a transfer changed are found where they would enter, whatever reads them.
"""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import netCDF4
import numpy as np
import xarray as xr

from anticorr import records, variables
from anticorr.errors import InputError
from anticorr.provenance import Digest, content_digest
from anticorr.storage.whole import write_whole

_WANTED = "wanted: the file as it was written: remove it and make it again"
_PACKED_ROWS = 65536
"""Particles in one piece of a packed frame (1 MB in 2D)."""


class Column(NamedTuple):
    """A variable on its way into a file, in pieces along its first axis."""

    dtype: np.dtype
    shape: tuple[int, ...]
    pieces: Iterable[np.ndarray]


def write_record(record: xr.Dataset, path: str | Path) -> None:
    """Write a record as NetCDF-4; numbers keep every bit."""
    records.check(record, record.attrs.get("kind", ""))
    columns = {
        str(name): Column(variable.dtype, variable.shape, [variable.values])
        for name, variable in record.variables.items()
    }
    write_whole(path, lambda name: write_columns(name, dict(record.attrs), columns))


def write_columns(name: str, attributes: dict[str, Any], columns: dict[str, Column]) -> None:
    """Write a NetCDF-4 file of a record with these attributes (kind and all) and its digest."""
    positions = json.loads(attributes.get("spec", "{}")).get("record", {}).get("positions")
    units: dict[str, float] = {}
    digest = Digest(attributes.get("spec", ""))
    with netCDF4.Dataset(name, "w") as file:
        file.setncatts(attributes)
        for variable, column in columns.items():
            entry = variables.variable(attributes["kind"], variable, len(column.shape))
            if entry is None:
                raise KeyError(f"{variable}: got a variable that no {attributes['kind']} record holds")
            for dim, size in zip(entry.dims, column.shape, strict=True):
                if dim not in file.dimensions:
                    file.createDimension(dim, size)
            options: dict[str, Any] = {}
            unit, dtype = None, column.dtype
            if entry.dims[:1] == ("frame",) and len(column.shape) == 3:
                if positions == "compressed":
                    _, particles, axes = column.shape
                    options = {"compression": "zlib", "complevel": 4, "shuffle": True}
                    options["chunksizes"] = (1, min(particles, _PACKED_ROWS), axes)
                if positions == "uint16":
                    unit, dtype = attributes["box_side"] / 65536, np.dtype("u2")
            made = file.createVariable(variable, dtype, entry.dims, fill_value=False, **options)
            made.set_auto_maskandscale(False)
            made.setncatts({"units": entry.units, "long_name": entry.long_name})
            if unit is not None:  # whole numbers in a file, multiplied when it is read
                made.setncatts({"scale_factor": unit, "add_offset": 0.0})
                units[variable] = unit
        for variable in sorted(columns):  # the order of `content_digest`
            column = columns[variable]
            digest.add(
                variable,
                column.dtype,
                column.shape,
                _put(column.pieces, file[variable], units.get(variable)),
            )
        file.setncattr("digest", str(digest))


def _put(
    pieces: Iterable[np.ndarray], made: "netCDF4.Variable[Any]", unit: float | None
) -> Iterator[np.ndarray]:
    """Write pieces into a variable as they pass; unit: of which it holds whole numbers."""
    first = 0
    for piece in pieces:
        if unit is not None:
            made[first : first + len(piece)] = np.rint(piece / unit).astype(made.dtype)
            first += len(piece)
        elif piece.ndim:
            made[first : first + len(piece)] = piece
            first += len(piece)
        else:
            made[...] = piece
        yield piece


@contextmanager
def open_record(path: str | Path, *kinds: str) -> Iterator[xr.Dataset]:
    """A record whose arrays are read from the file when they are asked for, after the file was read once to
    compare its digest; see `read_record`."""
    with _opened(Path(path), kinds) as record:
        _compare(record, path)
        yield record


def read_record(path: str | Path, *kinds: str) -> xr.Dataset:
    """Read a record and check that it is one of `kinds` (any kind if none is given).

    Raises InputError: missing file, not a NetCDF file, wrong kind, missing variables, damage.
    """
    with _opened(Path(path), kinds) as record:
        record.load()
        _compare(record, path)
        return record


def _compare(record: xr.Dataset, path: str | Path) -> None:
    told = record.attrs.get("digest")
    if told is None:
        raise InputError(f"{path}: attribute digest is missing")
    got = content_digest(record)
    if got != told:
        raise InputError(f"{path}: damaged (digest {told} in the file, {got} of its contents); {_WANTED}")


@contextmanager
def _opened(path: Path, kinds: tuple[str, ...]) -> Iterator[xr.Dataset]:
    if not path.is_file():
        raise InputError(f"{path}: no such file")
    try:
        opened = xr.open_dataset(path, engine="netcdf4", decode_times=False, cache=False)
    except (OSError, ValueError, AttributeError, KeyError, RuntimeError) as error:
        raise InputError(
            f"{path}: not a NetCDF file, or a damaged one ({str(error).splitlines()[0]}); {_WANTED}"
        ) from None
    with opened as record:
        got = record.attrs.get("kind", "")
        if not isinstance(got, str) or got not in variables.KINDS:
            raise InputError(f"{path}: got a NetCDF file that is not a record of anticorr")
        if kinds and got not in kinds:
            raise InputError(f"{path}: got a {got} record, wanted a {' or '.join(kinds)} record")
        records.check(record, got, str(path))
        try:
            yield record
        except (OSError, RuntimeError) as error:  # the library found damage while reading
            raise InputError(f"{path}: damaged ({str(error).splitlines()[0]}); {_WANTED}") from None


def is_record(path: str | Path) -> bool:
    """Whether a file is a NetCDF file that says it is a record of anticorr, whole or not."""
    try:
        with netCDF4.Dataset(path) as file:
            return getattr(file, "kind", "") in variables.KINDS
    except OSError:
        return False


def read_attributes(path: str | Path) -> dict[str, str]:
    """What a record says of its origin, in text; nothing else of the file is read."""
    try:
        with netCDF4.Dataset(path) as file:
            return {name: str(file.getncattr(name)) for name in file.ncattrs()}
    except OSError as error:
        raise InputError(f"{path}: not a NetCDF file ({str(error).splitlines()[0]})") from None
