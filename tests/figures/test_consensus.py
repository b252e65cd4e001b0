"""The figure and the claims of related work: planted numbers are shown and judged."""

import json

import numpy as np
import pytest

from anticorr.figures import consensus, style
from anticorr.figures.accompanied import accompanied
from anticorr.figures.claims import claimed
from anticorr.figures.claims.catalogue import CATALOGUE
from anticorr.figures.entrants import best, methods
from anticorr.specs import training as trainings
from anticorr.specs.companion import parse
from tests.figures import planted_companions as planted
from tests.figures.planted_networks import network
from tests.figures.test_claims import claim

RATIOS = ("memory-rate", "noisy-modes", "swarm-spread", "swarm-wander", "swarm-pull")
RACES = [
    f"race-{objective}-{method}"
    for objective in ("rastrigin", "ackley", "particles")
    for method in ("white", "consensus")
]


@pytest.fixture(scope="module")
def record():
    return planted.consensus(factor=2.0)


def test_setting_is_chosen_by_the_first_half_and_told_by_the_second(record):
    assert methods(record) == ["descent", "consensus", "c_t = 0", "c_t = -1"]
    one = best(record, "ackley", "consensus")
    assert one.setting == 3.0
    assert one.course.shape == (4, 31)
    np.testing.assert_allclose(one.ends, 2 * np.e, rtol=0.05)
    # The second half does not choose: spoiled there, the setting stays.
    spoiled = record.copy(deep=True)
    place = np.flatnonzero((record["method"] == "consensus") & (record["setting_value"] == 3.0))
    spoiled["least"].values[place, 4:] = 1e9
    assert best(spoiled, "ackley", "consensus").setting == 3.0


def test_panels_show_what_was_planted(record):
    figure = style.draw(consensus.draw, record)
    assert len(figure.axes) == 7  # no networks
    memory, modes, swarm, pull, *races = figure.axes
    points = [line for line in memory.lines if line.get_linestyle() == "None"]
    assert len(points) == 6
    drawn, *_ = modes.containers[0]
    own = record.isel(persistence=0)
    np.testing.assert_allclose(drawn.get_ydata(), own["mode_rate"] * own["mode_square"])
    assert [len(axes.containers) for axes in (swarm, pull)] == [2, 1]
    for axes in races:
        assert len(axes.lines) == 4
        assert axes.lines[0].get_xdata()[-1] == 30 * 4 / 1000


def test_networks_stand_beside_their_bounds():
    one_sample = {"learning_rate": 0.05, "batch_size": 1}
    training = network(noises=(0.0,), strengths=(0.0,), descent=one_sample, seeds=3, course=True)
    figure = style.draw(consensus.draw, planted.consensus(), training)
    assert len(figure.axes) == 8
    ends = figure.axes[7].containers[1][0].get_ydata()
    expected = training["trace_quench"].values.mean() * 0.05 / 20
    assert float(ends[0]) == pytest.approx(expected, rel=1e-5)
    claims = {name: claim(name, ["training/*"]) for name in ("stable-trace", "edge-sharpness")}
    table = claimed(
        claims, {"training/small": trainings.parse(json.loads(training.attrs["spec"]))}, training
    )
    found = [row.numbers.measured for row in table.rows]
    np.testing.assert_allclose(found[0], expected, rtol=1e-5)
    np.testing.assert_allclose(found[1], training["sharpness_quench"].values.mean() * 0.025, rtol=1e-5)


@pytest.mark.parametrize("quantity", RATIOS)
@pytest.mark.parametrize("factor", [1.0, 1.1])
def test_ratio_to_theory_is_the_planted_one(quantity, factor):
    (one,) = accompanied(planted.consensus(factor=factor))
    numbers = CATALOGUE[quantity](one)
    assert (numbers.predicted, numbers.predicted_err) == (1.0, 0.0)
    assert abs(numbers.measured - factor) < 4 * numbers.measured_err + 1e-6
    assert numbers.measured_err < 0.02


@pytest.mark.parametrize("quantity", RACES)
@pytest.mark.parametrize("factor", [1.0, 2.0])
def test_races_are_told_as_logarithms(quantity, factor):
    (one,) = accompanied(planted.consensus(factor=factor))
    numbers = CATALOGUE[quantity](one)
    assert (numbers.predicted, numbers.scale) == (0.0, 1.0)
    assert abs(numbers.measured - np.log(factor)) < 5 * numbers.measured_err
    assert numbers.measured_err < 0.02


def test_what_a_record_lacks_is_said():
    asked = planted.RELATED["race"] | {"objectives": ["ackley"], "correlations": [0.0]}
    few = planted.consensus(race=asked)
    (one,) = accompanied(few)
    assert CATALOGUE["race-particles-white"](one) == "no race on particles"
    assert CATALOGUE["race-ackley-white"](one) == "nothing to compare with"
    assert len(style.draw(consensus.draw, few).axes) == 5
    (other,) = accompanied(planted.quadratic())
    assert all(CATALOGUE[name](other) == "no companion of related work" for name in (*RATIOS, *RACES))


def test_claims_find_their_companion():
    claims = {name: claim(name, ["companion/*"]) for name in (*RATIOS, *RACES)}
    table = claimed(claims, {"companion/related": parse(planted.RELATED)}, planted.consensus())
    assert {row.verdict.word for row in table.rows} == {"holds"}
