"""Networks under noise of SGD and under injected noise: gradients, the conserved number, its diffusion."""

import numpy as np
import pytest

from anticorr.companions.rescaling import Networks


def networks(activation, replicas=40, seed=1):
    return Networks(
        4, 3, activation, samples=20, label_noise=0.5, replicas=replicas,
        generator=np.random.default_rng(seed),
    )  # fmt: skip


both = pytest.mark.parametrize("activation", ["linear", "relu"])


def half_square(made, u, w):
    return 0.5 * ((made.outputs(u, w, made.x) - made.y) ** 2).mean(axis=1)


@both
def test_gradient_is_the_derivative_of_the_loss(activation):
    made, step = networks(activation), 1e-6
    of_u, of_w = made.gradients(made.u, made.w, made.x, made.y)
    for n in (0, 2):
        up, down = made.u.copy(), made.u.copy()
        up[:, n] += step
        down[:, n] -= step
        slope = (half_square(made, up, made.w) - half_square(made, down, made.w)) / (2 * step)
        np.testing.assert_allclose(of_u[:, n], slope, rtol=1e-5, atol=1e-7)
        up, down = made.w.copy(), made.w.copy()
        up[:, n, 1] += step
        down[:, n, 1] -= step
        slope = (half_square(made, made.u, up) - half_square(made, made.u, down)) / (2 * step)
        np.testing.assert_allclose(of_w[:, n, 1], slope, rtol=1e-5, atol=1e-7)


@both
def test_outputs_are_those_of_a_loop_and_stay_under_rescaling(activation):
    made = networks(activation)
    sums = [made.w[3, j] @ made.x[3, 7] for j in range(3)]
    active = np.maximum(sums, 0) if activation == "relu" else sums
    outputs = made.outputs(made.u, made.w, made.x)
    assert outputs[3, 7] == pytest.approx(made.u[3] @ active)
    q = np.array([0.5, 2.0, 3.0])
    np.testing.assert_allclose(made.outputs(q * made.u, made.w / q[:, None], made.x), outputs)


@both
def test_noise_of_batches_has_no_part_along_orbits(activation):
    of_weight, along = networks(activation).gradient_noise(2, 4)
    assert of_weight > 0.1
    assert along < 1e-28 * of_weight


@both
def test_one_step_of_sgd_changes_the_balance_as_said(activation):
    """l^2 (|g_u|^2 - |g_w|^2): here of the batch of all samples, by hand."""
    made = networks(activation)
    of_u, of_w = made.gradients(made.u, made.w, made.x, made.y)
    course = made.descend(0.1, 1, 1, batch=0, noise=0.0)
    np.testing.assert_allclose(
        course.balance[1], 0.01 * (of_u[:, 0] ** 2 - (of_w[:, 0] ** 2).sum(1)), rtol=1e-9
    )


def test_flow_keeps_the_balance():
    """l -> 0 at the same time: the change goes as l."""
    ends = [
        np.abs(
            networks("relu").descend(rate, round(2 / rate), round(2 / rate), batch=0, noise=0.0).balance[-1]
        )
        for rate in (0.02, 0.01)
    ]
    assert ends[1].mean() / ends[0].mean() == pytest.approx(0.5, rel=0.1)


@both
def test_injected_noise_lets_it_diffuse_as_theory_says(activation):
    """600 networks, 4 standard errors of a variance (6% each) and 5% for terms of higher order."""
    made = networks(activation, replicas=600)
    course = made.descend(0.02, 200, 200, noise=0.02)
    assert (course.balance[0] == 0).all()
    expected = 4 * course.square[-1].mean()
    squares = (course.balance[-1] - course.balance[-1].mean()) ** 2
    error = squares.std() / np.sqrt(600)
    assert abs(squares.mean() - expected) < 4 * error + 0.05 * expected


@both
def test_sgd_of_the_same_strength_hardly_moves_it(activation):
    """Its strength is told step by step: that of batches about the mean of all samples."""
    made = networks(activation, replicas=600)
    course = made.descend(0.02, 200, 200, batch=4)
    of_weight, _ = made.gradient_noise(4, 8)
    assert course.strength[0] == pytest.approx(0.02 * np.sqrt(of_weight), rel=0.1)
    assert course.strength[-1] < 0.5 * course.strength[0]  # it falls with the loss
    assert course.balance[-1].var() < 0.3 * 4 * course.square[-1].mean()


def test_same_seed_same_course():
    one, other = (networks("relu").descend(0.02, 20, 10, batch=3, noise=0.01) for _ in range(2))
    for name in one._fields:
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
