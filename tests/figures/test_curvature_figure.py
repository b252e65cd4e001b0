"""The supplement on curvature: planted courses and spectra are drawn, limits are where they belong."""

import numpy as np
import pytest

from anticorr.errors import InputError
from anticorr.figures import curvature, style
from anticorr.figures.trained import trained
from tests.figures.planted_networks import network
from tests.figures.twice import FORMATS, drawn_twice


@pytest.fixture(scope="module")
def planted():
    return network(course=True)


@pytest.fixture(scope="module")
def figure(planted):
    return style.draw(curvature.draw, planted)


def test_sums_above_a_value_by_hand():
    values, weights = np.array([[-1.0, 1.0, 4.0]]), np.array([[0.5, 0.3, 0.2]])
    share, held = curvature.above(values, weights, np.array([0.0, 1.0, 2.0, 4.0]))
    np.testing.assert_allclose(share, [[0.5, 0.2, 0.2, 0.0]])
    np.testing.assert_allclose(held, [[1.1, 0.8, 0.8, 0.0]])


def test_courses_are_those_of_the_record(planted, figure):
    """Without noise, then c_t = -1 and 0 at the smallest and at the chosen strength."""
    (one,) = trained(planted)
    members = [one.plain, *(one.member(noise, sigma) for sigma in (0.01, 0.03) for noise in (2, 0))]
    for axes, name in zip(figure.axes, ("sharpness", "trace"), strict=False):
        assert len(axes.containers) == 5
        for container, member in zip(axes.containers, members, strict=True):
            drawn = container[0].get_ydata()
            np.testing.assert_allclose(drawn[:-1], one.of(name)[:, member].mean(axis=0))
            assert drawn[-1] == pytest.approx(one.of(f"{name}_quench")[:, member].mean())
            assert container[0].get_xdata()[-1] == 1200


def test_limits_are_at_two_over_the_learning_rate(figure):
    """For the trace for each of ten outputs."""
    for axes, limit in zip(figure.axes[:2], (40.0, 400.0), strict=True):
        assert [line.get_ydata()[0] for line in axes.lines if line.get_linestyle() == ":"] == [limit]


def test_spectrum_is_the_planted_one(planted, figure):
    """Of a hundred eigenvalues one is the sharpness, 49 are .1, 50 negative: positive ones hold more than
    tr H, which negative ones take back."""
    (one,) = trained(planted)
    count, held = figure.axes[2:]
    plain = count.lines[0].get_xydata()
    np.testing.assert_allclose(plain[(plain[:, 0] > 0.11) & (plain[:, 0] < 4), 1], 0.01)
    np.testing.assert_allclose(plain[plain[:, 0] < 0.09, 1], 0.5)
    values, weights = (one.of(f"ritz_{name}_quench")[:, one.plain] for name in ("value", "weight"))
    positive = np.where(values > 0, values * weights, 0).sum(axis=1) / (values * weights).sum(axis=1)
    wanted = (one.of("trace_quench")[:, one.plain] * positive).mean()
    assert held.lines[0].get_ydata()[0] == pytest.approx(wanted)
    assert len(count.lines) == 3


def test_one_curve_where_the_chosen_strength_is_the_smallest():
    record = network(lambda *_: {}, strengths=(0.0, 0.01), course=True)
    assert len(style.draw(curvature.draw, record).axes[0].containers) == 3


def test_words_claim_no_bound_for_what_has_none(figure):
    told = figure._supxlabel.get_text().replace("\n", " ")
    assert "Wu and Su (2023)" in told
    assert "not a condition on these descents" in told
    assert "$\\eta=0.05$, 12 seeds" in told


@FORMATS
def test_every_panel_is_labelled_and_bytes_repeat(planted, ending, tmp_path):
    figure = drawn_twice(lambda: style.draw(curvature.draw, planted), tmp_path, ending)
    assert all(axes.get_ylabel() and axes.get_xlabel() for axes in figure.axes)


@pytest.mark.parametrize(
    ("records", "words"),
    [
        (lambda: [], "got 0 training records"),
        (lambda: [network(), network(seeds=3)], "got 2 training records"),
        (lambda: [network()], "without trace, wanted course_probes > 0"),
        (lambda: [network(course=True).drop_vars("ritz_value_quench")], "wanted lanczos_steps > 0"),
        (lambda: [network(strengths=(0.01,), course=True)], "without strength 0"),
        (lambda: [network(noises=(-1.0,), course=True)], "without white noise"),
    ],
)
def test_refuses_what_it_cannot_show(records, words):
    with pytest.raises(InputError, match=words):
        style.draw(curvature.draw, *records())
