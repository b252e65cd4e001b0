"""Kinds of runs, and a way to kill them at random moments; for the tests and for `make soak`."""

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import yaml

from anticorr import provenance, storage
from tests.conftest import spec_data

KINDS = {
    "ma1": {},
    "white, 3D": {
        "system": {"dimension": 3, "particles": 300, "packing_fraction": 0.3},
        "dynamics.noise": {"kind": "white", "strength": 0.1},
    },
    "ar1, neighbour list": {"dynamics.noise": {"kind": "ar1", "strength": 0.02, "correlation": -0.6}},
    "fractional": {"dynamics.noise": {"kind": "fractional", "strength": 0.2, "hurst": 0.25}},
    "exponential sum": {
        "dynamics.noise": {
            "kind": "exponential_sum", "strength": 0.2, "weights": [-0.4, 0.3], "rates": [0.5, -0.2]
        }
    },
    "minibatch": {"dynamics.batch_fraction": 0.5, "dynamics.batch_correlation": -0.5},
    "BRO, two sizes": {
        "system.sizes": {"kind": "bidisperse"},
        "dynamics": {"kind": "bro", "kick_size": 0.2, "noise": {"kind": "white", "strength": 0.1}},
    },
    "RO, independent": {"dynamics": {"kind": "ro", "kick_size": 0.3, "kick_correlation": 0.0}},
    "stripped, float32, modes": {
        "record": {"stripped": True, "positions": "float32", "modes": {"k_max": 2.0, "every": 20}}
    },
    "compressed": {"record.positions": "compressed"},
    "modes only": {"record": {"positions": "none", "stripped": True, "modes": {"k_max": 2.0}}},
}  # fmt: skip
"""Changes of the small spec; more kinds are one line each."""


def changed(kind: str, **changes) -> dict:
    """The small spec of a kind."""
    return spec_data(**KINDS[kind], **changes)


def long(kind: str) -> dict:
    """A spec of a kind that runs for some seconds."""
    data = changed(kind, seed=5, schedule={"relax_steps": 2000, "sample_steps": 12000, "sample_every": 200})
    data["system"]["particles"] = 1024
    return data


def write_spec(folder: Path, data: dict) -> Path:
    path = folder / "spec.yaml"
    path.write_text(yaml.safe_dump(data))
    return path


def digest(path: Path) -> str:
    with storage.open_record(path) as record:
        return provenance.content_digest(record)


MOMENTS = {
    "starting or reading back": "lock",
    "running": "checkpoint",
    "writing a checkpoint": "checkpoint-new",
    "writing the record": "record.nc",
}
"""When to kill: as soon as the file in the partial folder is there or has changed, or a little later."""


def kill_until_done(folder: Path, data: dict, generator: random.Random, kills: int) -> list[str]:
    """Start the command with --resume again and again, each time but the last killed (SIGKILL) at a random
    one of the MOMENTS; a checkpoint at every look. Returns the moments of those that were killed."""
    write_spec(folder, data)
    command = [sys.executable, "-m", "anticorr.cli", "simulate", "spec.yaml", "--out", "a.nc", "--resume"]
    command += ["--checkpoint-minutes", "0"]
    hits = []
    for _ in range(kills):
        moment = generator.choice(list(MOMENTS))
        file = folder / "a.nc.partial" / MOMENTS[moment]
        before = _age(file) if moment != "starting or reading back" else None
        process = subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE, text=True)
        while process.poll() is None and _age(file) in (None, before):
            time.sleep(0.0002)
        if moment in ("starting or reading back", "running"):
            time.sleep(generator.uniform(0, 1))
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            hits.append(moment)
        told = process.communicate(timeout=120)[1]
        assert process.returncode in (0, -signal.SIGKILL), told
        if process.returncode == 0:
            return hits
    told = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)
    assert told.returncode == 0, told.stderr
    return hits


def _age(path: Path) -> int | None:
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        return None


def harm(path: Path, damage: str) -> None:
    """Damage a spectrum as a disk would: a bit of S, its second half, or all of it; its time stays."""
    content = bytearray(path.read_bytes())
    if damage == "flipped":
        with storage.open_record(path) as record:
            at = content.find(record["S"].values.tobytes())
        assert at > 0
        content[at + 6] ^= 1
    else:
        content = content[: len(content) // 2] if damage == "truncated" else b""
    times = path.stat()
    path.write_bytes(content)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


WHOM = ("a job", "snakemake", "everything", "make")


def kill_all(process: subprocess.Popen) -> None:
    """SIGKILL to a process and all that it has started, at once."""
    for one in [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]:
        with contextlib.suppress(psutil.Error):
            one.kill()
    process.communicate(timeout=60)


@contextlib.contextmanager
def held(processes: list[psutil.Process]) -> Iterator[None]:
    """They stand still, so that they cannot end in the meantime."""
    try:
        for one in processes:
            with contextlib.suppress(psutil.NoSuchProcess):
                one.suspend()
        yield
    finally:
        for one in processes:
            with contextlib.suppress(psutil.NoSuchProcess):
                one.resume()


def kill_make(
    workflow, config: str, generator: random.Random, whom: str, latest: float, at_work: bool
) -> bool:
    """Start `anticorr make` and kill (SIGKILL) a part of it at a random moment, at most `latest` seconds
    after its start, or after that of its first job (at_work), or as soon as there is that part; False if
    all had ended before."""
    process = workflow.start("anticorr", "make", config)
    while at_work and not _parts(process)["a job"] and process.poll() is None:
        time.sleep(0.01)
    time.sleep(generator.uniform(0.0, latest))
    while not (chosen := _parts(process)[whom]) and process.poll() is None:
        time.sleep(0.01)
    snakemakes = _parts(process)["snakemake"]
    for one in chosen:
        with contextlib.suppress(psutil.Error):
            one.kill()
    process.communicate(timeout=600)
    if whom == "make":  # what it had started goes on: the next call must name it, and refuse
        with held(snakemakes):
            for one in filter(psutil.Process.is_running, snakemakes):
                told = workflow.command("anticorr", "make", config)
                assert told.returncode == 2, told.stderr
                assert f"process {one.pid}" in told.stderr, told.stderr
        psutil.wait_procs(snakemakes, timeout=600)
    return bool(chosen)


def _parts(process: subprocess.Popen) -> dict[str, list[psutil.Process]]:
    """What WHOM names, of a living `anticorr make`."""
    if process.poll() is not None:
        return {whom: [] for whom in WHOM}
    make = psutil.Process(process.pid)
    below = make.children(recursive=True)
    jobs, snakemakes = ([p for p in below if _program(p) == name] for name in ("anticorr", "snakemake"))
    return {
        "a job": jobs[:1],
        "snakemake": snakemakes[:1],
        "everything": [make, *below],
        "make": [make],
    }


def _program(process: psutil.Process) -> str:
    """Name of the script that Python runs; empty for another process, or one that is gone."""
    try:
        return Path(*process.cmdline()[1:2]).name
    except psutil.Error:
        return ""
