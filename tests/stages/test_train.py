"""Trainings against a twin in NumPy: same data, same white noise, gradients by hand."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from anticorr import records
from anticorr.errors import InputError
from anticorr.learning import problems
from anticorr.learning.correlated import correlated_noise
from anticorr.noise.filters import ma1
from anticorr.provenance import array_digest
from anticorr.specs.training import parse
from anticorr.stages import train

VALLEY = {
    "problem": {"kind": "valley", "dimension": 3, "square": 4.0},
    "descent": {"learning_rate": 0.05},
    "noises": [{"kind": "ma1", "correlation": 0.0}, {"kind": "ma1", "correlation": -1.0}],
    "strengths": [0.0, 0.05, 0.1],
    "schedule": {"noisy_steps": 40, "quench_steps": 10, "record_every": 20},
    "precision": "double",
    "seeds": [3, 4],
}
DIGITS = {
    "problem": {"kind": "digits", "hidden": [6], "train": 40, "validation": 30, "test": 60},
    "descent": {"learning_rate": 0.05},
    "noises": [{"kind": "ma1", "correlation": -0.8}],
    "strengths": [0.0, 0.02],
    "schedule": {"noisy_steps": 20, "quench_steps": 5, "record_every": 10},
    "precision": "double",
    "seeds": [1],
}


def white_noise(seed, shapes, steps):
    """eta of every step as the ensemble draws it, by leaf: updates of unit white noise."""
    with jax.enable_x64(True):
        key, _ = jax.random.split(jax.random.key(seed))
        noise = correlated_noise(ma1(0.0), strength=1.0, key=key)
        zero = jax.tree.map(jnp.zeros, shapes, is_leaf=lambda s: isinstance(s, tuple))
        state, seen = noise.init(zero), []
        # One draw more: eta(-1) is the first state.
        seen.append(jax.tree.map(lambda z: np.asarray(z[0]), state.states))
        for _ in range(steps):
            update, state = noise.update(zero, state)
            seen.append(jax.tree.map(np.asarray, update))
    return seen


@pytest.fixture(scope="module")
def valley():
    """What the record of VALLEY holds."""
    return train.run(VALLEY)


def test_valley_is_that_of_a_twin_in_numpy(valley):
    record = valley
    spec = parse(VALLEY)
    for seed_number, seed in enumerate(spec.seeds):
        eta = white_noise(seed, {"u": (3,), "v": ()}, 40)
        start, _ = problems.make(spec.problem).start(seed)
        for member, c, strength in ((0, 0.0, 0.0), (1, 0.0, 0.05), (4, -1.0, 0.1)):
            filter = ma1(c)
            a, b = filter.first, filter.weights[0]
            u, v, seen = start["u"].copy(), float(start["v"]), []
            for t in range(50):
                if t in (0, 20, 40):
                    seen.append(u @ u)
                du, dv = v**2 * u, v * (u @ u)
                u, v = u - 0.05 * du, v - 0.05 * dv
                if t < 40:
                    u = u + strength * (a * eta[t + 1]["u"] + b * eta[t]["u"])
                    v = v + strength * (a * eta[t + 1]["v"] + b * eta[t]["v"])
            row = seed_number * 5 + member
            np.testing.assert_allclose(record["along_square"][row], seen, rtol=1e-6)
            np.testing.assert_allclose(record["along_square_quench"][row], u @ u, rtol=1e-6)
            np.testing.assert_allclose(record["loss_quench"][row], 0.5 * v**2 * (u @ u), rtol=1e-6)


def test_network_is_that_of_a_twin_in_numpy():
    """Backpropagation by hand; losses, accuracies, |w|^2 to 1e-6."""
    record, spec = train.run(DIGITS), parse(DIGITS)
    params, data = problems.make(spec.problem).start(1)
    shapes = [{"W": (64, 6), "b": (6,)}, {"W": (6, 10), "b": (10,)}]
    eta, filter = white_noise(1, shapes, 20), ma1(-0.8)
    for member, strength in ((0, 0.0), (1, 0.02)):
        (W1, b1), (W2, b2) = [(layer["W"].copy(), layer["b"].copy()) for layer in params]
        x, y = data["train"]
        for t in range(25):
            h = np.tanh(x @ W1 + b1)
            out = (h @ W2 + b2 - y) / len(x)
            back = (out @ W2.T) * (1 - h**2)
            slopes = [x.T @ back, back.sum(0), h.T @ out, out.sum(0)]
            W1, b1, W2, b2 = (w - 0.05 * g for w, g in zip((W1, b1, W2, b2), slopes, strict=True))
            if t < 20:
                now, before = ([e[0]["W"], e[0]["b"], e[1]["W"], e[1]["b"]] for e in (eta[t + 1], eta[t]))
                xi = [filter.first * n + filter.weights[0] * p for n, p in zip(now, before, strict=True)]
                W1, b1, W2, b2 = (w + strength * n for w, n in zip((W1, b1, W2, b2), xi, strict=True))
        for name, (inputs, labels) in (("test", data["test"]), ("validation", data["validation"])):
            told = np.tanh(inputs @ W1 + b1) @ W2 + b2
            loss = 0.5 * ((told - labels) ** 2).sum(1).mean()
            np.testing.assert_allclose(record[f"{name}_loss_quench"][member], loss, rtol=1e-6)
            right = (told.argmax(1) == labels.argmax(1)).mean()
            assert float(record[f"{name}_accuracy_quench"][member]) == pytest.approx(right)
        square = sum((w**2).sum() for w in (W1, b1, W2, b2))
        np.testing.assert_allclose(record["weight_square_quench"][member], square, rtol=1e-6)


def test_members_and_course_of_the_record(valley):
    record = valley
    assert record.sizes["member"] == 10
    assert record["member_seed"].values.tolist() == [3] * 5 + [4] * 5
    assert record["strength"].values.tolist()[:5] == [0, 0.05, 0.1, 0.05, 0.1]
    np.testing.assert_allclose(record["correlation"][:5], [0, 0, 0, -1, -1], atol=1e-12)
    assert record["step"].values.tolist() == [0, 20, 40]
    np.testing.assert_allclose(record["along_square"][:, 0], 4.0)
    assert (record["diverged_at"] == -1).all()
    records.check(record, "training")


def test_the_same_bits_again_and_members_of_a_seed_without_the_others(valley):
    record, again = valley, train.run(VALLEY)
    fewer = train.run(VALLEY | {"seeds": [4]})
    for name in record:
        np.testing.assert_array_equal(record[name], again[name])
        if "member" in record[name].dims:
            np.testing.assert_array_equal(record[name][5:], fewer[name])


def test_a_member_that_diverges_is_told_and_the_others_go_on():
    """Learning rate 0.05 on |u|^2 = 400 is far beyond the edge of v."""
    data = VALLEY | {"problem": {"kind": "valley", "dimension": 3, "square": 100.0}}
    record = train.run(data | {"precision": "single", "descent": {"learning_rate": 1.0}})
    noisy = record["strength"].values > 0
    assert (record["diverged_at"].values[noisy] >= 0).all()
    assert (record["diverged_at"].values[~noisy] == -1).all()
    assert np.isnan(record["loss_quench"].values[noisy]).all()
    np.testing.assert_allclose(record["along_square_quench"].values[~noisy], 100.0, rtol=1e-5)


def test_explicit_regulariser_lowers_the_trace():
    """Linear model that fits: descent on L + (s^2/4) tr H ends at a smaller tr H than descent on L."""
    data = {
        "problem": {"kind": "linear", "parameters": 12, "samples": 6, "nonzero": 2},
        "descent": {"learning_rate": 0.05},
        "regularisers": [0.2],
        "schedule": {"noisy_steps": 2000, "quench_steps": 200, "record_every": 1000},
        "seeds": [1, 2],
    }
    record = train.run(data)
    trace = record["trace_quench"].values.reshape(2, 2)
    assert (record["loss_quench"] < 1e-3).all()
    assert (trace[:, 1] < trace[:, 0]).all()


def test_samples_of_files_are_learned():
    generator = np.random.default_rng(0)
    labels = generator.integers(3, size=90)
    samples = generator.standard_normal((90, 4)) + 4 * np.eye(4)[labels]
    data = {
        "problem": {
            "kind": "files",
            "samples": "x.npz",
            "hidden": [],
            "train": 30,
            "validation": 20,
            "test": 40,
        },
        "descent": {"learning_rate": 0.1},
        "schedule": {"noisy_steps": 200, "record_every": 200},
        "seeds": [1],
    }
    record = train.run(data, files=(samples, labels))
    assert float(record["test_accuracy_quench"][0]) > 0.9
    digest = array_digest(samples=samples, labels=labels)
    assert record.attrs["inputs"] == f"files {digest}"
    assert digest != array_digest(samples=samples, labels=labels[::-1])
    more = data | {"problem": data["problem"] | {"test": 41}}
    with pytest.raises(InputError, match=r"got train .* = 91, allowed <= 90"):
        train.run(more, files=(samples, labels))


def test_label_noise_redraws_training_labels_alone():
    clean, noisy = (
        problems.make(parse(DIGITS | {"problem": DIGITS["problem"] | {"label_noise": p}}).problem).start(1)[
            1
        ]
        for p in (0.0, 0.5)
    )
    np.testing.assert_array_equal(clean["test"][1], noisy["test"][1])
    changed = (clean["train"][1] != noisy["train"][1]).any(axis=1).mean()
    assert 0.2 < changed < 0.7
