"""Figures draw, are labelled, show the numbers of their records, and repeat to the byte."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from anticorr.errors import InputError
from anticorr.figures import approach, style, temporal_order
from tests.figures.twice import drawn_twice


@pytest.mark.parametrize(
    ("module", "ending"),
    [
        *((temporal_order, ending) for ending in ("pdf", "png", "svg")),
        (approach, "svg"),
        *(pytest.param(approach, ending, marks=pytest.mark.soak) for ending in ("pdf", "png")),
    ],
)
def test_same_records_same_bytes(module, ending, states, trajectory, tmp_path):
    records = states + ([trajectory] if module is temporal_order else [])
    drawn_twice(lambda: style.draw(module.draw, *records), tmp_path, ending)
    assert (tmp_path / f"two.{ending}").stat().st_size > 5000


@pytest.mark.parametrize("module", [temporal_order, approach])
def test_every_panel_with_ticks_is_labelled(module, states, trajectory):
    figure = style.draw(module.draw, *states, *([trajectory] if module is temporal_order else []))
    for axes in figure.axes:
        if len(axes.get_yticks()):
            assert axes.get_ylabel()
    assert any("D^{-1}" in axes.get_xlabel() for axes in figure.axes) or module is approach


def test_figure_1_shows_the_measured_points_with_their_errors(states, trajectory):
    figure = style.draw(temporal_order.draw, *states, trajectory)
    axes = next(a for a in figure.axes if "structure factor" in a.get_ylabel())
    assert len(axes.containers) == 4
    measured = states[0]
    line, _, (bars,) = axes.containers[0]
    np.testing.assert_array_equal(line.get_ydata(), measured["S"])
    lengths = [segment[1, 1] - segment[0, 1] for segment in bars.get_segments()]
    np.testing.assert_allclose(lengths, 2 * measured["S_err"], rtol=1e-9)


def test_settings_of_the_user_do_not_leak_in(states):
    import matplotlib

    with matplotlib.rc_context({"font.size": 30}):
        figure = style.draw(approach.draw, *states)
    assert figure.axes[0].xaxis.label.get_size() == 8


def test_figures_refuse_what_they_cannot_show(states):
    with pytest.raises(InputError, match="c_t > -1"):
        style.draw(approach.draw, *states[-2:])
    with pytest.raises(InputError, match="both a fit and a theory"):
        style.draw(temporal_order.draw, states[0])


@pytest.mark.parametrize(
    ("low", "high", "wanted"),
    [
        (0.019, 0.3, ["0.02", "0.05", "0.1", "0.2"]),
        (0.004, 0.35, ["0.01", "0.03", "0.1", "0.3"]),
        (0.3, 2000.0, ["1", "10", "100", "1000"]),
    ],
)
def test_round_ticks_are_plain_and_few(low, high, wanted):
    axes = Figure().add_subplot()
    axes.set_xscale("log")
    axes.set_xlim(low, high)
    style.round_ticks(axes.xaxis, most=5)
    assert [text.get_text() for text in axes.get_xticklabels()] == wanted
