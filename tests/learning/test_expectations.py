"""What theory expects of descents, against other ways to the same numbers and against naive descents."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from anticorr.errors import InputError
from anticorr.learning.expectations import mean_variance, mode_variance, valley_law, valley_square
from anticorr.learning.expectations.stability import stable_trace
from anticorr.noise.filters import ar1, exponential_sum, fractional, ma1, white
from anticorr.noise.lyapunov import joint_covariance
from anticorr.specs.training import Descent

FILTERS = [
    white(),
    ma1(-1.0),
    ma1(0.6),
    ar1(-0.7),
    fractional(0.1),
    exponential_sum([0.3, -0.4], [0.9, 0.2]),
]
G = np.array([0.05, 0.5, 1.0, 1.6, 1.95])

# Modes


@pytest.mark.parametrize("noise", FILTERS, ids=lambda noise: noise.kind)
def test_variance_of_a_mode_is_that_of_the_lyapunov_equation(noise):
    expected = [joint_covariance([[1 - g]], [[0.3]], noise)[0, 0] for g in G]
    np.testing.assert_allclose(mode_variance(G / 0.2, 0.2, 0.3, noise), expected, rtol=1e-10)


@pytest.mark.parametrize("c", [-1.0, -0.8, 0.0, 1.0])
def test_closed_form_for_one_step_of_memory(c):
    expected = (1 + c * (1 - G)) / (G * (2 - G))
    np.testing.assert_allclose(mode_variance(G, 1.0, 1.0, ma1(c)), expected, rtol=1e-12)


@pytest.mark.parametrize("noise", FILTERS, ids=lambda noise: noise.kind)
def test_variance_on_the_way_is_the_double_sum(noise):
    """<w^2> = sum_ij r^(T-1-i) r^(T-1-j) R(i-j), and what is stationary in the end."""
    steps = 17
    apart = abs(np.subtract.outer(np.arange(steps), np.arange(steps)))
    covariance = noise.autocovariance(steps)[apart]
    for g in (0.3, 1.0, 1.7):
        held = (1 - g) ** np.arange(steps)[::-1]
        assert mode_variance(g, 1.0, 2.0, noise, steps) == pytest.approx(4 * held @ covariance @ held)
        assert mode_variance(g, 1.0, 2.0, noise, 400) == pytest.approx(mode_variance(g, 1.0, 2.0, noise))
    assert mode_variance(0.3, 1.0, 2.0, noise, 0) == 0
    assert mode_variance(0.3, 1.0, 2.0, noise, 1) == pytest.approx(4)


@pytest.mark.parametrize("curvature", [0.0, -1.0, 20.0, 25.0, np.nan])
def test_nothing_is_stationary_beyond_the_edge(curvature):
    with pytest.raises(InputError, match=r"curvature: got learning_rate \* curvature"):
        mode_variance([1.0, curvature], 0.1, 1.0, white())


# The valley

D, SQUARE, ETA, SIGMA = 10, 9.0, 0.05, 0.05


def descended(c, runs, looks, seed=1):
    """|u|^2 of naive descents at the steps `looks`, (look, run)."""
    random = np.random.default_rng(seed)
    a, b = ma1(c).taps(2)
    u = random.standard_normal((D, runs))
    u *= np.sqrt(SQUARE / (u**2).sum(axis=0))
    v, last, seen = np.zeros(runs), random.standard_normal((D + 1, runs)), []
    for t in range(max(looks) + 1):
        square = (u**2).sum(axis=0)
        if t in looks:
            seen.append(square)
        eta = random.standard_normal((D + 1, runs))
        xi = a * eta + b * last
        u, v = u - ETA * v**2 * u + SIGMA * xi[:D], v - ETA * square * v + SIGMA * xi[D]
        last = eta
    return np.array(seen)


@pytest.mark.parametrize(
    ("c", "leaves_out"), [(-1.0, 0.003), (-0.95, 0.01), (-0.8, 0.01), (0.0, 0.01), (1.0, 0.05)]
)
def test_valley_is_that_of_naive_descents(c, leaves_out):
    """120 runs: 4 standard errors at each of 4 steps, false alarms 1e-3 in all 20 together."""
    looks = [1, 500, 2000, 5000]
    seen = descended(c, 120, looks)
    expected = valley_square(np.array(looks), D, SQUARE, ETA, SIGMA, ma1(c))
    error = seen.std(axis=1) / np.sqrt(120)
    assert (abs(seen.mean(axis=1) - expected) < 4 * error + leaves_out * expected).all()


@pytest.mark.slow
@pytest.mark.parametrize(("c", "below"), [(0.0, 0.003), (1.0, 0.03)])
def test_how_far_the_edge_lowers_the_mean(c, below):
    """The shares that the docstring tells, to 1%: 8 looks at 600 runs, 2,000 steps apart."""
    seen = descended(c, 600, list(range(3000, 18000, 2000)))
    expected = float(valley_square(np.array([20000]), D, SQUARE, ETA, SIGMA, ma1(c))[0])
    assert seen.mean() / expected == pytest.approx(1 - below, abs=0.01)


def test_without_diffusion_it_is_the_equation_of_the_drift():
    floor = D * SIGMA**2 / 2

    def fall(_, X):
        return -2 * ETA * SIGMA**2 / (2 - ETA * (X + floor)) * X

    steps = np.arange(0, 20001, 1000)
    X = solve_ivp(fall, (0, 20000), [SQUARE + floor], t_eval=steps, rtol=1e-9).y[0]
    found = valley_square(steps, D, SQUARE, ETA, SIGMA, ma1(-1.0))
    assert found[0] == SQUARE
    np.testing.assert_allclose(found[1:], X[1:] + floor, rtol=0.003)
    assert found[-1] == pytest.approx(0.61, abs=0.005)


@pytest.mark.parametrize("c", [-0.95, -0.8, 0.0, 0.8, 1.0])
@pytest.mark.parametrize("dimension", [4, 10, 40])
def test_the_long_run_has_the_mean_of_the_law(c, dimension):
    found = valley_square(np.array([10_000_000]), dimension, SQUARE, ETA, 0.02, ma1(c))[0]
    mean = 2 / ETA * (dimension - 1) / (dimension + 2 / (1 + c))
    assert 2 / ETA * valley_law(dimension, c).mean() == pytest.approx(mean)
    assert found == pytest.approx(mean, rel=0.003)


def test_numbers_seen_before():
    """c = 2 theta / (1 + theta^2) of theta = -1, -.5, 0, .5, 1; the last three near the edge."""
    found = [
        valley_square(np.array([20000]), D, SQUARE, ETA, SIGMA, ma1(c))[0] for c in (-1, -0.8, 0, 0.8, 1)
    ]
    np.testing.assert_allclose(found, [0.61, 17.9, 29.7, 31.5, 31.8], rtol=0.035)


def test_valley_refuses_what_has_no_answer():
    with pytest.raises(InputError, match=r"square: got learning_rate \* square = 2.5"):
        valley_square(np.array([1]), D, 50.0, ETA, SIGMA, white())
    with pytest.raises(InputError, match=r"steps: got \[3, 2\]"):
        valley_square(np.array([3, 2]), D, SQUARE, ETA, SIGMA, white())
    with pytest.raises(InputError, match=r"correlation: got -1.0.*\n.*dimension: got 1"):
        valley_law(1, -1.0)


# Minibatches


def batches(sampling, n, b, runs, steps, repulsion=1.0, seed=1):
    """Indices of batches, (step, run, b)."""
    random = np.random.default_rng(seed)
    visits, per_epoch, seen = np.zeros((runs, n)), n // b, []
    for t in range(steps):
        if sampling == "repellent":
            odds = random.gumbel(size=(runs, n)) - repulsion * visits
            chosen = np.argsort(-odds, axis=1)[:, :b]
            np.put_along_axis(visits, chosen, np.take_along_axis(visits, chosen, 1) + 1, 1)
        else:
            place = 0 if sampling == "independent" else t % per_epoch
            if place == 0 and (sampling != "cyclic" or t == 0):
                order = np.argsort(random.random((runs, n)), axis=1)
            chosen = order[:, b * place : b * (place + 1)]
        seen.append(chosen)
    return seen


@pytest.mark.parametrize(
    ("sampling", "n", "b", "repulsion", "leaves_out"),
    [
        ("independent", 6, 2, 1.0, 0.0),
        ("epoch", 6, 2, 1.0, 0.0),
        ("epoch", 7, 2, 1.0, 0.0),
        ("cyclic", 6, 2, 1.0, 0.0),
        ("cyclic", 7, 2, 1.0, 0.0),
        ("repellent", 6, 2, 0.0, 0.0),
        ("repellent", 60, 6, 1.0, 0.02),
        ("repellent", 60, 6, 4.0, 0.02),
    ],
)
def test_deviation_is_that_of_naive_descents(sampling, n, b, repulsion, leaves_out):
    """4,000 runs of up to 40 steps, |z| < 4.5 in each: false alarms 2e-3 in all 320 together. Where n/b
    leaves a rest, an epoch leaves it out."""
    runs, steps, eta = (1000, 40, 0.2) if n == 60 else (4000, 40, 0.2)
    x = np.random.default_rng(2).standard_normal(n)
    x = (x - x.mean()) / x.std()
    w, seen = np.zeros(runs), [np.zeros(runs)]
    for chosen in batches(sampling, n, b, runs, steps, repulsion):
        w = w - eta * (w - x[chosen].mean(axis=1))
        seen.append(w**2)
    descent = Descent(learning_rate=eta, batch_size=b, sampling=sampling, repulsion=repulsion)
    expected = mean_variance(descent, n, steps)
    assert expected.shape == (steps + 1,)
    error = np.std(seen, axis=1) / np.sqrt(runs)
    assert (abs(np.mean(seen, axis=1) - expected) <= 4.5 * error + leaves_out * expected).all()


def test_independent_batches_are_white_noise():
    descent = Descent(learning_rate=0.1, batch_size=10)
    strength = 0.1 * np.sqrt(90 / (10 * 99))
    found = mean_variance(descent, 100, 30)
    expected = [mode_variance(1.0, 0.1, strength, white(), t) for t in range(31)]
    np.testing.assert_allclose(found, expected)


def test_repellent_batches_lie_between_independent_ones_and_an_epoch():
    def late(sampling, repulsion=1.0):
        descent = Descent(learning_rate=0.1, batch_size=10, sampling=sampling, repulsion=repulsion)
        return mean_variance(descent, 100, 300)[290:300].mean()

    found = [late("repellent", repulsion) for repulsion in (0.0, 0.3, 1.0, 3.0, 40.0)]
    assert found[0] == pytest.approx(late("independent"))
    assert (np.diff(found) < 0).all()
    assert found[-1] == pytest.approx(late("epoch"), rel=0.02)


def test_weak_repulsion_is_a_filter():
    """f(0) = 0, forgotten at the rate kappa = repulsion (1 - b/n) ln(1 / (1 - b/n))."""
    descent = Descent(learning_rate=0.1, batch_size=10, sampling="repellent", repulsion=0.03)
    kappa = 0.03 * 0.9 * np.log(1 / 0.9)
    noise = exponential_sum([-kappa * np.sqrt(1 - kappa / 2)], [1 - kappa])
    assert noise.zero_frequency == pytest.approx(0, abs=1e-12)
    strength = 0.1 * np.sqrt(90 / (10 * 99))
    assert mean_variance(descent, 100, 2000)[-1] == pytest.approx(
        mode_variance(1.0, 0.1, strength, noise), rel=3e-4
    )
    assert mode_variance(1.0, 0.1, strength, noise) / mode_variance(1.0, 0.1, strength, white()) == (
        pytest.approx(1 / (1 + 9 * kappa))
    )


def test_mean_refuses_what_is_not_in_batches():
    with pytest.raises(InputError, match=r"learning_rate: got 1, .*\n.*batch_size: got 0"):
        mean_variance(Descent(learning_rate=1.0), 10, 5)


# Stability


def _mean_square_factor(gradients, learning_rate):
    """Largest eigenvalue of D -> <(1 - eta G_i) D (1 - eta G_i)>, G_i of c outputs each: (sample, c, d)."""
    d = gradients.shape[2]
    total = np.zeros((d * d, d * d))
    for one in gradients:
        step = np.eye(d) - learning_rate * one.T @ one
        total += np.kron(step, step) / len(gradients)
    return np.abs(np.linalg.eigvals(total)).max()


@pytest.mark.parametrize("outputs", [1, 3])
def test_trace_beyond_the_bound_is_unstable_for_batches_of_one(outputs):
    """Gradients alike and orthogonal within a sample, in no common direction: the exact linear map loses
    its stability within 10% of 2 c / eta."""
    random, d = np.random.default_rng(9), 6
    gradients = np.array([np.linalg.qr(random.standard_normal((d, d)))[0][:outputs] for _ in range(400)])
    trace = (gradients**2).sum(axis=(1, 2)).mean()
    edge = 2 * outputs / trace
    assert stable_trace(edge, outputs) == pytest.approx(trace)
    assert _mean_square_factor(gradients, 0.9 * edge) < 1 < _mean_square_factor(gradients, 1.1 * edge)
