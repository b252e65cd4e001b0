"""Weights from a planted Phi, the structure factor that they make, and the plateau of two linear fields."""

import numpy as np
import pytest

from anticorr.errors import InputError
from anticorr.noise.filters import white
from anticorr.noise.lyapunov import joint_covariance
from anticorr.theory.mixtures import (
    composition_plateau,
    composition_weights,
    number_plateau,
    softest_weights,
    weighted_structure_factor,
)

RHO = np.array([0.4, 0.35])


def points(h):
    """The state and rho_a (1 -+ h), one species at a time."""
    return np.array([RHO, *(RHO * (1 + sign * h * np.eye(2)[a]) for a in (0, 1) for sign in (-1, 1))])


def potential(rho):
    """A curved Phi with dPhi/drho = (0.1 + .12 rho_0 + .2 rho_1, 0.15 + .2 rho_0 + .08 rho_1)."""
    a, b = np.moveaxis(rho, -1, 0)
    return 0.1 * a + 0.15 * b + 0.06 * a**2 + 0.2 * a * b + 0.04 * b**2


def test_weights_are_the_derivatives_of_a_curved_potential():
    w, _ = composition_weights(points(0.05), potential(points(0.05)), np.full(5, 1e-4))
    np.testing.assert_allclose(
        w, [0.1 + 0.12 * 0.4 + 0.2 * 0.35, 0.15 + 0.2 * 0.4 + 0.08 * 0.35], rtol=1e-10
    )


def test_errors_of_weights_are_their_scatter():
    """4,000 noisy sets: standard deviations and correlation within 5% (that is 4.5 standard errors of a
    standard deviation: fails by chance once in 10^4)."""
    generator, rho = np.random.default_rng(2), points(0.05)
    err = np.array([1.0, 2.0, 1.0, 1.5, 3.0]) * 1e-4
    found = np.array(
        [
            composition_weights(rho, potential(rho) + err * generator.standard_normal(5), err)[0]
            for _ in range(4000)
        ]
    )
    _, covariance = composition_weights(rho, potential(rho), err)
    np.testing.assert_allclose(found.std(axis=0), np.sqrt(np.diag(covariance)), rtol=0.05)
    seen = np.corrcoef(found.T)[0, 1]
    assert abs(seen - covariance[0, 1] / np.sqrt(covariance[0, 0] * covariance[1, 1])) < 0.07


@pytest.mark.parametrize(
    ("densities", "err", "key"),
    [
        (points(0.0), np.ones(5), "span"),
        (points(0.05)[:3], np.ones(3), "span"),
        (points(0.05), np.zeros(5), "potential_err"),
        (points(0.05), np.ones(4), "shapes"),
    ],
)
def test_points_that_say_nothing_are_refused(densities, err, key):
    with pytest.raises(InputError, match=key):
        composition_weights(densities, np.ones(len(densities)), err)


def test_random_species_have_the_value_one():
    """S_ab = x_a delta_ab for independent points, whatever the weights; equal weights give S of all."""
    x = np.array([0.3, 0.7])
    partial = np.diag(x)[:, :, None] * np.ones(4)
    np.testing.assert_allclose(weighted_structure_factor(np.array([1.0, 1.7]), x, partial), 1.0)
    random = np.random.default_rng(1).random((2, 2, 4))
    random = random + random.transpose(1, 0, 2)
    np.testing.assert_allclose(
        weighted_structure_factor(np.array([2.0, 2.0]), x, random), random.sum(axis=(0, 1))
    )


def test_weighted_structure_factor_is_that_of_the_weighted_modes():
    """|sum_a w_a rho_a|^2 from the positions of two species themselves."""
    generator = np.random.default_rng(4)
    species, x = (np.arange(50) % 3 == 0).astype(int), generator.random((50, 2))
    waves = np.exp(-2j * np.pi * x @ np.array([[1, 0], [1, 2], [0, 3]]).T)
    rho = np.array([waves[species == a].sum(axis=0) for a in (0, 1)])
    partial = (rho[:, None] * rho[None].conj()).real / 50
    w, fractions = np.array([1.0, 1.3]), np.bincount(species) / 50
    direct = np.abs(w[species] @ waves) ** 2 / (w[species] ** 2).sum()
    np.testing.assert_allclose(weighted_structure_factor(w, fractions, partial), direct, rtol=1e-12)


@pytest.mark.parametrize("slow", [1e-4, 0.01, 0.3])
def test_plateau_of_a_mixture_is_that_of_two_linear_fields(slow):
    """n' = n - k^2 Phi, psi' = (1 - D_s k^2) psi + k zeta, Phi = w_1 (x_1 n + psi) + w_2 (x_2 n - psi)."""
    w, x = np.array([0.16, 0.21]), np.array([0.4, 0.6])
    D, step, k2 = w @ x, w[0] - w[1], 1e-5
    M = np.eye(2) - k2 * np.array([[D, step], [0.0, slow]])
    noise = np.diag([0.0, 2 * slow * k2 * x[0] * x[1]])  # S_psi = x_1 x_2: composition at random
    fields = joint_covariance(M, np.zeros((2, 1)), white(), noise)
    species = np.array([[x[0], 1.0], [x[1], -1.0]])
    S_w = weighted_structure_factor(w, x, species @ fields @ species.T)
    assert composition_plateau(w, x, slow, D) == pytest.approx(S_w, rel=1e-3)
    assert number_plateau(w, x, slow, D) == pytest.approx(fields[0, 0], rel=1e-3)
    own = species.T @ softest_weights(w, slow)
    assert own @ fields[:, 1] == pytest.approx(0, abs=1e-4 * abs(own[1]) * fields[1, 1])
    if slow < 0.02:  # of D = .2: an eigenvector, to leading order
        vector = np.linalg.eigh(species @ fields @ species.T)[1][:, 0]
        expected = softest_weights(w, slow)[1] / softest_weights(w, slow)[0]
        assert vector[1] / vector[0] == pytest.approx(expected, rel=1e-3)
