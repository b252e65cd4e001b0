"""Which combination of two species is even, and what is left of it, against runs at c = -1."""

import numpy as np
import pytest

import anticorr as ac
from anticorr.specs import parse
from anticorr.spectra.autocorrelation import batch_error
from anticorr.theory.diffusion import mass_flux_potential
from anticorr.theory.mixtures import (
    composition_plateau,
    composition_weights,
    weighted_structure_factor,
)

EACH, SIDE, RELAX = 392, 33.72, 2000  # 1:1.4 by diameter, phi 0.8


def run(small, large, steps, stripped):
    volume = np.pi / 4 * (small + 1.4**2 * large)
    data = {
        "system": {
            "particles": small + large,
            "packing_fraction": volume / SIDE**2,
            "sizes": {"kind": "bidisperse", "ratio": 1.4, "large_fraction": large / (small + large)},
        },
        "dynamics": {
            "step_size": 0.5,
            "noise": {"kind": "ma1", "strength": 0.45, "correlation": -1.0},
        },
        "schedule": {"relax_steps": RELAX, "sample_steps": steps, "sample_every": 40},
        "record": {"positions": "float64" if stripped else "none", "stripped": stripped},
        "seed": 3,
    }
    trajectory = ac.simulate(data)
    return parse(data), trajectory.sel(time=trajectory["time"] > RELAX)


def partial_structure_factors(trajectory, k):
    """S_ab of y, (species, species, mode), mean over frames."""
    large = trajectory["diameter"].values > 1.2
    total = 0.0
    for y in trajectory["stripped_position"].values:
        waves = np.exp(-1j * y @ k.T)
        rho = np.array([waves[~large].sum(axis=0), waves[large].sum(axis=0)])
        total = total + (rho[:, None] * rho[None].conj()).real / len(y)
    return total / trajectory.sizes["frame"]


@pytest.mark.soak
def test_even_combination_and_its_plateau():
    """The softest combination of S_ab has the ratio of the weights within 3% (their error is 1%). S_w of y
    has the k^2 of its gradient noise and a plateau, which two linear fields predict within 40%."""
    h, points = 0.06, []
    for a, b in ((0, 0), (-h, 0), (h, 0), (0, -h), (0, h)):
        counts = round(EACH * (1 + a)), round(EACH * (1 + b))
        spec, series = run(*counts, 5000, False)
        phi = mass_flux_potential(
            spec, series["mean_square_force"].values, series["pressure_stripped"].values
        )
        points.append((*np.array(counts) / SIDE**2, phi.mean(), float(batch_error(phi))))
    rho_1, rho_2, potential, err = np.array(points).T
    w, covariance = composition_weights(np.stack([rho_1, rho_2], axis=1), potential, err)
    assert np.sqrt(np.diag(covariance)).max() < 0.01 * w.min()

    _, trajectory = run(EACH, EACH, 30000, True)
    n = np.array([(a, b) for a in range(-3, 4) for b in range(4) if (b, a) > (0, 0)])
    k = 2 * np.pi / SIDE * n[(n**2).sum(axis=1) <= 9]
    square = (k**2).sum(axis=1)
    partial = partial_structure_factors(trajectory, k)
    _, vectors = np.linalg.eigh(partial.mean(axis=2))
    assert vectors[1, 0] / vectors[0, 0] == pytest.approx(w[1] / w[0], rel=0.03)

    fractions = np.array([0.5, 0.5])
    S_w = weighted_structure_factor(w, fractions, partial)
    design = np.stack([np.ones(len(k)), square], axis=1) / S_w[:, None]
    plateau, _ = np.linalg.lstsq(design, np.ones(len(k)), rcond=None)[0]
    msd, time = trajectory["mean_square_displacement"].values, trajectory["time"].values
    late = len(time) // 4
    self_diffusion = (msd[-1] - msd[late]) / (4 * (time[-1] - time[late]))
    predicted = composition_plateau(w, fractions, self_diffusion, w @ fractions)
    assert plateau == pytest.approx(predicted, rel=0.4)
