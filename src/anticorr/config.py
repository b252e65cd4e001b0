"""Workflow configuration: which runs, at which sizes. Expands to one spec for every run.

A *sweep* is a set of state *points*; every point is run from several seeds (random start) and, where
asked for, from a lattice. The address of a run is `sweep/point/run`; run is `seed-1`, ..., or `lattice`.
"""

import hashlib
import json
from typing import Any, Literal

from pydantic import Field, model_validator

from anticorr.claims import Claim, catalogue
from anticorr.errors import InputError
from anticorr.specs import Spec, parse, replicas, short_runs
from anticorr.specs.training import Training
from anticorr.strict import FolderName, Number, Strict, Whole, check, leaves, refuse
from anticorr.sweeps import ShortRuns, Sweep, changed, repeated


class Fluid(Strict):
    """What counts as a fluid; printed with every verdict."""

    msd_least: Number = Field(description="least msd of y over 3,000 steps, D^2", gt=0)
    psi_6_most: Number = Field(description="largest mean |psi_6| (2D)", gt=0, le=1)


FIGURES = {
    "temporal-order": "temporal_order",
    "approach": "approach",
    "programmed-exponent": "programmed_exponent",
    "relaxation": "relaxation",
    "space-time": "space_time",
    "validation": "validation",
    "mixture": "mixture",
    "optimisation": "optimisation",
    "state-map": "state_map",
    "convergence": "convergence",
    "real-space": "real_space",
    "networks": "networks",
    "valley": "valley",
    "side-by-side": "side_by_side",
    "private": "private",
    "recovery": "recovery",
    "sampling": "sampling",
    "curvature": "curvature",
}
"""Names of the figures and the modules of anticorr.figures that draw them."""


class Figure(Strict):
    """One figure file."""

    draw: Literal[tuple(FIGURES)] = Field(description="name of the figure, as in `anticorr figure NAME`")
    sweep: str | list[str] = Field([], description="sweep or sweeps whose records it shows")
    training: str | list[str] = Field([], description="training or trainings that it shows")
    snapshots: list[str] = Field([], description="points whose first trajectory it shows")

    @model_validator(mode="after")
    def _each_once(self):
        problems = repeated("sweep", self.sweeps) + repeated("training", self.trainings)
        if not self.sweeps and not self.trainings:
            problems.append("sweep: got none, allowed: a sweep, a training, or both")
        refuse(problems + repeated("snapshots", self.snapshots))
        return self

    @property
    def sweeps(self) -> list[str]:
        """Names of its sweeps."""
        return [self.sweep] if isinstance(self.sweep, str) else self.sweep

    @property
    def trainings(self) -> list[str]:
        """Names of its trainings."""
        return [self.training] if isinstance(self.training, str) else self.training


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
    trainings: dict[FolderName, Training] = Field({}, description="ensembles by name (see below)")
    figures: dict[FolderName, Figure] = Field({}, description="figure files by name")
    claims: dict[FolderName, Claim] = Field({}, description="statements by name")

    @model_validator(mode="after")
    def _each_once(self):
        refuse(repeated("seeds", self.seeds))
        return self


def read(data: dict[str, Any]) -> Config:
    """Check plain data (from YAML) against `Config`; InputError with one line for each problem."""
    return check(data, Config)


def expand(config: Config) -> dict[str, Spec]:
    """Spec of every run by address.

    Raises InputError with every problem of every state, each with the address of its run.
    """
    specs, problems = {}, []
    for name, sweep in config.sweeps.items():
        for point in sweep.states():
            try:
                specs |= _runs(config, sweep, f"{name}/{point.name}", sweep.set | point.set)
            except InputError as error:
                problems += error.problems
    for name, figure in config.figures.items():
        unknown = [sweep for sweep in figure.sweeps if sweep not in config.sweeps]
        problems += [
            f"figures.{name}.sweep: got {sweep!r}, allowed: {', '.join(config.sweeps)}" for sweep in unknown
        ]
        problems += [
            f"figures.{name}.training: got {training!r}, allowed: {', '.join(config.trainings) or 'none'}"
            for training in figure.trainings
            if training not in config.trainings
        ]
        if unknown:
            continue
        names = [point.name for sweep in figure.sweeps for point in config.sweeps[sweep].states()]
        problems += [
            f"figures.{name}.snapshots: got {snapshot!r}, allowed: {', '.join(names)}"
            for snapshot in figure.snapshots
            if snapshot not in names
        ]
    addresses = [f"{n}/{point.name}" for n, sweep in config.sweeps.items() for point in sweep.states()]
    addresses += [f"training/{name}" for name in config.trainings]
    for name, claim in config.claims.items():
        problems += [f"claims.{name}.{problem}" for problem in claim.problems(addresses)]
    if problems:
        raise InputError(*problems)
    return specs


def _runs(config: Config, sweep: Sweep, address: str, changes: dict[str, Any]) -> dict[str, Spec]:
    """Specs of the runs of one state by address; the short runs that `predict` makes are only checked."""
    seeds = seeds_of(config, sweep)

    def settled(prefix: str, make):
        try:
            return make()
        except InputError as error:
            raise InputError(*[f"{prefix}{problem}" for problem in error.problems]) from None

    def first() -> Spec:
        data = changed(config.base, changes)
        if "seed" in data:
            raise InputError(f"seed: got {data['seed']!r}, allowed: none here (see seeds)")
        return parse(data | {"seed": seeds[0]})

    spec = settled(f"{address}/seed-{seeds[0]}: ", first)
    made = settled(f"{address}/", lambda: replicas(spec, seeds, has_lattice(config, sweep)))
    if sweep.ends == "theory":
        sizes = (sweep.short_runs or config.short_runs).model_dump()
        settled(f"{address}/short runs: ", lambda: short_runs(spec, **sizes))
    return {f"{address}/{run}": one for run, one in made.items()}


def seeds_of(config: Config, sweep: Sweep) -> list[int]:
    """Seeds of the random starts of a sweep."""
    return config.seeds if sweep.seeds is None else sweep.seeds


def has_lattice(config: Config, sweep: Sweep) -> bool:
    """Whether states of a sweep are also run from a lattice."""
    asked = config.lattice_start if sweep.lattice_start is None else sweep.lattice_start
    return asked and sweep.ends in ("fit", "theory")  # it is compared with the others by the fit


def first_specs(config: Config) -> dict[str, Spec | Training]:
    """What claims are about, by address: of every state `sweep/point` the spec of its first seed, and every
    training as `training/name`."""
    specs = expand(config)
    states = {
        f"{name}/{point.name}": specs[f"{name}/{point.name}/seed-{seeds_of(config, sweep)[0]}"]
        for name, sweep in config.sweeps.items()
        for point in sweep.states()
    }
    return states | {f"training/{name}": training for name, training in config.trainings.items()}


def digest(config: Config) -> str:
    """Digest of all that a configuration says but where its results go."""
    said = config.model_dump(mode="json", exclude={"results"})
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]


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
        "",
        "## Training",
        "",
        *_table(Training),
    ]
    return "\n".join(lines) + "\n"


def _table(model: type[Strict]) -> list[str]:
    head = ["| key | default | allowed | meaning |", "|---|---|---|---|"]
    return head + [
        f"| `{key}` | {default} | {allowed} | {meaning} |".replace("  ", " ")
        for key, default, allowed, meaning in leaves(model)
    ]
