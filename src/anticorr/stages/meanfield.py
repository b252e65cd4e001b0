"""spec of a mean-field companion -> its record: the course of SGD on mixtures, predicted and simulated."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import xarray as xr

from anticorr import provenance, records
from anticorr.accelerate import get_num_threads, set_num_threads
from anticorr.companions import mixture
from anticorr.companions.meanfield import Course, Mixture, solve
from anticorr.errors import InputError
from anticorr.specs.companion.meanfield import MeanField
from anticorr.stages.pieces import in_turn
from anticorr.strict import check

SEEN = ("overlap", "norm", "loss", "training_error", "error")


def run(
    spec: MeanField | dict[str, Any],
    *,
    threads: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> xr.Dataset:
    """Predict and simulate all settings of a spec; returns the meanfield record.

    Theory: mean of independent solutions, with its standard error. Simulation: descents in two dimensions,
    extrapolated in 1 / d. `progress(done, total)`: settings. Bits do not depend on `threads`. Raises
    InputError for a bad spec.
    """
    clock = provenance.Clock()
    spec = check(spec, MeanField) if isinstance(spec, dict) else spec
    settings = [(n, b) for n in range(len(spec.mixtures)) for b in spec.batch_fractions]
    scans = [("spread", value) for value in spec.scan_spreads]
    scans += [("ridge", value) for value in spec.scan_ridges]
    problems = [_problem(spec, n, b) for n, b in settings]
    problems += [_problem(spec, 0, spec.batch_fractions[-1], **{key: value}) for key, value in scans]
    before = get_num_threads()
    set_num_threads(threads)
    try:
        work = [partial(_both, spec, one, n) for n, one in enumerate(problems)]
        found = in_turn(work, progress)
    finally:
        set_num_threads(before)
    courses, ends = found[: len(settings)], found[len(settings) :]
    # The first problem at every batch fraction is a scan of it.
    scans = [("batch_fraction", b) for b in spec.batch_fractions] + scans
    ends = courses[: len(spec.batch_fractions)] + ends
    names = [f"{name}{end}" for name in SEEN for end in ("", "_err", "_simulated", "_simulated_err")]
    last = [name for name in names if name.startswith("error")]
    return records.build(
        "meanfield",
        {
            "mixture": [n for n, _ in settings],
            "batch_fraction": [b for _, b in settings],
            **{name: [one[name] for one in courses] for name in (*names, "noise_kernel", "memory_kernel")},
            "scan_key": [key for key, _ in scans],
            "scan_value": [value for _, value in scans],
            **{f"scan_{name}": [one[name][-1] for one in ends] for name in last},
        },
        spec=spec.canonical_json(),
        seed=spec.seed,
        **provenance.attributes(__name__, clock=clock),
    )


def _problem(spec: MeanField, number: int, batch_fraction: float, **changes: float) -> Mixture:
    return Mixture(**spec.mixtures[number].model_dump() | changes, share=batch_fraction)


def _seed(spec: MeanField, *place: int) -> int:
    """A seed of its own for every solution and descent."""
    return int(np.random.SeedSequence((spec.seed, *place)).generate_state(1, np.uint64)[0])


def _both(spec: MeanField, problem: Mixture, number: int) -> dict[str, np.ndarray]:
    """Theory and simulation of one problem, (step,) each, and the kernels of theory."""
    solutions = [
        solve(problem, spec.steps, paths=spec.paths, seed=_seed(spec, 1, number, n))
        for n in range(spec.solutions)
    ]
    _precise(spec, solutions)
    small, large = (
        [
            mixture.descend(problem, spec.steps, dimension=d, seed=_seed(spec, 2, number, d, n))
            for n in range(spec.descents)
        ]
        for d in spec.dimensions
    )
    # X(d) = X + x / d: the limit is (1 + a) X(large) - a X(small).
    a = spec.dimensions[0] / (spec.dimensions[1] - spec.dimensions[0])
    made = {
        name: np.mean([getattr(one, name) for one in solutions], axis=0)
        for name in ("noise_kernel", "memory_kernel")
    }
    for name in SEEN:
        made[name], made[f"{name}_err"] = _mean([getattr(one, name) for one in solutions])
        (low, low_err), (high, high_err) = (_mean([one[name] for one in ones]) for ones in (small, large))
        made[f"{name}_simulated"] = (1 + a) * high - a * low
        made[f"{name}_simulated_err"] = np.hypot((1 + a) * high_err, a * low_err)
    return made


def _precise(spec: MeanField, solutions: list[Course]) -> None:
    """Refuses paths too few for the error that is wanted of theory."""
    _, error = _mean([one.error[-1] for one in solutions])
    if spec.error is not None and error > spec.error:
        enough = int(np.ceil(spec.paths * (error / spec.error) ** 2 / 100)) * 100
        raise InputError(
            f"paths: got {spec.paths}, which leave the error on new samples a standard error of "
            f"{error:.2g}; wanted <= {spec.error:g}: about {enough} paths"
        )


def _mean(values: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Mean of independent courses, and its standard error."""
    return np.mean(values, axis=0), np.std(values, axis=0, ddof=1) / np.sqrt(len(values))
