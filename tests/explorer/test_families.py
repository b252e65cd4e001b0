"""States are grouped by what varies in their specs, whatever the sweeps are called."""

import json

import pytest

from anticorr.errors import InputError
from anticorr.explorer import chosen, families
from anticorr.figures.states import State
from tests.explorer.planted import fractional, gradient, kicks, spec_of, white


def grouped(*specs):
    """Values of the variables of each family, and how many states it has."""
    return [(family.values, len(family.members)) for family in families(State(spec) for spec in specs)]


def test_states_that_differ_in_the_correlation_alone_are_a_family():
    assert grouped(gradient(0.0), gradient(-1.0), gradient(-0.5)) == [({"c_t": [-1.0, -0.5, 0.0]}, 3)]


def test_a_state_alone_is_no_family():
    assert grouped(gradient(0.0), gradient(-1.0, strength=0.2), fractional(0.1)) == []


def test_families_differ_in_anything_else():
    other = {"system": {"particles": 64}}
    found = grouped(gradient(0.0), gradient(-1.0), gradient(0.0, **other), gradient(-1.0, **other))
    assert found == [({"c_t": [-1.0, 0.0]}, 2)] * 2


def test_schedule_seed_and_start_do_not_part_states():
    assert grouped(gradient(0.0), gradient(-1.0, sample_steps=6000, seed=5, initial="lattice")) != []


def test_minibatches_span_a_plane():
    specs = [
        gradient(c_t, batch_fraction=0.5, batch_correlation=c_s)
        for c_t in (0.0, -1.0)
        for c_s in (0.0, -0.5)
    ]
    assert grouped(*specs) == [({"c_t": [-1.0, 0.0], "c_s": [-0.5, 0.0]}, 4)]


def test_full_gradients_have_no_draws_to_correlate():
    assert grouped(gradient(0.0, batch_correlation=0.0), gradient(0.0, batch_correlation=-1.0)) == []


def test_kinds_of_kicks_are_apart():
    specs = [kicks(kind, c_s) for kind in ("bro", "ro") for c_s in (0.0, -1.0)]
    assert grouped(*specs) == [({"c_s": [-1.0, 0.0]}, 2)] * 2


def test_white_noise_is_among_both_its_kin():
    found = grouped(white(), gradient(-1.0), fractional(0.1))
    assert found == [({"c_t": [-1.0, 0.0]}, 2), ({"H": [0.1, 0.5]}, 2)]


def test_white_noise_does_not_replace_a_state_that_was_run():
    family = families(State(spec) for spec in (white(), gradient(0.0), gradient(-1.0)))[0]
    assert [state.spec.dynamics.noise.kind for _, state in family.members] == ["ma1", "ma1"]


def test_another_noise_is_no_place_on_a_slider():
    ar1 = {"kind": "ar1", "strength": 0.3, "correlation": -0.5}
    assert grouped(spec_of(ar1), gradient(-1.0)) == []
    assert grouped(spec_of(ar1), spec_of(ar1 | {"correlation": 0.5})) == []


def said(kind, spec):
    return {"kind": kind, "spec": spec.canonical_json()}


def test_of_a_state_one_record_of_each_kind_is_read():
    runs = {
        "lattice": said("trajectory", gradient(0.0, initial="lattice", sample_steps=6000)),
        "short": said("trajectory", gradient(0.0)),
        "long-2": said("trajectory", gradient(0.0, seed=2, sample_steps=1200)),
        "long-1": said("trajectory", gradient(0.0, seed=1, sample_steps=1200)),
        "spectrum": said("spectrum", gradient(0.0)),
    }
    assert chosen(runs) == ["long-1", "spectrum"]
    more = {"fit": said("fit", gradient(0.0)), "other": said("spectrum", gradient(-1.0))}
    assert chosen(runs | more) == ["long-1", "fit", "other"]


def test_a_theory_alone_is_no_state():
    assert chosen({"theory": said("theory", gradient(0.0))}) == []


def test_records_of_other_things_are_passed_over():
    others = {"points": {"kind": "spectrum", "spec": "{}"}, "net": {"kind": "training", "spec": "{}"}}
    assert chosen(others) == []


def test_everything_wrong_is_told_at_once():
    spoilt = json.loads(gradient(0.0).canonical_json())
    spoilt["system"]["packing_fraction"] = 7
    told = {
        "a.nc": {"Conventions": "CF-1.6"},
        "b.nc": {"kind": "fit", "spec": "{"},
        "c.nc": {"kind": "fit", "spec": json.dumps(spoilt)},
    }
    with pytest.raises(InputError) as error:
        chosen(told)
    first, second, third = error.value.problems
    assert first == "a.nc: got a NetCDF file that is not a record of anticorr"
    assert second.startswith("b.nc: attribute spec is not the JSON of a spec; wanted: ")
    assert third.startswith("c.nc: spec: system.packing_fraction: got 7, allowed: ")
