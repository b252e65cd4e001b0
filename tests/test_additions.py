"""What is added stands everywhere that it must: the lists of ARCHITECTURE.md, "To add". A place that was
forgotten is named."""

import importlib
import re
from pathlib import Path

import numpy as np
import pytest
import yaml

import anticorr
from anticorr import config, costs, variables
from anticorr.engine import potentials
from anticorr.noise import filters
from anticorr.specs import companion, dynamics, system
from anticorr.wording import members
from tests.engine.systems import POTENTIALS
from tests.naive import twins
from tests.noise.test_filters import EXAMPLES
from tests.test_models_page import kinds

ROOT = Path(__file__).parents[1]
PACKAGE = Path(anticorr.__file__).parent


def lacking(wanted, **places):
    """A line for every name that a place lacks, or has alone; the keys are its words, _ for a space."""
    return [
        f"{where}: {problem} {name!r}"
        for where, names in places.items()
        for problem, found in (("lacks", set(wanted) - set(names)), ("alone has", set(names) - set(wanted)))
        for name in sorted(found)
    ]


def test_a_name_that_lacks_is_told():
    assert lacking(["a", "b"], here=["b", "c"]) == ["here: lacks 'a'", "here: alone has 'c'"]


def test_noises_are_in_all_places():
    assert (
        lacking(
            kinds(dynamics.Noise),
            **{
                "KINDS of noise/filters.py": filters.KINDS,
                "EXAMPLES of tests/noise/test_filters.py": [made.kind for made in EXAMPLES],
            },
        )
        == []
    )


def test_potentials_are_in_all_places():
    used = [one.get("potential", {"kind": "harmonic"})["kind"] for one in POTENTIALS.values()]
    wanted = kinds(system.Potential)
    assert (
        lacking(
            wanted,
            **{
                "KINDS of engine/potentials/__init__.py": potentials.KINDS,
                "POTENTIALS of tests/engine/systems.py": used,
            },
        )
        == []
    )


@pytest.mark.parametrize("name", POTENTIALS)
def test_curvature_of_a_potential_is_the_slope_of_its_force(name):
    """From differences of the force of the naive twin, which knows no curvature."""
    section = {"kind": "harmonic"} | POTENTIALS[name].get("potential", {})
    model = members(system.Potential)[section["kind"]].model_validate(section)
    cutoff, exponent = getattr(model, "cutoff", 1.0), getattr(model, "exponent", 0.0)
    ratio = cutoff * np.array([0.7, 0.8, 0.9, 0.97])
    found, step = np.zeros(4), 1e-6
    number = potentials.KINDS.index(section["kind"])
    potentials.evaluate_curvature(number, exponent, 4, ratio, found)
    force = [[twins.potential(model, x + sign * step)[1] for x in ratio] for sign in (-1, 1)]
    np.testing.assert_allclose(found, (np.array(force[0]) - force[1]) / (2 * step), rtol=1e-6)


def test_figures_are_in_all_places():
    modules = [p.stem for p in (PACKAGE / "figures").glob("*.py") if "\ndef draw(*records" in p.read_text()]
    plan = yaml.safe_load((ROOT / "config/config.yaml").read_text())
    assert lacking(modules, **{"FIGURES of config.py": config.FIGURES.values()}) == []
    drawn = {figure["draw"] for figure in plan["figures"].values()}
    assert lacking(config.FIGURES, **{"figures of config/config.yaml": drawn}) == []


def test_companions_are_in_all_places():
    stages = [p.stem for p in (PACKAGE / "stages").glob("*.py") if p.stem in companion.KINDS]
    plan = yaml.safe_load((ROOT / "config/config.yaml").read_text())
    page = (ROOT / "docs/contract.md").read_text()
    assert (
        lacking(
            companion.KINDS,
            **{
                "COMPANIONS of variables/__init__.py": variables.COMPANIONS,
                "modules of stages/": stages,
                "companions of config/config.yaml": {one["kind"] for one in plan["companions"].values()},
                "docs/contract.md": [kind for kind in companion.KINDS if f"- {kind} (a companion)" in page],
            },
        )
        == []
    )


@pytest.mark.parametrize("kind", companion.KINDS)
def test_a_companion_runs_and_says_what_it_takes(kind):
    assert callable(importlib.import_module(f"anticorr.stages.{kind}").run)
    cost = costs.companion(companion.parse({"kind": kind, "seed": 1}))
    assert cost.seconds > 0
    assert cost.memory > 0


def test_variables_of_particles_are_in_the_contract():
    """By themselves, or as what the error is of."""
    page = (ROOT / "docs/contract.md").read_text()
    names = {name for kind in ("spectrum", "fit", "theory") for name in variables.KINDS[kind]}
    told = {name for name in names if re.search(rf"\b({name}|{name.removesuffix('_err')})\b", page)}
    assert lacking(names, **{"docs/contract.md": told}) == []
