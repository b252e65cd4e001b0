"""The private figure shows its records' numbers, chooses rates on validation, refuses what is unlike."""

import numpy as np
import pytest

from anticorr.errors import InputError
from anticorr.figures import private, style
from anticorr.figures.private_trainings import accuracy, by_batch, chosen, gain
from anticorr.figures.trained import trained
from tests.figures.planted_trainings import APART, NAMES, SEEDS
from tests.figures.planted_trainings import private as planted
from tests.figures.twice import FORMATS, drawn_twice

T = 2.2622
"""Student's t: 97.5% of 9 degrees of freedom."""


@pytest.fixture(scope="module")
def shown():
    """Validation has .1 best for independent noise and .2 for the others, which gain .1 there."""
    low = {"independent": 0.1}
    high = dict.fromkeys(NAMES[1:], 0.1)
    return [
        planted(0.1, {"independent": 0.05}, low),
        planted(0.2, dict.fromkeys(NAMES[1:], 0.15), high),
        planted(0.05, {}),
        planted(0.4, dict.fromkeys(NAMES, 0.2), batch=200, steps=50),
    ]


@pytest.fixture(scope="module")
def figure(shown):
    return style.draw(private.draw, *shown)


def points(axes):
    """Places, means and half bars of all points."""
    found = []
    for line, _, (bars,) in axes.containers:
        ((x, y),) = line.get_xydata()
        (segment,) = bars.get_segments()
        found.append((x, y, (segment[1, 1] - segment[0, 1]) / 2))
    return np.array(found)


def rings(axes):
    return sorted(
        float(line.get_xdata()[0])
        for line in axes.lines
        if line.get_marker() == "o" and line.get_mfc() == "none"
    )


def test_accuracies_are_those_of_the_last_step(figure):
    x, y, bar = points(figure.axes[1]).reshape(4, 3, 3).transpose(2, 0, 1)  # strategy, rate
    np.testing.assert_allclose(y[0], [50, 55, 50])
    np.testing.assert_allclose(y[1:], [[50, 50, 65]] * 3)
    np.testing.assert_allclose(bar[0], 2 * T * APART.std(ddof=1) / np.sqrt(SEEDS), rtol=1e-4)
    np.testing.assert_allclose(np.diff(x, axis=1), 1)


def test_gains_are_paired_and_each_at_its_own_rate(figure):
    """Seeds scatter by 2 points together and by .2 apart: the bars are those of the latter."""
    axes = figure.axes[2]
    _, y, bar = points(axes).reshape(3, 5, 3).transpose(2, 0, 1)  # strategy, rates and own and larger
    np.testing.assert_allclose(y, [[0, -5, 15, 10, 0]] * 3, atol=1e-9)
    np.testing.assert_allclose(bar, 0.2 * T * APART.std(ddof=1) / np.sqrt(SEEDS), rtol=1e-4)
    assert [t.get_text() for t in axes.get_xticklabels()] == [
        "0.05", "0.1", "0.2", "its\nown", "batch\n200",
    ]  # fmt: skip


def test_rings_are_where_validation_chose(figure):
    """Independent noise at the second rate, the others at the third."""
    assert [round(x) for x in rings(figure.axes[1])] == [1, 2, 2, 2]


def test_choice_is_on_validation_alone(shown):
    (group, larger) = by_batch(trained(*shown))
    assert [one.spec.descent.learning_rate for one in group] == [0.05, 0.1, 0.2]
    assert chosen(group, "independent").spec.descent.learning_rate == 0.1
    assert len(larger) == 1
    np.testing.assert_allclose(gain(group, "blt_2").mean(), 0.10)
    np.testing.assert_allclose(accuracy(group[0], "none").mean(), 0.9)


def test_theory_is_that_of_the_formulas(figure):
    """ma1 over independent noise: sqrt(eta (2 - eta)); none below the least possible."""
    least, independent, ma1, nu, blt = figure.axes[0].lines
    eta = ma1.get_xdata()
    np.testing.assert_allclose(independent.get_ydata(), 1)
    np.testing.assert_allclose(ma1.get_ydata(), np.sqrt(eta * (2 - eta)), rtol=1e-8)
    for line in (ma1, nu, blt):
        assert (line.get_ydata() >= least.get_ydata() * (1 - 1e-9)).all()
    assert (nu.get_ydata() < 1.01 * least.get_ydata()).all()


def test_what_was_trained_is_told(figure):
    told = " ".join(figure._supxlabel.get_text().split())
    for words in (
        "1,000 private training samples", "200 steps of 50 in a fixed order (10 epochs)",
        "clipped to norm 1",
        r"(\epsilon,\delta)=(2,10^{-5})", "597 samples", "200 validation samples", "10 seeds",
        r"50 steps of 200 in a fixed order (10 epochs), at $\eta$ = 0.4",
    ):  # fmt: skip
        assert words in told
    assert all(axes.get_ylabel() and axes.get_xlabel() for axes in figure.axes)


@FORMATS
def test_bytes_repeat(shown, ending, tmp_path):
    drawn_twice(lambda: style.draw(private.draw, *shown), tmp_path, ending)


@pytest.mark.parametrize(
    ("records", "words"),
    [
        (lambda: [], "no training with privacy"),
        (lambda: [planted(0.1, {}), planted(0.2, {}, epsilon=3.0)], "differ in privacy"),
        (lambda: [planted(0.1, {}, names=("ma1",))], "no strategy 'independent'"),
        (lambda: [planted(0.1, {}).drop_vars("test_accuracy")], "without test_accuracy"),
    ],
)
def test_refuses_what_cannot_be_compared(records, words):
    with pytest.raises(InputError, match=f"private: .*{words}"):
        style.draw(private.draw, *records())
