"""Values laid over a configuration by dotted keys: `base.schedule.sample_steps`, `sweeps.plane.seeds`."""

from typing import Any

from anticorr.errors import InputError
from anticorr.sweeps import placed
from anticorr.wording import unknown_key

_NAMED = ("sweeps", "trainings", "companions", "figures", "claims")
"""Sections whose keys are names that the configuration chose; they may hold dots."""

_DOTTED = ("set", "grid", "linked", "ranges")
"""Sections of a sweep whose keys are dotted spec keys."""


def overridden(data: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """A copy of plain data of a configuration with dotted keys set, in their order.

    The key of a sweep, training, companion, figure or claim that is not there is refused (InputError, all
    at once), as there is nothing to change; other unknown keys and wrong values are told when the
    configuration is read.
    """
    problems: list[str] = []
    for key, value in changes.items():
        try:
            data = placed(data, _path(data, str(key)), value)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(*problems)
    return data


def _path(data: dict[str, Any], key: str) -> list[str]:
    """The keys from section to section that a dotted key means in these data."""
    path: list[str] = []
    rest: str | None = key
    here: Any = data
    while rest is not None:
        known = [name for name in here if isinstance(name, str)] if isinstance(here, dict) else []
        there = [name for name in known if rest == name or rest.startswith(f"{name}.")]
        if len(path) > 2 and path[0] == "sweeps" and path[-1] in _DOTTED:
            name = rest
        elif there:
            name = max(there, key=len)
        else:
            name, dot, _ = rest.partition(".")
            if dot and path and path[-1] in _NAMED and len(path) == 1:
                raise InputError(unknown_key(key, name, known))
        path.append(name)
        rest = rest[len(name) + 1 :] if len(rest) > len(name) else None
        here = here.get(name) if isinstance(here, dict) else None
    return path
