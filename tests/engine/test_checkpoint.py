"""A checkpoint holds everything that later bits depend on, and nothing else."""

import numpy as np
import pytest

from anticorr.engine.particles import Particles
from anticorr.specs import parse
from tests.killing import KINDS, changed


def assert_same(one, other):
    assert one.keys() == other.keys()
    for name in one:
        np.testing.assert_array_equal(one[name], other[name], err_msg=name)


@pytest.mark.parametrize("kind", KINDS)
def test_restored_particles_go_on_with_the_same_bits(kind):
    spec = parse(changed(kind))
    particles = Particles(spec)
    particles.measure_displacement_from_here()
    for blocks in (0, 1, 2, 7, 30):
        particles.step_block(blocks)
        kept = particles.checkpoint()
        again = Particles(spec, np.zeros((spec.system.dimension, spec.system.particles)))
        again.restore(kept)
        assert_same(again.checkpoint(), kept)
        pieces = np.concatenate([again.step_block(n) for n in (1, 3, 9)])
        np.testing.assert_array_equal(pieces, particles.step_block(13))
        assert_same(again.checkpoint(), particles.checkpoint())
