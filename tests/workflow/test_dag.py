"""A tiny graph end to end: runs, does nothing twice, and runs again exactly what an edit touched."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import anticorr as ac
from anticorr.provenance import content_digest
from tests.killing import digest

ROOT = Path(__file__).parents[2]
CONFIG = "config/tiny.yaml"


class Workflow:
    """A copy of the tree whose package shadows the installed one."""

    def __init__(self, folder):
        self.folder = folder
        for name in ("src", "workflow", "config"):
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "Snakefile", folder)
        (folder / "profiles").symlink_to("workflow/profiles")

    def start(self, *arguments):
        """In a process group of its own, in which Ctrl-C is heard."""
        environment = os.environ | {"PYTHONPATH": str(self.folder / "src")}
        environment["PATH"] = f"{Path(sys.executable).parent}:{environment['PATH']}"
        return subprocess.Popen(
            ["snakemake", *arguments, "--cores", "2", "--configfile", CONFIG],
            cwd=self.folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            start_new_session=True, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )  # fmt: skip

    def run(self, *arguments):
        process = self.start(*arguments)
        said = process.communicate(timeout=300)
        return subprocess.CompletedProcess(process.args, process.returncode, *said)

    def planned(self):
        """Number of jobs of each rule in a dry run."""
        told = self.run("--dry-run")
        assert told.returncode == 0, told.stdout + told.stderr
        output = told.stdout + told.stderr
        if "Nothing to be done" in output:
            return {}
        table = output.split("Job stats:")[1].split("total")[0].split("\n")[3:]
        return {line.split()[0]: int(line.split()[1]) for line in table if line.strip()}

    def edit(self, name, old, new):
        path = self.folder / name
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new, 1))


@pytest.fixture(scope="module")
def workflow(tmp_path_factory):
    made = Workflow(tmp_path_factory.mktemp("workflow"))
    done = made.run()
    assert done.returncode == 0, done.stdout + done.stderr
    return made


def test_everything_asked_for_is_there(workflow):
    results = workflow.folder / "results/tiny"
    for name in ("figure-1", "figure-2"):
        assert (results / f"figures/{name}.pdf").read_bytes().startswith(b"%PDF")
        assert (results / f"figures/{name}.png").stat().st_size > 10_000
    claims = (results / "claims/claims.csv").read_text().split("\n")
    assert len(claims) > 5
    assert (results / "claims/claims.md").read_text().startswith("# Claims")
    assert (results / "claims/claims.html").read_text().startswith("<!DOCTYPE html>")


def test_second_run_does_nothing(workflow):
    assert workflow.planned() == {}


def test_results_are_archived_and_verified(workflow):
    """So the names of `anticorr.layout` are those of the workflow: figures tell their records."""
    pytest.importorskip("bagit")
    lock = str(ROOT / "requirements.lock")
    for command in (["archive", CONFIG, "--out", "bundle.zip", "--lock", lock], ["verify", "bundle.zip"]):
        told = subprocess.run(
            [sys.executable, "-m", "anticorr.cli", *command],
            cwd=workflow.folder, env=os.environ | {"PYTHONPATH": str(workflow.folder / "src")},
            capture_output=True, text=True, timeout=300,
        )  # fmt: skip
        assert told.returncode == 0, told.stderr
    assert len(told.stdout.splitlines()) == 8
    assert all(line.endswith("  equal") for line in told.stdout.splitlines()[1:])


def test_editing_a_figure_runs_that_figure_only(workflow):
    workflow.edit("src/anticorr/figures/approach.py", "_UNSURE = 0.2", "_UNSURE = 0.25")
    assert workflow.planned() == {"all": 1, "figure": 1}
    workflow.edit("src/anticorr/figures/approach.py", "_UNSURE = 0.25", "_UNSURE = 0.2")


def test_editing_a_comment_runs_nothing(workflow):
    workflow.edit("src/anticorr/engine/_forces.py", "# Columns of the sums", "# Sums, by column,")
    assert workflow.planned() == {}


def test_editing_a_kernel_runs_the_simulations(workflow):
    kernel = "src/anticorr/engine/potentials/harmonic.py"
    workflow.edit(kernel, "0.5 * overlap * overlap", "overlap * overlap * 0.5")
    planned = workflow.planned()
    assert planned["simulate"] == 4
    assert planned["predict"] == 2  # its short runs
    assert "spec" not in planned
    workflow.edit(kernel, "overlap * overlap * 0.5", "0.5 * overlap * overlap")
    assert workflow.planned() == {}


def test_editing_a_state_runs_that_state_only(workflow):
    workflow.edit(CONFIG, "correlation: -0.9", "correlation: -0.8")
    planned = workflow.planned()
    assert planned["simulate"] == planned["spec"] == 2
    assert planned["fit"] == planned["predict"] == 1
    workflow.edit(CONFIG, "correlation: -0.8", "correlation: -0.9")


def test_bad_configuration_stops_with_every_problem(workflow):
    text = (workflow.folder / CONFIG).read_text()
    workflow.edit(CONFIG, "packing_fraction: 0.8", "packing_fraction: -1")
    workflow.edit(CONFIG, "fit_k_max: 3.0", "fit_k_max: 3.0\ncolour: red")
    told = workflow.run("--dry-run")
    (workflow.folder / CONFIG).write_text(text)
    output = told.stdout + told.stderr
    assert told.returncode != 0
    assert "colour: unknown key" in output


def _stop_when_running(workflow, target, number, patience):
    """Start a workflow, and send it and its jobs a signal when its simulation has a checkpoint."""
    process = workflow.start(target, "--rerun-incomplete")
    checkpoint = workflow.folder / f"{target}.partial/checkpoint"
    until = time.monotonic() + 120
    while not checkpoint.exists():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < until
        time.sleep(0.05)
    time.sleep(patience)
    os.killpg(process.pid, number)
    process.communicate(timeout=60)


def test_killed_simulation_goes_on(workflow):
    """Ctrl-C, then kill -9, of the workflow and its job; the record is that of a run in one go."""
    target = "results/tiny/trajectories/temporal/c_-0.9/seed-1.nc"
    log = workflow.folder / "results/tiny/logs/trajectories/temporal/c_-0.9/seed-1.log"
    text = (workflow.folder / CONFIG).read_text()
    few, many = "sample_steps: 600, sample_every: 20", "sample_steps: 1000000, sample_every: 10000"
    workflow.edit(CONFIG, few, many)
    _stop_when_running(workflow, target, signal.SIGINT, 1.0)
    assert "checkpoint in" in log.read_text()
    _stop_when_running(workflow, target, signal.SIGKILL, 0.2)
    workflow.run("--unlock")
    done = workflow.run(target, "--rerun-incomplete")
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"going on from step [1-9]", log.read_text())
    assert not (workflow.folder / f"{target}.partial").exists()
    spec = (workflow.folder / target.replace("trajectories", "specs")).with_suffix(".json")
    assert digest(workflow.folder / target) == content_digest(ac.simulate(json.loads(spec.read_text())))
    (workflow.folder / CONFIG).write_text(text)


def test_every_rule_names_its_code():
    """A rule that runs the package carries its digest; simulations carry their spec."""
    for path in (ROOT / "workflow/rules").glob("*.smk"):
        for rule in path.read_text().split("\nrule ")[1:]:
            if "anticorr " in rule:
                assert "code=" in rule, f"{path.name}: {rule.split(':')[0]}"
            assert "log:" in rule
