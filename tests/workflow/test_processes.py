"""Who is at work in a folder: what has outlived its workflow is stopped, what may live stays locked."""

import re
import socket
import subprocess
import sys
import time
from collections import namedtuple
from pathlib import Path

import psutil
import pytest
import yaml

from anticorr.cli import main, processes
from anticorr.errors import InputError
from anticorr.storage.checkpoint import read_checkpoint
from tests.conftest import spec_data
from tests.workflow.copies import CONFIG, ROOT, wait_until
from tests.workflow.test_rules import RULES, shell

SLEEPS = "import sys, time\nprint(flush=True)\ntime.sleep(60)\n"


@pytest.fixture
def start(tmp_path):
    """Start a process in the folder; it does not outlive the test."""
    started = []

    def begin(*command, **options):
        started.append(subprocess.Popen([sys.executable, *command], cwd=tmp_path, text=True, **options))
        return started[-1]

    yield begin
    for process in started:
        process.kill()
        process.communicate()


def test_jobs_of_all_rules_are_known():
    verbs = {verb for rule in RULES for verb in re.findall(r"anticorr (\w+)", shell(rule))}
    assert verbs == set(processes.STAGES)


def test_jobs_that_have_outlived_their_workflow_are_stopped(tmp_path, start):
    """Every kind that writes below the results, and nothing else of this folder."""
    (tmp_path / "anticorr").write_text(SLEEPS)
    jobs = [
        start("anticorr", verb, "-", "--out", f"results/{verb}", stdout=subprocess.PIPE)
        for verb in processes.STAGES
    ]
    others = [
        start("anticorr", "simulate", "-", "--out", "elsewhere/a.nc", stdout=subprocess.PIPE),
        start("anticorr", "explore", "results", "--out", "results/page.html", stdout=subprocess.PIPE),
    ]
    for process in jobs + others:
        process.stdout.readline()
    words = [
        f"stopped anticorr {verb} (process {process.pid}, since {_minute(process)}), whose workflow is gone"
        for verb, process in zip(processes.STAGES, jobs, strict=True)
    ]
    assert sorted(processes.stop_orphans(tmp_path, "results")) == sorted(words)
    assert not any(psutil.pid_exists(process.pid) for process in jobs)
    assert [process.poll() for process in others] == [None, None]


def _minute(process):
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(psutil.Process(process.pid).create_time()))


@pytest.mark.slow
def test_a_simulation_that_is_stopped_leaves_its_checkpoint(tmp_path, start):
    data = spec_data(schedule={"relax_steps": 0, "sample_steps": 10**8, "sample_every": 10**4})
    (tmp_path / "spec.yaml").write_text(yaml.safe_dump(data))
    (tmp_path / "results").mkdir()
    command = ("simulate", "spec.yaml", "--out", "results/a.nc")
    process = start(Path(sys.executable).with_name("anticorr"), *command, stderr=subprocess.PIPE)
    checkpoint = tmp_path / "results/a.nc.partial/checkpoint"
    wait_until(checkpoint.exists, process)
    first = read_checkpoint(checkpoint)[1]["step"]
    time.sleep(1.0)
    assert len(processes.stop_orphans(tmp_path, "results")) == 1
    last = read_checkpoint(checkpoint)[1]["step"]
    assert f"interrupted at step {int(last)}; checkpoint in " in process.stderr.read()
    assert last > first


@pytest.fixture
def locked(tmp_path):
    """A folder that Snakemake has left locked; who made it, if that is known."""
    (tmp_path / ".snakemake/locks").mkdir(parents=True)
    (tmp_path / ".snakemake/locks/0.input.lock").touch()

    def by(host):
        (tmp_path / ".snakemake/make.lock").write_text(
            f"anticorr make (process 1 on {host})\n" if host else ""
        )
        return tmp_path

    return by


def test_a_lock_of_this_machine_may_be_lifted(locked):
    for host in (socket.gethostname(), ""):
        with processes.alone(locked(host)):
            assert processes.is_locked(locked(host))


def test_a_lock_of_another_machine_may_not(locked):
    folder = locked("elsewhere")
    said = (
        "locked, and a workflow on elsewhere may still be at work here; wanted: the same command there, or"
    )
    for _ in range(2):  # to be refused changes nothing
        with pytest.raises(InputError, match=said), processes.alone(folder):
            pass
    (folder / ".snakemake/locks/0.input.lock").unlink()
    with processes.alone(folder):
        pass
    assert socket.gethostname() in (folder / ".snakemake/make.lock").read_text()


@pytest.mark.parametrize(("system", "refused"), [("nfs4", True), ("fuse.sshfs", True), ("ext4", False)])
def test_a_lock_of_nobody_known_may_not_where_other_machines_see_it(locked, monkeypatch, system, refused):
    """Snakemake called by itself does not tell where it ran."""
    folder = locked("")
    place = namedtuple("Place", "mountpoint fstype")
    places = [place("/", "nfs" if system == "ext4" else "ext4"), place(str(folder.parent), system)]
    monkeypatch.setattr(psutil, "disk_partitions", lambda **_: places)
    if refused:
        with pytest.raises(InputError, match=rf"on another machine \(file system {system}\)"):
            processes.alone(folder).__enter__()
    else:
        with processes.alone(folder):
            pass


def test_jobs_on_a_cluster_that_have_outlived_their_workflow_are_named(tmp_path, monkeypatch, capsys):
    """Those that the profile names, in this folder; not the one that may run this."""
    program, here = tmp_path / "bin/squeue", tmp_path / "a folder"
    program.parent.mkdir()
    queue = [f"12 anticorr_1 {here}", f"9 anticorr_1 {here}", f"8 anticorr {here}", f"7 another {here}"]
    queue.append(f"6 anticorr_1 {tmp_path}")
    program.write_text("\n".join(["#!/bin/sh", *(f"echo '{line}'" for line in queue)]))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    monkeypatch.setenv("SLURM_JOB_ID", "8")
    (here / ".snakemake/locks").mkdir(parents=True)
    for name in ("Snakefile", ".snakemake/locks/0.input.lock"):
        (here / name).touch()
    monkeypatch.chdir(here)
    assert main(["make", str(ROOT / CONFIG), "--profile", "none"]) == 2
    assert "scancel 9 12" in capsys.readouterr().err
    assert processes.is_locked(here)  # as long as they live
    with pytest.raises(InputError, match=r"SLURM jobs 9, 12 of .* wanted: their end, or: scancel 9 12$"):
        processes.check_cluster(here)
    processes.check_cluster(tmp_path / "another")
    program.write_text("#!/bin/sh\nexit 1\n")
    processes.check_cluster(here)  # Snakemake will tell that there is no cluster


def test_a_folder_that_cannot_be_locked_is_told(tmp_path):
    (tmp_path / ".snakemake").touch()
    with pytest.raises(InputError, match=r"make.lock: cannot be written \(.*\); wanted: a folder that can"):
        processes.alone(tmp_path).__enter__()
