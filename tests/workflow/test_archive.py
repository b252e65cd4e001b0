"""Bundles: made of what belongs together, and refused where something does not."""

import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml

from anticorr import config, layout, storage
from anticorr.cli import main
from tests.figures.conftest import pooled, spec_of
from tests.workflow.conftest import MADE, archive

bagit = pytest.importorskip("bagit")


@pytest.fixture
def results(planted, tmp_path):
    """A copy of the results that a test may spoil: where they are, and the command that archives them."""
    copied = Path(shutil.copytree(planted / "results", tmp_path / "results"))
    return copied, lambda *more: archive(planted, tmp_path / "b.zip", "--results", copied, *more)


def test_bundle_holds_what_is_needed_and_no_more(archived):
    top = archived / "bundle"
    files = {str(path.relative_to(top)) for path in top.rglob("*") if path.is_file()}
    records = [f"{kind}/temporal/c_{c}.nc" for kind in ("fits", "theory") for c in ("0", "-0.9")]
    records += ["trajectories/temporal/c_-0.9/seed-1.nc"]
    own = ["README.md", "config.json", "lineage.txt", "requirements.lock", "CITATION.cff"]
    tags = {"bagit.txt", "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt"}
    assert files == tags | {f"data/{n}" for n in own} | {f"data/results/{n}" for n in [*records, *MADE]}
    bagit.Bag(str(archived / "bundle")).validate()
    page = (archived / "bundle/data/README.md").read_text()
    assert "2 figures" in page
    assert "5 records" in page
    lineage = (archived / "bundle/data/lineage.txt").read_text()
    assert "figures/figure-1.pdf: figure temporal-order" in lineage
    assert spec_of(-0.9).canonical_json() in lineage


def test_zip_holds_the_folder_and_repeats_to_the_byte(archived, planted, tmp_path):
    with zipfile.ZipFile(archived / "bundle.zip") as file:
        inside = {name: file.read(name) for name in file.namelist()}
    assert {name.split("/")[0] for name in inside} == {"bundle"}
    for name, content in inside.items():
        if "tagmanifest" not in name and "bag-info" not in name:  # the day of the bag
            assert content == (archived / name).read_bytes()
    assert archive(planted, tmp_path / "bundle.zip", "--also", planted / "CITATION.cff") == 0
    with zipfile.ZipFile(tmp_path / "bundle.zip") as file:
        assert sorted(inside) == file.namelist()


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="no sha256sum here")
def test_checksums_are_checked_without_this_package(own):
    check = ["sha256sum", "--check", "--quiet", "manifest-sha256.txt"]
    assert subprocess.run(check, cwd=own).returncode == 0
    (own / "data/config.json").write_text("{}")
    assert subprocess.run(check, cwd=own, capture_output=True).returncode == 1


# -- what archive refuses --------------------------------------------------------------------------


def told(command, capsys):
    """Lines of the refusal of a command."""
    capsys.readouterr()
    assert command() == 2
    return [line.removeprefix("anticorr archive: ") for line in capsys.readouterr().err.splitlines()]


def test_missing_and_damaged_results_are_all_named(results, capsys):
    folder, run = results
    (folder / "fits/temporal/c_0.nc").unlink()
    (folder / "figures/figure-1.png").unlink()
    (folder / "claims/claims.md").write_text("# Claims\n")
    path = folder / "theory/temporal/c_0.nc"
    path.write_bytes(path.read_bytes()[:-100])
    lines = told(run, capsys)
    assert [line.split(":")[0] for line in lines] == [
        f"{folder}/{name}"
        for name in (
            "fits/temporal/c_0.nc",
            "theory/temporal/c_0.nc",
            "figures/figure-1.png",
            "claims/claims.md",
        )
    ]
    assert not (folder.parent / "b.zip").exists()


def test_figures_of_other_records_are_refused(results, capsys):
    folder, run = results
    storage.write_record(pooled(-0.9, factor=1.01), folder / "fits/temporal/c_-0.9.nc")
    ending = "of other records than those there now; wanted: the workflow run to its end"
    assert [line.endswith(ending) for line in told(run, capsys)] == [True] * 7


def test_claims_of_another_configuration_are_refused(planted, results, tmp_path, capsys):
    folder, _ = results
    plan = yaml.safe_load((planted / "config.yaml").read_text())
    plan["claims"]["plateau"]["statement"] = "not so"
    (tmp_path / "other.yaml").write_text(yaml.safe_dump(plan))
    command = ["archive", tmp_path / "other.yaml", "--results", folder, "--out", tmp_path / "b.zip"]
    command += ["--lock", planted / "requirements.lock"]
    lines = told(lambda: main([str(part) for part in command]), capsys)
    assert [line.split(": ", 1)[1] for line in lines] == [
        "got claims of another configuration; wanted: the workflow run to its end"
    ] * 3


def test_bad_options_are_all_told(planted, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "there").mkdir()
    (tmp_path / "README.md").write_text("x")
    also = ["--also", "README.md", "--also", "none"]
    command = ["archive", str(planted / "config.yaml"), "--out", "there", *also]
    assert told(lambda: main(command), capsys) == [
        "--out: got there, which is there already; wanted a new name, or a .zip",
        "--lock: got requirements.lock, wanted a file that is there",
        "--also: got README.md, allowed: other names than README.md, config.json, lineage.txt, "
        "requirements.lock, results",
        "--also: got none, wanted a file that is there",
    ]


def test_package_that_is_not_installed_is_named(archived, planted, tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "bagit", None)
    words = "got no package bagit, wanted it installed: pip install 'anticorr[archive]'"
    assert told(lambda: archive(planted, tmp_path / "b"), capsys) == [words]
    assert main(["verify", str(archived / "bundle")]) == 2
    assert capsys.readouterr().err == f"anticorr verify: {words}\n"


# -- the names of files ----------------------------------------------------------------------------


def test_names_follow_the_ends_of_the_sweeps(planted):
    data = json.loads(json.dumps(storage.read_config(planted / "config.yaml")))
    points = data["sweeps"]["temporal"]["points"]
    for ends, seeds in (("spectrum", [5, 6]), ("fit", None), ("landscape", [2, 3])):
        data["sweeps"][ends] = {"points": points[:1], "ends": ends, "seeds": seeds}
    data["claims"] = {}
    plan = config.read(data)
    assert layout.last_records(plan, "spectrum") == [f"spectra/spectrum/c_0/seed-{n}.nc" for n in (5, 6)]
    assert layout.last_records(plan, "fit") == ["fits/fit/c_0.nc"]
    assert layout.last_records(plan, "landscape") == ["landscapes/landscape/c_0.nc"]
    assert layout.runs(plan, "temporal") == ["seed-1", "seed-2", "seed-3", "lattice"]
    assert layout.runs(plan, "landscape") == ["seed-2", "seed-3"]
    shown = layout.shown(plan, "figure-1")
    assert shown[-1] == "trajectories/temporal/c_-0.9/seed-1.nc"
    assert shown[:-1] == layout.last_records(plan, "temporal")
    assert layout.judged(plan)[:4] == shown[:-1]
    assert len(layout.judged(plan)) == 8
