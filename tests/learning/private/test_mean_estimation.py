"""Excess error: closed forms, two ways, matrices, long runs and their limit; simulated runs."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.linalg import toeplitz

from anticorr.errors import InputError
from anticorr.learning.private import (
    NAMES,
    excess_error_of_spectrum,
    finite_excess_error,
    least_excess_error,
    nu_dp_ftrl,
    sensitivity,
    stationary_excess_error,
    strategy,
    tabulate,
)
from anticorr.learning.private.strategies import exact_spectrum
from anticorr.noise import ar1, exponential_sum, fractional, ma1, white
from anticorr.noise.reference import filtered

FILTERS = [
    white(), ma1(-0.8), ma1(0.7), ar1(0.6), ar1(-0.5), fractional(0.0), nu_dp_ftrl(0.05),
    exponential_sum([-0.3, -0.1, 0.05], [0, 0.7, -0.5]),
]  # fmt: skip
each = pytest.mark.parametrize("noise", FILTERS, ids=lambda f: f"{f.kind}-{f.first:.3f}")


def test_known_numbers():
    """At eta = 0.01: independent, ma1 with b/a = -1/2, and nu-DP-FTRL with nu = eta."""
    assert stationary_excess_error(white(), 0.01) == pytest.approx(5.03e-3, rel=1e-3)
    assert stationary_excess_error(ma1(-0.8), 0.01) == pytest.approx(1.742e-3, rel=1e-3)
    assert stationary_excess_error(nu_dp_ftrl(0.01), 0.01) == pytest.approx(4.57e-4, rel=1e-3)


@given(st.floats(1e-6, 1.99), st.floats(-0.999, 0.999), st.floats(0.1, 10))
def test_closed_form_of_ma1(eta, c, m):
    """m^2 eta [1 + c (1-eta)] / [(2-eta) sqrt(1-c^2)]; eta / (2-eta) at c = 0."""
    expected = m**2 * eta * (1 + c * (1 - eta)) / ((2 - eta) * math.sqrt(1 - c * c))
    assert stationary_excess_error(ma1(c), eta, m) == pytest.approx(expected, rel=1e-7)


@each
@pytest.mark.parametrize("eta", [1.5, 1.0, 0.3, 0.01, 1e-4])
def test_two_ways(noise, eta):
    by_quadrature = excess_error_of_spectrum(noise.spectrum, eta, 1.7)
    assert stationary_excess_error(noise, eta, 1.7) == pytest.approx(by_quadrature, rel=1e-8)


@pytest.mark.parametrize("eta", [0.7, 0.1, 1e-3])
def test_least_error_is_that_of_exact_nu_dp_ftrl(eta):
    """The elliptic integral, the spectrum |1 - (1-eta) e^{-iw}|, and its integral by an adaptive rule."""
    least = least_excess_error(eta, 2.0)
    assert excess_error_of_spectrum(lambda w: exact_spectrum(eta, w), eta, 2.0) == pytest.approx(least)
    corner = [math.log(eta) - 30, math.log(eta), math.log(math.pi)]

    def density(x):
        w = math.exp(x)
        return w / math.pi / math.sqrt(eta**2 + 4 * (1 - eta) * math.sin(w / 2) ** 2)

    integral = sum(quad(density, a, b)[0] for a, b in itertools.pairwise(corner))
    assert (2.0 * eta * integral) ** 2 == pytest.approx(least, rel=1e-8)


def test_least_error_for_small_learning_rates():
    eta = 1e-8
    assert least_excess_error(eta) == pytest.approx((eta * math.log(8 / eta) / math.pi) ** 2, rel=1e-6)


@given(st.floats(-0.99, 0.99), st.floats(-0.99, 0.99), st.floats(0.01, 1.9))
def test_no_noise_does_better_than_the_least(c, r, eta):
    for noise in (ma1(c), ar1(r)):
        assert stationary_excess_error(noise, eta) >= least_excess_error(eta) * (1 - 1e-9)


def by_matrices(noise, eta, steps, stationary):
    """Variance of w(T) / m over s^2 from the covariance of all steps."""
    H = toeplitz(noise.taps(steps), np.zeros(steps))
    covariance = toeplitz(noise.autocovariance(steps)) if stationary else H @ H.T
    weights = eta * (1 - eta) ** np.arange(steps)[::-1]
    return weights @ covariance @ weights


@each
@pytest.mark.parametrize("stationary", [False, True])
@pytest.mark.parametrize(("eta", "steps"), [(0.1, 1), (0.1, 2), (0.05, 60), (1.4, 30), (1.0, 5)])
def test_finite_error_against_matrices(noise, eta, steps, stationary):
    found = finite_excess_error(
        noise, eta, steps, 1.5, participations=2, separation=20, stationary=stationary, distance=0.3
    )
    s = sensitivity(noise, steps, 2, 20).value
    expected = (1.5 * s) ** 2 * by_matrices(noise, eta, steps, stationary) + 0.09 * (1 - eta) ** (2 * steps)
    assert found == pytest.approx(expected, rel=1e-9)


@each
@pytest.mark.parametrize("stationary", [False, True])
def test_long_runs_reach_the_stationary_error(noise, stationary):
    """fractional(0) follows slowly: its band ends at 1e-5, and so does its sensitivity."""
    rel = 0.4 if noise.kind == "fractional" else 1e-6
    long = finite_excess_error(noise, 0.05, 3000, stationary=stationary)
    assert long == pytest.approx(stationary_excess_error(noise, 0.05), rel=rel)


def test_anti_pgd_pays_with_the_length_of_the_run():
    """c = -1: the sensitivity grows as sqrt(2 T), so there is no stationary error."""
    assert stationary_excess_error(ma1(-1.0), 0.01) == math.inf
    errors = [finite_excess_error(ma1(-1.0), 0.01, steps) for steps in (1000, 2000, 4000)]
    assert errors[1] / errors[0] == pytest.approx(2, rel=1e-6)
    assert errors[2] / errors[1] == pytest.approx(2, rel=1e-6)


@pytest.mark.parametrize("stationary", [False, True])
@pytest.mark.parametrize("noise", [white(), ma1(-0.8), nu_dp_ftrl(0.1)], ids=lambda f: f.kind)
def test_simulated_runs(noise, stationary):
    """4,000 runs of 60 steps: <(w-g)^2> within 4.5 standard errors, each of six fails once in 10^5."""
    generator = np.random.default_rng(11)
    eta, steps, paths, m, g = 0.1, 60, 4000, 0.8, 0.7
    if stationary:
        xi = filtered(noise, steps, generator, paths)
    else:
        xi = toeplitz(noise.taps(steps), np.zeros(steps)) @ generator.standard_normal((steps, paths))
    s = sensitivity(noise, steps, 3, 20).value
    w = np.zeros(paths)
    for one in xi:
        w -= eta * (w - g - m * s * one)
    measured = (w - g) ** 2
    expected = finite_excess_error(
        noise, eta, steps, m, participations=3, separation=20, stationary=stationary, distance=g
    )
    assert measured.mean() == pytest.approx(expected, abs=4.5 * measured.std() / math.sqrt(paths))


def test_table():
    table = tabulate([0.1, 0.01])
    assert tuple(table) == NAMES
    np.testing.assert_allclose(table["independent"], [0.1 / 1.9, 0.01 / 1.99])
    for name in NAMES:
        assert table[name][1] == stationary_excess_error(strategy(name, 0.01), 0.01)
    short = tabulate([0.1], steps=50, names=["blt_2"])
    assert short["blt_2"] == [finite_excess_error(strategy("blt_2", 0.1), 0.1, 50)]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: stationary_excess_error(white(), 2.0), "learning_rate: got 2.0, allowed > 0 and < 2"),
        (lambda: excess_error_of_spectrum(white().spectrum, 0.1, 0), "multiplier: got 0, allowed > 0"),
        (lambda: least_excess_error(math.nan), "learning_rate: got nan, allowed > 0 and < 2"),
        (lambda: finite_excess_error(white(), 0.1, 0), "steps: got 0, allowed >= 1"),
        (lambda: tabulate([0.1], names=["tree"]), "name: got 'tree', allowed"),
    ],
)
def test_refusals(call, words):
    with pytest.raises(InputError, match=words):
        call()
