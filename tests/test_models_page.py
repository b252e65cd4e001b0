"""docs/models.md: its YAML is part of valid specs that run, its Python runs, no model is left out."""

import re
import typing
from pathlib import Path

import numpy as np
import pytest
import yaml

from anticorr.specs import dynamics, parse, system

PAGE = Path(__file__).parents[1] / "docs/models.md"
BASE = {
    "system": {"particles": 64, "packing_fraction": 0.8},
    "dynamics": {"step_size": 0.1, "noise": {"kind": "white", "strength": 0.01}},
    "schedule": {"relax_steps": 0, "sample_steps": 20, "sample_every": 10},
    "seed": 1,
}


def blocks(language):
    """(line, text) of every block of a language."""
    page = PAGE.read_text()
    return [
        pytest.param(found[1], id=f"line {page[: found.start()].count(chr(10)) + 1}")
        for found in re.finditer(rf"^```{language}\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    ]


def merged(base, changes):
    """`base` with nested keys changed; a section that says its kind takes the place of the old one."""
    made = dict(base)
    for key, value in changes.items():
        section = isinstance(value, dict) and "kind" not in value and isinstance(made.get(key), dict)
        made[key] = merged(made[key], value) if section else value
    return made


def kinds(union):
    """Values of `kind` of the models of a tagged union."""
    if typing.get_origin(union) is typing.Annotated:
        union = typing.get_args(union)[0]
    return {typing.get_args(model.model_fields["kind"].annotation)[0] for model in typing.get_args(union)}


def used_kinds(data):
    """Every `kind` in nested data."""
    if not isinstance(data, dict):
        return set()
    own = {data["kind"]} if "kind" in data else set()
    return own.union(*(used_kinds(value) for value in data.values()))


@pytest.mark.parametrize("text", blocks("yaml"))
def test_yaml_is_part_of_a_spec_that_runs(text, tmp_path, monkeypatch):
    from anticorr.cli import main

    monkeypatch.chdir(tmp_path)
    data = merged(BASE, yaml.safe_load(text))
    spec = parse(data)
    if isinstance(spec.system.initial, system.FromFile):
        points = np.random.default_rng(1).random((spec.system.particles, spec.system.dimension))
        np.save(spec.system.initial.file, points * spec.system.box_side)
    Path("spec.yaml").write_text(yaml.safe_dump(data))
    assert main(["simulate", "spec.yaml", "--out", "traj.nc"]) == 0


@pytest.mark.parametrize("text", blocks("python"))
def test_python_runs(text):
    exec(compile(text, "<block>", "exec"), {})


def test_every_model_has_its_yaml():
    """A kind in the spec models that no block of the page uses fails here: write its section."""
    data = [yaml.safe_load(block.values[0]) for block in blocks("yaml")]
    known = set.union(*map(kinds, (dynamics.Dynamics, dynamics.Noise, system.Potential, system.Sizes)))
    assert set.union(*map(used_kinds, data)) == known
    starts = {str(fragment.get("system", {}).get("initial")) for fragment in data}
    assert set(typing.get_args(system.Named)) <= starts
    assert any(start.startswith("{'file'") for start in starts)
    selections = typing.get_args(dynamics.Gradient.model_fields["batch_selection"].annotation)
    assert set(selections) <= {fragment.get("dynamics", {}).get("batch_selection") for fragment in data}


def test_every_kind_is_named_in_the_text():
    text = PAGE.read_text()
    for union in (dynamics.Dynamics, dynamics.Noise, system.Potential, system.Sizes):
        for kind in kinds(union):
            assert f"`{kind}`" in text, kind
