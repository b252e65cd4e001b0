"""Claims about networks: planted gains, shares and slopes are found; what cannot be said is told."""

import numpy as np
import pytest

from anticorr.claims import Claim
from anticorr.figures.claims import claimed
from anticorr.figures.claims.catalogue import CATALOGUE
from anticorr.figures.trained import trained
from anticorr.quantities import QUANTITIES
from tests.figures.planted_networks import network


def found(quantity, *given, **changes):
    (one,) = trained(network(*given, **changes))
    return CATALOGUE[quantity](one)


@pytest.mark.parametrize(
    ("quantity", "predicted", "planted"),
    [
        ("accuracy-gain", 0.0, 0.03),  # validation chooses .03 at c_t = -1
        ("white-accuracy-gain", 0.0, -0.05),  # and .01 of white noise
        ("flatness", 1.0, 260 / 320),
        ("regulariser-flatness", 1.0, 0.75),
        ("regulariser-test-loss", 1.0, 0.75),
    ],
)
def test_what_was_planted_is_found(quantity, predicted, planted):
    numbers = found(quantity, regularisers=(0.03,))
    assert (numbers.predicted, numbers.predicted_err) == (predicted, 0.0)
    assert numbers.measured_err > 0
    assert abs(numbers.measured - planted) < 4 * numbers.measured_err


def test_slope_is_that_of_a_line():
    """Accuracies .8 - .02 c at every strength: the slope, and no more."""
    numbers = found("accuracy-against-correlation", lambda c, sigma, _: {"test_accuracy": -0.02 * c})
    assert abs(numbers.measured + 0.02) < 4 * numbers.measured_err
    assert numbers.measured_err < 0.005


def test_share_is_that_of_the_smallest_strength():
    numbers = found("regulariser-flatness", regularisers=(0.03, 0.01))
    (one,) = trained(network(regularisers=(0.03, 0.01)))
    assert (numbers.measured, numbers.measured_err) == one.share("trace_quench", 0.01)


def test_scale_is_what_there_is_to_gain():
    numbers = found("accuracy-gain")
    (one,) = trained(network())
    assert numbers.scale == pytest.approx(1 - one.of("test_accuracy_quench")[:, one.plain].mean())


@pytest.mark.parametrize(
    ("quantity", "changes", "words"),
    [
        ("accuracy-gain", {"noises": (), "strengths": (0.0,)}, "no noise to compare with descent"),
        ("flatness", {"strengths": (0.01,)}, "no noise to compare with descent"),
        ("white-accuracy-gain", {"noises": (-1.0,)}, "no white noise"),
        ("accuracy-against-correlation", {"noises": (-1.0,)}, "one noise has no slope"),
        ("regulariser-flatness", {}, "no explicit regulariser"),
    ],
)
def test_what_cannot_be_said_is_told(quantity, changes, words):
    assert found(quantity, **changes).startswith(words)


def test_a_share_of_nothing_is_no_number():
    told = found("regulariser-test-loss", lambda *_: {}, regularisers=(0.03,))
    assert told == "the change of the test loss by noise is less than three of its standard errors"


def test_a_problem_without_classes_is_told():
    record = network().drop_vars("test_accuracy_quench")
    assert CATALOGUE["flatness"](trained(record)[0]) == "no network that tells classes apart"


def test_verdicts_of_a_configuration():
    """A gain holds, the same where nothing was planted fails; without a record the row is missing."""
    record, still = network(), network(lambda *_: {}, seeds=20)
    specs = {f"training/{name}": trained(r)[0].spec for name, r in (("one", record), ("still", still))}
    claim = Claim.model_validate(
        {
            "statement": "noise helps", "formula": "gain > 0", "quantity": "accuracy-gain",
            "states": ["training/*"], "relation": "above",
        }
    )  # fmt: skip
    table = claimed({"helps": claim}, specs, still, record)
    assert [row.verdict.word for row in table.rows] == ["holds", "fails"]
    assert [row.verdict.word for row in claimed({"helps": claim}, specs, record).rows] == [
        "holds",
        "missing",
    ]


def test_every_quantity_asks_for_a_training_and_no_fluid():
    mine = [name for name, q in QUANTITIES.items() if CATALOGUE[name].__module__.endswith(".networks")]
    assert len(mine) == 6
    assert all(QUANTITIES[name].needs == ("training",) and not QUANTITIES[name].fluid for name in mine)


def test_slope_of_planted_seeds_is_polyfit():
    (one,) = trained(network())
    members = [one.member(noise, 0.01) for noise in range(3)]
    accuracy = one.of("test_accuracy_quench")[:, members]
    slopes = [np.polyfit([0.0, -0.8, -1.0], each, 1)[0] for each in accuracy]
    numbers = CATALOGUE["accuracy-against-correlation"](one)
    assert numbers.measured == pytest.approx(np.mean(slopes))
    assert numbers.measured_err == pytest.approx(np.std(slopes, ddof=1) / np.sqrt(12))
