"""Spec of related work: memory by few states, consensus-based optimisation, and races at equal cost."""

from typing import Literal, Self

from pydantic import Field, model_validator

from anticorr.specs.companion.lists import OneCompanion, outside
from anticorr.strict import Number, Strict, Whole, refuse
from anticorr.wording import repeated

_NUMBERS = {
    "hursts": (lambda v: 0 <= v <= 0.9 and v != 0.5, ">= 0 and <= 0.9, not 0.5 (white)"),
    "states": (lambda v: 1 <= v <= 16, ">= 1 and <= 16"),
    "states_shown": (lambda v: 1 <= v <= 16, ">= 1 and <= 16"),
    "lowest": (lambda v: 1e-8 <= v <= 0.5, ">= 1e-08 and <= 0.5"),
    "rates": (lambda v: 0 < v < 2, "> 0 and < 2"),
    "pulls": (lambda v: v > 0, "> 0"),
    "noises": (lambda v: v > 0, "> 0"),
    "strengths": (lambda v: v > 0, "> 0"),
    "correlations": (lambda v: -1 <= v <= 1, ">= -1 and <= 1"),
}
"""What every number of a list must be, and how that is said."""


class _Lists(Strict):
    @model_validator(mode="after")
    def _sound(self) -> Self:
        refuse(outside(self, _NUMBERS))
        return self


class Memory(_Lists):
    """Fractional noise by a few states, beside the exact one."""

    hursts: list[Number] = Field([0.0, 0.25, 0.75], description="H of the noise", max_length=6)
    states: list[Whole] = Field([1, 2, 3, 4, 5, 6, 7, 8], description="K: states that stand for it")
    lowest: list[Number] = Field(
        [1e-2, 1e-4], description="w_min of the band, radians per step; it ends at pi"
    )
    states_shown: list[Whole] = Field([1, 2, 4], description="K of the modes' theory, in the first band")
    rates: list[Number] = Field(
        [0.003, 0.01, 0.03, 0.1, 0.3, 1.0], description="g of modes w' = (1 - g) w + xi under exact noise"
    )
    paths: Whole = Field(200, description="of exact noise, for every H", ge=8)
    steps: Whole = Field(8192, description="of a path; the first third is left out", ge=64)


class Swarm(_Lists):
    """Consensus without a function (alpha = 0), and on a parabola."""

    walkers: Whole = Field(20, description="of a swarm", ge=2)
    noise: Number = Field(0.5, description="sigma", gt=0)
    step: Number = Field(0.1, description="dt; lambda is 1", gt=0)
    steps: Whole = Field(30, description="of every swarm", ge=2)
    repeats: Whole = Field(4000, description="swarms", ge=8)
    pulls: list[Number] = Field([0.1, 0.3, 1.0, 3.0, 10.0], description="alpha h V of swarms on a parabola")


class Race(_Lists):
    """Optimisers at equal cost."""

    objectives: list[Literal["rastrigin", "ackley", "particles"]] = Field(
        ["rastrigin", "ackley", "particles"], description="what is made small", min_length=1
    )
    dimension: Whole = Field(10, description="of the two functions", ge=2)
    particles: Whole = Field(36, description="harmonic disks", ge=8)
    packing_fraction: Number = Field(
        1.0, description="of the disks: jammed, so that no energy is 0", ge=0.9, le=1.5
    )
    walkers: Whole = Field(50, description="of a swarm", ge=2)
    steps: Whole = Field(300, description="of every race", ge=30)
    repeats: Whole = Field(32, description="races; settings are chosen by the first half", ge=4)
    alpha: Number = Field(1000.0, description="of consensus", gt=0)
    step: Number = Field(0.05, description="dt of consensus; lambda is 1", gt=0, le=1)
    noises: list[Number] = Field([2.0, 3.0, 4.0, 5.0], description="sigma of consensus, to choose from")
    strengths: list[Number] = Field(
        [0.03, 0.1, 0.3, 1.0, 2.0], description="s of perturbed descent at the start, to choose from"
    )
    correlations: list[Number] = Field([0.0, -1.0], description="c_t of its noise (ma1)", max_length=4)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        problems = repeated("objectives", self.objectives)
        if self.steps % 30:
            problems.append(f"steps: got {self.steps}, allowed: a multiple of 30")
        refuse(problems)
        return self


class Consensus(OneCompanion):
    """Related work: anticorr.companions.consensus, .races, anticorr.noise.fractional."""

    kind: Literal["consensus"] = Field(description="related work: memory by states, consensus")
    memory: Memory = Memory()
    swarm: Swarm = Swarm()
    race: Race = Race()
    seed: Whole = Field(1, description="of all walkers and paths", ge=0, lt=2**31)

    @property
    def bytes_held(self) -> float:
        """Bytes beside the program."""
        race, swarm = self.race, self.swarm
        pairs = race.particles * (race.particles - 1) / 2
        raced = race.repeats * race.walkers * max(12 * pairs, 8 * race.dimension)
        return 8.0 * max(raced, 40 * self.memory.steps, 16 * 400_000, 8 * swarm.repeats * swarm.walkers)

    @property
    def steps_in_all(self) -> float:
        """Steps of walkers that take about as long."""
        race, swarm = self.race, self.swarm
        entrants = 1 + len(race.noises) + len(race.strengths) * len(race.correlations)
        each = entrants * race.repeats * race.walkers * race.steps
        pairs = race.particles * (race.particles - 1) / 2
        cost = {"rastrigin": race.dimension, "ackley": race.dimension, "particles": pairs / 9}
        paths = len(self.memory.hursts) * self.memory.paths * self.memory.steps
        swarms = swarm.repeats * swarm.walkers * swarm.steps + 2_000_000 * len(swarm.pulls)
        return sum(each * cost[name] for name in race.objectives) + 3 * paths + swarms
