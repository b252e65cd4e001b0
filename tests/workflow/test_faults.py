"""Kills, full disks, damage: the next `make` goes on, and the records are those of an undisturbed run."""

import json
import random
import re
import signal
import subprocess
import time
from pathlib import Path

import psutil
import pytest

import anticorr as ac
from anticorr.provenance import content_digest
from tests.killing import digest, harm, held, kill_all, kill_make
from tests.workflow.copies import (
    CONFIG,
    LONG,
    Workflow,
    copied,
    one_state,
    records,
    wait_until,
    with_figures,
)

pytestmark = pytest.mark.slow
ONE = "config/one.yaml"


@pytest.fixture
def clone(tmp_path):
    made = Workflow(tmp_path)
    one_state(made)
    return made


@pytest.fixture(scope="module")
def short(tiny):
    """Those of a short one: of the same state in the tiny scale."""
    return {
        name: digest
        for name, digest in records(Workflow(tiny, new=False), "results/tiny").items()
        if "c_-0.9" in name
    }


def test_interrupted_and_killed_one_after_the_other(clone, tmp_path_factory):
    """Ctrl-C, another call before it refused; then kill -9 at random moments: of everything once the run
    goes on from its checkpoint, of each part, `make` last: what it leaves goes on to its end."""
    one_state(clone, **LONG)
    generator = random.Random(1)
    folder = clone.folder / "results/one/trajectories/temporal/c_-0.9"
    checkpoint = Path(f"{folder}.partial/seed-1.nc.partial/checkpoint")
    log = clone.folder / "results/one/logs/simulate/temporal/c_-0.9.log"
    first = clone.start("anticorr", "make", ONE)
    wait_until(checkpoint.exists, first)
    with held(psutil.Process(first.pid).children(recursive=True)):
        other = clone.command("anticorr", "make", ONE)
    first.send_signal(signal.SIGINT)
    said = first.communicate(timeout=120)[1]
    assert other.returncode == 2
    assert f"anticorr make (process {first.pid} on " in other.stderr
    assert first.returncode == 130, said
    assert "interrupted; to go on: the same command" in said
    assert "checkpoint in" in log.read_text()
    second = clone.start("anticorr", "make", ONE)
    wait_until(lambda: log.exists() and re.search("going on from step [1-9]", log.read_text()), second)
    time.sleep(generator.uniform(0.0, 2.0))
    kill_all(second)
    for whom in ("a job", "snakemake", "make"):
        assert kill_make(clone, ONE, generator, whom, latest=4.0, at_work=True)
    done = clone.command("anticorr", "make", ONE)
    assert done.returncode == 0, done.stderr
    assert not list(clone.folder.rglob("*.partial"))
    undisturbed = Workflow(tmp_path_factory.mktemp("undisturbed"))
    done = undisturbed.command("anticorr", "make", one_state(undisturbed, **LONG))
    assert done.returncode == 0, done.stderr
    assert records(clone) == records(undisturbed)
    record = folder / "seed-1.nc"
    with ac.storage.open_record(record) as opened:
        spec = json.loads(opened.attrs["spec"])
    assert digest(record) == content_digest(ac.simulate(spec))


def test_failing_job_is_told_with_its_log(clone):
    """Numbers that fly off: the message stands at the end, with what to do."""
    clone.edit(ONE, "strength: 0.3", "strength: 1.0e+12")
    done = clone.command("anticorr", "make", ONE)
    assert done.returncode == 1
    said = done.stderr
    assert "job" in said
    assert "simulate, log results/one/logs/simulate/temporal/c_-0.9.log:" in said
    assert "  | anticorr simulate: particles flew off" in said
    assert "what is done is kept; mend the cause, then the same command goes on" in said


@pytest.fixture
def mounted(clone):
    """A small file system below the results; what it holds is gone afterwards."""
    place = clone.folder / "results"
    place.mkdir()

    def mount(*options):
        told = subprocess.run(
            ["mount", "-t", "tmpfs", *options, "anticorr", place], capture_output=True, text=True
        )
        if told.returncode:
            pytest.skip(f"needs leave to mount a file system: {told.stderr.strip()}")
        return place

    yield mount
    subprocess.run(["umount", place], capture_output=True)


@pytest.mark.soak
def test_full_disk_stops_in_words_and_goes_on_with_room(clone, mounted, short):
    place = mounted("-o", "size=200k")
    refused = clone.command("anticorr", "make", ONE)
    assert refused.returncode == 2
    assert re.search(r"results/one: wants . MB of disk, got 0 MB; wanted: room", refused.stderr)
    plain = clone.command("snakemake", "--cores", "2", "--configfile", ONE)
    assert plain.returncode == 1  # nothing checks the room here
    logs = "".join(path.read_text() for path in (place / "one/logs").rglob("*.log"))
    assert "could not be written (No space left on device)" in logs
    subprocess.run(["mount", "-o", "remount,size=100m", place], check=True)
    done = clone.command("anticorr", "make", ONE)
    assert done.returncode == 0, done.stderr
    assert records(clone) == short


def test_read_only_results_are_refused(clone, mounted):
    mounted("-o", "ro")
    done = clone.command("anticorr", "make", ONE)
    assert done.returncode == 2
    assert "results/one: cannot be written (Read-only file system)" in done.stderr


THEORY = {"theory/temporal/c_-0.9.nc": "empty"}
PARTS = {
    "spectra/temporal/c_-0.9/seed-1.nc": "flipped",
    "trajectories/temporal/c_-0.9/lattice.nc": "truncated",
}


@pytest.mark.parametrize(
    ("harms", "gone"),
    [
        (THEORY, ["claims/claims.csv"]),
        # Else nobody would read the spectrum.
        pytest.param(
            THEORY | PARTS, ["claims/claims.csv", "fits/temporal/c_-0.9.nc"], marks=pytest.mark.soak
        ),
    ],
    ids=["one", "all along a state"],
)
def test_damaged_records_are_made_again(tiny, tmp_path, harms, gone):
    """Each is found when it is read, the trajectory only once the spectrum that was made of it is gone."""
    clone = copied(tiny, tmp_path)
    with_figures(clone)
    before, results = records(clone, "results/tiny"), clone.folder / "results/tiny"
    for name, way in harms.items():
        harm(results / name, way)
    for name in gone:
        (results / name).unlink()
    done = clone.command("anticorr", "make", CONFIG)
    assert done.returncode == 0, done.stderr
    for name in harms:
        output = name.split("/seed-1")[0].split("/lattice")[0]
        assert f"results/tiny/{output}: damaged; removed, to be made again" in done.stderr
    assert records(clone, "results/tiny") == before
