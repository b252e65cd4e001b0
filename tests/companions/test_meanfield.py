"""Mean-field theory of SGD against descents on samples, exact limits, and plain twins of its kernels."""

import numpy as np
import pytest

from anticorr.accelerate import set_num_threads
from anticorr.companions import _paths, meanfield, mixture
from anticorr.companions.meanfield import Mixture, generalisation_error, solve
from anticorr.errors import InputError

TWO = Mixture(samples=2.0, spread=0.5, learning_rate=0.2, start_variance=0.01)
THREE = Mixture(
    clusters=3, samples=3.0, spread=0.05, ridge=0.1, learning_rate=0.1, start=0.2, share=0.3, door=0.7
)
SETTINGS = {
    "two, gradient flow": (TWO, 40),
    "two, SGD": (Mixture(samples=2.0, spread=0.5, learning_rate=0.2, share=0.3), 40),
    "two, persistent": (
        Mixture(samples=1.0, spread=0.5, ridge=0.1, learning_rate=0.2, share=0.3, persistence=1.5), 40
    ),
    "three, SGD": (THREE, 50),
}  # fmt: skip
SEEN = ("overlap", "norm", "loss", "training_error", "error")


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.soak] * (name == "three, SGD")) for name in SETTINGS]
)
def test_theory_is_the_limit_of_descents(name):
    """Simulations at d = 200 and 400, 48 each, extrapolated in 1 / d; four sets of 8,000 paths. Five
    numbers at three times within 4.5 combined errors: false alarm 4e-4 in all for errors of many degrees
    of freedom; those of theory have three, and a bias, for which 1% of the number is added."""
    problem, steps = SETTINGS[name]
    at = [steps // 4, steps // 2, steps]
    theory = [solve(problem, steps, paths=8_000, seed=seed) for seed in range(4)]
    sizes = {
        d: [mixture.descend(problem, steps, dimension=d, seed=1000 * d + n) for n in range(48)]
        for d in (200, 400)
    }
    for what in SEEN:
        small, large = (np.array([one[what][at] for one in sizes[d]]) for d in (200, 400))
        limit = 2 * large.mean(axis=0) - small.mean(axis=0)
        error = np.sqrt(4 * large.var(axis=0, ddof=1) + small.var(axis=0, ddof=1)) / np.sqrt(48)
        found = np.array([getattr(one, what)[at] for one in theory])
        own = found.std(axis=0, ddof=1) / 2
        assert (np.abs(found.mean(axis=0) - limit) < 4.5 * np.hypot(error, own) + 0.01 * limit).all(), what


def test_without_samples_weights_shrink():
    """alpha -> 0: m and w fall by 1 - eta lambda a step."""
    course = solve(Mixture(samples=1e-9, ridge=0.5, start=0.3, start_variance=0.04), 10, paths=64, seed=1)
    factor = (1 - 0.2 * 0.5) ** np.arange(11)
    np.testing.assert_allclose(course.overlap, 0.3 * factor, rtol=1e-7)
    np.testing.assert_allclose(course.norm, (0.09 + 0.04) * factor**2, rtol=1e-7)


def test_noise_follows_from_its_kernel_row_by_row():
    random = np.random.default_rng(2)
    samples = random.standard_normal((6, 40))
    covariance = samples @ samples.T / 40
    factor = np.zeros((6, 6))
    for k in range(6):
        meanfield._cholesky_row(covariance, factor, k)
    np.testing.assert_allclose(factor, np.linalg.cholesky(covariance), atol=1e-14)


@pytest.mark.parametrize("door", [0.0, 0.7])
def test_slopes_are_derivatives(door):
    for label in (-1.0, 1.0):
        for r in (-30.0, -2.1, -0.3, 0.4, 1.7, 30.0):
            loss, first, second = slopes(r, label, door)
            phi = r * r - door * door if door else r
            assert loss == pytest.approx(np.logaddexp(0, -label * phi), rel=1e-12)
            up, down = slopes(r + 1e-5, label, door), slopes(r - 1e-5, label, door)
            assert first == pytest.approx((up[0] - down[0]) / 2e-5, rel=1e-6, abs=1e-9)
            assert second == pytest.approx((up[1] - down[1]) / 2e-5, rel=1e-6, abs=1e-9)


def slopes(r, label, door):
    """Of one path, by the kernel that looks at all."""
    one = np.ones(1)
    loss, missed, force, stiffness = np.empty(1), np.empty(1), np.empty((1, 1)), np.empty(1)
    _paths.look(
        0, 0.0, 1.0, door, one, label * one, one, np.full((1, 1), r), one, loss, missed, force, stiffness
    )
    return loss[0], force[0, 0], stiffness[0]


def path(forced, kernel_r, xi, eta, decay, spread, selected):
    """One path, plainly; forced[j]: added to r in the force of step j."""
    steps = len(xi)
    h = np.zeros(steps + 1)
    h[0] = 0.4
    r = np.zeros(steps + 1)
    for k in range(steps):
        r[k] = 0.3 * 1.2 + spread * h[k]
        _, first, _ = slopes(r[k] + forced[k], 1.0, 0.7)
        memory = eta * kernel_r[k, :k] @ h[:k]
        h[k + 1] = h[k] + eta * (-decay[k] * h[k] - spread * selected[k] * first + memory + xi[k])
    r[steps] = 0.3 * 1.2 + spread * h[steps]
    return h, r


def test_response_is_what_a_push_does():
    """T(k, j) = dr(k) / (eta d forced(j)): by pushing, and by the kernel, with equal noise and memory."""
    random, steps, eta, spread = np.random.default_rng(3), 7, 0.1, 0.6
    kernel_r, xi = random.standard_normal((steps, steps)), random.standard_normal(steps)
    decay, selected = random.random(steps), (random.random(steps) < 0.7).astype(float)
    given = kernel_r, xi, eta, decay, spread, selected
    h, r = path(np.zeros(steps), *given)
    found_h, response = np.zeros((1, steps + 1)), np.zeros((1, steps + 1, steps + 1))
    found_h[0, 0] = h[0]
    factor, normal = np.diag(xi), np.ones((1, steps))
    for k in range(steps):
        _, first, second = slopes(r[k], 1.0, 0.7)
        force = np.zeros((1, steps))
        force[0, k] = selected[k] * first
        _paths.advance(
            k, eta, decay[k], spread, kernel_r, factor[k], normal, force, selected[k : k + 1] * second,
            found_h, response,
        )  # fmt: skip
    np.testing.assert_allclose(found_h[0], h, rtol=1e-12)
    for j in range(steps):
        push = np.zeros(steps)
        push[j] = 1e-5
        moved = (path(push, *given)[1] - path(-push, *given)[1]) / (2e-5 * eta)
        np.testing.assert_allclose(response[0, j + 1 :, j], moved[j + 1 :], rtol=1e-5, atol=1e-8)


def test_batches_keep_their_share_and_their_time():
    """Two-time correlation of a batch: exp(-t / (b tau))."""
    random, share, persistence = np.random.default_rng(4), 0.3, 0.05
    start = (random.random(200_000) < share).astype(float)
    selected = start.copy()
    for _ in range(10):
        _paths.switch(share, persistence, random.random(len(selected)), selected)
    assert selected.mean() == pytest.approx(share, abs=5 * np.sqrt(share * (1 - share) / 200_000))
    kept = np.mean((start - share) * (selected - share)) / (share * (1 - share))
    assert kept == pytest.approx((1 - persistence / share) ** 10, abs=5 / np.sqrt(200_000))


def test_full_batches_have_no_time_of_their_own():
    one, other = (solve(Mixture(persistence=tau), 10, paths=128, seed=5).overlap for tau in (None, 7.0))
    assert (one == other).all()


def test_same_bits_on_any_number_of_threads():
    found = []
    for threads in (1, 4):
        set_num_threads(threads)
        course = solve(THREE, 12, paths=500, seed=6)
        found.append(np.concatenate([course.overlap, course.norm, course.memory_kernel.ravel()]))
    assert (found[0] == found[1]).all()


@pytest.mark.parametrize("clusters", [2, 3])
def test_generalisation_error_is_that_of_new_samples(clusters):
    """400,000 samples; within 5 standard errors."""
    problem, random = Mixture(clusters=clusters, spread=0.3, door=0.6), np.random.default_rng(7)
    m, C, n = 0.8, 0.9, 400_000
    c = random.choice([1, -1] if clusters == 2 else [0, 1, 0, -1], n)
    r = c * m + np.sqrt(0.3 * C) * random.standard_normal(n)
    told = np.sign(r) if clusters == 2 else np.sign(r**2 - 0.36)
    wrong = (told != (c if clusters == 2 else 2 * c**2 - 1)).mean()
    expected = generalisation_error(problem, np.array([m]), np.array([C]))[0]
    assert abs(wrong - expected) < 5 * np.sqrt(expected / n)


def test_bad_input_is_worded():
    with pytest.raises(InputError) as caught:
        Mixture(clusters=4, samples=0.0, spread=-1.0, ridge=-0.1, share=0.0)
    assert [problem.split(",")[0] for problem in caught.value.problems] == [
        "clusters: got 4", "samples: got 0", "spread: got -1", "ridge: got -0.1", "share: got 0"
    ]  # fmt: skip
    with pytest.raises(InputError, match=r"persistence: got 0.1, allowed >= 0.4 \(drawn anew\)"):
        Mixture(share=0.5, persistence=0.1)
    with pytest.raises(InputError) as caught:
        solve(TWO, 0, paths=3, seed=1)
    assert len(caught.value.problems) == 2
