"""Every verb's help has an example, and every example works as it is written."""

import contextlib
import itertools
import os
import shutil

import pytest
import yaml

from anticorr import specs, storage
from anticorr.cli import doctor, main, movie, scales
from anticorr.stages import predict, simulate
from tests.conftest import spec_data
from tests.figures.conftest import pooled, spectrum, theory
from tests.figures.test_claims_tables import config_of
from tests.helps import WORKFLOW, arguments, commands, every_example, examples, verb
from tests.test_cli import COMPANION, TRAINING
from tests.test_doctor import SHORT

NEEDS = {"explore": "bokeh", "export": "gsd", "train": "jax", "movie": "imageio_ffmpeg"}
"""Packages of extras."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The few files that examples name, small: runs, planted records, specs."""
    made = tmp_path_factory.mktemp("examples")
    data = spec_data()
    (made / "spec.yaml").write_text(yaml.safe_dump(data))
    storage.write_record(simulate.run(specs.parse(data)), made / "traj.nc")
    for seed in (1, 2, 3):
        storage.write_record(spectrum(-0.9, seed), made / f"seed-{seed}.nc")
    storage.write_record(spectrum(-0.9), made / "spectrum.nc")
    for c, place in ((-0.9, "."), (-0.9, "of"), (0.0, "of")):
        for kind, record in (("fit", pooled(c)), ("theory", theory(c))):
            name = f"{kind}.nc" if place == "." else f"{'fits' if kind == 'fit' else kind}/c_{c:g}.nc"
            (made / name).parent.mkdir(exist_ok=True)
            storage.write_record(record, made / name)
    shutil.copytree(made / "fits", made / "results/fits")
    config_of(made)
    for name, content in (("training", TRAINING), ("companion", COMPANION)):
        (made / "docs").mkdir(exist_ok=True)
        (made / f"docs/{name}.yaml").write_text(yaml.safe_dump(content))
    (made / "config").mkdir()
    (made / "config/paper.yaml").write_text((made / "config.yaml").read_text())
    with contextlib.chdir(made):
        assert main(["figure", "approach", "fit.nc", "theory.nc", "--out", "approach.pdf"]) == 0
    return made


def marked(line):
    """Slow: JAX compiles for seconds."""
    return pytest.param(line, marks=pytest.mark.slow) if verb(line) == "train" else line


@pytest.fixture
def short(monkeypatch):
    """What examples leave to a default, made short: runs of predict, doctor, estimate; dots of movies."""
    monkeypatch.setattr(predict, "SHORT", predict.SHORT | {"relax_steps": 20, "sample_steps": 400})
    monkeypatch.setattr(doctor, "_SPEC", doctor._SPEC | SHORT)
    monkeypatch.setattr(scales, "_PROBE", scales._PROBE | SHORT)
    monkeypatch.setattr(movie, "_DOTS", dict.fromkeys(movie._DOTS, 50))


@pytest.mark.parametrize("line", [marked(line) for line in every_example() if verb(line) not in WORKFLOW])
def test_example_works_as_written(line, folder, short, tmp_path, monkeypatch, capsys):
    if verb(line) in NEEDS:
        pytest.importorskip(NEEDS[verb(line)])
    here = shutil.copytree(folder, tmp_path / "here")
    monkeypatch.chdir(here)
    before = set(os.listdir())
    words = arguments(line)
    assert main(words) == 0, capsys.readouterr().err
    outs = {out for word, out in itertools.pairwise(words) if word == "--out"}
    assert outs <= set(os.listdir()) <= before | outs


@pytest.mark.parametrize("name", commands())
def test_help_has_an_example(name, capsys):
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])
    told = capsys.readouterr()
    assert (ended.value.code, told.err) == (0, "")
    assert f"\nexample:\n  anticorr {name}" in told.out
    assert {verb(line) for line in examples(told.out)} == {name}


def test_main_help_has_an_example_of_every_command(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    told = capsys.readouterr()
    assert (ended.value.code, told.err) == (0, "")
    assert sorted(map(verb, examples(told.out))) == sorted(commands())
