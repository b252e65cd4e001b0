"""anticorr estimate and plan: what a scale takes, and what of it would run now; before anything does."""

import json
import os
import shutil
import subprocess
import sys
import time
from argparse import Namespace
from collections import Counter, defaultdict
from pathlib import Path

from anticorr import costs
from anticorr.cli.checks import at_least, collect
from anticorr.config import read
from anticorr.costs import NOTHING, Cost
from anticorr.errors import InputError, RunError
from anticorr.graph import Graph, Job
from anticorr.overrides import overridden

_PROBE = {
    "system": {"particles": 16384, "packing_fraction": 0.8},
    "dynamics": {"step_size": 0.5, "noise": {"kind": "ma1", "strength": 0.3, "correlation": -1.0}},
    "schedule": {"relax_steps": 0, "sample_steps": 1000, "sample_every": 1000},
    "record": {"positions": "none"},
    "seed": 1,
}  # fmt: skip
"""The run whose rate is measured: that of costs.RATE."""


def estimate(options: Namespace) -> None:
    """Core-hours, memory and disk of every stage, at the rate of this machine."""
    graph, *_ = collect(lambda: graph_of(options), lambda: at_least("--rate", options.rate, 0, strict=True))
    rate = options.rate * 1e6 if options.rate else _measured_rate()
    made = "given" if options.rate else "measured now"
    jobs = graph.jobs()
    sys.stdout.write(f"{options.config}: {len(jobs)} jobs, {len(graph.specs)} simulations\n")
    sys.stdout.write(_table(jobs, jobs, costs.RATE / rate))
    sys.stdout.write(f"at {rate / 1e6:.3g} M particle-steps/s a core ({made})\n")


def plan(options: Namespace) -> None:
    """The same of what would run now; refused where it does not fit this machine."""
    graph, *_ = collect(lambda: graph_of(options), lambda: at_least("--cores", options.cores, 1))
    if options.figures:
        sys.stdout.write(_of_figures(graph))
        one = f"{graph.plan.results}/figures/{next(iter(graph.plan.figures), 'NAME')}.pdf"
        command = " ".join(configured(options))
        sys.stdout.write(f"to make one alone: snakemake --cores all {command} -- {one}\n")
        return
    jobs = graph.jobs()
    pending = _pending(options)
    chosen = [job for job in jobs if job.output in pending]
    sys.stdout.write(f"{options.config}: {len(chosen)} of {len(jobs)} jobs would run\n")
    if chosen:
        total, cores = sum((job.cost for job in chosen), NOTHING), cores_of(options)
        sys.stdout.write(_table(jobs, chosen, 1.0))
        sys.stdout.write(
            f"about {_time(total.seconds / cores)} on {cores} core{'s' if cores > 1 else ''} as fast as "
            "those of benchmarks/RESULTS.md (anticorr estimate measures yours)\n"
        )
    check_room(graph, chosen, cores_of(options))
    sys.stdout.write(f"{_room(graph)}\n")


def graph_of(options: Namespace) -> Graph:
    """Jobs of the configuration that a command was given; every problem is told with its file."""
    from anticorr import storage

    try:
        data = storage.read_config(options.config)
        changes = storage.read_changes(options.set)
        return Graph(read(overridden(data, changes) if changes else data))
    except InputError as error:
        path = options.config
        raise InputError(*[p if p.startswith(path) else f"{path}: {p}" for p in error.problems]) from None


def cores_of(options: Namespace) -> int:
    here = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return options.cores or here


def check_room(graph: Graph, chosen: list[Job], cores: int) -> None:
    """Raise InputError where these jobs do not fit the memory or the disk of this machine."""
    problems = []
    memory, disk = _free_memory(), _free_disk(graph)
    for job in chosen:
        if job.cost.memory > memory:
            problems.append(
                f"{job.output}: wants {_size(job.cost.memory)} of memory, got {_size(memory)}; wanted: "
                "fewer particles, frames or modes, or a larger machine (docs/cluster.md)"
            )
    together = sum(sorted((job.cost.memory for job in chosen), reverse=True)[:cores])
    if not problems and together > memory:
        problems.append(
            f"--cores: {cores} jobs at once want {_size(together)} of memory, got {_size(memory)}; wanted: "
            "fewer cores"
        )
    wanted = sum(job.cost.disk for job in chosen)
    if wanted > disk:
        problems.append(
            f"{graph.plan.results}: wants {_size(wanted)} of disk, got {_size(disk)}; wanted: room, "
            "record.positions of fewer bytes, or fewer frames"
        )
    if problems:
        raise InputError(*problems)


def configured(options: Namespace) -> list[str]:
    """The configuration, as options of Snakemake."""
    from anticorr import storage

    changes = storage.read_changes(options.set)
    over = ["--config", f"set={json.dumps(changes)}"] if changes else []
    return ["--configfile", options.config, *over]


def snakemake(*arguments: str) -> list[str]:
    """Command line of the workflow in this folder. Raises InputError where there is none."""
    if not Path("Snakefile").is_file():
        raise InputError(f"{os.getcwd()}: got no Snakefile, wanted the folder of the clone")
    program = Path(sys.executable).with_name("snakemake")
    if not program.exists():
        raise InputError("snakemake: not installed, wanted: pip install 'anticorr[workflow]'")
    return [str(program), *arguments]


def _pending(options: Namespace) -> set[str]:
    """Files that would be made now, by Snakemake's own account."""
    command = snakemake("--summary", "--cores", "1", *configured(options))
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    if told.returncode:
        raise RunError("snakemake: " + "\n".join(told.stderr.strip().split("\n")[-5:]))
    rows = [line.split("\t") for line in told.stdout.split("\n") if "\t" in line]
    return {row[0] for row in rows if row[-1] == "update pending"}


def _measured_rate() -> float:
    from anticorr.specs import parse
    from anticorr.stages import simulate

    spec = parse(_PROBE)
    sys.stderr.write("anticorr estimate: measuring the rate (a minute where code is yet to be compiled)\n")
    for _ in range(2):  # the first run loads or compiles the code
        begun = time.perf_counter()
        simulate.run(spec)
    return spec.system.particles * spec.schedule.sample_steps / (time.perf_counter() - begun)


def _table(jobs: list[Job], chosen: list[Job], slower: float) -> str:
    """A row for each rule; slower: factor on all times."""
    total: dict[str, Cost] = defaultdict(lambda: NOTHING)
    counts, all_jobs = Counter[str](), Counter[str]()
    for job in jobs:
        all_jobs[job.rule] += 1
    for job in chosen:
        total[job.rule] += job.cost
        counts[job.rule] += 1
    lines = [f"{'':12}{'jobs':>9}{'core time':>12}{'memory a job':>14}{'disk':>10}"]
    for rule in total:
        count = f"{counts[rule]}/{all_jobs[rule]}" if chosen is not jobs else str(counts[rule])
        lines.append(_row(rule, count, total[rule], slower))
    lines.append(_row("all", str(len(chosen)), sum(total.values(), NOTHING), slower))
    return "\n".join(lines) + "\n"


def _of_figures(graph: Graph) -> str:
    """A row for each figure: all that is behind it, as if nothing were there and no other drawn."""
    behind = {name: graph.behind(name) for name in graph.plan.figures}
    width = max(map(len, behind), default=0) + 2
    lines = [f"{'':{width}}{'jobs':>4}{'core time':>12}"]
    for name, jobs in behind.items():
        lines.append(f"{name:{width}}{len(jobs):>4}{time_of(jobs):>12}")
    lines.append("shared jobs count for each figure")
    return "\n".join(lines) + "\n"


def time_of(jobs: list[Job]) -> str:
    """'4 min': what jobs take one after the other."""
    return _time(sum(job.cost.seconds for job in jobs))


def _row(name: str, count: str, cost: Cost, slower: float) -> str:
    seconds = _time(cost.seconds * slower)
    return f"{name:12}{count:>9}{seconds:>12}{_size(cost.memory):>14}{_size(cost.disk):>10}"


def _room(graph: Graph) -> str:
    return f"free here: {_size(_free_memory())} of memory, {_size(_free_disk(graph))} of disk"


def _free_memory() -> float:
    """MB that new processes can have."""
    import psutil

    return psutil.virtual_memory().available / 1e6


def _free_disk(graph: Graph) -> float:
    """MB that are left where the results will lie."""
    place = Path(graph.plan.results).absolute()
    while not place.exists():
        place = place.parent
    return shutil.disk_usage(place).free / 1e6


def _time(seconds: float) -> str:
    if seconds < 99:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5940 else f"{seconds / 3600:,.1f} h"


def _size(megabytes: float) -> str:
    return f"{megabytes:.0f} MB" if megabytes < 999.5 else f"{megabytes / 1000:,.1f} GB"
