"""Spec of SGD on mixtures of Gaussians."""

from typing import Literal, Self

from pydantic import Field, model_validator

from anticorr.specs.companion.lists import OneCompanion, outside
from anticorr.strict import Number, Strict, Whole, refuse

_NUMBERS = {
    "batch_fractions": (lambda v: 0 < v <= 1, "> 0 and <= 1"),
    "scan_spreads": (lambda v: v > 0, "> 0"),
    "scan_ridges": (lambda v: v >= 0, ">= 0"),
}
"""What every number of a list must be, and how that is said."""


class Mixture(Strict):
    """A mixture of Gaussians and a descent on its samples; equations: anticorr.companions.meanfield."""

    clusters: Literal[2, 3] = Field(2, description="2: labels by a line; 3: by a door")
    samples: Number = Field(2.0, description="alpha: samples over dimension", gt=0)
    spread: Number = Field(0.5, description="variance of a cluster", gt=0)
    ridge: Number = Field(0.0, description="lambda", ge=0)
    learning_rate: Number = Field(0.2, description="eta, one step", gt=0)
    persistence: Number | None = Field(
        None,
        description="tau: mean time that a sample waits for the batch; none: drawn anew every step",
        gt=0,
    )
    start: Number = Field(0.0, description="overlap m at the start")
    start_variance: Number = Field(0.01, description="R: variance of the weights at the start", gt=0)
    door: Number = Field(0.7, description="half width of the door of three clusters", gt=0)


class MeanField(OneCompanion):
    """Mean-field theory of SGD on mixtures of Gaussians, and descents on samples."""

    kind: Literal["meanfield"] = Field(description="mean-field theory of SGD on mixtures")
    mixtures: list[Mixture] = Field(
        [
            Mixture(persistence=6.0),
            Mixture(clusters=3, samples=3.0, spread=0.05, ridge=0.1, learning_rate=0.1, start=0.2),
        ],
        description="problems", min_length=1,
    )  # fmt: skip
    batch_fractions: list[Number] = Field(
        [1.0, 0.6, 0.3, 0.1], description="b: samples in a batch over all; 1: gradient flow"
    )
    steps: Whole = Field(60, description="of every descent", ge=4)
    paths: Whole = Field(4000, description="of one solution of theory", ge=64)
    solutions: Whole = Field(4, description="independent ones; their scatter is the error of theory", ge=3)
    error: Number | None = Field(
        None,
        description="wanted: a standard error of theory, of the share of new samples told wrong at the end;"
        " where paths are too few for it the run is refused; none: not asked for",
        gt=0,
    )
    dimensions: list[Whole] = Field([250, 500], description="of descents, from which 1 / d is extrapolated")
    descents: Whole = Field(24, description="of every problem, share and dimension", ge=3)
    scan_spreads: list[Number] = Field(
        [0.1, 0.2, 0.5, 1.0, 2.0],
        description="spreads at which the first problem ends, with its other keys",
    )
    scan_ridges: list[Number] = Field([0.0, 0.1, 0.3, 1.0, 3.0], description="ridges at which it ends")
    seed: Whole = Field(1, description="of all paths and samples", ge=0, lt=2**31)

    @model_validator(mode="after")
    def _sound(self) -> Self:
        problems = outside(self, _NUMBERS)
        if len(self.dimensions) != 2 or not 10 <= self.dimensions[0] < self.dimensions[-1]:
            problems.append(f"dimensions: got {self.dimensions}, allowed: two, >= 10, the smaller first")
        smallest = min((b for b in self.batch_fractions if b > 0), default=1.0)
        problems += [
            f"mixtures.{n}.persistence: got {one.persistence:g}, allowed >= "
            f"{one.learning_rate / smallest:g} (learning_rate over the smallest batch fraction)"
            for n, one in enumerate(self.mixtures)
            if one.persistence is not None and one.persistence < one.learning_rate / smallest
        ]
        refuse(problems)
        return self

    @property
    def bytes_held(self) -> float:
        """Bytes of the responses of all paths, of their courses, and of the samples of a descent."""
        samples = max(mixture.samples for mixture in self.mixtures) * self.dimensions[-1] ** 2
        return 4.0 * self.paths * (self.steps + 1) * (self.steps + 7) + 24.0 * samples

    @property
    def steps_in_all(self) -> float:
        """Steps of walkers that take about as long."""
        settings = (
            len(self.mixtures) * len(self.batch_fractions) + len(self.scan_spreads) + len(self.scan_ridges)
        )
        theory = self.solutions * self.paths * self.steps * (1 + self.steps**2 / 600)
        samples = max(mixture.samples for mixture in self.mixtures)
        simulated = self.descents * self.steps * sum(samples * d**2 / 40 for d in self.dimensions)
        return settings * (theory + simulated)
