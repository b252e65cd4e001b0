"""A thousand damaged configurations and specs: each is refused in words, or is another good one."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anticorr import config, specs, storage
from anticorr.cli.checks import read_spec
from anticorr.errors import InputError
from anticorr.specs import training
from tests.conftest import SMALL
from tests.mutations import changes, edited, edits, mutated
from tests.workflow.copies import EVERY_RULE

CONFIG = Path(__file__).parents[1] / "config"
TINY, SMOKE = (storage.read_config(CONFIG / f"{name}.yaml") for name in ("tiny", "smoke"))
CLAIM = {
    "statement": "s",
    "formula": "f",
    "quantity": "plateau",
    "states": ["temporal/*"],
    "tolerance": {"power": 0.2},
}
GOOD = [
    TINY,
    SMOKE | {"claims": {"one": CLAIM, "two": CLAIM | {"states": ["training/modes"]}}},
    EVERY_RULE,
    {
        "extends": "tiny.yaml",
        "set": {"base.schedule.sample_steps": "1200", "sweeps.temporal.set.system.particles": "144"},
        "sweeps": {
            "lists": {
                "linked": {"dynamics.noise.correlation": [0, -1], "schedule.relax_steps": [100, 200]},
                "grid": {"system.packing_fraction": [0.6, 0.8], "system.initial": ["random", "quenched"]},
            }
        },
    },
]  # fmt: skip
SPECS = [
    SMALL,
    SMALL | {
        "system": {
            "dimension": 3, "particles": 1000, "packing_fraction": 0.5, "initial": "lattice",
            "sizes": {"kind": "bidisperse", "ratio": 1.4},
            "potential": {"kind": "inverse_power", "exponent": 12},
        },
        "record": {"stripped": True, "modes": {"k_max": 1.2, "every": 10}},
    },
    SMALL | {
        "system": {
            "particles": 400, "packing_fraction": 0.8, "initial": {"file": "x.nc"},
            "sizes": {"kind": "gaussian", "deviation": 0.1},
        },
        "dynamics": {
            "kind": "bro", "kick_size": 0.5,
            "noise": {
                "kind": "exponential_sum", "strength": 0.1, "weights": [0.1, 0.2], "rates": [0.5, -0.2]
            },
        },
    },
    SMALL | {
        "dynamics": {
            "step_size": 0.5,
            "noise": {"kind": "fractional", "strength": 0.1, "hurst": 0.2, "band": [0.001, 1]},
        },
    },
]  # fmt: skip
LINE = re.compile(
    r"(.+: |.+, line \d+: )?(got .+(allowed|wanted).+|missing, wanted: .+|unknown key, .*allowed here: .+)"
    r"|.+: not valid YAML.*|.+: (No such file or directory|File name too long|Is a directory)"
)


def refused_in_words(read):
    """Whether data were refused, one line for each problem: a key, what was got, what is allowed."""
    try:
        read()
        return False
    except InputError as error:
        lines = error.problems
    assert lines
    for line in lines:
        assert LINE.fullmatch(line), line
        assert len(line) < 4000, line[:100]
    return True


def expanded(data):
    return config.expand(config.read(storage.completed(data, CONFIG)))


@pytest.mark.parametrize("good", GOOD)
def test_what_is_mutated_is_good(good):
    assert expanded(good)


@settings(max_examples=900)
@given(st.sampled_from(GOOD), st.lists(changes, min_size=1, max_size=3))
def test_mutated_configuration(good, changes):
    data = mutated(good, changes)
    refused_in_words(lambda: expanded(data))


@settings(max_examples=200)
@given(st.sampled_from(SPECS), st.lists(changes, min_size=1, max_size=3))
def test_mutated_spec(good, changes):
    data = mutated(good, changes)
    refused_in_words(lambda: specs.parse(data).canonical_json())


@settings(max_examples=100)
@given(st.sampled_from(sorted(SMOKE["trainings"])), st.lists(changes, min_size=1, max_size=3))
def test_mutated_training(name, changes):
    data = mutated(SMOKE["trainings"][name], changes)
    refused_in_words(lambda: training.parse(data).canonical_json())


@settings(max_examples=100)
@given(st.sampled_from(["tiny", "smoke"]), st.lists(edits, min_size=1, max_size=3))
def test_edited_file(tmp_path_factory, name, edits):
    path = tmp_path_factory.mktemp("edited", numbered=True) / "config.yaml"
    path.write_bytes(edited((CONFIG / f"{name}.yaml").read_text(), edits))
    refused_in_words(lambda: config.expand(config.read(storage.read_config(path))))


@settings(max_examples=100)
@given(st.lists(edits, min_size=1, max_size=3))
def test_edited_spec_of_the_command(tmp_path_factory, edits):
    path = tmp_path_factory.mktemp("edited", numbered=True) / "spec.yaml"
    path.write_bytes(edited((CONFIG.parent / "docs/spec.yaml").read_text(), edits))
    refused_in_words(lambda: read_spec(str(path)))
