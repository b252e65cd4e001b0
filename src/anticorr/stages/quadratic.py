"""spec of a quadratic companion -> its record: fluctuations and escapes, predicted and simulated."""

import itertools
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import xarray as xr

from anticorr import provenance, records
from anticorr.companions import descents
from anticorr.companions.cases import Case, filter_of
from anticorr.companions.escape import escape_exponent, escape_rate
from anticorr.companions.quadratic import stationary_covariance
from anticorr.companions.seeds import generator
from anticorr.landscape.significance import mean_and_error
from anticorr.specs.companion.quadratic import Quadratic
from anticorr.stages.pieces import in_turn
from anticorr.strict import check


def run(
    spec: Quadratic | dict[str, Any], *, progress: Callable[[int, int], None] | None = None
) -> xr.Dataset:
    """Predict and simulate all cases of a spec; returns the quadratic record.

    `progress(done, total)`: cases and wells. Raises InputError for a bad spec.
    """
    clock = provenance.Clock()
    spec = check(spec, Quadratic) if isinstance(spec, dict) else spec
    cases = [Case(spec, *case) for case in spec.cases]
    wells = [*itertools.product(spec.escape.learning_rates, spec.escape.correlations)]
    work: list[Callable[[], Any]] = [partial(_fluctuations, case, n) for n, case in enumerate(cases)]
    work += [partial(_escapes, spec, n, *well) for n, well in enumerate(wells)]
    found = in_turn(work, progress)
    fluctuations, escapes = found[: len(cases)], found[len(cases) :]
    most = max(len(case.rates) for case in cases)
    return records.build(
        "quadratic",
        {
            "optimiser": [case.optimiser for case in cases],
            "correlation": [case.correlation for case in cases],
            "edge": [case.edge for case in cases],
            **{name: [_padded(one[name], most) for one in fluctuations] for name in fluctuations[0]},
            "well_learning_rate": [rate for rate, _ in wells],
            "well_correlation": [correlation for _, correlation in wells],
            "exponent": spec.escape.exponents,
            **{name: [one[name] for one in escapes] for name in escapes[0]},
        },
        spec=spec.canonical_json(),
        seed=spec.seed,
        **provenance.attributes(__name__, clock=clock),
    )


def _padded(values: list[float], length: int) -> np.ndarray:
    return np.append(values, np.full(length - len(values), np.nan))


def _fluctuations(case: Case, number: int) -> dict[str, list[float]]:
    """tr S at all learning rates of a case."""
    seen = [
        mean_and_error(case.simulate(rate, generator(case.spec.seed, 1, number, n)).sum(axis=1))
        for n, rate in enumerate(case.rates)
    ]
    return {
        "learning_rate": list(case.rates),
        "square": [mean for mean, _ in seen],
        "square_err": [error for _, error in seen],
        "square_exact": [np.trace(case.exact(rate)) for rate in case.rates],
        "square_continuous": [np.trace(case.continuous(rate)) for rate in case.rates],
    }


def _escapes(spec: Quadratic, number: int, rate: float, correlation: float) -> dict[str, np.ndarray]:
    """Wells of one learning rate and noise, h = C = 1: rates of escape over all barriers."""
    noise, asked = filter_of(correlation), spec.escape
    variance = float(stationary_covariance(np.eye(1), np.eye(1), rate, filter=noise)[0, 0])
    barriers = np.array(asked.exponents) * variance
    left, walked = descents.escapes(
        1.0, 1.0, rate, np.sqrt(2 * barriers), filter=noise, walkers=asked.walkers,
        settle=asked.settle_steps, steps=asked.steps, generator=generator(spec.seed, 2, number),
    )  # fmt: skip
    in_time = rate * (1 + correlation) / 2
    return {
        "escapes": left,
        "escape_rate": -np.log1p(-left / np.maximum(walked, 1)),
        "escape_rate_exact": [escape_rate(b, 1.0, 1.0, rate, filter=noise) for b in barriers],
        "exponent_continuous": [escape_exponent(b, 1.0, in_time) for b in barriers],
    }
