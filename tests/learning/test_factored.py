"""Problems with a known truth: at it errors and losses vanish, also on the held-out equations."""

import jax
import numpy as np
import pytest

from anticorr.learning import problems
from anticorr.specs.training import parse

FROM = {
    "linear": {"kind": "linear", "validation": 4000},
    "sensing": {"kind": "sensing", "size": 6, "samples": 20, "validation": 4000},
}


@pytest.fixture(autouse=True)
def _double():
    with jax.enable_x64(True):
        yield


def made(kind):
    spec = parse(
        {
            "problem": FROM[kind],
            "descent": {"learning_rate": 0.1},
            "schedule": {"noisy_steps": 1, "record_every": 1},
            "seeds": [1],
        }
    )
    problem = problems.make(spec.problem)
    return problem, *problem.start(1)


@pytest.mark.parametrize("kind", FROM)
def test_nothing_is_wrong_with_the_truth(kind):
    problem, start, data = made(kind)
    truth = data["truth"]
    if kind == "linear":
        params = {"w": np.sqrt(truth)}
    else:
        values, vectors = np.linalg.eigh(truth)
        params = {"U": vectors * np.sqrt(np.maximum(values, 0))}
    seen = problem.observe(params, data)
    assert float(problem.loss(params, data["train"])) < 1e-20
    assert float(seen["recovery_error"]) < 1e-20
    assert float(seen["validation_loss"]) < 1e-20
    assert float(problem.observe(start, data)["recovery_error"]) > 0.1


@pytest.mark.parametrize("kind", FROM)
def test_held_out_equations_see_the_distance_to_the_truth(kind):
    """Mean of <A, D>^2 / 2: |D|^2 / 2 (x of unit variance), |D|^2 (A symmetric). 4,000 equations: 2.2%."""
    problem, start, data = made(kind)
    seen = problem.observe(start, data)
    square = float(seen["recovery_error"]) * (data["truth"] ** 2).sum()
    assert float(seen["validation_loss"]) == pytest.approx(
        square * (0.5 if kind == "linear" else 1.0), rel=0.1
    )
    assert not np.isin(data["validation"][0][:100], data["train"][0]).any()
