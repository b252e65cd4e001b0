"""Kinds of runs, and a way to kill them at random moments; for the tests and for `make soak`."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

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
    data = changed(kind, seed=5, schedule={"relax_steps": 4000, "sample_steps": 20000, "sample_every": 200})
    data["system"]["particles"] = 1024
    return data


def write_spec(folder: Path, data: dict) -> Path:
    path = folder / "spec.yaml"
    path.write_text(yaml.safe_dump(data))
    return path


def digest(path: Path) -> str:
    with storage.open_record(path) as record:
        return provenance.content_digest(record)


def kill_until_done(folder: Path, data: dict, generator: random.Random, kills: int) -> list[str]:
    """Start the command with --resume again and again, each time but the last killed (SIGKILL) at a random
    moment; a checkpoint at every look. Returns what was in the partial folder at each kill."""
    write_spec(folder, data)
    command = [sys.executable, "-m", "anticorr.cli", "simulate", "spec.yaml", "--out", "a.nc", "--resume"]
    command += ["--checkpoint-minutes", "0"]
    partial, hits = folder / "a.nc.partial", []
    while True:
        process = subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE, text=True)
        if len(hits) < kills:
            # From the lock on, so that what is hit is the work, not the imports.
            while not (partial / "lock").exists() and process.poll() is None:
                time.sleep(0.01)
            try:
                process.wait(generator.uniform(0, 1.2))
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                process.wait()
                names = {path.name for path in partial.glob("*")}
                hits.append(
                    "converting" if "record.nc" in names
                    else "writing a checkpoint" if "checkpoint-new" in names
                    else "running" if "checkpoint" in names
                    else "before the first checkpoint"
                )  # fmt: skip
        told = process.communicate(timeout=120)[1]
        assert process.returncode in (0, -signal.SIGKILL), told
        if process.returncode == 0:
            return hits
