"""The stationary covariance in blocks against the equation of the whole chain, a sum over its memory, and
long paths."""

import numpy as np
import pytest
from scipy.linalg import solve_discrete_lyapunov

from anticorr.errors import InputError
from anticorr.noise.filters import ar1, exponential_sum, fractional, ma1, white
from anticorr.noise.lyapunov import joint_covariance
from anticorr.noise.reference import filtered

FILTERS = [
    white(),
    ma1(-1.0),
    ma1(0.6),
    ar1(-0.7),
    fractional(0.2, (1e-3, 3.0)),
    exponential_sum([-0.4, -0.2, 0.1], [0, 0.7, -0.5]),
]
DRIFT = np.array([[0.6, 0.3, 0.0], [-0.2, 0.5, 0.1], [0.0, 0.1, -0.4]])
INPUT = np.array([[1.0, 0.2], [0.0, 0.5], [0.3, -0.7]])
WHITE = np.array([[0.3, 0.1, 0.0], [0.1, 0.2, 0.0], [0.0, 0.0, 0.4]])


def whole_chain(M, G, noise, W):
    """x and all states as one chain, state after state: nothing is known of its blocks."""
    p, states = G.shape[1], len(noise.rates)
    A = np.block(
        [
            [M, np.kron(np.array(noise.weights)[None, :], G)],
            [np.zeros((states * p, len(M))), np.kron(np.diag(noise.rates), np.eye(p))],
        ]
    )
    B = np.vstack([noise.first * G, np.kron(np.ones((states, 1)), np.eye(p))])
    own = np.zeros_like(A)
    own[: len(M), : len(M)] = W
    return A, solve_discrete_lyapunov(A, B @ B.T + own)


@pytest.mark.parametrize("noise", FILTERS, ids=lambda f: f.kind)
def test_blocks_solve_the_equation_of_the_whole_chain(noise):
    _, expected = whole_chain(DRIFT, INPUT, noise, WHITE)
    found = joint_covariance(DRIFT, INPUT, noise, WHITE)
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-10)


@pytest.mark.parametrize("noise", FILTERS, ids=lambda f: f.kind)
def test_covariance_is_the_sum_over_the_memory(noise):
    """x(t) = sum_n R_n eta(t-1-n), R_n = sum_j M^j G h_(n-j): no equation is solved."""
    taps = noise.taps(6000)
    response, expected = np.zeros((3, 2)), np.zeros((3, 3))
    for h in taps:
        response = DRIFT @ response + h * INPUT
        expected += response @ response.T
    np.testing.assert_allclose(joint_covariance(DRIFT, INPUT, noise)[:3, :3], expected, atol=1e-7)


def test_long_paths_have_that_covariance():
    """2,000 independent paths: each entry within 4.5 standard errors (fails by chance once in 10^4)."""
    noise, paths, generator = FILTERS[-1], 2000, np.random.default_rng(5)
    xi = np.stack([filtered(noise, 80, generator, paths) for _ in range(2)], axis=1)
    x = np.zeros((3, paths))
    for one in xi:
        x = DRIFT @ x + INPUT @ one
    expected = joint_covariance(DRIFT, INPUT, noise)[:3, :3]
    own = np.diag(expected)
    err = np.sqrt((np.outer(own, own) + expected**2) / paths)
    assert (np.abs(x @ x.T / paths - expected) < 4.5 * err).all()


def test_a_rotation_of_x_rotates_its_covariance():
    turn, _ = np.linalg.qr(np.random.default_rng(1).standard_normal((3, 3)))
    straight = joint_covariance(DRIFT, INPUT, ar1(0.4))[:3, :3]
    turned = joint_covariance(turn @ DRIFT @ turn.T, turn @ INPUT, ar1(0.4))[:3, :3]
    np.testing.assert_allclose(turned, turn @ straight @ turn.T, atol=1e-12)


@pytest.mark.parametrize(
    ("M", "G", "key"),
    [
        (np.ones((2, 3)), np.ones((2, 1)), "drift_matrix"),
        (np.eye(2) / 2, np.ones((3, 1)), "noise_input"),
        (np.eye(2), np.ones((2, 1)), "drift_matrix"),
    ],
)
def test_what_has_no_stationary_state_is_refused(M, G, key):
    with pytest.raises(InputError, match=key):
        joint_covariance(M, G, white())
