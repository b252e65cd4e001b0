"""Consensus-based optimisation: exact moments, limits, and numbers that are refused."""

import numpy as np
import pytest

from anticorr.companions import consensus
from anticorr.companions.consensus import Rule
from anticorr.errors import InputError


def test_consensus_point_is_the_weighted_mean():
    """Against a loop; shifts of the energy change nothing; alpha -> infinity is the best walker."""
    random = np.random.default_rng(1)
    x, f = random.standard_normal((3, 5, 2)), random.standard_normal((3, 5))
    found = consensus.consensus_point(x, f, 2.0)
    for swarm in range(3):
        weights = [np.exp(-2 * value) for value in f[swarm]]
        expected = sum(w * point for w, point in zip(weights, x[swarm], strict=True)) / sum(weights)
        np.testing.assert_allclose(found[swarm], expected)
    np.testing.assert_allclose(consensus.consensus_point(x, f + 1e6, 2.0), found, rtol=1e-6)
    best = x[np.arange(3), f.argmin(axis=1)]
    np.testing.assert_allclose(consensus.consensus_point(x, f, 1e5), best)
    np.testing.assert_allclose(consensus.consensus_point(x, f, 0.0), x.mean(axis=1))


@pytest.mark.parametrize("walkers", [3, 50])
def test_moments_without_a_function_are_exact(walkers):
    """8,000 swarms, 5 steps; 4.5 standard errors for both moments."""
    rule, random = Rule(alpha=0.0, noise=0.7, step=0.2), np.random.default_rng(2)
    begin = random.standard_normal((8000, walkers, 1))
    *_, (end, _) = consensus.walk(lambda x: 0 * x[..., 0], begin, rule, 5, generator=random)
    variance = [((x - x.mean(axis=1, keepdims=True)) ** 2).mean(axis=(1, 2)) for x in (begin, end)]
    wander = (end.mean(axis=1) - begin.mean(axis=1))[:, 0] ** 2
    for values, expected in (
        (variance[1], variance[0].mean() * consensus.spread_factor(rule, walkers) ** 5),
        (wander, variance[0].mean() * consensus.centre_wander(rule, walkers, 5)),
    ):
        assert abs(values.mean() - expected) < 4.5 * values.std() / np.sqrt(8000) + 0.01 * expected


def test_wander_is_the_sum_of_the_spread():
    rule = Rule(noise=1.3, step=0.1)
    factor, steps = consensus.spread_factor(rule, 10), np.arange(6)
    expected = [rule.noise**2 * rule.step / 10 * sum(factor**t for t in range(n)) for n in steps]
    np.testing.assert_allclose(consensus.centre_wander(rule, 10, steps), expected)
    still = Rule(drift=0.0, noise=0.0)
    assert consensus.spread_factor(still, 10) == 1
    np.testing.assert_array_equal(consensus.centre_wander(still, 10, steps), 0)


@pytest.mark.parametrize(
    ("curvature", "mean", "variance", "alpha"), [(2.0, 1.5, 0.3, 4.0), (0.5, -1, 2, 0.1)]
)
def test_pull_is_that_of_a_normal_swarm(curvature, mean, variance, alpha):
    """By quadrature of the weighted mean; small swarms: alpha V f'."""
    x = mean + np.sqrt(variance) * np.linspace(-9, 9, 20001)
    weights = np.exp(-((x - mean) ** 2) / (2 * variance) - alpha * curvature * x**2 / 2)
    exact = mean - (weights * x).sum() / weights.sum()
    assert consensus.pull(curvature, mean, variance, alpha) == pytest.approx(exact, rel=1e-9)
    small = consensus.pull(curvature, mean, 1e-6, alpha)
    assert small == pytest.approx(alpha * 1e-6 * curvature * mean, rel=1e-4)


def test_without_noise_all_meet_at_the_best():
    random, f = np.random.default_rng(3), lambda x: (x**2).sum(axis=-1)
    begin = random.uniform(-2, 2, (1, 30, 2))
    rule = Rule(alpha=1e6, noise=0.0, step=0.5)
    *_, (end, energy) = consensus.walk(f, begin, rule, 60, generator=random)
    assert np.ptp(end, axis=1).max() < 1e-9
    assert energy.max() <= f(begin).min() + 1e-9


def test_bad_numbers_are_told_all_at_once():
    with pytest.raises(InputError) as caught:
        Rule(alpha=-1.0, drift=-2.0, noise=float("nan"), step=0.0)
    assert caught.value.problems == (
        "alpha: got -1, allowed >= 0", "drift: got -2, allowed >= 0", "noise: got nan, allowed >= 0",
        "step: got 0, allowed > 0",
    )  # fmt: skip
