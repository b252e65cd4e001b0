"""spec of an orbit companion -> its record: projected noise, the drift that stands for it, networks."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr
from scipy.stats import ks_1samp, ks_2samp

from anticorr import provenance, records
from anticorr.companions import orbits
from anticorr.companions.groups import Conjugation, Group, group_of
from anticorr.companions.rescaling import Networks
from anticorr.companions.seeds import generator
from anticorr.landscape.significance import mean_and_error
from anticorr.specs.companion.orbit import Orbit
from anticorr.stages.pieces import in_turn
from anticorr.strict import check

if TYPE_CHECKING:
    from scipy.stats.distributions import rv_frozen

LOOKS = ("square", "form", "entry")
"""What the two dynamics are compared by: |x|^2, a number that no element changes, and one that they do."""
_DRAWS = 16
"""Batches of every network from which the noise of SGD is told."""


def run(spec: Orbit | dict[str, Any], *, progress: Callable[[int, int], None] | None = None) -> xr.Dataset:
    """Simulate both dynamics of all groups, and networks; returns the orbit record.

    `progress(done, total)`: groups and b, then networks. Raises InputError for a bad spec.
    """
    clock = provenance.Clock()
    spec = check(spec, Orbit) if isinstance(spec, dict) else spec
    settings = [(n, b) for n in range(len(spec.symmetries)) for b in spec.b]
    work: list[Callable[[], Any]] = [partial(_setting, spec, n, *s) for n, s in enumerate(settings)]
    work += [partial(_networks, spec, n) for n in range(len(spec.network.activations))]
    found = in_turn(work, progress)
    walked, descended = found[: len(settings)], found[len(settings) :]
    every = spec.network.steps // spec.network.records
    return records.build(
        "orbit",
        {
            "symmetry": [n for n, _ in settings],
            "b": [b for _, b in settings],
            "moment_time": spec.times,
            "look": LOOKS,
            **{name: [one[name] for one in walked] for name in walked[0]},
            "activation": spec.network.activations,
            "course_step": np.arange(0, spec.network.steps + 1, every),
            **{name: [one[name] for one in descended] for name in descended[0]},
        },
        spec=spec.canonical_json(),
        seed=spec.seed,
        **provenance.attributes(__name__, clock=clock),
    )


def _setting(spec: Orbit, number: int, symmetry: int, b: float) -> dict[str, Any]:
    """One group and b."""
    group = group_of(spec.symmetries[symmetry].group, spec.symmetries[symmetry].size)
    laws = [orbits.squared_norm(group, b, time) for time in spec.times]

    def walk(
        place: int,
        dynamics: Callable[..., Iterable[np.ndarray]],
        times: Sequence[float],
        *,
        spread: bool = True,
        **more: bool,
    ) -> list[np.ndarray]:
        random = generator(spec.seed, 1, number, place)
        begin = orbits.start(group, spec.walkers, random, spread=spread)
        return list(
            dynamics(group, orbits.quadratic, begin, times, b=b, step=spec.step, generator=random, **more)
        )

    *projected, rest = walk(0, orbits.projected, [*spec.times, spec.rest])
    equivalent = walk(1, orbits.equivalent, spec.times)
    fixed = [
        walk(2 + n, way, spec.times, spread=False)
        for n, way in enumerate((orbits.projected, orbits.equivalent))
    ]
    *_, other = walk(4, orbits.projected, [spec.rest], stratonovich=True)
    made = {
        "dimension": orbits.dimension(group, b),
        "square_exact": [law.mean() for law in laws],
        "two_samples": [_distances(group, *pair) for pair in zip(projected, equivalent, strict=True)],
        "control": [_distances(group, *pair) for pair in zip(*fixed, strict=True)],
        **_named("square_rest", mean_and_error(_square(rest))),
        **_named("square_stratonovich", mean_and_error(_square(other))),
        **_named("form_rest", mean_and_error(group.form(rest))),
        **_named("form_ensemble", _ensemble(spec, number, group, b)),
        **_histogram(spec, orbits.squared_norm(group, b, np.inf), np.sqrt(_square(rest))),
    }
    for name, courses in (("projected", projected), ("equivalent", equivalent)):
        means = [mean_and_error(_square(points)) for points in courses]
        made[f"square_{name}"], made[f"square_{name}_err"] = zip(*means, strict=True)
        made[f"law_{name}"] = [
            np.sqrt(spec.walkers) * ks_1samp(_square(points), law.cdf, method="asymp").statistic
            for points, law in zip(courses, laws, strict=True)
        ]
    return made


def _named(name: str, value: tuple[float, float]) -> dict[str, float]:
    return {name: value[0], f"{name}_err": value[1]}


def _square(points: np.ndarray) -> np.ndarray:
    return (points**2).reshape(len(points), -1).sum(axis=1)


def _distances(group: Group, one: np.ndarray, other: np.ndarray) -> list[float]:
    """Kolmogorov distances of two sets of walkers, times sqrt(n / 2), by every look."""
    looks = (_square, group.form, lambda points: points.reshape(len(points), -1)[:, 0])
    size = np.sqrt(len(one) / 2)
    return [size * ks_2samp(look(one), look(other), method="asymp").statistic for look in looks]


def _ensemble(spec: Orbit, number: int, group: Group, b: float) -> tuple[float, float]:
    """Mean smallest gap of the beta ensemble and its error; NaN for other groups."""
    if not isinstance(group, Conjugation):
        return np.nan, np.nan
    values = orbits.beta_ensemble(group.size, b**2, 16 * spec.walkers, generator(spec.seed, 2, number))
    return mean_and_error(np.diff(values, axis=1).min(axis=1))


def _histogram(spec: Orbit, law: "rv_frozen", radius: np.ndarray) -> dict[str, np.ndarray]:
    """Density of |x|, and that of its law, up to the radius beyond which one in 2,000 lies."""
    edges = np.linspace(0.0, np.sqrt(law.ppf(1 - 5e-4)), spec.bins + 1)
    width = edges[1]
    share = np.histogram(radius, edges)[0] / len(radius)
    expected = np.diff(law.cdf(edges**2))
    return {
        "radius": (edges[1:] + edges[:-1]) / 2,
        "density": share / width,
        "density_err": np.sqrt(expected * (1 - expected) / len(radius)) / width,
        "density_exact": expected / width,
    }


def _networks(spec: Orbit, number: int) -> dict[str, Any]:
    """Networks of one activation, from the same starts under both noises."""
    asked = spec.network
    networks = Networks(
        asked.inputs, asked.hidden, asked.activations[number], samples=asked.samples,
        label_noise=asked.label_noise, replicas=asked.replicas, generator=generator(spec.seed, 3, number),
    )  # fmt: skip
    of_weight, along = networks.gradient_noise(asked.batch, _DRAWS)
    every, rate = asked.steps // asked.records, asked.learning_rate
    by_sgd = networks.descend(rate, asked.steps, every, batch=asked.batch)
    # Step by step the strength that SGD had, which falls with the loss.
    by_noise = networks.descend(rate, asked.steps, every, noise=by_sgd.strength)
    made = {"noise_share": along / of_weight, "injected": by_sgd.strength[0]}
    for name, course in (("sgd", by_sgd), ("injected", by_noise)):
        off = (course.balance - course.balance.mean(axis=1, keepdims=True)) ** 2
        means = [mean_and_error(one * asked.replicas / (asked.replicas - 1)) for one in off]
        made[f"balance_{name}"], made[f"balance_{name}_err"] = zip(*means, strict=True)
        made[f"loss_{name}"] = course.loss.mean(axis=1)
    made["balance_exact"] = 4 * by_noise.square.mean(axis=1)
    return made
