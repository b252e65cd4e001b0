"""Spec of descent about a quadratic minimum at finite learning rate, and of escape."""

import math
from typing import Literal, Self

from pydantic import Field, model_validator

from anticorr.specs.companion.lists import OneCompanion, outside
from anticorr.strict import Number, Strict, Whole, refuse
from anticorr.wording import repeated

_NUMBERS = {
    "curvatures": (lambda v: v > 0, "> 0"),
    "noise_variances": (lambda v: v > 0, "> 0"),
    "correlations": (lambda v: -1 < v <= 1, "> -1 and <= 1"),
    "shares": (lambda v: 0 < v < 1, "> 0 and < 1"),
    "regression_shares": (lambda v: 0 < v < 1, "> 0 and < 1"),
    "adam_rates": (lambda v: v > 0, "> 0"),
    "learning_rates": (lambda v: 0 < v < 2, "> 0 and < 2 (2 / h, h = 1)"),
    "exponents": (lambda v: v >= 1, ">= 1"),
}
"""What every number of a list must be, and how that is said."""
_MAY_REPEAT = ("curvatures", "noise_variances")


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
    def _sound(self) -> Self:
        refuse(outside(self, _NUMBERS, may_repeat=_MAY_REPEAT))
        return self


class Quadratic(OneCompanion):
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
    def _sound(self) -> Self:
        problems = outside(self, _NUMBERS, may_repeat=_MAY_REPEAT) + repeated("optimisers", self.optimisers)
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
    def bytes_held(self) -> float:
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
