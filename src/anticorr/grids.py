"""States of a sweep from lists of values: all products of a grid, and lists whose entries go together."""

import itertools
import math
import re
from collections import Counter
from typing import Any

from anticorr.strict import FOLDER_NAME, FOLDER_NAME_WORDS
from anticorr.wording import named, repeated, told

MOST_STATES = 10_000
"""States of one sweep; more are refused before they are listed."""

_LONGEST = 40
"""Characters of a value in the name of a state; for a longer one stands its place in the list."""


def problems(grid: dict[str, list[Any]], linked: dict[str, list[Any]]) -> list[str]:
    """A line for everything that keeps these lists from being states with names of their own."""
    found = [
        f"{way}.{named(key)}: got no values, allowed: one or more"
        for way, lists in (("grid", grid), ("linked", linked))
        for key, values in lists.items()
        if not values
    ]
    for key, values in grid.items():
        found += repeated(f"grid.{named(key)}", values)
        if key in linked:
            found.append(f"grid.{named(key)}: got values in linked too, allowed: in one of the two")
    first = next(iter(linked), "")
    together = len(linked[first]) if linked else 1
    found += [
        f"linked.{named(key)}: got {len(values)} values, allowed: {together}, as many as {named(first)} has"
        for key, values in linked.items()
        if len(values) != together
    ]
    number = math.prod(map(len, grid.values())) * together
    if number > MOST_STATES:
        found.append(f"grid: got {told(number)} states, allowed: {MOST_STATES} or fewer")
    if found:
        return found
    found = repeated("linked", list(zip(*linked.values(), strict=True)))
    names = [name for name, _ in states(grid, linked)]
    found += [
        f"states: got the name {told(name)}, allowed: {FOLDER_NAME_WORDS}"
        for name in names
        if not re.fullmatch(FOLDER_NAME, name)
    ]
    return found or repeated("names of states", names)


def states(grid: dict[str, list[Any]], linked: dict[str, list[Any]]) -> list[tuple[str, dict[str, Any]]]:
    """Name and dotted spec keys of every state: entries of the linked lists times products of the grid.

    A name holds the last part of each key and its value; of linked lists only the first keys, as many as
    tell the entries apart.
    """
    axes = [[[(key, value, label)] for value, label in _labelled(values)] for key, values in grid.items()]
    if linked:
        columns = [[(key, *one) for one in _labelled(values)] for key, values in linked.items()]
        axes.insert(0, [list(entry) for entry in zip(*columns, strict=True)])
    telling = _telling([[label for _, _, label in entry] for entry in axes[0]]) if linked else 1
    made = []
    for chosen in itertools.product(*axes):
        shown = [one[: telling if linked and n == 0 else 1] for n, one in enumerate(chosen)]
        parts = [f"{key.rsplit('.')[-1]}_{label}" for one in shown for key, _, label in one]
        made.append(("_".join(parts), {key: value for one in chosen for key, value, _ in one}))
    return made


def _telling(entries: list[list[str]]) -> int:
    """How many of the first labels of each entry it takes to tell all entries apart."""
    for n in range(1, len(entries[0])):
        if len({tuple(labels[:n]) for labels in entries}) == len(entries):
            return n
    return len(entries[0])


def _labelled(values: list[Any]) -> list[tuple[Any, str]]:
    """Values and what stands for them in a name: themselves; of sections their kind, if each has another;
    else their place in the list, from 1."""
    kinds = Counter(str(value.get("kind")) for value in values if isinstance(value, dict))
    made = []
    for place, value in enumerate(values, start=1):
        text = value.get("kind", "") if isinstance(value, dict) else value
        text = text if isinstance(text, str) else told(text)
        fits = re.fullmatch(r"[A-Za-z0-9_.+-]+", text) and len(text) <= _LONGEST
        made.append((value, text if fits and kinds.get(text, 1) == 1 else str(place)))
    return made
