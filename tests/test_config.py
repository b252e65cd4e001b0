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

REPOSITORY = Path(__file__).parents[1]


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


def problems(plain):
    with pytest.raises(InputError) as caught:
        expand(plain)
    return caught.value.problems


def test_every_run_has_an_address():
    runs = ["seed-3", "seed-4", "lattice", "low", "mid", "high"]
    points = ["temporal/c_0", "temporal/c_-1", "plain/one"]
    assert list(expand(data())) == [f"{point}/{run}" for point in points for run in runs]
    assert "plain/one/lattice" not in expand(data(lattice_start=False))


def test_random_starts_differ_in_the_seed_alone():
    specs = expand(data())
    wanted = spec_data(**{"dynamics.step_size": 0.4, "dynamics.noise.correlation": -1.0, "seed": 4})
    assert specs["temporal/c_-1/seed-4"] == parse(wanted)
    assert specs["temporal/c_-1/seed-3"] == parse(wanted | {"seed": 3})
    assert specs["plain/one/seed-3"] == parse(spec_data(seed=3))


def test_lattice_start_has_the_first_seed():
    assert expand(data())["plain/one/lattice"] == parse(
        spec_data(**{"seed": 3, "system.initial": "lattice"})
    )


def test_short_runs_step_the_density():
    specs = expand(data())
    for n, (run, fraction) in enumerate((("low", 0.72), ("mid", 0.8), ("high", 0.88))):
        spec = specs[f"temporal/c_0/{run}"]
        assert spec.system.packing_fraction == pytest.approx(fraction, rel=1e-12)
        assert (spec.system.particles, spec.system.initial, spec.seed) == (
            49, "random", 3 + (n + 1) * 2**40,
        )  # fmt: skip
        assert (spec.schedule.relax_steps, spec.schedule.sample_steps) == (10, 200)
        assert spec.dynamics == specs["temporal/c_0/seed-3"].dynamics


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
    assert "plain/one/low" not in addresses
    assert addresses[-1] == "figures.f.sweep"


def test_unknown_sweep_and_snapshot_of_a_figure_are_refused():
    figures = {
        "f": {"draw": "approach", "sweep": "nowhere"},
        "g": {"draw": "approach", "sweep": "temporal", "snapshots": ["c_0", "c_7"]},
    }
    assert problems(data(figures=figures)) == (
        "figures.f.sweep: got 'nowhere', allowed: temporal, plain",
        "figures.g.snapshots: got 'c_7', allowed: c_0, c_-1",
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
        ({"sweeps": {"s": {}}}, "sweeps.s.points"),
        ({"sweeps": {"s": 3}}, "sweeps.s"),
        ({"sweeps": {"s": {"points": []}}}, "sweeps.s.points"),
        ({"sweeps": {"s": {"points": [{"name": "a", "colour": 1}]}}}, "sweeps.s.points.0.colour"),
        ({"figures": 3}, "figures"),
        ({"figures": {"f": {"draw": "approach"}}}, "figures.f.sweep"),
    ],
)
def test_bad_value_is_reported_with_its_key(changes, key):
    (line,) = problems(data(**changes))
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
        assert expand(storage.read_yaml(file))
