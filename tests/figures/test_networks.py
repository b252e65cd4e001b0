"""Figure 5 shows the planted differences, rings what validation chose, and refuses what it cannot show."""

import numpy as np
import pytest

from anticorr.errors import InputError
from anticorr.figures import networks, style
from anticorr.figures.trained import trained
from tests.figures.planted_networks import network


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
    for axes, name, scale in ((accuracy, "test_accuracy_quench", 100), (loss, "test_loss_quench", 1)):
        found = dict(rings(axes))
        for noise, sigma in wanted:
            mean, _ = one.difference(name, one.member(noise, sigma), one.plain)
            assert found[noise] == pytest.approx(scale * mean)


def test_flatness_stands_beside_training_loss(planted):
    (one,) = trained(planted[0])
    axes = panels(planted[0])[2]
    *_, star = axes.containers
    member = one.plain
    wanted = one.mean("loss_quench", member)[0], one.mean("trace_quench", member)[0]
    np.testing.assert_allclose(star[0].get_xydata()[0], wanted)
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("training loss", "tr $H$")


def test_share_of_the_regulariser_is_told(planted):
    (one,) = trained(planted[1])
    axes = panels(planted[1])
    for panel, name in zip(axes, ("test_accuracy", "test_loss", "trace"), strict=True):
        told = [text.get_text() for text in panel.texts]
        share, error = one.share(f"{name}_quench", 0.03)
        assert f"□ / ●  ${100 * share:.0f} \\pm {100 * 2.2010 * error:.0f}$%" in told
    still = network(lambda *_: {}, noises=(-1.0,), regularisers=(0.01, 0.03))
    assert "□ / ●  not resolved" in [text.get_text() for text in panels(still)[0].texts]


def test_nothing_looks_like_nothing():
    """Panels of one column have one scale, so that no change is not blown up."""
    axes = panels(network(), network(lambda *_: {}, problem={"label_noise": 0.2}))
    assert axes[0].get_ylim() == axes[3].get_ylim()
    assert axes[1].get_ylim() == axes[4].get_ylim()


def test_words_tell_what_was_trained(planted):
    figure = style.draw(networks.draw, *planted)
    told = [row._suptitle.get_text() for row in figure.subfigs]
    (one,) = trained(planted[0])
    mean, error = one.mean("test_accuracy_quench", one.plain)
    assert "digits, 32 tanh units, 100 training samples, $\\eta = 0.05$, 1,000 steps" in told[0]
    assert "12 seeds" in told[0]
    assert f"Without noise ${100 * mean:.1f} \\pm {100 * 2.2010 * error:.1f}$% of 1,000 test" in told[0]
    assert "(\\sigma^2/4)" in told[1]
    noisy = style.draw(networks.draw, network(problem={"label_noise": 0.2}))
    assert "100 training samples (20% of labels redrawn)" in noisy.subfigs[0]._suptitle.get_text()


def test_descents_that_diverged_are_counted_and_not_drawn():
    figure = style.draw(networks.draw, network(diverged=[(0, 2), (5, 2), (1, 3)]))
    assert "Not drawn: 2 means" in figure._supxlabel.get_text().replace("\n", " ")
    drawn = [c[0].get_ydata()[0] for c in figure.axes[0].containers]
    assert np.isnan(drawn).sum() == 2


def test_every_panel_is_labelled_and_bytes_repeat(planted, tmp_path):
    files = []
    for name in ("one.pdf", "two.pdf"):
        figure = style.draw(networks.draw, *planted)
        assert all(axes.get_ylabel() and axes.get_xlabel() for axes in figure.axes)
        style.save(figure, str(tmp_path / name))
        files.append((tmp_path / name).read_bytes())
    assert files[0] == files[1]


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
