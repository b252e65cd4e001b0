"""Noise of the centre: planted walks with jitter, and what equation (3) says it is."""

import numpy as np
import pytest

import anticorr as ac
from anticorr.spectra.centre import centre, centre_noise, collective_displacement


def planted(generator, frames, walk, jitter):
    """Path of a centre, variances per frame and axis times 100 particles; jitter < 0: neighbouring
    increments go together as far as they can."""
    if jitter < 0:
        kicks = generator.standard_normal((frames + 1, 2))
        path = np.sqrt(walk) * np.cumsum((kicks[1:] + kicks[:-1]) / 2, axis=0)
    else:
        path = np.cumsum(np.sqrt(walk) * generator.standard_normal((frames, 2)), axis=0)
        path += np.sqrt(jitter) * generator.standard_normal((frames, 2))
    return path / 10


@pytest.mark.parametrize(
    ("frames", "walk", "jitter"), [(20, 1, 1), (80, 1, 0), (80, 1, 30), (80, 0, 1), (80, 1, -0.25)]
)
def test_walk_is_found_beneath_jitter(frames, walk, jitter):
    """100 trials: the 95% interval covers .88 to 1 (at least .95 is wanted; where zero or the largest
    correlation is the truth the likelihood gives up to .98), false alarm 3e-3; the mean is right."""
    generator = np.random.default_rng(41)
    found = [centre_noise(planted(generator, frames, walk, jitter), 100, 5) for _ in range(100)]
    low, high = np.array([f.interval for f in found]).T * 5
    value = np.array([f.value for f in found]) * 5
    assert np.mean((low <= walk) & (walk <= high)) > 0.88
    if walk:
        assert value.mean() == pytest.approx(1, abs=4 * value.std() / 10 + 0.05)
        assert np.mean([f.error for f in found]) * 5 == pytest.approx(value.std(), rel=0.25)
    else:
        assert (low == 0).mean() > 0.9
        # Increments alone, of variance 2, would not see a walk of .1: the bound is at .02.
        assert np.median(high) < 0.02
    seen = np.array([f.jitter for f in found])
    assert seen.mean() == pytest.approx(jitter, abs=4 * seen.std() / 10 + 0.02)


def test_centre_at_rest_has_no_noise():
    resting = centre_noise(1e-15 * np.random.default_rng(42).standard_normal((50, 2)), 100, 5)
    assert (resting.value, resting.error, resting.interval) == (0.0, 0.0, (0.0, 0.0))
    assert np.isnan(centre_noise(np.zeros((3, 2)), 100, 5).value)


@pytest.mark.parametrize(("walk", "jitter"), [(1, 0), (1, 10), (0, 1)])
def test_errors_of_the_collective_displacement_cover(walk, jitter):
    """100 trials of 200 frames: 1.96 errors cover .85 to 1 (squares of few numbers are skewed; a long
    study finds .92 to .96; binomial error 2.2%): false alarm 1e-3 each."""
    generator, delays = np.random.default_rng(43), np.array([1, 5, 30])
    hit = []
    for _ in range(100):
        path = planted(generator, 200, walk, jitter)
        found = collective_displacement(path, 100, centre_noise(path, 100, 5), 5, delays)
        hit.append(np.abs(found.value - 2 * (walk * delays + 2 * jitter)) < 1.96 * found.error)
    assert (np.mean(hit, axis=0) > 0.85).all()


@pytest.mark.parametrize(
    ("noise", "fraction", "selection"), [(-1.0, 0.5, 0.0), (0.0, 1.0, -1.0), (-1.0, 1.0, -1.0)]
)
def test_centre_moves_by_the_noise_of_equation_three(noise, fraction, selection):
    """Two ways to one number: the walk of the centre, and f(0) sigma^2 + (1 + c_s) alpha^2 b_f (1 - b_f)
    <sum_j f_ij,x^2> from the series. 600 frames: the error is 6%; 4 errors, false alarm 6e-5. With
    neither noise the positions y stay where they are and those of x jitter."""
    alpha, sigma = 0.5, 0.3
    run = ac.simulate(
        {
            "system": {"dimension": 2, "particles": 100, "packing_fraction": 0.8},
            "dynamics": {
                "step_size": alpha,
                "batch_fraction": fraction,
                "batch_correlation": selection,
                "noise": {"kind": "ma1", "strength": sigma, "correlation": noise},
            },
            "schedule": {"relax_steps": 500, "sample_steps": 3000, "sample_every": 5},
            "record": {"stripped": True},
            "seed": 3,
        }
    )
    side = run.attrs["box_side"]
    found = centre_noise(centre(run["position"].values, side), 100, 5)
    square = float(run["pair_force_square"][100:].mean())
    expected = (1 + noise) * sigma**2 + (1 + selection) * alpha**2 * fraction * (1 - fraction) * square
    if expected:
        assert found.value == pytest.approx(expected, abs=4 * found.error)
        assert found.error < 0.1 * expected
    else:
        stripped = centre_noise(centre(run["stripped_position"].values, side), 100, 5)
        assert stripped.value == 0
        assert found.interval[1] < 1e-4 * sigma**2
        assert found.jitter == pytest.approx(sigma**2 / 2, rel=0.2)
