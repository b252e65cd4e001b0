"""Is a state a relaxed fluid? And its name in words."""

from dataclasses import dataclass

import numpy as np

from anticorr.figures.states import State
from anticorr.records import MSD_STEPS
from anticorr.specs import Spec

_APART = 3.0
"""Standard errors by which two starts may differ at the smallest k in a relaxed state."""


@dataclass(frozen=True)
class Condition:
    """The verdict on a state and what it rests on; NaN where a record does not say."""

    fluid: str
    """'yes', or what is wrong."""
    seeds: int
    diffusion: float
    diffusion_err: float
    msd: float
    msd_steps: int
    msd_least: float
    psi_6: float
    psi_6_most: float
    starts_differ: float
    starts_resolve: float


def condition(state: State, msd_least: float, psi_6_most: float) -> Condition:
    """Is the state a fluid, and do a random and a lattice start agree at the smallest k?"""
    fit, lattice, theory = state.fit, state.lattice, state.theory
    known = fit is not None and "msd" in fit
    msd, psi_6 = (float(fit[name]) if known else np.nan for name in ("msd", "psi_6"))
    steps = int(fit["msd_steps"]) if known else 0
    differ = resolve = np.nan
    if fit is not None and lattice is not None:
        error = float(np.hypot(fit["S_err"].values[0], lattice["S_err"].values[0]))
        differ = float(lattice["S"].values[0] - fit["S"].values[0]) / error
        resolve = _APART * error / float(fit["S"].values[0])
    two = state.spec.system.dimension == 2
    if fit is None:
        fluid = "no fit to tell a fluid"
    elif steps < MSD_STEPS:
        fluid = f"too short to tell a fluid (msd over {steps} steps)"
    elif two and np.isnan(psi_6):
        fluid = "order not measured (no frames)"
    elif not msd >= msd_least or (two and not psi_6 <= psi_6_most):
        fluid = "not a fluid"
    elif lattice is None:
        fluid = "relaxation not checked"
    elif not abs(differ) <= _APART:
        fluid = "not relaxed"
    else:
        fluid = "yes"
    return Condition(
        fluid=fluid,
        seeds=0 if fit is None else int(fit["replicas"]),
        diffusion=np.nan if theory is None else float(theory["diffusion"]),
        diffusion_err=np.nan if theory is None else float(theory["diffusion_err"]),
        msd=msd,
        msd_steps=steps,
        msd_least=msd_least,
        psi_6=psi_6,
        psi_6_most=psi_6_most,
        starts_differ=differ,
        starts_resolve=resolve,
    )


def in_words(spec: Spec) -> str:
    """A state's name: what sets it apart from the defaults."""
    system, dynamics = spec.system, spec.dynamics
    noise, words = dynamics.noise, [f"phi {system.packing_fraction:g}"]
    if system.potential.kind != "harmonic":
        words.append(system.potential.kind)
    if system.sizes.kind != "monodisperse":
        words.append(system.sizes.kind)
    if noise.strength > 0:
        words.append(f"sigma {noise.strength:g}")
    if dynamics.kind == "gradient":
        words.append(f"alpha {dynamics.step_size:g}")
    else:
        words.append(f"{dynamics.kind} eps_k {dynamics.kick_size:g}, c_s {dynamics.kick_correlation:g}")
    if noise.strength > 0:
        words.append(_noise(noise))
    if dynamics.kind == "gradient" and dynamics.batch_fraction < 1:
        words.append(f"b_f {dynamics.batch_fraction:g}, c_s {dynamics.batch_correlation:g}")
        if dynamics.batch_selection != "pair":
            words.append(f"a draw for each {dynamics.batch_selection}")
    return ", ".join([*words, f"d {system.dimension}", f"N {system.particles}"])


def _noise(noise) -> str:
    if noise.kind == "fractional":
        return f"H {noise.hurst:g}"
    if noise.kind == "ma1":
        return f"c_t {noise.correlation:g}"
    if noise.kind == "ar1":
        return f"ar1 {noise.correlation:g}"
    return noise.kind
