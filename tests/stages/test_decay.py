"""D from F(k, t) of modes whose D is planted, under noise with and without a memory."""

import numpy as np
import pytest
import xarray as xr
from scipy.signal import lfilter

from anticorr import noise
from anticorr.errors import InputError
from anticorr.noise.filters import from_spec
from anticorr.specs import parse
from anticorr.spectra.scattering import intermediate_scattering
from anticorr.stages.averages import Averages
from anticorr.stages.decay import _covariance, _lags, decay_diffusion
from tests.conftest import spec_data

D, SIGMA, CHI, STEP = 0.165, 0.3, 0.0235, 0.5
K = 0.1 * np.sqrt([1, 2, 4, 8, 13])
MODES = np.array([2, 2, 4, 4, 6])
SPACING, SAMPLES, REPLICAS = 20, 600, 3


def averages(hurst):
    """What a run at rho would give; chi as in the fluid at phi .8."""
    kind = {"kind": "white"} if hurst == 0.5 else {"kind": "fractional", "hurst": hurst}
    dynamics = {"step_size": STEP, "noise": kind | {"strength": SIGMA}}
    return Averages(parse(spec_data(dynamics=dynamics)), 0.0, 0.0, 0.0, 0.0, CHI, 0.001)


def series(generator, filtered, shape):
    """Stationary noise (step, ...) of a filter, from its states."""
    eta = generator.standard_normal(shape)
    start = np.tensordot(
        filtered.state_factor, generator.standard_normal((len(filtered.rates), *shape[1:])), 1
    )
    made = filtered.first * eta
    for weight, rate, z in zip(filtered.weights, filtered.rates, start, strict=True):
        made += weight * lfilter([0, 1], [1, -rate], eta, axis=0, zi=z[None])[0]
    return made


def planted(generator, filtered, k, modes):
    """rho_k = ik u with u(t+1) = (1 - D k^2) u(t) + noise, (sample, mode) every 20 steps."""
    burn = int(8 / (D * k**2))
    shape = (burn + SAMPLES * SPACING, modes, 2)
    force = SIGMA * series(generator, filtered, shape)
    force += STEP * np.sqrt(CHI) * k * generator.standard_normal(shape)
    u = lfilter([1], [1, D * k**2 - 1], force, axis=0)[burn::SPACING]
    return k * (u @ [1, 1j]) / np.sqrt(2)


def spectrum(generator, filtered):
    """What a fit record of three replicas says of F."""
    found = [
        intermediate_scattering(planted(generator, filtered, k, n * REPLICAS), np.array([0]), SPACING, 1)
        for k, n in zip(K, MODES, strict=True)
    ]
    return xr.Dataset(
        {
            "k_rms": ("shell", K),
            "modes": ("shell", MODES),
            "replicas": REPLICAS,
            "intermediate_scattering": (("shell", "lag"), np.concatenate([s.F for s in found])),
        },
        coords={"lag": found[0].lag},
    )


def trials(hurst, count):
    """(D, error) of many planted runs."""
    generator, mid = np.random.default_rng(21), averages(hurst)
    filtered = from_spec(mid.spec.dynamics.noise)
    return np.array([decay_diffusion(mid, spectrum(generator, filtered)) for _ in range(count)]).T


@pytest.mark.parametrize("hurst", [0.0, 0.3, 0.5])
def test_planted_diffusion_is_found(hurst):
    """12 runs: their mean within 4 of its errors (false alarm 6e-5 each), and the mean error within a
    factor of 2.5 of the scatter (less than 1e-3)."""
    value, error = trials(hurst, 12)
    assert value.mean() == pytest.approx(D, abs=4 * error.mean() / np.sqrt(12))
    assert 0.4 < error.mean() / value.std(ddof=1) < 2.5


@pytest.mark.slow
@pytest.mark.parametrize("hurst", [0.0, 0.3, 0.5, 0.75])
def test_bias_and_coverage(hurst):
    """50 runs: bias below half an error, and D +- 1.96 errors cover 42 of them or more (at 95%: false
    alarm 1e-3)."""
    value, error = trials(hurst, 50)
    assert abs(value.mean() - D) < 0.5 * error.mean()
    assert np.mean(np.abs(value - D) < 1.96 * error) >= 0.84


def test_another_amplitude_of_every_shell_is_the_same_answer():
    """S does not matter: only how F falls."""
    mid = averages(0.3)
    one = spectrum(np.random.default_rng(22), from_spec(mid.spec.dynamics.noise))
    other = one.copy(deep=True)
    other["intermediate_scattering"] = one["intermediate_scattering"] * xr.DataArray(
        [2, 1, 5, 3, 1], dims="shell"
    )
    np.testing.assert_allclose(decay_diffusion(mid, other), decay_diffusion(mid, one), rtol=1e-4)
    # Nor does what is forgotten within 20 steps.
    other["intermediate_scattering"] = one["intermediate_scattering"].where(one["lag"] > 0, 7.0)
    np.testing.assert_allclose(decay_diffusion(mid, other), decay_diffusion(mid, one), rtol=1e-9)


def test_covariance_is_that_of_the_quadratic_forms():
    """Twin: F(l) = z* A_l z with z complex Gaussian of covariance R: cov = tr(A_l R A_m R)."""
    samples, lags = 30, np.array([1, 2, 5])
    R = np.exp(-0.2 * np.arange(samples)) * np.cos(0.1 * np.arange(samples))
    whole = R[np.abs(np.subtract.outer(np.arange(samples), np.arange(samples)))]

    def form(lag):
        made = np.eye(samples, k=int(lag)) / (2 * (samples - lag))
        return made + made.T

    wanted = [[np.trace(form(a) @ whole @ form(b) @ whole) for b in lags] for a in lags]
    np.testing.assert_allclose(_covariance(R, lags), wanted, rtol=1e-12)


def test_lags_follow_the_correlation():
    lag = np.array([0, 10, 20, 40, 80, 160, 320])
    assert list(_lags(np.exp(-lag / 100), lag)) == [2, 4, 5, 6]
    assert not len(_lags(np.where(lag < 20, 1.0, 0.01), lag))


def test_what_says_nothing_is_refused():
    mid = averages(0.3)
    one = spectrum(np.random.default_rng(23), noise.white())
    for record in (None, one.drop_vars("intermediate_scattering"), one.drop_vars("lag")):
        with pytest.raises(InputError, match="got no F"):
            decay_diffusion(mid, record)
    with pytest.raises(InputError, match="got 1 shells"):
        decay_diffusion(mid, one.isel(shell=[0]))
