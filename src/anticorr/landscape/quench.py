"""Noise-free quench: from given positions down to a local minimum of the energy.

First gradient descent, by the engine's own steps without noise, until forces are small and the basin is
chosen; then L-BFGS (scipy) on the engine's energies and forces to the tolerance. L-BFGS alone leaps between
basins from a fluid, and ends in lower minima than descent does. Where rounding of the energy stops it
early (about sqrt(lambda_max U 1e-16)), descent does the rest.
"""

from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize

from anticorr.engine.particles import Particles, noise_free
from anticorr.engine.stiffness import largest_stable_step
from anticorr.specs import Spec

TOLERANCE = 1e-7
"""Largest component of a force at the end, eps / D: energies are then exact to about its square."""
_BASIN = 1e-3
"""Largest component of a force where descent hands over, eps / D."""
_OF_LARGEST_STEP = 0.75
_BLOCK = 100
_MOST_STEPS = 50_000
_RENEWED = 1000
"""Steps after which the step size is chosen anew: contacts that were deep at the start were stiff."""
_MOST_ITERATIONS = 20_000
_KEPT = 20
"""Pairs of steps and gradients that L-BFGS remembers."""
_ROUNDING = 1e-13


class Quenched(NamedTuple):
    """A local minimum."""

    position: np.ndarray
    """(axis, particle), unwrapped, by particle number."""
    energy: float
    """Per particle."""
    largest_force: float
    """Largest component of the force on a particle."""
    steps: int
    """Steps of descent."""
    evaluations: int
    """Energies and forces that L-BFGS asked for."""


def quench(spec: Spec, position: np.ndarray, *, tolerance: float = TOLERANCE) -> Quenched:
    """Quench positions (axis, particle) of the system of a spec to a local minimum.

    The energy never rises. Particles without contacts stay where they are. `largest_force` may exceed
    `tolerance` where the limits of steps (50,000 in each descent) and iterations (20,000) end it.
    """
    surface = Particles(noise_free(spec, 1.0, 1), position, skin=0.0)
    reached, steps = _descend(spec, surface, position, max(_BASIN, tolerance))
    evaluations = 0

    def energy_and_gradient(flat: np.ndarray) -> tuple[float, np.ndarray]:
        nonlocal evaluations
        evaluations += 1
        energy, force = surface.energy_and_force(flat.reshape(position.shape))
        return energy, -force.ravel()

    found = minimize(
        energy_and_gradient, reached.ravel(), jac=True, method="L-BFGS-B",
        options={
            "gtol": tolerance, "ftol": 0.0, "maxcor": _KEPT,
            "maxiter": _MOST_ITERATIONS, "maxfun": 2 * _MOST_ITERATIONS,
        },
    )  # fmt: skip
    reached, more = _descend(spec, surface, found.x.reshape(position.shape), tolerance)
    energy, force = surface.energy_and_force(reached)
    return Quenched(reached, energy / position.shape[1], _largest(force), steps + more, evaluations)


def _descend(
    spec: Spec, surface: Particles, position: np.ndarray, tolerance: float
) -> tuple[np.ndarray, int]:
    """Positions where no force is above the tolerance, and the steps taken.

    The step size is 1.5 / lambda_max of the contacts, halved, and the block of steps done again, where an
    energy rose.
    """
    diameters = surface.diameters()
    steps, particles, reached = 0, None, np.array(position, dtype=float)
    force = surface.energy_and_force(reached)[1]
    tried = 0
    while tried < _MOST_STEPS and _largest(force) > tolerance:
        if tried % _RENEWED == 0:
            size = _OF_LARGEST_STEP * largest_stable_step(spec.system, reached.T, diameters)
            particles = None
        particles = particles or Particles(noise_free(spec, size, 1), reached)
        tried += _BLOCK
        energies = particles.step_block(_BLOCK)[:, 0]
        energy, after = surface.energy_and_force(particles.position())
        if not (np.diff(energies, append=energy) <= _ROUNDING * energies[0]).all():
            size, particles = size / 2, None
            continue
        steps, reached, force = steps + _BLOCK, particles.position(), after
    return reached, steps


def _largest(force: np.ndarray) -> float:
    return float(np.abs(force).max())
