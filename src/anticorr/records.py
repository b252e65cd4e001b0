"""Records: xarray Datasets whose attributes name their kind and where they came from.

`build` makes one and `check` is called at every door, so a stage never meets a record that it does not
know. What each kind holds stands in `anticorr.variables`.
"""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike

from anticorr.errors import InputError
from anticorr.variables import COMPANIONS, KINDS, variable

SCHEMA_VERSION = 2
_WITHOUT_A_BOX = ("training", *COMPANIONS)
MSD_STEPS = 3000
"""Steps over which the verdict on a fluid reads the mean square displacement, if a run has them."""


def attributes_of(kind: str, **attributes: Any) -> dict[str, Any]:
    """Attributes of a record: text or numbers (NetCDF knows no None, bool or mapping)."""
    return {"kind": kind, "schema_version": SCHEMA_VERSION, **attributes}


def build(kind: str, values: Mapping[str, ArrayLike | None], **attributes: Any) -> xr.Dataset:
    """A record of a kind from plain arrays; None leaves an optional variable out.

    Attributes: see `attributes_of`.
    """
    variables, unknown = {}, []
    for name, value in values.items():
        if value is not None:
            array = np.asarray(value)
            entry = variable(kind, name, array.ndim)
            if entry is None:
                unknown.append(
                    f"record: unknown variable {name}, wanted one of anticorr.variables.KINDS[{kind!r}]"
                )
                continue
            variables[name] = (entry.dims, array, {"units": entry.units, "long_name": entry.long_name})
    if unknown:
        raise InputError(*unknown)
    return check(xr.Dataset(variables, attrs=attributes_of(kind, **attributes)), kind)


def check(record: xr.Dataset, kind: str, name: str = "record") -> xr.Dataset:
    """The record itself if it is one of the wanted kind, else InputError with every problem."""
    got = record.attrs.get("kind")
    if not isinstance(got, str) or got != kind:
        known = isinstance(got, str) and got in KINDS
        what = f"a {got} record" if known else "not a record of anticorr"
        raise InputError(f"{name}: got {what}, wanted a {kind} record")
    version = record.attrs.get("schema_version")
    if version != SCHEMA_VERSION:
        raise InputError(
            f"{name}: got schema_version {version}, wanted {SCHEMA_VERSION} (make the record again)"
        )
    seed = ["seed"] if kind not in ("spectrum", "fit") else []
    wanted = seed + (["box_side"] if kind not in _WITHOUT_A_BOX else [])
    problems = [f"{name}: attribute {a} is missing" for a in wanted if a not in record.attrs]
    spec = record.attrs.get("spec", "{}" if kind in ("spectrum", "fit") else None)
    try:
        readable = isinstance(json.loads(str(spec)), dict)
    except (TypeError, ValueError):
        readable = False
    if not readable:
        problems.append(f"{name}: attribute spec got {spec!r}, wanted the JSON of a spec")
    problems += [
        f"{name}: variable {required} is missing"
        for required, entry in KINDS[kind].items()
        if required not in record.variables and not entry.optional
    ]
    for found in map(str, record.variables):
        entry = variable(kind, found, record[found].ndim)
        if entry is None:
            problems.append(f"{name}: unknown variable {found}")
        elif record[found].dims != entry.dims:
            problems.append(f"{name}: {found} got dimensions {record[found].dims}, wanted {entry.dims}")
    if problems:
        raise InputError(*problems)
    return record
