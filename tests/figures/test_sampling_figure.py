"""The figure of sampling: by step of the epoch beside theory, digits paired by seed."""

import numpy as np
import pytest

from anticorr.errors import InputError
from anticorr.figures import sampling, style
from anticorr.learning.expectations import mean_variance
from anticorr.specs.training import Descent
from tests.figures import planted_descents as planted
from tests.figures.twice import FORMATS, drawn_twice

MEANS = ("repellent", "independent", "epoch")


@pytest.fixture(scope="module")
def figure():
    """Deviations under repellent batches 10% too large; accuracy of an epoch .01 too high."""
    means = [planted.mean(s, 1.1 if s == "repellent" else 1.0) for s in MEANS]
    digits = [planted.digits(s, 0.01 if s == "epoch" else 0.0) for s in MEANS]
    return style.draw(sampling.draw, *means, *digits)


def test_deviation_is_shown_by_step_of_the_epoch(figure):
    deviation, residual = figure.axes[:2]
    labels = [container.get_label() for container in deviation.containers]
    assert labels == ["independent", "epoch", "repellent"]
    line, _, _ = deviation.containers[1]
    late = 0.99 * mean_variance(Descent(learning_rate=0.1, batch_size=10, sampling="epoch"), 100, 100)[50:]
    expected = [late[np.arange(50, 101) % 10 == phase].mean() for phase in range(10)]
    assert line.get_xdata().tolist() == list(range(10))
    np.testing.assert_allclose(line.get_ydata(), expected, rtol=0.05)
    assert line.get_ydata()[4] > 4 * line.get_ydata()[0]
    for container, wanted in zip(residual.containers, (0, 0, 10), strict=True):
        y = container[0].get_ydata()
        half = np.array([np.ptp(segment[:, 1]) / 2 for segment in container[2][0].get_segments()])
        assert (abs(y - wanted) < 1.5 * half).all()


def test_digits_are_paired_by_seed(figure):
    """Seeds scatter by .016, samplings by .002: the gain is found to .002 sqrt(2/12) t = .0018."""
    accuracy = figure.axes[2]
    (epoch, _, (bars,)), (repellent, _, _) = accuracy.containers
    (gain,), (none,) = epoch.get_ydata(), repellent.get_ydata()
    half = np.ptp(bars.get_segments()[0][:, 1]) / 2
    assert half == pytest.approx(100 * 2.201 * 0.002 * np.sqrt(2 / 12), rel=0.5)
    assert abs(gain - 1) < 1.5 * half
    assert abs(none) < 1.5 * half
    assert [label.get_text() for label in accuracy.get_xticklabels()] == ["epoch", "repellent"]
    assert any(text.get_text() == f"{gain:+.2f}\n±{half:.2f}" for text in accuracy.texts)


def test_words_are_those_of_the_specs(figure):
    caption = figure._supxlabel.get_text()
    for words in ("6 seeds", "12 seeds", "repulsion 1", "$\\eta = 0.1$", "steps 50 to 100", "10 a step"):
        assert words in caption
    assert all(axes.get_ylabel() for axes in figure.axes)


@FORMATS
def test_bytes_repeat(ending, tmp_path):
    given = [make(s) for make in (planted.mean, planted.digits) for s in ("independent", "epoch")]
    drawn_twice(lambda: style.draw(sampling.draw, *given), tmp_path, ending)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (lambda: [planted.mean("epoch")], "no training of kind mean with independent"),
        (
            lambda: [planted.mean("independent"), planted.mean("independent", seeds=3)],
            "mean with independent, independent, wanted each sampling once",
        ),
        (
            lambda: [planted.mean("independent"), planted.mean("epoch", seeds=3)],
            "mean that differ in more than sampling",
        ),
    ],
)
def test_refuses_what_cannot_be_compared(given, words):
    with pytest.raises(InputError, match=words):
        style.draw(sampling.draw, *given(), planted.digits("independent"))


def test_refuses_what_sees_all_samples():
    with pytest.raises(InputError, match="digits without a descent of strength 0 in batches"):
        style.draw(
            sampling.draw,
            planted.mean("independent"),
            planted.digits("independent", **{"descent.batch_size": 0}),
        )
