"""Workflow configuration: addresses, specs of all runs, all problems at once."""

import contextlib
import copy
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anticorr import config, storage
from anticorr.errors import InputError
from anticorr.specs import parse
from tests.conftest import spec_data
from tests.test_specs import junk, keys
from tests.workflow.copies import EVERY_RULE

REPOSITORY = Path(__file__).parents[1]


TRAININGS = {
    "descent": {
        "problem": {"kind": "valley"},
        "descent": {"learning_rate": 0.05},
        "schedule": {"noisy_steps": 10, "record_every": 10},
        "seeds": [1],
    }
}
WAYS = "allowed: points, design, grid, linked, or grid and linked"


def data(**changes):
    """Plain data of a small valid configuration."""
    base = spec_data()
    del base["seed"]
    return {
        "base": base,
        "seeds": [3, 4],
        "lattice_start": True,
        "short_runs": {
            "particles": 49, "relax_steps": 10, "sample_steps": 200, "density_step": 0.1
        },
        "fit_k_max": 0.65,
        "fluid": {"msd_least": 5.0, "psi_6_most": 0.45},
        "sweeps": {
            "temporal": {
                "set": {"dynamics.step_size": 0.4},
                "points": [
                    {"name": "c_0", "set": {"dynamics.noise.correlation": 0.0}},
                    {"name": "c_-1", "set": {"dynamics.noise.correlation": -1.0}},
                ],
            },
            "plain": {"points": [{"name": "one"}]},
        },
        "figures": {"figure-1": {"draw": "approach", "sweep": "temporal", "snapshots": ["c_0"]}},
    } | copy.deepcopy(changes)  # fmt: skip


def expand(plain):
    return config.expand(config.read(plain))


def same(spec, plain):
    return spec.canonical_json() == parse(plain).canonical_json()


def problems(plain):
    with pytest.raises(InputError) as caught:
        expand(plain)
    return caught.value.problems


def test_every_run_has_an_address():
    runs = ["seed-3", "seed-4", "lattice"]
    points = ["temporal/c_0", "temporal/c_-1", "plain/one"]
    assert list(expand(data())) == [f"{point}/{run}" for point in points for run in runs]
    assert "plain/one/lattice" not in expand(data(lattice_start=False))


def test_random_starts_differ_in_the_seed_alone():
    specs = expand(data())
    wanted = spec_data(**{"dynamics.step_size": 0.4, "dynamics.noise.correlation": -1.0, "seed": 4})
    assert same(specs["temporal/c_-1/seed-4"], wanted)
    assert same(specs["temporal/c_-1/seed-3"], wanted | {"seed": 3})
    assert same(specs["plain/one/seed-3"], spec_data(seed=3))


def test_lattice_start_has_the_first_seed():
    wanted = spec_data(**{"seed": 3, "system.initial": "lattice"})
    assert same(expand(data())["plain/one/lattice"], wanted)


def test_a_sweep_has_its_own_seeds_and_starts():
    sweeps = {"s": {"points": [{"name": "a"}], "seeds": [9], "lattice_start": False}}
    assert list(expand(data(sweeps=sweeps, figures={}))) == ["s/a/seed-9"]


def test_grid_has_every_product():
    grid = {"dynamics.noise.correlation": [0, -1], "dynamics.batch_fraction": [0.5, 1.0]}
    specs = expand(data(sweeps={"s": {"grid": grid, "seeds": [3], "lattice_start": False}}, figures={}))
    assert list(specs) == [
        f"s/correlation_{c}_batch_fraction_{b}/seed-3" for c in (0, -1) for b in (0.5, 1.0)
    ]
    wanted = spec_data(**{"dynamics.noise.correlation": -1, "dynamics.batch_fraction": 0.5, "seed": 3})
    assert same(specs["s/correlation_-1_batch_fraction_0.5/seed-3"], wanted)


def test_design_fills_every_range_and_repeats():
    """A Latin hypercube: one value in each of the eight strata of each key."""
    ranges = {"system.packing_fraction": [0.4, 1.2], "dynamics.noise.correlation": [-1, 0]}
    sweeps = {"s": {"design": {"seed": 5, "count": 8, "ranges": ranges}, "lattice_start": False}}
    plan = config.read(data(sweeps=sweeps, figures={}))
    states = plan.sweeps["s"].states()
    assert [state.name for state in states] == list("12345678")
    for key, (low, high) in ranges.items():
        place = sorted(8 * (state.set[key] - low) / (high - low) for state in states)
        assert all(n - 0.01 <= p <= n + 1.01 for n, p in enumerate(place))
    assert states == config.read(data(sweeps=sweeps, figures={})).sweeps["s"].states()
    other = {"s": {"design": {"seed": 6, "count": 8, "ranges": ranges}, "lattice_start": False}}
    assert states != config.read(data(sweeps=other, figures={})).sweeps["s"].states()


@pytest.mark.parametrize(
    ("sweep", "line"),
    [
        ({}, f"sweeps.s.states: got none, {WAYS}"),
        (
            {"points": [{"name": "a"}], "grid": {"seed": [1]}},
            f"sweeps.s.states: got points and grid, {WAYS}",
        ),
        (
            {"points": [{"name": "a"}], "linked": {"seed": [1]}},
            f"sweeps.s.states: got points and linked, {WAYS}",
        ),
        ({"grid": {"a": []}}, "sweeps.s.grid.a: got no values, allowed: one or more"),
        ({"grid": {"a": [1, 1]}}, "sweeps.s.grid.a: got 1 twice, allowed: each once"),
        (
            {"design": {"seed": 1, "count": 3, "ranges": {"a": [2, 1]}}},
            "sweeps.s.design.ranges.a: got [2.0, 1.0], allowed: [lowest, highest] with lowest < highest",
        ),
    ],
)
def test_states_given_badly_are_refused(sweep, line):
    assert problems(data(figures={}, sweeps={"s": sweep})) == (line,)


def test_short_runs_that_cannot_be_are_refused_before_anything_runs():
    short = {"particles": 49, "relax_steps": 10, "sample_steps": 200, "density_step": 0.2}
    (line,) = problems(data(figures={}, short_runs=short, sweeps={"s": {"points": [{"name": "a", "set": {
        "system.packing_fraction": 2.9}}]}}))  # fmt: skip
    assert line.startswith("s/a/short runs: system.packing_fraction: got 3.48")


def test_seed_of_a_sweep_is_refused():
    sweeps = {"s": {"set": {"seed": 1}, "points": [{"name": "a"}]}}
    (line,) = problems(data(sweeps=sweeps, figures={}))
    assert line == "s/a/seed-3: seed: got 1, allowed: none here (see seeds)"


def test_point_wins_over_sweep_and_leaves_the_base_alone():
    sweeps = {
        "s": {
            "set": {"dynamics.step_size": 0.1},
            "points": [{"name": "a", "set": {"dynamics.step_size": 0.2}}, {"name": "b"}],
        }
    }
    plain = data(sweeps=sweeps, figures={})
    before = copy.deepcopy(plain)
    specs = expand(plain)
    assert specs["s/a/seed-3"].dynamics.step_size == 0.2
    assert specs["s/b/seed-3"].dynamics.step_size == 0.1
    assert plain == before


def test_problems_of_all_runs_come_at_once_with_their_addresses():
    plain = data(figures={"f": {"draw": "approach", "sweep": "nowhere"}})
    plain["sweeps"]["temporal"]["points"][0]["set"]["dynamics.noise.correlation"] = -1.2
    plain["sweeps"]["plain"]["set"] = {"system.particles": 65}
    lines = problems(plain)
    addresses = [line.split(": ")[0] for line in lines]
    assert addresses.count("temporal/c_0/seed-3") == 1
    assert not [address for address in addresses if address.startswith("temporal/c_-1")]
    # 65 is no square: the lattice run alone is bad. A state that is bad itself is named once.
    assert addresses.count("plain/one/lattice") == 1
    assert addresses[-1] == "figures.f.sweep"


def test_unknown_sweep_and_snapshot_of_a_figure_are_refused():
    figures = {
        "f": {"draw": "approach", "sweep": "nowhere"},
        "g": {"draw": "approach", "sweep": "temporal", "snapshots": ["c_0", "c_7"]},
    }
    assert problems(data(figures=figures)) == (
        "figures.f.sweep: got 'nowhere', allowed: temporal, plain",
        "figures.g.snapshots: got 'c_7', did you mean c_0? allowed: c_0, c_-1",
    )


@pytest.mark.parametrize(
    ("changes", "address"),
    [
        ({"seeds": [1, 1]}, "seeds"),
        ({"sweeps": {"s": {"points": [{"name": "a"}, {"name": "a"}]}}}, "sweeps.s"),
    ],
)
def test_two_runs_of_one_address_are_refused(changes, address):
    assert problems(data(figures={}, **changes))[0].startswith(address)


@pytest.mark.parametrize("name", ["..", ".", "a/b", ""])
def test_names_that_are_no_folder_names_are_refused(name):
    points = [{"name": "a"}]
    assert problems(data(figures={}, sweeps={name: {"points": points}}))
    assert problems(data(figures={}, sweeps={"s": {"points": [{"name": name}]}}))


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"seeds": []}, "seeds"),
        ({"seeds": ["x"]}, "seeds.0"),
        ({"fit_k_max": 0}, "fit_k_max"),
        ({"colour": 1}, "colour"),
        ({"fluid": 3}, "fluid"),
        ({"sweeps": {"s": 3}}, "sweeps.s"),
        ({"sweeps": {"s": {"points": [{"name": "a", "colour": 1}]}}}, "sweeps.s.points.0.colour"),
        ({"figures": 3}, "figures"),
        ({"figures": {"f": {"draw": "approach"}}}, "figures.f.sweep"),
        ({"figures": {"f": {"draw": "approach", "sweep": 3}}}, "figures.f.sweep"),
        ({"sweeps": {"s": {"points": [{"name": "a"}], "seeds": []}}}, "sweeps.s.seeds"),
        ({"sweeps": {"s": {"points": [{"name": "a"}], "seeds": [-1]}}}, "sweeps.s.seeds.0"),
        ({"sweeps": {"seeds": {"points": [{"name": "a"}], "sets": {}}}}, "sweeps.seeds.sets"),
        ({"results": "my folder"}, "results"),
        ({"results": "results/{name}"}, "results"),
        ({"trainings": TRAININGS, "sweeps": {"training": {"points": [{"name": "a"}]}}}, "sweeps"),
    ],
)
def test_bad_value_is_reported_with_its_key(changes, key):
    (line,) = problems(data(**({"figures": {}} | changes)))
    assert line.startswith(f"{key}: ")


@pytest.mark.parametrize(
    "changes",
    [
        {"system": 3},
        {"system.packing_fraction": "dense"},
        {"system.packing_fraction": None},
        {"system.particles": "many"},
        {"schedule": None},
        {"dynamics.noise": 3},
        {"seed.first": 1},
        {"": 1},
    ],
)
def test_bad_base_is_reported_with_the_address(changes):
    sweeps = {"s": {"set": changes, "points": [{"name": "a"}]}}
    assert problems(data(figures={}, sweeps=sweeps))[0].startswith("s/a/")


@given(
    st.dictionaries(
        st.sampled_from(list(data())), junk | st.dictionaries(keys, st.dictionaries(keys, junk))
    )
)
def test_junk_is_refused_in_words(changes):
    with contextlib.suppress(InputError):
        assert expand(data(**changes))


def test_configurations_of_the_repository_expand():
    files = sorted((REPOSITORY / "config").glob("*.yaml"))
    assert REPOSITORY / "config" / "config.yaml" in files
    for file in files:
        assert expand(storage.read_config(file))


@pytest.mark.parametrize("seeds", [[3], [3, 5]])
def test_landscapes_need_seeds_that_follow_each_other(seeds):
    """Their replicas are counted from the first seed on, also where the seeds are those of the scale."""
    sweeps = {"s": {"points": [{"name": "a"}], "ends": "landscape"}}
    (line,) = problems(data(figures={}, sweeps=sweeps, seeds=seeds))
    assert line == (
        f"sweeps.s.seeds: got {seeds}, allowed with ends 'landscape': two or more consecutive numbers"
    )


def test_what_is_wrong_with_many_runs_is_told_once():
    plain = data(figures={})
    plain["base"]["dynamics"]["nois"] = 1
    (line,) = problems(plain)
    assert line.startswith(
        "temporal/c_0/seed-3 and 2 more: dynamics.nois: unknown key, did you mean noise?"
    )


def test_value_of_a_point_wins_over_a_section_of_its_sweep():
    """Whatever the order in which keys stand: sections come before the keys inside them."""
    noise = {"kind": "ma1", "strength": 0.2, "correlation": -1.0}
    sweeps = {
        "s": {
            "set": {"dynamics.noise.strength": 0.1},
            "points": [{"name": "a", "set": {"dynamics.noise.strength": 0.5, "dynamics.noise": noise}}],
        }
    }
    assert expand(data(figures={}, sweeps=sweeps))["s/a/seed-3"].dynamics.noise.strength == 0.5


def test_sections_that_share_an_anchor_change_alone():
    """`&one` and `*one` are one object after YAML."""
    plain = data(figures={}, lattice_start=False)
    shared = {"kind": "harmonic"}
    plain["base"]["system"]["potential"] = plain["base"]["system"]["sizes"] = shared
    changed = {"system.sizes": {"kind": "uniform"}, "system.sizes.half_width": 0.1}
    plain["sweeps"] = {"s": {"set": changed, "points": [{"name": "a"}]}}
    system = expand(plain)["s/a/seed-3"].system
    assert (system.potential.kind, system.sizes.kind) == ("harmonic", "uniform")
    assert shared == {"kind": "harmonic"}


@pytest.mark.parametrize("name", ["a/b", 5, ".hidden", ""])
@pytest.mark.parametrize("section", ["sweeps", "trainings", "companions", "figures", "claims"])
def test_a_name_that_cannot_be_one_of_a_file_is_refused(section, name):
    data = storage.completed(EVERY_RULE, REPOSITORY / "config")
    data[section] = {name: next(iter(data[section].values()))}
    with pytest.raises(InputError) as caught:
        config.read(data)
    [problem] = [line for line in caught.value.problems if line.startswith(f"{section}: ")]
    allowed = "letters, digits and _ . + -, not starting with a dot, at most 200"
    assert problem == f"{section}: got {name!r}, allowed: {allowed}"
