"""Annealing: the noise of a running state is lowered to nothing in stages, at its own correlation."""

import numpy as np

from anticorr.engine.particles import Particles
from anticorr.errors import InputError
from anticorr.specs import Spec

STAGES = 50
LAWS = ("linear", "geometric")
_LEAST = 0.01
"""Share of sigma at which a geometric schedule ends."""


def strengths(stages: int, law: str = "linear") -> np.ndarray:
    """Share of the full sigma in each stage n = 0 ... stages - 1, at the middle u = (n + 1/2) / stages.

    linear: 1 - u; geometric: 0.01^u. Raises InputError for another law or no stage.
    """
    problems = []
    if law not in LAWS:
        problems.append(f"law: got {law!r}, allowed: {', '.join(LAWS)}")
    if stages < 1:
        problems.append(f"stages: got {stages}, allowed >= 1")
    if problems:
        raise InputError(*problems)
    middle = (np.arange(stages) + 0.5) / stages
    return 1 - middle if law == "linear" else _LEAST**middle


def anneal(
    spec: Spec, state: dict[str, np.ndarray], steps: int, *, stages: int = STAGES, law: str = "linear"
) -> np.ndarray:
    """Positions (axis, particle), unwrapped, after `steps` steps from a state with sigma lowered in stages.

    state: what `Particles.checkpoint` gave. Steps are a multiple of `series_every`; stages are as equal as
    that allows. The states of the noise filter keep going, so the noise has its own c_t all the way, but
    for the steps between stages; x does not jump. The same spec, state and steps give the same bits.
    """
    every = spec.series_every
    if steps < stages * every or steps % every:
        raise InputError(
            f"anneal_steps: got {steps}, allowed: a multiple of series_every = {every}, >= {stages * every}"
        )
    particles = Particles(spec, np.zeros((spec.system.dimension, spec.system.particles)))
    particles.restore(state)
    full = particles.noise
    ends = np.arange(1, stages + 1) * (steps // every) // stages
    for share, blocks in zip(strengths(stages, law), np.diff(ends, prepend=0), strict=True):
        particles.noise = full._replace(
            first=share * full.first, weights=share * full.weights, stripping=share * full.stripping
        )
        particles.step_block(int(blocks))
    return particles.position()
