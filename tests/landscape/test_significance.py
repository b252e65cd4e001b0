"""Verdicts: against scipy, against a worked example, and how often nothing is called something."""

import numpy as np
import pytest
from scipy import stats

from anticorr.landscape.significance import holm, interval_factor, mean_and_error, paired, ratio_of_means


def test_paired_test_is_scipys():
    random = np.random.default_rng(1)
    one, other = random.normal(size=8), random.normal(0.5, 1, size=8)
    mean, error, p = paired(one, other)
    wanted = stats.ttest_rel(one, other)
    assert mean / error == pytest.approx(wanted.statistic)
    assert p == pytest.approx(wanted.pvalue)
    interval = wanted.confidence_interval(0.95)
    assert mean + interval_factor(8) * error == pytest.approx(interval.high)
    assert mean - interval_factor(8) * error == pytest.approx(interval.low)


def test_equal_states_do_not_differ():
    assert paired(np.ones(5), np.ones(5)) == (0, 0, 1)


def test_one_replica_has_no_error():
    assert np.isnan(mean_and_error(np.ones(1))[1])
    assert np.isnan(interval_factor(1))


def test_holm_by_hand():
    """Sorted .005 .01 .03 .04 times 4 3 2 1, never falling; NaN is no test."""
    found = holm(np.array([0.01, 0.04, np.nan, 0.03, 0.005]))
    np.testing.assert_allclose(found, [0.03, 0.06, np.nan, 0.06, 0.02])


def test_nothing_is_rarely_called_something():
    """400 families of 24 tests without any effect, all against one reference: at 5% at most 20 families
    with a verdict are expected; 34 is beyond three standard deviations (fails by chance below 1 in 700)."""
    random = np.random.default_rng(3)
    wrong = 0
    for _ in range(400):
        values = random.normal(size=(25, 8))
        p = np.array([paired(v, values[0])[2] for v in values[1:]])
        wrong += (holm(p) < 0.05).any()
    assert wrong <= 34


def test_a_large_effect_is_found_among_many():
    random = np.random.default_rng(4)
    values = random.normal(size=(25, 8))
    values[7] += 12
    p = np.array([paired(v, values[0])[2] for v in values[1:]])
    assert np.flatnonzero(holm(p) < 0.05).tolist() == [6]


def test_ratio_of_means_by_resampling():
    """Planted ratio .75 of pairs that scatter together: found, with the error of a bootstrap to 15%."""
    random = np.random.default_rng(5)
    reference = random.normal(-40.0, 4.0, size=400)
    values = 0.75 * reference + random.normal(0.0, 3.0, size=400)
    ratio, error = ratio_of_means(values, reference)
    drawn = random.integers(400, size=(2000, 400))
    again = values[drawn].mean(axis=1) / reference[drawn].mean(axis=1)
    assert error == pytest.approx(again.std(), rel=0.15)
    assert abs(ratio - 0.75) < 4 * error
    assert ratio_of_means(3 * reference, reference) == pytest.approx((3.0, 0.0))
