"""Workflow configuration: which runs, at which sizes. Expands to one spec for every run.

A *sweep* is a set of state *points*; every point is run from several seeds (random start) and, where
asked for, from a lattice. The address of a run is `sweep/point/run`; run is `seed-1`, ..., or `lattice`.
"""

import hashlib
import json
from collections.abc import Callable
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import BeforeValidator, Field, model_validator

from anticorr.claims import Claim
from anticorr.errors import InputError
from anticorr.specs import Spec, parse, replicas, short_runs
from anticorr.specs.companion import Companion
from anticorr.specs.training import Training
from anticorr.strict import FolderName, FolderPath, Number, Strict, check, refuse
from anticorr.sweeps import Seed, ShortRuns, Sweep, changed
from anticorr.wording import repeated, told, unknown_name

MOST_RUNS = 100_000
"""Runs of a configuration; of more not even the plan is made."""


class Fluid(Strict):
    """What counts as a fluid; printed with every verdict."""

    msd_least: Number = Field(description="least msd of y over 3,000 steps, D^2", gt=0)
    psi_6_most: Number = Field(description="largest mean |psi_6| (2D)", gt=0, le=1)


FIGURES = {
    name: name.replace("-", "_")
    for name in (
        "temporal-order", "approach", "programmed-exponent", "relaxation", "space-time", "validation",
        "mixture", "optimisation", "state-map", "convergence", "real-space", "networks", "valley",
        "side-by-side", "private", "recovery", "sampling", "curvature",
        "quadratic", "meanfield", "orbit", "consensus",
    )
}  # fmt: skip
"""Names of the figures and the modules of anticorr.figures that draw them."""


Names = Annotated[list[str], BeforeValidator(lambda value: [value] if isinstance(value, str) else value)]
"""A list of names; one alone may stand without brackets."""


class Figure(Strict):
    """One figure file."""

    draw: Literal[tuple(FIGURES)] = Field(  # type: ignore[valid-type]
        description="name of the figure, as in `anticorr figure NAME`"
    )
    sweep: Names = Field([], description="sweep or sweeps whose records it shows")
    training: Names = Field([], description="training or trainings that it shows")
    companion: Names = Field([], description="companion or companions that it shows")
    snapshots: list[str] = Field([], description="points whose first trajectory it shows")

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        problems = [
            problem
            for key in ("sweep", "training", "companion")
            for problem in repeated(key, getattr(self, key))
        ]
        if not (self.sweep or self.training or self.companion):
            problems.append("sweep: got none, allowed: a sweep, a training, a companion, or several")
        refuse(problems + repeated("snapshots", self.snapshots))
        return self

    @property
    def sweeps(self) -> list[str]:
        """Names of its sweeps."""
        return self.sweep

    @property
    def trainings(self) -> list[str]:
        """Names of its trainings."""
        return self.training

    @property
    def companions(self) -> list[str]:
        """Names of its companions."""
        return self.companion


class Config(Strict):
    """A scale of the workflow."""

    results: FolderPath = Field("results", description="folder of all output")
    base: dict[str, Any] = Field(description="spec that all runs start from (see below)")
    seeds: list[Seed] = Field(description="seeds of the random starts", min_length=1)
    lattice_start: bool = Field(description="also one run from a lattice, with the first seed")
    short_runs: ShortRuns
    fit_k_max: Number = Field(description="largest k in a fit, 1/D", gt=0)
    fluid: Fluid
    sweeps: dict[FolderName, Sweep] = Field(description="states by sweep", min_length=1)
    trainings: dict[FolderName, Training] = Field({}, description="ensembles by name (see below)")
    companions: dict[FolderName, Annotated[Companion, Field(discriminator="kind")]] = Field(
        {}, description="companion theories by name (see below)"
    )
    figures: dict[FolderName, Figure] = Field({}, description="figure files by name")
    claims: dict[FolderName, Claim] = Field({}, description="statements by name")

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        problems = repeated("seeds", self.seeds)
        runs = 0
        for name, sweep in self.sweeps.items():
            seeds = seeds_of(self, sweep)
            runs += len(sweep.states()) * (len(seeds) + has_lattice(self, sweep))
            if sweep.ends == "landscape" and (
                len(seeds) < 2 or seeds != list(range(seeds[0], seeds[0] + len(seeds)))
            ):
                problems.append(
                    f"sweeps.{name}.seeds: got {told(seeds)}, allowed with ends 'landscape': two or more "
                    "consecutive numbers"
                )
        if runs > MOST_RUNS:
            problems.append(f"sweeps: got {runs} runs in all, allowed: {MOST_RUNS} or fewer")
        problems += [
            f"sweeps: got the name '{name}', allowed beside {name}s: any other"
            for name, there in (("training", self.trainings), ("companion", self.companions))
            if there and name in self.sweeps
        ]
        refuse(problems)
        return self


Made = TypeVar("Made")


def read(data: dict[str, Any]) -> Config:
    """Check plain data (from YAML) against `Config`; InputError with one line for each problem."""
    return check(data, Config)


def expand(config: Config) -> dict[str, Spec]:
    """Spec of every run by address.

    Raises InputError with every problem of every state, each with the address of its run; what is wrong
    with several runs is told once.
    """
    specs: dict[str, Spec] = {}
    problems: list[str] = []
    refused: dict[str, list[str]] = {}
    for name, sweep in config.sweeps.items():
        try:
            base = changed(config.base, sweep.set)
        except InputError as error:
            problems += [f"sweeps.{name}.set.{problem}" for problem in error.problems]
            continue
        for point in sweep.states():
            try:
                specs |= _runs(config, sweep, f"{name}/{point.name}", base, point.set)
            except InputError as error:
                for line in error.problems:
                    address, problem = line.split(": ", 1)
                    refused.setdefault(problem, []).append(address)
    for problem, (first, *others) in refused.items():
        problems.append(f"{first}{f' and {len(others)} more' if others else ''}: {problem}")
    problems += _unknown_names(config)
    if problems:
        raise InputError(*problems)
    return specs


def _unknown_names(config: Config) -> list[str]:
    """A line for every sweep, training or state that a figure or a claim names and that is not there."""
    problems = []
    points = {name: [point.name for point in sweep.states()] for name, sweep in config.sweeps.items()}
    for name, figure in config.figures.items():
        key = f"figures.{name}"
        problems += [unknown_name(f"{key}.sweep", s, points) for s in figure.sweeps if s not in points]
        problems += [
            unknown_name(f"{key}.training", training, config.trainings)
            for training in figure.trainings
            if training not in config.trainings
        ]
        problems += [
            unknown_name(f"{key}.companion", companion, config.companions)
            for companion in figure.companions
            if companion not in config.companions
        ]
        if points.keys() >= set(figure.sweeps):
            names = [point for sweep in figure.sweeps for point in points[sweep]]
            problems += [
                unknown_name(f"{key}.snapshots", s, names) for s in figure.snapshots if s not in names
            ]
    addresses = [f"{sweep}/{point}" for sweep in points for point in points[sweep]]
    addresses += [f"training/{name}" for name in config.trainings]
    addresses += [f"companion/{name}" for name in config.companions]
    for name, claim in config.claims.items():
        problems += [f"claims.{name}.{problem}" for problem in claim.problems(addresses)]
    return problems


def _runs(
    config: Config, sweep: Sweep, address: str, base: dict[str, Any], changes: dict[str, Any]
) -> dict[str, Spec]:
    """Specs of the runs of one state by address; the short runs that `predict` makes are only checked."""
    seeds = seeds_of(config, sweep)

    def settled(prefix: str, make: Callable[[], Made]) -> Made:
        try:
            return make()
        except InputError as error:
            raise InputError(*[f"{prefix}{problem}" for problem in error.problems]) from None

    def data() -> dict[str, Any]:
        data = changed(base, changes)
        if "seed" in data:
            raise InputError(f"seed: got {told(data['seed'])}, allowed: none here (see seeds)")
        return data | {"seed": seeds[0]}

    first = settled(f"{address}/seed-{seeds[0]}: ", lambda: parse(data()))
    lattice = has_lattice(config, sweep)
    made = settled(f"{address}/", lambda: replicas(first, seeds, lattice))
    if sweep.ends == "theory":
        sizes = (sweep.short_runs or config.short_runs).model_dump()
        settled(f"{address}/short runs: ", lambda: short_runs(first, **sizes))
    return {f"{address}/{run}": one for run, one in made.items()}


def seeds_of(config: Config, sweep: Sweep) -> list[int]:
    """Seeds of the random starts of a sweep."""
    return config.seeds if sweep.seeds is None else sweep.seeds


def has_lattice(config: Config, sweep: Sweep) -> bool:
    """Whether states of a sweep are also run from a lattice."""
    asked = config.lattice_start if sweep.lattice_start is None else sweep.lattice_start
    return asked and sweep.ends in ("fit", "theory")  # it is compared with the others by the fit


def first_specs(config: Config) -> dict[str, Spec | Training | Companion]:
    """What claims are about, by address: of every state `sweep/point` the spec of its first seed, every
    training as `training/name`, every companion as `companion/name`."""
    specs = expand(config)
    about: dict[str, Spec | Training | Companion] = {
        f"{name}/{point.name}": specs[f"{name}/{point.name}/seed-{seeds_of(config, sweep)[0]}"]
        for name, sweep in config.sweeps.items()
        for point in sweep.states()
    }
    about |= {f"training/{name}": training for name, training in config.trainings.items()}
    return about | {f"companion/{name}": companion for name, companion in config.companions.items()}


def digest(config: Config) -> str:
    """Digest of all that a configuration says but where its results go."""
    said = config.model_dump(mode="json", exclude={"results"})
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]
