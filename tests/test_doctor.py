"""anticorr doctor: what is found, what lacks, and what is wrong."""

import importlib.metadata
import itertools
import shutil
import sys

import pytest

from anticorr.cli import doctor, main

SHORT = {
    "system": {"particles": 256, "packing_fraction": 0.8},
    "schedule": {"relax_steps": 0, "sample_steps": 100, "sample_every": 100},
}


@pytest.fixture
def quick(monkeypatch):
    """A shorter run."""
    monkeypatch.setattr(doctor, "_SPEC", doctor._SPEC | SHORT)


def told(capsys):
    code = main(["doctor"])
    out = capsys.readouterr()
    return code, [line.split(None, 2) for line in out.out.splitlines()], out.err


def test_everything_is_looked_at(quick, capsys):
    code, lines, _ = told(capsys)
    assert code == 0
    assert {name for _, name, _ in lines} == set(doctor._LOOKS)
    assert {state for state, *_ in lines} <= {"ok", "-"}
    packages = [words for _, name, words in lines if name == "packages"]
    assert packages[0].startswith("core: ")
    assert f"numpy {importlib.metadata.version('numpy')}" in packages[0]
    assert any("the same bits on 1 and " in words for *_, words in lines)


def test_what_lacks_is_told_with_what_brings_it(quick, capsys, monkeypatch):
    version = doctor._version
    monkeypatch.setattr(doctor, "_version", lambda name: None if name == "jax" else version(name))
    which = shutil.which
    monkeypatch.setattr(doctor.shutil, "which", lambda name: None if name == "sbatch" else which(name))
    code, lines, _ = told(capsys)
    assert code == 0
    lacking = [words for state, _, words in lines if state == "-"]
    assert any(words == "learning: no jax; wanted: pip install 'anticorr[learning]'" for words in lacking)
    assert any(words.startswith("no sbatch: a SLURM cluster") for words in lacking)


def test_what_is_wrong_ends_in_words_and_in_code_1(capsys, monkeypatch):
    monkeypatch.setattr(doctor, "_LOOKS", {"disk": doctor._disk})
    monkeypatch.setattr(doctor.os, "access", lambda *_: False)
    code, lines, err = told(capsys)
    assert code == 1
    assert all(state == "wrong" and words.endswith("cannot be written") for state, _, words in lines)
    assert err == "anticorr doctor: wrong here: disk; wanted: as the lines above say\n"


def test_other_bits_are_wrong(quick, monkeypatch, capsys):
    from anticorr import provenance

    digests = itertools.count()
    monkeypatch.setattr(provenance, "content_digest", lambda record: str(next(digests)))
    code, lines, _ = told(capsys)
    assert code == 1
    assert any(state == "wrong" and words.startswith("other bits on") for state, _, words in lines)


def looked(name, monkeypatch, capsys):
    """Exit code and (state, words) of one look."""
    monkeypatch.setattr(doctor, "_LOOKS", {name: doctor._LOOKS[name]})
    code, lines, _ = told(capsys)
    return code, [(state, words) for state, _, words in lines]


def test_caches_are_told_with_their_size(tmp_path, monkeypatch, capsys):
    from anticorr import accelerate

    monkeypatch.setattr(accelerate, "_CACHE_FOLDER", str(tmp_path / "kernels-new"))
    monkeypatch.delenv("SNAKEMAKE_OUTPUT_CACHE", raising=False)
    code, lines = looked("caches", monkeypatch, capsys)
    assert code == 0
    assert [state for state, _ in lines] == ["-", "-"]
    assert "none yet in" in lines[0][1]

    for name, size in (
        ("kernels-new/engine/a.nbi", 1_500_000),
        ("kernels-old/b.nbi", 700_000),
        ("r/x", 99_000),
    ):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_bytes(b"0" * size)
    monkeypatch.setenv("SNAKEMAKE_OUTPUT_CACHE", str(tmp_path / "r"))
    code, lines = looked("caches", monkeypatch, capsys)
    assert code == 0
    assert [state for state, _ in lines] == ["ok"] * 3
    for size, (_, words) in zip(("1.5 MB", "0.7 MB in 1 more", "0.1 MB"), lines, strict=True):
        assert f": {size}" in words


def test_a_shared_cache_that_cannot_be_used_is_wrong(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("SNAKEMAKE_OUTPUT_CACHE", str(tmp_path / "none"))
    code, lines = looked("caches", monkeypatch, capsys)
    assert code == 1
    assert ("wrong", f"SNAKEMAKE_OUTPUT_CACHE: got {tmp_path}/none, wanted a folder; make it") in lines
    monkeypatch.setenv("SNAKEMAKE_OUTPUT_CACHE", str(tmp_path))
    monkeypatch.setattr(doctor.os, "access", lambda *_: False)
    code, lines = looked("caches", monkeypatch, capsys)
    assert code == 1
    assert ("wrong", f"SNAKEMAKE_OUTPUT_CACHE: {tmp_path} cannot be written") in lines


@pytest.mark.parametrize(
    ("sinfo", "state", "words"),
    [
        ("echo 'short|up|2|1:00:00'; echo 'long|down|8|infinite'", "ok",
         "partitions: short (up, nodes 2, time limit 1:00:00), long (down, nodes 8, time limit infinite)"),
        ("echo 'sinfo: error: lost' >&2; echo 'sinfo: fatal: no host' >&2; exit 1", "-",
         "but no cluster answers: sinfo: fatal: no host"),
        ("exec tail -f /dev/null", "-", "but sinfo gave no answer in 0.05 s"),
        (None, "-", "but no sinfo (No such file or directory)"),
    ],
)  # fmt: skip
def test_cluster_is_asked_for_its_partitions(sinfo, state, words, tmp_path, monkeypatch, capsys):
    for name, script in (("sbatch", ""), ("sinfo", sinfo)):
        if script is not None:
            (tmp_path / name).write_text(f"#!/bin/sh\nPATH=/usr/bin:/bin\n{script}\n")
            (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(doctor, "_PATIENCE", 0.05 if "tail" in (sinfo or "") else 20.0)
    code, [(found, said)] = looked("cluster", monkeypatch, capsys)
    assert (code, found) == (0, state)
    assert said.startswith(f"sbatch: {tmp_path}/sbatch")
    assert said.endswith(words)


def test_lacking_ffmpeg_is_no_fault(monkeypatch, capsys):
    monkeypatch.setenv("PATH", "")
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", None)
    code, lines = looked("programs", monkeypatch, capsys)
    assert code == 0
    assert ("-", "no ffmpeg: movies as .mp4; wanted: pip install 'anticorr[movie]'") in lines
