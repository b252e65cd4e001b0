"""Particles that never touch: mean square displacement for every noise; the draws at contacts."""

import math

import numpy as np
import pytest

from anticorr.engine import _contacts, _forces
from anticorr.engine.particles import Particles, _interaction
from anticorr.engine.workspace import contacts_for
from anticorr.noise.filters import from_spec
from anticorr.noise.fractional import exact_autocovariance
from anticorr.specs import parse

STRENGTH, PARTICLES = 0.2, 4000
SUM = {"kind": "exponential_sum", "weights": [-0.4, -0.2, 0.1], "rates": [0.0, 0.7, -0.5]}
NOISES = {
    "white": {"kind": "white"},
    **{f"ma1, c = {c}": {"kind": "ma1", "correlation": c} for c in (0.6, -0.5, -0.9, -1.0)},
    **{f"ar1, r = {r}": {"kind": "ar1", "correlation": r} for r in (0.8, -0.6)},
    **{f"fractional, H = {H}": {"kind": "fractional", "hurst": H} for H in (0.0, 0.25, 0.75)},
    "exponential_sum": SUM,
}
TIMES = (1, 2, 10, 200)


def dilute(noise, dimension=2):
    return parse(
        {
            # so dilute that a contact is rare and moves nothing: step_size 1e-12
            "system": {"dimension": dimension, "particles": PARTICLES, "packing_fraction": 0.01},
            "dynamics": {"step_size": 1e-12, "noise": {**noise, "strength": STRENGTH}},
            "schedule": {"relax_steps": 0, "sample_steps": 1, "sample_every": 1},
            "record": {"series_every": 1},
            "seed": 11,
        }
    )


def double_sum(covariance, steps):
    """sum_{s,t < steps} C(|s - t|): the variance of the sum of `steps` values."""
    lag = np.arange(1, steps)
    return steps * covariance[0] + 2 * ((steps - lag) * covariance[lag]).sum()


@pytest.mark.parametrize("dimension", [2, 3])
@pytest.mark.parametrize("noise", NOISES)
def test_displacement_of_x_is_the_double_sum_of_the_autocovariance(noise, dimension):
    """<|x(t) - x(0)|^2> = d sigma^2 sum_{s,u < t} C(s - u).

    A mean over 4,000 d squared normal numbers: relative error sqrt(2 / (4000 d)); 5 errors: false alarm
    6e-7 for each of the 88 numbers.
    """
    spec = dilute(NOISES[noise], dimension)
    covariance = from_spec(spec.dynamics.noise).autocovariance(max(TIMES))
    particles = Particles(spec)
    start = particles.position()
    for time in TIMES:
        particles.step_block(time - particles.step)
        msd = ((particles.position() - start) ** 2).sum(axis=0).mean()
        expected = dimension * STRENGTH**2 * double_sum(covariance, time)
        assert msd == pytest.approx(expected, rel=5 * math.sqrt(2 / (PARTICLES * dimension)))


@pytest.mark.parametrize("hurst", [0.0, 0.25, 0.75])
def test_fractional_displacement_is_that_of_the_exact_noise(hurst):
    """The same with C of ARFIMA(0, H - 1/2, 0); the filter's spectrum is off by 0.5% at most."""
    spec = dilute(NOISES[f"fractional, H = {hurst}"])
    particles = Particles(spec)
    start = particles.position()
    particles.step_block(200)
    msd = ((particles.position() - start) ** 2).sum(axis=0).mean()
    expected = 2 * STRENGTH**2 * double_sum(exact_autocovariance(hurst, 200), 200)
    assert msd == pytest.approx(expected, rel=0.005 + 5 * math.sqrt(2 / 8000))


@pytest.mark.parametrize("dimension", [2, 3])
@pytest.mark.parametrize("noise", NOISES)
def test_displacement_of_y_is_white(noise, dimension):
    """<|y(t) - y(0)|^2> = d f(0) sigma^2 t: nothing at c = -1. Errors as above."""
    spec = dilute(NOISES[noise], dimension)
    particles = Particles(spec)
    particles.measure_displacement_from_here()
    start = particles.stripped_position()
    series = particles.step_block(200)[:, -1] / PARTICLES
    slope = dimension * STRENGTH**2 * from_spec(spec.dynamics.noise).zero_frequency
    for time in TIMES:
        tolerance = 5 * math.sqrt(2 / (PARTICLES * dimension))
        assert series[time - 1] == pytest.approx(slope * time, rel=tolerance, abs=1e-20)
    moved = ((particles.stripped_position() - start) ** 2).sum(axis=0).mean()
    assert series[-1] == pytest.approx(moved, rel=1e-9, abs=1e-20)


@pytest.mark.parametrize("noise", NOISES)
def test_steps_of_y_are_independent(noise):
    """Successive displacements of y are uncorrelated: 8,000 products, standard error 1/sqrt(8000) of the
    variance; 5 errors: false alarm 6e-7 each. At c = -1 there are none."""
    particles = Particles(dilute(NOISES[noise]))
    particles.step_block(3)
    places = [particles.stripped_position()]
    for steps in (5, 5):
        particles.step_block(steps)
        places.append(particles.stripped_position())
    one, two = np.diff(places, axis=0)
    if from_spec(particles.spec.dynamics.noise).zero_frequency == 0:
        assert np.abs(one).max() < 1e-10
    else:
        assert abs((one * two).mean()) < 5 / math.sqrt(one.size) * one.std() * two.std()


def draws(dynamics, dimension=2):
    """on_first and on_second of 300 contacts with unit force along the first axis, over 1,000 steps:
    shape (step, axis, contact)."""
    n, steps = 300, 1000
    data = dilute({"kind": "white"}, dimension).model_dump(mode="json")
    data["dynamics"] = dynamics | {"noise": {"kind": "white", "strength": 0.0}}
    spec = parse(data)
    interaction = _interaction(spec)
    state = Particles(spec).state
    contacts = _contacts.Contacts(*(array[0] for array in contacts_for(dimension, 1)))
    contacts.first[:n] = np.arange(n)
    contacts.second[:n] = np.arange(n, 2 * n)
    contacts.second[::2], contacts.first[::2] = contacts.first[::2].copy(), contacts.second[::2].copy()
    contacts.force[:, :n] = 0.0
    contacts.force[0, :n] = 1.0
    contacts.slope[:n] = 1.0
    kicks = interaction.dynamics == _forces.RANDOM_KICKS
    draw = _forces.draw_directions if kicks else _forces.draw_shares
    first, second = np.empty((2, steps, dimension, n))
    for step in range(steps):
        draw((0,) * dimension, n, contacts, state, interaction, np.uint64(step))
        first[step], second[step] = contacts.on_first[:, :n], contacts.on_second[:, :n]
    return first, second


@pytest.mark.parametrize("correlation", [0.0, -0.4, -1.0])
def test_selection_has_its_fraction_and_correlation(correlation):
    """theta of many pairs over steps: mean b_f, corr(theta_ij, theta_ji) = -c_s.

    3e5 pairs: standard errors .0008 and .0018; 5 errors: false alarm 6e-7 a number.
    """
    on_i, on_j = draws({"step_size": 0.1, "batch_fraction": 0.3, "batch_correlation": correlation})
    on_i, on_j = on_i[:, 0].ravel(), on_j[:, 0].ravel()
    assert set(on_i) == {0.0, 1.0}
    assert on_i.mean() == pytest.approx(0.3, abs=0.0042)
    assert on_j.mean() == pytest.approx(0.3, abs=0.0042)
    assert np.corrcoef(on_i, on_j)[0, 1] == pytest.approx(-correlation, abs=0.0092)
    if correlation == -1.0:
        np.testing.assert_array_equal(on_i, on_j)


def test_a_particle_left_out_is_left_out_of_all_its_contacts():
    """batch_selection particle: both partners draw by themselves. Errors as above."""
    on_i, on_j = draws({"step_size": 0.1, "batch_fraction": 0.3, "batch_selection": "particle"})
    on_i, on_j = on_i[:, 0].ravel(), on_j[:, 0].ravel()
    assert on_i.mean() == pytest.approx(0.3, abs=0.0042)
    assert on_j.mean() == pytest.approx(0.3, abs=0.0042)
    assert np.corrcoef(on_i, on_j)[0, 1] == pytest.approx(0.0, abs=0.0092)


@pytest.mark.parametrize("correlation", [0.0, -0.4, -1.0])
def test_biased_kicks_are_uniform_and_correlated(correlation):
    """u_ij uniform in [0, 1): mean 1/2, variance 1/12, corr(u_ij, u_ji) = -c_s. 5 errors of 3e5 numbers."""
    on_i, on_j = draws({"kind": "bro", "kick_size": 0.3, "kick_correlation": correlation})
    u_i, u_j = on_i[:, 0].ravel(), on_j[:, 0].ravel()
    for u in (u_i, u_j):
        assert 0 <= u.min() < u.max() < 1
        assert u.mean() == pytest.approx(0.5, abs=5 * math.sqrt(1 / 12 / 3e5))
        assert u.var() == pytest.approx(1 / 12, abs=5 * math.sqrt(1 / 180 / 3e5))
    assert np.corrcoef(u_i, u_j)[0, 1] == pytest.approx(-correlation, abs=0.0092)


@pytest.mark.parametrize("dimension", [2, 3])
@pytest.mark.parametrize("correlation", [0.0, -0.4, -1.0])
def test_random_kicks_are_isotropic_and_correlated(correlation, dimension):
    """Vectors of length eps u in any direction: mean 0, variance eps^2 / (3 d) an axis, correlation c_s
    between the kicks on the two partners; on_second is minus the kick. 5 errors of 3e5 numbers."""
    on_i, on_j = draws({"kind": "ro", "kick_size": 0.3, "kick_correlation": correlation}, dimension)
    for kick in (on_i, -on_j):
        length = np.sqrt((kick**2).sum(axis=1)) / 0.3
        assert length.max() < 1
        assert length.mean() == pytest.approx(0.5, abs=5 * math.sqrt(1 / 12 / 3e5))
        for axis in range(dimension):
            unit = kick[:, axis].ravel() / 0.3
            error = 5 * (unit**2).std() / math.sqrt(unit.size)
            assert abs(unit.mean()) < 5 * unit.std() / math.sqrt(unit.size)
            assert unit.var() == pytest.approx(1 / (3 * dimension), abs=error)
    measured = np.corrcoef(on_i[:, 0].ravel(), -on_j[:, 0].ravel())[0, 1]
    assert measured == pytest.approx(correlation, abs=0.012)
