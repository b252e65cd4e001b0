"""Values laid over a configuration: by dotted keys, from `set`, from words of a command line."""

from pathlib import Path

import pytest

from anticorr import config, storage
from anticorr.errors import InputError
from anticorr.overrides import overridden
from anticorr.reference import OVERRIDES
from tests.test_config import data

CONFIG = Path(__file__).parents[1] / "config"


def problems(read):
    with pytest.raises(InputError) as caught:
        read()
    return caught.value.problems


def expanded(changes):
    return config.expand(config.read(overridden(data(), changes)))


def test_values_of_base_sweeps_and_scale_are_replaced():
    specs = expanded(
        {
            "seeds": [7],
            "base.schedule.sample_steps": 160,
            "sweeps.temporal.set.system.particles": 144,
            "sweeps.plain.lattice_start": False,
        }
    )
    assert list(specs) == [
        "temporal/c_0/seed-7", "temporal/c_0/lattice", "temporal/c_-1/seed-7", "temporal/c_-1/lattice",
        "plain/one/seed-7",
    ]  # fmt: skip
    assert {spec.schedule.sample_steps for spec in specs.values()} == {160}
    assert specs["temporal/c_0/seed-7"].system.particles == 144
    assert specs["temporal/c_0/seed-7"].dynamics.step_size == 0.4  # what stood in `set` stays
    assert specs["plain/one/seed-7"].system.particles == 64


def test_what_is_given_stays_as_it_was():
    plain = data()
    overridden(plain, {"base.schedule.sample_steps": 160, "seeds": [7], "sweeps.temporal.set.seed": 1})
    assert plain == data()


def test_only_one_of_several_that_share_an_anchor_changes():
    shared = {"learning_rate": 0.05}
    plain = {"trainings": {"one": {"descent": shared}, "two": {"descent": shared}}}
    made = overridden(plain, {"trainings.two.descent.learning_rate": 0.1})
    assert made["trainings"]["one"]["descent"] == {"learning_rate": 0.05}
    assert made["trainings"]["two"]["descent"] == {"learning_rate": 0.1}


@pytest.mark.parametrize(
    ("key", "path"),
    [
        ("trainings.private-0.025.seeds", ["trainings", "private-0.025", "seeds"]),
        ("trainings.private-0.seeds", ["trainings", "private-0", "seeds"]),
        ("sweeps.set.seeds", ["sweeps", "set", "seeds"]),
        ("sweeps.s.set.a.b", ["sweeps", "s", "set", "a.b"]),
        ("sweeps.s.grid.a.b", ["sweeps", "s", "grid", "a.b"]),
        ("sweeps.s.linked.a.b", ["sweeps", "s", "linked", "a.b"]),
        ("sweeps.s.design.ranges.a.b", ["sweeps", "s", "design", "ranges", "a.b"]),
        ("sweeps.new", ["sweeps", "new"]),
        ("base.record.modes.k_max", ["base", "record", "modes", "k_max"]),
    ],
)
def test_where_a_dotted_key_leads(key, path):
    plain = {
        "base": {},
        "sweeps": {"s": {"design": {}}, "set": {}},
        "trainings": {"private-0": {}, "private-0.025": {}},
    }
    made = overridden(plain, {key: "here"})
    for name in path:
        made = made[name]
    assert made == "here"


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        (
            {"sweeps.tempral.seeds": [1]},
            "sweeps.tempral.seeds: unknown key, did you mean temporal? allowed here: temporal, plain",
        ),
        ({"claims.one.note": "x"}, "claims.one.note: unknown key, allowed here: none"),
        ({"seeds.0": 1}, "seeds.0: got a value at 'seeds', allowed: a section of keys"),
        ({"bas.schedule": 1}, "bas: unknown key, did you mean base? allowed here: results, base, seeds, "),
        ({"fluid.msd": 1}, "fluid.msd: unknown key, "),
        (
            {"base.schedule.sampel_steps": 1},
            "temporal/c_0/seed-3 and 2 more: schedule.sampel_steps: unknown key, did you mean sample_steps",
        ),
        (
            {"base.schedule.sample_steps": "many"},
            "temporal/c_0/seed-3 and 2 more: schedule.sample_steps: got 'many', allowed: a whole number",
        ),
        ({"fit_k_max": None}, "fit_k_max: got None, allowed: a finite number > 0"),
        ({"": 1}, "'': unknown key"),
    ],
)
def test_bad_overrides_are_refused(changes, line):
    (told,) = problems(lambda: expanded(changes))
    assert told.startswith(line)


def test_bad_overrides_are_refused_all_at_once():
    changes = {"sweeps.a.seeds": 1, "figures.b.draw": 1, "seeds.x": 1}
    assert [line.split(":")[0] for line in problems(lambda: expanded(changes))] == list(changes)


def test_overrides_of_the_reference_change_the_smoke_scale():
    plain = storage.read_config(CONFIG / "smoke.yaml")
    before = config.read(plain)
    for key, value, _ in OVERRIDES:
        changes = storage.read_changes([f"{key}={value}"])
        after = config.read(overridden(plain, changes))
        assert config.expand(after)
        assert after != before


def test_words_of_a_command_line_are_keys_and_yaml():
    words = [
        "seeds=[1, 2]",
        "base.system.dimension=3",
        "results=a=b",
        "fit_k_max=1e-2",
        "sweeps.s={points: []}",
    ]
    assert storage.read_changes(words) == {
        "seeds": [1, 2], "base.system.dimension": 3, "results": "a=b", "fit_k_max": "1e-2",
        "sweeps.s": {"points": []},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["seeds"], "'seeds': got no key and value, wanted: KEY=VALUE"),
        (["=1"], "'=1': got no key and value, wanted: KEY=VALUE"),
        (["seeds=[1"], "'seeds=[1', line 1: not valid YAML"),
        (["a={b: 1, b: 2}"], "'a={b: 1, b: 2}', line 1: got key 'b' twice, allowed: each once"),
        (["a=1", "a=2"], "a: got a value twice, allowed: each once"),
    ],
)
def test_words_that_are_no_changes_are_refused(words, line):
    (told,) = problems(lambda: storage.read_changes(words))
    assert told.startswith(line)


def test_set_comes_last_and_its_text_is_yaml():
    """As Snakemake hands on `--config set='{...}'`: every value as text."""
    changes = {"base.schedule.sample_steps": "1200", "seeds": ["1", "2"], "lattice_start": "false"}
    changes |= {"base.record": {"modes": "null"}, "results": "results/x", "fluid": {"psi_6_most": ".5"}}
    made = storage.completed({"extends": "tiny.yaml", "seeds": [9], "set": changes}, CONFIG)
    assert (made["seeds"], made["lattice_start"], made["results"]) == ([1, 2], False, "results/x")
    assert made["base"]["schedule"] == {"relax_steps": 100, "sample_steps": 1200, "sample_every": 20}
    assert made["base"]["record"] == {"modes": None}
    assert made["fluid"] == {"psi_6_most": 0.5}  # a section is replaced as a whole


@pytest.mark.parametrize(
    ("plain", "line"),
    [
        ({"set": 3}, "set: got 3, allowed: a mapping of dotted keys to values"),
        ({"extends": 3}, "extends: got 3, allowed: name of a file"),
        ({"set": {"sweeps.a.seeds": 1}, "sweeps": {}}, "sweeps.a.seeds: unknown key, allowed here: none"),
    ],
)
def test_set_and_extends_that_cannot_be_are_refused(plain, line):
    assert problems(lambda: storage.completed(plain, CONFIG)) == (line,)
