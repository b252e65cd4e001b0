"""Which records of a folder are read: one of each kind for every state."""

import json
from collections.abc import Mapping
from pathlib import Path

from anticorr.errors import InputError
from anticorr.figures.states import identity
from anticorr.specs import Spec, parse
from anticorr.variables import KINDS

_SHOWN = ("fit", "theory", "trajectory", "spectrum")


def chosen(told: Mapping[Path, Mapping[str, str]]) -> list[Path]:
    """Records to read, of those that say this of themselves: attributes by the name of the file.

    Of each state: its fit, its theory, one trajectory, and one spectrum where there is no fit; nothing
    where there is a theory alone. Of several of a kind: from a random start rather than a lattice, the
    longest, the lowest seed. Records of points that are not from a run, landscapes, trainings and
    companions are passed over. Raises InputError with a line for each file that is not a record, or whose
    spec cannot be read.
    """
    found: dict[str, dict[str, list[tuple[tuple[bool, int, int, str], Path]]]] = {}
    problems = []
    for path, attributes in told.items():
        kind = attributes.get("kind", "")
        if kind not in KINDS:
            problems.append(f"{path}: got a NetCDF file that is not a record of anticorr")
        if kind not in _SHOWN:
            continue
        try:
            data = json.loads(attributes.get("spec", "{}"))
            if "system" not in data:
                continue
            spec = parse(data)
        except (TypeError, ValueError):
            problems.append(
                f"{path}: attribute spec is not the JSON of a spec; wanted: the file as written"
            )
        except InputError as error:
            problems += [f"{path}: spec: {problem}" for problem in error.problems]
        else:
            of_kind = found.setdefault(identity(spec), {}).setdefault(kind, [])
            of_kind.append((_order(spec, path), path))
    if problems:
        raise InputError(*problems)
    return [
        min(entries)[1]
        for kinds in found.values()
        if set(kinds) != {"theory"}
        for kind, entries in kinds.items()
        if not (kind == "spectrum" and "fit" in kinds)
    ]


def _order(spec: Spec, path: Path) -> tuple[bool, int, int, str]:
    return spec.system.initial == "lattice", -spec.schedule.sample_steps, spec.seed, str(path)
