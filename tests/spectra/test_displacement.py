"""Unwrapping and mean square displacement of planted walks."""

import numpy as np
import pytest
from scipy import integrate, stats

from anticorr.errors import InputError
from anticorr.spectra.centre import centre
from anticorr.spectra.displacement import (
    LARGEST_JUMP,
    mean_square_displacement,
    spread_delays,
    unwrap,
)

SIDE = 10.0


def walk(generator, frames, particles, step, dimension=2):
    start = SIDE * generator.random((particles, dimension))
    jumps = generator.normal(0, step, (frames, particles, dimension))
    jumps[0] = 0
    return start + np.cumsum(jumps, axis=0)


@pytest.mark.parametrize("dimension", [2, 3])
def test_unwrapping_undoes_wrapping(dimension):
    path = walk(np.random.default_rng(31), 300, 50, 0.6, dimension)
    assert np.abs(path - path[0]).max() > SIDE
    wrapped = path % SIDE
    before = wrapped.copy()
    np.testing.assert_allclose(unwrap(wrapped, SIDE), path, atol=1e-10)
    np.testing.assert_array_equal(wrapped, before)
    mean = (path - path[0]).mean(axis=1)
    np.testing.assert_allclose(centre(wrapped, SIDE), mean, atol=1e-10)
    assert unwrap(wrapped, SIDE, out=wrapped) is wrapped
    np.testing.assert_allclose(wrapped, path, atol=1e-10)


def test_frames_too_far_apart_are_refused():
    generator = np.random.default_rng(32)
    for step in (SIDE / 7, SIDE):  # the second one: minimal images are uniform, rms L / sqrt(12)
        path = walk(generator, 5, 4000, step) % SIDE
        for function, told in ((unwrap, r"L / 8 = 1\.25"), (centre, r"L / 12 = 0\.833")):
            with pytest.raises(InputError, match=r"frames: got a root mean square jump.*" + told):
                function(path, SIDE)
    near = walk(generator, 5, 4000, SIDE / 9) % SIDE
    unwrap(near, SIDE)
    with pytest.raises(InputError, match="L / 12"):
        centre(near, SIDE)
    centre(walk(generator, 5, 4000, SIDE / 13) % SIDE, SIDE)


@pytest.mark.parametrize(("share", "loss"), [(LARGEST_JUMP, 2.3e-4), (1 / 6, 0.0092), (1 / 4, 0.137)])
def test_what_wrong_images_cost(share, loss):
    """The numbers beside LARGEST_JUMP, by integration over a Gaussian jump."""

    def integrand(x):
        return (x - np.rint(x)) ** 2 * stats.norm.pdf(x, scale=share)

    # The integrand jumps at half-integers.
    kept = sum(2 * integrate.quad(integrand, max(a, 0), a + 1)[0] for a in (-0.5, 0.5, 1.5))
    assert 1 - kept / share**2 == pytest.approx(loss, rel=0.02)


def test_displacement_is_its_definition():
    path = walk(np.random.default_rng(33), 12, 9, 0.3)
    found = mean_square_displacement(path, SIDE, np.array([1, 4]))
    for n, delay in enumerate((1, 4)):
        squares = [sum((path[t + delay, i] - path[t, i]) ** 2) for t in range(12 - delay) for i in range(9)]
        assert found.value[n] == pytest.approx(np.mean(squares))
    assert np.isnan(found.error).all()  # nine particles: one group


@pytest.mark.parametrize(("dimension", "particles", "together"), [(2, 900, 1), (2, 900, 4), (3, 400, 1)])
def test_errors_of_displacements_cover(dimension, particles, together):
    """Walks alone, or in bunches of neighbours that move as one; delays up to four fifths of the series.
    200 trials: 1.96 errors cover .87 to .99 (.95, less 1.5% for 35 or 26 degrees of freedom; binomial
    error 1.6%): false alarm 1e-3. An error of independent particles is half of the truth for bunches."""
    generator = np.random.default_rng(34)
    delays, hit, values, naive = np.array([1, 5, 25, 40]), [], [], []
    for _ in range(200):
        path = walk(generator, 50, particles // together, 0.05, dimension)
        path = np.repeat(path, together, axis=1)
        path += 0.01 * generator.random(path.shape[1:])
        found = mean_square_displacement(path, SIDE, delays)
        hit.append(np.abs(found.value - dimension * 0.05**2 * delays) < 1.96 * found.error)
        values.append(found.value[-1])
        alone = ((path[40:] - path[:-40]) ** 2).sum(axis=2).mean(axis=0)
        naive.append(alone.std() / np.sqrt(particles))
    covered = np.mean(hit, axis=0)
    assert (covered > 0.87).all()
    assert (covered < 0.99).all()
    if together == 4:
        assert np.mean(naive) < 0.6 * np.std(values)


def test_delays_are_about_twenty_and_in_the_series():
    delays = spread_delays(400)
    assert 15 <= len(delays) <= 20
    assert (delays[0], delays[-1]) == (1, 200)
    with pytest.raises(InputError, match=r"delays: .*allowed 1 to 11 frames"):
        mean_square_displacement(np.zeros((12, 9, 2)), SIDE, np.array([12]))
