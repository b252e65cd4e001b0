"""States from lists of values: which they are, what they are called, and what is refused."""

import pytest

from anticorr import config
from anticorr.errors import InputError
from anticorr.grids import MOST_STATES
from anticorr.specs import parse
from anticorr.strict import FOLDER_NAME_WORDS
from tests.conftest import spec_data
from tests.test_config import data, expand

C, STEPS, FRACTION = "dynamics.noise.correlation", "schedule.relax_steps", "dynamics.batch_fraction"


def names(**sweep):
    return [state.name for state in states(**sweep)]


def states(**sweep):
    sweeps = {"s": sweep | {"lattice_start": False}}
    return config.read(data(figures={}, sweeps=sweeps)).sweeps["s"].states()


def problems(**sweep):
    with pytest.raises(InputError) as caught:
        states(**sweep)
    return caught.value.problems


def test_linked_keys_change_together():
    linked = {C: [0, -0.5, -1], STEPS: [20, 40, 60]}
    sweeps = {"s": {"linked": linked, "seeds": [3], "lattice_start": False}}
    specs = expand(data(figures={}, sweeps=sweeps))
    assert list(specs) == ["s/correlation_0/seed-3", "s/correlation_-0.5/seed-3", "s/correlation_-1/seed-3"]
    assert specs["s/correlation_-1/seed-3"] == parse(spec_data(**{C: -1, STEPS: 60, "seed": 3}))


def test_linked_lists_and_a_grid_make_grids():
    made = states(linked={C: [0, -1], STEPS: [20, 60]}, grid={FRACTION: [0.5, 1.0]})
    assert [state.name for state in made] == [
        f"correlation_{c}_batch_fraction_{b}" for c in (0, -1) for b in (0.5, 1.0)
    ]
    assert made[2].set == {C: -1, STEPS: 60, FRACTION: 0.5}


def test_names_hold_as_many_linked_keys_as_tell_entries_apart():
    lists = {C: [0, 0, -1, -1], FRACTION: [0.5, 1.0, 0.5, 1.0], STEPS: [20, 40, 60, 80]}
    assert names(linked=lists) == [
        f"correlation_{c}_batch_fraction_{b}" for c in (0, -1) for b in (0.5, 1.0)
    ]
    assert names(linked=dict(reversed(lists.items()))) == [f"relax_steps_{n}" for n in (20, 40, 60, 80)]


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ([0, 0.5, -1.0, 1e-05, True, "random"], ["0", "0.5", "-1.0", "1e-05", "True", "random"]),
        ([{"kind": "harmonic"}, {"kind": "wca"}], ["harmonic", "wca"]),
        ([{"kind": "ma1", "a": 1}, {"kind": "white"}, {"kind": "ma1", "a": 2}], ["1", "white", "3"]),
        (["random", {"file": "x.nc"}], ["random", "2"]),
        ([[1, 2], [3]], ["1", "2"]),
        (["a/b", "a b", "", "é", "x" * 100], ["1", "2", "3", "4", "5"]),
    ],
)
def test_values_in_names(values, shown):
    assert names(grid={"a.key": values}) == [f"key_{text}" for text in shown]
    assert names(linked={"a.key": values}) == [f"key_{text}" for text in shown]


@pytest.mark.parametrize(
    ("sweep", "line"),
    [
        (
            {"linked": {C: [0, -1], STEPS: [1]}},
            f"linked.{STEPS}: got 1 values, allowed: 2, as many as {C} has",
        ),
        ({"linked": {C: []}}, f"linked.{C}: got no values, allowed: one or more"),
        ({"linked": {C: [0, 0]}}, "linked: got (0,) twice, allowed: each once"),
        ({"linked": {C: [0, 0], STEPS: [1, 1]}}, "linked: got (0, 1) twice, allowed: each once"),
        (
            {"linked": {C: [0, -1]}, "grid": {C: [0, -1]}},
            f"grid.{C}: got values in linked too, allowed: in one of the two",
        ),
        ({"grid": {"a": [1, "1"]}}, "names of states: got 'a_1' twice, allowed: each once"),
        ({"grid": {"a": ["2", [1]]}}, "names of states: got 'a_2' twice, allowed: each once"),
        (
            {"grid": {"a b": [1]}},
            f"states: got the name 'a b_1', allowed: {FOLDER_NAME_WORDS}",
        ),
        (
            {"grid": {f"k{n}": list(range(1000)) for n in range(3)}},
            f"grid: got 1000000000 states, allowed: {MOST_STATES} or fewer",
        ),
        (
            {"grid": {f"k{n}": list(range(1000)) for n in range(30)}},
            f"grid: got a whole number of 299 bits states, allowed: {MOST_STATES} or fewer",
        ),
    ],
)
def test_lists_that_make_no_states_are_refused(sweep, line):
    assert problems(**sweep) == (f"sweeps.s.{line}",)


def test_runs_of_all_sweeps_are_bounded():
    grid, seeds = {"a": list(range(100))}, list(range(400))
    sweeps = {name: {"grid": grid, "seeds": seeds} for name in "abc"}
    with pytest.raises(InputError) as caught:
        config.read(data(figures={}, sweeps=sweeps))
    assert caught.value.problems == (
        f"sweeps: got 120300 runs in all, allowed: {config.MOST_RUNS} or fewer",
    )
