"""Spec of Langevin dynamics with noise projected off group orbits, and of the rescaling of networks."""

import math
from typing import Literal, Self

from pydantic import Field, model_validator

from anticorr.specs.companion.lists import OneCompanion, outside
from anticorr.strict import Number, Strict, Whole, refuse
from anticorr.wording import repeated

_NUMBERS = {
    "b": (lambda v: 0 < v <= 1, "> 0 and <= 1"),
    "times": (lambda v: v > 0, "> 0"),
}
"""What every number of a list must be, and how that is said."""
_SIZES = {
    "rotations": ("[d], d >= 2", 1),
    "factors": ("[n, r], n >= r >= 2", 2),
    "conjugation": ("[n], n >= 2", 1),
}


class Symmetry(Strict):
    """A group of orthogonal maps: anticorr.companions.groups."""

    group: Literal["rotations", "factors", "conjugation"] = Field(
        description="rotations: of vectors; factors: O(r) on the right of n x r matrices; "
        "conjugation: of symmetric matrices"
    )
    size: list[Whole] = Field(description="[d], [n, r] or [n]")

    @model_validator(mode="after")
    def _sound(self) -> Self:
        words, count = _SIZES[self.group]
        falling = [*self.size, 2]
        if len(self.size) != count or falling != sorted(falling, reverse=True):
            refuse([f"size: got {self.size}, allowed: {words}"])
        return self

    @property
    def numbers(self) -> int:
        """Of a point."""
        return self.size[0] ** 2 if self.group == "conjugation" else math.prod(self.size)


class Rescaling(Strict):
    """Two-layer networks under SGD and under injected noise of the same strength."""

    activations: list[Literal["linear", "relu"]] = Field(
        ["linear", "relu"], description="of the hidden layer"
    )
    inputs: Whole = Field(4, description="their number", ge=1)
    hidden: Whole = Field(3, description="neurons", ge=1)
    samples: Whole = Field(64, description="to learn from", ge=2)
    label_noise: Number = Field(0.5, description="standard deviation of the labels' errors", gt=0)
    learning_rate: Number = Field(0.02, description="l", gt=0)
    batch: Whole = Field(4, description="samples of a step of SGD, drawn with replacement", ge=1)
    steps: Whole = Field(1000, description="of every descent", ge=10)
    records: Whole = Field(10, description="points of its course; `steps` is a multiple of it", ge=2)
    replicas: Whole = Field(1000, description="networks, each with samples of its own", ge=10)

    @model_validator(mode="after")
    def _sound(self) -> Self:
        problems = repeated("activations", self.activations)
        if not self.activations:
            problems.append("activations: got none, allowed: one or more")
        if self.steps % self.records:
            problems.append(f"steps: got {self.steps}, allowed: a multiple of records ({self.records})")
        refuse(problems)
        return self


class Orbit(OneCompanion):
    """Projected noise on f = |x|^2 / 2 and the drift that stands for it: anticorr.companions.orbits."""

    kind: Literal["orbit"] = Field(description="noise projected off group orbits, orbit volumes")
    symmetries: list[Symmetry] = Field(
        [
            Symmetry(group="rotations", size=[5]),
            Symmetry(group="factors", size=[3, 2]),
            Symmetry(group="conjugation", size=[3]),
        ],
        description="groups and what they act on", min_length=1, max_length=6,
    )  # fmt: skip
    b: list[Number] = Field(
        [1.0, 0.75, 0.5], description="noise along orbits; across them it is 1", max_length=6
    )
    times: list[Number] = Field([0.1, 0.3, 1.0], description="at which the two dynamics are compared")
    rest: Number = Field(4.0, description="time after which they are at rest", gt=0)
    step: Number = Field(0.01, description="of time", gt=0, le=0.1)
    walkers: Whole = Field(4000, description="of every group, b and dynamics", ge=8)
    error: Number = Field(
        0.03, description="wanted: a relative standard error of <|x|^2> that all groups stay below", gt=0
    )
    bins: Whole = Field(20, description="of the histogram of |x|", ge=4)
    network: Rescaling = Rescaling()
    seed: Whole = Field(1, description="of all walkers and networks", ge=0, lt=2**31)

    @model_validator(mode="after")
    def _sound(self) -> Self:
        problems = outside(self, _NUMBERS)
        if sorted(self.times) != self.times:
            problems.append(f"times: got {self.times}, allowed: increasing")
        if self.times and not self.rest > max(self.times):
            problems.append(f"rest: got {self.rest:g}, allowed > {max(self.times):g} (the last of times)")
        least = math.ceil(2 / self.error**2)
        if self.walkers < least:
            problems.append(
                f"walkers: got {self.walkers}, allowed >= {least} (with fewer, <|x|^2> may have a "
                f"standard error of sqrt(2 / walkers) > {self.error:g}, the error wanted)"
            )
        refuse(problems)
        return self

    @property
    def bytes_held(self) -> float:
        """Bytes beside the program."""
        net = self.network
        held = net.replicas * (net.samples * (net.inputs + net.hidden) * 32)
        return held + 8.0 * self.walkers * max(10 * s.numbers + 16 * s.size[-1] for s in self.symmetries)

    @property
    def steps_in_all(self) -> float:
        """Steps of walkers that take about as long."""
        one = sum(2 + s.size[-1] * s.numbers / 4 for s in self.symmetries)
        walked = one * len(self.b) * self.walkers * (2 * self.rest + 6 * self.times[-1]) / self.step
        net = self.network
        samples = (2 * net.samples + net.batch) * net.inputs * net.hidden / 4
        return walked + len(net.activations) * net.replicas * net.steps * samples
