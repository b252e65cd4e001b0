"""Spec of one particle run: frozen and strict. Unknown or out-of-range keys stop, all at once.

`Spec` is the only description of a run that any stage reads; its canonical JSON is stored in every
record and is what the workflow compares.
"""

import json
import math
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    field_serializer,
    model_validator,
)

from anticorr.errors import InputError


def _not_bool(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError  # YAML's true is not the number 1; worded in _worded
    return value


Whole = Annotated[int, BeforeValidator(_not_bool)]
"""A whole number; true and false are none."""
Number = Annotated[float, BeforeValidator(_not_bool), AfterValidator(lambda value: value + 0.0)]
"""A finite number; true and false are none, and -0.0 is 0.0 so that equal specs have equal text."""


class Strict(BaseModel):
    """Frozen; unknown keys, NaN and infinity are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


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


def parse(data: Any, model: type[Strict] = Spec) -> Any:
    """Check plain data (from YAML or JSON) against a model.

    Raises InputError with one line for each problem: key, what was got, what is allowed.
    """
    if not isinstance(data, dict):
        raise InputError(f"got {type(data).__name__}, allowed: a mapping of keys to values")
    try:
        return model.model_validate(data)
    except ValidationError as error:
        lines = []
        for problem in error.errors():
            lines.extend(_worded(problem, model))
        raise InputError(*lines) from None


def leaves(model: type[Strict], prefix: str = "") -> list[tuple[str, str, str, str]]:
    """(key, default, allowed, meaning) of every key of a model, dotted, in order."""
    found = []
    for name, field in model.model_fields.items():
        inner = _model_of(field.annotation)
        if isinstance(inner, dict):
            for tag, member in inner.items():
                found += leaves(member, f"{prefix}{name} ({tag}).")
        elif inner is not None:
            found += leaves(inner, f"{prefix}{name}.")
        else:
            default = "required" if field.is_required() else f"`{field.default}`"
            found.append((prefix + name, default, _allowed(field), (field.description or "").strip()))
    return found


def settle(spec: Spec | dict[str, Any]) -> Spec:
    """A spec as it is, plain data checked."""
    return spec if isinstance(spec, Spec) else parse(spec)


def refuse(problems: list[str]) -> None:
    """Used by models: their problems, one line each, with keys below the model's own."""
    if problems:
        raise ValueError("\n".join(problems))


def _worded(problem: dict, model: type[Strict]) -> list[str]:
    location, field = [], None
    current: Any = model
    for part in problem["loc"]:
        if current is None or not isinstance(part, str):
            location.append(str(part))
            continue
        if part in getattr(current, "model_fields", {}):
            field = current.model_fields[part]
            location.append(part)
            current = _model_of(field.annotation)
        elif isinstance(current, dict):
            current = current.get(part)  # the tag of a union: not a key in the file
        else:
            location.append(part)
            field = None
    key = ".".join(location)
    if problem["type"] == "string_pattern_mismatch":
        rule = "letters, digits and _ . + -, not starting with a dot"
        return [f"{key}: got {problem['input']!r}, allowed: {rule}"]
    kind, got = problem["type"], problem.get("input")
    if kind == "value_error" and str(problem["ctx"]["error"]):
        prefix = key + "." if key else ""
        return [prefix + line for line in str(problem["ctx"]["error"]).split("\n")]
    if kind == "missing":
        return [f"{key}: missing, wanted: {_description(field)}"]
    if kind in ("extra_forbidden", "invalid_key"):
        known = ", ".join(getattr(current, "model_fields", {})) or "none"
        return [f"{key}: unknown key, allowed here: {known}"]
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        tags = problem["ctx"].get("expected_tags", "'white', 'ma1'")
        got = got.get("kind") if isinstance(got, dict) else got
        return [f"{key}.kind: got {got!r}, allowed: {tags}"]
    return [f"{key}: got {got!r}, allowed: {_allowed(field)}"]


def _model_of(annotation: Any) -> Any:
    """The model of a section, the models of a tagged union by tag, or None for a plain value."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    arguments = getattr(annotation, "__args__", ())
    if getattr(annotation, "__origin__", None) is list:
        return _model_of(arguments[0])
    if getattr(annotation, "__origin__", None) is dict:
        return _model_of(arguments[1])
    members = [m for m in arguments if hasattr(m, "model_fields")]
    return {m.model_fields["kind"].annotation.__args__[0]: m for m in members} or None


def _description(field: Any) -> str:
    return (field.description or "a section of keys") if field is not None else "a value"


def _allowed(field: Any) -> str:
    annotation = getattr(field, "annotation", None)
    if getattr(annotation, "__origin__", None) is Literal:
        return " or ".join(repr(value) for value in annotation.__args__)
    parts = []
    for bound in field.metadata if field is not None else ():
        for name, sign in (("gt", ">"), ("ge", ">="), ("lt", "<"), ("le", "<=")):
            if getattr(bound, name, None) is not None:
                parts.append(f"{sign} {getattr(bound, name)}")
    kinds = {int: "a whole number", float: "a finite number", bool: "true or false", str: "text"}
    origin = getattr(annotation, "__origin__", None)
    kind = kinds.get(annotation) or {list: "a list", dict: "a mapping of keys to values"}.get(
        origin, "a section of keys"
    )
    if origin is list:
        item = annotation.__args__[0]
        item = getattr(item, "__origin__", item)
        kind = {int: "a list of whole numbers", str: "a list of names"}.get(item, kind)
    return " ".join([kind, " and ".join(parts)]).strip()
