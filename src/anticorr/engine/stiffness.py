"""Contacts of given positions, their Hessian, and the largest step that gradient descent takes without
overshooting."""

import math
from typing import NamedTuple

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.spatial import cKDTree

from anticorr.engine.potentials import KINDS, evaluate, evaluate_curvature
from anticorr.specs.system import Potential, System

_POWER_ITERATIONS = 50


class Bonds(NamedTuple):
    """Pairs in contact, each once: what their energy V(r / D_ij) and its derivatives are."""

    pair: np.ndarray
    """(contact, 2) numbers of the particles."""
    unit: np.ndarray
    """(contact, axis) unit vector from the second to the first."""
    distance: np.ndarray
    energy: np.ndarray
    slope: np.ndarray
    """dV/dr, at most 0."""
    curvature: np.ndarray
    """d^2V/dr^2."""


def bonds(system: System, position: np.ndarray, diameters: np.ndarray) -> Bonds:
    """Contacts at `position` (particle, axis), any image. Each pair counts its nearest image, which is all
    of them where the box side is at least twice `system.reach`; coincident particles count as apart."""
    side, cutoff = system.box_side, getattr(system.potential, "cutoff", 1.0)
    wrapped = np.mod(position, side) % side
    pair = cKDTree(wrapped, boxsize=side).query_pairs(min(system.reach, side / 2), output_type="ndarray")
    gap = wrapped[pair[:, 0]] - wrapped[pair[:, 1]]
    gap -= side * np.rint(gap / side)
    mean = diameters[pair].mean(axis=1)
    distance = np.linalg.norm(gap, axis=1)
    near = (distance < cutoff * mean) & (distance > 0)
    pair, gap, mean, distance = pair[near], gap[near], mean[near], distance[near]
    energy, slope, curvature = pair_energy(system.potential, distance / mean)
    return Bonds(pair, gap / distance[:, None], distance, energy, slope / mean, curvature / mean**2)


def pair_energy(potential: Potential, ratio: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """V, V' and V'' at x = r / D_ij below the cutoff; shapes of `ratio`."""
    kind, exponent = KINDS.index(potential.kind), float(getattr(potential, "exponent", 0.0))
    energy, falling, curvature = np.empty_like(ratio), np.empty_like(ratio), np.empty_like(ratio)
    cutoff = float(getattr(potential, "cutoff", 1.0))
    evaluate(kind, exponent, cutoff, len(ratio), ratio, energy, falling)
    evaluate_curvature(kind, exponent, len(ratio), ratio, curvature)
    return energy, -falling * ratio, curvature


def hessian(contacts: Bonds, particles: int, *, prestress: bool = True) -> csr_array:
    """d^2U/dx_i dx_j, shape (N d, N d), coordinate `axis` of particle i in row i d + axis.

    The block of a contact is K = V'' n n^T + (V' / r) (1 - n n^T), derivatives by r, n along the line of
    centres: +K for each partner with itself, -K between them. prestress: with the second term.
    """
    d = contacts.unit.shape[1]
    along = contacts.unit[:, :, None] * contacts.unit[:, None, :]
    block = contacts.curvature[:, None, None] * along
    if prestress:
        block += (contacts.slope / contacts.distance)[:, None, None] * (np.eye(d) - along)
    rows, columns, values = [], [], []
    for one, other, sign in ((0, 0, 1), (1, 1, 1), (0, 1, -1), (1, 0, -1)):
        row, column = np.broadcast_arrays(
            contacts.pair[:, one, None, None] * d + np.arange(d)[:, None],
            contacts.pair[:, other, None, None] * d + np.arange(d),
        )
        rows.append(row.ravel())
        columns.append(column.ravel())
        values.append(sign * block.ravel())
    entries = (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns)))
    return coo_array(entries, shape=(particles * d, particles * d)).tocsr()


def largest_stable_step(system: System, position: np.ndarray, diameters: np.ndarray) -> float:
    """2 / lambda_max of the contact stiffness at `position` (particle, axis); infinity without contacts.

    Gradient descent with a larger step overshoots along the stiffest mode; contacts then break, so that a
    run may stay bounded all the same. The stiffness is the Hessian without its prestress, which for
    repulsion only lowers it. lambda_max by power iteration, to some per cent.
    """
    contacts = bonds(system, position, diameters)
    if not len(contacts.pair):
        return math.inf
    stiffness = hessian(contacts, len(position), prestress=False)
    vector = np.cos(np.arange(stiffness.shape[0], dtype=float))  # any, but always the same
    for _ in range(_POWER_ITERATIONS):
        vector /= np.linalg.norm(vector)
        before, vector = vector, stiffness @ vector
    largest = float(before @ vector)
    return 2 / largest if largest > 0 else math.inf
