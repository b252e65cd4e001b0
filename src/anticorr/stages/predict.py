"""spec and short runs at rho (1 -+ h) -> theory."""

import json
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import xarray as xr

from anticorr import provenance, records
from anticorr.errors import InputError
from anticorr.noise.filters import from_spec
from anticorr.specs import Spec, parse, settle, short_runs
from anticorr.spectra.autocorrelation import batch_error, long_time_covariance
from anticorr.stages import simulate
from anticorr.theory.diffusion import diffusion, mass_flux_potential
from anticorr.theory.jitter import add_jitter, jitter_variance
from anticorr.theory.modes import mode_structure_factor
from anticorr.theory.plateau import injected_noise, selection_noise

_SHORT = {"density_step": 0.05, "particles": 2025, "relax_steps": 2000, "sample_steps": 20000}
"""The runs that `predict` makes itself when it is given none."""


def run(
    spec: Spec | dict[str, Any],
    *,
    trajectories: tuple[xr.Dataset, xr.Dataset, xr.Dataset] | None = None,
    spectrum: xr.Dataset | None = None,
    threads: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> xr.Dataset:
    """Predict S(k) of a spec (or plain data in its form) without a fit; returns the theory record.

    trajectories: runs of the same dynamics at rho (1 - h), rho, rho (1 + h); made here when not given.
    spectrum: its k are used; otherwise 60 values from the box's smallest k to 2 pi rho^(1/d).
    """
    spec = settle(spec)
    _predictable(spec)
    if trajectories is None:
        trajectories = tuple(
            simulate.run(short, threads=threads, progress=progress)
            for short in short_runs(spec, **_SHORT).values()
        )
    low, mid, high = _checked(spec, trajectories)
    dynamics = spec.dynamics
    D, D_err = diffusion(*[_potential(*run) for run in (low, high)])
    if D <= 0:
        raise InputError(f"trajectories: got D = {D:.3g} from (2), wanted a stable state (D > 0)")
    relevant = _sampled(mid[1])
    injected = injected_noise(dynamics)
    q = selection_noise(dynamics, float(relevant["pair_force_square"].mean()))
    q_err = selection_noise(dynamics, float(batch_error(relevant["pair_force_square"].values)))
    chi, chi_err = _gradient_noise(mid[0], relevant)
    step_square = dynamics.step_size**2
    s_square = jitter_variance(dynamics.noise)
    c = from_spec(dynamics.noise).correlation
    k = _wavenumbers(spec) if spectrum is None else spectrum["k"].values

    def S_of_x(D, q, chi):
        driven = mode_structure_factor(k, D, dynamics.noise.strength, c, q, step_square * chi)
        return driven, add_jitter(k, driven - k**2 * s_square, s_square)

    driven, S = S_of_x(D, q, chi)
    changes = [
        S_of_x(*shifted)[1] - S
        for shifted in ((D + D_err, q, chi), (D, q + q_err, chi), (D, q, chi + chi_err))
    ]
    plateau = (injected + q) / (2 * D)
    plateau_err = math.hypot(plateau * D_err / D, q_err / (2 * D))
    stripped_amplitude = step_square * chi / (2 * D)
    amplitude = stripped_amplitude - 0.5 * c * dynamics.noise.strength**2
    # Vanish with the plateau, as c -> -1: its curvature S(0) (1 + m/2), and the jitter's share of it.
    amplitude += (0.5 * D - s_square) * plateau
    return records.build(
        "theory",
        {
            "k": k,
            "S_theory": S,
            "S_theory_err": np.sqrt(sum(change**2 for change in changes)),
            "S_stripped_theory": driven - k**2 * s_square,
            "diffusion": D,
            "diffusion_err": D_err,
            "plateau": plateau,
            "plateau_err": plateau_err,
            "gradient_noise": chi,
            "gradient_noise_err": chi_err,
            "stripped_amplitude": stripped_amplitude,
            "amplitude": amplitude,
            "amplitude_err": math.hypot(step_square * chi_err / (2 * D), stripped_amplitude * D_err / D),
            "crossover": math.sqrt(plateau / amplitude) if amplitude > 0 else math.nan,
            "selection_noise": q,
            "density_step": high[0].system.density / mid[0].system.density - 1,
        },
        spec=spec.canonical_json(),
        seed=spec.seed,
        box_side=spec.system.box_side,
        **provenance.attributes(
            __name__,
            **{
                name: provenance.content_digest(t)
                for name, t in zip(("low", "mid", "high"), trajectories, strict=True)
            },
        ),
    )


def _predictable(spec: Spec) -> None:
    """Refuse what the equations do not cover."""
    dynamics, system = spec.dynamics, spec.system
    got = [
        ("dynamics.kind", dynamics.kind, "gradient"),
        ("dynamics.batch_selection", getattr(dynamics, "batch_selection", "pair"), "pair"),
        ("system.sizes.kind", system.sizes.kind, "monodisperse"),
    ]
    problems = [
        f"{key}: got {value!r}, allowed in predict: {one!r}" for key, value, one in got if value != one
    ]
    if dynamics.noise.kind not in ("white", "ma1"):
        problems.append(
            f"dynamics.noise.kind: got {dynamics.noise.kind!r}, allowed in predict: 'white' or 'ma1'"
        )
    if problems:
        raise InputError(*problems)


def _checked(spec, trajectories):
    if len(trajectories) != 3:
        raise InputError(f"--trajectories: got {len(trajectories)}, wanted three: low mid high")
    for name, t in zip(("low", "mid", "high"), trajectories, strict=True):
        records.check(t, "trajectory", name)
    specs = [parse(json.loads(t.attrs["spec"])) for t in trajectories]
    problems = [
        f"--trajectories: {name} has other dynamics than the spec"
        for name, s in zip(("low", "mid", "high"), specs, strict=True)
        if s.dynamics != spec.dynamics or s.system.dimension != spec.system.dimension
    ]
    problems += [
        f"--trajectories: {name} was absorbed at step {t.attrs['absorbed_at']}, wanted a state that moves"
        for name, t in zip(("low", "mid", "high"), trajectories, strict=True)
        if "absorbed_at" in t.attrs
    ]
    rho = [s.system.density for s in specs]
    if not rho[0] < rho[1] < rho[2]:
        problems.append(f"--trajectories: got densities {rho}, wanted rho (1 - h), rho, rho (1 + h)")
    if not math.isclose(rho[1], spec.system.density, rel_tol=1e-9):
        problems.append(
            f"--trajectories: mid has density {rho[1]:.6g}, wanted the spec's {spec.system.density:.6g}"
        )
    if problems:
        raise InputError(*problems)
    return list(zip(specs, trajectories, strict=True))


def _sampled(trajectory: xr.Dataset) -> xr.Dataset:
    relax = json.loads(trajectory.attrs["spec"])["schedule"]["relax_steps"]
    return trajectory.sel(time=trajectory["time"] > relax)


def _potential(spec: Spec, trajectory: xr.Dataset) -> tuple[float, float, float]:
    """(density, Phi, its standard error) of one short run."""
    sampled = _sampled(trajectory)
    series = mass_flux_potential(
        spec, sampled["mean_square_force"].values, sampled["pressure_stripped"].values
    )
    return spec.system.density, float(series.mean()), float(batch_error(series))


def _gradient_noise(spec: Spec, sampled: xr.Dataset) -> tuple[float, float]:
    """chi: two-sided sum over lags of the covariance of W_xx, per particle, mean over axes.

    Entries of the series are means over blocks of steps; the sum over lags of block means times the
    block length is the sum over single steps."""
    scale = spec.series_every / spec.system.particles
    each = [long_time_covariance(W) for W in sampled["pair_virial"].values.T]
    value = scale * np.mean([v for v, _ in each])
    error = scale * math.sqrt(sum(e**2 for _, e in each)) / len(each)
    return float(value), float(error)


def _wavenumbers(spec: Spec) -> np.ndarray:
    lowest = 2 * math.pi / spec.system.box_side
    highest = 2 * math.pi * spec.system.density ** (1 / spec.system.dimension)
    return np.geomspace(lowest, highest, 60)
