"""Figure 5c shows its records' numbers beside theory and refuses what it cannot compare."""

import numpy as np
import pytest

from anticorr.errors import InputError
from anticorr.figures import style, valley
from anticorr.learning.expectations import mode_variance, valley_square
from anticorr.noise.filters import ma1
from tests.figures import planted_descents as planted
from tests.figures.twice import FORMATS, drawn_twice


@pytest.fixture(scope="module")
def figure():
    """|u|^2 of c_t = -0.8 twice as large as expected, of the others as expected; modes 10% too large."""
    return style.draw(valley.draw, planted.valley(factor=(1.0, 2.0, 1.0)), planted.modes(factor=1.1))


def points(axes):
    """(x, y, half bars) of every set of points."""
    for line, _, bars in axes.containers:
        half = [np.ptp(segment[:, 1]) / 2 for segment in bars[0].get_segments()] if bars else None
        yield line.get_xdata(), line.get_ydata(), half


def test_course_shows_measurement_beside_theory(figure):
    """12 seeds, each off by 5%: bars of t = 2.20 errors of 5% / sqrt(12) hold the planted number."""
    course = figure.axes[0]
    for (x, y, half), factor, c in zip(points(course), (1, 2, 1), (0, -0.8, -1), strict=True):
        assert x.tolist() == pytest.approx(np.arange(200, 2001, 200) / 1000)
        expected = factor * valley_square((1000 * x).round().astype(int), 10, 9.0, 0.05, 0.05, ma1(c))
        assert half / y == pytest.approx(2.201 * 0.05 / np.sqrt(12), rel=0.6)
        assert (abs(y - expected) < 2 * np.array(half)).all()
    lines = [line for line in course.lines if len(line.get_xdata()) == 21]
    np.testing.assert_allclose(
        lines[1].get_ydata(), valley_square(np.arange(0, 2001, 100), 10, 9.0, 0.05, 0.05, ma1(-0.8))
    )


def test_law_is_that_of_the_noises_that_diffuse(figure):
    law = figure.axes[1]
    sets = list(points(law))
    assert len(sets) == 2
    widths = np.diff(valley._BINS)[0]
    assert [y.sum() * widths for _, y, _ in sets] == pytest.approx([1, 1])
    curves = [line for line in law.lines if len(line.get_xdata()) == 401]
    assert [np.trapezoid(line.get_ydata(), line.get_xdata()) for line in curves] == pytest.approx(
        [1, 1], abs=1e-3
    )


def test_residual_finds_the_planted_excess(figure):
    variance, residual = figure.axes[2:4]
    assert len(list(points(residual))) == 4
    for _, y, half in points(residual):
        assert (abs(y - 10) < 3 * np.array(half)).all()
    (points_of_white,) = [line for line in variance.lines if len(line.get_xdata()) == 4][:1]
    expected = mode_variance(planted.CURVATURES, 1.0, 1.0, ma1(0.0))
    np.testing.assert_allclose(points_of_white.get_ydata(), 1.1 * expected, rtol=0.03)


def test_words_are_those_of_the_specs(figure):
    caption = figure._supxlabel.get_text()
    for words in (
        "12 seeds",
        "$\\eta = 0.05$",
        "$\\sigma = 0.05$",
        "1,000 to 2,000",
        "8 seeds",
        "200 steps",
    ):
        assert words in caption
    legend = [text.get_text() for text in figure.legends[0].get_texts()]
    assert legend == ["$c_t = 0$", "$c_t = -0.8$", "$c_t = -1$", "fractional, $H = 0.1$"]
    assert all(axes.get_ylabel() for axes in figure.axes)


def test_one_noise_has_one_look_in_all_panels(figure):
    looks = [[c[0].get_color() for c in figure.axes[n].containers] for n in (0, 3)]
    assert looks[0] == looks[1][:3]


@FORMATS
def test_bytes_repeat(ending, tmp_path):
    drawn_twice(lambda: style.draw(valley.draw, planted.valley(), planted.modes()), tmp_path, ending)


def test_refuses_what_it_cannot_show():
    with pytest.raises(InputError, match="got 0 trainings of kind quadratic, wanted one"):
        style.draw(valley.draw, planted.valley())
    with pytest.raises(InputError, match="got 2 trainings of kind valley, wanted one"):
        style.draw(valley.draw, planted.valley(), planted.valley(seeds=3), planted.modes())
    with pytest.raises(InputError, match=r"strengths: got \[0.05, 0.1\], wanted one > 0"):
        style.draw(valley.draw, planted.valley(), planted.modes(strengths=(0.05, 0.1)))
