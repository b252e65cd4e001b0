"""Results of planted records, as the workflow leaves them, and the bundle made of them."""

import fcntl
import shutil
from pathlib import Path

import pytest

from anticorr import config, layout, storage
from anticorr.cli import main
from anticorr.stages import simulate
from tests.figures.conftest import pooled, spec_of, theory
from tests.figures.test_claims_tables import config_of
from tests.workflow.copies import copied, finished


@pytest.fixture(scope="session")
def once(tmp_path_factory, worker_id):
    """once(name, make): the folder of a name, in which one of the workers has called make(folder); nobody
    edits it."""
    base = tmp_path_factory.getbasetemp()
    base = base if worker_id == "master" else base.parent

    def folder_of(name, make):
        folder, done = base / name, base / f"{name}.done"
        with open(f"{folder}.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not done.exists():
                folder.mkdir()
                make(folder)
                done.touch()
        return folder

    return folder_of


@pytest.fixture(scope="session")
def tiny(once):
    """Folder of the tiny scale, run to its end."""
    return once("tiny", finished)


@pytest.fixture(scope="session")
def workflow(tiny, tmp_path_factory):
    """The tiny scale, run to its end; tests put back what they edit."""
    return copied(tiny, tmp_path_factory.mktemp("workflow"))


FIGURES = {
    "figure-1": {"draw": "temporal-order", "sweep": "temporal", "snapshots": ["c_-0.9"]},
    "figure-2": {"draw": "approach", "sweep": "temporal"},
}
MADE = [
    *(f"figures/figure-{n}.{end}" for n in (1, 2) for end in ("pdf", "png")),
    *(f"claims/claims.{end}" for end in ("csv", "md", "html")),
]


def make(results, plan_file, *, figures=FIGURES, claims=True):
    """Figures and claims of the records in a results folder, by the commands that the workflow calls."""
    plan = config.read(storage.read_config(plan_file))
    for name in figures:
        outs = [a for file in layout.figure_files(name) for a in ("--out", str(results / file))]
        records = [str(results / record) for record in layout.shown(plan, name)]
        assert main(["figure", plan.figures[name].draw, *records, *outs]) == 0
    if claims:
        outs = [a for file in layout.claims_files() for a in ("--out", str(results / file))]
        records = [str(results / record) for record in layout.judged(plan)]
        assert main(["claims", *records, "--config", str(plan_file), *outs]) == 0


@pytest.fixture(scope="session")
def planted(once):
    """A folder with a configuration, a lock file, and the results of planted records."""
    return once("planted", _plant)


def _plant(folder):
    config_of(folder, figures=FIGURES, results=str(folder / "results"))
    (folder / "requirements.lock").write_text("numpy==2.0\n")
    (folder / "CITATION.cff").write_text("cff-version: 1.2.0\n")
    for c in (0.0, -0.9):
        for kind, record in (("fit", pooled(c)), ("theory", theory(c))):
            path = folder / "results" / layout.of_state(kind, "temporal", f"c_{c:g}")
            path.parent.mkdir(parents=True, exist_ok=True)
            storage.write_record(record, path)
    plan = config.read(storage.read_config(folder / "config.yaml"))
    path = folder / "results" / layout.of_run(plan, "trajectory", "temporal", "c_-0.9", "seed-1")
    path.parent.mkdir(parents=True)
    storage.write_record(simulate.run(spec_of(-0.9)), path)
    for name in ("figures", "claims"):
        (folder / "results" / name).mkdir()
    make(folder / "results", folder / "config.yaml")


def archive(folder, out, *more):
    command = ["archive", folder / "config.yaml", "--out", out, "--lock", folder / "requirements.lock"]
    return main([str(part) for part in (*command, *more)])


@pytest.fixture(scope="session")
def archived(planted, once):
    """The bundle, as a folder and as a .zip file."""

    def both(folder):
        for name in ("bundle", "bundle.zip"):
            assert archive(planted, folder / name, "--also", planted / "CITATION.cff") == 0

    return once("archived", both)


@pytest.fixture
def own(archived, tmp_path):
    """A copy of the bundle that a test may spoil."""
    return Path(shutil.copytree(archived / "bundle", tmp_path / "bundle"))
