"""Verification: damage is named, figures and claims are made again, and what differs is told."""

import csv
import io
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from anticorr import provenance, storage
from anticorr.cli import main
from anticorr.errors import InputError
from tests.workflow.conftest import MADE

bagit = pytest.importorskip("bagit")

ROOT = Path(__file__).parents[2]


def bag_again(folder):
    """A consistent bundle of changed files."""
    for path in folder.iterdir():
        if path.name != "data":
            path.unlink()
    for path in (folder / "data").iterdir():
        path.rename(folder / path.name)
    (folder / "data").rmdir()
    bagit.make_bag(str(folder), checksums=["sha256"])


def test_good_bundle_is_equal_throughout(archived, capsys):
    assert main(["verify", str(archived / "bundle")]) == 0
    first, *lines = capsys.readouterr().out.splitlines()
    assert first == "checksums  all files are as they were written"
    assert lines == [f"{name}  equal" for name in MADE]


def test_installed_package_verifies_away_from_the_repository(archived, tmp_path):
    """The package alone, in a folder that no git knows; the bundle is a .zip."""
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "src/anticorr", tmp_path / "there/anticorr", ignore=ignored)
    environment = os.environ | {"PYTHONPATH": str(tmp_path / "there")}
    told = subprocess.run(
        [sys.executable, "-m", "anticorr.cli", "verify", str(archived / "bundle.zip")],
        cwd=tmp_path, env=environment, capture_output=True, text=True,
        timeout=300,
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
    assert told.stdout.splitlines()[1:] == [f"{name}  equal" for name in MADE]


def verified(path, capsys):
    """Exit code, lines on stdout after the first, and lines on stderr of verify."""
    capsys.readouterr()
    code = main(["verify", str(path)])
    told = capsys.readouterr()
    return code, told.out.splitlines()[1:], told.err.splitlines()


@pytest.mark.parametrize("name", ["data/results/fits/temporal/c_0.nc", "data/README.md", "bag-info.txt"])
def test_damaged_and_missing_files_are_named(own, capsys, name):
    content = bytearray((own / name).read_bytes())
    content[len(content) // 2] ^= 4
    (own / name).write_bytes(content)
    (own / "data/results/figures/figure-2.png").unlink()
    (own / "data/results/more.txt").write_text("more")
    assert verified(own, capsys) == (
        2,
        [],
        [
            f"anticorr verify: {own}: {name} is damaged",
            f"anticorr verify: {own}: data/results/figures/figure-2.png is missing",
            f"anticorr verify: {own}: data/results/more.txt was not in the bundle",
        ],
    )


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (
            lambda own: (own / "bagit.txt").unlink(),
            "got no bagit.txt, wanted a bundle of `anticorr archive`",
        ),
        (lambda own: (own / "bagit.txt").write_text("?"), "damaged ("),
        (lambda own: (own / "manifest-sha256.txt").write_bytes(b"\xff\xfe"), "damaged ("),
        (lambda own: (own / "manifest-sha256.txt").write_text("0123 ../../etc/passwd\n"), "damaged ("),
    ],
)
def test_what_is_no_bundle_any_more_is_refused(own, capsys, spoil, words):
    spoil(own)
    code, out, (line,) = verified(own, capsys)
    assert (code, out) == (2, [])
    assert line.startswith(f"anticorr verify: {own}: {words}")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "no such file or folder"),
        (b"", "not a .zip file"),
        (b"PK\x05\x06" + 18 * b"\0", "got 0 folders"),
    ],
)
def test_file_that_is_no_bundle_is_refused(tmp_path, capsys, content, words):
    path = tmp_path / "b.zip"
    if content is not None:
        path.write_bytes(content)
    code, _, (line,) = verified(path, capsys)
    assert code == 2
    assert line.startswith(f"anticorr verify: {path}: {words}")


def test_changed_figure_and_table_differ(own, capsys):
    figure = own / "data/results/figures/figure-2.pdf"
    figure.write_bytes(figure.read_bytes().replace(b"Matplotlib", b"MATPLOTLIB"))
    table = own / "data/results/claims/claims.csv"
    table.write_text(table.read_text().replace("holds", "fails", 1))
    picture = own / "data/results/figures/figure-1.png"
    where_from = storage.read_origin(picture)
    _paint(picture, where_from)
    bag_again(own)
    code, out, err = verified(own, capsys)
    lines = dict(line.split("  ", 1) for line in out)
    assert code == 1
    assert lines["figures/figure-2.pdf"] == "differs"
    assert lines["claims/claims.csv"] == "differs: 1 of its cells differ"
    share = float(re.fullmatch(r"differs: (.*)% of the picture", lines["figures/figure-1.png"])[1])
    assert 4.5 < share < 5.5
    assert [name for name, told in lines.items() if told == "equal"] == [
        name
        for name in MADE
        if name not in ("figures/figure-2.pdf", "claims/claims.csv", "figures/figure-1.png")
    ]
    assert err == [f"anticorr verify: {own}: 3 of 7 files differ from those made again"]


def _paint(path, where_from):
    """A black corner, a quarter by a fifth, over a picture."""
    from PIL import Image
    from PIL.PngImagePlugin import PngInfo

    told = PngInfo()
    told.add_text("Description", where_from.line())
    with Image.open(path) as picture:
        picture.load()
        picture.paste((0, 0, 0, 255), (0, 0, picture.width // 4, picture.height // 5))
        picture.save(path, pnginfo=told)


def test_other_record_in_the_bundle_is_told(own, capsys):
    path = own / "data/results/theory/temporal/c_0.nc"
    record = storage.read_record(path)
    record["S_theory"] = record["S_theory"] * 1.1
    record["S_theory"].attrs = storage.read_record(path)["S_theory"].attrs
    storage.write_record(record, path)
    bag_again(own)
    code, out, _ = verified(own, capsys)
    assert code == 1
    assert out == [f"{name}  differs: made from other records than those of the bundle" for name in MADE]


def test_other_versions_are_told_and_what_can_be_compared_is(own, capsys, monkeypatch):
    """Another matplotlib writes other bytes: planted as a PDF with another producer. Tables are made
    without it, but with SciPy."""
    real = provenance.versions

    def others(*stages):
        return real(*stages).replace("matplotlib 3", "matplotlib 99").replace("scipy 1", "scipy 99")

    monkeypatch.setattr(provenance, "versions", others)
    figure = own / "data/results/figures/figure-1.pdf"
    figure.write_bytes(figure.read_bytes().replace(b"Matplotlib", b"MATPLOTLIB"))
    table = own / "data/results/claims/claims.csv"
    text = table.read_text()
    measured = next(csv.DictReader(io.StringIO(text)))["measured"]
    table.write_text(text.replace(measured, repr(float(measured) * (1 + 1e-12))))
    bag_again(own)
    code, out, err = verified(own, capsys)
    lines = dict(line.split("  ", 1) for line in out)
    assert (code, err) == (0, [])
    assert lines["figures/figure-1.pdf"].startswith("not compared; other versions (")
    assert "matplotlib " in lines["figures/figure-1.pdf"]
    assert lines["claims/claims.csv"].startswith("alike: 0 of its cells differ; other versions (scipy ")
    assert lines["figures/figure-1.png"] == "equal"


def test_figure_that_asks_for_more_now_is_told(own, capsys, monkeypatch):
    def more(*_):
        raise InputError("approach: got no colours, wanted three")

    monkeypatch.setattr("anticorr.figures.approach.draw", more)
    code, out, _ = verified(own, capsys)
    wanted = dict.fromkeys(MADE, "equal")
    for end in ("pdf", "png"):
        words = "could not be made again (approach: got no colours, wanted three)"
        wanted[f"figures/figure-2.{end}"] = words
    assert (code, dict(line.split("  ", 1) for line in out)) == (1, wanted)
