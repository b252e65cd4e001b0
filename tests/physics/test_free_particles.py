"""Particles that never touch: mean square displacement and selection statistics, exactly known."""

import numpy as np
import pytest

from anticorr.engine.particles import Particles
from anticorr.specs import parse


def dilute(correlation, particles=4000, **dynamics):
    return parse(
        {
            # so dilute that a contact is rare and moves nothing: step_size 1e-12
            "system": {"dimension": 2, "particles": particles, "packing_fraction": 0.01},
            "dynamics": {
                "step_size": 1e-12,
                "noise": {"kind": "ma1", "strength": 0.2, "correlation": correlation},
                **dynamics,
            },
            "schedule": {"relax_steps": 0, "sample_steps": 100, "sample_every": 10},
            "seed": 11,
        }
    )


@pytest.mark.parametrize("correlation", [0.0, 0.6, -0.5, -0.9, -1.0])
def test_displacement_of_x_is_the_sum_of_the_autocovariance(correlation):
    """<|x(t) - x(0)|^2> = d sigma^2 [t + 2 sum_n (t - n) C(n)] = d sigma^2 [t (1 + c) - c].

    A mean over 8,000 chi-square numbers (1 degree): relative error sqrt(2 / 8000) = 1.6%; 4.5 errors:
    false alarm 1e-5 a test.
    """
    particles = Particles(dilute(correlation))
    start = particles.position()
    particles.step_block(10)
    msd = ((particles.position() - start) ** 2).sum(axis=0).mean()
    expected = 2 * 0.2**2 * (100 * (1 + correlation) - correlation)
    assert msd == pytest.approx(expected, rel=4.5 * np.sqrt(2 / 8000))


@pytest.mark.parametrize("correlation", [0.0, -0.5, -1.0])
def test_displacement_of_y_is_white(correlation):
    """y moves by white noise of variance (1 + c) sigma^2 a step; at c = -1 it stands still."""
    particles = Particles(dilute(correlation))
    particles.measure_displacement_from_here()
    msd = particles.step_block(10)[-1, -1] / 4000
    expected = 2 * 0.2**2 * 100 * (1 + correlation)
    assert msd == pytest.approx(expected, rel=4.5 * np.sqrt(2 / 8000), abs=1e-20)


@pytest.mark.parametrize("correlation", [0.0, -0.4, -1.0])
def test_selection_has_its_fraction_and_correlation(correlation):
    """theta of many pairs over steps: mean b_f, corr(theta_ij, theta_ji) = -c_s.

    About 3e5 pairs: standard errors .001 and .002; 5 errors: false alarm below 1e-5.
    """
    from anticorr.accelerate import kernel
    from anticorr.engine import _forces
    from anticorr.engine.run import _contacts

    n, fraction = 300, 0.3
    selection = _forces.Selection(
        True, np.uint64(round(fraction * 2**32)), np.uint64(round(-correlation * 2**32)), np.uint64(4)
    )

    @kernel
    def draw_all(contacts, identity, step):
        mine = _forces.own_contacts(contacts, 0)
        _forces.select_batch(n, mine, identity, selection, step)

    contacts = _contacts(2, 1)
    identity = np.arange(2 * n, dtype=np.int32)
    contacts.first[0, :n] = np.arange(n)
    contacts.second[0, :n] = np.arange(n, 2 * n)
    on_i, on_j = [], []
    for step in range(1000):
        draw_all(contacts, identity, np.uint64(step))
        on_i.append(contacts.weight_first[0, :n].copy())
        on_j.append(contacts.weight_second[0, :n].copy())
    on_i, on_j = np.concatenate(on_i), np.concatenate(on_j)
    assert on_i.mean() == pytest.approx(fraction, abs=0.005)
    assert on_j.mean() == pytest.approx(fraction, abs=0.005)
    assert np.corrcoef(on_i, on_j)[0, 1] == pytest.approx(-correlation, abs=0.01)
    if correlation == -1.0:
        np.testing.assert_array_equal(on_i, on_j)
