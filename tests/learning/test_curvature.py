"""Hessian products, trace and spectrum against dense Hessians."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.flatten_util import ravel_pytree

from anticorr.learning import curvature, problems
from anticorr.specs import training

SPECS = {
    "digits": {"kind": "digits", "hidden": [4, 3], "train": 30, "validation": 5, "test": 5},
    "relu": {
        "kind": "digits",
        "hidden": [5],
        "activation": "relu",
        "train": 20,
        "validation": 5,
        "test": 5,
    },
    "valley": {"kind": "valley", "dimension": 4},
    "linear": {"kind": "linear", "parameters": 12, "samples": 6, "nonzero": 2},
    "sensing": {"kind": "sensing", "size": 4, "samples": 9},
    "quadratic": {"kind": "quadratic", "curvatures": [0.5, 2.0], "copies": 3},
    "mean": {"kind": "mean", "samples": 6, "dimension": 4},
}


def made(name, seed=1):
    spec = training.parse(
        {
            "problem": SPECS[name],
            "descent": {"learning_rate": 0.1},
            "schedule": {"noisy_steps": 1, "record_every": 1},
            "seeds": [1],
        }
    )
    problem = problems.make(spec.problem)
    params, data = jax.tree.map(jnp.asarray, problem.start(seed))
    return problem, params, data


def dense(problem, params, data):
    flat, unravel = ravel_pytree(params)
    return np.asarray(jax.hessian(lambda w: problem.loss(unravel(w), data["train"]))(flat))


@pytest.mark.parametrize(
    "name",
    [
        name if name in ("sensing", "valley") else pytest.param(name, marks=pytest.mark.soak)
        for name in SPECS
    ],
)
def test_trace_product_and_spectrum_are_those_of_the_dense_hessian(name):
    with jax.enable_x64(True):
        problem, params, data = made(name)
        H = dense(problem, params, data)
        v = np.linspace(-1, 1, len(H))
        times = curvature.product(problem.loss, params, data["train"])
        np.testing.assert_allclose(times(jnp.asarray(v)), H @ v, atol=1e-10)
        key = jax.random.key(0)
        trace, error = curvature.trace(problem.loss, params, data["train"], key=key, probes=4)
        if len(H) <= curvature.EXACT:
            assert float(error) == 0
            np.testing.assert_allclose(trace, np.trace(H), rtol=1e-10)
        found = curvature.spectrum(problem.loss, params, data["train"], key=key, steps=40)
        ritz = curvature.Spectrum(*map(np.asarray, found))
    values = np.linalg.eigvalsh(H)
    assert float(ritz.weights.sum()) == pytest.approx(1)
    assert values[0] - 1e-8 <= float(ritz.values[0])
    assert float(ritz.values[-1]) == pytest.approx(values[-1], rel=1e-6, abs=1e-9)


def test_random_probes_estimate_the_trace_within_their_error(monkeypatch):
    """200 estimates of 16 probes: (estimate - tr H) / error is Student's t of 15 degrees of freedom. Mean
    within 4.5 of its own errors, 95% interval holds 95% +- 5.4% (3.5 errors): false alarms 1e-3."""
    monkeypatch.setattr(curvature, "EXACT", 0)
    with jax.enable_x64(True):
        problem, params, data = made("digits")
        exact = np.trace(dense(problem, params, data))
        keys = jax.vmap(jax.random.key)(jnp.arange(200))
        estimate = jax.jit(
            lambda key: curvature.trace(problem.loss, params, data["train"], key=key, probes=16)
        )
        found, error = map(np.asarray, jax.lax.map(estimate, keys))
    off = found - exact
    assert abs(off.mean()) < 4.5 * off.std() / np.sqrt(200)
    assert abs((np.abs(off) < 2.131 * error).mean() - 0.95) < 0.054


def test_density_of_the_spectrum_has_the_moments_of_the_hessian():
    """sum_i weights_i values_i^p = e . H^p e for the direction e of the run, exactly."""
    with jax.enable_x64(True):
        problem, params, data = made("linear")
        H, key = dense(problem, params, data), jax.random.key(3)
        found = curvature.spectrum(problem.loss, params, data["train"], key=key, steps=5)
        ritz = curvature.Spectrum(*map(np.asarray, found))
        e = np.asarray(jax.random.normal(key, (len(H),)))
    e = e / np.linalg.norm(e)
    for power in range(5):
        moment = float((ritz.weights * ritz.values**power).sum())
        assert moment == pytest.approx(e @ np.linalg.matrix_power(H, power) @ e, rel=1e-8)


def test_flat_minima_of_the_linear_model_are_small_in_l1():
    """tr H = 4 sum_j <x_j^2> w_j^2 where the model fits."""
    with jax.enable_x64(True):
        problem, _, data = made("linear")
        x, _ = data["train"]
        params = {"w": jnp.sqrt(data["truth"])}
        trace = np.trace(dense(problem, params, data))
        weighted = 4 * float((jnp.mean(x**2, axis=0) * data["truth"]).sum())
    assert trace == pytest.approx(weighted)
