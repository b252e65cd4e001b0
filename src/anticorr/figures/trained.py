"""A training record and its spec: members by noise and strength, paired by seed."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import xarray as xr

from anticorr.errors import InputError
from anticorr.landscape.significance import interval_factor, mean_and_error, ratio_of_means
from anticorr.specs.training import Member, Network, Training, parse

Kind = TypeVar("Kind")


@dataclass(frozen=True)
class Trained:
    """One ensemble. Members of a seed are in the order of `spec.members()`."""

    spec: Training
    training: xr.Dataset

    def of(self, name: str) -> np.ndarray:
        """A variable as (seed, member, ...), NaN where a member had diverged. Raises InputError where the
        record does not hold it."""
        if name not in self.training:
            raise InputError(f"records: got a training without {name}, wanted one that was measured")
        variable, diverged = self.training[name], self.training["diverged_at"]
        gone = diverged >= 0
        if "entry" in variable.dims:
            gone = gone & (self.training["step"] > diverged)
        if "entry" in variable.dims or name.endswith("_quench"):
            variable = variable.where(~gone)
        return variable.values.reshape(self.seeds, -1, *variable.shape[1:])

    @property
    def seeds(self) -> int:
        """How many there are."""
        return len(self.spec.seeds)

    def problem(self, kind: type[Kind]) -> Kind:
        """Its problem; InputError where it is of another kind."""
        if not isinstance(self.spec.problem, kind):
            raise InputError(
                f"records: got a training of {self.spec.problem.kind!r}, wanted a {kind.__name__.lower()}"
            )
        return self.spec.problem

    @property
    def network(self) -> str:
        """Problem of a network in words: data, scaling, units, samples, learning rate, seeds."""
        problem = self.problem(Network)
        scaling = {"standard": "inputs standardised", "none": "inputs as they are"}[problem.scaling]
        layers = "-".join(str(width) for width in problem.hidden)
        units = f"{layers} {problem.activation} units" if layers else "no hidden units"
        noisy = f" ({100 * problem.label_noise:g}% of labels redrawn)" if problem.label_noise else ""
        return (
            f"{self.spec.problem.kind}, {scaling}, {units}, {problem.train} training samples{noisy}, "
            f"$\\eta={self.spec.descent.learning_rate:g}$, {self.seeds} seeds"
        )

    @property
    def outputs(self) -> int | None:
        """Of the network, where the problem says how many: ten digits."""
        return 10 if self.spec.problem.kind == "digits" else None

    @property
    def factor(self) -> float:
        """Half a 95% interval over seeds, in standard errors (Student's t)."""
        return interval_factor(self.seeds)

    @property
    def plain(self) -> int | None:
        """Place of the member without noise."""
        return self._place(lambda m: m.noise < 0 and not m.regulariser)

    @property
    def noise_free(self) -> int:
        """The same; InputError without it."""
        return _there(self.plain, "without noise")

    def member(self, noise: int, strength: float) -> int:
        """Place of a noise at a strength; InputError without it."""
        place = self._place(lambda m: m.noise == noise and m.strength == strength)
        return _there(place, f"under noise {noise} of strength {strength:g}")

    def regularised(self, s: float) -> int:
        """Place of the descent on L + (s^2 / 4) tr H; InputError without it."""
        return _there(self._place(lambda m: m.regulariser == s), f"with the regulariser {s:g}")

    @property
    def correlations(self) -> np.ndarray:
        """f(0) - 1 of every noise of the spec: c_t for ma1."""
        found = dict(zip(self.of("noise")[0], self.of("correlation")[0], strict=True))
        return np.array([found[n] for n in range(len(self.spec.noises))])

    @property
    def strengths(self) -> list[float]:
        """All strengths > 0, ascending."""
        return sorted(s for s in self.spec.strengths if s > 0)

    @property
    def ordered(self) -> list[int]:
        """Places of the noises, the most anti-correlated first."""
        return np.argsort(self.correlations, kind="stable").tolist()

    @property
    def white(self) -> int | None:
        """Place of the noise without correlation."""
        return next((n for n in self.ordered if abs(self.correlations[n]) < 1e-9), None)

    def mean(self, name: str, member: int) -> tuple[float, float]:
        """Mean over seeds and its standard error."""
        return mean_and_error(self.of(name)[:, member])

    def difference(self, name: str, member: int, reference: int) -> tuple[float, float]:
        """Mean over seeds of the paired difference of two members, and its standard error."""
        values = self.of(name)
        return mean_and_error(values[:, member] - values[:, reference])

    def ratio(self, name: str, member: int, reference: int) -> tuple[float, float]:
        """Ratio of the means over seeds of two members, and its standard error (paired, delta method)."""
        values = self.of(name)
        return ratio_of_means(values[:, member], values[:, reference])

    def log_ratio(self, name: str, member: int, reference: int) -> tuple[float, float]:
        """Mean over seeds of the paired log ratio of two members, and its standard error."""
        values = self.of(name)
        return mean_and_error(np.log(values[:, member] / values[:, reference]))

    def share(self, name: str, s: float) -> tuple[float, float] | None:
        """What L + (s^2 / 4) tr H makes of the change by the most anti-correlated noise of strength s, both
        against plain descent: ratio of the mean changes and its standard error (paired, delta method). None
        where the change by noise is less than three of its standard errors."""
        values = self.of(name)
        by_noise, by_regulariser = (
            values[:, member] - values[:, self.noise_free]
            for member in (self.member(self.ordered[0], s), self.regularised(s))
        )
        change, error = mean_and_error(by_noise)
        return ratio_of_means(by_regulariser, by_noise) if abs(change) > 3 * error else None

    def diverged(self, member: int) -> int:
        """Seeds from which a member diverged; their numbers are NaN."""
        return int((self.of("diverged_at")[:, member] >= 0).sum())

    def chosen(self, noise: int) -> float:
        """The strength of a noise with the highest mean validation accuracy after the quench (of equals the
        smallest); never one with a seed that diverged, if there is another."""
        accuracy = np.nan_to_num(self.of("validation_accuracy_quench").mean(axis=0), nan=-1.0)
        return max(self.strengths, key=lambda s: accuracy[self.member(noise, s)])

    def early_stop(self, member: int) -> tuple[int, float, float]:
        """The step of the course at which a member has its highest mean validation accuracy, and what
        stopping there adds to its test accuracy: mean over seeds, and standard error."""
        place = self.of("validation_accuracy")[:, member].mean(axis=0).argmax()
        gain = self.of("test_accuracy")[:, member, place] - self.of("test_accuracy_quench")[:, member]
        return int(self.training["step"][place]), *mean_and_error(gain)

    def chosen_by_loss(self, noise: int) -> float:
        """The strength of a noise with the least validation loss after the quench, geometric mean over
        seeds; one from which a seed diverged is not chosen."""
        loss = np.log(self.of("validation_loss_quench")).mean(axis=0)
        kept = [s for s in self.strengths if not self.diverged(self.member(noise, s))]
        return min(kept or self.strengths, key=lambda s: loss[self.member(noise, s)])

    def _place(self, wanted: Callable[[Member], bool]) -> int | None:
        return next((n for n, m in enumerate(self.spec.members()) if wanted(m)), None)


def _there(place: int | None, words: str) -> int:
    if place is None:
        raise InputError(f"records: got a training that has no descent {words}, wanted one")
    return place


def trained(*records: xr.Dataset) -> list[Trained]:
    """The training records among those given, in their order. InputError where two are of one spec."""
    found = [
        Trained(parse(json.loads(r.attrs["spec"])), r) for r in records if r.attrs["kind"] == "training"
    ]
    texts = [one.spec.canonical_json() for one in found]
    if len(set(texts)) < len(texts):
        raise InputError("records: got two training records of one spec, wanted one")
    return found
