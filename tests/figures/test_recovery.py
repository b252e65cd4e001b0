"""The recovery figure: planted ratios with intervals, choices on held-out equations, what diverged."""

import numpy as np
import pytest

from anticorr.errors import InputError
from anticorr.figures import recovery, style
from anticorr.figures.trained import trained
from tests.figures.planted_trainings import APART, SEEDS
from tests.figures.planted_trainings import recovery as planted
from tests.figures.test_private_figure import T
from tests.figures.twice import FORMATS, drawn_twice


def helps(c, sigma):
    """c_t = -1 lowers the error by e^-30 sigma, white noise raises it by e^20 sigma."""
    return -30 * sigma if c == -1 else 20 * sigma


@pytest.fixture(scope="module")
def figure():
    return style.draw(recovery.draw, planted(helps), planted(helps, kind="sensing", diverged=[(3, 2)]))


def test_points_are_geometric_means_with_intervals_of_the_logarithm(figure):
    axes = figure.axes[0]
    spread = np.std(0.5 * APART + 0.1 * np.roll(APART, 2), ddof=1) / np.sqrt(SEEDS)
    for container, sigma in zip(axes.containers, (0.01, 0.1), strict=True):
        line, _, (bars,) = container
        wanted = [-2 + helps(0.0, sigma), -2 + helps(-1.0, sigma)]
        np.testing.assert_allclose(np.log(line.get_ydata()), wanted, atol=1e-9)
        for segment, centre in zip(bars.get_segments(), wanted, strict=True):
            np.testing.assert_allclose(
                np.log(segment[:, 1]), [centre - T * spread, centre + T * spread], rtol=1e-4
            )
    assert [t.get_text() for t in axes.get_xticklabels()] == ["$0$", "$-1$"]


def test_descent_without_noise_is_a_line(figure):
    heights = [line.get_ydata()[0] for line in figure.axes[0].lines if len(set(line.get_ydata())) == 1]
    assert any(np.isclose(np.log(height), -2) for height in heights)
    start = [line.get_ydata()[0] for line in figure.axes[1].lines if line.get_linestyle() == ":"]
    assert start == [2.5]


def test_strength_is_chosen_on_the_held_out_equations():
    """The recovery error itself would have it the other way round."""
    (one,) = trained(planted(helps, held=lambda c, sigma: -helps(c, sigma)))
    assert [one.chosen_by_loss(noise) for noise in (0, 1)] == [0.1, 0.01]
    (one,) = trained(planted(helps))
    assert [one.chosen_by_loss(noise) for noise in (0, 1)] == [0.01, 0.1]


def test_what_diverged_is_named_and_not_chosen(figure):
    told = " ".join(figure._supxlabel.get_text().split())
    assert r"seeds diverged: sensing at $c_t=0$, $\sigma=0.1$." in told
    (one,) = trained(planted(lambda c, sigma: -sigma, diverged=[(3, 2)]))
    assert one.chosen_by_loss(0) == 0.01


@FORMATS
def test_bytes_repeat(ending, tmp_path):
    figure = drawn_twice(lambda: style.draw(recovery.draw, planted(helps)), tmp_path, ending)
    assert all(axes.get_ylabel() for axes in figure.axes)


@pytest.mark.parametrize(
    ("records", "words"),
    [
        (lambda: [], "no training record"),
        (lambda: [planted(helps, strengths=(0.0,))], "linear without noise"),
        (lambda: [planted(helps, strengths=(0.1,))], "linear without strength 0"),
        (
            lambda: [planted(helps).drop_vars("recovery_error_quench")],
            "wanted a problem with a known truth",
        ),
    ],
)
def test_refuses_what_has_no_truth_or_nothing_to_compare(records, words):
    with pytest.raises(InputError, match=words):
        style.draw(recovery.draw, *records())
