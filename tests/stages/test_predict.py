"""What the theory does not cover is refused in words; what it covers is predicted for every kind."""

import math

import numpy as np
import pytest

from anticorr.errors import InputError
from anticorr.stages import measure, predict, simulate
from anticorr.theory.jitter import add_jitter
from tests.conftest import spec_data

AR1 = {"step_size": 0.5, "noise": {"kind": "ar1", "strength": 0.1, "correlation": 0.5}}
SHORT = {"particles": 49, "relax_steps": 20, "sample_steps": 200, "density_step": 0.1}


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"system.sizes": {"kind": "uniform", "half_width": 0.2}}, "system.sizes.kind"),
        ({"dynamics": AR1}, r"F\(k, t\)"),
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


def test_under_a_long_memory_D_comes_from_the_decay():
    noise = {"kind": "fractional", "strength": 0.3, "hurst": 0.2}
    data = spec_data(
        **{
            "dynamics.noise": noise,
            "system.particles": 400,
            "schedule": {"relax_steps": 200, "sample_steps": 4000, "sample_every": 100},
            "record.modes": {"k_max": 1.6, "every": 5},
        }
    )
    spectrum = measure.run(simulate.run(data))
    theory = predict.run(data, short=SHORT, spectrum=spectrum)
    assert theory.attrs["diffusion_from"] == "F(k, t)"
    assert 0.05 < float(theory["diffusion"]) < 0.4
    assert "S_stripped_theory" not in theory


def test_size_of_the_short_runs_can_be_chosen():
    one, other = (predict.run(spec_data(), short=SHORT | {"density_step": h}) for h in (0.05, 0.1))
    assert float(one["density_step"]) == pytest.approx(0.05)
    assert float(other["density_step"]) == pytest.approx(0.1)
    assert math.isfinite(float(one["diffusion_err"]))
    S, S_y = (one[name].values for name in ("S_theory", "S_stripped_theory"))
    k = one["k"].values
    from anticorr.specs import parse
    from anticorr.theory.jitter import jitter_variance

    s_square = jitter_variance(parse(spec_data()).dynamics.noise)
    np.testing.assert_allclose(add_jitter(k, S_y, s_square), S)
