"""Carried noise: free particles, exact limits, a sum over past steps, and particles in a mean field."""

import numpy as np
import pytest

from anticorr.errors import InputError
from anticorr.noise.filters import ar1, exponential_sum, fractional, ma1, white
from anticorr.theory import carried
from anticorr.theory.carried import carried_structure_factor
from anticorr.theory.jitter import add_jitter
from anticorr.theory.modes import mode_structure_factor

SIGMA = 0.3


@pytest.mark.parametrize(
    ("noise", "k"),
    [
        (white(), [0.1, 0.5, 3.0]),
        (ma1(-0.9), [0.3, 1.0, 3.0]),
        (ar1(0.95), [0.01, 0.1, 3.0]),
        (fractional(0.4), [0.3, 1.0, 3.0]),
        (fractional(0.75), [0.03, 0.3, 3.0]),
    ],
    ids=lambda v: getattr(v, "kind", ""),
)
def test_free_particles_are_an_ideal_gas(noise, k, monkeypatch):
    monkeypatch.setattr(carried, "_LONGEST", 2**17)
    S = carried_structure_factor(np.array(k), 0.0, noise, SIGMA, 0.0, 0.0)
    np.testing.assert_allclose(S, 1, atol=1e-8)


def test_white_noise_forgets_at_once():
    """rho(t+1) = e^{-kappa} [(1 - k^2 D_f) rho(t) + w] + noise; at small k that of the mode formula."""
    k, D_f, q, chi = np.array([0.05, 0.3, 1.0, 3.0]), 0.12, 0.01, 0.02
    kept = np.exp(-((k * SIGMA) ** 2) / 2)
    m = 1 - kept * (1 - k**2 * D_f)
    expected = (1 - kept**2 + kept**2 * k**2 * (q + chi * k**2)) / (m * (2 - m))
    found = carried_structure_factor(k, D_f, white(), SIGMA, q, chi)
    np.testing.assert_allclose(found, expected, rtol=1e-9)
    mode = mode_structure_factor(k, k**2 * (D_f + SIGMA**2 / 2), white(), SIGMA, q, chi)
    assert found[0] == pytest.approx(mode[0], rel=k[0] ** 2 * SIGMA**2)


def test_noise_alone_of_the_forces_is_a_mode_of_their_drift():
    k = np.array([0.1, 1.0])
    found = carried_structure_factor(k, 0.12, white(), 0.0, 0.01, 0.02)
    np.testing.assert_allclose(
        found, mode_structure_factor(k, 0.12 * k**2, white(), 0.0, 0.01, 0.02), rtol=1e-9
    )


@pytest.mark.parametrize("correlation", [-1.0, -0.9, 0.8])
def test_short_memory_is_that_of_modes_at_small_k(correlation):
    """To relative order k^2 of the plateau; at c = -1 the amplitude of k^2, through the exact (4')."""
    noise, D_f, chi = ma1(correlation), 0.15, 0.004
    k = np.array([0.06, 0.12])
    D = D_f + noise.zero_frequency * SIGMA**2 / 2
    s_square = -(noise.jitter**2 + correlation) * SIGMA**2
    modes = mode_structure_factor(k, D * k**2, noise, SIGMA, 0.0, chi)
    expected = add_jitter(k, modes - k**2 * s_square, s_square)
    found = carried_structure_factor(k, D_f, noise, SIGMA, 0.0, chi)
    plateau = noise.zero_frequency * SIGMA**2 / (2 * D)
    scale = plateau + SIGMA**2 / 2 * k**2
    assert (np.abs(found - expected) < 0.3 * k**2 * scale).all()


@pytest.mark.parametrize(
    "noise",
    [ma1(-1.0), ar1(0.9), ar1(-0.7), fractional(0.1), fractional(0.7)],
    ids=["ma1", "persistent", "alternating", "H .1", "H .7"],
)
def test_integral_is_the_sum_over_past_steps(noise):
    """rho(t) = sum_n r(n) [rho_0(t-n) + sum_{j>=1} G(j) w(t-n-j)], and S a double sum over the past."""
    k, D_f, q, chi, steps = 1.2, 0.08, 0.01, 0.02, 1500
    C = noise.autocovariance(steps)
    n = np.arange(steps)
    V = np.array([m + 2 * ((m - n[1:m]) * C[1:m]).sum() for m in n])
    G = np.exp(-0.5 * (k * SIGMA) ** 2 * V)
    r = np.zeros(steps)
    r[0] = 1
    for t in range(1, steps):
        r[t] = -(k**2) * D_f * (G[1 : t + 1][::-1] @ r[:t])
    assert abs(r[-1]) < 1e-4 * np.abs(r).max()
    carried_w = np.convolve(r, np.append(0.0, G[1:]))[:steps]
    white_part = k**2 * (q + chi * k**2) * (carried_w**2).sum()
    expected = r @ G[np.abs(n[:, None] - n)] @ r + white_part
    found = carried_structure_factor(np.array([k]), D_f, noise, SIGMA, q, chi)[0]
    assert found == pytest.approx(expected, rel=3e-4)


@pytest.mark.parametrize("hurst", [0.0, 0.2, 0.3, 0.4])
def test_stated_error(hurst, monkeypatch):
    """Against eight times as many lags: of the usual number, and of the least."""
    k, arguments = np.array([0.2, 0.65]), (0.15, fractional(hurst), SIGMA, 0.0, 0.006)
    usual = carried_structure_factor(k, *arguments)
    monkeypatch.setattr(carried, "_TIMES", 4096)
    monkeypatch.setattr(carried, "_SHORTEST", 2**17)
    many = carried_structure_factor(k, *arguments)
    np.testing.assert_allclose(usual, many, rtol=2e-4)
    monkeypatch.setattr(carried, "_TIMES", 32)
    monkeypatch.setattr(carried, "_SHORTEST", 1)
    np.testing.assert_allclose(carried_structure_factor(k, *arguments), many, rtol=3e-3)


def test_particles_in_a_mean_field():
    """Particles on a ring, moved by carried noise and down the gradient of mode k of their own density.

    The density that each of 300 particles sees is then that of the theory, with a drift of D_f. Noise that
    remembers 20 steps, in which it carries a particle further than 1/k; the plain modes, which take it to
    act where the mode is, are 30% or more away. Within 4 standard errors of 32 copies: false alarm once in
    3,000; 1% is left for what is of order 1/N.
    """
    generator, N, copies, k, sigma, r, D_f = np.random.default_rng(5), 300, 32, 1.0, 0.15, 0.95, 0.15
    noise = ar1(r)
    x = 2 * np.pi * generator.random((copies, N))
    xi = generator.standard_normal((copies, N))
    found = []
    for t in range(3000):
        wave = np.exp(-1j * k * x)
        rho = wave.sum(axis=1)
        if t >= 200:
            found.append(np.abs(rho) ** 2 / N)
        slope = 2 * (1j * k * rho[:, None] * wave.conj()).real / N
        x += sigma * xi - D_f * slope
        xi = r * xi + np.sqrt(1 - r * r) * generator.standard_normal(xi.shape)
    each = np.mean(found, axis=0)
    S, error = each.mean(), each.std(ddof=1) / np.sqrt(copies)
    expected = carried_structure_factor(np.array([k]), D_f, noise, sigma, 0.0, 0.0)[0]
    D = D_f + sigma**2 / 2 * noise.zero_frequency
    plain = mode_structure_factor(np.array([k]), np.array([D * k**2]), noise, sigma, 0.0, 0.0)[0]
    assert abs(S - expected) < 4 * error + 0.01 * expected
    assert abs(S / plain - 1) > 0.3


def test_a_mode_without_a_stationary_state():
    """White noise: m = 1 - e^{-kappa} (1 - k^2 D_f) outside (0, 2)."""
    k = np.array([0.3, 3.0])
    assert np.isnan(carried_structure_factor(k, 0.5, white(), SIGMA, 0.0, 0.0)).tolist() == [False, True]
    few = [carried_structure_factor(k[:1], D_f, white(), SIGMA, 0.0, 0.0)[0] for D_f in (-0.044, -0.046)]
    assert few[0] > 5
    assert np.isnan(few[1])


def test_wavenumbers_that_need_too_many_lags_are_refused():
    with pytest.raises(InputError, match=r"k: got 0\.001"):
        carried_structure_factor(np.array([0.001, 1.0]), 0.15, fractional(0.2), SIGMA, 0.0, 0.0)
    with pytest.raises(InputError, match="k: got 0,"):
        carried_structure_factor(np.array([0.0]), 0.15, exponential_sum((0.5,), (0.5,)), SIGMA, 0.0, 0.0)
    assert carried_structure_factor(np.zeros((0, 2)), 0.15, white(), SIGMA, 0.0, 0.0).shape == (0, 2)
