"""The figure and the claims of SGD on mixtures: planted numbers are shown and judged."""

import numpy as np
import pytest

from anticorr.errors import InputError
from anticorr.figures import meanfield, style
from anticorr.figures.accompanied import accompanied
from anticorr.figures.claims.catalogue import CATALOGUE
from tests.figures import planted_companions as planted

RATIOS = ("overlap", "loss", "training-error", "error")


@pytest.fixture(scope="module")
def record():
    return planted.meanfield(factor=1.2)


@pytest.fixture(scope="module")
def figure(record):
    return style.draw(meanfield.draw, record)


def test_panels_show_descents_beside_theory(figure, record):
    assert len(figure.axes) == 13
    loss = figure.axes[0]
    points, _, (bars,) = loss.containers[0]
    theory = loss.lines[0]
    np.testing.assert_allclose(theory.get_ydata(), record["loss"].values[0])
    np.testing.assert_allclose(points.get_ydata(), record["loss_simulated"].values[0])
    np.testing.assert_allclose(points.get_xdata(), 0.2 * np.arange(9))
    half = [np.ptp(segment[:, 1]) / 2 for segment in bars.get_segments()]
    np.testing.assert_allclose(half, 1.96 * record["loss_simulated_err"].values[0])


def test_scans_are_in_the_order_of_their_values(figure, record):
    fraction, spread, _ = figure.axes[10:]
    np.testing.assert_allclose(fraction.lines[0].get_xdata(), [0.4, 1.0])
    np.testing.assert_allclose(fraction.lines[0].get_ydata(), record["error"].values[[1, 0], -1])
    np.testing.assert_allclose(spread.lines[0].get_ydata(), record["scan_error"].values[2:4])


def test_one_mixture_is_enough_and_other_records_are_refused(record):
    one = planted.meanfield(mixtures=[{"clusters": 3, "start": 0.2}])
    assert len(style.draw(meanfield.draw, one).axes) == 9
    with pytest.raises(InputError, match="got 2 of kind meanfield, wanted one"):
        meanfield.draw(record, record)
    with pytest.raises(InputError, match="got 3 mixtures, wanted one or two"):
        meanfield.draw(planted.meanfield(mixtures=[{}, {}, {}]))


@pytest.mark.parametrize("name", RATIOS)
@pytest.mark.parametrize("factor", [1.0, 1.2])
def test_ratio_to_theory_is_the_planted_one(name, factor):
    (one,) = accompanied(planted.meanfield(factor=factor))
    numbers = CATALOGUE[f"meanfield-{name}"](one)
    assert (numbers.predicted, numbers.predicted_err) == (1.0, 0.0)
    assert abs(numbers.measured - factor) < 3.5 * numbers.measured_err
    # Four settings; the times of one count once.
    assert numbers.measured_err == pytest.approx(0.01 * factor / 2, rel=0.3)


def test_scatter_is_that_of_the_errors():
    (one,) = accompanied(planted.meanfield())
    numbers = CATALOGUE["meanfield-scatter"](one)
    assert abs(numbers.measured - 1) < 3 * numbers.measured_err
    (off,) = accompanied(planted.meanfield(factor=1.2))
    assert CATALOGUE["meanfield-scatter"](off).measured > 10


def test_other_companions_are_not_its_concern():
    (one,) = accompanied(planted.quadratic())
    assert CATALOGUE["meanfield-loss"](one) == "no mean-field companion"
    (other,) = accompanied(planted.meanfield())
    assert CATALOGUE["escape-rate"](other) == "no companion at finite learning rate"
