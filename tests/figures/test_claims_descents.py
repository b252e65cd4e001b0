"""Quantities of descents that theory knows: planted ratios are found, with the error over seeds."""

import numpy as np
import pytest

from anticorr.figures.claims import claimed
from anticorr.figures.claims.catalogue import CATALOGUE
from anticorr.figures.claims.numbers import Numbers
from anticorr.figures.trained import trained
from tests.figures import planted_descents as planted
from tests.figures.test_claims import claim

QUANTITIES = ("mode-variance", "valley-drift", "valley-diffusion", "batch-deviation")


def found(quantity, record):
    (one,) = trained(record)
    return CATALOGUE[quantity](one)


@pytest.mark.parametrize("factor", [1.0, 1.3])
@pytest.mark.parametrize(
    ("quantity", "plant", "scatter", "seeds"),
    [
        ("mode-variance", planted.modes, 0.02, 8),
        ("valley-drift", planted.valley, 0.05, 12),
        ("valley-diffusion", planted.valley, 0.05, 12),
        ("batch-deviation", planted.mean, 0.03, 6),
    ],
)
def test_ratio_to_theory_is_the_planted_one(quantity, plant, scatter, seeds, factor):
    numbers = found(quantity, plant(factor=factor))
    assert isinstance(numbers, Numbers)
    assert (numbers.predicted, numbers.predicted_err) == (1.0, 0.0)
    assert abs(numbers.measured - factor) < 3 * numbers.measured_err
    members = 4 if quantity == "mode-variance" else 2 if quantity == "valley-diffusion" else 1
    error = factor * scatter / np.sqrt(seeds * members)
    assert numbers.measured_err == pytest.approx(error, rel=0.7)


def test_drift_and_diffusion_are_about_different_noises():
    record = planted.valley(factor=(1.0, 1.0, 2.0))
    assert found("valley-drift", record).measured == pytest.approx(2, rel=0.1)
    assert found("valley-diffusion", record).measured == pytest.approx(1, rel=0.1)


@pytest.mark.parametrize("sampling", ["independent", "epoch", "cyclic", "repellent"])
def test_every_sampling_has_an_expectation(sampling):
    numbers = found("batch-deviation", planted.mean(sampling, scatter=1e-6))
    assert numbers.measured == pytest.approx(1, abs=1e-5)


def test_a_mean_without_a_descent_without_noise_has_no_deviation():
    record = planted.mean(noises=[{"kind": "white"}], strengths=[0.1])
    assert found("batch-deviation", record) == "no descent without injected noise"


@pytest.mark.parametrize("quantity", QUANTITIES)
def test_trainings_that_a_quantity_is_not_about(quantity):
    others = {"mode-variance": planted.mean, "batch-deviation": planted.modes}
    assert found(quantity, others.get(quantity, planted.mean)()).startswith("no training")
    assert found("valley-drift", planted.valley(noises=planted.NOISES[:2])) == (
        "no such noise in the training"
    )


def test_rows_are_judged():
    record = planted.modes(factor=1.2)
    (one,) = trained(record)
    table = claimed(
        {"one": claim("mode-variance", ["training/modes"], tolerance={"allowance": 0.0})},
        {"training/modes": one.spec},
        record,
    )
    (row,) = table.rows
    assert row.verdict.word == "fails"
    assert row.numbers.measured == pytest.approx(1.2, rel=0.03)
