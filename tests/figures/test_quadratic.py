"""The figure and the claims of descent at finite learning rate: planted numbers are shown and judged."""

import numpy as np
import pytest

from anticorr.errors import InputError
from anticorr.figures import quadratic, style
from anticorr.figures.accompanied import accompanied
from anticorr.figures.claims import claimed
from anticorr.figures.claims.catalogue import CATALOGUE
from anticorr.specs.companion import parse
from tests.figures import planted_companions as planted
from tests.figures.test_claims import claim

RATIOS = ("linear-variance", "regression-variance", "adam-variance", "escape-rate")


@pytest.fixture(scope="module")
def record():
    return planted.quadratic(factor=1.1)


@pytest.fixture(scope="module")
def figure(record):
    return style.draw(quadratic.draw, record)


def test_panels_show_descents_beside_theory(figure, record):
    assert len(figure.axes) == 8
    sgd, white = figure.axes[0], record.isel(case=0)
    points, *_ = sgd.containers[0]
    np.testing.assert_allclose(points.get_xdata(), white["learning_rate"].values / 2.0)
    np.testing.assert_allclose(points.get_ydata(), white["square"].values)
    exact, continuous = (line for line in sgd.lines[:2])
    places = np.interp(points.get_xdata(), exact.get_xdata(), exact.get_ydata())
    np.testing.assert_allclose(places, white["square_exact"].values, rtol=0.02)
    assert (continuous.get_ydata() < exact.get_ydata()).all()
    assert [axes.get_xscale() for axes in figure.axes].count("log") == 1  # Adam has no edge


def test_residual_finds_the_planted_excess(figure):
    ratios = figure.axes[3]
    shown = np.concatenate([container[0].get_ydata() for container in ratios.containers])
    assert len(shown) == 8 * 3 + 2 + 2
    assert np.abs(shown - 10).max() < 5


def test_fewer_optimisers_fewer_panels_and_other_records_are_refused(record):
    escape = planted.SPEC["escape"] | {"learning_rates": [0.8], "correlations": [0.0]}
    few = planted.quadratic(optimisers=["newton", "adam"], correlations=[0.0], escape=escape)
    assert len(style.draw(quadratic.draw, few).axes) == 4
    with pytest.raises(InputError, match="got 2 of kind quadratic, wanted one"):
        quadratic.draw(record, record)


@pytest.mark.parametrize("quantity", RATIOS)
@pytest.mark.parametrize("factor", [1.0, 1.1])
def test_ratio_to_theory_is_the_planted_one(quantity, factor):
    (one,) = accompanied(planted.quadratic(factor=factor))
    numbers = CATALOGUE[quantity](one)
    assert (numbers.predicted, numbers.predicted_err) == (1.0, 0.0)
    assert abs(numbers.measured - factor) < 3.5 * numbers.measured_err
    assert numbers.measured_err < 0.02


def test_continuous_time_fails_by_what_theory_says():
    (one,) = accompanied(planted.quadratic(scatter=1e-6))
    numbers = CATALOGUE["continuous-variance"](one)
    assert numbers.measured > 2
    slope = CATALOGUE["escape-slope"](one)
    assert slope.predicted == -1
    assert -1.1 < slope.measured < -1


def test_what_a_record_lacks_is_said():
    (one,) = accompanied(planted.quadratic(optimisers=["adam"]))
    assert CATALOGUE["linear-variance"](one) == "no such optimiser"
    assert CATALOGUE["continuous-variance"](one) == "no SGD under white noise"


def test_claims_find_their_companion():
    record = planted.quadratic()
    spec = parse(planted.SPEC)
    claims = {name: claim(name, ["companion/*"]) for name in RATIOS}
    table = claimed(claims, {"companion/finite-rate": spec}, record)
    assert {row.verdict.word for row in table.rows} == {"holds"}
    assert claimed(claims, {"companion/finite-rate": spec}).rows[0].verdict.word == "missing"
