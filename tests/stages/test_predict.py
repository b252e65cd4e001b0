"""What the theory does not cover is refused in words; what it covers is predicted for every kind."""

import json
import math

import numpy as np
import pytest

from anticorr.errors import InputError
from anticorr.noise.filters import from_spec
from anticorr.specs import parse, short_runs
from anticorr.stages import predict, simulate
from anticorr.theory.carried import carried_structure_factor
from anticorr.theory.jitter import add_jitter
from tests.conftest import spec_data

AR1 = {"step_size": 0.5, "noise": {"kind": "ar1", "strength": 0.1, "correlation": 0.5}}
SHORT = {"particles": 49, "relax_steps": 20, "sample_steps": 200, "density_step": 0.1}


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"system.sizes": {"kind": "uniform", "half_width": 0.2}}, "system.sizes.kind"),
        ({"system.sizes": {"kind": "bidisperse"}, "dynamics": AR1}, "dynamics.noise.kind"),
    ],
)
def test_what_the_equations_do_not_cover_is_refused(changes, word):
    with pytest.raises(InputError, match=word):
        predict.run(spec_data(**changes), short=SHORT)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"dynamics.batch_fraction": 0.5, "dynamics.batch_correlation": -0.5},
        {"dynamics.batch_fraction": 0.5, "dynamics.batch_selection": "particle"},
        {"dynamics": {"kind": "bro", "kick_size": 0.5, "kick_correlation": 0.0}},
        {"dynamics": {"kind": "ro", "kick_size": 0.5, "kick_correlation": -0.5}},
    ],
)
def test_parts_of_a_prediction_belong_together(changes):
    """S(0) = noise / 2 D, and the line leaves it as amplitude k^2."""
    theory = predict.run(spec_data(**changes), short=SHORT)
    assert float(theory["plateau"]) == pytest.approx(
        float(theory["long_time_noise"] / (2 * theory["diffusion"]))
    )
    k = theory["k"].values
    low = 1e-3 * k / k[0]
    again = predict.run(spec_data(**changes), short=SHORT, spectrum=theory.assign_coords(k=("shell", low)))
    rise = (again["S_theory"].values - float(again["plateau"])) / low**2
    assert rise[0] == pytest.approx(float(theory["amplitude"]), rel=1e-3)


@pytest.mark.parametrize(
    "noise",
    [{"kind": "fractional", "strength": 0.3, "hurst": 0.2}, AR1["noise"]],
    ids=["fractional", "ar1"],
)
def test_noise_with_a_long_memory_is_carried(noise):
    data = spec_data(**{"dynamics": AR1 | {"noise": noise}})
    theory = predict.run(data, short=SHORT | {"sample_steps": 3000})
    assert theory.attrs["diffusion_from"] == "drift of short runs, noise carried"
    assert "S_stripped_theory" not in theory
    D, D_err, chi = (float(theory[n]) for n in ("diffusion", "diffusion_err", "gradient_noise"))
    assert float(theory["plateau"]) == pytest.approx(float(theory["long_time_noise"]) / (2 * D))
    made, sigma = from_spec(parse(data).dynamics.noise), noise["strength"]
    drift = D - made.zero_frequency * sigma**2 / 2
    theory = theory.isel(shell=theory["k"].values < 1.5)
    k = theory["k"].values
    S = carried_structure_factor(k, drift, made, sigma, 0.0, 0.25 * chi)
    np.testing.assert_allclose(theory["S_theory"], S, rtol=1e-9)
    of_drift = carried_structure_factor(k, drift + D_err, made, sigma, 0.0, 0.25 * chi) - S
    assert (theory["S_theory_err"].values >= np.abs(of_drift) * (1 - 1e-6)).all()


def test_drift_of_the_short_runs_is_that_of_their_series():
    """Phi_f = rho alpha^2 <F_x^2> / 2 + alpha p, p with separations of x."""
    noise = {"kind": "fractional", "strength": 0.3, "hurst": 0.2}
    data = spec_data(**{"dynamics": AR1 | {"noise": noise}})
    runs = [simulate.run(one) for one in short_runs(parse(data), **SHORT).values()]
    rho, phi = [], []
    for run in runs:
        spec = parse(json.loads(run.attrs["spec"]))
        late = run.sel(time=run["time"] > SHORT["relax_steps"])
        rho.append(spec.system.density)
        phi.append(float((rho[-1] * 0.125 * late["mean_square_force"] + 0.5 * late["pressure"]).mean()))
    theory = predict.run(data, trajectories=runs)
    drift = float(theory["diffusion"]) - 0.045 * from_spec(parse(data).dynamics.noise).zero_frequency
    assert drift == pytest.approx((phi[2] - phi[0]) / (rho[2] - rho[0]))


def test_interval_of_D_is_longer_than_that_of_a_known_error():
    """Student's, of the few batches of a correlated series: wider than 1.96 errors."""
    theory = predict.run(spec_data(), short=SHORT)
    D, error = float(theory["diffusion"]), float(theory["diffusion_err"])
    low, high = theory["diffusion_interval"].values
    assert (low + high) / 2 == pytest.approx(D)
    assert 1.97 < (high - low) / 2 / error < 2.8


def test_size_of_the_short_runs_can_be_chosen():
    one, other = (predict.run(spec_data(), short=SHORT | {"density_step": h}) for h in (0.05, 0.1))
    assert float(one["density_step"]) == pytest.approx(0.05)
    assert float(other["density_step"]) == pytest.approx(0.1)
    assert math.isfinite(float(one["diffusion_err"]))
    S, S_y = (one[name].values for name in ("S_theory", "S_stripped_theory"))
    k = one["k"].values
    from anticorr.theory.jitter import jitter_variance

    s_square = jitter_variance(parse(spec_data()).dynamics.noise)
    np.testing.assert_allclose(add_jitter(k, S_y, s_square), S)
