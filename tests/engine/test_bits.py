"""Same spec and seed, same bits: threads, pieces, restarts, order in memory; with cells and with a list."""

import numpy as np
import pytest

from anticorr.accelerate import set_num_threads
from anticorr.engine import _kernels
from anticorr.engine.particles import Particles
from tests.engine.systems import DYNAMICS, calm, spec_of

SKINS = {"cells": 0.0, "list": 0.5}


def same(one, other):
    """Positions, filter states and what else is kept, in the same order in memory."""
    a, b = one.checkpoint(), other.checkpoint()
    for held in (a, b):
        held["cursor"][:2] = 0  # how far the last call went
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
    """At several ages of the list, right after it was made, right before it is made anew; and, with cells,
    around the steps at which particles change places in memory (every 32)."""
    spec = spec_of(calm(DYNAMICS[dynamics]), dimension, 300, 0.7)
    particles = Particles(spec, skin=skin)
    particles.measure_displacement_from_here()
    ages, age = set(), 0
    for steps in (0, 1, 1, 1, 1, 2, 3, 22, 1, 1, 9):
        for _ in range(steps):
            stale = particles._cursor[_kernels.STALE]
            particles.step_block(1)
            age = 1 if stale else age + 1
        ages.add(0 if particles._cursor[_kernels.STALE] else age)
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
    if skin:
        assert len(ages) > 2, "the list was not met at several ages"


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
