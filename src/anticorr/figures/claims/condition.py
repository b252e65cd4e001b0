"""Is a state a relaxed fluid? And its name in words."""

from dataclasses import dataclass

import numpy as np
import xarray as xr

from anticorr.figures.states import State
from anticorr.specs import Spec
from anticorr.specs.companion import Companion
from anticorr.specs.dynamics import Noise
from anticorr.specs.training import Training


@dataclass(frozen=True)
class Condition:
    """The verdict on a state and what it rests on; NaN where a record does not say."""

    fluid: str
    """'yes', or what is wrong."""
    reason: str
    seeds: int
    diffusion: float
    diffusion_err: float
    msd: float
    psi_6: float
    starts_differ: float
    starts_resolve: float


def condition(state: State) -> Condition:
    """Is the state a fluid, and do a random and a lattice start agree? By the verdict in its fit."""
    fit, theory = state.fit, state.theory

    def number(record: xr.Dataset | None, name: str) -> float:
        return float(record[name]) if record is not None and name in record else np.nan

    return Condition(
        fluid=state.doubt or "yes",
        reason="" if fit is None else fit.attrs["state_reason"],
        seeds=0 if fit is None else int(fit["replicas"]),
        diffusion=number(theory, "diffusion"),
        diffusion_err=number(theory, "diffusion_err"),
        msd=number(fit, "msd"),
        psi_6=number(fit, "psi_6"),
        starts_differ=number(fit, "starts_differ"),
        starts_resolve=number(fit, "starts_resolve"),
    )


def in_words(spec: Spec | Training | Companion) -> str:
    """A state's name: what sets it apart from the defaults."""
    if isinstance(spec, Companion):
        return f"{spec.kind}, seed {spec.seed}"
    if isinstance(spec, Training):
        network = f", {spec.problem.activation}" if hasattr(spec.problem, "activation") else ""
        return f"{spec.problem.kind}{network}, eta {spec.descent.learning_rate:g}, {len(spec.seeds)} seeds"
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


def _noise(noise: Noise) -> str:
    if noise.kind == "fractional":
        return f"H {noise.hurst:g}"
    if noise.kind == "ma1":
        return f"c_t {noise.correlation:g}"
    if noise.kind == "ar1":
        return f"ar1 {noise.correlation:g}"
    return noise.kind
