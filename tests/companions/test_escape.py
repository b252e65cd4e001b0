"""Rates of escape against descents, and where they are known: steps that forget, and an end far away."""

import numpy as np
import pytest
from scipy.special import erf

from anticorr.companions import escape, escape_exponent, escape_rate, stationary_covariance
from anticorr.companions.descents import escapes
from anticorr.errors import InputError
from anticorr.noise import ar1, ma1, white


def variance_of(rate, noise):
    return float(stationary_covariance([[1.0]], [[1.0]], rate, filter=noise)[0, 0])


@pytest.mark.parametrize("noise", [white(), ma1(-0.5), ma1(-1.0), ma1(0.7)], ids=str)
@pytest.mark.parametrize("rate", [0.3, 1.0, 1.6])
def test_walkers_leave_at_the_rate_of_theory(rate, noise):
    """About 2,000 escapes; within 4 standard errors: false alarm 8e-4 in all."""
    barrier = 4.5 * variance_of(rate, noise)
    left, walked = escapes(
        1.0, 1.0, rate, [np.sqrt(2 * barrier)], filter=noise, walkers=2_000, settle=20, steps=500,
        generator=np.random.default_rng(1),
    )  # fmt: skip
    assert left[0] > 1_000
    expected = 1 - np.exp(-escape_rate(barrier, 1.0, 1.0, rate, filter=noise))
    assert abs(left[0] / walked[0] / expected - 1) < 4 / np.sqrt(left[0])


def test_steps_that_forget():
    """At l h = 1 each step is drawn anew."""
    end, rate, h, c = 1.7, 1 / 0.8, 0.8, 0.3
    kept = erf(end / (rate * np.sqrt(2 * c)))
    assert escape_rate(h * end**2 / 2, h, c, rate) == pytest.approx(-np.log(kept), rel=1e-12)


def test_a_far_end_is_a_matter_of_the_exponent():
    """d ln(rate) / dE -> -1 as E grows; at a finite E the prefactor adds a part of order 1 / E."""
    for noise in (white(), ma1(-0.9)):
        E = np.array([3.5, 7.0, 14.0])
        rates = [escape_rate(e * variance_of(0.8, noise), 1.0, 1.0, 0.8, filter=noise) for e in E]
        slopes = np.diff(np.log(rates)) / np.diff(E)
        assert (np.abs(slopes + 1) < 1 / E[:-1]).all()
        assert abs(slopes[1] + 1) < abs(slopes[0] + 1)
    assert escape_exponent(3.0, 2.0, 0.5) == 3.0


@pytest.mark.parametrize(("rate", "c"), [(0.2, -1.0), (1.9, 0.0)])
def test_more_points_change_nothing(rate, c, monkeypatch):
    noise = ma1(c)
    barrier = 8 * variance_of(rate, noise)
    found = escape_rate(barrier, 1.0, 1.0, rate, filter=noise)
    monkeypatch.setattr(escape, "_POINTS", (200, 400))
    assert escape_rate(barrier, 1.0, 1.0, rate, filter=noise) == pytest.approx(found, rel=1e-6)


def test_bad_input_is_worded():
    with pytest.raises(InputError) as caught:
        escape_rate(-1.0, 0.0, 1.0, np.nan, filter=ar1(0.5))
    assert list(caught.value.problems) == [
        "barrier: got -1, allowed > 0",
        "curvature: got 0, allowed > 0",
        "learning_rate: got nan, allowed > 0",
        "filter: got ar1 with a longer memory, allowed: white or ma1",
    ]
    with pytest.raises(InputError, match=r"learning_rate: got 2, allowed < 2 \(2 / curvature\)"):
        escape_rate(1.0, 1.0, 1.0, 2.0)
    with pytest.raises(InputError, match=r"barrier: got 30, allowed <= 16 \(E = 16"):
        escape_rate(30.0, 1.0, 1.0, 1.0)
    with pytest.raises(InputError, match="steps are too small a part of the well"):
        escape_rate(6 * variance_of(1e-3, ma1(-1.0)), 1.0, 1.0, 1e-3, filter=ma1(-1.0))
