"""anticorr make: the workflow from a configuration to its figures, watched over.

It refuses what will not fit, clears up what a killed workflow has left (locks, orphaned jobs), shows how
far the whole is, removes damaged records so that they are made again, and ends failures with the last
lines of the logs.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from argparse import Namespace
from pathlib import Path

from anticorr.cli.checks import at_least, collect
from anticorr.cli.scales import check_room, configured, cores_of, graph_of, snakemake
from anticorr.cli.unnoted import contradicted
from anticorr.errors import InputError, InterruptionError, RunError
from anticorr.graph import Graph, Job

_LINES = 10
"""Of the log of a failed job that are shown."""
_LOOK_SECONDS = 0.3
_REPAIRS = 6
"""Times that damaged records are removed and made again before a person should look: damage may show stage
by stage."""
_DAMAGED = re.compile(
    r"^anticorr \w+: (\S.*?): (?:damaged|not a NetCDF file, or a damaged one) \(", re.MULTILINE
)
_FAILED = re.compile(r"^( *)Error in rule (\w+):\n(?: +.*\n)*? +log: ([^,\s]+)", re.MULTILINE)
"""Indent, rule, log; that of a scheduler may follow. Of a group that failed every job is told, indented."""
_COMPLAINT = re.compile(r"^(anticorr \w+: |Traceback )", re.MULTILINE)
_FINISHED = re.compile(r"^Finished jobid: \d+ \(Rule: (\w+)\)", re.MULTILINE)
_STATS = re.compile(r"^Job stats:\n.*?\n-+ +-+\n(.*?)^total ", re.MULTILINE | re.DOTALL)


def make(options: Namespace) -> None:
    """Run the workflow of a configuration to its end."""
    graph, *_ = collect(
        lambda: graph_of(options),
        lambda: at_least("--cores", options.cores, 1),
        lambda: snakemake(),
        lambda: _cache(options.cache),
    )
    _check_writable(Path(graph.plan.results))
    from anticorr.cli import processes

    here = Path.cwd()
    with processes.alone(here):
        if options.profile:  # which may send the jobs to other machines
            processes.check_cluster(here)
        for words in processes.stop_orphans(here, graph.plan.results):
            _say(words)
        if processes.is_locked(here):
            _say("the last run was killed: its lock is lifted")
            subprocess.run(_command(options, "--unlock"), capture_output=True, check=False)
        if not options.profile:
            check_room(graph, _missing(graph), cores_of(options))
        for _ in range(_REPAIRS):
            stale = contradicted(graph)
            for path in stale:
                _say(f"{path}: of another spec or other code, and nothing is noted of it; to be made again")
            log, all_done = _run(options, graph, stale)
            damaged = _damaged(log, graph)
            if not damaged:
                break
            for path in damaged:
                _say(f"{path}: damaged; removed, to be made again")
                _remove(path)
    if not all_done:  # else what failed was tried again, and went well
        raise RunError(_told(_failures(log), log))


def _command(options: Namespace, *arguments: str) -> list[str]:
    cores = ["--profile", options.profile] if options.profile else ["--cores", str(cores_of(options))]
    return snakemake(*cores, *configured(options), "--rerun-incomplete", *arguments)


def _cache(folder: str | None) -> None:
    if folder is None:
        return
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"--cache: got {folder} ({error.strerror}), wanted a folder") from None
    if not os.access(folder, os.W_OK):
        raise InputError(f"--cache: got {folder}, which is not writable")


def _check_writable(results: Path) -> None:
    try:
        (results / "logs").mkdir(parents=True, exist_ok=True)
        with open(results / "logs/make.log", "a"):
            pass
    except OSError as error:
        raise InputError(
            f"{results}: cannot be written ({error.strerror}); wanted: a folder that can"
        ) from None


def _missing(graph: Graph) -> list[Job]:
    """Jobs whose output is not there: what the disk must have room for."""
    return [job for job in graph.jobs() if not Path(job.output).exists()]


def _run(options: Namespace, graph: Graph, stale: list[Path]) -> tuple[Path, bool]:
    """Snakemake, to its end; returns its log, and whether all was done. It writes to a file, so that it
    survives this process.

    stale: outputs to make again although it knows no reason.
    """
    log = Path(graph.plan.results) / "logs/make.log"
    environment = dict(os.environ)
    # The command of this environment, whatever is on the path.
    environment["PATH"] = f"{Path(sys.executable).parent}:{environment.get('PATH', '')}"
    arguments = ["--forcerun", *map(str, stale)] if stale else []
    if options.cache:
        environment["SNAKEMAKE_OUTPUT_CACHE"] = str(Path(options.cache).absolute())
        arguments.insert(0, "--cache")
    with open(log, "w") as file:
        process = subprocess.Popen(
            _command(options, *arguments), stdout=file, stderr=subprocess.STDOUT, env=environment,
            stdin=subprocess.DEVNULL, start_new_session=True, preexec_fn=_hear_interrupts,
        )  # fmt: skip
    try:
        _follow(process, log, graph)
    except KeyboardInterrupt:
        _say("stopping the jobs; simulations write a checkpoint (again: at once)")
        _stop(process)
        raise InterruptionError("interrupted; to go on: the same command") from None
    if process.returncode and not _failures(log):
        raise RunError(f"snakemake ended with {process.returncode}:\n{_tail(log)}\nall of it: {log}")
    return log, process.returncode == 0


def _hear_interrupts() -> None:
    """A shell starts background work with Ctrl-C ignored; Snakemake would inherit that."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _stop(process: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(process.pid, signal.SIGINT)
        process.wait()
    except KeyboardInterrupt:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _follow(process: subprocess.Popen[bytes], log: Path, graph: Graph) -> None:
    """Show how much of the work is done, by what the jobs are expected to take."""
    from anticorr.progress import reporting

    each = _expected(graph)
    with reporting("make", "s of work") as progress:
        total, told, ended = 0.0, -1.0, False
        while not ended:
            ended = process.poll() is not None
            text = log.read_text()
            if not total and (stats := _STATS.search(text)):
                rows = (line.split() for line in stats[1].strip().split("\n"))
                total = sum(each.get(rule, 0.0) * int(count) for rule, count in rows)
            if total:
                done = sum(each.get(rule, 0.0) for rule in _FINISHED.findall(text))
                if done != told:
                    progress(round(done), max(round(total), 1))
                told = done
            if not ended:
                time.sleep(_LOOK_SECONDS)


def _expected(graph: Graph) -> dict[str, float]:
    """Mean seconds of a job of each rule."""
    seconds: dict[str, list[float]] = {}
    for job in graph.jobs():
        seconds.setdefault(job.rule, []).append(job.cost.seconds)
    return {rule: sum(each) / len(each) for rule, each in seconds.items()}


def _damaged(log: Path, graph: Graph) -> list[Path]:
    """Records of this scale that failed jobs found damaged: the outputs of their jobs."""
    outputs = [Path(job.output) for job in graph.jobs()]
    found = []
    for _, name in _failures(log):
        for path in _DAMAGED.findall(_text(name)):
            found += [out for out in outputs if out == Path(path) or out in Path(path).parents]
    return sorted(set(found))


def _remove(path: Path) -> None:
    """A record or folder of them, and the entry of the cache that it, or what it holds, is a link to."""
    inside = path.iterdir() if path.is_dir() and not path.is_symlink() else []
    entries = {each.resolve().parent for each in inside if each.is_symlink()}
    for place in {path.resolve(), *entries}:
        shutil.rmtree(place) if place.is_dir() else place.unlink(missing_ok=True)
    path.unlink(missing_ok=True)  # a link to nothing now


def _failures(log: Path) -> list[tuple[str, str]]:
    """(rule, log) of the jobs that failed; of the jobs of a group those that complain, or the first."""
    found = dict.fromkeys(_FAILED.findall(log.read_text()))
    alone = [(rule, name) for indent, rule, name in found if not indent]
    grouped = [(rule, name) for indent, rule, name in found if indent]
    complaining = [job for job in grouped if _COMPLAINT.search(_text(job[1]))]
    return [*alone, *(complaining or grouped[:1])]


def _text(name: str) -> str:
    return Path(name).read_text() if Path(name).exists() else ""


def _told(failures: list[tuple[str, str]], log: Path) -> str:
    lines = [f"{len(failures)} job{'s' if len(failures) > 1 else ''} failed:"]
    for rule, name in failures:
        lines += [f"{rule}, log {name}:", _tail(Path(name))]
    return "\n".join(
        [*lines, f"what is done is kept; mend the cause, then the same command goes on (all of it: {log})"]
    )


def _tail(path: Path) -> str:
    lines = path.read_text().strip().split("\n")[-_LINES:] if path.exists() else ["no log"]
    return "\n".join(f"  | {line}" for line in lines)


def _say(words: str) -> None:
    sys.stderr.write(f"anticorr make: {words}\n")
