"""What a spectrum holds beside S(k): decay, motion, space, species; each against a plain way to it."""

import re

import numpy as np
import pytest

from anticorr.errors import InputError
from anticorr.spectra.wavevectors import half_space, shells
from anticorr.stages import fit, measure, simulate
from tests.conftest import spec_data

RUN = {
    "system.particles": 100,
    "schedule": {"relax_steps": 100, "sample_steps": 100, "sample_every": 5},
    "record": {"stripped": True, "modes": {"k_max": 2.0, "every": 5}},
}


def made(**changes):
    return simulate.run(spec_data(**RUN | changes))


@pytest.fixture(scope="module")
def trajectory():
    return made()


@pytest.fixture(scope="module")
def spectrum(trajectory):
    return measure.run(trajectory, real_space_too=True)


def test_scattering_function_is_that_of_the_modes(trajectory, spectrum):
    """Of the smallest shell, from its sum; shells that the modes do not fill are NaN."""
    rho = trajectory["mode_real"].values[:, :2] + 1j * trajectory["mode_imag"].values[:, :2]
    F = spectrum["intermediate_scattering"].values
    lags = (spectrum["lag"].values // 5).tolist()
    plain = [(rho[: len(rho) - n].conj() * rho[n:]).real.mean() / 100 for n in lags]
    np.testing.assert_allclose(F[0], plain, rtol=1e-10)
    side = trajectory.attrs["box_side"]
    taken = len(half_space(side, 2, 2.0))
    n = half_space(side, 2, float(spectrum["k"].max()) * 1.2)
    whole = int((np.append(shells(n)[1:], len(n)) <= taken).sum())
    assert np.isfinite(F[:whole]).all()
    assert np.isnan(F[whole:]).all()
    assert len(F) == spectrum.sizes["shell"]


def test_frames_serve_where_there_are_no_modes():
    spectrum = measure.run(made(record={"stripped": False}))
    assert spectrum["lag"].values[1] == 5
    np.testing.assert_allclose(spectrum["intermediate_scattering"][:, 0], spectrum["S"], rtol=1e-10)


def test_displacement_at_the_first_delay_is_that_between_frames(trajectory, spectrum):
    jump = np.diff(trajectory["position"].values, axis=0)
    side = trajectory.attrs["box_side"]
    jump -= side * np.rint(jump / side)
    assert float(spectrum["displacement"][0]) == pytest.approx((jump**2).sum(axis=2).mean())
    assert spectrum["delay"].values[0] == 5


def test_particles_that_jump_too_far_are_not_followed():
    far = measure.run(made(**{"dynamics.noise.strength": 3.0, "dynamics.noise.correlation": 0.0}))
    assert "displacement" not in far
    assert np.isfinite(far["S"]).all()


def test_long_memory_takes_the_displacement_of_x():
    noise = {"kind": "fractional", "strength": 0.3, "hurst": 0.2}
    schedule = {"relax_steps": 100, "sample_steps": 8000, "sample_every": 20}
    found = measure.run(made(**{"dynamics.noise": noise, "schedule": schedule}))
    assert int(found["msd_steps"]) == 3000
    nearest = np.abs(found["delay"].values - 3000).argmin()
    assert float(found["msd"]) == pytest.approx(float(found["displacement"][nearest]), rel=0.2)
    assert "relaxation_rate" not in found
    short = measure.run(made(**{"dynamics.noise": noise}))
    assert (int(short["msd_steps"]), np.isnan(short["msd"])) == (0, True)


def test_real_space_is_there_when_asked_for(trajectory, spectrum):
    assert "pair_correlation" in spectrum
    assert "pair_correlation" not in measure.run(trajectory)
    assert float(spectrum["radius"].max()) == pytest.approx(trajectory.attrs["box_side"] / 4)


def test_partial_structure_factors_add_up():
    found = measure.run(made(**{"system.sizes": {"kind": "bidisperse"}}))
    S = found["S_partial"].values
    np.testing.assert_allclose(S[:, 0] + 2 * S[:, 1] + S[:, 2], found["S"], rtol=1e-9)
    assert float(found["species_fraction"].sum()) == pytest.approx(1)


def test_given_points_have_species_and_space():
    position = np.random.default_rng(1).random((3, 60, 2)) * 10
    found = measure.structure_factor(position, 10.0, species=np.arange(60) % 2, real_space_too=True)
    assert found["k"].values.max() == pytest.approx(2 * np.pi * 60**0.5 / 10, rel=0.1)
    S = found["S_partial"].values
    np.testing.assert_allclose(S[:, 0] + 2 * S[:, 1] + S[:, 2], found["S"], rtol=1e-9)
    assert "number_variance" in found


def test_given_points_are_named_by_their_digest():
    position = np.random.default_rng(1).random((60, 2)) * 10
    inputs = {
        measure.structure_factor(x, box).attrs["inputs"]
        for x, box in ((position, 10.0), (position.copy(), 10), (position + 0.1, 10.0), (position, 11.0))
    }
    assert len(inputs) == 3
    assert all(re.fullmatch("points [0-9a-f]{16}", text) for text in inputs)


# fit


@pytest.fixture(scope="module")
def replicas(spectrum):
    return [spectrum, measure.run(made(seed=2), real_space_too=True)]


def test_pooled_numbers_are_means_with_the_errors_of_independent_runs(replicas):
    found = fit.run(*replicas, k_max=3.0)
    for name in ("intermediate_scattering", "displacement", "number_variance", "centre_noise"):
        values = np.array([r[name].values for r in replicas])
        errors = np.array([r[f"{name}_err"].values for r in replicas])
        np.testing.assert_allclose(found[name], values.mean(axis=0))
        np.testing.assert_allclose(found[f"{name}_err"], np.sqrt((errors**2).sum(axis=0)) / 2)
    for grid in ("lag", "delay", "distance", "radius"):
        np.testing.assert_array_equal(found[grid], replicas[0][grid])


def test_lattice_start_is_compared_not_pooled(replicas):
    lattice = measure.run(made(**{"system.initial": "lattice"}))
    found = fit.run(replicas[0], lattice, replicas[1], k_max=3.0)
    alone = fit.run(*replicas, k_max=3.0)
    np.testing.assert_array_equal(found["S"], alone["S"])
    assert int(found["replicas"]) == 2
    np.testing.assert_array_equal(found["S_start"], lattice["S"])
    assert found.attrs["relaxed"] in ("yes", "no")
    assert alone.attrs["relaxed"] == "not checked"
    assert fit.run(lattice, k_max=3.0).attrs["relaxed"] == "not checked"


def test_other_starts_are_refused(replicas):
    quenched = measure.run(made(**{"system.initial": "quenched"}))
    with pytest.raises(InputError, match="got initial 'quenched', wanted 'random'"):
        fit.run(replicas[0], quenched, k_max=3.0)


def test_spectra_on_other_grids_are_refused(replicas, trajectory):
    with pytest.raises(InputError, match="wanted one box and one k_max"):
        fit.run(replicas[1], measure.run(trajectory, k_max=4.0), k_max=3.0)


def test_short_run_is_not_called_a_fluid(replicas):
    found = fit.run(*replicas, k_max=3.0)
    assert found.attrs["state"] == "unknown: too short"
    assert found.attrs["msd_least"] == 5.0
