"""Files: records in NetCDF, specs in YAML or JSON. A file appears whole or not at all."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import xarray as xr
import yaml

from anticorr import records
from anticorr.errors import InputError, RunError


def check_writable(path: str | Path) -> None:
    """Raise InputError unless a file can be made at `path`."""
    path = Path(path)
    folder = path.parent
    if path.is_dir():
        raise InputError(f"--out: got {path}, a folder; wanted a file name")
    if path.exists() and not path.is_file():
        raise InputError(f"--out: got {path}, which is no ordinary file; wanted a file name")
    if not folder.is_dir():
        raise InputError(f"--out: got {path}, but there is no folder {folder}; make it first")
    if not os.access(folder, os.W_OK):
        raise InputError(f"--out: got {path}, but {folder} is not writable")


def write_whole(path: str | Path, write: Callable[[str], None]) -> None:
    """Call `write` with the name of a new file beside `path`, then rename it to `path`."""
    path = Path(path)
    check_writable(path)
    handle, name = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=path.suffix, dir=path.parent)
    os.close(handle)
    try:
        write(name)
        os.chmod(name, 0o666 & ~_umask())
        os.replace(name, path)
    except (OSError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise RunError(f"{path}: could not be written ({reason})") from None
    finally:
        if os.path.exists(name):
            os.unlink(name)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def write_record(record: xr.Dataset, path: str | Path) -> None:
    """Write a record as NetCDF-4; numbers keep every bit."""
    records.check(record, record.attrs.get("kind", ""))
    encoding = {name: {"_FillValue": None} for name in record.variables}
    write_whole(path, lambda name: record.to_netcdf(name, engine="netcdf4", encoding=encoding))


def read_record(path: str | Path, *kinds: str) -> xr.Dataset:
    """Read a record and check that it is one of `kinds` (any kind if none is given).

    Raises InputError: missing file, not a NetCDF file, wrong kind, missing variables.
    """
    path = Path(path)
    if not path.is_file():
        raise InputError(f"{path}: no such file")
    try:
        with xr.open_dataset(path, engine="netcdf4", decode_times=False) as opened:
            record = opened.load()
    except (OSError, ValueError, AttributeError, KeyError, RuntimeError) as error:
        raise InputError(f"{path}: not a NetCDF file ({str(error).splitlines()[0]})") from None
    got = record.attrs.get("kind", "")
    if not isinstance(got, str) or got not in records.KINDS:
        raise InputError(f"{path}: got a NetCDF file that is not a record of anticorr")
    if kinds and got not in kinds:
        raise InputError(f"{path}: got a {got} record, wanted a {' or '.join(kinds)} record")
    return records.check(record, got, str(path))


class _EachKeyOnce(yaml.SafeLoader):
    """Refuses a mapping with a key twice, of which YAML would keep the last."""

    def construct_mapping(self, node, deep=False):
        keys = [key.value for key, _ in node.value]
        for n, key in enumerate(keys):
            if key in keys[:n]:
                raise InputError(f"line {node.value[n][0].start_mark.line + 1}: key {key!r} stands twice")
        return super().construct_mapping(node, deep)


def read_yaml(path: str | Path) -> Any:
    """Plain data from a YAML or JSON file; InputError if it is missing or cannot be parsed."""
    path = Path(path)
    try:
        return yaml.load(path.read_text(), Loader=_EachKeyOnce)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or 'could not be read'}") from None
    except InputError as error:
        raise InputError(f"{path}, {error}") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        where = getattr(error, "problem_mark", None)
        line = f", line {where.line + 1}" if where else ""
        raise InputError(f"{path}{line}: not valid YAML") from None
