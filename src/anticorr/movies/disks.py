"""Disks in a periodic box, so that what leaves it on one side comes in on the other."""

import itertools
from typing import NamedTuple

import numpy as np


class Disks(NamedTuple):
    """What is drawn in the box [0, side)^2; places inside it and images of disks that reach across."""

    centre: np.ndarray
    """(disk, 2)"""
    diameter: np.ndarray
    particle: np.ndarray
    """Number of the particle that each disk is of."""


def in_box(points: np.ndarray, diameter: np.ndarray, side: float) -> Disks:
    """Every disk at its place, and its images wherever a part of them lies in the box.

    points: (particle, axis) in [0, side], of which the first two axes are drawn; diameter: (particle,).
    """
    particle, centres, owners = np.arange(len(points)), [], []
    for shift in itertools.product((0.0, -side, side), repeat=2):
        centre = points[:, :2] + shift
        # The nearest point of the box to each centre.
        away = centre - np.clip(centre, 0.0, side)
        seen = (away**2).sum(axis=1) < (diameter / 2) ** 2
        centres.append(centre[seen])
        owners.append(particle[seen])
    owner = np.concatenate(owners)
    return Disks(np.concatenate(centres), diameter[owner], owner)


def in_slab(points: np.ndarray, side: float, thickness: float = 1.0) -> np.ndarray:
    """Numbers of the particles of a 3D box with centres within half a thickness of its middle plane."""
    return np.flatnonzero(np.abs(points[:, 2] - side / 2) <= thickness / 2)
