"""spec of a training -> training record: an ensemble along its descent and after a quench."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import xarray as xr

from anticorr import provenance, records
from anticorr.learning import curvature, problems
from anticorr.learning.correlated import stacked
from anticorr.learning.descent import Descended, descend, regularise
from anticorr.learning.ensemble import Ensemble, ensemble
from anticorr.learning.problems import Problem
from anticorr.specs.training import Training, parse, samples_of

Look = Callable[[Any, dict[str, Any], jax.Array], dict[str, jax.Array]]
"""(parameters (member, entry, ...), data, key) -> variables, axes as there."""


def run(
    spec: Training | dict[str, Any],
    *,
    files: tuple[np.ndarray, np.ndarray] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> xr.Dataset:
    """Train the ensemble of a spec (or plain data in its form); returns the training record.

        w(t+1) = w(t) - eta grad L(w(t)) + sigma xi(t),   for every seed, noise and strength sigma

    Records hold losses, accuracies (shares of one), traces of the Hessian along the course (member, entry)
    and after the quench (member,); a member is a seed, a noise and a sigma (docs/learning.md).

    files: samples (sample, value) in [0, 1] and labels (sample,) of a problem of kind `files`. One seed
    after the other; all its members together. Data variables are the same bits in every run on one machine
    with one number of threads. `progress(done, total)`: seeds. Raises InputError for a bad spec.
    """
    clock = provenance.Clock()
    spec = parse(spec) if isinstance(spec, dict) else spec
    members = ensemble(spec)
    with jax.enable_x64(spec.precision == "double"):
        problem = problems.make(spec.problem, files)
        compiled = descend(problem, spec, samples_of(spec.problem)), regularise(problem, spec)
        look = _observer(problem, spec, spec.curvature.course_probes)
        look_last = _observer(problem, spec, spec.curvature.probes)
        seen: dict[str, list[np.ndarray]] = defaultdict(list)
        for number, seed in enumerate(spec.seeds):
            if progress is not None:
                progress(number, len(spec.seeds))
            for name, value in _one_seed(problem, spec, members, seed, compiled, look, look_last).items():
                seen[name].append(np.asarray(value))
    if progress is not None:
        progress(len(spec.seeds), len(spec.seeds))
    each = {name: np.concatenate(values) for name, values in seen.items()}
    seeds, count = len(spec.seeds), len(members.members)
    return records.build(
        "training",
        {
            "member_seed": np.repeat(spec.seeds, count),
            "noise": np.tile([m.noise for m in members.members], seeds),
            "strength": np.tile(members.strengths, seeds),
            "regulariser": np.tile([m.regulariser for m in members.members], seeds),
            "correlation": np.tile([f.correlation for f in members.filters], seeds),
            "step": np.arange(0, spec.schedule.noisy_steps + 1, spec.schedule.record_every),
            **each,
        },
        spec=spec.canonical_json(),
        seed=spec.seeds[0],
        **provenance.attributes(__name__, clock=clock, **_given(files)),
    )


def _given(files: tuple[np.ndarray, np.ndarray] | None) -> dict[str, str]:
    """Digest of the samples and labels of files, by name."""
    return {} if files is None else {"files": provenance.array_digest(samples=files[0], labels=files[1])}


def _one_seed(
    problem: Problem,
    spec: Training,
    of: Ensemble,
    seed: int,
    compiled: tuple[Callable[..., Descended], Callable[..., Descended]],
    look: Look,
    look_last: Look,
) -> dict[str, np.ndarray]:
    """Variables of the members of one seed, the members first."""
    params, data = jax.tree.map(jnp.asarray, problem.start(seed))
    key = jax.random.key(seed)
    noisy = [n for n, member in enumerate(of.members) if not member.regulariser]
    done = []
    if noisy:
        filters = stacked([of.filters[n] for n in noisy])
        strengths = jnp.array(of.strengths[noisy])
        done.append(compiled[0](params, data["train"], filters, strengths, key))
    if spec.regularisers:
        done.append(compiled[1](params, data["train"], jnp.array(spec.regularisers), key))
    done = jax.tree.map(lambda *parts: jnp.concatenate(parts), *done)
    looking = jax.random.fold_in(key, 1)
    course = look(done.course, data, looking)
    last = look_last(jax.tree.map(lambda w: w[:, None], done.last), data, looking)
    return {
        "diverged_at": done.diverged,
        **{name: value for name, value in course.items() if not name.startswith("ritz")},
        **{f"{name}_quench": value[:, 0] for name, value in last.items()},
    }


def _observer(problem: Problem, spec: Training, probes: int) -> Look:
    """A compiled function (parameters (member, entry, ...), data, key) -> variables, axes as there."""

    def look(params: Any, data: dict[str, Any], key: jax.Array) -> dict[str, jax.Array]:
        train = data["train"]
        seen = {
            "loss": problem.loss(params, train),
            "weight_square": sum(jnp.sum(w**2) for w in jax.tree.leaves(params)),
            **problem.observe(params, data),
        }
        if probes:
            traces, direction = jax.random.split(key)
            seen["trace"], seen["trace_err"] = curvature.trace(
                problem.loss, params, train, key=traces, probes=probes
            )
            if spec.curvature.lanczos_steps:
                ritz = curvature.spectrum(
                    problem.loss, params, train, key=direction, steps=spec.curvature.lanczos_steps
                )
                seen["sharpness"], seen["ritz_value"], seen["ritz_weight"] = ritz.values[-1], *ritz
        return seen

    @jax.jit
    def over(params: Any, data: dict[str, Any], key: jax.Array) -> dict[str, jax.Array]:
        return jax.lax.map(lambda entries: jax.lax.map(lambda p: look(p, data, key), entries), params)

    return over
