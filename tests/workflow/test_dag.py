"""A tiny graph end to end: runs, does nothing twice, and runs again exactly what an edit touched."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

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

    def run(self, *arguments):
        environment = os.environ | {"PYTHONPATH": str(self.folder / "src")}
        environment["PATH"] = f"{Path(sys.executable).parent}:{environment['PATH']}"
        return subprocess.run(
            ["snakemake", "--cores", "2", "--configfile", CONFIG, *arguments],
            cwd=self.folder, env=environment, capture_output=True, text=True, timeout=300,
        )  # fmt: skip

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


def test_second_run_does_nothing(workflow):
    assert workflow.planned() == {}


def test_editing_a_figure_runs_that_figure_only(workflow):
    workflow.edit("src/anticorr/figures/approach.py", "_UNSURE = 0.2", "_UNSURE = 0.25")
    assert workflow.planned() == {"all": 1, "figure": 1}
    workflow.edit("src/anticorr/figures/approach.py", "_UNSURE = 0.25", "_UNSURE = 0.2")


def test_editing_a_comment_runs_nothing(workflow):
    workflow.edit("src/anticorr/engine/_forces.py", "# forward in", "# straight on in")
    assert workflow.planned() == {}


def test_editing_a_kernel_runs_the_simulations(workflow):
    kernel = "src/anticorr/engine/potentials.py"
    workflow.edit(kernel, "0.5 * overlap * overlap", "overlap * overlap * 0.5")
    planned = workflow.planned()
    assert planned["simulate"] == 10
    assert "spec" not in planned
    workflow.edit(kernel, "overlap * overlap * 0.5", "0.5 * overlap * overlap")
    assert workflow.planned() == {}


def test_editing_a_state_runs_that_state_only(workflow):
    workflow.edit(CONFIG, "correlation: -0.9", "correlation: -0.8")
    planned = workflow.planned()
    assert planned["simulate"] == planned["spec"] == 5
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


def test_every_rule_names_its_code():
    """A rule that runs the package carries its digest; simulations carry their spec."""
    for path in (ROOT / "workflow/rules").glob("*.smk"):
        for rule in path.read_text().split("\nrule ")[1:]:
            if "anticorr " in rule:
                assert "code=" in rule, f"{path.name}: {rule.split(':')[0]}"
            assert "log:" in rule
