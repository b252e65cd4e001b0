"""Figure 5 shows the planted differences, rings what validation chose, and refuses what it cannot show."""

import numpy as np
import pytest

from anticorr.errors import InputError
from anticorr.figures import networks, style
from anticorr.figures.trained import trained
from tests.figures.planted_networks import network
from tests.figures.twice import FORMATS, drawn_twice


@pytest.fixture(scope="module")
def planted():
    return network(), network(noises=(-1.0,), regularisers=(0.01, 0.03))


def panels(*records):
    return style.draw(networks.draw, *records).axes


def test_points_and_bars_are_those_of_the_pairs(planted):
    """Percentage points; bars: 2.201 standard errors either way for 12 seeds; c_t from 0 down to -1."""
    (one,) = trained(planted[0])
    axes = panels(planted[0])[0]
    wanted = [
        one.difference("test_accuracy_quench", one.member(noise, sigma), one.plain)
        for sigma in (0.01, 0.03)
        for noise in (0, 1, 2)
    ]
    for (line, _, (bars,)), (mean, error) in zip(axes.containers, wanted, strict=True):
        assert line.get_ydata()[0] == pytest.approx(100 * mean)
        (low, high) = bars.get_segments()[0][:, 1]
        assert high - low == pytest.approx(2 * 2.2010 * 100 * error, rel=1e-4)
    assert [text.get_text() for text in axes.get_xticklabels()] == ["$0$", "$-0.8$", "$-1$"]


def rings(axes):
    return [
        (round(line.get_xdata()[0]), line.get_ydata()[0])
        for line in axes.lines
        if line.get_markersize() == 7 and len(line.get_xdata()) == 1
    ]


def test_ring_is_at_the_choice_of_validation(planted):
    """Of the largest strength at c_t = -1, of the smallest elsewhere: never of what the test would have."""

    def split(c, sigma, _):
        return {
            "validation_accuracy": sigma if c == -1 else -sigma,
            "test_accuracy": -sigma if c == -1 else 0,
        }

    record = network(split)
    (one,) = trained(record)
    wanted = [(0, 0.01), (1, 0.01), (2, 0.03)]
    accuracy, loss, *_ = panels(record)
    for noise, sigma in wanted:
        member = one.member(noise, sigma)
        gain, _ = one.difference("test_accuracy_quench", member, one.plain)
        ratio, _ = one.log_ratio("test_loss_quench", member, one.plain)
        assert dict(rings(accuracy))[noise] == pytest.approx(100 * gain)
        assert dict(rings(loss))[noise] == pytest.approx(np.exp(ratio))


def test_losses_are_geometric_means_of_ratios(planted):
    """Bars in logarithms: 2.201 standard errors either way."""
    (one,) = trained(planted[0])
    line, _, (bars,) = panels(planted[0])[1].containers[-1]
    ratios = one.of("test_loss_quench")[:, one.member(2, 0.03)] / one.of("test_loss_quench")[:, one.plain]
    assert line.get_ydata()[0] == pytest.approx(np.exp(np.log(ratios).mean()))
    low, high = np.log(bars.get_segments()[0][:, 1])
    assert high - low == pytest.approx(2 * 2.2010 * np.log(ratios).std(ddof=1) / np.sqrt(12), rel=1e-4)


def test_early_stop_is_a_line(planted):
    (one,) = trained(planted[0])
    (line,) = [line for line in panels(planted[0])[0].lines if line.get_linestyle() == "--"]
    assert line.get_ydata()[0] == pytest.approx(100 * one.early_stop(one.plain)[1])


def test_flatness_stands_beside_training_loss(planted):
    (one,) = trained(planted[0])
    axes = panels(planted[0])[2]
    *_, star = axes.containers
    member = one.plain
    wanted = one.mean("loss_quench", member)[0], one.mean("trace_quench", member)[0]
    np.testing.assert_allclose(star[0].get_xydata()[0], wanted)
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("training loss", "tr $H$")


def test_course_without_noise_is_drawn_where_it_was_measured():
    record = network(course=True)
    (one,) = trained(record)
    (course,) = [line for line in panels(record)[2].lines if line.get_linewidth() == 2.5]
    np.testing.assert_allclose(course.get_ydata(), one.of("trace")[:, one.plain, 1:].mean(axis=0))
    assert not [line for line in panels(network())[2].lines if line.get_linewidth() == 2.5]


def test_share_of_the_regulariser_is_told(planted):
    (one,) = trained(planted[1])
    axes = panels(planted[1])
    for panel, name in zip(axes, ("test_accuracy", "test_loss", "trace"), strict=True):
        told = [text.get_text() for text in panel.texts]
        share, error = one.share(f"{name}_quench", 0.03)
        assert f"${100 * share:.0f} \\pm {100 * 2.2010 * error:.0f}$%" in told
    still = network(lambda *_: {}, noises=(-1.0,), regularisers=(0.01, 0.03))
    assert "not resolved" in [text.get_text() for text in panels(still)[0].texts]


def test_a_training_with_both_has_two_rows():
    """Several noises and regularisers: one row each; the small print tells of what is there."""
    figure = style.draw(networks.draw, network(regularisers=(0.03,)))
    assert len(figure.subfigs) == 2
    assert "change □" not in figure.subfigs[0]._suptitle.get_text()
    assert "change □" in figure.subfigs[1]._suptitle.get_text()
    alone = style.draw(networks.draw, network(noises=(-1.0,), regularisers=(0.03,)))
    assert "ring" not in alone._supxlabel.get_text()
    assert not alone.legends


def test_nothing_looks_like_nothing():
    """Gains have one scale in all rows, ratios a least one, so that no change is not blown up."""
    axes = panels(network(), network(lambda *_: {}, problem={"label_noise": 0.2}))
    assert axes[0].get_ylim() == axes[3].get_ylim()
    assert axes[4].get_ylim() == (0.5, 2.0)


def test_words_tell_what_was_trained(planted):
    figure = style.draw(networks.draw, *planted)
    told = [row._suptitle.get_text() for row in figure.subfigs]
    (one,) = trained(planted[0])
    mean, error = one.mean("test_accuracy_quench", one.plain)
    assert told[0].startswith(f"{one.network}; 1,000 steps and 200 of quench.")
    assert f"Without noise ${100 * mean:.1f} \\pm {100 * 2.2010 * error:.1f}$% of 1,000 test" in told[0]
    step, gain, error = one.early_stop(one.plain)
    assert f"stopping at step {step:,}, chosen on validation" in told[0]
    assert f"${100 * gain:+.1f} \\pm {100 * 2.2010 * error:.1f}$ points" in told[0]
    assert "(\\sigma^2/4)" in told[1]


def test_descents_that_diverged_are_counted_and_not_drawn():
    figure = style.draw(networks.draw, network(diverged=[(0, 2), (5, 2), (1, 3)]))
    assert "Not drawn: 2 means" in figure._supxlabel.get_text().replace("\n", " ")
    drawn = [c[0].get_ydata()[0] for c in figure.axes[0].containers]
    assert np.isnan(drawn).sum() == 2


@FORMATS
def test_every_panel_is_labelled_and_bytes_repeat(planted, ending, tmp_path):
    figure = drawn_twice(lambda: style.draw(networks.draw, *planted), tmp_path, ending)
    assert all(axes.get_ylabel() and axes.get_xlabel() for axes in figure.axes)


@pytest.mark.parametrize(
    ("records", "words"),
    [
        (lambda: [], "no training record"),
        (lambda: [network(strengths=(0.01,))], "without strength 0"),
        (lambda: [network(noises=(), strengths=(0.0,))], "without noise, wanted noises"),
        (lambda: [network(noises=(-1.0,), regularisers=(0.02,))], r"regularisers \[0.02\] without noise"),
        (lambda: [network().drop_vars("trace_quench")], "wanted a network that tells classes apart"),
        (lambda: [network(), network()], "two training records of one spec"),
    ],
)
def test_refuses_what_it_cannot_show(records, words):
    with pytest.raises(InputError, match=words):
        style.draw(networks.draw, *records())
