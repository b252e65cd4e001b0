"""Specs of the companions of the paper: theories beside it, each with the simulation that it is held to.

Their canonical JSON is stored in the record and is what the workflow compares.
"""

import json
import math
from typing import Any, Literal

from pydantic import Field, model_validator

from anticorr.errors import InputError
from anticorr.strict import Number, Strict, Whole, check, refuse
from anticorr.wording import repeated, told

_NUMBERS = {
    "curvatures": (lambda v: v > 0, "> 0"),
    "noise_variances": (lambda v: v > 0, "> 0"),
    "correlations": (lambda v: -1 < v <= 1, "> -1 and <= 1"),
    "shares": (lambda v: 0 < v < 1, "> 0 and < 1"),
    "batch_fractions": (lambda v: 0 < v <= 1, "> 0 and <= 1"),
    "regression_shares": (lambda v: 0 < v < 1, "> 0 and < 1"),
    "adam_rates": (lambda v: v > 0, "> 0"),
    "learning_rates": (lambda v: 0 < v < 2, "> 0 and < 2 (2 / h, h = 1)"),
    "exponents": (lambda v: v >= 1, ">= 1"),
    "scan_spreads": (lambda v: v > 0, "> 0"),
    "scan_ridges": (lambda v: v >= 0, ">= 0"),
}
"""What every number of a list must be, and how that is said."""


def _outside(model: Strict) -> list[str]:
    """A line for every number in a list that is not allowed, stands twice, or for a list without any."""
    problems = []
    for key, (allowed, words) in _NUMBERS.items():
        values = getattr(model, key, None)
        if values is None:
            continue
        if not values:
            problems.append(f"{key}: got none, allowed: one or more")
        problems += [
            f"{key}.{n}: got {value:g}, allowed {words}"
            for n, value in enumerate(values)
            if not allowed(value)
        ]
        if key not in ("curvatures", "noise_variances"):
            problems += repeated(key, values)
    return problems


class Escape(Strict):
    """Walkers that leave a one-dimensional well, h = C = 1, for the first time."""

    learning_rates: list[Number] = Field([0.2, 0.8, 1.4], description="l, in units of 1 / h")
    correlations: list[Number] = Field([0.0, -0.5, -0.9], description="c_t of the gradient noise (ma1)")
    exponents: list[Number] = Field(
        [3.0, 4.0, 5.0, 6.0, 7.0, 8.0], description="E = dL / (h S): heights of the barrier"
    )
    walkers: Whole = Field(20000, description="of every learning rate and correlation", ge=2)
    settle_steps: Whole = Field(50, description="steps from the minimum before they count", ge=1)
    steps: Whole = Field(2000, description="steps that count", ge=1)

    @model_validator(mode="after")
    def _sound(self):
        refuse(_outside(self))
        return self


class Quadratic(Strict):
    """Descents about a quadratic minimum at finite learning rate; H and C in no common directions."""

    kind: Literal["quadratic"] = Field(description="fluctuations of descent at finite learning rate")
    curvatures: list[Number] = Field([1.0, 0.5, 0.2], description="eigenvalues of the Hessian H")
    noise_variances: list[Number] = Field(
        [1.0, 0.6, 0.3], description="eigenvalues of the covariance C of the gradient noise"
    )
    optimisers: list[Literal["sgd", "momentum", "newton", "natural", "regression", "adam"]] = Field(
        ["sgd", "momentum", "newton", "natural", "regression", "adam"],
        description="newton: P = 1/H; natural: P = 1/C; regression: SGD in real minibatches, inputs of "
        "covariance H; adam: the real one",
    )
    momentum: Number = Field(0.9, description="mu of momentum, beta_1 of Adam", ge=0, lt=1)
    correlations: list[Number] = Field(
        [0.0, -0.9], description="c_t of the gradient noise (ma1); regression and Adam: 0 alone"
    )
    shares: list[Number] = Field(
        [0.05, 0.2, 0.4, 0.6, 0.8, 0.9, 0.95], description="learning rates over the edge of stability"
    )
    batch: Whole = Field(2, description="samples in a minibatch of the regression", ge=1)
    label_noise: Number = Field(1.0, description="standard deviation of its labels", gt=0)
    regression_shares: list[Number] = Field(
        [0.05, 0.1, 0.2, 0.3, 0.4, 0.5], description="its learning rates over the edge"
    )
    adam_rates: list[Number] = Field(
        [0.1, 0.3, 1.0, 3.0, 10.0, 30.0], description="learning rates of Adam, which has no edge"
    )
    walkers: Whole = Field(256, description="independent descents of every case and rate", ge=8)
    settle_steps: Whole = Field(1000, description="steps from the minimum before they count", ge=1)
    steps: Whole = Field(4000, description="steps that count", ge=1)
    escape: Escape = Escape()
    seed: Whole = Field(1, description="of the directions of C and of all walkers", ge=0, lt=2**31)

    @model_validator(mode="after")
    def _sound(self):
        problems = _outside(self) + repeated("optimisers", self.optimisers)
        if not self.optimisers:
            problems.append("optimisers: got none, allowed: one or more")
        if len(self.noise_variances) != len(self.curvatures):
            problems.append(
                f"noise_variances: got {len(self.noise_variances)}, allowed: as many as curvatures "
                f"({len(self.curvatures)})"
            )
        refuse(problems)
        return self

    @property
    def cases(self) -> list[tuple[str, float]]:
        """(Optimiser, c_t) of all that is simulated."""
        return [
            (optimiser, c)
            for optimiser in self.optimisers
            for c in (self.correlations if optimiser not in ("regression", "adam") else [0.0])
        ]

    def rates_of(self, optimiser: str) -> list[float]:
        """Its learning rates: shares of its edge of stability, or of Adam the rates themselves."""
        own = {"regression": self.regression_shares, "adam": self.adam_rates}
        return own.get(optimiser, self.shares)

    @property
    def memory(self) -> float:
        """Bytes beside the program."""
        return 64.0 * self.escape.walkers

    @property
    def steps_in_all(self) -> float:
        """Walkers times steps."""
        rates = sum(len(self.rates_of(optimiser)) for optimiser, _ in self.cases)
        wells = len(self.escape.learning_rates) * len(self.escape.correlations)
        return math.fsum(
            [
                rates * self.walkers * (self.settle_steps + self.steps),
                wells * self.escape.walkers * (self.escape.settle_steps + self.escape.steps),
            ]
        )

    def canonical_json(self) -> str:
        """The spec with every default filled in, as text that equal specs share."""
        return json.dumps(self.model_dump(mode="json"), sort_keys=True)


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


class MeanField(Strict):
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
    dimensions: list[Whole] = Field([250, 500], description="of descents, from which 1 / d is extrapolated")
    descents: Whole = Field(24, description="of every problem, share and dimension", ge=3)
    scan_spreads: list[Number] = Field(
        [0.1, 0.2, 0.5, 1.0, 2.0],
        description="spreads at which the first problem ends, with its other keys",
    )
    scan_ridges: list[Number] = Field([0.0, 0.1, 0.3, 1.0, 3.0], description="ridges at which it ends")
    seed: Whole = Field(1, description="of all paths and samples", ge=0, lt=2**31)

    @model_validator(mode="after")
    def _sound(self):
        problems = _outside(self)
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
    def memory(self) -> float:
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

    def canonical_json(self) -> str:
        """The spec with every default filled in, as text that equal specs share."""
        return json.dumps(self.model_dump(mode="json"), sort_keys=True)


Companion = Quadratic | MeanField
_KINDS = {"quadratic": Quadratic, "meanfield": MeanField}


def parse(data: dict[str, Any]) -> Companion:
    """Check plain data (from YAML or JSON); InputError with one line for each problem."""
    if isinstance(data, dict) and "kind" in data and data["kind"] not in [*_KINDS]:
        raise InputError(f"kind: got {told(data['kind'])}, allowed: {', '.join(map(repr, _KINDS))}")
    return check(data, _KINDS[data["kind"]] if isinstance(data, dict) and "kind" in data else Quadratic)
