"""Intervals of means against the laws they come from."""

import numpy as np
import pytest
from scipy.stats import chi2

from anticorr.errors import InputError
from anticorr.exponents.intervals import intensity_interval, student_interval


def test_ends_are_where_the_tails_hold_two_and_a_half_percent():
    """2 nu S_hat / S has the law chi^2 of 2 nu degrees of freedom."""
    nu = np.array([0.7, 2.0, 17.5, 4000.0])
    low, high = intensity_interval(3.0, nu)
    np.testing.assert_allclose(chi2.sf(2 * nu * 3.0 / low, 2 * nu), 0.025, rtol=1e-9)
    np.testing.assert_allclose(chi2.cdf(2 * nu * 3.0 / high, 2 * nu), 0.025, rtol=1e-9)
    assert (high - 3 > 3 - low).all()
    assert high[-1] - low[-1] == pytest.approx(2 * 1.96 * 3 / np.sqrt(4000), rel=2e-3)


def test_one_snapshot_of_one_mode():
    """An exponential number: S lies between x / ln 40 and x / ln(1 / .975)."""
    low, high = intensity_interval(1.0, 1.0)
    assert low == pytest.approx(1 / np.log(40))
    assert high == pytest.approx(1 / -np.log(0.975))


def test_unknown_shells_have_no_interval():
    low, high = intensity_interval([0.0, 1.0, np.nan], [5.0, 0.0, 5.0])
    assert np.isnan(low).all()
    assert np.isnan(high).all()


def test_student_interval_of_two_equal_series_has_their_degrees_of_freedom_together():
    low, high = student_interval(1.0, [0.3, 0.3], [5, 5])
    assert high - 1 == pytest.approx(2.2281389 * 0.3 * np.sqrt(2))
    assert low == pytest.approx(2 - high)


def test_student_interval_covers_means_of_few_numbers():
    """Differences of means of 4 and of 9 Gaussian numbers of unequal scatter: 4,000 trials, .95 within 4
    binomial errors (false alarm 6e-5) of Welch's approximation, good to .5%. 1.96 errors cover .88."""
    generator = np.random.default_rng(1)
    hits = narrow = 0
    for _ in range(4000):
        a, b = generator.standard_normal(4), 2 * generator.standard_normal(9)
        errors = [a.std(ddof=1) / 2, b.std(ddof=1) / 3]
        low, high = student_interval(a.mean() - b.mean(), errors, [3, 8])
        hits += low <= 0 <= high
        narrow += abs(a.mean() - b.mean()) < 1.96 * np.hypot(*errors)
    assert hits / 4000 == pytest.approx(0.95, abs=0.019)
    assert narrow / 4000 < 0.93


def test_student_interval_without_and_with_unknown_errors():
    assert student_interval(2.0, [0.0, 0.0], [3, 3]) == (2.0, 2.0)
    assert np.isnan(student_interval(2.0, [np.nan, 1.0], [0, 3])).all()


@pytest.mark.parametrize("level", [0.0, 1.0, 95])
def test_bad_levels_are_refused(level):
    with pytest.raises(InputError, match="level"):
        intensity_interval(1.0, 1.0, level)
    with pytest.raises(InputError, match="level"):
        student_interval(1.0, [1.0], [3], level)
