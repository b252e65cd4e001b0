"""Private training: what a sample can move, when it takes part, how strong the noise is; a twin."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from anticorr.errors import InputError
from anticorr.learning import problems
from anticorr.learning.correlated import correlated_noise, stacked
from anticorr.learning.descent import descend
from anticorr.learning.ensemble import ensemble
from anticorr.learning.private import delta_of, strategy
from anticorr.learning.sampling import sampler
from anticorr.specs.training import parse, samples_of

SAMPLES, BATCH, STEPS, RATE, CLIP = 20, 6, 8, 0.3, 0.4
EPOCH = SAMPLES // BATCH
NAMES = ["independent", "ma1", "nu_dp_ftrl", "blt_2"]


def private(**changes):
    """A linear model of 20 digits: 3 steps of 6 an epoch, 2 samples are never seen."""
    return {
        "problem": {
            "kind": "digits", "hidden": [], "train": SAMPLES, "validation": 5, "test": 5, "scaling": "none"
        },
        "descent": {"learning_rate": RATE, "batch_size": BATCH, "sampling": "cyclic"},
        "privacy": {"epsilon": 2.0, "delta": 1e-5, "clip": CLIP, "strategies": NAMES},
        "schedule": {"noisy_steps": STEPS, "record_every": 1},
        "seeds": [3],
    } | changes  # fmt: skip


def descender(steps):
    """(training samples, strengths, filters) -> course (W, b) of members from the start of seed 3."""
    spec = parse(private(schedule={"noisy_steps": steps, "record_every": 1}))
    problem = problems.make(spec.problem)
    start, _ = problem.start(3)
    compiled = descend(problem, spec, samples_of(spec.problem))

    def run(train, strengths, filters):
        found = compiled(start, train, stacked(filters), jnp.array(strengths), jax.random.key(3))
        return np.asarray(found.course[0]["W"]), np.asarray(found.course[0]["b"])

    return run


def samples():
    start, data = problems.make(parse(private()).problem).start(3)
    return start, data["train"]


@pytest.fixture(autouse=True)
def _double():
    with jax.enable_x64(True):
        yield


def noise(filters, strengths, like):
    """strength * xi(t) of the members of seed 3: (W, b), of every member and step."""
    key, _ = jax.random.split(jax.random.key(3))
    still = optax.tree.zeros_like(like)

    def one(filter, strength):
        transform = correlated_noise(filter, strength=strength, key=key)

        def step(state, _):
            update, state = transform.update(still, state)
            return state, update

        return jax.lax.scan(step, transform.init(like), None, length=STEPS)[1]

    (update,) = jax.jit(jax.vmap(one))(stacked(filters), jnp.array(strengths))
    return np.asarray(update["W"]), np.asarray(update["b"])


def batches(steps):
    draw = sampler(parse(private()).descent, SAMPLES)
    _, key = jax.random.split(jax.random.key(3))
    return [np.asarray(draw(key, t, jnp.zeros(SAMPLES))[0]) for t in range(steps)]


def test_steps_are_those_of_a_twin():
    """Gradient of |x W + b - y|^2 / 2: x times the residual; clipped sample by sample, summed, over B."""
    start, (x, y) = samples()
    made = ensemble(parse(private()))
    W, b = descender(STEPS)((x, y), made.strengths, made.filters)
    noise_w, noise_b = noise(made.filters, made.strengths, jax.tree.map(jnp.asarray, start))
    for member in range(len(made.members)):
        w, c = start[0]["W"].copy(), start[0]["b"].copy()
        clipped = 0
        for t, batch in enumerate(batches(STEPS)):
            slope_w, slope_c = 0 * w, 0 * c
            for j in batch:
                residual = x[j] @ w + c - y[j]
                length = np.sqrt((np.outer(x[j], residual) ** 2).sum() + (residual**2).sum())
                scale = min(1, CLIP / length)
                clipped += scale < 1
                slope_w += scale * np.outer(x[j], residual)
                slope_c += scale * residual
            w = w - RATE * slope_w / BATCH + noise_w[member, t]
            c = c - RATE * slope_c / BATCH + noise_b[member, t]
            np.testing.assert_allclose(W[member, t + 1], w, rtol=0, atol=1e-10)
            np.testing.assert_allclose(b[member, t + 1], c, rtol=0, atol=1e-10)
        assert clipped > 10


def test_no_sample_moves_a_step_by_more_than_clip_over_batch():
    """Against a sample whose gradient is 0 (x = 0, y = b), whatever the sample holds."""
    start, (x, y) = samples()
    step, filters = descender(1), [strategy("independent", RATE)]
    draw = np.random.default_rng(1)
    most = RATE * CLIP / BATCH
    for size in (1e-3, 1.0, 1e6, 1e200, np.inf, np.nan):
        for j in batches(1)[0][:3]:
            courses = []
            for given in (size * draw.normal(size=64), np.zeros(64)):
                other_x, other_y = x.copy(), y.copy()
                other_x[j], other_y[j] = given, start[0]["b"]
                courses.append(step((other_x, other_y), [0.0], filters))
            apart = [with_it[0, 1] - without[0, 1] for with_it, without in zip(*courses, strict=True)]
            moved = np.sqrt(sum((part**2).sum() for part in apart))
            assert moved <= most * (1 + 1e-12), size
            if 1 <= size < 1e100:
                assert moved > 0.999 * most, size  # the bound is met, not just held


def test_a_sample_takes_part_once_an_epoch_at_its_own_step():
    seen = np.zeros((STEPS, SAMPLES), bool)
    for t, batch in enumerate(batches(STEPS)):
        seen[t, batch] = True
    assert (seen.sum(axis=1) == BATCH).all()
    for t in range(STEPS - EPOCH):
        np.testing.assert_array_equal(seen[t], seen[t + EPOCH])
    assert (seen[:EPOCH].sum(axis=0) <= 1).all()
    assert (seen.sum(axis=0) == 0).sum() == SAMPLES - EPOCH * BATCH


def test_strengths_are_the_multiplier_times_what_a_sample_moves():
    """Sensitivity from the matrix itself: C = H^-1, its columns 0, 3, 6 added; m from (epsilon, delta)."""
    made = ensemble(parse(private()))
    assert made.strengths[0] == 0
    for filter, strength in zip(made.filters[1:], made.strengths[1:], strict=True):
        taps = filter.taps(STEPS)
        H = sum(np.diag(np.full(STEPS - n, taps[n]), -n) for n in range(STEPS))
        s = np.linalg.norm(np.linalg.inv(H)[:, ::EPOCH].sum(axis=1))
        multiplier = strength * BATCH / (RATE * s * CLIP)
        assert delta_of(multiplier, 2.0) == pytest.approx(1e-5, rel=1e-6)


def test_one_batch_of_all_takes_part_in_every_step():
    spec = parse(private(descent={"learning_rate": RATE, "sampling": "cyclic"}))
    made = ensemble(spec)
    white = made.strengths[1] * SAMPLES / (RATE * CLIP) / np.sqrt(STEPS)
    assert delta_of(white, 2.0) == pytest.approx(1e-5, rel=1e-6)


def test_stationary_start_adds_to_the_noise_and_takes_nothing():
    """Covariance of xi(0 ... T-1) less H H^T of noise at rest: no negative eigenvalue."""
    for name in NAMES:
        filter = strategy(name, RATE)
        taps = filter.taps(STEPS + 5000)
        lags = [float(taps[: len(taps) - n] @ taps[n:]) for n in range(STEPS)]
        whole = np.array([[lags[abs(i - j)] for j in range(STEPS)] for i in range(STEPS)])
        H = sum(np.diag(np.full(STEPS - n, taps[n]), -n) for n in range(STEPS))
        assert np.linalg.eigvalsh(whole - H @ H.T).min() > -1e-9


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"problem": private()["problem"] | {"scaling": "standard"}}, "it looks at the samples"),
        ({"problem": {"kind": "mean", "samples": SAMPLES, "dimension": 3}}, "problem.kind: got 'mean'"),
        ({"problem": {"kind": "quadratic", "curvatures": [1.0]}}, "problem.kind: got 'quadratic'"),
        (
            {"privacy": private()["privacy"] | {"strategies": ["ma1", "ma1"]}},
            "privacy.strategies: got 'ma1' twice",
        ),
        ({"descent": {"learning_rate": 0.1, "batch_size": 4}}, "descent.sampling: got 'independent'"),
        ({"schedule": {"noisy_steps": 8, "quench_steps": 1, "record_every": 1}}, "schedule.quench_steps"),
        ({"strengths": [0.0, 0.1]}, "strengths"),
    ],
)
def test_refuses_what_is_not_private(changes, words):
    with pytest.raises(InputError, match=words):
        parse(private(**changes))
