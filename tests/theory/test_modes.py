"""The closed form of a mode against a simulation of it, a sum over its memory, and its limits."""

from types import SimpleNamespace

import numpy as np
import pytest
from scipy.signal import lfilter

from anticorr.noise.filters import ma1
from anticorr.specs import parse
from anticorr.theory.diffusion import diffusion, mass_flux_potential
from anticorr.theory.jitter import add_jitter, jitter_variance
from anticorr.theory.modes import mode_structure_factor
from anticorr.theory.plateau import injected_noise, selection_noise


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


@pytest.mark.parametrize("c", [0.7, 0.0, -0.5, -0.9, -1.0])
@pytest.mark.parametrize("m", [0.01, 0.3, 1.2])
def test_closed_form_is_the_sum_over_the_memory_of_the_mode(c, m):
    """u = sum_n g_n eta(t-n), g = (a, a(1-m) + b, ...): variance sum g_n^2, no closed form used."""
    a, b = ma1(c).taps(2)
    impulse = np.zeros(4000)
    impulse[0] = 1
    response = 0.3 * lfilter([a, b], [1, -(1 - m)], impulse)
    k = 0.4
    S = mode_structure_factor(np.array([k]), m / k**2, 0.3, c, 0.0, 0.0)[0]
    assert pytest.approx(k**2 * (response**2).sum(), rel=1e-10) == S


def test_other_noises_add_as_white_noise():
    k, D, m = 0.4, 1.0, 0.16
    S = mode_structure_factor(np.array([k]), D, 0.0, 0.0, 0.02, 0.03)[0]
    assert pytest.approx(k**2 * (0.02 + 0.03 * k**2) / (m * (2 - m)), rel=1e-12) == S


def test_small_k_limits_are_equations_3_and_4():
    k = np.array([1e-3])
    spec = dynamics(-0.99).dynamics
    D, A = 0.165, 0.018
    chi = 2 * D * A
    S = mode_structure_factor(k, D, 0.3, -0.99, 0.0, chi)
    assert S[0] == pytest.approx(injected_noise(spec) / (2 * D), rel=1e-3)
    at_minus_one = mode_structure_factor(k, D, 0.3, -1.0, 0.0, chi)
    assert at_minus_one[0] == pytest.approx((0.3**2 / 2 + A) * k[0] ** 2, rel=1e-4)


def test_unstable_modes_are_not_a_number():
    assert np.isnan(mode_structure_factor(np.array([4.0]), 0.2, 0.3, 0.0, 0.0, 0.0)[0])


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
    assert selection_noise(spec.dynamics, 0.12) == pytest.approx(share * 0.25 * 0.25 * 0.12)


def test_full_gradient_has_no_selection_noise():
    assert selection_noise(dynamics(batch_correlation=0.0).dynamics, 0.12) == 0


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
