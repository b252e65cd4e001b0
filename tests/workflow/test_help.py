"""Examples of the verbs that work in the folder of a clone, run there on the tiny scale."""

import re
import shutil

import pytest

from anticorr.cli import main
from tests.helps import WORKFLOW, arguments, every_example, verb
from tests.workflow.copies import CONFIG, ROOT, copied

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def clone(tiny, tmp_path_factory):
    """A finished tiny scale, called by the names that examples know."""
    made = copied(tiny, tmp_path_factory.mktemp("examples"))
    for name in ("smoke", "config", "paper"):
        shutil.copy(made.folder / CONFIG, made.folder / f"config/{name}.yaml")
    for name in ("requirements.lock", "CITATION.cff"):
        shutil.copy(ROOT / name, made.folder)
    return made


@pytest.mark.parametrize(
    "line",
    sorted((e for e in every_example() if verb(e) in WORKFLOW), key=lambda e: WORKFLOW.index(verb(e))),
)
def test_example_works_as_written(line, clone, monkeypatch, tmp_path, capsys):
    """The scale has run, so `make` finds that nothing is left; `verify` finds the bundle of `archive`, all
    of it equal: the names of `anticorr.layout` are those of the workflow."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PYTHONPATH", str(clone.folder / "src"))
    monkeypatch.chdir(clone.folder)
    if verb(line) == "verify" and not (clone.folder / "bundle.zip").exists():
        assert main(["archive", "config/smoke.yaml", "--out", "bundle.zip"]) == 0
    capsys.readouterr()
    code, told = main(arguments(line)), capsys.readouterr()
    assert code == 0, told.err
    if verb(line) == "plan" and "--figures" not in line:
        assert re.search(r"^config/\w+\.yaml: 0 of 11 jobs would run$", told.out, re.MULTILINE)
    if verb(line) == "verify":
        assert [file.split("  ")[1] for file in told.out.splitlines()[1:]] == ["equal"] * 7
