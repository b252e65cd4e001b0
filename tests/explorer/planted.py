"""Specs of small states, and records planted for them: S = plateau + 0.06 k^2, a random last frame."""

import json
from functools import cache

import numpy as np

from anticorr import records
from anticorr.specs import parse
from anticorr.stages import fit
from anticorr.variables import KINDS
from tests.figures import planted

K, MODES = planted.K, planted.MODES


def spec_of(noise, *, system=None, seed=1, initial="random", sample_steps=600, **dynamics):
    return parse(
        {
            "system": {"particles": 100, "packing_fraction": 0.8, "initial": initial, **(system or {})},
            "dynamics": {
                "noise": noise,
                **({"step_size": 0.5} if "kind" not in dynamics else {}),
                **dynamics,
            },
            "schedule": {"relax_steps": 200, "sample_steps": sample_steps, "sample_every": 100},
            "seed": seed,
        }
    )


def gradient(correlation, strength=0.3, **more):
    return spec_of({"kind": "ma1", "strength": strength, "correlation": correlation}, **more)


def fractional(hurst, **more):
    return spec_of({"kind": "fractional", "strength": 0.3, "hurst": hurst}, **more)


def white(**more):
    return spec_of({"kind": "white", "strength": 0.3}, **more)


def kicks(kind, correlation):
    noise = {"kind": "white", "strength": 0.0}
    return spec_of(noise, kind=kind, kick_size=0.5, kick_correlation=correlation)


def plateau(spec):
    """1 + c_t, or H, in units of a white plateau."""
    noise = spec.dynamics.noise
    return 0.26 * {"ma1": lambda: 1 + noise.correlation, "fractional": lambda: noise.hurst}[noise.kind]()


def spectrum(spec, samples=4000.0):
    weight = MODES * samples
    S = (plateau(spec) + 0.06 * K**2) * np.random.default_rng(spec.seed).gamma(weight) / weight
    values = {"k": K, "S": S, "S_err": S / np.sqrt(weight), "modes": MODES, "frames": 100}
    values |= {"effective_samples": np.full(len(K), samples), "msd": 50.0, "msd_steps": 3000}
    values |= {"psi_6": 0.37, "psi_6_err": 0.001}
    return _record("spectrum", spec, values)


@cache
def _fitted(text):
    spec = parse(json.loads(text))
    return fit.run(*(spectrum(spec.model_copy(update={"seed": seed})) for seed in (1, 2)))


def fitted(spec):
    return _fitted(spec.canonical_json())


theory = planted.theory


def trajectory(spec, energy=0.1, **more):
    """Energies fall from 1 to `energy` in the first half of the relaxation; frames at the end alone."""
    system, time = spec.system, np.arange(10, 801, 10)
    series = {
        name: np.ones(len(time) if entry.dims == ("time",) else (len(time), system.dimension))
        for name, entry in KINDS["trajectory"].items()
        if not entry.optional and entry.dims[:1] == ("time",)
    }
    shape = (2, system.particles, system.dimension)
    values = {
        "position": np.random.default_rng(5).uniform(0, system.box_side, shape),
        "step": np.array([700, 800]),
        **series,
        "time": time,
        "energy": np.where(time < 100, 1.0, energy),
    }
    return _record("trajectory", spec, values | more)


def _record(kind, spec, values):
    known = {"spec": spec.canonical_json(), "seed": spec.seed, "box_side": spec.system.box_side}
    return records.build(kind, values, **known)
