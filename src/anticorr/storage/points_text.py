"""Positions from text: columns of numbers, extended XYZ, and LAMMPS dumps.

A reader returns, frame by frame, positions (particle, axis), box lengths (None: not told), whether angles
are right, which axes are periodic (None: not told) and species (None: not told).
"""

import re
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np

from anticorr.errors import InputError

_FRAME, _SPECIES = ("frame", "step", "timestep", "time"), ("species", "type", "kind")


class Found(NamedTuple):
    """What a file holds; see above."""

    position: list[np.ndarray]
    lengths: list[np.ndarray] | None = None
    right: bool = True
    periodic: tuple[bool, ...] | None = None
    species: list[np.ndarray] | None = None


def read_table(path: Path) -> Found:
    """Columns x, y[, z] between commas, semicolons or blanks. A header may name them, in any order, and
    frame (or step) and species (or type) beside them; lines that begin with # are comments."""
    try:
        lines = path.read_text().splitlines()
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: could not be read ({error})") from None
    numbered = [(n + 1, line.strip()) for n, line in enumerate(lines)]
    rows = [(n, line) for n, line in numbered if line and not line.startswith("#")]
    if rows and rows[0][1].startswith("ITEM:"):
        return read_dump(path)
    if not rows:
        raise InputError(f"{path}: got no numbers, wanted columns x, y[, z]")
    between = next((mark for mark in ",;" if mark in rows[0][1]), None)
    table = [[word.strip().strip('"') for word in line.split(between)] for _, line in rows]
    names = [word.lower() for word in table[0]]
    if all(_is_number(word) for word in names):
        names = ["x", "y", "z"][: len(names)] if len(names) in (2, 3) else names
        if len(names) not in (2, 3):
            raise InputError(
                f"{path}: got {len(names)} columns without a header, wanted x, y[, z] or a header"
            )
    else:
        rows, table = rows[1:], table[1:]
    if not {"x", "y"} <= set(names):
        raise InputError(f"{path}: got columns {', '.join(names)}, wanted x, y[, z][, frame][, species]")
    wrong = [n for (n, _), words in zip(rows, table, strict=True) if len(words) != len(names)]
    if wrong:
        raise InputError(f"{path}: line {wrong[0]} has not the {len(names)} columns of the first")
    columns = dict(zip(names, np.array(table).reshape(-1, len(names)).T, strict=True))
    try:
        position = np.stack([columns[a].astype(float) for a in "xyz" if a in columns], axis=1)
    except ValueError as error:
        raise InputError(f"{path}: got text where numbers are wanted ({error})") from None
    frame = next((columns[name] for name in _FRAME if name in columns), np.zeros(len(position)))
    _, first, number = np.unique(frame, return_index=True, return_inverse=True)
    members = [np.flatnonzero(number == f) for f in np.argsort(first)]
    species = next((columns[name] for name in _SPECIES if name in columns), None)
    return Found(
        [position[of] for of in members],
        species=None if species is None else [species[of] for of in members],
    )


def _is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True


def read_xyz(path: Path) -> Found:
    """Extended XYZ, with any names of species: box from `Lattice`, `pbc` (with a lattice true unless said
    otherwise), columns from `Properties`; without these, a name and x, y, z."""
    position: list[np.ndarray] = []
    cells: list[np.ndarray] = []
    periodic: list[list[bool]] = []
    species: list[np.ndarray] = []
    try:
        with open(path) as file:
            for line in filter(str.strip, file):
                number, comment = int(line), next(file)
                rows = np.array([row.split() for row in islice(file, number)])
                if len(rows) != number or rows.ndim != 2:
                    raise ValueError(f"frame {len(position)} is not complete")
                columns = _xyz_columns(comment)
                position.append(rows[:, columns["pos"]].astype(float))
                lattice = re.search(r'lattice *= *["{]([^"}]*)', comment, re.IGNORECASE)
                if lattice:
                    cells.append(np.array(lattice[1].split(), dtype=float).reshape(3, 3))
                    said = re.search(r'pbc *= *["{]?([TF01truefalse ]+)', comment, re.IGNORECASE)
                    words = said[1].split() if said else ["T"] * 3
                    periodic.append([word[0] in "Tt1" for word in words])
                if "species" in columns:
                    species.append(rows[:, columns["species"].start])
    except (OSError, ValueError, IndexError, KeyError, StopIteration) as error:
        raise InputError(f"{path}: not an .xyz file ({error})") from None
    told = len(cells) == len(position) > 0
    return Found(
        position,
        [np.diag(cell) for cell in cells] if told else None,
        all(np.abs(cell - np.diag(np.diag(cell))).max() <= 1e-6 * np.abs(cell).max() for cell in cells),
        tuple(np.all(periodic, axis=0).tolist()) if told else None,
        species if len(species) == len(position) else None,
    )


def _xyz_columns(comment: str) -> dict[str, slice]:
    """Slices of the columns, by name."""
    found = re.search(r"properties *= *([^ \n]+)", comment, re.IGNORECASE)
    words = (found[1] if found else "species:S:1:pos:R:3").strip('"').split(":")
    columns, first = {}, 0
    for name, width in zip(words[::3], words[2::3], strict=True):
        columns[name.lower()] = slice(first, first + int(width))
        first += int(width)
    return columns


def read_dump(path: Path) -> Found:
    """A LAMMPS dump: x, xu, xs or xsu (in this order of preference), ordered by id where there is one."""
    frames: list[Frame] = []
    right = True
    periodic: tuple[bool, ...] = (True, True, True)
    try:
        with open(path) as file:
            for line in file:
                words = line.split()
                if words[:2] == ["ITEM:", "NUMBER"]:
                    number = int(next(file))
                elif words[:3] == ["ITEM:", "BOX", "BOUNDS"]:
                    right &= len(words) == 6
                    periodic = tuple(a and w == "pp" for a, w in zip(periodic, words[-3:], strict=True))
                    bounds = np.array([next(file).split()[:2] for _ in range(3)], dtype=float)
                elif words[:2] == ["ITEM:", "ATOMS"]:
                    rows = [row.split() for row in islice(file, number)]
                    frames.append(_frame(len(frames), words[2:], np.array(rows), number, bounds))
    except (OSError, ValueError, IndexError, StopIteration, UnboundLocalError) as error:
        raise InputError(f"{path}: not a LAMMPS dump in text ({error})") from None
    species = [frame.species for frame in frames if frame.species is not None]
    return Found(
        [frame.position for frame in frames],
        [frame.lengths for frame in frames],
        right,
        periodic,
        species if frames and len(species) == len(frames) else None,
    )


class Frame(NamedTuple):
    """One frame of a dump."""

    position: np.ndarray
    lengths: np.ndarray
    species: np.ndarray | None


def _frame(place: int, names: list[str], rows: np.ndarray, number: int, bounds: np.ndarray) -> Frame:
    if rows.shape != (number, len(names)):
        raise ValueError(f"frame {place} is not complete")
    columns = dict(zip(names, rows.T, strict=True))
    order = np.argsort(columns["id"].astype(int)) if "id" in columns else np.arange(number)
    position = np.zeros((number, 3))
    for a, axis in enumerate("xyz"):
        low, high = bounds[a]
        if axis in columns or axis + "u" in columns:
            position[:, a] = columns[axis if axis in columns else axis + "u"].astype(float) - low
        elif axis + "s" in columns or axis + "su" in columns:
            scaled = columns[axis + "s" if axis + "s" in columns else axis + "su"].astype(float)
            position[:, a] = scaled * (high - low)
        elif axis != "z":
            raise ValueError(f"no column {axis}, {axis}u, {axis}s or {axis}su")
    species = columns["type"][order] if "type" in columns else None
    return Frame(position[order], bounds[:, 1] - bounds[:, 0], species)
