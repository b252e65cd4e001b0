"""Records of companions with planted numbers: those of theory, times a factor, with a stated scatter."""

import functools
import json

import numpy as np

from anticorr import records
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
    return {"quadratic": stage, "meanfield": mixtures, "orbit": orbits}[spec["kind"]].run(spec)


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
    for name in ("two_samples", "control"):
        # Mean distance of equal laws (Kolmogorov), with a scatter that makes their mean known as well.
        values[name] = 0.86873 * factor * (1 + scatter * random.standard_normal(values[name].shape))
    attributes = {name: made.attrs[name] for name in made.attrs.keys() - {"kind", "schema_version"}}
    return records.build("orbit", values, **attributes)
