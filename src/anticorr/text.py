"""Plain data from YAML, JSON or CSV, and the values that a command line lays over it."""

import csv
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from anticorr.errors import InputError
from anticorr.overrides import overridden
from anticorr.sweeps import merged
from anticorr.wording import named, told

_DEEPEST = 10
"""Configurations that may extend each other; more is a circle."""

_NOT_YAML = (
    yaml.YAMLError, ValueError, RecursionError,
    # What PyYAML's constructors of tagged scalars (`!!timestamp x`, `!!bool x`) stumble over.
    AttributeError, KeyError, IndexError, TypeError,
)  # fmt: skip


class _Strict(yaml.SafeLoader):
    """Refuses keys that stand twice, of which YAML would keep the last, and values that hold themselves."""

    def __init__(self, stream: str) -> None:
        super().__init__(stream)
        self.deep_construct = True  # values are whole before their place is filled: a circle is an error

    def compose_mapping_node(self, anchor: Any) -> yaml.MappingNode:
        node = super().compose_mapping_node(anchor)
        keys = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value in keys:
                line = key.start_mark.line + 1
                raise InputError(f"line {line}: got key {told(key.value)} twice, allowed: each once")
            keys.add(key.value if isinstance(key, yaml.ScalarNode) else None)
        return node

    def construct_yaml_int(self, node: yaml.ScalarNode) -> int:
        value = super().construct_yaml_int(node)
        if value.bit_length() > 64:
            line = node.start_mark.line + 1
            raise InputError(f"line {line}: got {told(value)}, allowed: at most 64 bits")
        return value


_Strict.add_constructor("tag:yaml.org,2002:int", _Strict.construct_yaml_int)


def read_yaml(path: str | Path) -> Any:
    """Plain data from a YAML or JSON file ("-": standard input); InputError if it is missing or cannot be
    parsed."""
    name = named(str(path), longest=1000)
    try:
        return _loaded(sys.stdin.read() if path == "-" else Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{name}: {error.strerror or 'could not be read'}") from None
    except InputError as error:
        raise InputError(f"{name}, {error}") from None
    except _NOT_YAML as error:
        raise InputError(f"{name}{_what_is_wrong(error)}") from None


def _loaded(text: str) -> Any:
    return yaml.load(text, Loader=_Strict)


def _what_is_wrong(error: Exception) -> str:
    where, problem = getattr(error, "problem_mark", None), getattr(error, "problem", None)
    line = f", line {where.line + 1}" if where else ""
    return f"{line}: not valid YAML{f' ({named(problem, longest=200)})' if problem else ''}"


def read_config(path: str | Path) -> Any:
    """Plain data of a configuration, whole (see `completed`)."""
    return completed(read_yaml(path), Path(path).parent)


def completed(data: Any, folder: Path, depth: int = 0) -> Any:
    """A configuration laid over the one that it `extends` (a file, relative to `folder`): mappings key by
    key, everything else replaced. Then come the dotted keys of its `set`, whose text is read as YAML, since
    text is what Snakemake makes of the values of --config."""
    if not isinstance(data, dict):
        return data
    data, problems = dict(data), []
    over, changes = data.pop("extends", None), data.pop("set", {})
    if over is not None and not isinstance(over, str):
        problems.append(f"extends: got {told(over)}, allowed: name of a file")
    if not isinstance(changes, dict):
        problems.append(f"set: got {told(changes)}, allowed: a mapping of dotted keys to values")
    if depth > _DEEPEST:
        problems.append(f"{folder / str(over)}: extends: got a circle of files, allowed: none")
    if problems:
        raise InputError(*problems)
    if over is not None:
        base = completed(read_yaml(folder / over), (folder / over).parent, depth + 1)
        if not isinstance(base, dict):
            raise InputError(
                f"{folder / over}: got {type(base).__name__}, allowed: a mapping of keys to values"
            )
        data = merged(base, data)
    return overridden(data, {key: _typed(value) for key, value in changes.items()}) if changes else data


def read_changes(arguments: Iterable[str]) -> dict[str, Any]:
    """Changes for `overridden` from words `KEY=VALUE` of a command line, values in YAML."""
    changes, problems = {}, []
    for argument in arguments:
        key, sign, text = argument.partition("=")
        try:
            value = _loaded(text)
        except InputError as error:
            problems.append(f"{told(argument)}, {error}")
        except _NOT_YAML as error:
            problems.append(f"{told(argument)}{_what_is_wrong(error)}")
        else:
            if not sign or not key:
                problems.append(f"{told(argument)}: got no key and value, wanted: KEY=VALUE")
            elif key in changes:
                problems.append(f"{key}: got a value twice, allowed: each once")
            changes[key] = value
    if problems:
        raise InputError(*problems)
    return changes


def _typed(value: Any) -> Any:
    """What text stands for in YAML, where that is a number, true, false or null; other text as it is."""
    if isinstance(value, dict):
        return {key: _typed(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_typed(inner) for inner in value]
    try:
        read = _loaded(value) if isinstance(value, str) and value else value
    except (*_NOT_YAML, InputError):
        return value
    return read if isinstance(read, int | float | None) else value


def read_rows(path: str | Path) -> list[dict[str, str]]:
    """Lines of a CSV file by the names of its columns; InputError if it is missing."""
    try:
        with open(path, newline="", encoding="utf-8") as file:
            # Below the table stands a line that says where it came from.
            return list(csv.DictReader(line for line in file if not line.startswith("#")))
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or 'could not be read'}") from None
