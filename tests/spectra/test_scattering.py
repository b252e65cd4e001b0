"""F(k, t) against its definition and known processes, and the frozen part."""

import numpy as np
import pytest

from anticorr.errors import InputError
from anticorr.spectra.scattering import frozen_fraction, intermediate_scattering, spread_lags
from tests.spectra.test_relaxation import autoregression


def test_scattering_is_its_definition():
    """Twin: a loop over origins and modes."""
    z = autoregression(np.random.default_rng(21), 40, 5, 0.2)
    first, particles = np.array([0, 2]), 7
    found = intermediate_scattering(z, first, 5, particles, np.array([0, 3, 11]))
    for s, (lo, hi) in enumerate(((0, 2), (2, 5))):
        for n, lag in enumerate((0, 3, 11)):
            seen = [(z[t, q].conj() * z[t + lag, q]).real for t in range(40 - lag) for q in range(lo, hi)]
            assert found.F[s, n] == pytest.approx(np.mean(seen) / particles)
    assert list(found.lag) == [0, 15, 55]


@pytest.mark.parametrize(
    ("relaxation", "samples", "modes"), [(1, 200, 4), (10, 400, 2), (50, 2000, 4), (10, 400, 12)]
)
def test_errors_cover(relaxation, samples, modes):
    """Lags of 0 to 4 relaxation times, 400 trials: .90 to .985 within 1.96 errors (the binomial error is
    1.1%, and .92 to .96 is what a long study finds: false alarm about 1e-3)."""
    generator = np.random.default_rng(22)
    lags = np.array([0, (relaxation + 1) // 2, relaxation + 1, 2 * relaxation, 4 * relaxation])
    found = [
        intermediate_scattering(
            autoregression(generator, samples, modes, 1 / relaxation), np.array([0]), 1, 1, lags
        )
        for _ in range(400)
    ]
    F, error = np.array([r.F[0] for r in found]), np.array([r.error[0] for r in found])
    covered = np.mean(np.abs(F - np.exp(-lags / relaxation)) < 1.96 * error, axis=0)
    assert (covered > 0.89).all()
    assert (covered < 0.985).all()


def test_lags_are_about_thirty_and_start_at_zero():
    lags = spread_lags(2000)
    assert 25 <= len(lags) <= 30
    assert (lags[0], lags[1], lags[-1]) == (0, 1, 1000)
    assert list(spread_lags(3)) == [0, 1]


def test_lags_beyond_the_series_are_refused():
    z = autoregression(np.random.default_rng(23), 20, 2, 0.2)
    with pytest.raises(InputError, match=r"lags: got 0 to 20, allowed 0 to 19"):
        intermediate_scattering(z, np.array([0]), 1, 1, np.array([0, 20]))


@pytest.mark.parametrize("frozen", [0.0, 0.5, 1.0])
def test_frozen_fraction_is_what_was_planted(frozen):
    """Modes of three shells whose S differ, a share of the variance constant in time: mean of 100 trials
    within 5% (its own scatter is 1%), the error is the scatter within 20%."""
    generator = np.random.default_rng(24)
    size = np.sqrt(np.repeat([1.0, 2.0, 8.0], [2, 4, 6]))
    found = []
    for _ in range(100):
        moving = autoregression(generator, 400, 12, 0.1)
        still = autoregression(generator, 1, 12, 1.0)
        still *= size / np.abs(still)  # every mode frozen by as much: the fraction is then exact
        z = np.sqrt(1 - frozen) * size * moving + np.sqrt(frozen) * still
        found.append(frozen_fraction(z, np.array([0, 2, 6])))
    value, error = np.array(found).T
    assert value.mean() == pytest.approx(frozen, abs=0.05)
    if frozen < 1:
        assert error.mean() == pytest.approx(value.std(), rel=0.3)


def test_frozen_fraction_needs_modes_and_samples():
    z = autoregression(np.random.default_rng(25), 50, 12, 0.1)
    assert np.isnan(frozen_fraction(z[:, :9], np.array([0, 2]))[0])
    assert np.isnan(frozen_fraction(z[:3], np.array([0, 2]))[0])
    assert np.isfinite(frozen_fraction(z, np.array([0, 2]))[0])
