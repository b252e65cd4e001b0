"""Outputs of which Snakemake has noted nothing: of a job that nobody saw end, of results brought along.

What decides whether a job runs again is what was noted when it ran. Without notes the outputs are asked:
each record tells its spec and the digests of its code and of the files it began with, each figure that of
its code.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from anticorr import config, layout
from anticorr.errors import InputError
from anticorr.graph import Graph, Job
from anticorr.provenance import code_digest


def contradicted(graph: Graph) -> list[Path]:
    """Outputs without notes that are, by what they tell, of another spec or of other code than wanted."""
    from anticorr import storage

    jobs: dict[str, Callable[[], bool]] = {job.output: partial(_agrees, graph, job) for job in graph.jobs()}
    jobs[f"{graph.plan.results}/{layout.SCALE}"] = partial(_is_scale, graph)
    unnoted = [output for output in jobs if Path(output).exists() and not storage.is_noted(output)]
    return [Path(output) for output in unnoted if not jobs[output]()]


def _agrees(graph: Graph, job: Job) -> bool:
    from anticorr import storage

    output = Path(job.output)
    try:
        if not job.specs:  # a figure, or claims
            return storage.read_origin(output).code == code_digest(*job.code)
        records = storage.files_below(output) if output.is_dir() else [output]
        told = [storage.read_attributes(path) for path in records]
    except InputError:
        return False
    files = {(each.spec, code_digest(*each.code)): each.files for each in graph.told(job)}

    def holds(record: dict[str, str]) -> bool:
        wanted = files.get((record.get("spec", ""), record.get("code_digest", "")))
        return wanted in ("", record.get("inputs", ""))

    return bool(told) and all(map(holds, told))


def _is_scale(graph: Graph) -> bool:
    """Whether the configuration that claims are judged by is this one."""
    from anticorr import storage

    try:
        found = config.read(storage.read_config(f"{graph.plan.results}/{layout.SCALE}"))
    except InputError:
        return False
    return config.digest(found) == config.digest(graph.plan)
