"""Adam, minibatches and continuous time: theory against descents, and against other ways to one number."""

import numpy as np
import pytest
from scipy.linalg import solve_continuous_lyapunov
from tests.companions.test_quadratic import positive

from anticorr.companions import (
    adam_covariance,
    continuous_covariance,
    descents,
    regression_covariance,
    regression_edge,
    stationary_covariance,
)
from anticorr.errors import InputError
from anticorr.noise import ar1, fractional

SIZE = {"walkers": 256, "settle": 600, "steps": 1500}


def within(square, S, errors=4.5, share=0.0):
    """Mean squares of walkers against the diagonal of S: false alarm 7e-6 a number, and a share of it."""
    error = square.std(axis=0, ddof=1) / np.sqrt(len(square))
    assert (error < 0.03 * np.diag(S)).all()
    return (np.abs(square.mean(axis=0) - np.diag(S)) < errors * error + share * np.diag(S)).all()


@pytest.mark.parametrize("rate", [0.3, 3.0, 30.0])
def test_adam_fluctuates_as_predicted(rate):
    """The averages of squares that Adam keeps fluctuate by sqrt((1 - b_2) / 2) = 2%: 1% are left to that.
    From 1 on this is beyond what would be stable if the weights added nothing to the gradients."""
    generator = np.random.default_rng(1)
    H, C = positive(generator, 3, 0.2), positive(generator, 3, 0.4)
    frozen = np.diag(C) ** -0.5
    if rate > 20:
        with pytest.raises(InputError, match="the edge of stability"):
            stationary_covariance(H, C, 0.1 * rate, momentum=0.9, preconditioner=frozen)
    square = descents.adam(H, C, rate, **SIZE | {"settle": 3000}, generator=generator)
    assert within(square, adam_covariance(H, C, rate), share=0.01)


def test_adam_keeps_the_squares_of_its_gradients():
    """<g g^T> = H S H + C holds of the solution, and a small rate leaves C alone."""
    generator = np.random.default_rng(2)
    H, C = positive(generator, 4), positive(generator, 4, 0.3)
    S = adam_covariance(H, C, 2.0, beta_1=0.5)
    v = np.diag(H @ S @ H + C)
    own = stationary_covariance(H, C, 1.0, momentum=0.5, preconditioner=v**-0.5)
    assert np.abs(S - own).max() < 1e-8
    slow = adam_covariance(H, C, 1e-5)
    expected = continuous_covariance(H, C, 1e-5, preconditioner=np.diag(C) ** -0.5)
    assert np.abs(slow / expected - 1).max() < 1e-4


def test_continuous_time_is_a_limit_and_a_lyapunov_equation():
    generator = np.random.default_rng(3)
    H, C, P = positive(generator, 4), positive(generator, 4, 0.3), positive(generator, 4, 0.5)
    S = continuous_covariance(H, C, 0.7, preconditioner=P)
    assert np.abs(S - solve_continuous_lyapunov(P @ H, 0.7 * P @ C @ P)).max() < 1e-13
    noise = ar1(-0.6)
    at_rest = float(noise.spectrum(0.0))
    slow = stationary_covariance(H, C, 1e-7, momentum=0.5, preconditioner=P, filter=noise)
    own = continuous_covariance(H, C * at_rest, 2e-7, preconditioner=P)
    assert np.abs(slow - own).max() < 1e-5 * np.abs(own).max()


@pytest.mark.parametrize("batch", [1, 3])
def test_minibatches_have_an_edge_of_their_own(batch):
    """Below it the variance is finite and grows without bound towards it."""
    A = positive(np.random.default_rng(4), 3, 0.3)
    edge = regression_edge(A, batch)
    assert edge < 2 / np.linalg.eigvalsh(A)[-1]
    far, near = (np.trace(regression_covariance(A, share * edge, batch, 1.0)) for share in (0.9, 0.9999))
    assert near > 100 * far
    with pytest.raises(InputError, match=f"learning_rate: got .*, allowed < {edge:.6g}"):
        regression_covariance(A, 1.0001 * edge, batch, 1.0)


def test_regression_fluctuates_as_predicted():
    generator = np.random.default_rng(5)
    A = positive(generator, 3, 0.3)
    square = descents.regress(A, 0.25, 2, 0.7, **SIZE, generator=generator)
    assert within(square, regression_covariance(A, 0.25, 2, 0.7))


def test_descents_in_time_averages():
    generator = np.random.default_rng(6)
    H, C, P = positive(generator, 3, 0.3), positive(generator, 3, 0.4), positive(generator, 3, 0.5)
    given = {"momentum": 0.6, "preconditioner": P, "filter": fractional(0.2)}
    square = descents.descend(H, C, 1.1, **given, **SIZE, generator=generator)
    assert within(square, stationary_covariance(H, C, 1.1, **given))


def test_bad_input_of_adam_is_worded():
    with pytest.raises(InputError) as caught:
        adam_covariance([[1.0, 0.2], [0.0, 1.0]], -np.eye(2), 0.0, beta_1=1.0)
    assert [problem.split(":")[0] for problem in caught.value.problems] == [
        "hessian", "noise_covariance", "learning_rate", "beta_1"
    ]  # fmt: skip
