"""The Gaussian mechanism against the integral that defines delta, published numbers, both ways round."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import norm

from anticorr.errors import InputError
from anticorr.learning.private import delta_of, epsilon_of, gaussian_mu, multiplier_of


def hockey_stick(mu, epsilon):
    """int max(0, p(x) - e^epsilon q(x)) dx, p = N(mu, 1), q = N(0, 1), from where the two cross."""
    crossing = epsilon / mu + mu / 2

    def excess(x):
        return norm.pdf(x - mu) * -math.expm1(epsilon + mu * (mu / 2 - x))

    return quad(excess, crossing, crossing + 40, epsabs=0, epsrel=1e-12, points=[max(mu, crossing) + 1])[0]


@pytest.mark.parametrize("multiplier", [0.2, 0.7, 1.0, 4.0, 50.0])
@pytest.mark.parametrize("epsilon", [0.0, 0.01, 0.5, 1.0, 5.0])
def test_delta_is_the_hockey_stick_divergence(multiplier, epsilon):
    expected = hockey_stick(1 / multiplier, epsilon)
    if expected > 1e-200:
        assert delta_of(multiplier, epsilon) == pytest.approx(expected, rel=1e-9)


def test_known_numbers():
    """From tables of the normal distribution, and sigma(1, 1e-5) of Balle and Wang's own program."""
    assert delta_of(1.0, 1.0) == pytest.approx(0.3085375387 - math.e * 0.0668072013, rel=1e-8)
    assert multiplier_of(1.0, 1e-5) == pytest.approx(3.730631634944, rel=1e-9)
    assert delta_of(1.0, 0.0) == pytest.approx(2 * norm.cdf(0.5) - 1, rel=1e-14)


def test_both_forms_of_delta_meet():
    """Below and above epsilon = mu^2 / 2."""
    for mu in (1e-3, 0.1, 1.0, 5.0):
        left, right = (delta_of(1 / mu, mu**2 / 2 * (1 + side)) for side in (-1e-12, 1e-12))
        assert left == pytest.approx(right, rel=1e-9)


@given(st.floats(1e-3, 30), st.floats(-30, -0.3))
def test_multiplier_and_epsilon_undo_one_another(epsilon, exponent):
    delta = 10**exponent
    multiplier = multiplier_of(epsilon, delta)
    assert delta_of(multiplier, epsilon) == pytest.approx(delta, rel=1e-7)
    assert epsilon_of(multiplier, delta) == pytest.approx(epsilon, rel=1e-6)


@given(st.floats(0.05, 100), st.floats(0, 10))
def test_more_noise_and_more_epsilon_need_less_delta(multiplier, epsilon):
    delta = delta_of(multiplier, epsilon)
    assert delta_of(multiplier * 1.1, epsilon) <= delta
    assert delta_of(multiplier, epsilon + 0.1) <= delta
    assert 0 <= delta <= 1


def test_ends():
    assert epsilon_of(1.0, 0.5) == 0  # delta(0) = 0.38
    assert multiplier_of(0.0, 0.1) == pytest.approx(1 / (2 * norm.ppf(0.55)), rel=1e-10)
    assert multiplier_of(0.0, 0.9) == pytest.approx(1 / (2 * norm.ppf(0.95)), rel=1e-10)
    assert delta_of(1e-2, 1.0) == pytest.approx(1)
    assert delta_of(1e-2, 1e5) == 0
    assert gaussian_mu(4.0) == 0.25


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: gaussian_mu(0.0), "multiplier: got 0.0, allowed > 0 and finite"),
        (
            lambda: delta_of(-1.0, -1.0),
            "multiplier: got -1.0, .*\nepsilon: got -1.0, allowed >= 0 and finite",
        ),
        (lambda: epsilon_of(1.0, 1.0), "delta: got 1.0, allowed > 0 and < 1"),
        (lambda: multiplier_of(math.inf, 0.0), "epsilon: got inf, .*\ndelta: got 0.0, allowed > 0 and < 1"),
    ],
)
def test_refusals(call, words):
    with pytest.raises(InputError, match=words):
        call()
