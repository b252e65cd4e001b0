"""Who is at work in a folder: the workflow that was started there, and jobs that have outlived theirs."""

import os
import re
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path
from typing import TextIO

import psutil

from anticorr.errors import InputError

_PATIENCE_SECONDS = 30.0
"""For a simulation to write its checkpoint."""
STAGES = (
    "simulate", "measure", "fit", "predict", "landscape", "train", "companion", "figure", "claims"
)  # fmt: skip
"""Commands that are jobs of the workflow."""
_SHARED = ("nfs", "cifs", "smb", "lustre", "gpfs", "beegfs", "ceph", "afs", "pvfs", "fuse.sshfs")
"""How names of file systems begin that several machines see."""


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Inside, no other `anticorr make` can begin in this folder; the lock ends with its process.

    Raises InputError, with the process that is at work, when there is one, or when a lock of Snakemake may
    belong to one on another machine.
    """
    with _opened(folder / ".snakemake/make.lock") as file:
        try:
            flock(file, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise InputError(f"{folder}: {file.read().strip()} is at work here; wanted: its end") from None
        if is_locked(folder) and (where := _elsewhere(folder, _last_host(file))):
            raise InputError(
                f"{folder}: locked, and {where} may still be at work here; wanted: the same command there, "
                "or, once it is gone: snakemake --unlock"
            )
        for process in _workflows(folder):
            raise InputError(
                f"{folder}: {_named(process)} is at work here; wanted: its end, or: kill {process.pid}"
            )
        file.truncate(0)
        file.write(f"anticorr make (process {os.getpid()} on {socket.gethostname()})\n")
        file.flush()
        yield


def _opened(path: Path) -> TextIO:
    try:
        path.parent.mkdir(exist_ok=True)
        return open(path, "a+")
    except OSError as error:
        told = f"{path}: cannot be written ({error.strerror}); wanted: a folder that can"
        raise InputError(told) from None


def stop_orphans(folder: Path, results: str) -> list[str]:
    """Stop the jobs in this folder whose workflow is gone; simulations write a checkpoint. Returns what was
    stopped, in words. Call it inside `alone`."""
    orphans = [p for p in _running(folder) if _is_job(p, results)]
    names = [_named(process) for process in orphans]  # what has ended has no name
    for process in orphans:
        process.terminate()
    _, left = psutil.wait_procs(orphans, timeout=_PATIENCE_SECONDS)
    for process in left:
        process.kill()
    psutil.wait_procs(left, timeout=5)
    return [f"stopped {name}, whose workflow is gone" for name in names]


def is_locked(folder: Path) -> bool:
    """Whether Snakemake has left a lock; whoever held it is gone if we are `alone`."""
    return any((folder / ".snakemake/locks").glob("*.lock"))


def _last_host(file: TextIO) -> str:
    """The machine of the `anticorr make` that was here last, by what it wrote; "" if none was."""
    file.seek(0)
    told = re.search(r" on (\S+)\)", file.read())
    return told[1] if told else ""


def _elsewhere(folder: Path, host: str) -> str:
    """Who may hold the lock of a folder on a machine whose processes are not seen here; "" if nobody."""
    if host:
        return "" if host == socket.gethostname() else f"a workflow on {host}"
    places = {Path(place.mountpoint): place.fstype for place in psutil.disk_partitions(all=True)}
    below = next((places[place] for place in (folder, *folder.parents) if place in places), "")
    return f"a workflow on another machine (file system {below})" if below.startswith(_SHARED) else ""


def check_cluster(folder: Path) -> None:
    """Raise InputError with the jobs on SLURM that have outlived their workflow in this folder.

    Known by the name that the profile gives them, and by their place.
    """
    try:
        told = subprocess.run(
            ["squeue", "--me", "--noheader", "--format=%A %j %Z"],
            capture_output=True, text=True, timeout=60, check=True,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):  # no SLURM here: Snakemake will tell
        return
    jobs = [line.split(" ", 2) for line in told.stdout.splitlines() if line.count(" ") > 1]
    mine = {job for job, name, place in jobs if name.startswith("anticorr") and Path(place) == folder}
    mine -= {os.environ.get("SLURM_JOB_ID", "")}  # this may be one itself
    if mine:
        listed = sorted(mine, key=int)
        raise InputError(
            f"{folder}: SLURM jobs {', '.join(listed)} of a workflow that is gone are at work here; "
            f"wanted: their end, or: scancel {' '.join(listed)}"
        )


def _running(folder: Path) -> list[psutil.Process]:
    """Processes of this user that work in a folder, without this one and those that started it."""
    own = {os.getpid(), *(process.pid for process in psutil.Process().parents())}
    found = []
    for process in psutil.process_iter():
        try:
            if process.pid not in own and Path(process.cwd()) == folder and process.cmdline():
                found.append(process)
        except (psutil.Error, OSError):  # gone, or somebody else's, who has no leave to write here
            continue
    return found


def _words(process: psutil.Process) -> list[str]:
    """Its command line, names of programs without folders."""
    try:
        return [Path(word).name if n < 2 else word for n, word in enumerate(process.cmdline())]
    except psutil.Error:
        return []


def _workflows(folder: Path) -> list[psutil.Process]:
    """Snakemakes that are at work in a folder, not those that only look."""
    looking = ("--dry-run", "-n", "--summary", "--lint", "--unlock", "--report", "--rulegraph")
    return [
        process
        for process in _running(folder)
        if "snakemake" in _words(process)[:2] and not set(looking) & set(_words(process))
    ]


def _is_job(process: psutil.Process, results: str) -> bool:
    """A command of this package that writes below the results."""
    words = _words(process)
    stage = [n for n, word in enumerate(words[:4]) if word == "anticorr"]
    if not stage or words[stage[0] + 1 : stage[0] + 2] not in [[name] for name in STAGES]:
        return False
    outs = [words[n + 1] for n, word in enumerate(words[:-1]) if word == "--out"]
    return any(out.startswith(f"{results}/") for out in outs)


def _named(process: psutil.Process) -> str:
    words = _words(process)
    name = " ".join(words[1:3]) if "anticorr" in words[:2] else "snakemake"
    began = time.strftime("%Y-%m-%d %H:%M", time.localtime(process.create_time()))
    return f"{name} (process {process.pid}, since {began})"
