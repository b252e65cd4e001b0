"""Spec of one particle run: frozen and strict. Unknown or out-of-range keys stop, all at once.

`Spec` is the only description of a run that any stage reads; its canonical JSON is stored in every
record and is what the workflow compares.
"""

import json
import math
from typing import Any, ClassVar, Literal, Self

import numpy as np
from pydantic import Field, field_serializer, model_validator

from anticorr.errors import InputError
from anticorr.specs.dynamics import Dynamics
from anticorr.specs.system import FromFile, System
from anticorr.strict import FolderName, Number, Strict, Whole, check, refuse

__all__ = [
    "FromFile",
    "Spec",
    "difference",
    "extended",
    "parse",
    "parse_states",
    "replicas",
    "settle",
    "short_runs",
]


class Schedule(Strict):
    """Steps: relaxation without frames, then sampling."""

    relax_steps: Whole = Field(description="steps before the first sampled step", ge=0, le=10**12)
    sample_steps: Whole = Field(description="steps of sampling", ge=1, le=10**12)
    sample_every: Whole = Field(description="steps between frames; divides sample_steps", ge=1)

    @model_validator(mode="after")
    def _divides(self) -> Self:
        problems = []
        if self.sample_steps % self.sample_every:
            problems.append(
                f"sample_every: got {self.sample_every}, allowed: a divisor of sample_steps = "
                f"{self.sample_steps}"
            )
        refuse(problems)
        return self


class Modes(Strict):
    """Density modes rho_k taken during the run, for S(k) without frames."""

    k_max: Number = Field(
        description="largest k of the modes, in 1/D; the section is optional", gt=0, le=1e6
    )
    every: Whole = Field(
        0, description="steps between samples; divides sample_steps; 0: sample_every", ge=0
    )


_MOST_MODES = 1_000_000


class Record(Strict):
    """What a run keeps."""

    stripped: bool = Field(
        False,
        description="also the noise-stripped positions y = x + sigma sum_k g_k z_k, driven by white noise "
        "(ma1: y = x + sigma b eta(t-1))",
    )
    positions: Literal["float64", "float32", "uint16", "compressed", "none"] = Field(
        "float64",
        description="frames: every bit, rounded to float32 (error <= L 2^-24), to multiples of L 2^-16 in "
        "two bytes (error <= L 2^-17), every bit but packed without loss, or no frames",
    )
    modes: Modes | None = Field(None, description="density modes taken during the run")
    series_every: Whole = Field(
        0,
        description="steps averaged into one entry of the series; divides sample_every and "
        "relax_steps (and modes.every); 0: the greatest common divisor of those and 10",
        ge=0,
    )


class Spec(Strict):
    """One particle run, frozen: x(t+1) = x(t) + alpha f(t) + sigma xi(t) and what is kept of it.

    Sections: `system` (particles, packing_fraction, potential, sizes, initial), `dynamics` (step_size or
    kicks, batches, noise), `schedule` (relax_steps, sample_steps, sample_every), `record`, `seed`; keys,
    ranges and defaults: config/README.md. Lengths in diameters D, energies in eps, times in steps. Made as
    `Spec(**data)`, or by the stages from plain data, which raise InputError with a line for each problem.
    """

    several: ClassVar[str] = " (one value; lists of values: grid or linked of a sweep)"

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
        modes = record.modes and {"k_max": record.modes.k_max, "every": self.modes_every}
        return {
            "stripped": record.stripped,
            "positions": record.positions,
            "modes": modes,
            "series_every": self.series_every,
        }

    @property
    def modes_every(self) -> int:
        """Steps between samples of the density modes; 0 without modes."""
        modes = self.record.modes
        return (modes.every or self.schedule.sample_every) if modes else 0

    @property
    def series_every(self) -> int:
        """Steps in one entry of the series."""
        schedule = self.schedule
        return self.record.series_every or math.gcd(
            schedule.sample_every, schedule.relax_steps, self.modes_every, 10
        )

    @model_validator(mode="after")
    def _intervals_fit(self) -> Self:
        every, schedule = self.series_every, self.schedule
        problems = []
        if schedule.sample_every % every or schedule.relax_steps % every or self.modes_every % every:
            and_modes = f" and modes.every = {self.modes_every}" if self.modes_every else ""
            problems.append(
                f"record.series_every: got {every}, allowed: a common divisor of sample_every ="
                f" {schedule.sample_every} and relax_steps = {schedule.relax_steps}{and_modes}"
            )
        if self.modes_every and schedule.sample_steps % self.modes_every:
            problems.append(
                f"record.modes.every: got {self.modes_every}, allowed: a divisor of sample_steps = "
                f"{schedule.sample_steps}"
            )
        refuse(problems + self._modes_fit())
        return self

    def _modes_fit(self) -> list[str]:
        if self.record.modes is None:
            return []
        k_max, smallest = self.record.modes.k_max, 2 * math.pi / self.system.box_side
        ball = {2: math.pi, 3: 4 * math.pi / 3}[self.system.dimension]
        modes = ball / 2 * (k_max / smallest) ** self.system.dimension
        if k_max < smallest:
            return [f"record.modes.k_max: got {k_max:g}, allowed >= 2 pi / L = {smallest:.4g}"]
        if modes > _MOST_MODES:
            most = smallest * (2 * _MOST_MODES / ball) ** (1 / self.system.dimension)
            return [
                f"record.modes.k_max: got {k_max:g} ({modes:.3g} modes), allowed <= {most:.4g} (at most "
                f"{_MOST_MODES} modes)"
            ]
        return []

    @property
    def stages(self) -> tuple[str, ...]:
        """Modules whose code the trajectory rests on; that of S(k) only if it takes modes."""
        return ("anticorr.stages.simulate", *(["anticorr.stages.modes"] if self.record.modes else []))

    @property
    def files(self) -> tuple[str, ...]:
        """The file of the user that the run starts from, if any."""
        initial = self.system.initial
        return (initial.file,) if isinstance(initial, FromFile) else ()

    def canonical_json(self) -> str:
        """The same text for the same spec, however it was written."""
        return json.dumps(self.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))


def parse(data: Any) -> Spec:
    """The spec that plain data (from YAML or JSON) describe; InputError with a line for each problem."""
    return check(data, Spec)


class _States(Strict):
    states: dict[FolderName, dict[str, Any]] = Field(description="specs by name", min_length=1)


def parse_states(data: Any) -> dict[str, Spec]:
    """Specs by name of `{states: {name: spec, ...}}`, or {"": spec} of data that are one spec.

    Raises InputError with a line for each problem of each.
    """
    if not (isinstance(data, dict) and "states" in data):
        return {"": parse(data)}
    made, problems = {}, []
    for name, one in check(data, _States).states.items():
        try:
            made[name] = parse(one)
        except InputError as error:
            problems += [f"states.{name}.{problem}" for problem in error.problems]
    if problems:
        raise InputError(*problems)
    return made


def replicas(spec: Spec, seeds: list[int], lattice: bool = False) -> dict[str, Spec]:
    """Specs of the runs of one state by name: `seed-1`, ... with these seeds, and `lattice`, which starts
    from a lattice with the first seed. InputError, with the name of the run, where one cannot be."""
    problems = [
        f"seed: got {seed}, allowed: a whole number >= 0 and <= 2^63 - 1"
        for seed in seeds
        if not 0 <= seed < 2**63
    ]
    if problems:
        raise InputError(*problems)
    made = {f"seed-{seed}": spec.model_copy(update={"seed": seed}) for seed in seeds}
    if lattice:
        data = spec.model_dump(mode="json") | {"seed": seeds[0]}
        data["system"] |= {"initial": "lattice"}
        try:
            made["lattice"] = parse(data)
        except InputError as error:
            raise InputError(*[f"lattice: {problem}" for problem in error.problems]) from None
    return made


def short_runs(
    spec: Spec, *, density_step: float, particles: int, relax_steps: int, sample_steps: int
) -> dict[str, Spec]:
    """Specs of the runs `low`, `mid`, `high` at densities rho (1 - h), rho, rho (1 + h); of two species
    after these `fewer_0`, `more_0`, `fewer_1`, `more_1`: the box of `mid` with rho_a (1 -+ h).

    h = density_step; the spec's own dynamics, seeds of their own, at most `particles` particles, random
    start, series only. Species 0 is the small one; its number changes by a whole number, at least one.
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
    if spec.system.sizes.kind == "bidisperse":
        made |= _other_compositions(made["mid"], density_step)
    return made


def _other_compositions(mid: Spec, step: float) -> dict[str, Spec]:
    """Runs in the box of `mid` in which the number of one species is changed by -+step of it."""
    system = mid.system
    assert system.sizes.kind == "bidisperse"
    volume = np.array([1.0, system.sizes.ratio**system.dimension])
    numbers = np.array(system.species_numbers)
    made = {}
    for n, (name, sign) in enumerate((("fewer", -1), ("more", 1)) * 2):
        species = n // 2
        counts = numbers.copy()
        counts[species] += sign * max(1, round(step * int(numbers[species])))
        data = mid.model_dump(mode="json")
        data["seed"] = (mid.seed + (n + 2) * 2**40) % 2**63
        data["system"] |= {
            "particles": int(counts.sum()),
            "packing_fraction": system.packing_fraction * float(counts @ volume / (numbers @ volume)),
        }
        data["system"]["sizes"]["large_fraction"] = float(counts[1] / counts.sum())
        made[f"{name}_{species}"] = parse(data)
    return made


def extended(spec: Spec, steps: int) -> Spec:
    """The spec with `steps` more steps of sampling; InputError unless frames and modes still fit."""
    every = spec.schedule.sample_every
    problems = []
    if steps < 1 or steps % every:
        problems.append(f"got {steps}, allowed: a multiple of sample_every = {every}")
    if spec.modes_every and steps % spec.modes_every:
        problems.append(f"got {steps}, allowed: a multiple of record.modes.every = {spec.modes_every}")
    if problems:
        raise InputError(*problems)
    data = spec.model_dump(mode="json")
    data["schedule"]["sample_steps"] += steps
    return parse(data)


def difference(one: dict[str, Any], other: dict[str, Any], path: str = "") -> str:
    """The first key in which two specs, as plain data, differ, and both values; "" if they are equal."""
    for key in sorted(set(one) | set(other)):
        a, b = one.get(key), other.get(key)
        if a != b:
            if isinstance(a, dict) and isinstance(b, dict):
                return difference(a, b, f"{path}{key}.")
            return f"{path}{key}: {a} and {b}"
    return ""


def settle(spec: Spec | dict[str, Any]) -> Spec:
    """A spec as it is, plain data checked."""
    return spec if isinstance(spec, Spec) else parse(spec)
