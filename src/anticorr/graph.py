"""The jobs of a scale: what each makes, of what, and what it takes. The workflow's rules ask here.

A job simulates, or measures, all runs of one state (or of several short ones: `states_per_job`); fits,
theory and minima are one job a state, trainings and figures one each.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from anticorr import costs, layout
from anticorr.config import FIGURES, Config, expand, has_lattice, seeds_of
from anticorr.costs import NOTHING, START_SECONDS, Cost
from anticorr.errors import InputError
from anticorr.specs import Spec
from anticorr.specs.companion import Companion
from anticorr.specs.training import Training


class Job(NamedTuple):
    """A job of the workflow: its rule, its first output, what it takes, and what its output rests on."""

    rule: str
    output: str
    cost: Cost
    code: tuple[str, ...]
    """Modules."""
    specs: tuple[str, ...] = ()
    """Simulations, as keys of `Graph.specs`; or a training, or a companion."""


class Told(NamedTuple):
    """What a record of a job must tell of itself."""

    spec: str
    code: tuple[str, ...]
    """Modules, of which it tells the digest."""
    files: str
    """Digests of the user's files that it was made from; "" where there are none."""


class Graph:
    """Jobs and files of a scale; raises InputError, with every problem, where a state cannot be."""

    def __init__(self, plan: Config) -> None:
        self.plan, self.specs = plan, expand(plan)
        self.states = {name: sweep.jobs() for name, sweep in plan.sweeps.items()}
        """Of every sweep, the states of every job that simulates and measures."""
        self._job_of = {
            (sweep, state): job
            for sweep, jobs in self.states.items()
            for job, states in jobs.items()
            for state in states
        }
        self._files = _digests_of_files({**self.specs, **plan.trainings})

    @property
    def has_claims(self) -> bool:
        """Whether there is anything to judge: claims of the configuration, or states with theory."""
        return bool(self.plan.claims) or any(s.ends == "theory" for s in self.plan.sweeps.values())

    def seeds(self, sweep: str) -> list[int]:
        return seeds_of(self.plan, self.plan.sweeps[sweep])

    def first_spec(self, sweep: str, state: str) -> Spec:
        """Spec of the first seed of a state."""
        return self.specs[f"{sweep}/{state}/seed-{self.seeds(sweep)[0]}"]

    def specs_text(self, sweep: str, job: str) -> str:
        """What a job simulates, as `anticorr simulate` reads it: a spec, or several by name of state."""
        states = self.states[sweep][job]
        if states == [job]:
            return self.first_spec(sweep, job).canonical_json()
        specs = {state: self.first_spec(sweep, state).model_dump(mode="json") for state in states}
        return json.dumps({"states": specs}, sort_keys=True, separators=(",", ":"))

    def stages(self, sweep: str, job: str) -> tuple[str, ...]:
        """Modules whose code the trajectories of a job rest on."""
        specs = (self.first_spec(sweep, state) for state in self.states[sweep][job])
        return tuple(dict.fromkeys(module for spec in specs for module in spec.stages))

    def files(self, sweep: str, job: str) -> str:
        """Digests of the files that the states of a job start from; "" where none does."""
        seed = self.seeds(sweep)[0]
        found = [self._files.get(f"{sweep}/{state}/seed-{seed}", "") for state in self.states[sweep][job]]
        return "; ".join(found) if any(found) else ""

    def training_files(self, name: str) -> str:
        """Digest of the files that a training learns from; "" where it makes its own samples."""
        return self._files.get(name, "")

    def replicas(self, sweep: str) -> str:
        """Seeds and lattice start, as options of `anticorr simulate`."""
        lattice = " --lattice" if has_lattice(self.plan, self.plan.sweeps[sweep]) else ""
        return f"--seeds {','.join(map(str, self.seeds(sweep)))}{lattice}"

    def short_runs(self, sweep: str) -> dict[str, Any]:
        """Sizes of the short runs of theory."""
        return (self.plan.sweeps[sweep].short_runs or self.plan.short_runs).model_dump()

    def folder(self, kind: str, sweep: str, state: str) -> str:
        """What the job that simulates, or measures, a state makes."""
        return self._path(layout.of_job(kind, sweep, self._job_of[sweep, state]))

    def within(self, sweep: str, state: str) -> str:
        """Where in that folder the records of the state lie."""
        return layout.within(self._job_of[sweep, state], state)

    def last_records(self, sweep: str) -> list[str]:
        """The records, or folders of them, that figures and claims read of a sweep."""
        if self.plan.sweeps[sweep].ends == "spectrum":
            return [self._path(layout.of_job("spectrum", sweep, job)) for job in self.states[sweep]]
        return [self._path(record) for record in layout.last_records(self.plan, sweep)]

    def figure_records(self, figure: str) -> list[str]:
        """What a figure reads, but for snapshots."""
        shown = self.plan.figures[figure]
        records = [record for sweep in shown.sweeps for record in self.last_records(sweep)]
        records += [self._path(layout.of_training(name)) for name in shown.trainings]
        return records + [self._path(layout.of_companion(name)) for name in shown.companions]

    def claims_records(self) -> list[str]:
        """What the claims are judged on."""
        records = [record for sweep in self.plan.sweeps for record in self.last_records(sweep)]
        records += [self._path(layout.of_training(name)) for name in self.plan.trainings]
        return records + [self._path(layout.of_companion(name)) for name in self.plan.companions]

    def snapshots(self, figure: str) -> list[tuple[str, str]]:
        """(Sweep, state) of the trajectories that a figure shows."""
        shown = self.plan.figures[figure]
        return [
            (sweep, state)
            for sweep in shown.sweeps
            for state in layout.points(self.plan, sweep)
            if state in shown.snapshots
        ]

    def snapshot_records(self, figure: str, folders: list[str]) -> list[str]:
        """Their files, in the folders of their jobs."""
        return [
            f"{place}{self.within(*pair)}/{layout.seeds(self.plan, pair[0])[0]}.nc"
            for place, pair in zip(folders, self.snapshots(figure), strict=True)
        ]

    def simulation_cost(self, sweep: str, job: str) -> Cost:
        return self._of_runs(sweep, job, costs.simulation)

    def measurement_cost(self, sweep: str, job: str) -> Cost:
        also = self.plan.sweeps[sweep].real_space
        return self._of_runs(sweep, job, lambda spec: costs.measurement(spec, also))

    def prediction_cost(self, sweep: str, state: str) -> Cost:
        return costs.prediction(self.first_spec(sweep, state), **self.short_runs(sweep))

    def landscape_cost(self, sweep: str, state: str) -> Cost:
        return costs.landscape(self.first_spec(sweep, state), len(self.seeds(sweep)))

    def training_cost(self, name: str) -> Cost:
        return costs.training(self.plan.trainings[name])

    def companion_cost(self, name: str) -> Cost:
        return costs.companion(self.plan.companions[name])

    def _of_runs(self, sweep: str, job: str, cost: Callable[[Spec], Cost]) -> Cost:
        total = Cost(START_SECONDS, 0.0, 0.0)
        for state in self.states[sweep][job]:
            runs = layout.runs(self.plan, sweep)
            total += sum((cost(self.specs[f"{sweep}/{state}/{run}"]) for run in runs), NOTHING)
        return total

    def jobs(self) -> list[Job]:
        """Every job but those that only gather."""
        made = [job for name in self.plan.sweeps for job in self._of_sweep(name)]
        made += [self._of_training(name) for name in self.plan.trainings]
        made += [self._of_companion(name) for name in self.plan.companions]
        made += [self._of_figure(name) for name in self.plan.figures]
        if self.has_claims:
            code = "anticorr.figures.claims"
            made.append(self._job("claims", layout.claims_files()[0], costs.CLAIMS, code))
        return made

    def behind(self, figure: str) -> list[Job]:
        """The jobs that a figure takes by itself, its own the last."""
        shown = self.plan.figures[figure]
        made = [job for name in shown.sweeps for job in self._of_sweep(name)]
        made += [self._of_training(name) for name in shown.trainings]
        made += [self._of_companion(name) for name in shown.companions]
        return [*made, self._of_figure(figure)]

    def _of_sweep(self, name: str) -> list[Job]:
        made = []
        for job, states in self.states[name].items():
            if self.plan.sweeps[name].ends != "landscape":
                made += self._of_job(name, job)
            made += [one for state in states for one in self._of_state(name, state)]
        return made

    def _of_training(self, name: str) -> Job:
        return self._job("train", layout.of_training(name), self.training_cost(name), specs=(name,))

    def _of_companion(self, name: str) -> Job:
        code = f"anticorr.stages.{self.plan.companions[name].kind}"
        return self._job(
            "companion", layout.of_companion(name), self.companion_cost(name), code, specs=(name,)
        )

    def _of_figure(self, name: str) -> Job:
        code = f"anticorr.figures.{FIGURES[self.plan.figures[name].draw]}"
        return self._job("figure", layout.figure_files(name)[0], costs.FIGURE, code)

    def _of_job(self, sweep: str, job: str) -> list[Job]:
        runs = tuple(run for state in self.states[sweep][job] for run in self._runs(sweep, state))
        code, cost = self.stages(sweep, job), self.simulation_cost(sweep, job)
        simulated = self._job("simulate", layout.of_job("trajectory", sweep, job), cost, *code, specs=runs)
        cost = self.measurement_cost(sweep, job)
        return [simulated, self._job("measure", layout.of_job("spectrum", sweep, job), cost, specs=runs)]

    def _runs(self, sweep: str, state: str) -> tuple[str, ...]:
        return tuple(f"{sweep}/{state}/{run}" for run in layout.runs(self.plan, sweep))

    def _of_state(self, sweep: str, state: str) -> list[Job]:
        ends, specs, made = self.plan.sweeps[sweep].ends, self._runs(sweep, state), []
        if ends == "landscape":
            cost = self.landscape_cost(sweep, state)
            made.append(
                self._job("landscape", layout.of_state("landscape", sweep, state), cost, specs=specs)
            )
        if ends in ("fit", "theory"):
            cost = costs.fit(len(specs))
            made.append(self._job("fit", layout.of_state("fit", sweep, state), cost, specs=specs))
        if ends == "theory":
            cost = self.prediction_cost(sweep, state)
            made.append(self._job("predict", layout.of_state("theory", sweep, state), cost, specs=specs))
        return made

    def _job(self, rule: str, name: str, cost: Cost, *code: str, specs: tuple[str, ...] = ()) -> Job:
        return Job(rule, self._path(name), cost, code or (f"anticorr.stages.{rule}",), specs)

    def told(self, job: Job) -> set[Told]:
        """What the records of a job must tell, each one of these."""
        specs: Mapping[str, Spec | Training | Companion] = self.specs
        if job.rule == "train":
            specs = self.plan.trainings
        elif job.rule == "companion":
            specs = self.plan.companions
        if job.rule == "simulate":
            return {
                Told(self.specs[n].canonical_json(), self.specs[n].stages, self._files.get(n, ""))
                for n in job.specs
            }
        files = self.training_files(*job.specs) if job.rule == "train" else ""
        return {Told(specs[name].canonical_json(), job.code, files) for name in job.specs}

    def _path(self, name: str) -> str:
        return f"{self.plan.results}/{name}"


def _digests_of_files(specs: Mapping[str, Spec | Training]) -> dict[str, str]:
    """Of every spec that names files of the user what its records tell of them.

    Raises InputError with every file that cannot be read.
    """
    naming = {spec.files: (name, spec) for name, spec in specs.items() if spec.files}
    if not naming:
        return {}
    from anticorr import storage

    found: dict[tuple[str, ...], str] = {}
    problems: list[str] = []
    for files, (name, spec) in naming.items():
        try:
            found[files] = storage.digests_of_files(spec)
        except InputError as error:
            problems += [f"{name}: {problem}" for problem in error.problems]
    if problems:
        raise InputError(*problems)
    return {name: found[spec.files] for name, spec in specs.items() if spec.files}
