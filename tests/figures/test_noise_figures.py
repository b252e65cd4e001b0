"""Figure 3 and the validation: every state is shown, doubtful ones are marked, bad records refused."""

import itertools

import matplotlib.colors
import numpy as np
import pytest

from anticorr.errors import InputError
from anticorr.figures import space_time, style, validation
from anticorr.figures.states import gather
from tests.figures.planted import kicks, pair, sgd
from tests.figures.twice import drawn_twice

CORRELATIONS = (0.0, -0.8, -1.0)


@pytest.fixture(scope="module")
def plane():
    """Nine states of minibatches, one of them supercooled, and four of kicks."""
    records = []
    for c_t, c_s in itertools.product(CORRELATIONS, CORRELATIONS):
        records += pair(sgd(c_t, c_s), samples=200, msd=2.0 if (c_t, c_s) == (-0.8, 0.0) else 50.0)
    for kind, c_s in itertools.product(("bro", "ro"), (-0.5, -1.0)):
        records += pair(kicks(kind, c_s), samples=200)
    return records


@pytest.fixture(scope="module")
def drawn():
    """Five states: the second not checked, the third far off, the fourth without D from the decay, the
    fifth without a theory."""
    states = [
        pair(sgd(-0.2, -0.9, phi=0.5), samples=200),
        pair(sgd(-0.4, -0.7, phi=0.6), samples=200, lattice=False),
        pair(sgd(-0.6, -0.5, phi=0.7), samples=200, factor=1.9),
        pair(sgd(-0.8, -0.3, phi=0.8), samples=200, decay=False),
        pair(sgd(-0.9, -0.1, phi=0.9), samples=200)[:1],
    ]
    return [record for state in states for record in state]


def texts(axes):
    return [text.get_text() for text in axes.texts]


def hollow(axes):
    """Lines of points drawn hollow, those of legends left out."""
    white = matplotlib.colors.to_rgba("white")
    return [
        line
        for line in axes.lines
        if len(line.get_xdata())
        and line.get_marker() not in ("None", "", "_", "|", None)
        and matplotlib.colors.to_rgba(line.get_markerfacecolor()) == white
    ]


@pytest.mark.parametrize(("module", "given"), [(space_time, "plane"), (validation, "drawn")])
def test_same_records_same_bytes_whatever_their_order(module, given, request, tmp_path):
    records = request.getfixturevalue(given)
    orders = iter((records, records[::-1]))
    drawn_twice(lambda: style.draw(module.draw, *next(orders)), tmp_path)


@pytest.mark.parametrize(("module", "given"), [(space_time, "plane"), (validation, "drawn")])
def test_every_panel_with_ticks_is_labelled(module, given, request):
    for axes in style.draw(module.draw, *request.getfixturevalue(given)).axes:
        assert not len(axes.get_yticks()) or axes.get_ylabel()


# Figure 3


def test_maps_print_every_state_and_frame_the_corner(plane):
    figure = style.draw(space_time.draw, *plane)
    (corner,) = (
        s for s in gather(*plane) if s.spec.dynamics.kind == "gradient" and float(s.theory["plateau"]) == 0
    )
    for axes in figure.axes[:2]:
        cells = [t for t in axes.texts if not t.get_text().startswith("(")]
        assert len(cells) == 9
        frames = [p for p in axes.patches if not p.get_hatch()]
        assert [tuple(p.get_center()) for p in frames] == [(2.0, 2.0)]
        hatched = [p for p in axes.patches if p.get_hatch()]
        assert [tuple(p.get_center()) for p in hatched] == [(0.0, 1.0)]
    bound = 1e3 * float(corner.fit["plateau_interval"][1])
    assert f"< {bound:.2g}" in texts(figure.axes[0])
    assert any(t.startswith(f"{float(corner.fit['alpha_pure']):.2f}"[:3]) for t in texts(figure.axes[1]))


def test_plateaus_stand_against_their_predictions(plane):
    figure = style.draw(space_time.draw, *plane)
    axes = next(a for a in figure.axes if a.get_ylabel().startswith("measured"))
    below = next(a for a in figure.axes if a.get_ylabel().startswith("residual"))
    states = [s for s in gather(*plane) if float(s.theory["plateau"]) > 0]
    assert len(axes.containers) == len(below.containers) == len(states) == 10
    found = {(float(c[0].get_xdata()[0]), float(c[0].get_ydata()[0])) for c in axes.containers}
    assert found == {(float(s.theory["plateau"]), float(s.fit["plateau_quadratic"])) for s in states}
    for container in below.containers:
        x, z = (float(v[0]) for v in container[0].get_data())
        state = next(s for s in states if float(s.theory["plateau"]) == x)
        gap = float(state.fit["plateau_quadratic"]) - x
        error = np.hypot(float(state.fit["plateau_quadratic_err"]), float(state.theory["plateau_err"]))
        assert z == pytest.approx(gap / error)
    assert sum("97.5%" in t and "RO <" in t for t in texts(axes)) == 1


def test_doubtful_state_is_hollow_and_worded(plane):
    figure = style.draw(space_time.draw, *plane)
    axes = next(a for a in figure.axes if a.get_ylabel().startswith("measured"))
    assert len(hollow(axes)) == 1
    assert "hollow: supercooled" in [t.get_text() for t in axes.get_legend().get_texts()]
    assert "supercooled" in figure.get_supxlabel()


def test_lines_of_the_noises_pass_through_theory(plane):
    figure = style.draw(space_time.draw, *plane)
    axes = next(a for a in figure.axes if "S(0)" in a.get_ylabel() and "1 + c_t" in a.get_xlabel())
    lines = [line for line in axes.lines if len(line.get_xdata()) > 50]
    assert len(lines) == 3
    for state in gather(*plane):
        total, at = float(state.theory["long_time_noise"]), 1 + state.correlation
        if state.spec.dynamics.kind == "gradient" and total > 0:
            passed = [np.interp(at, *line.get_data()) for line in lines]
            assert min(abs(p / total - 1) for p in passed) < 1e-3


def test_figure_3_refuses_what_it_cannot_show(plane):
    with pytest.raises(InputError, match="both a fit and a theory"):
        style.draw(space_time.draw, *plane[::2])
    with pytest.raises(InputError, match="no state with batch_fraction < 1"):
        style.draw(space_time.draw, *plane[-2:])
    with pytest.raises(InputError, match="several systems"):
        style.draw(space_time.draw, *plane, *pair(sgd(0.0, 0.0, phi=0.9)))
    with pytest.raises(InputError, match="batch_fraction 1"):
        style.draw(space_time.draw, *plane, *pair(sgd(0.0, -1.0, batch_fraction=1.0)))


# Validation


def test_no_state_is_left_out(drawn):
    figure = style.draw(validation.draw, *drawn)
    table = figure.axes[-1]
    words = [text.replace("\n", " ") for text in texts(table)]
    assert words[-5:] == ["fluid", "relaxation not checked", "fluid", "fluid", "no theory record"]
    for phi in (0.5, 0.6, 0.7, 0.8, 0.9):
        assert f"{phi:g}" in words
    assert "no number above zero: 5" in texts(figure.axes[0])
    assert "no number above zero: 4, 5" in texts(figure.axes[1])
    assert "5 states, none left out" in figure.get_supxlabel()


def test_ratios_are_those_of_the_records(drawn):
    figure = style.draw(validation.draw, *drawn)
    axes = figure.axes[2]
    first = gather(*drawn)
    first = min(first, key=lambda s: s.spec.system.packing_fraction)
    point = next(c[0] for c in axes.containers if round(float(c[0].get_xdata()[0])) == 1)
    ratio = float(first.fit["plateau_quadratic"] / first.theory["plateau"])
    assert float(point.get_ydata()[0]) == pytest.approx(ratio)
    far = [t for t in texts(axes) if t.startswith("1.")]
    assert len(far) == 1  # the planted 1.9, at the edge
    assert float(far[0]) == pytest.approx(1.9, abs=0.1)
    assert len(hollow(axes)) == 2  # S and D of the second state


def test_a_first_state_without_theory_and_no_point_at_all_still_have_units():
    bare = pair(sgd(-0.2, -0.9, phi=0.5), samples=200)[:1]
    figure = style.draw(validation.draw, *bare, *pair(sgd(-0.8, -0.3, phi=0.8), samples=200, decay=False))
    assert "no number above zero: 1, 2" in texts(figure.axes[1])
    assert figure.axes[1].get_xlabel().startswith("predicted")


def test_validation_refuses_what_it_cannot_show(drawn):
    with pytest.raises(InputError, match="both a fit and a theory"):
        style.draw(validation.draw, drawn[0])
    with pytest.raises(InputError, match="1 states of other dynamics"):
        style.draw(validation.draw, *drawn, *pair(kicks("ro", -0.5)))
