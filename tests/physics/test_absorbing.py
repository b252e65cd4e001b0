"""Biased random organisation: below a packing fraction phi_c it finds a state without contacts and stops.

phi_c depends on the kick size, on the correlation of the kicks and on whether a particle takes one kick or
one for each contact, and published values at large kicks come with other such rules than ours. What does
not depend on them is the limit of small kicks, random close packing:

- spheres: phi_c -> 0.64 (Wilken, Guerra, Levine and Chaikin, Random close packing as a dynamical phase
  transition, Phys. Rev. Lett. 127, 038002 (2021): BRO);
- disks, half of them larger by 1.4: their jamming density, 0.842 (O'Hern, Silbert, Liu and Nagel, Jamming
  at zero temperature and zero applied stress, Phys. Rev. E 68, 011306 (2003): minimised energy). Equal
  disks crystallise instead.

At a kick size of 0.01 and N = 400 the transition is seen a little below these limits: disks come to rest at
0.82, stay active at 0.84, and do either at 0.83; spheres come to rest at 0.61 and stay active at 0.63. So
the bracket tested is 0.02 to 0.03 on either side of the limit. At its lower ends rest takes up to 5,000
steps; runs end at 20,000.
"""

import math

import numpy as np
import pytest

from anticorr.engine.particles import Particles, series_of
from anticorr.specs import parse

STEPS, EVERY = 20_000, 100
DENSEST = math.pi / (2 * math.sqrt(3))
SYSTEMS = {
    "disks": (2, {"kind": "bidisperse", "ratio": 1.4}, 0.82, 0.86),
    "spheres": (3, {"kind": "monodisperse"}, 0.61, 0.66),
}


def run(dimension, sizes, fraction, kick_size=0.01, correlation=-1.0, kind="bro", particles=400, seed=2):
    """Particles after they came to rest, or after 20,000 steps; active fraction of the last 100."""
    spec = parse(
        {
            "system": {
                "dimension": dimension, "particles": particles, "packing_fraction": fraction, "sizes": sizes
            },
            "dynamics": {"kind": kind, "kick_size": kick_size, "kick_correlation": correlation},
            "schedule": {"relax_steps": 0, "sample_steps": EVERY, "sample_every": EVERY},
            "record": {"series_every": EVERY},
            "seed": seed,
        }
    )  # fmt: skip
    made = Particles(spec)
    while not made.absorbed and made.step < STEPS:
        active = series_of(spec, made.step_block(1))["active_fraction"][0]
    return made, active


def overlaps(particles):
    """Number of pairs in contact, counted over all pairs (boxes here are wider than two contacts)."""
    position, diameter = particles.position(), particles.diameters()
    gap = position[:, :, None] - position[:, None]
    gap -= particles.cells.side * np.rint(gap / particles.cells.side)
    near = np.sqrt((gap**2).sum(axis=0)) < (diameter[:, None] + diameter) / 2
    return (near.sum() - len(diameter)) // 2


@pytest.mark.slow
@pytest.mark.parametrize("correlation", [-1.0, pytest.param(0.0, marks=pytest.mark.soak)])
@pytest.mark.parametrize("system", SYSTEMS)
def test_transition_of_small_kicks_lies_at_random_close_packing(system, correlation):
    dimension, sizes, below, above = SYSTEMS[system]
    for seed in (1, 2, 3):
        quiet, _ = run(dimension, sizes, below, correlation=correlation, seed=seed)
        assert quiet.absorbed
        assert overlaps(quiet) == 0
        busy, active = run(dimension, sizes, above, correlation=correlation, seed=seed)
        assert not busy.absorbed
        assert active > 0.5


def test_an_absorbed_state_moves_no_more():
    quiet, _ = run(2, {"kind": "bidisperse"}, 0.7, kick_size=0.1)
    assert quiet.absorbed
    before = quiet.position()
    assert (quiet.step_block(2)[:, :-1] == 0).all()
    np.testing.assert_array_equal(quiet.position(), before)


@pytest.mark.parametrize("kind", ["bro", "ro"])
def test_beyond_the_densest_packing_nothing_comes_to_rest(kind):
    """Thue and Fejes Toth: no packing of equal disks is denser than pi / (2 sqrt 3) = 0.9069."""
    busy, active = run(2, {"kind": "monodisperse"}, DENSEST + 1e-3, kick_size=0.05, kind=kind)
    assert busy.step == STEPS
    assert active > 0.5


def test_larger_kicks_keep_a_system_active_that_small_ones_bring_to_rest():
    sizes = {"kind": "bidisperse", "ratio": 1.4}
    assert run(2, sizes, 0.8, kick_size=0.02)[0].absorbed
    assert not run(2, sizes, 0.8, kick_size=0.3)[0].absorbed


@pytest.mark.parametrize(("fraction", "rest"), [(0.3, True), (0.45, False)])
def test_kicks_in_any_direction_need_more_room(fraction, rest):
    """RO with kicks up to half a diameter: far below random close packing. Seen here, not from the
    literature: at rest at 0.375, active at 0.39 (N = 1000, independent kicks)."""
    made, _ = run(2, {"kind": "monodisperse"}, fraction, kick_size=0.5, correlation=0.0, kind="ro")
    assert made.absorbed == rest
