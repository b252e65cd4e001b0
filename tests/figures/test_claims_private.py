"""Claims about private trainings and recovery: planted gains and ratios are found; the rest is told."""

import numpy as np
import pytest

from anticorr.figures.claims.catalogue import CATALOGUE
from anticorr.figures.trained import trained
from tests.figures.planted_trainings import APART, NAMES, SEEDS, private, recovery

ERROR = 0.002 * APART.std(ddof=1) / np.sqrt(SEEDS)


def group():
    """By validation independent noise is best at .1 (.55), nu-DP-FTRL at .2 (.65), two states too (.64)."""
    others = dict.fromkeys(NAMES[1:], 0.1)
    return trained(
        private(0.1, {"independent": 0.05}, {"independent": 0.1}),
        private(0.2, {"ma1": 0.1, "nu_dp_ftrl": 0.15, "blt_2": 0.14}, others),
    )


def test_gain_is_that_of_the_chosen_rates():
    found = CATALOGUE["private-gain"](group())
    assert (found.predicted, found.predicted_err) == (0.0, 0.0)
    assert found.measured == pytest.approx(0.1)
    assert found.measured_err == pytest.approx(ERROR)
    assert found.scale == pytest.approx(0.45)


def test_two_states_against_the_best():
    found = CATALOGUE["private-states"](group())
    assert found.measured == pytest.approx(-0.01)
    assert found.measured_err == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize(
    ("trainings", "words"),
    [
        (
            lambda: trained(private(0.1, {}), private(0.1, {}, batch=200, steps=50)),
            "more than the learning",
        ),
        (lambda: trained(private(0.1, {}, names=("independent", "ma1"))), "no strategy nu_dp_ftrl"),
        (lambda: trained(private(0.1, {}), private(0.2, {}, epsilon=1.0)), "differ in privacy"),
        (lambda: trained(private(0.1, {}), recovery(lambda c, s: 0.0)), "got no training with privacy"),
    ],
)
def test_what_cannot_be_compared_is_told(trainings, words):
    assert words in CATALOGUE["private-gain"](trainings())


def helps(c, sigma):
    return -30 * sigma if c == -1 else 20 * sigma


@pytest.mark.parametrize(("quantity", "planted"), [("recovery", -3.0), ("white-recovery", 0.2)])
def test_logarithm_of_the_ratio_at_the_chosen_strength(quantity, planted):
    (one,) = trained(recovery(helps))
    found = CATALOGUE[quantity](one)
    assert (found.predicted, found.predicted_err, found.scale) == (0.0, 0.0, 1.0)
    assert found.measured == pytest.approx(planted)
    assert found.measured_err == pytest.approx(0.1 * APART.std(ddof=1) / np.sqrt(SEEDS))


def test_what_has_no_truth_or_noise_is_told():
    (one,) = trained(recovery(helps).drop_vars("recovery_error_quench"))
    assert CATALOGUE["recovery"](one) == "no truth to recover"
    (one,) = trained(recovery(helps, strengths=(0.1,)))
    assert CATALOGUE["recovery"](one).startswith("no noise to compare")
    (one,) = trained(recovery(helps, noises=(-0.5, -1.0)))
    assert CATALOGUE["white-recovery"](one) == "no white noise among the noises"
