"""Modes: closed form, Lyapunov equation, quadrature, simulation and limits; the terms of (2) to (4')."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.signal import lfilter

from anticorr.noise.filters import ar1, exponential_sum, fractional, ma1, white
from anticorr.noise.lyapunov import joint_covariance
from anticorr.noise.reference import filtered
from anticorr.specs import parse
from anticorr.theory.diffusion import diffusion, mass_flux_potential
from anticorr.theory.jitter import add_jitter, jitter_variance
from anticorr.theory.modes import (
    mode_autocorrelation,
    mode_structure_factor,
    noise_power,
    small_k_line,
)
from anticorr.theory.plateau import injected_noise, selection_noise
from anticorr.theory.quadrature import mode_variance


def dynamics(correlation=-0.9, **changes):
    data = {
        "system": {"dimension": 2, "particles": 100, "packing_fraction": 0.8},
        "dynamics": {
            "step_size": 0.5,
            "noise": {"kind": "ma1", "strength": 0.3, "correlation": correlation},
            **changes,
        },
        "schedule": {"relax_steps": 0, "sample_steps": 10, "sample_every": 10},
        "seed": 1,
    }
    return parse(data)


RATES = np.array([1e-6, 1e-3, 0.05, 0.4, 1.0, 1.7])
FILTERS = [
    white(),
    *(ma1(c) for c in (0.7, -0.5, -0.99, -1.0)),
    *(ar1(r) for r in (0.9, -0.6)),
    *(fractional(H) for H in (0.0, 0.1, 0.25, 0.4, 0.5, 0.7)),
    exponential_sum([-0.4, -0.2, 0.1], [0, 0.7, -0.5]),
]


def name(noise):
    return f"{noise.kind} f(0)={noise.zero_frequency:.3g}"


def mode_variance_closed(m, noise):
    return noise_power(m, noise) / (m * (2 - m))


@pytest.mark.parametrize("noise", FILTERS, ids=name)
def test_closed_form_is_the_lyapunov_equation_and_the_quadrature(noise):
    """Three ways to <u^2>. The equation loses 1e-16 / m."""
    closed = mode_variance_closed(RATES, noise)
    equation = [joint_covariance([[1 - m]], [[1.0]], noise)[0, 0] for m in RATES]
    np.testing.assert_allclose(closed, mode_variance(RATES, noise.spectrum), rtol=1e-11)
    np.testing.assert_allclose(closed[1:], equation[1:], rtol=1e-10)
    np.testing.assert_allclose(closed, equation, rtol=1e-9)


@given(
    rates=st.lists(st.floats(-0.99, 0.9999), min_size=1, max_size=5, unique=True),
    weights=st.lists(st.floats(-1, 1), min_size=5, max_size=5),
    m=st.floats(1e-6, 1.99),
)
def test_three_ways_for_any_exponential_sum(rates, weights, m):
    q, s = np.array(rates), np.array(weights[: len(rates)])
    held = s @ (1 / (1 - np.outer(q, q))) @ s
    noise = exponential_sum(s / np.sqrt(max(1.0, held) * 1.001), q)
    closed = mode_variance_closed(np.array(m), noise)
    assert closed == pytest.approx(joint_covariance([[1 - m]], [[1.0]], noise)[0, 0], rel=1e-8)
    assert closed == pytest.approx(float(mode_variance(m, noise.spectrum)), rel=1e-8)


@pytest.mark.parametrize("c", [0.7, 0.0, -0.5, -0.9, -1.0])
@pytest.mark.parametrize("m", [1e-6, 0.01, 0.3, 1.2])
def test_ma1_is_the_formula_of_the_page(c, m):
    k, sigma, q, g = 0.4, 0.3, 0.002, 0.003
    expected = k**2 * (sigma**2 * (1 + c * (1 - m)) + q + g * k**2) / (m * (2 - m))
    S = mode_structure_factor(np.array([k]), np.array([m]), ma1(c), sigma, q, g)
    assert S[0] == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("noise", [ma1(-0.9), ar1(0.5), FILTERS[-1]], ids=name)
@pytest.mark.parametrize("m", [0.01, 0.3, 1.2])
def test_closed_form_is_the_sum_over_the_bytes_held_the_mode(noise, m):
    """u = sum_n g_n eta(t-1-n), g the taps filtered by the mode: variance sum g_n^2."""
    response = 0.3 * lfilter([1], [1, -(1 - m)], noise.taps(4000))
    k = 0.4
    S = mode_structure_factor(np.array([k]), np.array([m]), noise, 0.3, 0.0, 0.0)[0]
    assert pytest.approx(k**2 * (response**2).sum(), rel=1e-10) == S


@pytest.mark.parametrize("noise", [ma1(-1.0), ar1(-0.6), fractional(0.25)], ids=name)
def test_a_long_simulation_of_the_recursion(noise):
    """4,000 paths of 300 steps, all noises: S and F at lags 1 and 8 within 4 standard errors (the three
    tests together fail by chance once in 2,000)."""
    k, m, sigma, q, g = 0.5, 0.08, 0.3, 0.004, 0.01
    paths, generator = 4000, np.random.default_rng(3)
    xi = sigma * filtered(noise, 300, generator, paths)
    u, kept = np.zeros(paths), {}
    for t, one in enumerate(xi):
        other = np.sqrt(q) * generator.standard_normal(paths) + np.sqrt(g) * k * generator.standard_normal(
            paths
        )
        u = (1 - m) * u + one + other
        kept[t] = u
    arguments = noise, sigma, q, g
    S = mode_structure_factor(np.array([k]), np.array([m]), *arguments)[0]
    F = mode_autocorrelation(np.array([k]), np.array([m]), np.array([1, 8]), *arguments)[0]
    err = k**2 * u.var() / np.sqrt(paths)
    assert abs(k**2 * (u**2).mean() - S) < 4 * np.sqrt(2) * err
    for lag, value in zip((1, 8), F, strict=True):
        seen = k**2 * (kept[299] * kept[299 - lag]).mean()
        assert abs(seen - value * S) < 4 * np.sqrt(1 + value**2) * err


@pytest.mark.parametrize("noise", FILTERS, ids=name)
def test_decay_is_the_power_of_the_whole_chain(noise):
    """<x(s+t) (x, z)^T(s)> = A^t <...>, A the matrix of mode and states."""
    lags = np.array([0, 1, 2, 7, 60])
    for m in (1e-3, 0.4, 1.0, 1.7):
        covariance = joint_covariance([[1 - m]], [[1.0]], noise)
        A = np.diag([1 - m, *noise.rates])
        A[0, 1:] = noise.weights
        expected = [(np.linalg.matrix_power(A, t) @ covariance)[0, 0] / covariance[0, 0] for t in lags]
        found = mode_autocorrelation(np.array([0.3]), np.array([m]), lags, noise, 1.0, 0.0, 0.0)[0]
        np.testing.assert_allclose(found, expected, rtol=1e-8, atol=1e-10)


def test_decay_has_no_gap_where_mode_and_state_are_equally_fast():
    """(r^t - q^t) / (r - q) -> t r^(t-1)."""
    noise, lags = ar1(0.9), np.arange(40)
    rates = 0.1 + np.array([-1e-5, -1e-9, 0.0, 1e-9, 1e-5])
    F = mode_autocorrelation(np.full(5, 0.3), rates, lags, noise, 0.3, 0.0, 0.0)
    np.testing.assert_allclose(F[1], F[2], rtol=1e-6)
    np.testing.assert_allclose((F[0] + F[4]) / 2, F[2], rtol=1e-7)
    np.testing.assert_allclose((F[1] + F[3]) / 2, F[2], rtol=1e-10)


def test_white_noises_decay_as_the_mode():
    lags = np.array([0, 3, 50])
    F = mode_autocorrelation(np.array([0.2]), np.array([0.07]), lags, ma1(-1.0), 0.0, 0.1, 0.2)
    np.testing.assert_allclose(F[0], 0.93**lags, rtol=1e-13)


def test_other_noises_add_as_white_noise():
    k, m = 0.4, 0.16
    S = mode_structure_factor(np.array([k]), np.array([m]), white(), 0.0, 0.02, 0.03)[0]
    assert pytest.approx(k**2 * (0.02 + 0.03 * k**2) / (m * (2 - m)), rel=1e-12) == S


@pytest.mark.parametrize("noise", [ma1(-0.99), ma1(-1.0), ar1(-0.6), FILTERS[-1]], ids=name)
def test_small_k_limit_is_the_line_of_equation_4(noise):
    """S(0), and B up to D S(0) / 2 (the curvature of m (2 - m)), which the line leaves out."""
    D, chi, k = 0.165, 0.006, np.array([1e-3, 0.02])
    plateau, B = small_k_line(D, noise, 0.3, 0.001, chi)
    S = mode_structure_factor(k, D * k**2, noise, 0.3, 0.001, chi)
    assert S[0] == pytest.approx(plateau, rel=1e-3)
    assert (S[1] - plateau) / k[1] ** 2 == pytest.approx(B + D / 2 * plateau, rel=2e-3)


def test_line_of_ma1_is_equation_4():
    plateau, B = small_k_line(0.165, ma1(-0.99), 0.3, 0.0, 2 * 0.165 * 0.018)
    assert plateau == pytest.approx(0.01 * 0.09 / 0.33, rel=1e-12)
    assert pytest.approx(0.99 * 0.09 / 2 + 0.018, rel=1e-12) == B


def test_small_k_limits_are_equations_3_and_4():
    spec = dynamics(-0.99).dynamics
    assert injected_noise(spec) == pytest.approx(0.01 * 0.09, rel=1e-12)
    k, D, A = np.array([1e-3]), 0.165, 0.018
    S = mode_structure_factor(k, D * k**2, ma1(-1.0), 0.3, 0.0, 2 * D * A)
    assert S[0] == pytest.approx((0.3**2 / 2 + A) * k[0] ** 2, rel=1e-4)


@pytest.mark.parametrize("m", [-0.1, 0.0, 2.0, 3.2])
def test_modes_without_a_stationary_state_are_not_a_number(m):
    k, rate = np.array([0.4, 0.5]), np.array([m, 0.1])
    S = mode_structure_factor(k, rate, ma1(-0.5), 0.3, 0.0, 0.0)
    F = mode_autocorrelation(k, rate, np.array([0, 1, 2]), ma1(-0.5), 0.3, 0.0, 0.0)
    assert np.isnan(S[0])
    assert np.isnan(F[0]).all()
    assert np.isfinite(S[1])
    assert np.isfinite(F[1]).all()


@pytest.mark.parametrize("c", [0.8, -0.3, -1.0])
def test_jitter_variance_is_what_the_linear_mode_loses(c):
    """var(x) - var(y) of a linear mode = s^2, from the same noise: y = x + sigma b eta(t-1)."""
    a, b = ma1(c).taps(2)
    m = 0.2
    impulse = np.zeros(2000)
    impulse[0] = 1
    x = lfilter([a, b], [1, -(1 - m)], impulse)
    y = x.copy()
    y[0] += b  # the last kick used is eta(t-1), the newest number in both
    expected = 0.3**2 * ((x**2).sum() - (y**2).sum())
    assert jitter_variance(dynamics(c).dynamics.noise) == pytest.approx(expected, abs=1e-12)


def test_no_jitter_variance_for_longer_memory():
    """The identity needs a memory of one step; ar1(0) is white."""
    assert jitter_variance(SimpleNamespace(kind="ar1", correlation=0.5, strength=0.3)) is None
    assert jitter_variance(SimpleNamespace(kind="ar1", correlation=0.0, strength=0.3)) == 0


def test_jitter_of_independent_displacements_is_exact():
    """Points y moved by independent Gaussians: 1 - S_x = exp(-k^2 s^2) (1 - S_y) for a lattice y."""
    k = np.array([0.3, 1.0])
    np.testing.assert_allclose(add_jitter(k, np.zeros(2), 0.04), 1 - np.exp(-(k**2) * 0.04))
    np.testing.assert_allclose(add_jitter(k, np.ones(2), 0.04), 1.0)


@pytest.mark.parametrize(("c_s", "share"), [(-1.0, 0.0), (-0.5, 0.5), (0.0, 1.0)])
def test_selection_noise_vanishes_where_selection_is_reciprocal(c_s, share):
    spec = dynamics(batch_fraction=0.5, batch_correlation=c_s)
    assert selection_noise(spec.dynamics, 0.12, np.nan) == pytest.approx(share * 0.25 * 0.25 * 0.12)


def test_full_gradient_has_no_selection_noise():
    assert selection_noise(dynamics(batch_correlation=0.0).dynamics, 0.12, np.nan) == 0


def test_diffusion_of_an_ideal_gas_is_half_the_noise():
    """No forces: Phi = rho f(0) sigma^2 / 2, D = f(0) sigma^2 / 2."""
    low, high = (
        parse(
            dynamics(-0.5).model_dump(mode="json")
            | {"system": {"dimension": 2, "particles": 100, "packing_fraction": phi}}
        )
        for phi in (0.76, 0.84)
    )
    points = [
        (s.system.density, mass_flux_potential(s, np.zeros(3), np.zeros(3))[0], 0.001) for s in (low, high)
    ]
    value, error = diffusion(*points)
    assert value == pytest.approx(0.5 * 0.3**2 / 2, rel=1e-12)
    assert error == pytest.approx(0.001 * np.sqrt(2) / (points[1][0] - points[0][0]))
