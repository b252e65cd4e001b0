"""An ensemble by seed and member: differences, ratios and choices are those that were planted."""

import numpy as np
import pytest

from anticorr.errors import InputError
from anticorr.figures.trained import trained
from tests.figures.planted_networks import network


def one(*given, **changes):
    (found,) = trained(network(*given, **changes))
    return found


def test_members_are_found_by_noise_and_strength():
    found = one(regularisers=(0.03,))
    noises = found.of("noise")
    assert noises.shape == (12, 8)
    assert found.plain == 0
    assert (noises[:, found.member(2, 0.03)] == 2).all()
    assert (found.of("strength")[:, found.member(2, 0.03)] == 0.03).all()
    assert (found.of("regulariser")[:, found.regularised(0.03)] == 0.03).all()
    assert one(strengths=(0.01,)).plain is None
    for asked, words in (
        (lambda: found.member(2, 0.02), "no descent under noise 2 of strength 0.02"),
        (lambda: found.regularised(0.02), "no descent with the regulariser 0.02"),
        (lambda: one(strengths=(0.01,)).noise_free, "no descent without noise"),
    ):
        with pytest.raises(InputError, match=words):
            asked()


def test_noises_by_correlation():
    found = one(noises=(-0.8, 0.0, -1.0))
    assert found.correlations.tolist() == [-0.8, 0.0, -1.0]
    assert found.ordered == [2, 0, 1]
    assert found.white == 1
    assert one(noises=(-0.8,)).white is None


def test_a_network_in_words():
    assert one().network == (
        "digits, inputs standardised, 32 tanh units, 100 training samples, $\\eta=0.05$, 12 seeds"
    )
    told = one(problem={"label_noise": 0.2, "scaling": "none", "hidden": []}).network
    assert "inputs as they are, no hidden units, 100 training samples (20% of labels redrawn)" in told


def test_difference_is_that_of_the_pairs():
    """Seeds scatter by .03, members by .004: a shift of .03 is found with an error of .004 sqrt(2/12)."""
    found = one()
    mean, error = found.difference("test_accuracy_quench", found.member(2, 0.03), found.plain)
    assert error == pytest.approx(0.004 * np.sqrt(2 / 12), rel=0.5)
    assert abs(mean - 0.03) < 4 * error
    assert found.factor == pytest.approx(2.201, abs=1e-3)


def test_ratio_is_that_of_the_means():
    found = one()
    values = found.of("trace_quench")
    ratio, error = found.ratio("trace_quench", found.member(2, 0.03), found.plain)
    assert ratio == pytest.approx(values[:, found.member(2, 0.03)].mean() / values[:, found.plain].mean())
    assert abs(ratio - (320 - 60) / 320) < 4 * error
    logs = np.log(values[:, found.member(2, 0.03)] / values[:, found.plain])
    mean, error = found.log_ratio("trace_quench", found.member(2, 0.03), found.plain)
    assert (mean, error) == (pytest.approx(logs.mean()), pytest.approx(logs.std(ddof=1) / np.sqrt(12)))


def test_share_of_the_regulariser():
    found = one(regularisers=(0.01, 0.03))
    share, error = found.share("trace_quench", 0.03)
    assert 0 < error < 0.05
    assert abs(share - 0.75) < 4 * error
    still = one(lambda *_: {}, regularisers=(0.03,))
    assert still.share("trace_quench", 0.03) is None


def test_strength_is_chosen_on_validation_alone():
    """Test accuracy would have it the other way round."""

    def split(c, sigma, _):
        return {"validation_accuracy": 3 * sigma, "test_accuracy": -3 * sigma}

    assert one(split).chosen(0) == 0.03
    same = network(lambda *_: {})
    same["validation_accuracy_quench"][:] = 0.8
    assert trained(same)[0].chosen(1) == 0.01


def test_early_stop_is_that_of_validation():
    """Validation is best at step 500, where test accuracy is .02 higher than after the quench."""
    record = network()
    record["validation_accuracy"][:, 2] = 0.99
    record["test_accuracy"][:] = record["test_accuracy_quench"].values[:, None]
    record["test_accuracy"][:, 2] += 0.02
    record["test_accuracy"][:, 3] += 0.05
    step, gain, error = trained(record)[0].early_stop(0)
    assert step == 500
    assert (gain, error) == (pytest.approx(0.02), pytest.approx(0.0, abs=1e-12))


def test_what_diverged_is_counted_and_is_no_number():
    """An accuracy stays finite where the loss does not; it counts as little."""
    found = one(diverged=[(0, 2), (5, 2), (1, 6)], course=True)
    assert [found.diverged(member) for member in range(7)] == [0, 0, 2, 0, 0, 0, 1]
    assert np.isnan(found.difference("test_accuracy_quench", 2, 0)[0])
    assert np.isfinite(found.difference("test_accuracy_quench", 3, 0)[0])
    assert np.isnan(found.of("trace")[0, 2]).tolist() == [False, True, True, True, True]
    assert found.chosen(2) == 0.01  # validation likes .03 better, where one seed diverged


def test_refusals():
    record = network()
    with pytest.raises(InputError, match="two training records of one spec"):
        trained(record, record)
    with pytest.raises(InputError, match="got a training without recovery_error"):
        trained(record)[0].of("recovery_error")
    assert trained(record.assign_attrs(kind="fit")) == []
