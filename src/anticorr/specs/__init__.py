"""Spec of one particle run: frozen and strict. Unknown or out-of-range keys stop, all at once.

`Spec` is the only description of a run that any stage reads; its canonical JSON is stored in every
record and is what the workflow compares.
"""

import json
import math
from typing import Any

from pydantic import Field, field_serializer, model_validator

from anticorr.specs.dynamics import Dynamics
from anticorr.specs.system import System
from anticorr.strict import Strict, Whole, check, refuse


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

    @model_validator(mode="before")
    @classmethod
    def _gradient_unless_said(cls, data: Any) -> Any:
        if isinstance(data, dict) and isinstance(data.get("dynamics"), dict):
            return {**data, "dynamics": {"kind": "gradient", **data["dynamics"]}}
        return data  # what is wrong with it is told by the models

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
