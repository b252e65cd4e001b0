"""Planted plateaus and exponents come back, with the coverage that is promised."""

import numpy as np
import pytest

from anticorr.errors import InputError
from anticorr.exponents.whittle import fit_power_law

K = np.geomspace(0.05, 0.65, 14)
MODES = np.array([2, 2, 4, 6, 8, 12, 16, 24, 32, 40, 50, 64, 80, 100])
SAMPLES = np.minimum(300, 30 * (K / K[0]) ** 2)
WEIGHT = MODES * SAMPLES


def planted(generator, plateau, amplitude, alpha):
    truth = plateau + amplitude * K**alpha
    return truth * generator.gamma(WEIGHT) / WEIGHT


def test_exact_data_give_back_the_model():
    fit = fit_power_law(K, 0.01 + 0.07 * K**1.7, WEIGHT)
    assert fit.alpha.value == pytest.approx(1.7, rel=1e-4)
    assert fit.plateau.value == pytest.approx(0.01, rel=1e-4)
    assert fit.amplitude.value == pytest.approx(0.07, rel=1e-4)
    assert fit.deviance == pytest.approx(0, abs=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize(("plateau", "alpha"), [(0.01, 2.0), (0.002, 1.2), (0.0, 2.0)])
def test_intervals_cover(plateau, alpha):
    """95% intervals of alpha and of the plateau over 120 planted spectra; binomial error 2%:
    .89 is 3 errors below .95.

    At the boundary plateau = 0 the interval covers more than 95%.
    """
    generator = np.random.default_rng(6)
    trials = 120
    hits = np.zeros(2)
    for _ in range(trials):
        fit = fit_power_law(K, planted(generator, plateau, 0.06, alpha), WEIGHT)
        hits += [
            fit.alpha.interval[0] <= alpha <= fit.alpha.interval[1],
            fit.plateau.interval[0] <= plateau <= fit.plateau.interval[1],
        ]
    assert (hits / trials >= 0.89).all()


@pytest.mark.slow
def test_standard_errors_are_the_scatter():
    """Over 100 planted spectra, the mean error equals the scatter of alpha within 20% (noise 7%)."""
    generator = np.random.default_rng(7)
    fits = [fit_power_law(K, planted(generator, 0.01, 0.06, 2.0), WEIGHT) for _ in range(100)]
    values = np.array([f.alpha.value for f in fits])
    errors = np.array([f.alpha.error for f in fits])
    assert np.sqrt((errors**2).mean()) == pytest.approx(values.std(), rel=0.2)
    assert abs(values.mean() - 2.0) < 4 * values.std() / np.sqrt(100)


@pytest.mark.slow
def test_likelihood_ratio_of_no_plateau_has_its_null_law():
    """Half of the ratios are zero and 5% exceed 2.71; 400 trials, 4 binomial errors."""
    generator = np.random.default_rng(8)
    ratios = []
    for _ in range(400):
        S = planted(generator, 0.0, 0.06, 2.0)
        with_plateau = fit_power_law(K, S, WEIGHT, errors=False).deviance
        ratios.append(fit_power_law(K, S, WEIGHT, plateau=0.0, errors=False).deviance - with_plateau)
    ratios = np.array(ratios)
    assert (ratios > -1e-6).all()
    assert np.mean(ratios > 2.71) == pytest.approx(0.05, abs=4 * np.sqrt(0.05 * 0.95 / 400))
    assert np.mean(ratios > 1e-6) == pytest.approx(0.5, abs=0.1)


def test_units_of_k_do_not_matter():
    S = planted(np.random.default_rng(9), 0.01, 0.06, 2.0)
    one, other = fit_power_law(K, S, WEIGHT), fit_power_law(1000 * K, S, WEIGHT)
    assert other.alpha.value == pytest.approx(one.alpha.value, rel=1e-5)
    assert other.amplitude.value == pytest.approx(one.amplitude.value * 1000**-one.alpha.value, rel=1e-3)


def test_held_values_are_held():
    S = planted(np.random.default_rng(10), 0.01, 0.06, 2.0)
    fit = fit_power_law(K, S, WEIGHT, alpha=2.0)
    assert fit.alpha.value == 2.0
    assert fit.alpha.error == 0.0
    assert fit_power_law(K, S, WEIGHT, plateau=0.0).plateau.value == 0.0


def test_flat_spectrum_has_a_plateau_and_any_exponent():
    fit = fit_power_law(K, np.full(len(K), 0.2), WEIGHT)
    assert fit.plateau.value == pytest.approx(0.2, rel=0.05)
    assert fit.amplitude.value < 0.05


@pytest.mark.parametrize(("k", "S"), [(K[:3], K[:3]), (K, np.zeros_like(K)), (K, np.full_like(K, np.nan))])
def test_bad_spectra_are_refused(k, S):
    with pytest.raises(InputError):
        fit_power_law(k, S, WEIGHT[: len(k)])
