"""Spec of a training: an ensemble that descends one loss, with and without correlated noise.

Its canonical JSON is stored in the record and is what the workflow compares.
"""

import itertools
import json
import operator
from typing import Annotated, Any, Literal, NamedTuple, Self

from pydantic import Field, model_validator

from anticorr.specs.dynamics import Noise
from anticorr.strict import Number, Strict, Whole, check, refuse
from anticorr.wording import repeated, told


class Network(Strict):
    """A fully connected network that tells classes apart; loss: mean square distance to one-hot labels."""

    hidden: list[Whole] = Field([32], description="units of the hidden layers")
    activation: Literal["tanh", "relu"] = Field("tanh", description="between the layers")
    train: Whole = Field(100, description="samples that are learned, drawn anew by each seed", ge=2)
    validation: Whole = Field(500, description="samples on which a strength may be chosen", ge=1)
    test: Whole = Field(1000, description="samples for the final comparison", ge=1)
    scaling: Literal["standard", "none"] = Field(
        "standard", description="of inputs: mean 0 and variance 1 over the training samples, or as they are"
    )
    label_noise: Number = Field(0.0, description="share of training labels redrawn at random", ge=0, le=1)

    @model_validator(mode="after")
    def _layers(self) -> Self:
        refuse(
            [
                f"hidden.{n}: got {width}, allowed: a whole number >= 1"
                for n, width in enumerate(self.hidden)
                if width < 1
            ]
        )
        return self


class Digits(Network):
    """Handwritten digits of 8 x 8 pixels (scikit-learn's, 1,797 of them)."""

    kind: Literal["digits"] = Field(description="scikit-learn's digits, a network")


class Files(Network):
    """Labelled images in files of the user's, as MNIST has them."""

    kind: Literal["files"] = Field(description="labelled samples from files, a network")
    samples: str = Field(description="file of the samples: IDX (also .gz), .npy, or .npz with x and y")
    labels: str = Field("", description="file of their labels; empty: y of an .npz")


class Valley(Strict):
    """L = v^2 |u|^2 / 2: a valley along u whose walls grow steep with |u|."""

    kind: Literal["valley"] = Field(description="widening valley")
    dimension: Whole = Field(10, description="of u", ge=1)
    square: Number = Field(9.0, description="|u|^2 at the start; v starts at 0", gt=0)


class Linear(Strict):
    """Regression y = x . (w * w) with fewer samples than parameters and a sparse truth."""

    kind: Literal["linear"] = Field(description="squared-parameter linear regression")
    parameters: Whole = Field(100, description="of the model", ge=1)
    samples: Whole = Field(40, description="equations", ge=1)
    validation: Whole = Field(20, description="further ones, on which a strength may be chosen", ge=1)
    nonzero: Whole = Field(5, description="parameters of the truth that are not zero", ge=1)
    start: Number = Field(0.3, description="|w_i| at the start", gt=0)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.nonzero > self.parameters:
            refuse([f"nonzero: got {self.nonzero}, allowed <= parameters ({self.parameters})"])
        return self


class Sensing(Strict):
    """Matrix sensing: y_i = <A_i, U U^T>, from fewer numbers than U has, and a truth of low rank."""

    kind: Literal["sensing"] = Field(description="matrix sensing")
    size: Whole = Field(20, description="rows of U, which is square", ge=1)
    rank: Whole = Field(2, description="of the truth", ge=1)
    samples: Whole = Field(100, description="equations", ge=1)
    validation: Whole = Field(50, description="further ones, on which a strength may be chosen", ge=1)
    start: Number = Field(0.2, description="standard deviation of the entries of U at the start", gt=0)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.rank > self.size:
            refuse([f"rank: got {self.rank}, allowed <= size ({self.size})"])
        return self


class Quadratic(Strict):
    """L = sum_i h_i |w_i|^2 / 2, many copies of every mode: what noise leaves in a mode."""

    kind: Literal["quadratic"] = Field(description="modes of given curvatures")
    curvatures: list[Number] = Field(description="h_i", min_length=1)
    copies: Whole = Field(1000, description="of every mode", ge=1)


class Mean(Strict):
    """L = mean_i |w - x_i|^2 / 2: gradient noise that does not depend on w, only on which samples come."""

    kind: Literal["mean"] = Field(description="mean of samples")
    samples: Whole = Field(100, description="x_i, of unit variance", ge=2)
    dimension: Whole = Field(100, description="of x_i", ge=1)


Problem = Annotated[
    Digits | Files | Valley | Linear | Sensing | Quadratic | Mean, Field(discriminator="kind")
]


class Descent(Strict):
    """w(t+1) = w(t) - learning_rate * gradient + strength * xi(t)."""

    learning_rate: Number = Field(description="of the gradient; it does not multiply the noise", gt=0)
    batch_size: Whole = Field(0, description="samples of a step; 0: all", ge=0)
    sampling: Literal["independent", "epoch", "cyclic", "repellent"] = Field(
        "independent",
        description="of batches: each a fresh draw; every sample once an epoch, in a new order or always "
        "the same; or those seen less first",
    )
    repulsion: Number = Field(
        1.0, description="of repellent sampling: odds fall by e^-repulsion a visit", ge=0
    )


Strategy = Literal["independent", "ma1", "nu_dp_ftrl", "blt_1", "blt_2", "blt_3", "blt_4"]
"""The filters of anticorr.learning.private, each at its best for the learning rate."""


class Privacy(Strict):
    """Gradients of samples are clipped, and their sum is published with noise: (epsilon, delta) privacy.

    Neighbours differ by one training sample, whose gradients are left out. What is private is the course
    of the weights of one member, to those who do not know its seed; losses and accuracies in the record are
    not.
    """

    epsilon: Number = Field(description="of the whole training", gt=0)
    delta: Number = Field(description="of the whole training", gt=0, lt=1)
    clip: Number = Field(1.0, description="largest norm of the gradient of a sample", gt=0)
    strategies: list[Strategy] = Field(description="filters of the noise", min_length=1)


class Course(Strict):
    """Steps."""

    noisy_steps: Whole = Field(description="steps with noise", ge=1)
    quench_steps: Whole = Field(0, description="steps without noise, with all samples, that follow", ge=0)
    record_every: Whole = Field(
        description="steps between entries of the course; divides noisy_steps", ge=1
    )

    @model_validator(mode="after")
    def _divides(self) -> Self:
        if self.noisy_steps % self.record_every:
            refuse(
                [
                    f"record_every: got {self.record_every}, allowed: a divisor of noisy_steps = "
                    f"{self.noisy_steps}"
                ]
            )
        return self


class Curvature(Strict):
    """The Hessian of the training loss."""

    probes: Whole = Field(
        32, description="random vectors of tr H after the quench (of <= 400 parameters: exact)", ge=2
    )
    course_probes: Whole = Field(0, description="the same at every entry of the course; 0: none", ge=0)
    lanczos_steps: Whole = Field(24, description="of the spectrum; 0: none", ge=0)


class Member(NamedTuple):
    """One descent of an ensemble, beside its seed; strength 1 stands for what privacy asks for."""

    noise: int
    """Place in `noises` (or in `privacy.strategies`); -1 without noise."""
    strength: float
    regulariser: float


class Training(Strict):
    """One ensemble: every noise at every strength, or every strategy of `privacy`, from every seed."""

    problem: Problem
    descent: Descent
    noises: list[Noise] = Field([], description="kinds of noise, without strength")
    strengths: list[Number] = Field(
        [0.0], description="standard deviations a step and parameter; 0: descent without noise"
    )
    privacy: Privacy | None = Field(None, description="private training instead of noises and strengths")
    regularisers: list[Number] = Field(
        [], description="s of descents without noise on L + (s^2 / 4) tr H (random probes of tr H)"
    )
    schedule: Course
    curvature: Curvature = Curvature()
    precision: Literal["single", "double"] = Field("single", description="of all numbers")
    seeds: list[Whole] = Field(
        description="of data, start and noise; members of a seed share them", min_length=1
    )

    @model_validator(mode="before")
    @classmethod
    def _strengths_apart(cls, data: Any) -> Any:
        """The filters of `noises` are those of particles; their strengths stand apart."""
        if not (isinstance(data, dict) and isinstance(data.get("noises"), list)):
            return data
        given = {n: noise["strength"] for n, noise in enumerate(data["noises"]) if _has_strength(noise)}
        refuse(
            [
                f"noises.{n}.strength: got {told(strength)}, allowed: none here (see strengths)"
                for n, strength in given.items()
                if strength != 1.0
            ]
        )
        full = [{"strength": 1.0, **n} if isinstance(n, dict) else n for n in data["noises"]]
        return {**data, "noises": full}

    @model_validator(mode="after")
    def _sound(self) -> Self:
        problems = [
            f"{key}.{n}: got {value!r}, allowed {sign} 0"
            for key, sign, wrong in (
                ("strengths", ">=", operator.lt),
                ("regularisers", ">", operator.le),
            )
            for n, value in enumerate(getattr(self, key))
            if wrong(value, 0)
        ]
        for key in ("noises", "strengths", "regularisers", "seeds"):
            problems += repeated(key, getattr(self, key))
        if self.privacy is not None:
            problems += self._private_problems(self.privacy)
        elif any(self.strengths) and not self.noises:
            problems.append("noises: got none, allowed: one or more with a strength > 0")
        if not self.members():
            problems.append("strengths: got no descent at all, allowed: 0, or noises with strengths > 0")
        problems += [
            f"seeds.{n}: got {seed}, allowed >= 0 and <= 2147483647"
            for n, seed in enumerate(self.seeds)
            if not 0 <= seed < 2**31
        ]
        size = self.descent.batch_size
        most = samples_of(self.problem)
        if size > most:
            wanted = f"<= {most} samples" if most else "0, as the problem has no samples"
            problems.append(f"descent.batch_size: got {size}, allowed {wanted}")
        refuse(problems)
        return self

    def _private_problems(self, privacy: Privacy) -> list[str]:
        """What a bound on the privacy of every sample rests on."""
        problems = [
            f"{key}: got some, allowed with privacy: none"
            for key in ("noises", "regularisers")
            if getattr(self, key)
        ]
        if self.strengths != [0.0]:
            problems.append(f"strengths: got {told(self.strengths)}, allowed with privacy: [0.0]")
        problems += repeated("privacy.strategies", privacy.strategies)
        if isinstance(self.problem, Mean) or not samples_of(self.problem):
            problems.append(
                f"problem.kind: got {self.problem.kind!r}, allowed with privacy: one with samples, "
                "of which its start knows nothing"
            )
        if isinstance(self.problem, Network) and self.problem.scaling != "none":
            problems.append(
                f"problem.scaling: got {self.problem.scaling!r}, allowed with privacy: 'none' (it looks at "
                "the samples)"
            )
        if self.descent.sampling != "cyclic":
            problems.append(
                f"descent.sampling: got {self.descent.sampling!r}, allowed with privacy: 'cyclic' "
                "(each sample once an epoch, always the same number of steps apart)"
            )
        if not self.descent.learning_rate < 1:
            problems.append(
                f"descent.learning_rate: got {self.descent.learning_rate:g}, allowed with privacy: < 1"
            )
        if self.schedule.quench_steps:
            problems.append(
                f"schedule.quench_steps: got {self.schedule.quench_steps}, allowed with privacy: 0 "
                "(they are not private)"
            )
        return problems

    def members(self) -> list[Member]:
        """Descents of one seed: without noise, all noises by strength, explicit regularisers."""
        strengths, kinds = [s for s in self.strengths if s > 0], len(self.noises)
        if self.privacy is not None:
            strengths, kinds = [1.0], len(self.privacy.strategies)
        noisy = itertools.product(range(kinds), strengths)
        return [
            *([Member(-1, 0.0, 0.0)] if 0 in self.strengths else []),
            *[Member(noise, strength, 0.0) for noise, strength in noisy],
            *[Member(-1, 0.0, s) for s in self.regularisers],
        ]

    @property
    def files(self) -> tuple[str, ...]:
        """Files of the user with the samples and their labels, if any."""
        problem = self.problem
        return (problem.samples, problem.labels) if isinstance(problem, Files) else ()

    def canonical_json(self) -> str:
        """The spec with every default filled in, as text that equal specs share."""
        return json.dumps(self.model_dump(mode="json"), sort_keys=True)


def _has_strength(noise: Any) -> bool:
    return isinstance(noise, dict) and "strength" in noise


def samples_of(problem: Problem) -> int:
    """Training samples of a problem; 0 where the loss has none."""
    if isinstance(problem, Network):
        return problem.train
    return getattr(problem, "samples", 0)


def parse(data: dict[str, Any]) -> Training:
    """Check plain data (from YAML or JSON); InputError with one line for each problem."""
    return check(data, Training)
