"""Plain data from YAML, JSON or CSV."""

import csv
import sys
from pathlib import Path
from typing import Any

import yaml

from anticorr.errors import InputError
from anticorr.sweeps import merged

_DEEPEST = 10
"""Configurations that may extend each other; more is a circle."""


class _EachKeyOnce(yaml.SafeLoader):
    """Refuses a mapping with a key twice, of which YAML would keep the last."""

    def construct_mapping(self, node, deep=False):
        keys = [key.value for key, _ in node.value]
        for n, key in enumerate(keys):
            if key in keys[:n]:
                raise InputError(f"line {node.value[n][0].start_mark.line + 1}: key {key!r} stands twice")
        return super().construct_mapping(node, deep)


def read_yaml(path: str | Path) -> Any:
    """Plain data from a YAML or JSON file ("-": standard input); InputError if it is missing or cannot be
    parsed."""
    try:
        text = sys.stdin.read() if path == "-" else Path(path).read_text()
        return yaml.load(text, Loader=_EachKeyOnce)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or 'could not be read'}") from None
    except InputError as error:
        raise InputError(f"{path}, {error}") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        where = getattr(error, "problem_mark", None)
        line = f", line {where.line + 1}" if where else ""
        raise InputError(f"{path}{line}: not valid YAML") from None


def read_config(path: str | Path, depth: int = 0) -> Any:
    """Plain data of a configuration; where it says `extends: other.yaml` (relative to it), the other one
    with its own sections laid over: mappings key by key, everything else replaced."""
    data = read_yaml(path)
    if not (isinstance(data, dict) and "extends" in data):
        return data
    if depth > _DEEPEST:
        raise InputError(f"{path}: extends: got a circle of files, allowed: none")
    if not isinstance(data["extends"], str):
        raise InputError(f"{path}: extends: got {data['extends']!r}, allowed: name of a file")
    base = read_config(Path(path).parent / data.pop("extends"), depth + 1)
    return merged(base, data) if isinstance(base, dict) else data


def read_rows(path: str | Path) -> list[dict[str, str]]:
    """Lines of a CSV file by the names of its columns; InputError if it is missing."""
    try:
        with open(path, newline="", encoding="utf-8") as file:
            # Below the table stands a line that says where it came from.
            return list(csv.DictReader(line for line in file if not line.startswith("#")))
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or 'could not be read'}") from None
