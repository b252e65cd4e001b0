"""Stationary covariances against the published equations, a dense joint solution, and descents."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anticorr.companions import (
    bayesian_learning_rate,
    escape_exponent,
    regression_covariance,
    stationary_covariance,
)
from anticorr.errors import InputError
from anticorr.noise import ar1, fractional, ma1, white
from anticorr.noise.lyapunov import joint_covariance

FILTERS = {
    "white": white(), "ma1 -1": ma1(-1.0), "ma1 .7": ma1(0.7), "ar1": ar1(-0.6),
    "fractional": fractional(0.2),
}  # fmt: skip


def positive(generator, d, least=0.1):
    """A symmetric matrix with eigenvalues from `least` to 1, in no special directions."""
    directions, _ = np.linalg.qr(generator.standard_normal((d, d)))
    matrix = (directions * np.linspace(least, 1.0, d)) @ directions.T
    return (matrix + matrix.T) / 2


def dense(H, C, rate, momentum=0.0, P=None, noise=None):
    """The same by the joint equation of weights and momenta, of size 2 d."""
    d = len(H)
    P = np.eye(d) if P is None else P
    drift = np.block([[np.eye(d) - rate * P @ H, -rate * momentum * P], [H, momentum * np.eye(d)]])
    root = np.linalg.cholesky(C)
    return joint_covariance(drift, np.vstack([-rate * P @ root, root]), noise or white())[:d, :d]


@given(st.integers(0, 10_000), st.integers(1, 6), st.floats(0.01, 0.99), st.floats(0.0, 0.95))
def test_published_equation_of_momentum(seed, d, share, mu):
    """(1-mu) l (HS+SH) - (1+mu^2)/(1-mu^2) l^2 HSH + mu/(1-mu^2) l^2 (H^2 S + S H^2) = l^2 C."""
    generator = np.random.default_rng(seed)
    H, C = positive(generator, d), positive(generator, d, 0.3)
    rate = share * 2 * (1 + mu)
    S = stationary_covariance(H, C, rate, momentum=mu)
    left = (1 - mu) * rate * (H @ S + S @ H) - (1 + mu**2) / (1 - mu**2) * rate**2 * H @ S @ H
    left += mu / (1 - mu**2) * rate**2 * (H @ H @ S + S @ H @ H)
    assert np.abs(left - rate**2 * C).max() < 1e-9 * rate**2 / (1 - share) / (1 - mu) ** 2


def test_momentum_of_one_component():
    """l c (1+mu) / {(1-mu) h [2 (1+mu) - l h]}."""
    h, c, rate, mu = 0.8, 0.3, 1.7, 0.6
    expected = rate * c * (1 + mu) / ((1 - mu) * h * (2 * (1 + mu) - rate * h))
    found = stationary_covariance([[h]], [[c]], rate, momentum=mu)
    assert float(found[0, 0]) == pytest.approx(expected, rel=1e-13)


def test_preconditioned_equation_and_its_special_cases():
    generator = np.random.default_rng(2)
    H, C, P = (positive(generator, 5, least) for least in (0.2, 0.3, 0.4))
    rate = 0.9
    S = stationary_covariance(H, C, rate, preconditioner=P)
    Q = rate * P
    assert np.abs(Q @ H @ S + S @ H @ Q - Q @ H @ S @ H @ Q - Q @ C @ Q).max() < 1e-14
    inverse = np.linalg.inv(H)
    inverse = (inverse + inverse.T) / 2
    newton = stationary_covariance(H, C, rate, preconditioner=inverse)
    assert np.abs(newton - rate / (2 - rate) * inverse @ C @ inverse).max() < 1e-12
    a = 1.3  # natural gradient: P = 1 / (a H), C = a H
    natural = stationary_covariance(H, a * H, rate, preconditioner=inverse / a)
    assert np.abs(natural - rate * inverse / (2 - rate / a)).max() < 1e-12
    h = np.array([0.2, 0.7, 1.5])  # as Adam: P = 1 / sqrt(a H), C = a H
    adam = stationary_covariance(np.diag(h), np.diag(a * h), rate, preconditioner=(a * h) ** -0.5)
    assert np.diag(adam) == pytest.approx(rate * np.sqrt(a / h) / (2 - rate * np.sqrt(h / a)), rel=1e-12)
    diagonal = np.array([0.5, 1.0, 0.7, 0.9, 0.6])
    one, other = (
        stationary_covariance(H, C, rate, preconditioner=p) for p in (diagonal, np.diag(diagonal))
    )
    assert (one == other).all()


@pytest.mark.parametrize("name", FILTERS)
@pytest.mark.parametrize("momentum", [0.0, 0.8])
def test_joint_equation_of_all_components(name, momentum):
    generator = np.random.default_rng(3)
    H, C, P = positive(generator, 4), positive(generator, 4, 0.3), positive(generator, 4, 0.5)
    S = stationary_covariance(H, C, 0.7, momentum=momentum, preconditioner=P, filter=FILTERS[name])
    expected = dense(H, C, 0.7, momentum, P, FILTERS[name])
    assert np.abs(S - expected).max() < 1e-10 * np.abs(expected).max()


def test_a_map_without_a_basis_of_eigenvectors_is_no_special_case():
    """At (1 + mu - l h)^2 = 4 mu both eigenvalues of (u, m) are equal."""
    mu, rate = 0.25, 1.0
    h = (1 + mu - 2 * np.sqrt(mu)) / rate
    S = stationary_covariance([[h]], [[1.0]], rate, momentum=mu, filter=ma1(-0.5))
    expected = dense(np.array([[h]]), np.eye(1), rate, mu, None, ma1(-0.5))
    assert np.abs(S - expected).max() < 1e-10 * expected.max()


@pytest.mark.soak
def test_a_thousand_weights():
    generator = np.random.default_rng(4)
    H, C = positive(generator, 1000), positive(generator, 1000, 0.3)
    S = stationary_covariance(H, C, 1.2)
    assert np.abs(H @ S + S @ H - 1.2 * H @ S @ H - 1.2 * C).max() < 1e-12


@pytest.mark.parametrize(("momentum", "name"), [(0.0, "white"), (0.6, "ma1 -1"), (0.0, "ar1")])
def test_descents_fluctuate_as_predicted(momentum, name):
    """4,000 descents of two weights; each entry within 4 standard errors: false alarm 2e-4."""
    generator = np.random.default_rng(5)
    H, C = np.array([[1.0, 0.3], [0.3, 0.5]]), np.array([[1.0, -0.2], [-0.2, 0.4]])
    rate, noise, copies, root = 1.1, FILTERS[name], 4_000, np.linalg.cholesky(C)
    w = m = np.zeros((copies, 2))
    states = np.zeros((len(noise.rates), copies, 2))
    for _ in range(300):
        eta = generator.standard_normal((copies, 2))
        xi = noise.first * eta + np.tensordot(np.array(noise.weights), states, 1)
        states = np.array(noise.rates)[:, None, None] * states + eta
        m = momentum * m + w @ H + xi @ root.T
        w = w - rate * m
    S = stationary_covariance(H, C, rate, momentum=momentum, filter=noise)
    error = np.sqrt((S**2 + np.outer(np.diag(S), np.diag(S))) / copies)
    assert (np.abs(w.T @ w / copies - S) < 4 * error).all()


def test_continuous_time_is_the_limit_of_small_learning_rates():
    """Its variance is (2 - l h) / 2 of the true one."""
    for rate in (1e-6, 0.5, 1.9):
        S = float(stationary_covariance([[1.0]], [[1.0]], rate)[0, 0])
        assert rate / 2 / S == pytest.approx((2 - rate) / 2, rel=1e-9)


def test_regression_equation_and_minibatches():
    """4,000 descents of three weights; each entry within 4 standard errors: false alarm 4e-4."""
    generator = np.random.default_rng(6)
    A, rate, batch, s = positive(generator, 3, 0.3), 0.3, 4, 0.7
    S = regression_covariance(A, rate, batch, s)
    right = rate * (A @ S @ A + (A @ S @ A + np.trace(A @ S) * A) / batch + s**2 * A / batch)
    assert np.abs(A @ S + S @ A - right).max() < 1e-15
    copies, root = 4_000, np.linalg.cholesky(A)
    w = np.zeros((copies, 3))
    for _ in range(150):
        inputs = generator.standard_normal((copies, batch, 3)) @ root.T
        residual = np.einsum("cbd,cd->cb", inputs, w) - s * generator.standard_normal((copies, batch))
        w = w - rate / batch * np.einsum("cb,cbd->cd", residual, inputs)
    squares = np.einsum("ci,cj->cij", w, w)
    error = squares.std(axis=0) / np.sqrt(copies)
    assert (np.abs(squares.mean(axis=0) - S) < 4 * error).all()


def test_escape_and_posterior():
    h, c, rate, barrier = 0.8, 0.3, 0.9, 0.5
    S = float(stationary_covariance([[h]], [[c]], rate)[0, 0])
    assert escape_exponent(barrier, h, S) == pytest.approx(barrier * (2 - rate * h) / (rate * c))
    batch, samples = 20, 500
    rate = bayesian_learning_rate(h, batch, samples)
    S = float(stationary_covariance([[h]], [[h / batch]], rate)[0, 0])
    assert pytest.approx(1 / (samples * h)) == S


BAD = {
    "learning_rate: got 2.1, allowed > 0 and < 2 (": {"learning_rate": 2.1},
    "learning_rate: got 3.1, allowed > 0 and < 3 (": {"learning_rate": 3.1, "momentum": 0.5},
    "learning_rate: got 0, allowed": {"learning_rate": 0.0},
    "momentum: got 1, allowed >= 0 and < 1": {"momentum": 1.0},
    "hessian: got entries that differ from their mirrors by 0.3": {"hessian": [[1.0, 0.3], [0.0, 1.0]]},
    "hessian: got an eigenvalue -1, allowed > 0": {"hessian": [[1.0, 0.0], [0.0, -1.0]]},
    "hessian: got shape (2, 3), wanted (2, 2)": {"hessian": np.ones((2, 3))},
    "hessian: got numbers that are not finite": {"hessian": [[np.nan, 0.0], [0.0, 1.0]]},
    "noise_covariance: got an eigenvalue -1, allowed >= 0": {"noise_covariance": [[1.0, 0.0], [0.0, -1.0]]},
    "noise_covariance: got shape (3, 3), wanted (2, 2)": {"noise_covariance": np.eye(3)},
    "preconditioner: got an eigenvalue 0, allowed > 0": {"preconditioner": [1.0, 0.0]},
}


@pytest.mark.parametrize("words", BAD)
def test_bad_input_is_worded(words):
    given = {"hessian": np.eye(2), "noise_covariance": np.eye(2), "learning_rate": 0.5} | BAD[words]
    with pytest.raises(InputError) as caught:
        stationary_covariance(**given)
    [problem] = caught.value.problems
    assert problem.startswith(words)


def test_unstable_minibatches_are_worded():
    with pytest.raises(
        InputError, match=r"got 1, allowed < 0\.4.*, at which batches of 1 make the variance"
    ):
        regression_covariance(np.eye(3), 1.0, 1, 0.1)
    with pytest.raises(InputError) as caught:
        regression_covariance(np.eye(3), -1.0, 0, -0.1)
    assert len(caught.value.problems) == 3
