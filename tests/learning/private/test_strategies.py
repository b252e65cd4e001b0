"""The named filters: taps and spectra of the exact ones, and that each is the best of its family."""

import math

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from anticorr.errors import InputError
from anticorr.learning.private import (
    NAMES,
    best_ma1,
    independent,
    inverse_taps,
    least_excess_error,
    nu_dp_ftrl,
    stationary_excess_error,
    strategy,
)
from anticorr.learning.private.strategies import exact_spectrum
from anticorr.noise import fractional, ma1, white

LEARNING_RATES = (0.5, 0.1, 0.01, 1e-3)
NUS = (0.9, 0.3, 0.03, 1e-3, 1e-5)


def exact_taps(nu, count):
    """(-1)^n binom(1/2, n) (1 - nu)^n over the root of its sum of squares, by its recursion."""
    n = np.arange(1, count)
    taps = np.append(1.0, np.cumprod((n - 1.5) / n * (1 - nu)))
    return taps / math.sqrt(math.fsum(taps**2))


def test_independent_is_white():
    assert independent() == strategy("independent", 0.1) == white()


@pytest.mark.parametrize("nu", NUS)
def test_nu_dp_ftrl_has_the_taps(nu):
    exact = exact_taps(nu, 20_000)
    made = nu_dp_ftrl(nu)
    assert made.variance == pytest.approx(1, abs=1e-12)
    np.testing.assert_allclose(made.taps(20_000), exact, atol=0.0015)
    clear = np.abs(exact) > 1e-6
    np.testing.assert_allclose(made.taps(20_000)[clear], exact[clear], rtol=0.05)
    n = np.arange(1, 200)  # of the inverse: (1 - (1-nu) z)^(-1/2)
    inverse = np.append(1.0, np.cumprod((n - 0.5) / n * (1 - nu)))
    np.testing.assert_allclose(inverse_taps(made, 200) * made.first, inverse, rtol=0.05, atol=1e-6)


@pytest.mark.parametrize("nu", [*NUS, 1e-6])
def test_nu_dp_ftrl_has_the_spectrum_at_all_frequencies(nu):
    w = np.append(0, np.geomspace(1e-9, math.pi, 4001))
    made = nu_dp_ftrl(nu)
    deviation = np.abs(made.spectrum(w) / exact_spectrum(nu, w) - 1)
    assert deviation.max() < 0.005
    assert deviation[w >= made.band[0]].max() == pytest.approx(made.band_error, rel=0.01)


def test_exact_spectrum_is_that_of_the_taps():
    w = np.linspace(0, math.pi, 50)
    response = np.exp(-1j * np.outer(w, np.arange(400))) @ exact_taps(0.1, 400)
    np.testing.assert_allclose(exact_spectrum(0.1, w), np.abs(response) ** 2, rtol=1e-12)


def test_undamped_is_fractional():
    assert nu_dp_ftrl(0.0) == fractional(0.0)
    assert nu_dp_ftrl(0.01) == nu_dp_ftrl(0.01)


@pytest.mark.parametrize("eta", LEARNING_RATES)
def test_best_nu_is_the_learning_rate(eta):
    """The minimum is flat: 20 times more than the error of the exponential sum can move it."""
    found = minimize_scalar(
        lambda log_nu: math.log(stationary_excess_error(nu_dp_ftrl(math.exp(log_nu)), eta)),
        bounds=(math.log(eta) - 0.7, min(math.log(eta) + 0.7, -0.01)),
        method="bounded",
    )
    assert math.exp(found.x) == pytest.approx(eta, rel=0.02)
    best = stationary_excess_error(nu_dp_ftrl(eta), eta)
    assert best == pytest.approx(least_excess_error(eta), rel=1e-5)


@pytest.mark.parametrize("eta", [*LEARNING_RATES, 1.0, 1.5])
def test_best_ma1(eta):
    found = minimize_scalar(
        lambda c: stationary_excess_error(ma1(c), eta),
        bounds=(-0.999999, 0.999999), method="bounded", options={"xatol": 1e-9},
    )  # fmt: skip
    assert found.x == pytest.approx(eta - 1, abs=1e-5)
    best = stationary_excess_error(best_ma1(eta), eta)
    assert best == pytest.approx(eta**1.5 / math.sqrt(2 - eta), rel=1e-10)


@pytest.mark.parametrize("eta", LEARNING_RATES)
def test_order_of_the_strategies(eta):
    errors = [stationary_excess_error(strategy(name, eta), eta) for name in NAMES]
    independent, moving, damped, *buffered = errors
    assert independent > moving > buffered[0]
    assert (np.diff(buffered) < 1e-7 * buffered[0]).all()
    assert min([*buffered, damped]) >= least_excess_error(eta) * (1 - 1e-12)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: nu_dp_ftrl(1.0), "nu: got 1.0, allowed >= 0 and < 1"),
        (lambda: nu_dp_ftrl(math.nan), "nu: got nan, allowed"),
        (lambda: best_ma1(2.0), "learning_rate: got 2.0, allowed > 0 and < 2"),
        (
            lambda: strategy("tree", 0.1),
            "name: got 'tree', allowed 'independent', 'ma1', 'nu_dp_ftrl', 'blt_1'",
        ),
        (lambda: strategy("ma1", 1.0), "learning_rate: got 1.0, allowed > 0 and < 1"),
    ],
)
def test_refusals(call, words):
    with pytest.raises(InputError, match=words):
        call()
