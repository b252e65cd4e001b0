"""Planned errors against rules that are known, against fits, and against what they plan."""

import numpy as np
import pytest

from anticorr.errors import InputError
from anticorr.exponents.planning import _modes, effective_samples_of, expected_error, plan
from anticorr.exponents.whittle import fit_power_law

SMALL = {"D": 0.16, "k_min": 0.05, "k_max": 0.65, "sample_every": 150, "dimension": 2}


@pytest.mark.parametrize("dimension", [2, 3])
def test_rules_of_thumb(dimension):
    """Pure power law: d / sqrt(M_eff n) for equal M_eff, (d + 2) / sqrt(sum M_eff) for M_eff ~ k^2; they
    are integrals over a sphere of modes, so a small box agrees to 5%."""
    k, modes = _modes(0.05, 0.65, dimension)
    equal = expected_error(k, 100 * modes, 2.0, free_plateau=False)
    assert equal == pytest.approx(dimension / np.sqrt(100 * modes.sum()), rel=0.05)
    growing = modes * k**2
    error = expected_error(k, growing, 2.0, free_plateau=False)
    assert error == pytest.approx((dimension + 2) / np.sqrt(growing.sum()), rel=0.01)


def test_modes_are_those_of_the_box():
    """Half of the 48 vectors with 0 < |n| <= 4, by hand."""
    k, modes = _modes(0.5, 2.0, 2)
    np.testing.assert_allclose((k / 0.5) ** 2, [1, 2, 4, 5, 8, 9, 10, 13, 16])
    np.testing.assert_allclose(modes, [2, 2, 2, 4, 2, 2, 4, 4, 2])


def test_effective_samples_are_the_sum_over_lags():
    k, frames, every = np.array([0.02, 0.1, 0.5]), 80, 150
    decay = (1 - 0.16 * k**2) ** every
    lag = np.arange(1, frames)[:, None]
    exact = frames / (1 + 2 * ((1 - lag / frames) * (0.3 * decay**lag) ** 2).sum(axis=0))
    found = effective_samples_of(k, frames, D=0.16, sample_every=every, slow=0.3)
    np.testing.assert_allclose(found, exact, rtol=1e-9)


@pytest.mark.parametrize(("crossover", "free"), [(0.25, True), (0.0, False)])
def test_expected_error_is_the_scatter_of_fits(crossover, free):
    """200 planted spectra: their standard deviation is known to 5%; within 18% (3.5 errors, 5e-4)."""
    k, modes = _modes(0.05, 0.65, 2)
    weight = modes * effective_samples_of(k, 80, D=0.16, sample_every=150)
    truth = crossover**2 + k**2
    generator = np.random.default_rng(1)
    held = {} if free else {"plateau": 0.0}
    values = [
        fit_power_law(k, truth * generator.gamma(weight) / weight, weight, errors=False, **held).alpha.value
        for _ in range(200)
    ]
    expected = expected_error(k, weight, 2.0, crossover=crossover, free_plateau=free)
    assert np.std(values) == pytest.approx(expected, rel=0.18)


def test_plan_reaches_what_is_wanted_and_not_much_more():
    found = plan(**SMALL, alpha_error=0.02)
    assert found.alpha_error <= 0.02
    assert found.steps % 150 == 0
    assert found.alpha_error > 0.0195
    k, modes = _modes(0.05, 0.65, 2)
    shorter = modes * effective_samples_of(k, found.steps // 150 * 9 // 10, D=0.16, sample_every=150)
    assert expected_error(k, shorter, 2.0) > 0.02


def test_four_times_the_replicas_halve_the_error():
    few, many = (plan(**SMALL, alpha_error=wanted, steps=60_000) for wanted in (0.02, 0.01))
    assert many.replicas == pytest.approx(4 * few.replicas, abs=4)
    assert many.alpha_error <= 0.01
    assert plan(**SMALL, alpha_error=1.0, steps=60_000).replicas == 1


def test_error_of_the_smallest_shell():
    """Two modes (2D); long runs: M_eff = 2 D k^2 T per mode in the limit of many frames."""
    found = plan(**{**SMALL, "sample_every": 1}, relative_error=0.05)
    assert found.relative_error <= 0.05
    assert found.relaxation_times == pytest.approx(found.steps * 2 * 0.16 * 0.05**2)
    assert 1 / np.sqrt(2 * found.relaxation_times / 2) == pytest.approx(0.05, rel=0.01)


def test_a_replica_is_never_shorter_than_ten_relaxation_times():
    assert plan(**SMALL, alpha_error=5.0, replicas=100).relaxation_times >= 10


def test_all_that_is_wrong_is_told_at_once():
    with pytest.raises(InputError) as caught:
        plan(D=-1, k_min=0.1, k_max=np.nan, dimension=4, sample_every=150, steps=10, replicas=0, slow=2)
    words = str(caught.value)
    for key in ("D:", "k_max:", "dimension:", "slow:", "alpha_error, relative_error:", "steps, replicas:",
                "steps: got 10", "replicas: got 0"):  # fmt: skip
        assert key in words
    with pytest.raises(InputError, match="wanted >= 2 k_min"):
        plan(**{**SMALL, "k_max": 0.06}, alpha_error=0.1)
    with pytest.raises(InputError, match="D k_min"):
        plan(**{**SMALL, "D": 500.0}, alpha_error=0.1)
