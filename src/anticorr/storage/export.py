"""Trajectories for other programs: GSD (HOOMD, freud, OVITO) and extended XYZ (ASE, OVITO).

Both are written by the libraries of these formats (the optional extra `export`), frame by frame.
"""

import importlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from anticorr.errors import InputError
from anticorr.specs import Spec, parse

ENDINGS = (".gsd", ".xyz")


def export(record: xr.Dataset, name: str) -> None:
    """Write the frames of a trajectory record to the file `name`; its ending says in which format.

    Positions x, diameters, box and step of every frame. GSD has the origin in the middle of the box and
    float32 numbers. Raises InputError when there are no frames or the library is not installed.
    """
    if "position" not in record:
        raise InputError("trajectory: got no frames, wanted a record with positions")
    spec = parse(json.loads(record.attrs["spec"]))
    {".gsd": _write_gsd, ".xyz": _write_xyz}[Path(name).suffix](record, spec, name)


def _diameters(record: xr.Dataset, spec: Spec) -> np.ndarray:
    """Diameter of each particle, by particle number."""
    return record["diameter"].values if "diameter" in record else np.ones(spec.system.particles)


def _write_gsd(record: xr.Dataset, spec: Spec, name: str) -> None:
    hoomd = _library("gsd.hoomd", "gsd")
    side, dimension, number = spec.system.box_side, spec.system.dimension, spec.system.particles
    with hoomd.open(name, "w") as file:
        for step, position in _frames(record):
            frame = hoomd.Frame()
            frame.configuration.step = step
            frame.configuration.dimensions = dimension
            frame.configuration.box = [side, side, side if dimension == 3 else 0, 0, 0, 0]
            frame.particles.N = number
            frame.particles.types = ["A"]
            frame.particles.position = np.zeros((number, 3), np.float32)
            frame.particles.position[:, :dimension] = position - side / 2
            frame.particles.diameter = _diameters(record, spec)
            file.append(frame)


def _write_xyz(record: xr.Dataset, spec: Spec, name: str) -> None:
    extxyz, ase = _library("ase.io.extxyz", "ase"), _library("ase", "ase")
    side, dimension, number = spec.system.box_side, spec.system.dimension, spec.system.particles
    # In the plane the box is one diameter high and not periodic across.
    cell, periodic = ([side] * 3, True) if dimension == 3 else ([side, side, 1.0], (True, True, False))
    with open(name, "w") as file:
        for step, position in _frames(record):
            full = np.zeros((number, 3))
            full[:, :dimension] = position
            atoms = ase.Atoms(["X"] * number, full, cell=cell, pbc=periodic, info={"step": step})
            atoms.new_array("radius", _diameters(record, spec) / 2)
            extxyz.write_xyz(file, [atoms])


def _frames(record: xr.Dataset) -> Iterator[tuple[int, np.ndarray]]:
    for frame, step in enumerate(record["step"].values):
        yield int(step), record["position"][frame].values


def _library(module: str, package: str) -> Any:
    try:
        return importlib.import_module(module)
    except ImportError:
        raise InputError(
            f"--out: this format needs the package {package}, which is not installed; wanted: pip install "
            "'anticorr[export]', or another ending"
        ) from None
