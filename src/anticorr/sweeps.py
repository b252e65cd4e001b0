"""Sweeps: states that share a base spec, given one by one, as lists of values, or by a seeded design."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from anticorr import grids
from anticorr.errors import InputError
from anticorr.strict import FolderName, Number, Strict, Whole, refuse
from anticorr.wording import named, repeated, told

Seed = Annotated[Whole, Field(ge=0, le=2**63 - 1)]
"""64 bits, as in a spec."""

_DIGITS = 3
"""Decimals of the numbers that a design draws."""


class Point(Strict):
    """One state of a sweep."""

    name: FolderName = Field(description="folder name of the state")
    set: dict[str, Any] = Field({}, description="dotted spec keys and their values")


class ShortRuns(Strict):
    """Runs at rho (1 -+ h) for the derivative of equation (2)."""

    particles: Whole = Field(description="number of particles, at most", ge=10)
    relax_steps: Whole = Field(description="steps before averaging", ge=0)
    sample_steps: Whole = Field(description="steps averaged", ge=100)
    density_step: Number = Field(description="h", gt=0, le=0.2)


class Design(Strict):
    """States drawn at random by a seed: a Latin hypercube over ranges of spec keys."""

    seed: Whole = Field(description="seed of the draw", ge=0)
    count: Whole = Field(description="number of states", ge=1, le=1000)
    ranges: dict[str, list[Number]] = Field(
        description="dotted spec keys and [lowest, highest]", min_length=1
    )

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        refuse(
            [
                f"ranges.{named(key)}: got {told(ends)}, allowed: [lowest, highest] with lowest < highest"
                for key, ends in self.ranges.items()
                if len(ends) != 2 or not ends[0] < ends[1]
            ]
        )
        return self

    def points(self) -> list[Point]:
        """State n takes from the range of each key a number in the stratum that a permutation gives it."""
        import numpy as np

        generator = np.random.default_rng(self.seed)
        columns = {}
        for key, (low, high) in self.ranges.items():
            place = (generator.permutation(self.count) + generator.random(self.count)) / self.count
            columns[key] = np.round(low + (high - low) * place, _DIGITS).tolist()
        digits = len(str(self.count))
        return [
            Point(name=f"{n + 1:0{digits}d}", set={key: column[n] for key, column in columns.items()})
            for n in range(self.count)
        ]


class Sweep(Strict):
    """States that share a base spec: give points, a design, or lists of values (grid, linked, both)."""

    set: dict[str, Any] = Field({}, description="dotted spec keys of all states")
    points: list[Point] = Field([], description="the states one by one")
    grid: dict[str, list[Any]] = Field({}, description="all products of the values of dotted spec keys")
    linked: dict[str, list[Any]] = Field(
        {},
        description="dotted spec keys that change together, lists of equal length; with grid: products",
    )
    design: Design | None = Field(None, description="states drawn by a seed")
    seeds: list[Seed] | None = Field(
        None, description="seeds of this sweep; left out: those of the scale", min_length=1
    )
    lattice_start: bool | None = Field(None, description="a lattice start; left out: as the scale says")
    short_runs: ShortRuns | None = Field(None, description="sizes of the short runs of this sweep")
    fit_k_max: Number | None = Field(
        None, description="largest k in a fit of this sweep, 1/D; left out: that of the scale", gt=0
    )
    states_per_job: Whole = Field(
        1, description="states that one job simulates, and one measures: many where a state takes seconds",
        ge=1, le=100,
    )  # fmt: skip
    real_space: bool = Field(False, description="also measure g(r) and the number variance")
    ends: Literal["spectrum", "fit", "theory", "landscape"] = Field(
        "theory", description="last record made of a state (landscape: only that)"
    )

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        ways = [name for name in ("points", "grid", "linked", "design") if getattr(self, name)]
        if len(ways) != 1 and ways != ["grid", "linked"]:
            told_ways = " and ".join(ways) or "none"
            refuse([f"states: got {told_ways}, allowed: points, design, grid, linked, or grid and linked"])
        problems = repeated("points", [point.name for point in self.points])
        if self.grid or self.linked:
            problems += grids.problems(self.grid, self.linked)
        refuse(problems + repeated("seeds", self.seeds or []))
        return self

    def jobs(self) -> dict[str, list[str]]:
        """Names of the states of each job, by its name: that of its state, or the first and last number."""
        names = [point.name for point in self.states()]
        if self.states_per_job == 1:
            return {name: [name] for name in names}
        digits, size = len(str(len(names))), self.states_per_job
        chunks = [names[first : first + size] for first in range(0, len(names), size)]
        return {
            f"states-{n * size + 1:0{digits}d}-{n * size + len(chunk):0{digits}d}": chunk
            for n, chunk in enumerate(chunks)
        }

    def states(self) -> list[Point]:
        """Every state; of lists of values its name holds the last part of each key and its value."""
        if self.design is not None:
            return self.design.points()
        if self.points:
            return self.points
        made = grids.states(self.grid, self.linked)
        return [Point.model_construct(name=name, set=chosen) for name, chosen in made]


def changed(data: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """A copy of nested data with dotted keys set, sections before the keys inside them."""
    for dotted in sorted(changes, key=lambda key: key.count(".")):
        data = placed(data, dotted.split("."), changes[dotted])
    return data


def placed(data: dict[str, Any], path: list[str], value: Any) -> dict[str, Any]:
    """A copy of nested data with one value set; what lies beside its path is shared, not copied."""
    made = section = dict(data)
    *sections, key = path
    for name in sections:
        inner = section.get(name, {})
        if not isinstance(inner, dict):
            place = named(".".join(path))
            raise InputError(f"{place}: got a value at {told(name)}, allowed: a section of keys")
        section[name] = dict(inner)
        section = section[name]
    section[key] = value
    return made


def merged(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """Plain data with others laid over: mappings key by key, everything else replaced."""
    made = dict(base)
    for key, value in over.items():
        known = made.get(key)
        made[key] = merged(known, value) if isinstance(known, dict) and isinstance(value, dict) else value
    return made
