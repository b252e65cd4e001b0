"""Class, index and stability of planted spectra."""

import numpy as np
import pytest

from anticorr.errors import InputError
from anticorr.exponents.hyperuniformity import hyperuniform_class, hyperuniformity_index, stability
from anticorr.exponents.profile import LEVEL_95, Estimate
from anticorr.exponents.whittle import fit_power_law

K = np.geomspace(0.05, 0.65, 14)
WEIGHT = 300 * np.array([2, 2, 4, 6, 8, 12, 16, 24, 32, 40, 50, 64, 80, 100])


def classified(S, weight=WEIGHT):
    free, pure = fit_power_law(K, S, weight), fit_power_law(K, S, weight, plateau=0.0)
    return hyperuniform_class(free, pure, K[0])


@pytest.mark.parametrize(
    ("plateau", "alpha", "weight", "found"),
    [
        (0.0, 2.0, WEIGHT, "class I"),
        (0.0, 1.0, WEIGHT, "class II"),
        (0.0, 0.5, WEIGHT, "class III"),
        (0.01, 2.0, WEIGHT, "not hyperuniform"),
        (0.0, 1.0, WEIGHT / 300, "undecided"),
        (0.3, 2.0, WEIGHT / 3000, "undecided"),
    ],
)
def test_classes_of_exact_spectra(plateau, alpha, weight, found):
    assert classified(plateau + 0.06 * K**alpha, weight) == found


def test_noisy_hyperuniform_spectra_are_not_called_otherwise():
    """30 spectra with alpha = 2 and no plateau: 5% are expected to be called 'not hyperuniform' (7 or more:
    false alarm 6e-4), all others class I, since alpha = 1 is far away."""
    generator = np.random.default_rng(1)
    found = [classified(0.06 * K**2 * generator.gamma(WEIGHT) / WEIGHT) for _ in range(30)]
    assert found.count("not hyperuniform") < 7
    assert found.count("class I") == 30 - found.count("not hyperuniform")


def test_fits_without_intervals_have_no_class():
    free = fit_power_law(K, 0.06 * K**2, WEIGHT, errors=False)
    with pytest.raises(InputError, match="without intervals"):
        hyperuniform_class(free, free, K[0])


def spectrum_with_peak():
    k = np.geomspace(0.05, 12, 60)
    return k, 0.002 + 2.0 * np.exp(-((k - 6.8) ** 2)), np.full(60, 400.0)


def test_index_is_the_plateau_over_the_peak():
    k, S, weight = spectrum_with_peak()
    found = hyperuniformity_index(k, S, weight, Estimate(0.002, 1e-4, (0.0018, 0.0022)))
    assert found.peak == S.max()
    assert found.k_peak == pytest.approx(6.8, rel=0.05)
    assert found.reached
    assert found.index.value == 0.002 / S.max()
    assert found.index.error == pytest.approx(found.index.value * np.hypot(0.05, 1 / 20))
    assert found.index.interval[0] < found.index.value < found.index.interval[1]


def test_interval_of_the_index_is_fiellers():
    """For two Gaussian numbers its ends r solve (a - r b)^2 = 3.84 (a_err^2 + r^2 b_err^2)."""
    k, S, weight = spectrum_with_peak()
    half = np.sqrt(LEVEL_95) * 4e-4
    found = hyperuniformity_index(k, S, weight, Estimate(0.002, 4e-4, (0.002 - half, 0.002 + half)))
    for r in found.index.interval:
        scatter = LEVEL_95 * ((4e-4) ** 2 + (r * found.peak_error) ** 2)
        assert (0.002 - r * found.peak) ** 2 == pytest.approx(scatter, rel=1e-9)


def test_interval_of_the_index_covers():
    """Plateau Gaussian with 10% error, peak Gamma with 5%: 2,000 trials, .95 within 4 binomial errors
    (false alarm 6e-5) and .5% for the approximation."""
    generator = np.random.default_rng(2)
    k, S, weight = spectrum_with_peak()
    truth = 0.002 / S.max()
    top = np.argmax(S)
    weight = np.where(np.arange(60) == top, 400.0, 1.0)  # one shell alone may be the peak
    hits = 0
    for _ in range(2000):
        a = 0.002 + 2e-4 * generator.standard_normal()
        drawn = S.copy()
        drawn[top] *= generator.gamma(400) / 400
        half = 1.96 * 2e-4
        low, high = hyperuniformity_index(
            k, drawn, weight, Estimate(a, 2e-4, (a - half, a + half))
        ).index.interval
        hits += low <= truth <= high
    assert hits / 2000 == pytest.approx(0.95, abs=0.025)


def test_index_of_a_plateau_at_its_boundary_is_an_upper_bound():
    k, S, weight = spectrum_with_peak()
    found = hyperuniformity_index(k, S, weight, Estimate(0.0, 1e-4, (0.0, 2e-4)))
    assert found.index.value == found.index.interval[0] == 0
    assert found.index.interval[1] == pytest.approx(2e-4 / S.max(), rel=0.02)


def test_index_says_where_the_peak_lies_beyond():
    k, S, weight = spectrum_with_peak()
    low = k < 5
    assert not hyperuniformity_index(
        k[low], S[low], weight[low], Estimate(0.002, 0, (0.002, 0.002))
    ).reached


def test_noisy_shells_are_no_peak():
    k, S, weight = spectrum_with_peak()
    S[3], weight[3] = 50.0, 2.0
    plateau = Estimate(0.002, 0, (0.002, 0.002))
    assert hyperuniformity_index(k, S, weight, plateau).k_peak == pytest.approx(6.8, rel=0.05)
    with pytest.raises(InputError, match="at most 2"):
        hyperuniformity_index(k, S, np.full(60, 2.0), plateau)


def test_stability_finds_where_the_exponent_ends():
    """k^2 below .3, k^4 above: alpha drifts beyond its error only when the fit reaches past .3."""
    S = 0.06 * K**2 * (1 + (K / 0.5) ** 4)
    found = stability(K, S, WEIGHT, [0.2, 0.3, 0.65])
    np.testing.assert_array_equal(found["shells"], [8, 10, 14])
    assert abs(found["alpha_pure"][0] - 2) < 2 * found["alpha_pure_err"][0]
    assert found["alpha_pure"][2] - 2 > 5 * found["alpha_pure_err"][2]
    assert (np.diff(found["alpha_err"]) < 0).all()
    alone = fit_power_law(K[:10], S[:10], WEIGHT[:10])
    assert found["alpha"][1] == alone.alpha.value
    assert tuple(found["alpha_interval"][1]) == alone.alpha.interval


def test_stability_names_every_k_max_that_is_too_small():
    with pytest.raises(InputError) as caught:
        stability(K, 0.06 * K**2, WEIGHT, [0.01, 0.08, 0.65])
    assert str(caught.value).count("k_maxes") == 2
    assert f"{K[3]:.4g}" in str(caught.value)
