"""Origins stand in every format and are read back; trees lead to the specs, and name what is missing."""

import string

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from anticorr import origin, storage
from anticorr.cli import main
from anticorr.lineage import Known, Lineage
from anticorr.variables import KINDS
from tests.conftest import spec_data
from tests.figures.conftest import pooled, theory

WORDS = st.text(string.ascii_letters + string.digits + ".+_-", min_size=1, max_size=12)
HEX = st.text("0123456789abcdef", min_size=16, max_size=16)
ORIGINS = st.builds(
    origin.Origin,
    st.sampled_from(["claims", "figure approach", "figure state-map"]),
    HEX,
    WORDS,
    st.lists(WORDS, min_size=1).map(" ".join),
    st.one_of(st.just(""), HEX),
    st.sets(st.tuples(st.sampled_from(sorted(KINDS)), HEX), max_size=9).map(
        lambda each: tuple(sorted(each))
    ),
)


@given(told=ORIGINS, around=st.text())
def test_origin_is_found_in_any_text(told, around):
    assert origin.find(f"{around}{told.line()}{around}") == told
    assert origin.find(told.line()[1:]) is None
    assert not set(told.line()) & set(",()<>&\\\"'\n")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A results folder: a fit, a theory record, a figure and claims in every format."""
    folder = tmp_path_factory.mktemp("made")
    for name, record in (("fits/a/b", pooled(-0.9)), ("theory/a/b", theory(-0.9))):
        path = folder / f"results/{name}.nc"
        path.parent.mkdir(parents=True)
        storage.write_record(record, path)
    (folder / "results/figures").mkdir()
    (folder / "results/claims").mkdir()
    records = [str(folder / f"results/{kind}/a/b.nc") for kind in ("theory", "fits")]
    outs = [str(folder / f"results/figures/f.{end}") for end in ("pdf", "png", "svg")]
    assert main(["figure", "approach", *records, *[a for out in outs for a in ("--out", out)]]) == 0
    outs = [str(folder / f"results/claims/claims.{end}") for end in ("csv", "md", "html")]
    assert main(["claims", *records, *[a for out in outs for a in ("--out", out)]]) == 0
    return folder / "results"


FILES = [f"figures/f.{end}" for end in ("pdf", "png", "svg")]
FILES += [f"claims/claims.{end}" for end in ("csv", "md", "html")]


@pytest.mark.parametrize("name", FILES)
def test_every_format_tells_its_records(made, name, capsys):
    told = storage.read_origin(made / name)
    records = [storage.read_record(made / f"{folder}/a/b.nc") for folder in ("fits", "theory")]
    assert told.records == origin.drawn(records)
    assert told.what == ("claims" if name.startswith("claims") else "figure approach")
    assert main(["describe", str(made / name)]) == 0
    said = capsys.readouterr().out
    assert all(digest in said for _, digest in told.records)
    assert f"code_digest      {told.code}\n" in said
    assert "scipy " in said
    assert ("matplotlib " in said) == name.startswith("figure")


@pytest.mark.parametrize("name", FILES)
def test_same_records_in_any_order_give_the_same_bytes(made, tmp_path, name):
    records = [str(made / f"{kind}/a/b.nc") for kind in ("fits", "theory")]
    command = ["claims"] if name.startswith("claims") else ["figure", "approach"]
    out = tmp_path / name.split("/")[1]
    assert main([*command, *records, "--out", str(out)]) == 0
    assert out.read_bytes() == (made / name).read_bytes()


def test_table_is_read_without_its_last_line(made):
    *lines, last, end = (made / "claims/claims.csv").read_text().split("\n")
    assert (last[:20], end) == ("# [anticorr claims; ", "")
    assert len(lines) > 3
    assert not any(line.startswith("#") for line in lines)


def test_tree_of_a_figure_names_what_is_not_there(made, capsys):
    assert main(["describe", str(made / "figures/f.pdf"), "--lineage"]) == 0
    lines = capsys.readouterr().out.splitlines()
    fit, law = (storage.read_record(made / f"{folder}/a/b.nc").attrs for folder in ("fits", "theory"))
    spectra = [part.split()[1] for part in fit["inputs"].split(", ")]
    assert lines[0].startswith(f"{made}/figures/f.pdf: figure approach, code ")
    assert lines[1].startswith(f"  fit {fit['digest']}  fits/a/b.nc, code {fit['code_digest']}, git ")
    assert f"seed 1, 2, 3, {fit['started']}, " in lines[1]
    assert lines[2:6] == [f"    spectrum_{n + 1} {digest}: missing" for n, digest in enumerate(spectra)]
    assert lines[6] == f"  theory {law['digest']}  theory/a/b.nc, seed 1"  # planted: it tells no more
    assert lines[7] == f"    spec {law['spec']}"
    named = ", ".join(f"spectrum_{n + 1} {digest}" for n, digest in enumerate(spectra))
    assert lines[8:] == [f"missing in {made}: {named}"]


def test_tree_of_a_real_run_ends_at_its_specs(tmp_path, capsys, monkeypatch):
    """theory <- spectrum <- trajectory <- the trajectory that it began from."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "first.yaml").write_text(yaml.safe_dump(spec_data()))
    (tmp_path / "next.yaml").write_text(
        yaml.safe_dump(spec_data(**{"system.initial": {"file": "first.nc"}, "seed": 2}))
    )
    short = [
        *["--particles", "49", "--relax-steps", "10", "--sample-steps", "200", "--density-step", "0.1"]
    ]
    for command in (
        ["simulate", "first.yaml", "--out", "first.nc"],
        ["simulate", "next.yaml", "--out", "next.nc"],
        ["measure", "next.nc", "--out", "spectrum.nc"],
        ["predict", "first.yaml", "--spectrum", "spectrum.nc", "--out", "theory.nc", *short],
    ):
        assert main(command) == 0
    capsys.readouterr()
    assert main(["describe", "theory.nc", "--lineage"]) == 0
    lines = capsys.readouterr().out.splitlines()
    told = {
        name: storage.read_record(f"{name}.nc").attrs for name in ("first", "next", "spectrum", "theory")
    }
    starts = [
        f"theory {told['theory']['digest']}  theory.nc, ",
        f"  spectrum {told['spectrum']['digest']}  spectrum.nc, ",
        f"    trajectory {told['next']['digest']}  next.nc, ",
        f"      initial: trajectory {told['first']['digest']}  first.nc, ",
        f"        spec {told['first']['spec']}",
        f"      spec {told['next']['spec']}",
        "  low ",
        "  mid ",
        "  high ",
        f"  spec {told['theory']['spec']}",
    ]
    assert [line[: len(start)] for line, start in zip(lines, starts, strict=True)] == starts
    assert all(line.endswith(": a short run, made by predict and not kept") for line in lines[6:9])


def test_record_is_told_once():
    known = {}
    for digest, kind, inputs in (
        ("f1", "fit", "spectrum_1 s"),
        ("f2", "fit", "spectrum_1 s"),
        ("s", "spectrum", ""),
    ):
        told = {"kind": kind, "inputs": inputs, "code_digest": "c", "git_revision": "g", "started": "t"}
        known[digest] = Known(f"{digest}.nc", told | {"duration_s": 1.0, "seed": 1, "digest": digest})
    tree = Lineage(known)
    tree.of_origin("x.pdf", origin.Origin("claims", "c", "g", "v 1", "", (("fit", "f1"), ("fit", "f2"))))
    assert [line.strip().split("  ")[0] for line in tree.lines[1:]] == [
        "fit f1", "spectrum_1: spectrum s", "fit f2", "spectrum_1: spectrum s: above",
    ]  # fmt: skip
    assert tree.missing == []


def test_points_of_ones_own_are_not_missing():
    told = {"kind": "spectrum", "inputs": "points p", "digest": "s"}
    tree = Lineage({})
    tree.of_record("s.nc", told)
    assert tree.lines == ["spectrum s  s.nc", "  points p: given as they are, no record"]
    assert tree.missing == []


def test_records_are_found_by_their_digests_alone(make_record, tmp_path):
    """Unfinished, hidden and damaged files are passed over; a digest in another folder is not taken."""
    for name in ("good.nc", "a.nc.partial/record.nc", ".b-x.nc", "deep/er/fit.nc"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        storage.write_record(make_record("fit", S=np.full(6, float(len(name)))), tmp_path / name)
    (tmp_path / "empty.nc").write_bytes(b"")
    found = storage.find_records(tmp_path)
    assert sorted(known.path for known in found.values()) == ["deep/er/fit.nc", "good.nc"]
    assert all(known.attributes["digest"] == digest for digest, known in found.items())


def test_results_folder_is_found_from_any_file_in_it(made, tmp_path):
    for name in ("figures/f.pdf", "fits/a/b.nc", "theory/a/none.nc"):
        assert storage.results_folder(made / name) == made
    assert storage.results_folder(tmp_path / "a.nc") == tmp_path


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["none.pdf"], "none.pdf: No such file or directory"),
        (["plain.md"], "plain.md: got no origin, wanted a file of `anticorr figure`, `movie` or `claims`"),
        (["plain.md", "--digest"], "--digest: got plain.md, wanted a record"),
        (["a.nc", "--in", "."], "--in: got no --lineage, wanted both"),
        (["a.nc", "--lineage", "--in", "none"], "--in: got none, wanted a folder"),
    ],
)
def test_describe_refuses_in_words(make_record, tmp_path, monkeypatch, capsys, arguments, words):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plain.md").write_text("# Claims\n")
    storage.write_record(make_record("fit"), tmp_path / "a.nc")
    assert main(["describe", *arguments]) == 2
    told = capsys.readouterr()
    assert (told.out, told.err) == ("", f"anticorr describe: {words}\n")
