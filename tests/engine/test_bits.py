"""Same spec and seed, same bits: threads, pieces, order in memory."""

import numpy as np
import pytest

from anticorr.accelerate import set_num_threads
from anticorr.engine.particles import Particles
from anticorr.specs import parse


def spec_of(dimension=2, particles=2000, **dynamics):
    return parse(
        {
            "system": {"dimension": dimension, "particles": particles, "packing_fraction": 0.7},
            "dynamics": {
                "step_size": 0.4,
                "noise": {"kind": "ma1", "strength": 0.3, "correlation": -0.9},
                **dynamics,
            },
            "schedule": {"relax_steps": 0, "sample_steps": 100, "sample_every": 5},
            "seed": 7,
        }
    )


@pytest.fixture(autouse=True)
def _threads_back():
    yield
    set_num_threads(1)


@pytest.mark.parametrize("dimension", [2, 3])
@pytest.mark.parametrize("fraction", [1.0, 0.5])
def test_threads_do_not_change_a_bit(dimension, fraction):
    results = []
    for threads in (1, 2, 4):
        set_num_threads(threads)
        particles = Particles(spec_of(dimension, batch_fraction=fraction, batch_correlation=-0.5))
        series = particles.step_block(6)
        results.append((particles.position(), series))
    for position, series in results[1:]:
        np.testing.assert_array_equal(position, results[0][0])
        np.testing.assert_array_equal(series, results[0][1])


def test_pieces_do_not_change_a_bit():
    whole, pieces = Particles(spec_of()), Particles(spec_of())
    series = whole.step_block(6)
    parts = np.concatenate([pieces.step_block(n) for n in (1, 2, 3)])
    np.testing.assert_array_equal(series, parts)
    np.testing.assert_array_equal(whole.position(), pieces.position())


def test_seed_changes_everything():
    other = spec_of().model_copy(update={"seed": 8})
    assert not np.array_equal(Particles(spec_of()).position(), Particles(other).position())


def test_order_in_memory_changes_forces_by_rounding_only():
    """Particles listed backwards in memory, each with its own number and noise."""
    plain, backwards = Particles(spec_of()), Particles(spec_of())
    for array in (backwards.state.position, backwards.state.memory):
        array[:] = array[:, ::-1].copy()
    backwards.state.identity[:] = backwards.state.identity[::-1].copy()
    a, b = plain.step_block(1), backwards.step_block(1)
    np.testing.assert_allclose(a[:, :-1], b[:, :-1], rtol=1e-11)
    np.testing.assert_allclose(plain.position(), backwards.position(), rtol=0, atol=1e-10)
