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
from tests.workflow.test_slurm import EVERY_RULE

ROOT = Path(__file__).parents[1]
PACKAGE = Path(anticorr.__file__).parent


def in_all(wanted, places):
    """Every name stands in every place, and no other; fails with a line for each that does not."""
    lines = [
        f"{where}: {problem} {name!r}"
        for where, names in places.items()
        for problem, found in (("lacks", set(wanted) - set(names)), ("alone has", set(names) - set(wanted)))
        for name in sorted(found)
    ]
    if lines:
        pytest.fail("\n".join(lines), pytrace=False)


def scale():
    return yaml.safe_load((ROOT / "config/config.yaml").read_text())


def contract():
    return (ROOT / "docs/contract.md").read_text()


def test_a_place_that_was_forgotten_is_named():
    in_all(["a", "b"], {"there": ["b", "a"]})
    with pytest.raises(pytest.fail.Exception) as caught:
        in_all(["a", "b"], {"there": ["a", "b"], "here": ["b", "c"]})
    assert str(caught.value) == "here: lacks 'a'\nhere: alone has 'c'"


def test_noises():
    places = {
        "KINDS of noise/filters.py": filters.KINDS,
        "EXAMPLES of tests/noise/test_filters.py": [made.kind for made in EXAMPLES],
    }
    in_all(members(dynamics.Noise), places)


def test_potentials():
    used = [one.get("potential", {"kind": "harmonic"})["kind"] for one in POTENTIALS.values()]
    places = {
        "KINDS of engine/potentials/__init__.py": potentials.KINDS,
        "POTENTIALS of tests/engine/systems.py": used,
    }
    in_all(members(system.Potential), places)


@pytest.mark.parametrize("name", POTENTIALS)
def test_curvature_of_a_potential_is_the_slope_of_its_force(name):
    """From differences of the force of the naive twin, which knows no curvature."""
    section = {"kind": "harmonic"} | POTENTIALS[name].get("potential", {})
    model = members(system.Potential)[section["kind"]].model_validate(section)
    cutoff, exponent = getattr(model, "cutoff", 1.0), getattr(model, "exponent", 0.0)
    ratio, found, step = cutoff * np.array([0.7, 0.8, 0.9, 0.97]), np.zeros(4), 1e-6
    potentials.evaluate_curvature(potentials.KINDS.index(model.kind), exponent, 4, ratio, found)
    closer, farther = ([twins.potential(model, x)[1] for x in ratio + off] for off in (-step, step))
    np.testing.assert_allclose(found, np.subtract(closer, farther) / (2 * step), rtol=1e-6)


def test_figures():
    sources = (PACKAGE / "figures").glob("*.py")
    drawing = [path.stem for path in sources if "\ndef draw(*records" in path.read_text()]
    in_all(drawing, {"FIGURES of config.py": config.FIGURES.values()})
    drawn = [figure["draw"] for figure in scale()["figures"].values()]
    in_all(config.FIGURES, {"figures of config/config.yaml": drawn})


def test_companions():
    rules = EVERY_RULE["companions"].values()
    places = {
        "COMPANIONS of variables/__init__.py": variables.COMPANIONS,
        "companions of config/config.yaml": [one["kind"] for one in scale()["companions"].values()],
        "EVERY_RULE of tests/workflow/test_slurm.py": [one["kind"] for one in rules],
        "records of docs/contract.md": re.findall(r"^- (\w+) \(a companion\)", contract(), re.MULTILINE),
    }
    in_all(companion.KINDS, places)


@pytest.mark.parametrize("kind", companion.KINDS)
def test_a_companion_runs_and_says_what_it_takes(kind):
    assert callable(importlib.import_module(f"anticorr.stages.{kind}").run)
    cost = costs.companion(companion.parse({"kind": kind}))
    assert cost.seconds > 0
    assert cost.memory > 0


def test_observables():
    """By themselves, or as what the error is of."""
    names = {name for kind in ("spectrum", "fit", "theory") for name in variables.KINDS[kind]}
    page = contract()
    told = [name for name in names if re.search(rf"\b({name}|{name.removesuffix('_err')})\b", page)]
    in_all(names, {"docs/contract.md": told})
