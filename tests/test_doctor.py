"""anticorr doctor: what is found, what lacks, and what is wrong."""

import importlib.metadata
import itertools
import shutil

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
