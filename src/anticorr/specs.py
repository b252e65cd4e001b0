"""Spec of one particle run: frozen and strict. Unknown or out-of-range keys stop, all at once.

`Spec` is the only description of a run that any stage reads; its canonical JSON is stored in every
record and is what the workflow compares.
"""

import json
import math
from typing import Annotated, Any, Literal

from pydantic import Field, field_serializer, model_validator

from anticorr.strict import Number, Strict, Whole, check, refuse


class Potential(Strict):
    """Pair potential, in units of the interaction energy."""

    kind: Literal["harmonic"] = Field(
        "harmonic", description="V(r) = (1 - r)^2 / 2 for r < 1 (in diameters)"
    )


class System(Strict):
    """Particles in a periodic square (dimension 2) or cube (3)."""

    dimension: Literal[2, 3] = Field(2, description="space dimension d")
    particles: Whole = Field(description="number of particles N", ge=1, le=2**31 - 1)
    packing_fraction: Number = Field(
        description="phi = N v_d / (2^d L^d), v_2 = pi, v_3 = 4 pi / 3; sets the box side L",
        gt=0,
        le=3,
    )
    potential: Potential = Potential()
    initial: Literal["random", "lattice"] = Field(
        "random",
        description="Poisson points, or a square/cubic lattice (N a square/cube)",
    )

    @property
    def box_side(self) -> float:
        """L in diameters."""
        particle = math.pi / 4 if self.dimension == 2 else math.pi / 6
        return (self.particles * particle / self.packing_fraction) ** (1 / self.dimension)

    @property
    def density(self) -> float:
        """rho = N / L^d."""
        return self.particles / self.box_side**self.dimension

    @model_validator(mode="after")
    def _possible(self):
        problems = []
        if self.box_side < 3:
            least = math.ceil(self.particles * (3 / self.box_side) ** self.dimension)
            problems.append(
                f"particles: got {self.particles} (box side {self.box_side:.3g} diameters), "
                f"allowed >= {least} at this packing_fraction (box side >= 3)"
            )
        root = int(self.particles ** (1 / self.dimension))
        nearest = min(
            (n**self.dimension for n in range(max(root - 1, 1), root + 3)),
            key=lambda number: abs(number - self.particles),
        )
        if self.initial == "lattice" and nearest != self.particles:
            shape = {2: "square", 3: "cube"}[self.dimension]
            problems.append(
                f"particles: got {self.particles}, allowed with initial 'lattice': a {shape} "
                f"number (the nearest is {nearest})"
            )
        refuse(problems)
        return self


class White(Strict):
    """Independent Gaussian noise."""

    kind: Literal["white"] = Field(description="independent in time")
    strength: Number = Field(
        description="sigma: standard deviation per component per step, in diameters", ge=0
    )


class MovingAverage(Strict):
    """ma1: xi(t) = a eta(t) + b eta(t-1), a^2 + b^2 = 1, 2 a b = correlation."""

    kind: Literal["ma1"] = Field(description="first-order moving average")
    strength: Number = Field(
        description="sigma: standard deviation per component per step, in diameters", ge=0
    )
    correlation: Number = Field(
        description="c_t = 2 a b; the lag-one correlation is c_t / 2; -1 is Anti-PGD", ge=-1, le=1
    )


class Dynamics(Strict):
    """One step: x(t+1) = x(t) + alpha f(t) + sigma xi(t)."""

    kind: Literal["gradient"] = Field("gradient", description="drift alpha * force")
    step_size: Number = Field(description="alpha", gt=0)
    batch_fraction: Number = Field(
        1.0, description="b_f: probability that a pair force is applied in a step", gt=0, le=1
    )
    batch_selection: Literal["pair"] = Field("pair", description="a draw for each pair")
    batch_correlation: Number = Field(
        -1.0,
        description="c_s: correlation of the kicks on two partners; -1 is reciprocal",
        ge=-1,
        le=0,
    )
    noise: Annotated[White | MovingAverage, Field(discriminator="kind")]


class Schedule(Strict):
    """Steps: relaxation without frames, then sampling."""

    relax_steps: Whole = Field(description="steps before the first sampled step", ge=0, le=10**12)
    sample_steps: Whole = Field(description="steps of sampling", ge=1, le=10**12)
    sample_every: Whole = Field(description="steps between frames; divides sample_steps", ge=1)

    @model_validator(mode="after")
    def _divides(self):
        problems = []
        if self.sample_steps % self.sample_every:
            problems.append(
                f"sample_every: got {self.sample_every}, allowed: a divisor of sample_steps = "
                f"{self.sample_steps}"
            )
        refuse(problems)
        return self


class Record(Strict):
    """What a run keeps."""

    stripped: bool = Field(False, description="also the noise-stripped positions y = x + sigma b eta(t-1)")
    series_every: Whole = Field(
        0,
        description="steps averaged into one entry of the series; divides sample_every and "
        "relax_steps; 0: the greatest common divisor of those two and 10",
        ge=0,
    )


class Spec(Strict):
    """One particle run."""

    system: System
    dynamics: Dynamics
    schedule: Schedule
    record: Record = Record()
    seed: Whole = Field(description="64-bit seed of all randomness", ge=0, le=2**63 - 1)

    @field_serializer("record")
    def _settled_record(self, record: Record) -> dict[str, Any]:
        return {"stripped": record.stripped, "series_every": self.series_every}

    @property
    def series_every(self) -> int:
        """Steps in one entry of the series."""
        schedule = self.schedule
        return self.record.series_every or math.gcd(schedule.sample_every, schedule.relax_steps, 10)

    @model_validator(mode="after")
    def _series_fits(self):
        every, schedule = self.series_every, self.schedule
        if schedule.sample_every % every or schedule.relax_steps % every:
            refuse(
                [
                    f"record.series_every: got {every}, allowed: a common divisor of sample_every ="
                    f" {schedule.sample_every} and relax_steps = {schedule.relax_steps}"
                ]
            )
        return self

    def canonical_json(self) -> str:
        """The same text for the same spec, however it was written."""
        return json.dumps(self.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))


def parse(data: Any) -> Spec:
    """The spec that plain data (from YAML or JSON) describe; InputError with a line for each problem."""
    return check(data, Spec)


def short_runs(
    spec: Spec, *, density_step: float, particles: int, relax_steps: int, sample_steps: int
) -> dict[str, Spec]:
    """Specs of the runs `low`, `mid`, `high` at densities rho (1 - h), rho, rho (1 + h).

    h = density_step; the spec's own dynamics, seeds of their own, at most `particles` particles, random
    start, series only.
    """
    data = spec.model_dump(mode="json")
    data["schedule"] = {
        "relax_steps": relax_steps, "sample_steps": sample_steps, "sample_every": sample_steps
    }  # fmt: skip
    data["record"] = {"stripped": False}
    data["system"] |= {"particles": min(particles, spec.system.particles), "initial": "random"}
    made = {}
    for name, sign in (("low", -1), ("mid", 0), ("high", 1)):
        data["seed"] = (spec.seed + (sign + 2) * 2**40) % 2**63
        data["system"]["packing_fraction"] = spec.system.packing_fraction * (1 + sign * density_step)
        made[name] = parse(data)
    return made


def settle(spec: Spec | dict[str, Any]) -> Spec:
    """A spec as it is, plain data checked."""
    return spec if isinstance(spec, Spec) else parse(spec)
