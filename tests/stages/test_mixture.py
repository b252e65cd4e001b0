"""Short runs of a mixture, what is read from them, its curves against the two fields, refusals."""

import json

import numpy as np
import pytest

from anticorr import records
from anticorr.engine.initial import diameters
from anticorr.errors import InputError
from anticorr.noise.filters import white
from anticorr.noise.lyapunov import joint_covariance
from anticorr.specs import parse, short_runs
from anticorr.stages import measure, mixture, predict, simulate
from anticorr.theory.jitter import add_jitter
from anticorr.theory.mixtures import weighted_structure_factor
from tests.conftest import spec_data

RUNS = {"particles": 200, "relax_steps": 100, "sample_steps": 4000, "density_step": 0.05}


def mixed_data(**changes):
    """60% large ones of diameter 1.4, c_t = -1."""
    sizes = {"kind": "bidisperse", "ratio": 1.4, "large_fraction": 0.6}
    given = {"system.sizes": sizes, "system.particles": 400, "dynamics.noise.correlation": -1.0}
    return spec_data(**given | changes)


def densities(spec):
    return np.array(spec.system.species_numbers) / spec.system.box_side**spec.system.dimension


@pytest.mark.parametrize("dimension", [2, 3])
def test_short_runs_change_one_density_at_a_time(dimension):
    """Numbers of each species as asked, those that the engine deals out, in the box of `mid`; in a step of
    the density the composition stays; no seed twice."""
    runs = short_runs(parse(mixed_data(**{"system.dimension": dimension})), **RUNS)
    assert list(runs) == ["low", "mid", "high", "fewer_0", "more_0", "fewer_1", "more_1"]
    numbers = {name: run.system.species_numbers for name, run in runs.items()}
    assert numbers == {
        "low": (80, 120), "mid": (80, 120), "high": (80, 120), "fewer_0": (76, 120), "more_0": (84, 120),
        "fewer_1": (80, 114), "more_1": (80, 126),
    }  # fmt: skip
    for name, run in runs.items():
        dealt = diameters(run.system, run.seed)
        assert (np.sum(dealt == 1.0), np.sum(dealt == 1.4)) == numbers[name]
        if name not in ("low", "high"):
            assert run.system.box_side == pytest.approx(runs["mid"].system.box_side, rel=1e-12)
    assert densities(runs["high"]) == pytest.approx(1.05 * densities(runs["mid"]))
    assert len({run.seed for run in runs.values()}) == 7
    assert len({json.dumps(run.model_dump(mode="json")["dynamics"]) for run in runs.values()}) == 1


def test_a_species_of_few_changes_by_one_at_least():
    runs = short_runs(parse(mixed_data(**{"system.sizes.large_fraction": 0.02})), **RUNS)
    assert [runs[name].system.species_numbers for name in ("fewer_1", "more_1")] == [(196, 3), (196, 5)]
    with pytest.raises(InputError, match="large_fraction"):
        short_runs(parse(mixed_data(**{"system.sizes.large_fraction": 0.005})), **RUNS)


RHO = np.array([0.25, 0.37])


def planted_potential(rho):
    """A curved Phi of the two densities."""
    return 0.1 * rho[0] + 0.16 * rho[1] + 0.2 * rho[0] * rho[1] + 0.1 * rho[1] ** 2


def planted_run(spec, slow, generator, noise=1e-3):
    """A trajectory whose series mean the planted Phi (at c_t = -1 it is alpha p_y) and D_s = slow, after a
    first quarter of faster motion."""
    time = spec.schedule.relax_steps + 10.0 * np.arange(1, 401)
    since, flat = time - spec.schedule.relax_steps, np.ones(len(time))
    pressure = planted_potential(densities(spec)) / spec.dynamics.step_size
    values = dict.fromkeys(("energy", "pressure", "pair_force_square", "active_fraction"), flat)
    return records.build(
        "trajectory",
        values
        | {
            "time": time,
            "mean_square_force": 0 * flat,
            "pressure_stripped": pressure * (1 + noise * generator.standard_normal(len(time))),
            "pair_virial": generator.standard_normal((len(time), 2)),
            "mean_square_displacement": 4 * slow * since + 0.3 * np.minimum(since / 1000, 1),
        },
        spec=spec.canonical_json(),
        seed=spec.seed,
        box_side=spec.system.box_side,
    )


def test_weights_and_self_diffusion_of_planted_runs():
    """Derivatives of a curved Phi from seven runs within 4 errors (one in 10^4 by chance), D = sum x_a w_a
    as D of the density steps alone, D_s exactly."""
    spec, generator = parse(mixed_data()), np.random.default_rng(3)
    runs = short_runs(spec, **RUNS)
    trajectories = [planted_run(run, 0.02, generator) for run in runs.values()]
    found = mixture.composition(spec, trajectories)
    rho = densities(runs["mid"])
    exact = np.array([0.1 + 0.2 * rho[1], 0.16 + 0.2 * rho[0] + 0.2 * rho[1]])
    assert (np.abs(found.weights - exact) < 4 * np.sqrt(np.diag(found.covariance))).all()
    assert np.sqrt(np.diag(found.covariance)).max() < 0.01 * found.weights.min()
    low, high = (planted_potential(densities(runs[name])) for name in ("low", "high"))
    alone = (high - low) / (runs["high"].system.density - runs["low"].system.density)
    assert abs(found.diffusion - alone) < 4 * found.diffusion_err
    np.testing.assert_allclose(found.fractions, [0.4, 0.6])
    assert found.self_diffusion == pytest.approx(0.02, rel=1e-12)
    trajectories[0] = planted_run(runs["low"], 0.027, generator)
    assert mixture.composition(spec, trajectories).self_diffusion == pytest.approx(0.021, rel=1e-12)
    assert mixture.composition(spec, trajectories).self_diffusion_err == pytest.approx(0.001, rel=1e-9)


def test_an_unstable_mixture_is_refused():
    spec, generator = parse(mixed_data()), np.random.default_rng(4)
    runs = short_runs(spec, **RUNS)
    swapped = [planted_run(run, 0.02, generator) for run in runs.values()]
    falling = [t.assign(pressure_stripped=-t["pressure_stripped"]) for t in swapped]
    with pytest.raises(InputError, match="stable"):
        mixture.composition(spec, falling)


NOISY = {"kind": "white", "strength": 0.3}


def fields(mixed, k2, sigma, q, gradient):
    """S_ab of the two linear fields at k^2: n driven by Phi and all noise of momentum, psi at random."""
    (w0, w1), (x0, x1), slow = mixed.weights, mixed.fractions, mixed.self_diffusion
    matrix = np.eye(2) - k2 * np.array([[mixed.diffusion, w0 - w1], [0.0, slow]])
    noise = np.diag([k2 * (sigma**2 + q) + gradient * k2**2, 2 * slow * k2 * x0 * x1])
    both = joint_covariance(matrix, np.zeros((2, 1)), white(), noise)
    species = np.array([[x0, 1.0], [x1, -1.0]])
    return species @ both @ species.T


MIXED = mixture.Composition(
    np.array([0.4, 0.6]), np.array([0.16, 0.22]), 1e-6 * np.array([[1.0, -2.4], [-2.4, 9.0]]), 0.02, 0.001
)


def curves_of(mixed, k, noise, q=(0.0, 0.0), gradient=(0.0, 0.0)):
    from anticorr.noise.filters import from_spec
    from anticorr.theory.jitter import jitter_variance
    from anticorr.theory.modes import mode_structure_factor

    dynamics = parse(mixed_data(**{"dynamics.noise": noise})).dynamics
    s_square = jitter_variance(dynamics.noise)

    def stripped(D, q, chi):
        driven = mode_structure_factor(
            k, D * k**2, from_spec(dynamics.noise), dynamics.noise.strength, q, chi
        )
        return driven - k**2 * s_square

    return mixture.curves(mixed, k, stripped, dynamics, (q, gradient)), s_square


@pytest.mark.parametrize("strength", [0.0, 0.3])
def test_curves_are_those_of_the_two_fields(strength):
    """Number density and S_w against the Lyapunov equation of n and psi: gradient noise, selection noise,
    injected noise and composition together, to leading order in k."""
    k = np.array([1e-3, 3e-3])
    found, _ = curves_of(MIXED, k, NOISY | {"strength": strength}, (0.01 * strength, 0.0), (0.02, 0.0))
    for n, k2 in enumerate(k**2):
        S = fields(MIXED, k2, strength, 0.01 * strength, 0.02)
        S_w = weighted_structure_factor(MIXED.weights, MIXED.fractions, S)
        assert found["S_theory"][n] == pytest.approx(S.sum(), rel=1e-4)
        assert found["S_weighted_theory"][n] == pytest.approx(S_w, rel=1e-4)
        assert found["plateau"] == pytest.approx(S.sum(), rel=1e-3)


def test_limits_and_the_jitter_of_both_curves():
    """Equal weights: one fluid, no plateau. At c_t = -1 both S of x follow from those of y by (4')."""
    k, ma1 = np.geomspace(0.01, 1, 9), {"kind": "ma1", "strength": 0.3, "correlation": -1.0}
    alike, s_square = curves_of(MIXED._replace(weights=np.array([0.2, 0.2])), k, ma1, gradient=(0.01, 0.0))
    np.testing.assert_allclose(alike["S_weighted_theory"], alike["S_theory"], rtol=1e-12)
    assert alike["composition_plateau"] == pytest.approx(0, abs=1e-15)
    found, _ = curves_of(MIXED, k, ma1, gradient=(0.01, 0.0))
    np.testing.assert_allclose(
        found["S_theory"], add_jitter(k, found["S_stripped_theory"], s_square), rtol=1e-12
    )
    assert found["S_weighted_theory"][0] == pytest.approx(
        found["composition_plateau"] + (s_square + 0.01 / (2 * MIXED.diffusion)) * 1e-4, rel=0.02
    )
    assert found["plateau"] > 10 * found["composition_plateau"] > 0


def test_errors_of_the_curves_are_their_scatter():
    """2,000 draws of all five inputs about their values: scatter of ratio, plateaus and curves within 10%
    of the errors (six standard errors of a standard deviation, and what is not linear)."""
    k, ma1 = np.array([0.05, 0.3]), {"kind": "ma1", "strength": 0.3, "correlation": -1.0}
    noises = (0.002, 0.0001), (0.02, 0.002)
    told, _ = curves_of(MIXED, k, ma1, *noises)
    generator, drawn = np.random.default_rng(8), []
    for _ in range(2000):
        changed = MIXED._replace(
            weights=generator.multivariate_normal(MIXED.weights, MIXED.covariance),
            self_diffusion=generator.normal(MIXED.self_diffusion, MIXED.self_diffusion_err),
        )
        inputs = [(generator.normal(*pair), 0.0) for pair in noises]
        drawn.append(curves_of(changed, k, ma1, *inputs)[0])
    for name in (
        "weight_ratio",
        "softest_ratio_theory",
        "plateau",
        "composition_plateau",
        "S_theory",
        "S_weighted_theory",
    ):
        scatter = np.std([found[name] for found in drawn], axis=0)
        np.testing.assert_allclose(told[f"{name}_err"], scatter, rtol=0.1)


@pytest.fixture(scope="module")
def theory_of_a_mixture():
    """Seven short runs of 100 particles."""
    small = {"particles": 100, "relax_steps": 200, "sample_steps": 1000, "density_step": 0.1}
    return predict.run(mixed_data(), short=small)


def test_predict_of_a_mixture_says_what_is_even(theory_of_a_mixture):
    theory = theory_of_a_mixture
    assert np.isfinite(
        [float(theory[n]) for n in ("plateau", "plateau_err", "diffusion", "crossover")]
    ).all()
    np.testing.assert_allclose(
        theory["diffusion"], theory["species_weight"].values @ [0.4, 0.6], rtol=1e-12
    )
    np.testing.assert_allclose(
        theory["weight_ratio"], theory["species_weight"][1] / theory["species_weight"][0], rtol=1e-12
    )
    assert "other compositions" in theory.attrs["diffusion_from"]
    assert theory.attrs["own_runs"].count("composition") == 4
    # Large ones push more: 7 runs of 1,000 steps tell the ratio, about 1.3, to some 20%.
    assert 1 < float(theory["weight_ratio"]) < 2


@pytest.mark.parametrize(
    ("changes", "trajectories", "key"),
    [
        ({"system.sizes": {"kind": "uniform", "half_width": 0.2}}, None, "system.sizes.kind"),
        ({"system.sizes": {"kind": "gaussian", "deviation": 0.1}}, None, "system.sizes.kind"),
        ({"dynamics.noise": {"kind": "fractional", "strength": 0.3, "hurst": 0.2}}, None, "dynamics.noise"),
        ({}, (None, None, None), "--trajectories"),
    ],
)
def test_what_is_not_covered_is_refused_before_anything_runs(changes, trajectories, key):
    with pytest.raises(InputError, match=key):
        predict.run(mixed_data(**changes), trajectories=trajectories)


def test_a_spectrum_of_a_mixture_holds_its_softest_combination():
    """The record's numbers are the eigenvalue and eigenvector of its own S_ab; none of one size alone."""
    trajectory = simulate.run(mixed_data(**{"system.particles": 100}))
    spectrum = measure.run(trajectory, k_max=2.0)
    for shell in range(spectrum.sizes["shell"]):
        S_00, S_01, S_11 = spectrum["S_partial"][shell].values
        value, vector = np.linalg.eigh([[S_00, S_01], [S_01, S_11]])
        assert spectrum["S_softest"][shell] == pytest.approx(value[0], rel=1e-9)
        assert spectrum["softest_ratio"][shell] == pytest.approx(vector[1, 0] / vector[0, 0], rel=1e-9)
    assert (spectrum["softest_ratio_err"] > 0).all()
    assert "S_softest" not in measure.run(simulate.run(spec_data()), k_max=2.0)
