"""Records of companions with planted numbers: those of theory, times a factor, with a stated scatter."""

import functools
import json

import numpy as np

from anticorr import records
from anticorr.stages import consensus as related
from anticorr.stages import meanfield as mixtures
from anticorr.stages import orbit as orbits
from anticorr.stages import quadratic as stage

SPEC = {
    "kind": "quadratic", "shares": [0.1, 0.5, 0.9], "regression_shares": [0.1, 0.3],
    "adam_rates": [0.3, 3.0], "walkers": 8, "settle_steps": 1, "steps": 1,
    "escape": {
        "exponents": [3.0, 5.0, 7.0], "learning_rates": [0.2, 0.8], "correlations": [0.0, -0.9],
        "walkers": 2, "steps": 1,
    },
}  # fmt: skip


@functools.cache
def _made(spec):
    """Theory takes its time; the same for every plant."""
    spec = json.loads(spec)
    stages = {"quadratic": stage, "meanfield": mixtures, "orbit": orbits, "consensus": related}
    return stages[spec["kind"]].run(spec)


def quadratic(factor=1.0, scatter=0.01, **changes):
    """Mean squares and rates of escape of theory times `factor`, each off by a relative error `scatter`."""
    made = _made(json.dumps(SPEC | changes))
    random = np.random.default_rng(3)

    def planted(exact):
        return exact * factor * (1 + scatter * random.standard_normal(exact.shape))

    values = {name: made[name].values for name in made.data_vars}
    values["square"] = planted(values["square_exact"])
    values["square_err"] = scatter * values["square_exact"] * factor
    values["escape_rate"] = planted(values["escape_rate_exact"])
    values["escapes"] = np.full(values["escapes"].shape, round(scatter**-2))
    return records.build(
        "quadratic", values, **{k: v for k, v in made.attrs.items() if k not in ("kind", "schema_version")}
    )


MIXTURES = {
    "kind": "meanfield", "batch_fractions": [1.0, 0.4], "steps": 8, "paths": 64, "solutions": 3,
    "dimensions": [10, 20], "descents": 3, "scan_spreads": [0.3, 0.6], "scan_ridges": [0.0, 1.0],
}  # fmt: skip


def meanfield(factor=1.0, scatter=0.01, **changes):
    """Descents of theory times `factor`, each setting off by a relative error `scatter`."""
    made = _made(json.dumps(MIXTURES | changes))
    random = np.random.default_rng(4)
    values = {name: made[name].values for name in made.data_vars}
    for name in (*mixtures.SEEN, "scan_error"):
        theory = values[name]
        off = scatter * random.standard_normal((len(theory), 1) if theory.ndim == 2 else len(theory))
        values[f"{name}_simulated"] = factor * theory * (1 + off)
        values[f"{name}_simulated_err"] = factor * scatter * theory
        values[f"{name}_err"] = np.zeros_like(theory)
    attributes = {name: made.attrs[name] for name in made.attrs.keys() - {"kind", "schema_version"}}
    return records.build("meanfield", values, **attributes)


ORBITS = {
    "kind": "orbit", "b": [1.0, 0.5], "times": [0.1, 0.5], "rest": 2.0, "step": 0.1, "walkers": 200,
    "error": 0.1, "network": {"replicas": 10, "steps": 10, "records": 2, "samples": 4},
}  # fmt: skip


def orbit(factor=1.0, scatter=0.01, **changes):
    """Mean squares, gaps and variances of theory times `factor`, each off by a relative error `scatter`;
    distances of equal laws times `factor`."""
    made = _made(json.dumps(ORBITS | changes))
    random = np.random.default_rng(5)
    values = {name: made[name].values for name in made.variables}
    planted = {
        "square_projected": "square_exact", "square_equivalent": "square_exact",
        "square_rest": "dimension", "square_stratonovich": "dimension", "form_rest": "form_ensemble",
        "balance_injected": "balance_exact", "balance_sgd": "balance_exact",
    }  # fmt: skip
    for name, under in planted.items():
        values[name] = factor * values[under] * (1 + scatter * random.standard_normal(values[under].shape))
        values[f"{name}_err"] = factor * scatter * values[under]
    for name in ("two_samples", "control", "law_projected", "law_equivalent"):
        # Mean distance of equal laws (Kolmogorov), with a scatter that makes their mean known as well.
        values[name] = 0.86873 * factor * (1 + scatter * random.standard_normal(values[name].shape))
    attributes = {name: made.attrs[name] for name in made.attrs.keys() - {"kind", "schema_version"}}
    return records.build("orbit", values, **attributes)


RELATED = {
    "kind": "consensus",
    "memory": {"states": [2, 3, 4], "paths": 8, "steps": 64},
    "swarm": {"repeats": 8, "steps": 6},
    "race": {"steps": 30, "repeats": 8, "walkers": 4, "noises": [2.0, 3.0], "strengths": [0.1, 0.3],
             "particles": 8},
}  # fmt: skip


def consensus(factor=1.0, scatter=0.01, **changes):
    """Modes and swarms of theory times `factor`, each off by a relative error `scatter`; errors of few
    states whose slope is that of theory times `factor`; of every race the least energy at the end is e at
    its second setting, times `factor` but for c_t = -1, and far above at its first."""
    made = _made(json.dumps(RELATED | changes))
    random = np.random.default_rng(6)
    values = {name: made[name].values for name in made.variables}
    for name in ("mode_square", "spread", "wander", "pull"):
        exact = values[f"{name}_exact"]
        values[name] = factor * exact * (1 + scatter * random.standard_normal(exact.shape))
        values[f"{name}_err"] = factor * scatter * exact
    values["approximation_error"] = 2 * values["approximation_expected"] ** factor
    second = np.isin(made["setting_value"].values, (0.3, 3.0, 0.0))
    least = np.where(second, np.e, 100.0) * np.where(made["method"].values == "c_t = -1", 1.0, factor)
    ends = least[:, None] * (1 + scatter * random.standard_normal((len(least), made.sizes["repeat"])))
    values["least"] = np.geomspace(1000.0, 1.0, made.sizes["race_moment"]) * ends[:, :, None]
    attributes = {name: made.attrs[name] for name in made.attrs.keys() - {"kind", "schema_version"}}
    return records.build("consensus", values, **attributes)
