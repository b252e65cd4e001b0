"""Filters: unit variance, the taps of ma1, spectrum and autocovariance as Fourier pairs."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anticorr.errors import InputError
from anticorr.noise.filters import from_spec, ma1, white
from anticorr.specs import MovingAverage, White

CORRELATIONS = st.floats(-1, 1)
FREQUENCIES = 2 * np.pi * np.arange(64) / 64


@given(CORRELATIONS)
def test_taps_of_ma1(c):
    a, b = ma1(c).taps
    assert a * a + b * b == pytest.approx(1, abs=1e-15)
    assert 2 * a * b == pytest.approx(c, abs=1e-15)
    assert a >= abs(b)  # invertible


def test_ends_of_ma1():
    half = math.sqrt(0.5)
    assert ma1(-1.0).taps == pytest.approx((half, -half), abs=1e-16)
    assert ma1(1.0).taps == pytest.approx((half, half), abs=1e-16)
    assert ma1(0.0).taps == (1, 0)
    assert ma1(-1.0).zero_frequency == 0  # exactly: nothing is left in the long run


@given(CORRELATIONS)
def test_zero_frequency_is_one_plus_c(c):
    made = ma1(c)
    assert made.zero_frequency == pytest.approx(1 + c, abs=1e-15)
    assert made.spectrum(0.0) == pytest.approx(made.zero_frequency, abs=1e-15)


@given(CORRELATIONS)
def test_spectrum_is_one_plus_c_cos(c):
    expected = 1 + c * np.cos(FREQUENCIES)
    np.testing.assert_allclose(ma1(c).spectrum(FREQUENCIES), expected, atol=1e-14)


@given(st.one_of(st.builds(ma1, CORRELATIONS), st.builds(white)))
def test_spectrum_is_the_fourier_sum_of_the_autocovariance(made):
    covariance = made.autocovariance(6)
    assert covariance[0] == pytest.approx(1, abs=1e-15)
    assert (covariance[2:] == 0).all()
    lags = np.arange(1, 6)
    summed = covariance[0] + 2 * np.cos(np.outer(FREQUENCIES, lags)) @ covariance[1:]
    np.testing.assert_allclose(made.spectrum(FREQUENCIES), summed, atol=1e-14)
    assert made.spectrum(FREQUENCIES).mean() == pytest.approx(1, abs=1e-14)


@given(CORRELATIONS)
def test_lag_one_correlation_is_half_c(c):
    assert ma1(c).autocovariance(2)[1] == pytest.approx(c / 2, abs=1e-15)
    assert len(ma1(c).autocovariance(1)) == 1


@pytest.mark.parametrize("c", [-1.0000000000000002, 1.1, -2, math.nan, math.inf])
def test_correlation_outside_is_refused(c):
    with pytest.raises(InputError, match=r"correlation: got .*, allowed >= -1 and <= 1"):
        ma1(c)


def test_white_is_flat():
    assert white().zero_frequency == 1
    np.testing.assert_array_equal(white().spectrum(FREQUENCIES), 1)
    np.testing.assert_array_equal(white().autocovariance(3), [1, 0, 0])


def test_spectrum_keeps_the_shape():
    assert ma1(0.3).spectrum(FREQUENCIES.reshape(8, 8)).shape == (8, 8)
    assert ma1(0.3).spectrum(0.1).shape == ()


def test_from_spec():
    assert from_spec(White(kind="white", strength=0.2)) == white()
    assert from_spec(MovingAverage(kind="ma1", strength=0.2, correlation=-0.4)) == ma1(-0.4)
