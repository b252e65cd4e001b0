"""The workflow on a real SLURM, by the profile that users take: the same bits, whatever befalls jobs."""

import contextlib
import json
import re
import signal
import subprocess

import pytest
import yaml

import anticorr as ac
from anticorr import config, storage
from anticorr.cli.make import _FAILED as FAILED
from anticorr.graph import Graph
from anticorr.provenance import content_digest
from anticorr.variables import KINDS
from tests.killing import digest
from tests.workflow.copies import EVERY_RULE, ROOT, Workflow, wait_until
from tests.workflow.slurm import NODES, missing, private_slurm

CLUSTER = ["--profile", "workflow/profiles/slurm"]
QUICK = ["--slurm-init-seconds-before-status-checks", "1"]
ONCE = ["--retries", "0"]
LONG = ["--until", "simulate"]
PATIENCE = 900

ONE_LONG_RUN = yaml.safe_load((ROOT / "config/tiny.yaml").read_text()) | {
    "results": "results/long",
    "lattice_start": False,
    "sweeps": {
        "long": {
            "set": {"schedule": {"relax_steps": 100, "sample_steps": 250_000, "sample_every": 2_500}},
            "points": [{"name": "c_0"}],
        }
    },
    "figures": {},
    "claims": {},
}

WHY_NOT = missing()
pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(WHY_NOT), reason=f"no SLURM: {WHY_NOT}")]


class Tree(Workflow):
    """A copy of the tree with a configuration, on a cluster or here."""

    def __init__(self, folder, config):
        super().__init__(folder)
        (folder / "config/test.yaml").write_text(yaml.safe_dump(config))

    @contextlib.contextmanager
    def started(self, *options, slurm=None):
        """Snakemake at work; it does not outlive the block."""
        command = ["snakemake", "--configfile", "config/test.yaml", *options]
        with self.start(*(slurm.inside(*command, cwd=self.folder) if slurm else command)) as process:
            try:
                yield process
            finally:
                process.kill()

    def snakemake(self, *options, slurm=None):
        """Exit code, and what was said."""
        with self.started(*options, slurm=slurm) as process:
            return _ended(process)

    def logs(self):
        return subprocess.run(
            ["grep", "-rh", "--include=*.log", "", self.folder / "results"], capture_output=True, text=True
        ).stdout


def _digests(tree):
    """Kind and content of every record."""
    found = {}
    for path in sorted((tree.folder / "results").rglob("*.nc")):
        with storage.open_record(path) as record:
            found[str(path.relative_to(tree.folder))] = record.attrs["kind"], digest(path)
    return found


def _ended(process):
    said = process.communicate(timeout=PATIENCE)
    return process.returncode, "".join(said)


def _job_with_checkpoint(slurm, tree, process):
    """The job that simulates, as soon as it could go on."""
    wait_until(lambda: [*(tree.folder / "results").rglob("checkpoint")], process, PATIENCE)
    [job] = slurm.jobs("running")
    return job


def _job_that_goes_on(slurm, tree, process):
    wait_until(lambda: "going on from step" in tree.logs(), process, PATIENCE)
    [job] = slurm.jobs("running")
    return job


def _asked(tree):
    """Memory and time that the one simulation has to ask for, as squeue tells them."""
    plan = config.read(storage.read_config(tree.folder / "config/test.yaml"))
    cost = Graph(plan).simulation_cost("long", "c_0")
    return f"{round(1.5 * cost.memory)}M {round(10 + 4 * cost.seconds / 60)}:00"


def _in_one_go(tree):
    """What _digests() are of the one record, simulated here."""
    [name] = [name for name, (kind, _) in _digests(tree).items() if kind == "trajectory"]
    with storage.open_record(tree.folder / name) as record:
        return {name: ("trajectory", content_digest(ac.simulate(json.loads(record.attrs["spec"]))))}


@pytest.fixture
def slurm(tiny):
    """With the kernels of the tiny scale: a job that compiles hears of no signal, and would be at work
    still when the next one starts."""
    with private_slurm() as made:
        yield made


@pytest.mark.soak
def test_the_tiny_scale_gives_the_bits_of_a_local_run(slurm, tmp_path, tiny):
    there, here = Tree(tmp_path / "there", {"extends": "tiny.yaml"}), Workflow(tiny, new=False)
    code, said = there.snakemake(*CLUSTER, *QUICK, slurm=slurm)
    assert code == 0, said + slurm.logs()
    assert slurm.submitted() == 5  # two simulations; what measures and fits; theory; figures and claims
    assert _digests(there) == _digests(here)
    for name in ("figures/figure-1.pdf", "claims/claims.csv"):
        one, other = (each.folder / "results/tiny" / name for each in (there, here))
        assert one.read_bytes() == other.read_bytes()


@pytest.mark.soak
def test_every_rule_gives_the_bits_of_a_local_run(slurm, tmp_path):
    there, here = (Tree(tmp_path / name, EVERY_RULE) for name in ("there", "here"))
    code, said = there.snakemake(*CLUSTER, *QUICK, slurm=slurm)
    assert code == 0, said + slurm.logs()
    code, said = here.snakemake("--cores", "2")
    assert code == 0, said
    digests = _digests(there)
    assert slurm.submitted() < len(digests)
    assert {kind for kind, _ in digests.values()} == set(KINDS)
    assert digests == _digests(here)
    assert [*there.folder.glob("results/every/figures/*.pdf")]
    claims = "results/every/claims/claims.csv"
    assert (there.folder / claims).read_text() == (here.folder / claims).read_text()


def test_job_in_the_middle_is_cancelled_killed_interrupted_and_goes_on(slurm, tmp_path):
    """Cancelled, which it hears of and writes a checkpoint; killed, of which it does not hear; then Ctrl-C,
    which leaves no job. The next call needs no unlocking, goes on to what follows, and ends with the bits
    of a local run."""
    tree, here = (Tree(tmp_path / name, ONE_LONG_RUN) for name in ("tree", "here"))
    for found, end in (
        (_job_with_checkpoint, lambda job: slurm.run("scancel", job)),
        (_job_that_goes_on, slurm.kill),
    ):
        with tree.started(*CLUSTER, *QUICK, *ONCE, *LONG, slurm=slurm) as process:
            job = found(slurm, tree, process)
            told = slurm.run("squeue", "--noheader", "--format=%m %l %j %Z", f"--jobs={job}").strip()
            end(job)
            code, said = _ended(process)
        # The name and the place by which `anticorr make` finds jobs that have outlived their workflow.
        assert re.fullmatch(rf"{_asked(tree)} anticorr\S+ {tree.folder}", told)
        assert code == 1, said
        assert f"SLURM-job '{job}' failed" in said
        assert set(FAILED.findall(said)) == {("", "simulate", "results/long/logs/simulate/long/c_0.log")}
        assert slurm.jobs() == []
    # With the profile's own pause before it looks at the queue: a look would get in the way of cancelling.
    with tree.started(*CLUSTER, *LONG, slurm=slurm) as process:
        wait_until(lambda: slurm.jobs("running"), seconds=PATIENCE)
        process.send_signal(signal.SIGINT)
        code, said = _ended(process)
    assert code == 1, said
    wait_until(lambda: slurm.jobs() == [], seconds=PATIENCE)
    before = slurm.submitted()
    code, said = tree.snakemake(*CLUSTER, *QUICK, slurm=slurm)
    assert code == 0, said + slurm.logs()
    assert slurm.submitted() - before == 4  # the simulation; what measures and fits; theory; claims
    assert re.search("going on from step [1-9]", tree.logs())
    code, said = here.snakemake("--cores", "2")
    assert code == 0, said
    digests = _digests(tree)
    assert sorted(kind for kind, _ in digests.values()) == ["fit", "spectrum", "theory", "trajectory"]
    assert digests == _digests(here)


@pytest.mark.soak
def test_node_that_is_lost_costs_time_only(slurm, tmp_path):
    """SLURM puts the job on the other node, where it goes on; the same call ends well."""
    tree = Tree(tmp_path / "tree", ONE_LONG_RUN)
    with tree.started(*CLUSTER, *QUICK, *ONCE, *LONG, slurm=slurm) as process:
        job = _job_with_checkpoint(slurm, tree, process)
        lost = slurm.node_of(job)
        slurm.lose(lost)
        code, said = _ended(process)
    assert code == 0, said + slurm.logs()
    assert {lost, slurm.node_of(job)} == set(NODES)
    assert "going on from step" in tree.logs()
    assert _digests(tree) == _in_one_go(tree)
