"""Planted fits and theory of states with both noises: S(0) = bracket / 2D, Gamma-distributed shells."""

import math

import numpy as np

from anticorr import records
from anticorr.specs import parse
from anticorr.stages import fit
from anticorr.theory.plateau import injected_noise, selection_noise

D, CURVATURE, PAIR_FORCE_SQUARE = 0.09, 0.06, 0.12
K = np.geomspace(0.05, 0.9, 12)
MODES = np.array([2, 2, 4, 6, 8, 12, 16, 24, 32, 40, 50, 64])
MEASURED = {"relaxation_rate": D * K**2, "relaxation_rate_err": 0.02 * D * K**2, "k_rms": K}


def sgd(correlation, shared, phi=0.8, seed=1, initial="random", **more):
    """A spec of minibatches: c_t, c_s."""
    noise = {"kind": "ma1", "strength": 0.3, "correlation": correlation}
    drift = {"step_size": 0.5, "batch_fraction": 0.5, "batch_correlation": shared, "noise": noise}
    return _spec(drift | more, phi, seed, initial)


def kicks(kind, shared, seed=1, initial="random"):
    """A spec of random organisation without injected noise."""
    return _spec({"kind": kind, "kick_size": 0.5, "kick_correlation": shared}, 0.7, seed, initial)


def pair(spec, cross=0.0, factor=1.0, msd=50.0, lattice=True, centre=1.0, samples=2e4, decay=True):
    """Fit and theory of a spec. cross: r of a planted cross term; factor: measured over true S; msd: below
    5 no fluid; centre: measured over predicted noise of the centre."""
    s, q = injected_noise(spec.dynamics), _selection(spec)
    bracket = s + q + 2 * cross * math.sqrt(s * q)
    starts = [(seed, "random") for seed in (1, 2)] + [(9, "lattice")] * lattice
    made = [
        _spectrum(_again(spec, seed, initial), factor * bracket, msd, centre * (s + q), samples, decay)
        for seed, initial in starts
    ]
    return fit.run(*made), theory(spec)


def theory(spec, pair_force_square=PAIR_FORCE_SQUARE):
    """The theory record alone."""
    s, q = injected_noise(spec.dynamics), _selection(spec, pair_force_square)
    plateau = (s + q) / (2 * D)
    return records.build(
        "theory",
        {
            "k": K,
            "S_theory": plateau + CURVATURE * K**2,
            "S_theory_err": 0 * K,
            "diffusion": D,
            "diffusion_err": 0.01 * D,
            "plateau": plateau,
            "plateau_err": math.hypot(0.01 * plateau, 0.02 * q / (2 * D)),
            "gradient_noise": 0.02,
            "gradient_noise_err": 0.001,
            "stripped_amplitude": 0.015,
            "amplitude": CURVATURE,
            "amplitude_err": 0.001,
            "crossover": math.sqrt(plateau / CURVATURE),
            "selection_noise": q,
            "selection_noise_err": 0.0,
            "long_time_noise": s + q,
            "density_step": 0.05,
        },
        spec=spec.canonical_json(),
        seed=1,
        box_side=10.0,
        diffusion_from="equation (2)",
    )


def _selection(spec, square=PAIR_FORCE_SQUARE):
    return selection_noise(spec.dynamics, square, square)


def _spectrum(spec, bracket, msd, centre, samples, decay):
    generator = np.random.default_rng(spec.seed + round(1e6 * bracket))
    S = (bracket / (2 * D) + CURVATURE * K**2) * generator.gamma(MODES * samples) / (MODES * samples)
    return records.build(
        "spectrum",
        {
            "k": K,
            "S": S,
            "S_err": S / np.sqrt(MODES * samples),
            "modes": MODES,
            "effective_samples": np.full(len(K), float(samples)),
            "frames": 200,
            "msd": msd,
            "msd_steps": 3000,
            "psi_6": 0.37,
            "psi_6_err": 0.001,
            "centre_noise": centre,
            "centre_noise_err": 0.05 * centre,
            **(MEASURED if decay else {}),
        },
        spec=spec.canonical_json(),
        seed=spec.seed,
        box_side=spec.system.box_side,
    )


def _spec(dynamics, phi, seed, initial):
    system = {"dimension": 2, "particles": 100, "packing_fraction": phi, "initial": initial}
    schedule = {"relax_steps": 100, "sample_steps": 1000, "sample_every": 10}
    return parse({"system": system, "dynamics": dynamics, "schedule": schedule, "seed": seed})


def _again(spec, seed, initial):
    data = spec.model_dump(mode="json")
    data["seed"], data["system"]["initial"] = seed, initial
    return parse(data)
