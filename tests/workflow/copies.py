"""A copy of the tree in which a test runs the workflow, edits files, and asks what would run again."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import yaml

from tests.killing import digest

ROOT = Path(__file__).parents[2]
CONFIG = "config/tiny.yaml"
LONG = {"sample_steps": 50_000, "sample_every": 500}
"""Runs of some seconds, so that a kill finds them at work."""

EVERY_RULE = {
    "extends": "tiny.yaml",
    "results": "results/every",
    "sweeps": {
        "minima": {
            "ends": "landscape",
            "seeds": [1, 2],
            "set": {"schedule": {"relax_steps": 100, "sample_steps": 100, "sample_every": 50}},
            "points": [{"name": "c_-1", "set": {"dynamics.noise.correlation": -1.0}}],
        }
    },
    "trainings": {
        "valley": {
            "problem": {"kind": "valley", "dimension": 10, "square": 4.0},
            "descent": {"learning_rate": 0.05},
            "noises": [{"kind": "ma1", "correlation": -1.0}],
            "strengths": [0.05],
            "schedule": {"noisy_steps": 100, "record_every": 50},
            "seeds": [1],
        }
    },
    "companions": {
        "finite-rate": {
            "kind": "quadratic",
            "optimisers": ["sgd"],
            "walkers": 8,
            "settle_steps": 9,
            "steps": 9,
        }
        | {"escape": {"walkers": 9, "steps": 9}},
        "mixtures": {"kind": "meanfield", "steps": 4, "paths": 64, "dimensions": [10, 20], "descents": 3},
        "orbits": {
            "kind": "orbit",
            "times": [0.1],
            "rest": 0.2,
            "walkers": 8,
            "error": 0.5,
            "network": {"replicas": 10, "steps": 10},
        },
        "related": {
            "kind": "consensus",
            "memory": {"paths": 8, "steps": 64},
            "swarm": {"repeats": 8},
            "race": {"objectives": ["ackley"], "steps": 30, "repeats": 4},
        },
    },
}
"""A scale in which every rule has a job."""


class Workflow:
    """A copy of the tree whose package shadows the installed one."""

    def __init__(self, folder, new=True, **environment):
        self.folder, self.environment = folder, environment
        if not new:  # the tree is there
            return
        for name in ("src", "workflow", "config"):
            shutil.copytree(
                ROOT / name, folder / name
            )  # with Python's bytecode, and the times that it is by
        for name in ("Snakefile", "Makefile"):
            shutil.copy(ROOT / name, folder)
        (folder / "profiles").symlink_to("workflow/profiles")

    def start(self, *command):
        """In a process group of its own, in which Ctrl-C is heard."""
        environment = os.environ | {"PYTHONPATH": str(self.folder / "src")} | self.environment
        environment["PATH"] = f"{Path(sys.executable).parent}:{environment['PATH']}"
        return subprocess.Popen(
            command, cwd=self.folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, start_new_session=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )  # fmt: skip

    def command(self, *command):
        """Run to its end."""
        process = self.start(*command)
        said = process.communicate(timeout=600)
        return subprocess.CompletedProcess(process.args, process.returncode, *said)

    def run(self, *arguments):
        """Snakemake on the tiny scale."""
        return self.command("snakemake", *arguments, "--cores", "2", "--configfile", CONFIG)

    def planned(self, *arguments):
        """Number of jobs of each rule in a dry run."""
        told = self.run("--dry-run", *arguments)
        assert told.returncode == 0, told.stdout + told.stderr
        output = told.stdout + told.stderr
        if "Nothing to be done" in output:
            return {}
        table = output.split("Job stats:")[1].split("total")[0].split("\n")[3:]
        return {line.split()[0]: int(line.split()[1]) for line in table if line.strip()}

    def edit(self, name, old, new):
        path = self.folder / name
        text = path.read_text()
        assert old in text, (name, old)
        path.write_text(text.replace(old, new, 1))


def wait_until(condition, process=None, seconds=240):
    """What the condition gives as soon as it holds; the process, if any, must live until then."""
    until = time.monotonic() + seconds
    while not (got := condition()):
        assert process is None or process.poll() is None, process.communicate()
        assert time.monotonic() < until
        time.sleep(0.05)
    return got


def finished(folder, **environment):
    """A workflow that has run to its end."""
    made = Workflow(folder, **environment)
    done = made.run()
    assert done.returncode == 0, done.stdout + done.stderr
    return made


def copied(folder, to):
    """A copy of a workflow, with the times and notes by which Snakemake knows what is done."""
    shutil.copytree(folder, to, symlinks=True, dirs_exist_ok=True)
    return Workflow(to, new=False)


def with_figures(clone, *names):
    """Leave the tiny scale these figures alone, beside its records and their claims."""
    plan = yaml.safe_load((clone.folder / CONFIG).read_text())
    plan["figures"] = {name: plan["figures"][name] for name in names}
    (clone.folder / CONFIG).write_text(yaml.safe_dump(plan, default_flow_style=None, width=1000))


def one_state(clone, name="config/one.yaml", **schedule):
    """A scale of one state without figures: five jobs. schedule: of its runs."""
    plan = yaml.safe_load((clone.folder / CONFIG).read_text())
    plan |= {"results": "results/one", "figures": {}, "claims": {}}
    plan["base"]["schedule"] |= schedule
    plan["sweeps"]["temporal"]["points"].pop(0)
    (clone.folder / name).write_text(yaml.safe_dump(plan))
    return name


def records(clone, results="results/one"):
    """Digests of all finished records of a clone, by name."""
    return {
        str(path.relative_to(clone.folder / results)): digest(path)
        for path in sorted((clone.folder / results).rglob("*.nc"))
        if ".partial" not in str(path)
    }
