"""A companion's record and its spec."""

import json
from dataclasses import dataclass

import xarray as xr

from anticorr.specs.companion import Companion, parse
from anticorr.variables import COMPANIONS


@dataclass(frozen=True)
class Accompanied:
    """One companion theory and the simulation that it is held to."""

    spec: Companion
    companion: xr.Dataset


def accompanied(*records: xr.Dataset) -> list[Accompanied]:
    """Those among records, in order."""
    return [
        Accompanied(parse(json.loads(record.attrs["spec"])), record)
        for record in records
        if record.attrs["kind"] in COMPANIONS
    ]
