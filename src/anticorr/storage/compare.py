"""Two files that should be alike, where their bytes are not: pixels of pictures, numbers of tables."""

import csv
import math
import re
from pathlib import Path

import numpy as np

_NUMBER = re.compile(r"[-+]?\d[\d.,]*(e[-+]?\d+)?")
_RELATIVE = 1e-6
"""Numbers of two tables that differ by less are alike."""
_SQUARE, _QUARTER = 8, 64


def same_bytes(one: Path, other: Path) -> bool:
    return one.read_bytes() == other.read_bytes()


def share_that_differs(one: Path, other: Path) -> float:
    """Share of two PNG pictures, in squares of 8 by 8 pixels, whose mean colours differ by more than a
    quarter of the range: a line drawn one pixel away does not, a line that is not there does. 1 where
    their sizes differ."""
    from PIL import Image

    pictures = []
    for path in (one, other):
        with Image.open(path) as picture:
            pictures.append(np.asarray(picture.convert("RGB").reduce(_SQUARE), dtype=float))
    if pictures[0].shape != pictures[1].shape:
        return 1.0
    return float((np.abs(pictures[0] - pictures[1]).max(axis=2) > _QUARTER).mean())


def cells_that_differ(one: Path, other: Path) -> int:
    """Cells of two CSV files that differ, comments left out: numbers by more than 1e-6 of their size, text
    by more than the numbers in it. All cells where the tables have different shapes."""
    tables = [_table(path) for path in (one, other)]
    if [len(line) for line in tables[0]] != [len(line) for line in tables[1]]:
        return max(sum(map(len, table)) for table in tables)
    pairs = [zip(*lines, strict=True) for lines in zip(*tables, strict=True)]
    return sum(not _alike(*cells) for line in pairs for cells in line)


def _table(path: Path) -> list[list[str]]:
    with open(path, encoding="utf-8", newline="") as file:
        return [line for line in csv.reader(file) if not line[0].startswith("# [anticorr ")]


def _alike(one: str, other: str) -> bool:
    try:
        a, b = float(one), float(other)
    except ValueError:
        return _NUMBER.sub("#", one) == _NUMBER.sub("#", other)
    return math.isclose(a, b, rel_tol=_RELATIVE) or (math.isnan(a) and math.isnan(b))
