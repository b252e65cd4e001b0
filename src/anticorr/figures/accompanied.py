"""A companion's record and its spec."""

import json
from dataclasses import dataclass

import xarray as xr

from anticorr.errors import InputError
from anticorr.specs.companion import Companion, parse
from anticorr.variables import COMPANIONS


@dataclass(frozen=True)
class Accompanied:
    """One companion theory and the simulation that it is held to."""

    spec: Companion
    companion: xr.Dataset


def only(kind: str, *records: xr.Dataset) -> Accompanied:
    """The one companion of a kind among records; InputError where there is none, or more."""
    mine = [one for one in accompanied(*records) if one.spec.kind == kind]
    if len(mine) != 1:
        raise InputError(f"records: got {len(mine)} of kind {kind}, wanted one")
    return mine[0]


def accompanied(*records: xr.Dataset) -> list[Accompanied]:
    """Those among records, in order."""
    return [
        Accompanied(parse(json.loads(record.attrs["spec"])), record)
        for record in records
        if record.attrs["kind"] in COMPANIONS
    ]
