"""The crossover form gives back k_x, says 'below' where no plateau is seen, and covers."""

import numpy as np
import pytest

from anticorr.errors import InputError
from anticorr.exponents.crossover import fit_crossover
from anticorr.exponents.whittle import fit_power_law

K = np.geomspace(0.05, 0.65, 14)
WEIGHT = 30 * np.array([2, 2, 4, 6, 8, 12, 16, 24, 32, 40, 50, 64, 80, 100])


def planted(generator, k_x, exponent=2.0):
    truth = 0.06 * (k_x**exponent + K**exponent)
    return truth * generator.gamma(WEIGHT) / WEIGHT


@pytest.mark.parametrize("exponent", [2.0, 1.3])
@pytest.mark.parametrize("k_x", [0.03, 0.2, 3.0])
def test_exact_data_give_back_the_crossover(k_x, exponent):
    fit = fit_crossover(K, 0.06 * (k_x**exponent + K**exponent), WEIGHT, exponent=exponent)
    assert fit.crossover.value == pytest.approx(k_x, rel=1e-4)
    assert fit.amplitude == pytest.approx(0.06, rel=1e-3)
    assert fit.plateau == pytest.approx(0.06 * k_x**exponent, rel=1e-3)
    assert fit.crossover.interval[0] < k_x < fit.crossover.interval[1]


def test_it_is_the_fit_of_a_plateau_with_the_exponent_held():
    """Same likelihood, other coordinates: the same deviance, plateau and amplitude."""
    S = planted(np.random.default_rng(1), 0.2)
    one, other = fit_crossover(K, S, WEIGHT), fit_power_law(K, S, WEIGHT, alpha=2.0)
    assert one.deviance == pytest.approx(other.deviance, abs=1e-6)
    assert one.plateau == pytest.approx(other.plateau.value, rel=1e-3)
    assert one.amplitude == pytest.approx(other.amplitude.value, rel=1e-3)


def test_no_plateau_leaves_an_upper_bound():
    fit = fit_crossover(K, 0.06 * K**2, WEIGHT)
    assert fit.crossover.value == 0
    assert fit.crossover.interval[0] == 0
    assert 0 < fit.crossover.error < fit.crossover.interval[1] < 0.1
    assert fit.amplitude == pytest.approx(0.06, rel=1e-6)
    assert fit.plateau == 0


def test_no_rise_leaves_a_lower_bound():
    fit = fit_crossover(K, np.full_like(K, 0.3), WEIGHT)
    assert np.isinf(fit.crossover.value)
    assert fit.crossover.interval[1] == np.inf
    assert 0.65 < fit.crossover.interval[0] < np.inf
    assert fit.plateau == pytest.approx(0.3)
    assert fit.amplitude == 0


def test_lower_bound_beside_a_flat_spectrum_is_where_the_deviance_has_risen():
    fit = fit_crossover(K, np.full_like(K, 0.3), WEIGHT)
    shape = fit.crossover.interval[0] ** 2 + K**2
    ratio = 0.3 / shape
    ratio /= np.average(ratio, weights=WEIGHT)
    assert 2 * np.sum(WEIGHT * (ratio - 1 - np.log(ratio))) == pytest.approx(3.8415, abs=0.01)


@pytest.mark.parametrize("k_x", [0.1, 0.3])
def test_interval_covers(k_x):
    """300 spectra: .95 within 3.5 binomial errors (1.3%), false alarm 5e-4."""
    generator = np.random.default_rng(2)
    fits = [fit_crossover(K, planted(generator, k_x), WEIGHT).crossover for _ in range(300)]
    hits = np.mean([f.interval[0] <= k_x <= f.interval[1] for f in fits])
    assert hits == pytest.approx(0.95, abs=0.044)
    errors = np.array([f.error for f in fits])
    scatter = np.std([f.value for f in fits])
    assert np.sqrt((errors**2).mean()) == pytest.approx(scatter, rel=0.2)


def test_unit_of_k():
    S = planted(np.random.default_rng(3), 0.2)
    one, other = fit_crossover(K, S, WEIGHT), fit_crossover(10 * K, S, WEIGHT)
    assert other.crossover.interval == pytest.approx([10 * end for end in one.crossover.interval], rel=1e-3)
    assert other.amplitude == pytest.approx(one.amplitude / 100, rel=1e-3)


def test_bad_input_is_refused():
    with pytest.raises(InputError, match="got 2 shells"):
        fit_crossover(K[:2], K[:2], WEIGHT[:2])
    with pytest.raises(InputError, match="exponent: got 0"):
        fit_crossover(K, K, WEIGHT, exponent=0)
