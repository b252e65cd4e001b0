"""Same spec and seed, same bits: threads, pieces, restarts, order in memory; with cells and with a list."""

import numpy as np
import pytest

from anticorr.accelerate import set_num_threads
from anticorr.engine import _lists
from anticorr.engine.particles import Particles
from tests.engine.systems import DYNAMICS, calm, spec_of

SKINS = {"cells": 0.0, "list": 0.5, "either": None}


def same(one, other):
    """Positions, filter states and what else is kept, in the same order in memory."""
    a, b = one.checkpoint(), other.checkpoint()
    for name, array in a.items():
        np.testing.assert_array_equal(array, b[name], err_msg=name)


@pytest.mark.parametrize("skin", SKINS.values(), ids=SKINS)
@pytest.mark.parametrize("dimension", [2, 3])
@pytest.mark.parametrize("dynamics", ["gradient, ma1", "batch of pairs", "bro, independent, noisy", "ro"])
def test_threads_do_not_change_a_bit(dynamics, dimension, skin):
    results = []
    for threads in (1, 2, 4):
        set_num_threads(threads)
        particles = Particles(spec_of(DYNAMICS[dynamics], dimension, 2000, every=4), skin=skin)
        particles.measure_displacement_from_here()
        results.append((particles, particles.step_block(9)))
    for particles, series in results[1:]:
        np.testing.assert_array_equal(series, results[0][1])
        same(particles, results[0][0])


@pytest.mark.parametrize("skin", SKINS.values(), ids=SKINS)
@pytest.mark.parametrize("dynamics", DYNAMICS)
def test_pieces_do_not_change_a_bit(dynamics, skin):
    spec = spec_of(DYNAMICS[dynamics], every=2)
    whole, pieces = Particles(spec, skin=skin), Particles(spec, skin=skin)
    for particles in (whole, pieces):
        particles.measure_displacement_from_here()
    series = whole.step_block(20)
    np.testing.assert_array_equal(series, np.concatenate([pieces.step_block(n) for n in (1, 12, 7)]))
    same(whole, pieces)


@pytest.mark.parametrize("skin", SKINS.values(), ids=SKINS)
@pytest.mark.parametrize("dimension", [2, 3])
@pytest.mark.parametrize("dynamics", DYNAMICS)
def test_restart_goes_on_with_the_same_bits(dynamics, dimension, skin):
    """At several ages of the list, right after it was made, right before it is made anew; with cells,
    around the steps at which particles change places in memory (every 32); with the engine's own choice,
    also before and after it goes back from cells to a list (64 steps after it gave one up)."""
    motion = DYNAMICS[dynamics] if skin is None else calm(DYNAMICS[dynamics])
    spec = spec_of(motion, dimension, 300, 0.7)
    particles = Particles(spec, skin=skin)
    particles.measure_displacement_from_here()
    ages = set()
    for steps in (0, 1, 1, 1, 1, 2, 3, 22, 1, 30, 2, 3, 4):
        if steps:
            particles.step_block(steps)
        if not particles._cursor[_lists.STALE]:
            ages.add(particles.step - particles._cursor[_lists.LISTED_AT])
        fresh, plain = Particles(spec, skin=skin), Particles(spec, skin=skin)
        fresh.restore(particles.checkpoint())
        plain.restore(particles.checkpoint())
        assert fresh.step == particles.step
        np.testing.assert_array_equal(fresh.step_block(12), plain.step_block(12))
        same(fresh, plain)
        whole = Particles(spec, skin=skin)
        whole.measure_displacement_from_here()
        whole.step_block(particles.step + 12)
        same(fresh, whole)
    assert len(ages) > 1 if skin else skin is None or not ages


def test_checkpoint_is_a_copy():
    particles = Particles(spec_of(DYNAMICS["gradient, ma1"]))
    held = particles.checkpoint()
    kept = {name: array.copy() for name, array in held.items()}
    particles.step_block(3)
    for name, array in kept.items():
        np.testing.assert_array_equal(held[name], array)


def test_seed_changes_everything():
    one, other = (Particles(spec_of(DYNAMICS["gradient, ma1"], seed=seed)) for seed in (7, 8))
    assert not np.array_equal(one.position(), other.position())


@pytest.mark.parametrize("dynamics", ["gradient, white", "ro, noisy"])
def test_the_engine_chooses_lists_for_slow_motion_and_cells_for_fast(dynamics):
    """Both in one run each: a list is tried first, given up where it does not last, and tried again."""
    kinds = {}
    for name, motion in (("fast", DYNAMICS[dynamics]), ("slow", calm(DYNAMICS[dynamics]))):
        particles, kinds[name] = Particles(spec_of(motion, particles=300, fraction=0.5)), []
        for _ in range(150):
            particles.step_block(1)
            kinds[name].append(particles._cursor[_lists.LISTED_AT] >= 0)
    assert any(kinds["fast"])
    assert not all(kinds["fast"])
    assert np.mean(kinds["slow"][75:]) > np.mean(kinds["fast"][75:])


@pytest.mark.parametrize("skin", SKINS.values(), ids=SKINS)
@pytest.mark.parametrize("dynamics", DYNAMICS)
def test_order_in_memory_changes_forces_by_rounding_only(dynamics, skin):
    """Particles listed backwards in memory, each with its own number and noise."""
    sizes = {"kind": "uniform", "half_width": 0.2}
    spec = spec_of(DYNAMICS[dynamics], particles=2000, sizes=sizes)
    plain, backwards = Particles(spec, skin=skin), Particles(spec, skin=skin)
    for name in ("position", "memory", "identity", "diameter", "jitter"):
        array = getattr(backwards.state, name)
        array[:] = array[..., ::-1].copy()
    a, b = plain.step_block(1), backwards.step_block(1)
    np.testing.assert_allclose(a[:, :-1], b[:, :-1], rtol=1e-11, atol=1e-11 * np.abs(a[:, :-1]).max())
    np.testing.assert_allclose(plain.position(), backwards.position(), rtol=0, atol=1e-10)
