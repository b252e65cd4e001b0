"""Energy and curvature of a configuration: sums over its contacts, and eigenvalues of its Hessian.

Configurations are (particle, axis), any image, with diameters (particle); the box side is at least twice
the reach of a contact. Energies in eps, curvatures in eps / D^2. The sparse Hessian itself is
`engine.stiffness.hessian`.
"""

import numpy as np
from scipy.linalg import eigvalsh
from scipy.sparse import csr_array
from scipy.sparse.linalg import eigsh

from anticorr.engine.stiffness import Bonds, bonds
from anticorr.errors import InputError
from anticorr.specs.system import System

_BELOW = 1e-3
"""How far below the lowest eigenvalue the Hessian is inverted, in eps / D^2."""


def contacts_of(system: System, position: np.ndarray, diameters: np.ndarray) -> Bonds:
    """All contacts of a configuration. Raises InputError where two particles may touch more than once."""
    if system.box_side < 2 * system.reach:
        raise InputError(
            f"system: got box side {system.box_side:.4g}, allowed >= {2 * system.reach:.4g} (twice the "
            "reach of a contact: more particles)"
        )
    return bonds(system, position, diameters)


def energy_and_trace(system: System, position: np.ndarray, diameters: np.ndarray) -> tuple[float, float]:
    """U / N and tr H / N of a configuration, exact sums over contacts:

    tr H = 2 sum_contacts [d^2V/dr^2 + (d - 1) (dV/dr) / r]
    """
    contacts = contacts_of(system, position, diameters)
    across = (system.dimension - 1) * contacts.slope / contacts.distance
    trace = 2 * float((contacts.curvature + across).sum())
    return float(contacts.energy.sum()) / len(position), trace / len(position)


def largest_eigenvalue(hessian: csr_array) -> float:
    """lambda_max by Lanczos iteration; 2 / lambda_max is the largest step of stable descent."""
    return float(eigsh(hessian, 1, which="LA", v0=_start(hessian), return_eigenvectors=False)[0])


def lowest_eigenvalues(hessian: csr_array, count: int) -> np.ndarray:
    """The `count` lowest eigenvalues in rising order, by inverting the Hessian just below the lowest."""
    start = _start(hessian)
    rough = float(eigsh(hessian, 1, which="SA", v0=start, tol=1e-2, return_eigenvectors=False)[0])
    below = rough - 0.1 * abs(rough) - _BELOW
    found = eigsh(hessian.tocsc(), count, sigma=below, which="LM", v0=start, return_eigenvectors=False)
    return np.sort(found)


def count_modes(hessian: csr_array, zero: float = 1e-9) -> tuple[int, int]:
    """(negative, zero): how many eigenvalues lie below -zero, and how many within it.

    At a minimum none is negative, and zero ones are the d translations and d of each particle without
    contacts. By the dense matrix: for N d up to a few thousand.
    """
    values = eigvalsh(hessian.toarray())
    return int((values < -zero).sum()), int((np.abs(values) <= zero).sum())


def _start(hessian: csr_array) -> np.ndarray:
    """Any start of the iteration, but always the same."""
    return np.cos(np.arange(hessian.shape[0], dtype=float))
