"""Points of other people: positions, box and species from many formats, and what cannot be measured told.

S(k) of a periodic box needs its own wavevectors, so a set is taken only if it fills a periodic square or
cube whose side is known. Text is read in points_text, other formats in points_binary.
"""

import hashlib
from pathlib import Path
from typing import NamedTuple

import numpy as np

from anticorr.errors import InputError
from anticorr.storage.points_binary import read_gsd, read_netcdf, read_npy, read_npz
from anticorr.storage.points_text import read_dump, read_table, read_xyz

_READERS = {
    **dict.fromkeys((".csv", ".txt", ".dat"), read_table),
    ".npy": read_npy,
    ".npz": read_npz,
    **dict.fromkeys((".nc", ".nc4", ".ncdf"), read_netcdf),
    **dict.fromkeys((".xyz", ".extxyz"), read_xyz),
    ".gsd": read_gsd,
    **dict.fromkeys((".dump", ".lammpstrj", ".lammpsdump"), read_dump),
}
_EQUAL = 1e-6
"""Relative difference of box sides that is still the same side (float32, printed digits)."""
_OTHERWISE = (
    "points in a window that is not periodic need another estimator (Bartlett's isotropic, a tapered or a "
    "multitaper one: Hawat et al. 2023, arXiv:2203.08749, package structure-factor)"
)


class Points(NamedTuple):
    """A set that can be measured."""

    position: np.ndarray
    """(frame, particle, axis), float64 in [0, side)."""
    side: float
    species: np.ndarray | None
    """(particle), 0, 1, ..., the same in every frame; None where the file does not tell."""
    names: tuple[str, ...]
    """What the file calls each species."""
    digest: str
    """First 16 digits of the SHA-256 of the file."""


def read_points(path: str | Path, box: float | None = None, periodic: bool | None = None) -> Points:
    """Points in the file `path`, whose ending names the format: .csv, .txt, .dat (columns x, y[, z], with a
    header also frame and species), .npy, .npz, .nc (also trajectory records), .xyz (extended), .gsd, .dump,
    .lammpstrj (LAMMPS text).

    box: side of the periodic square or cube, where the file does not tell it. periodic: True vouches that
    the box is periodic, where the file does not tell and points lie outside the box; they are then wrapped.
    Points all of one z are points in the plane. Raises InputError with every problem at once.
    """
    path = Path(path)
    if path.suffix.lower() not in _READERS:
        raise InputError(f"{path}: got the ending {path.suffix!r}, allowed: {', '.join(_READERS)}")
    if not path.is_file():
        raise InputError(f"{path}: no such file")
    position, lengths, right, told, species = _READERS[path.suffix.lower()](path)
    problems = _shape_problems(position)
    if problems:
        raise InputError(*(f"{path}: {problem}" for problem in problems))
    position = np.stack(position)
    if position.shape[2] == 3 and np.ptp(position[..., 2]) == 0:
        position = position[..., :2]
    axes = position.shape[2]
    told = None if told is None else all(told[:axes])
    side, problems = _side(lengths, axes, box)
    if not np.isfinite(position).all():
        frames = np.unique(np.argwhere(~np.isfinite(position))[:, 0])
        problems.append(f"positions: got NaN or infinity in frame {frames[0]}, wanted finite numbers")
    if not right:
        problems.append("box: got a triclinic one, wanted a square or a cube")
    if told is False or periodic is False:
        problems.append(f"periodic: got false, wanted a box periodic on every axis; {_OTHERWISE}")
    elif not (told or periodic) and side is not None:
        extent = float(np.ptp(position, axis=1).max())  # NaN is told above, and is not > side
        if extent > side * (1 + _EQUAL):
            problems.append(
                f"positions: got an extent of {extent:.6g} in a box of side {side:.6g}, and it is not told "
                f"that the box is periodic; wanted periodic = true, or another side; {_OTHERWISE}"
            )
    species, names, order = _species(species, problems)
    if problems or side is None:
        raise InputError(*(f"{path}: {problem}" for problem in problems))
    position = position if order is None else np.take_along_axis(position, order[..., None], axis=1)
    wrapped = np.remainder(position, side)
    wrapped[wrapped >= side] = 0.0  # a negative number too small to move away from the side
    return Points(wrapped, side, species, names, hashlib.sha256(path.read_bytes()).hexdigest()[:16])


def _shape_problems(position: list[np.ndarray]) -> list[str]:
    """What keeps the frames from being one array."""
    if not position:
        return ["positions: got no frames, wanted one or more"]
    numbers = sorted({len(frame) for frame in position})
    axes = {frame.shape[1:] for frame in position}
    problems = []
    if len(numbers) > 1:
        problems.append(
            f"positions: got {numbers[0]} to {numbers[-1]} particles, wanted the same in each frame"
        )
    elif numbers[0] < 2:
        problems.append(f"positions: got {numbers[0]} particles, wanted >= 2")
    if axes - {(2,), (3,)} or len(axes) > 1:
        problems.append(f"positions: got {sorted(axes)} axes, wanted 2 or 3")
    return problems


def _side(lengths: list[np.ndarray] | None, axes: int, box: float | None) -> tuple[float | None, list[str]]:
    """Side of the square or cube, None if it has none, and the problems of the box."""
    problems = []
    if box is not None and not (np.isfinite(box) and box > 0):
        return None, [f"box: got {box!r}, allowed: finite and > 0"]
    if lengths is None:
        if box is None:
            problems.append(
                f"box: got no side in the file, wanted box = the side of the periodic box; {_OTHERWISE}"
            )
        return box, problems
    lengths = np.array([np.broadcast_to(frame, 3)[:axes] if np.size(frame) == 1 else frame[:axes]
                        for frame in lengths], dtype=float)  # fmt: skip
    if not (np.isfinite(lengths).all() and (lengths > 0).all()):
        return None, [f"box: got {lengths[0]}, allowed: finite and > 0"]
    side = float(lengths[0, 0])
    if (np.abs(lengths - lengths[:1]) > _EQUAL * side).any():
        problems.append("box: got frames of different boxes, wanted the same box in each")
    if (np.abs(lengths[0] - side) > _EQUAL * side).any():
        got = " x ".join(f"{length:.6g}" for length in lengths[0])
        problems.append(f"box: got {got}, wanted a square (2D) or a cube (3D)")
    if box is not None and abs(side - box) > _EQUAL * side:
        problems.append(f"box: got {box:g}, but the file says {side:.6g}")
    return side, problems


def _species(
    species: list[np.ndarray] | None, problems: list[str]
) -> tuple[np.ndarray | None, tuple[str, ...], np.ndarray | None]:
    """Labels of the first frame, their names, and the order of particles in which every frame has them."""
    if species is None:
        return None, (), None
    labels = np.stack([np.asarray(frame).astype(str) for frame in species])
    order = None
    if (labels != labels[0]).any():
        order = np.argsort(labels, axis=1, kind="stable")
        labels = np.take_along_axis(labels, order, axis=1)
        if (labels != labels[0]).any():
            problems.append("species: got frames of different composition, wanted the same in each")
    names, found = np.unique(labels[0], return_inverse=True)
    return found, tuple(names.tolist()), order
