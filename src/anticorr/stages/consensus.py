"""spec of a consensus companion -> its record: memory by few states, swarms, races at equal cost."""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import xarray as xr
from scipy.integrate import quad
from scipy.signal import lfilter

from anticorr import provenance, records
from anticorr.companions import consensus, objectives, races
from anticorr.companions.cases import filter_of
from anticorr.companions.seeds import generator
from anticorr.landscape.significance import mean_and_error
from anticorr.learning.expectations.modes import mode_variance
from anticorr.noise.fractional import (
    exact_autocovariance,
    exact_spectrum,
    expected_error,
    with_states,
)
from anticorr.noise.reference import embedded
from anticorr.specs.companion.consensus import Consensus
from anticorr.stages.pieces import in_turn
from anticorr.strict import check

_LEARNING_RATES = {"rastrigin": 0.002, "ackley": 0.05, "particles": 0.2}
"""Of perturbed descent: about half of what the steepest places allow."""
_WIDE, _OFF = 3.0, 2.0
"""Walkers start uniformly within _WIDE of 0 in every direction, minima lie within _OFF of it, anew in every
repeat; particles start anywhere in their box."""
_SAMPLES = 100_000
"""Walkers of a swarm on a parabola."""
_ENTRIES = 30
"""Entries of the course of a race, beside the start."""


def run(
    spec: Consensus | dict[str, Any], *, progress: Callable[[int, int], None] | None = None
) -> xr.Dataset:
    """Make all comparisons of a spec; returns the consensus record.

    `progress(done, total)`: memory, swarms, then races. Raises InputError for a bad spec.
    """
    clock = provenance.Clock()
    spec = check(spec, Consensus) if isinstance(spec, dict) else spec
    entrants = _entrants(spec)
    work: list[Callable[[], Any]] = [
        lambda: _approximations(spec),
        lambda: _modes(spec),
        lambda: _swarms(spec),
    ]
    work += [partial(_race, spec, n, one) for n, one in enumerate(entrants)]
    found = in_turn(work, progress)
    every = spec.race.steps // _ENTRIES
    return records.build(
        "consensus",
        {
            **found[0],
            **found[1],
            **found[2],
            "objective": [one.objective for one in entrants],
            "method": [one.method for one in entrants],
            "setting_value": [one.setting for one in entrants],
            "race_step": np.arange(0, spec.race.steps + 1, every),
            "least": [one[::every].T for one in found[3:]],
        },
        spec=spec.canonical_json(),
        seed=spec.seed,
        **provenance.attributes(__name__, clock=clock),
    )


def _approximations(spec: Consensus) -> dict[str, Any]:
    """Largest error of the spectrum in the band, and what the rate of Zolotarev's problem says."""
    asked = spec.memory
    rows = [
        (hurst, states, lowest)
        for hurst in asked.hursts
        for lowest in asked.lowest
        for states in asked.states
    ]
    bands = [(row[0], row[1], (row[2], np.pi)) for row in rows]
    return {
        "approximation_hurst": [row[0] for row in rows],
        "approximation_states": [row[1] for row in rows],
        "approximation_lowest": [row[2] for row in rows],
        "approximation_error": [with_states(*row).band_error for row in bands],
        "approximation_expected": [expected_error(*row) for row in bands],
    }


def _modes(spec: Consensus) -> dict[str, Any]:
    """<w^2> of modes under exact noise, simulated and exact, and under noise of a few states."""
    asked, rates = spec.memory, np.array(spec.memory.rates)
    made: dict[str, list[Any]] = {
        name: [] for name in ("mode_square", "mode_square_err", "mode_square_exact", "mode_square_states")
    }
    for n, hurst in enumerate(asked.hursts):
        random = generator(spec.seed, 1, n)
        covariance = exact_autocovariance(hurst, asked.steps + 1)
        squares = np.empty((asked.paths, len(rates)))
        for path in range(asked.paths):
            xi = embedded(covariance, random)
            for m, g in enumerate(rates):
                w = lfilter([1.0], [1.0, g - 1], xi)
                squares[path, m] = (w[asked.steps // 3 :] ** 2).mean()
        mean, error = zip(*(mean_and_error(column) for column in squares.T), strict=True)
        made["mode_square"].append(mean)
        made["mode_square_err"].append(error)
        made["mode_square_exact"].append([_exact_variance(hurst, g) for g in rates])
        filters = [with_states(hurst, k, (asked.lowest[0], np.pi)) for k in asked.states_shown]
        made["mode_square_states"].append([mode_variance(rates, 1.0, 1.0, one) for one in filters])
    return {"mode_rate": rates, "mode_hurst": asked.hursts, "mode_states": asked.states_shown, **made}


def _exact_variance(hurst: float, rate: float) -> float:
    """int_0^pi f(w) / |1 - (1 - g) e^-iw|^2 dw / pi, over ln w."""

    def integrand(log_w: float) -> float:
        w = np.exp(log_w)
        return w * exact_spectrum(hurst, w) / abs(1 - (1 - rate) * np.exp(-1j * w)) ** 2

    middle = np.log(min(rate, 1.0))
    parts = [(-60.0, middle - 3), (middle - 3, middle), (middle, np.log(np.pi))]
    return sum(quad(integrand, *part, limit=200)[0] for part in parts) / np.pi


def _swarms(spec: Consensus) -> dict[str, Any]:
    """Spread and wander of swarms without a function, and the pull of a parabola."""
    asked, random = spec.swarm, generator(spec.seed, 2)
    rule = consensus.Rule(alpha=0.0, noise=asked.noise, step=asked.step)
    points = random.standard_normal((asked.repeats, asked.walkers, 1))
    begin, spread, wander = None, [], []
    for x, _ in consensus.walk(
        lambda x: np.zeros(x.shape[:-1]), points, rule, asked.steps, generator=random
    ):
        centre = x.mean(axis=1, keepdims=True)
        variance = ((x - centre) ** 2).mean(axis=(1, 2))
        begin = (centre, variance) if begin is None else begin
        spread.append(mean_and_error(variance / begin[1].mean()))
        wander.append(mean_and_error(((centre - begin[0]) ** 2)[:, 0, 0] / begin[1].mean()))
    step = np.arange(asked.steps + 1)
    made = {"swarm_step": step, "pull_strength": asked.pulls}
    for name, values in (("spread", spread), ("wander", wander)):
        made[name], made[f"{name}_err"] = zip(*values, strict=True)
    made["spread_exact"] = consensus.spread_factor(rule, asked.walkers) ** step
    made["wander_exact"] = consensus.centre_wander(rule, asked.walkers, step)
    pulls = []
    for strength in asked.pulls:  # h = V = m = 1
        drawn = 1 + random.standard_normal((16, _SAMPLES, 1))
        points = consensus.consensus_point(drawn, 0.5 * drawn[..., 0] ** 2, strength)
        pulls.append(mean_and_error(1 - points[:, 0]))
    made["pull"], made["pull_err"] = zip(*pulls, strict=True)
    made["pull_exact"] = [consensus.pull(1.0, 1.0, 1.0, strength) for strength in asked.pulls]
    return made


class _Entrant(NamedTuple):
    objective: str
    method: str
    setting: float
    correlation: float = 0.0


def _entrants(spec: Consensus) -> list[_Entrant]:
    """All that race, objective by objective."""
    asked = spec.race
    return [
        one
        for name in asked.objectives
        for one in (
            _Entrant(name, "descent", 0.0),
            *(_Entrant(name, "consensus", noise) for noise in asked.noises),
            *(
                _Entrant(name, f"c_t = {c:g}", strength, c)
                for c in asked.correlations
                for strength in asked.strengths
            ),
        )
    ]


def _race(spec: Consensus, number: int, one: _Entrant) -> np.ndarray:
    """Least energy so far, (step, repeat); all entrants of an objective start at the same points."""
    asked, place = spec.race, [str(name) for name in spec.race.objectives].index(one.objective)
    begin, random = generator(spec.seed, 3, place), generator(spec.seed, 4, number)
    size = (asked.repeats, asked.walkers)
    if one.objective == "particles":
        particles = objectives.Particles(asked.particles, asked.packing_fraction)
        objective: races.Objective = particles
        points = particles.side * begin.random((*size, 2 * asked.particles))
    else:
        points = begin.uniform(-_WIDE, _WIDE, (*size, asked.dimension))
        minimum = begin.uniform(-_OFF, _OFF, (asked.repeats, 1, asked.dimension))

        def moved(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            return objectives.FUNCTIONS[one.objective](x - minimum)

        objective = moved

    if one.method == "consensus":
        rule = consensus.Rule(alpha=asked.alpha, noise=one.setting, step=asked.step)
        return races.consensus(objective, points, rule, asked.steps, random)
    return races.perturbed(
        objective, points, _LEARNING_RATES[one.objective], one.setting, filter_of(one.correlation),
        asked.steps, random,
    )  # fmt: skip
