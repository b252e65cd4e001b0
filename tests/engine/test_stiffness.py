"""The largest stable step against a dense Hessian and against what descent does."""

import math

import numpy as np
import pytest

from anticorr.engine.stiffness import largest_stable_step
from anticorr.specs import parse


def system_of(particles, side, **potential):
    data = {
        "system": {
            "particles": particles,
            "packing_fraction": particles * math.pi / 4 / side**2,
            "potential": potential or {"kind": "harmonic"},
        },
        "dynamics": {"step_size": 0.1, "noise": {"kind": "white", "strength": 0}},
        "schedule": {"relax_steps": 0, "sample_steps": 1, "sample_every": 1},
        "seed": 1,
    }
    return parse(data).system


def test_one_contact():
    """Two harmonic disks: stiffness 1 along the line of centres, lambda_max = 2, step 1."""
    position = np.array([[1.0, 1.0], [1.9, 1.0]])
    assert largest_stable_step(system_of(2, 5.0), position, np.ones(2)) == pytest.approx(1, rel=1e-6)
    wca = largest_stable_step(system_of(2, 5.0, kind="wca"), position, np.ones(2))
    curvature = 12 * (13 * 0.9**-14 - 7 * 0.9**-8)
    assert wca == pytest.approx(1 / curvature, rel=1e-5)


def test_no_contact():
    position = np.array([[1.0, 1.0], [3.0, 1.0]])
    assert largest_stable_step(system_of(2, 5.0), position, np.ones(2)) == math.inf


def test_square_lattice_across_the_boundary():
    """Harmonic square lattice, spacing .9 along each line: lambda_max = 4, the staggered mode."""
    position = np.stack(np.meshgrid(*[np.arange(6) * 0.9] * 2), axis=-1).reshape(-1, 2)
    step = largest_stable_step(system_of(36, 5.4), position, np.ones(36))
    assert step == pytest.approx(2 / 4, rel=0.05)
