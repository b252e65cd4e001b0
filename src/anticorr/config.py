"""Workflow configuration: which runs, at which sizes. Expands to one spec for every run.

A *sweep* is a set of state *points*; every point is run from several seeds (random start), from a
lattice, and in three short runs at rho (1 - h), rho, rho (1 + h) for equation (2). The address of a run
is `sweep/point/run`; run is `seed-1`, ..., `lattice`, `low`, `mid` or `high`.
"""

import copy
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from anticorr.claims import Claim, catalogue
from anticorr.errors import InputError
from anticorr.specs import Spec, parse, short_runs
from anticorr.strict import Number, Strict, Whole, check, leaves, refuse

FolderName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_+-][A-Za-z0-9_.+-]*$")]
"""Letters, digits and _ . + -, not starting with a dot."""


class Point(Strict):
    """One state of a sweep."""

    name: FolderName = Field(description="folder name of the state")
    set: dict[str, Any] = Field({}, description="dotted spec keys and their values")


class Sweep(Strict):
    """States that share a base spec."""

    set: dict[str, Any] = Field({}, description="dotted spec keys of all points")
    points: list[Point] = Field(description="the states", min_length=1)

    @model_validator(mode="after")
    def _each_once(self):
        refuse(_repeated("points", [point.name for point in self.points]))
        return self


class ShortRuns(Strict):
    """Runs at rho (1 -+ h) for the derivative of equation (2)."""

    particles: Whole = Field(description="number of particles, at most", ge=10)
    relax_steps: Whole = Field(description="steps before averaging", ge=0)
    sample_steps: Whole = Field(description="steps averaged", ge=100)
    density_step: Number = Field(description="h", gt=0, le=0.2)


class Fluid(Strict):
    """What counts as a fluid; printed with every verdict."""

    msd_least: Number = Field(description="least msd of y over 3,000 steps, D^2", gt=0)
    psi_6_most: Number = Field(description="largest mean |psi_6| (2D)", gt=0, le=1)


FIGURES = {"temporal-order": "temporal_order", "approach": "approach"}
"""Names of the figures and the modules of anticorr.figures that draw them."""


class Figure(Strict):
    """One figure file."""

    draw: Literal[tuple(FIGURES)] = Field(description="name of the figure, as in `anticorr figure NAME`")
    sweep: str = Field(description="sweep whose fits and theory it shows")
    snapshots: list[str] = Field([], description="points whose first trajectory it shows")

    @model_validator(mode="after")
    def _each_once(self):
        refuse(_repeated("snapshots", self.snapshots))
        return self


class Config(Strict):
    """A scale of the workflow."""

    results: str = Field("results", description="folder of all output", min_length=1)
    base: dict[str, Any] = Field(description="spec that all runs start from (see below)")
    seeds: list[Whole] = Field(description="seeds of the random starts", min_length=1)
    lattice_start: bool = Field(description="also one run from a lattice, with the first seed")
    short_runs: ShortRuns
    fit_k_max: Number = Field(description="largest k in a fit, 1/D", gt=0)
    fluid: Fluid
    sweeps: dict[FolderName, Sweep] = Field(description="states by sweep", min_length=1)
    figures: dict[FolderName, Figure] = Field({}, description="figure files by name")
    claims: dict[FolderName, Claim] = Field({}, description="statements by name")

    @model_validator(mode="after")
    def _each_once(self):
        refuse(_repeated("seeds", self.seeds))
        return self


def _repeated(key: str, values: list) -> list[str]:
    twice = [value for n, value in enumerate(values) if value in values[:n]]
    return [f"{key}: got {value!r} twice, allowed: each once" for value in twice]


def read(data: dict[str, Any]) -> Config:
    """Check plain data (from YAML) against `Config`; InputError with one line for each problem."""
    return check(data, Config)


def expand(config: Config) -> dict[str, Spec]:
    """Spec of every run by address.

    Raises InputError with every problem of every state, each with the address of its run.
    """
    specs, problems = {}, []
    for sweep_name, sweep in config.sweeps.items():
        for point in sweep.points:
            address = f"{sweep_name}/{point.name}"
            data = config.base
            try:
                data = _changed(data, sweep.set | point.set)
                if "seed" in data:
                    raise InputError(f"seed: got {data['seed']!r}, allowed: none here (see seeds)")
                first = parse(_changed(data, {"seed": config.seeds[0]}))
            except InputError as error:
                problems += [f"{address}/seed-{config.seeds[0]}: {p}" for p in error.problems]
                continue
            try:
                short = short_runs(first, **config.short_runs.model_dump())
            except InputError as error:
                problems += [f"{address}/low: {problem}" for problem in error.problems]
                continue
            for seed in config.seeds:
                specs[f"{address}/seed-{seed}"] = parse(_changed(data, {"seed": seed}))
            if config.lattice_start:
                start = {"seed": config.seeds[0], "system.initial": "lattice"}
                try:
                    specs[f"{address}/lattice"] = parse(_changed(data, start))
                except InputError as error:
                    problems += [f"{address}/lattice: {problem}" for problem in error.problems]
            specs |= {f"{address}/{name}": spec for name, spec in short.items()}
    for name, figure in config.figures.items():
        known = config.sweeps.get(figure.sweep)
        if known is None:
            problems.append(
                f"figures.{name}.sweep: got {figure.sweep!r}, allowed: {', '.join(config.sweeps)}"
            )
            continue
        names = [point.name for point in known.points]
        problems += [
            f"figures.{name}.snapshots: got {snapshot!r}, allowed: {', '.join(names)}"
            for snapshot in figure.snapshots
            if snapshot not in names
        ]
    addresses = [f"{name}/{point.name}" for name, sweep in config.sweeps.items() for point in sweep.points]
    for name, claim in config.claims.items():
        problems += [f"claims.{name}.{problem}" for problem in claim.problems(addresses)]
    if problems:
        raise InputError(*problems)
    return specs


def first_specs(config: Config) -> dict[str, Spec]:
    """Spec of the first seed of every state, by its address `sweep/point`."""
    run = f"/seed-{config.seeds[0]}"
    return {a.removesuffix(run): spec for a, spec in expand(config).items() if a.endswith(run)}


def _changed(data: dict, changes: dict[str, Any]) -> dict:
    """A copy of nested data with dotted keys set."""
    changed = copy.deepcopy(data)
    for dotted, value in changes.items():
        section = changed
        *path, key = dotted.split(".")
        for name in path:
            section = section.setdefault(name, {})
            if not isinstance(section, dict):
                raise InputError(f"{dotted}: got a value at {name!r}, allowed: a section of keys")
        section[key] = copy.deepcopy(value)
    return changed


def reference() -> str:
    """config/README.md: every key of a configuration and of a spec, from the models themselves."""
    lines = [
        "# Configuration reference",
        "",
        "Generated from the models (`make reference`); a test keeps it in step.",
        "",
        "A configuration is one scale: `config.yaml` (default), `smoke.yaml`, `paper.yaml`, `tiny.yaml` "
        "(tests). Choose with `snakemake --configfile config/paper.yaml`.",
        "",
        "## Scale",
        "",
        *_table(Config),
        "",
        "`base` is a spec; `set` changes its keys by dotted names, as in "
        "`set: {dynamics.noise.correlation: -0.9}`.",
        "",
        "Quantities of claims:",
        "",
        *catalogue(),
        "",
        "## Spec",
        "",
        *_table(Spec),
    ]
    return "\n".join(lines) + "\n"


def _table(model: type[Strict]) -> list[str]:
    head = ["| key | default | allowed | meaning |", "|---|---|---|---|"]
    return head + [
        f"| `{key}` | {default} | {allowed} | {meaning} |".replace("  ", " ")
        for key, default, allowed, meaning in leaves(model)
    ]
