"""Box-Muller: logarithm and circle against numpy, the law of the normal numbers."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from anticorr.noise import gaussian
from anticorr.noise.philox import draw

U = np.uint64
BORDERS = sorted(
    {
        (place + near) % 2**32
        for place in [n * 2**29 for n in range(9)] + [2**k for k in range(32)]
        for near in range(-2, 3)
    }
    # m = sqrt(2) is where the logarithm changes its reduction.
    | {int(2.0**power * math.sqrt(2)) + near for power in (8, 15, 30, 31) for near in range(-2, 3)}
)
WORDS = st.integers(0, 2**32 - 1)


def check_log(word):
    exact = np.log((word + 0.5) / 2**32)  # the argument has 33 bits: no rounding
    got = gaussian.log_uniform(U(word))
    assert abs(got - exact) <= 2 * np.spacing(abs(exact))


def check_circle(word):
    angle = 2 * np.pi * (word / 2**32)
    c, s = gaussian.circle(U(word))
    # The angle is rounded for numpy: to 4.4e-16 near 2 pi, which is the error of its answer.
    assert abs(c - np.cos(angle)) <= 1e-15
    assert abs(s - np.sin(angle)) <= 1e-15
    assert abs(c * c + s * s - 1) <= 5e-16


@pytest.mark.parametrize("check", [check_log, check_circle])
def test_borders(check):
    for word in BORDERS:
        check(word)


@given(WORDS)
def test_logarithm_is_numpys(word):
    check_log(word)


@given(WORDS)
def test_circle_is_numpys(word):
    check_circle(word)


def test_many_words():
    for word in np.random.default_rng(1).integers(2**32, size=5000):
        check_log(int(word))
        check_circle(int(word))


@pytest.mark.parametrize(("quarter", "point"), list(enumerate([(1, 0), (0, 1), (-1, 0), (0, -1)])))
def test_quarter_turns_are_exact(quarter, point):
    assert gaussian.circle(U(quarter << 30)) == point


@given(WORDS)
def test_half_a_turn_changes_the_signs(word):
    c, s = gaussian.circle(U(word))
    assert gaussian.circle(U((word + 2**31) % 2**32)) == (-c, -s)


@given(WORDS, WORDS)
def test_box_muller_is_its_formula(word_0, word_1):
    radius = math.sqrt(-2 * math.log((word_0 + 0.5) / 2**32))
    angle = 2 * math.pi * word_1 / 2**32
    assert gaussian.box_muller(U(word_0), U(word_1)) == pytest.approx(
        (radius * math.cos(angle), radius * math.sin(angle)), rel=1e-14, abs=1e-14
    )


def test_largest_number():
    assert gaussian.box_muller(U(0), U(0))[0] == pytest.approx(6.7637, abs=1e-4)
    # Where u is largest, z is smallest and not NaN.
    assert gaussian.box_muller(U(2**32 - 1), U(0))[0] == pytest.approx(2**-16, rel=1e-6)


@pytest.fixture(scope="module")
def normal():
    """(40,000, 2) normal numbers at a fixed seed."""
    pairs = []
    for i in range(40_000):
        w0, w1, _, _ = draw(U(2024), U(1), U(3), U(i), U(0))
        pairs.append(gaussian.box_muller(U(w0), U(w1)))
    return np.array(pairs)


def test_normal_by_kolmogorov_smirnov(normal):
    # False alarm: 1e-4 for each of two components (had the seed been drawn anew).
    for component in normal.T:
        assert stats.kstest(component, "norm").pvalue > 1e-4


def test_moments(normal):
    # Five standard errors: false alarm 6e-7 for each of four moments.
    z = normal.reshape(-1)
    for power, mean, variance in ((1, 0, 1), (2, 1, 2), (3, 0, 15), (4, 3, 96)):
        assert abs((z**power).mean() - mean) < 5 * math.sqrt(variance / z.size)


def test_the_two_numbers_are_independent(normal):
    # Five standard errors, false alarm 6e-7 each: of z_0 z_1, and of their squares.
    z0, z1 = normal.T
    assert abs((z0 * z1).mean()) < 5 / math.sqrt(len(z0))
    assert abs(((z0**2 - 1) * (z1**2 - 1)).mean()) < 5 * 2 / math.sqrt(len(z0))


def test_tails(normal):
    # Expected beyond 3: 216 of 80,000; Poisson within five standard deviations (false alarm 1e-6).
    z = np.abs(normal)
    expected = z.size * 2 * stats.norm.sf(3)
    assert abs((z > 3).sum() - expected) < 5 * math.sqrt(expected)
    assert z.max() < 6.77
