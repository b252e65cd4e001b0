"""Projected noise and the drift of orbit volumes: exact laws, limits, and functions that are refused."""

import numpy as np
import pytest
from scipy.stats import chi2, ks_1samp, ks_2samp

from anticorr.companions import orbits
from anticorr.companions.groups import Conjugation, Factors, Rotations
from anticorr.errors import InputError

GROUPS = [Rotations(5), Factors(3, 2), Conjugation(3)]
named = pytest.mark.parametrize("group", GROUPS, ids=str)
WALKERS = 2000


def square(points):
    return (points**2).reshape(len(points), -1).sum(axis=1)


def walk(dynamics, group, times, b, seed, gradient=orbits.quadratic, walkers=WALKERS, **more):
    random = np.random.default_rng(seed)
    begin = orbits.start(group, walkers, random)
    return list(dynamics(group, gradient, begin, times, b=b, step=0.02, generator=random, **more))


@pytest.mark.parametrize(
    ("group", "b", "expected"),
    [
        (Rotations(5), 1.0, 5.0), (Rotations(5), 0.5, 2.0), (Rotations(5), 1e-9, 1.0),
        (Factors(2, 2), 0.3, 3.09), (Conjugation(3), 0.5, 3.75),
    ],
)  # fmt: skip
def test_dimension_is_that_of_known_cases(group, b, expected):
    """SO(5): 5, 2, 1; 2 x 2 factors: 3 + b^2; the beta ensemble: n + beta n (n-1) / 2."""
    assert orbits.dimension(group, b) == pytest.approx(expected)
    assert orbits.squared_norm(group, b, np.inf).mean() == pytest.approx(expected)


def test_reading_of_stratonovich_is_another():
    assert orbits.dimension(Rotations(5), 0.5, stratonovich=True) == pytest.approx(3.0)
    assert orbits.dimension(Rotations(5), 1.0, stratonovich=True) == 5


@pytest.mark.slow
@pytest.mark.parametrize("b", [1.0, 0.6])
@named
def test_both_dynamics_follow_the_exact_law(group, b):
    """Kolmogorov's test of |x|^2 at two times, for both: p > 1e-4; 24 tests fail by chance once in 400."""
    times = [0.2, 0.8]
    for seed, dynamics in enumerate((orbits.projected, orbits.equivalent)):
        for time, points in zip(times, walk(dynamics, group, times, b, seed), strict=True):
            law = orbits.squared_norm(group, b, time)
            assert ks_1samp(square(points), law.cdf).pvalue > 1e-4


@pytest.mark.slow
def test_strength_across_the_orbits_counts():
    """a = 0.8, b = 0.4: as b / a = 0.5 at the temperature a^2."""
    group = Factors(3, 2)
    (points,) = walk(orbits.projected, group, [0.7], 0.4, 5, a=0.8)
    law = orbits.squared_norm(group, 0.4, 0.7, a=0.8)
    assert ks_1samp(square(points), law.cdf).pvalue > 1e-3
    assert orbits.dimension(group, 0.4, 0.8) == orbits.dimension(group, 0.5)


def steep(points):
    """Gradient of tr (M M^T)^2 / 4 + |M|^2 / 2, which no element of the group changes."""
    return points @ points.swapaxes(1, 2) @ points + points


@pytest.mark.slow
@pytest.mark.parametrize("group", [Factors(3, 2), Conjugation(3)], ids=str)
def test_both_dynamics_agree_on_another_function(group):
    """Two samples of |x|^2, of the form and of an entry: p > 1e-3 / 6."""
    one, other = (
        walk(dynamics, group, [0.5], 0.6, seed, steep)[0]
        for seed, dynamics in enumerate((orbits.projected, orbits.equivalent))
    )
    for look in (square, group.form, lambda points: points[:, 0, 0]):
        assert ks_2samp(look(one), look(other)).pvalue > 1e-3 / 6


def test_one_point_is_no_invariant_start():
    """The control: one entry tells the two dynamics apart; |x|^2 still does not."""
    group, ends = Rotations(5), []
    for seed, dynamics in enumerate((orbits.projected, orbits.equivalent)):
        random = np.random.default_rng(seed)
        begin = orbits.start(group, WALKERS, random, spread=False)
        ends += dynamics(group, orbits.quadratic, begin, [0.3], b=0.5, step=0.02, generator=random)
    assert ks_2samp(ends[0][:, 0], ends[1][:, 0]).pvalue < 1e-10
    assert ks_2samp(square(ends[0]), square(ends[1])).pvalue > 1e-3


def test_without_noise_along_them_points_stay_on_their_rays():
    group, random = Rotations(5), np.random.default_rng(1)
    begin = orbits.start(group, 50, random)
    (end,) = orbits.projected(group, orbits.quadratic, begin, [0.2], b=1e-12, step=0.02, generator=random)
    cosine = (begin * end).sum(1) / np.sqrt(square(begin) * square(end))
    np.testing.assert_allclose(np.abs(cosine), 1)


def test_beta_ensemble_is_that_of_gaussian_matrices():
    """beta = 1: eigenvalues of real symmetric matrices, by two samples; beta = 2: mean square 3 + 2 * 3."""
    random = np.random.default_rng(2)
    matrices = Conjugation(3).noise(4000, random)
    values, dense = orbits.beta_ensemble(3, 1.0, 4000, random), np.linalg.eigvalsh(matrices)
    for n in range(3):
        assert ks_2samp(values[:, n], dense[:, n]).pvalue > 1e-3
    assert (orbits.beta_ensemble(3, 2.0, 20000, random) ** 2).sum(1).mean() == pytest.approx(9, abs=0.15)


def test_times_are_met_whatever_the_step():
    group, seen = Rotations(3), []
    for step in (0.05, 0.03):
        random = np.random.default_rng(0)
        begin = np.ones((1, 3))
        quiet = lambda points: np.zeros_like(points) + 1e-300 * points  # noqa: E731
        (end,) = orbits.projected(group, quiet, begin, [0.1], a=1e-9, b=1e-9, step=step, generator=random)
        seen.append(end)
    np.testing.assert_allclose(seen[0], seen[1], atol=1e-7)


def lopsided(points):
    """Gradient of a function that prefers one direction."""
    made = points.copy()
    made.reshape(len(points), -1)[:, 0] *= 2
    return made


def mirrored(points):
    """Of det M, which rotations keep and reflections turn over: M is 2 x 2."""
    return np.linalg.inv(points).swapaxes(1, 2) * np.linalg.det(points)[:, None, None]


@pytest.mark.parametrize("dynamics", [orbits.projected, orbits.equivalent])
@pytest.mark.parametrize(
    ("group", "gradient"),
    [*((group, lopsided) for group in GROUPS), (Factors(2, 2), mirrored)],
)
def test_function_that_elements_change_is_refused(dynamics, group, gradient):
    with pytest.raises(InputError, match="gradient: got one that random elements of the group change by"):
        walk(dynamics, group, [0.1], 0.5, 1, gradient)


def test_bad_numbers_are_told_all_at_once():
    group, random = Rotations(3), np.random.default_rng(1)
    with pytest.raises(InputError) as caught:
        orbits.projected(
            group, orbits.quadratic, np.ones((4, 2)), [0.2, 0.1], a=0.0, b=1.5, step=0.0, generator=random
        )
    assert caught.value.problems == (
        "a: got 0, allowed > 0",
        "b: got 1.5, allowed > 0 and <= 1",
        "step: got 0, allowed > 0",
        "times: got [0.2, 0.1], allowed: increasing, > 0",
        "points: got shape (4, 2), allowed (walker, 3)",
    )


@named
def test_noise_of_one_strength_is_isotropic_noise(group):
    """b = a = 1: the steps of Euler's scheme without any projection, to rounding; and no drift for Y."""
    ends = [
        walk(dynamics, group, [0.1], 1.0, 7, walkers=5)[0]
        for dynamics in (orbits.projected, orbits.equivalent)
    ]
    random = np.random.default_rng(7)
    x = orbits.start(group, 5, random)
    # The gradient is tried on random points first.
    orbits.projected(group, orbits.quadratic, x, [0.1], b=1.0, step=0.02, generator=random)
    for _ in range(5):
        x = x - 0.02 * x + np.sqrt(0.04) * group.noise(5, random)
    for end in ends:
        np.testing.assert_allclose(end, x, atol=1e-12)


@pytest.mark.slow
@named
def test_stratonovich_reading_has_its_own_dimension(group):
    """At rest chi^2 in D - k + k b dimensions; p > 1e-3 for each of three."""
    (points,) = walk(orbits.projected, group, [3.0], 0.5, 8, stratonovich=True)
    law = chi2(orbits.dimension(group, 0.5, stratonovich=True))
    assert ks_1samp(square(points), law.cdf).pvalue > 1e-3
    assert ks_1samp(square(points), orbits.squared_norm(group, 0.5, np.inf).cdf).pvalue < 1e-3


def test_points_at_special_places_have_finite_projections():
    """Factors of lower rank: motions and volumes know only pairs of singular values."""
    group, points = Factors(3, 2), np.zeros((1, 3, 2))
    points[0, 0, 0] = 2.0
    for found in (group.projection(points, np.ones((1, 3, 2))), group.volume_slope(points)):
        assert np.isfinite(found).all()


@pytest.mark.parametrize(
    ("dynamics", "group", "place"),
    [
        (orbits.projected, Rotations(3), np.zeros(3)),
        (orbits.equivalent, Rotations(3), np.zeros(3)),
        (orbits.equivalent, Factors(4, 3), np.eye(4, 3) * [1, 0, 0]),
        (orbits.equivalent, Conjugation(3), 2 * np.eye(3)),
        (orbits.equivalent, Conjugation(3), np.diag([1.0, 1.0, 0.0])),
    ],
)
def test_start_at_a_place_without_an_orbit_is_refused(dynamics, group, place):
    """There the drift has no direction; without a drift (b = a) the same points may be started from."""
    random = np.random.default_rng(1)
    points = np.array([place, group.point, place])
    walk = {"points": points, "times": [0.1], "step": 0.05, "generator": random}
    with pytest.raises(InputError, match="points: got 2 of 3 at places whose orbits have no volume"):
        dynamics(group, orbits.quadratic, **walk, b=0.5)
    (moved,) = orbits.equivalent(group, orbits.quadratic, **walk, b=1.0)
    assert np.isfinite(moved).all()


def test_gradient_that_is_no_number_is_refused():
    with pytest.raises(InputError, match="gradient: got one"):
        walk(orbits.projected, Rotations(3), [0.1], 0.5, 1, lambda points: points * np.nan)
