"""Specs: every bad value is reported, all at once; equal specs have equal text."""

import copy
import json
import math

import pydantic
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anticorr.errors import InputError
from anticorr.specs import parse
from tests.conftest import spec_data

NAN, INF = math.nan, math.inf

BAD = {
    "system.dimension": (1, 4, 2.5, "two", True),
    "system.particles": (0, -5, 2**31, 64.5, "many", None, NAN),
    "system.packing_fraction": (0, -0.1, 3.1, NAN, INF, "dense", None),
    "system.potential.kind": ("lennard_jones", 1),
    "system.initial": ("hexagonal", 3),
    "dynamics.kind": ("brownian", None),
    "dynamics.step_size": (0, -0.5, NAN, INF, "half"),
    "dynamics.batch_fraction": (0, 1.01, -1, NAN),
    "dynamics.batch_selection": ("none",),
    "dynamics.batch_correlation": (-1.01, 0.01, NAN),
    "dynamics.noise.kind": ("pink", 3, [1]),
    "dynamics.noise.strength": (-0.1, NAN, INF, "weak"),
    "dynamics.noise.correlation": (-1.2, 1.001, NAN, "anti"),
    "schedule.relax_steps": (-1, 1.5, "few"),
    "schedule.sample_steps": (0, -80),
    "schedule.sample_every": (0, -1),
    "record.stripped": (2, "maybe"),
    "record.series_every": (-1, 0.5),
    "seed": (-1, 2**63, 1.5, "x", NAN),
}
CASES = [(key, value) for key, values in BAD.items() for value in values]


def problems(data):
    with pytest.raises(InputError) as caught:
        parse(data)
    return caught.value.problems


@pytest.mark.parametrize(("key", "value"), CASES)
def test_bad_value_gets_one_line_with_key_got_and_allowed(key, value):
    (line,) = problems(spec_data(**{key: value}))
    assert line.startswith(f"{key}: got {value!r}, allowed")
    assert "\n" not in line


def test_all_bad_values_are_reported_at_once():
    # An unknown kind hides the other keys of its section: kinds stay good here.
    changes = {key: values[0] for key, values in BAD.items() if not key.endswith("kind")}
    lines = problems(spec_data(**changes, extra=1))
    assert sorted(line.split(":")[0] for line in lines) == sorted([*changes, "extra"])


def test_problems_between_keys_of_different_sections_come_together():
    data = spec_data(**{"system.initial": "lattice", "system.particles": 65, "schedule.sample_every": 7})
    assert [line.split(":")[0] for line in problems(data)] == [
        "system.particles",
        "schedule.sample_every",
    ]


@pytest.mark.parametrize(
    ("section", "known"),
    [
        ("", "system, dynamics, schedule, record, seed"),
        ("system.", "dimension, particles, packing_fraction, potential, sizes, initial"),
        ("dynamics.noise.", "kind, strength, correlation"),
        ("schedule.", "relax_steps, sample_steps, sample_every"),
    ],
)
def test_unknown_key_names_the_known_ones(section, known):
    assert problems(spec_data(**{f"{section}colour": 1})) == (
        f"{section}colour: unknown key, allowed here: {known}",
    )


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("dynamic", "dynamics"),
        ("dynamics.nois", "noise"),
        ("dynamics.noise.Strenght", "strength"),
        ("schedule.sampel_steps", "sample_steps"),
        ("record.modes.kmax", "k_max"),
    ],
)
def test_misspelt_key_is_answered_with_the_nearest_one(key, meant):
    changes = {"record.modes": {"k_max": 1.0}, key: 1}
    (line,) = problems(spec_data(**changes))
    assert line.startswith(f"{key}: unknown key, did you mean {meant}? allowed here: ")


@pytest.mark.parametrize(
    ("key", "value", "meant"),
    [
        ("system.potential.kind", "harmnic", "harmonic"),
        ("system.initial", "randm", "random"),
        ("dynamics.noise.kind", "MA1", "ma1"),
    ],
)
def test_misspelt_value_is_answered_with_the_nearest_one(key, value, meant):
    (line,) = problems(spec_data(**{key: value}))
    assert line.startswith(f"{key}: got {value!r}, did you mean {meant}? allowed: ")


def test_list_for_one_value_is_told_where_lists_stand():
    assert problems(spec_data(**{"dynamics.noise.correlation": [0, -0.5, -1]})) == (
        "dynamics.noise.correlation: got [0, -0.5, -1], allowed: a finite number >= -1 and <= 1 "
        "(one value; lists of values: grid or linked of a sweep)",
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"record.modes": {"k_max": 1e300}},  # its square has no float
        {"system.packing_fraction": 1e-320, "record.modes": {"k_max": 1.0}},  # the box has no side
        {"system.sizes": {"kind": "gaussian", "deviation": 0.1}, "system.particles": 2**31 - 1},
        {"dynamics.noise": {
            "kind": "exponential_sum", "strength": 0.1, "weights": [1e200, -1e200], "rates": [0.5, 0.4]
        }},
    ],
    ids=["k_max", "packing_fraction", "sizes", "weights"],
)  # fmt: skip
def test_numbers_that_overflow_are_refused_in_words(changes):
    (line,) = problems(spec_data(**changes))
    assert ": got " in line
    assert "allowed" in line


def test_lines_stay_short_and_whole():
    """However long or odd keys and values are."""
    changes = {
        "seed": "x" * 10**6,
        "schedule.sample_every": [list(range(1000))] * 1000,
        "record": {"y" * 10**6: 2, "a\nb: c": 1},
        "dynamics.noise": {"kind": {"a": {"b": {"c": {"d": {"e": 1}}}}}},
    }
    lines = problems(spec_data(**changes))
    assert len(lines) == 5
    assert all(len(line) < 1000 and line.isprintable() for line in lines)


def test_correlation_is_unknown_to_white_noise():
    white = {"kind": "white", "strength": 0.1, "correlation": 0.0}
    (line,) = problems(spec_data(**{"dynamics.noise": white}))
    assert line.startswith("dynamics.noise.correlation: unknown key")


def test_missing_keys_are_all_named():
    lines = problems({})
    assert [line.split(":")[0] for line in lines] == ["system", "dynamics", "schedule", "seed"]
    assert all("missing" in line for line in lines)


@pytest.mark.parametrize("section", ["system", "dynamics", "dynamics.noise", "schedule", "record"])
@pytest.mark.parametrize("value", [None, 3, [], "x"])
def test_section_must_be_a_section(section, value):
    (line,) = problems(spec_data(**{section: value}))
    assert line.startswith(f"{section}: got {value!r}, allowed")


@pytest.mark.parametrize("data", [None, [], 3, "system"])
def test_spec_must_be_a_mapping(data):
    assert problems(data) == (f"got {type(data).__name__}, allowed: a mapping of keys to values",)


@pytest.mark.parametrize("key", ["dynamics.step_size", "dynamics.noise.strength", "seed"])
def test_true_is_not_a_number(key):
    (line,) = problems(spec_data(**{key: True}))
    assert line.startswith(f"{key}: got True, allowed")


def test_key_that_is_not_text_is_an_unknown_key():
    (line,) = problems(spec_data() | {3: 4})
    assert line.startswith("3: unknown key")


@given(st.sampled_from([(2, "square"), (3, "cube")]), st.integers(30, 20_000))
def test_lattice_refusal_names_the_nearest_square_or_cube(kind, particles):
    dimension, word = kind
    perfect = [n**dimension for n in range(1, 150)]
    data = spec_data(
        **{
            "system.dimension": dimension,
            "system.particles": particles,
            "system.initial": "lattice",
            "system.packing_fraction": 0.3,
        }
    )
    if particles in perfect:
        assert parse(data).system.particles == particles
        return
    (line,) = problems(data)
    assert f"a {word} number" in line
    named = int(line.split("nearest is ")[1].rstrip(")"))
    assert abs(named - particles) == min(abs(p - particles) for p in perfect)


@given(st.sampled_from([2, 3]), st.floats(0.05, 3))
def test_small_box_names_the_least_number_of_particles(dimension, fraction):
    def data(particles):
        return spec_data(
            **{
                "system.dimension": dimension,
                "system.packing_fraction": fraction,
                "system.particles": particles,
            }
        )

    (line,) = problems(data(1)) if parse_box(dimension, fraction) > 1 else ("allowed >= 1 ",)
    least = int(line.split("allowed >= ")[1].split()[0])
    assert parse(data(least)).system.box_side >= 1
    if least > 1:
        assert problems(data(least - 1))[0].startswith("system.particles: got")


def parse_box(dimension, fraction):
    """Particles in a box of side 1, not rounded."""
    return fraction / {2: math.pi / 4, 3: math.pi / 6}[dimension]


def test_sample_every_must_divide():
    (line,) = problems(spec_data(**{"schedule.sample_every": 7}))
    assert line == "schedule.sample_every: got 7, allowed: a divisor of sample_steps = 80"


def test_series_every_must_divide_both():
    assert problems(spec_data(**{"record.series_every": 4})) == (
        "record.series_every: got 4, allowed: a common divisor of sample_every = 10 and relax_steps = 20",
    )


@pytest.mark.parametrize(
    ("relax", "every", "series"), [(20, 10, 10), (0, 40, 10), (6, 80, 2), (7, 80, 1), (0, 4, 2)]
)
def test_series_every_settles_on_the_common_divisor(relax, every, series):
    spec = parse(spec_data(**{"schedule.relax_steps": relax, "schedule.sample_every": every}))
    assert spec.series_every == series
    assert json.loads(spec.canonical_json())["record"]["series_every"] == series


@pytest.mark.parametrize(("dimension", "volume"), [(2, math.pi / 4), (3, math.pi / 6)])
def test_box_side_holds_the_packing_fraction(dimension, volume):
    system = parse(spec_data(**{"system.dimension": dimension})).system
    assert system.particles * volume / system.box_side**dimension == pytest.approx(0.8, rel=1e-14)
    assert system.density == pytest.approx(0.8 / volume, rel=1e-14)


def test_spec_is_frozen():
    spec = parse(spec_data())
    with pytest.raises(pydantic.ValidationError):
        spec.seed = 2
    with pytest.raises(pydantic.ValidationError):
        spec.system.particles = 100


def backwards(data):
    if not isinstance(data, dict):
        return data
    return {key: backwards(data[key]) for key in reversed(data)}


valid = st.builds(
    lambda dimension, particles, fraction, noise, relax, every, frames, seed, stripped: spec_data(
        **{
            "system.dimension": dimension,
            "system.particles": particles,
            "system.packing_fraction": fraction,
            "dynamics.noise": noise,
            "schedule": {
                "relax_steps": relax, "sample_steps": every * frames, "sample_every": every
            },
            "record.stripped": stripped,
            "seed": seed,
        }
    ),
    st.sampled_from([2, 3]), st.integers(200, 10**6), st.floats(0.01, 1.5),
    st.one_of(
        st.fixed_dictionaries({"kind": st.just("white"), "strength": st.floats(0, 10)}),
        st.fixed_dictionaries(
            {"kind": st.just("ma1"), "strength": st.floats(0, 10), "correlation": st.floats(-1, 1)}
        ),
    ),
    st.integers(0, 10**6), st.integers(1, 1000), st.integers(1, 1000), st.integers(0, 2**63 - 1),
    st.booleans(),
)  # fmt: skip


@given(valid)
def test_canonical_json_reads_back_as_itself(data):
    spec = parse(data)
    text = spec.canonical_json()
    assert text == json.dumps(json.loads(text), sort_keys=True, separators=(",", ":"))
    again = parse(json.loads(text))
    assert again.canonical_json() == text
    assert again.dynamics == spec.dynamics
    assert again.system == spec.system
    assert again.series_every == spec.series_every
    # What is settled once stays: from here on the specs themselves are equal.
    assert parse(json.loads(again.canonical_json())) == again


@given(valid)
def test_order_of_keys_does_not_count(data):
    assert parse(backwards(data)).canonical_json() == parse(data).canonical_json()


@pytest.mark.parametrize(
    ("key", "one", "other"),
    [
        ("dynamics.step_size", 1, 1.0),
        ("dynamics.noise.strength", 0, 0.0),
        ("dynamics.noise.correlation", -1, -1.0),
        ("dynamics.noise.correlation", 0.0, -0.0),
        ("dynamics.batch_correlation", 0, -0.0),
        ("system.particles", 64, 64.0),
        ("system.dimension", 2, 2.0),
        ("system.potential", {}, {"kind": "harmonic"}),
        ("record", {}, {"stripped": False}),
        ("record", {}, {"series_every": 10}),
    ],
)
def test_same_spec_written_otherwise_has_the_same_text(key, one, other):
    texts = [parse(spec_data(**{key: value})).canonical_json() for value in (one, other)]
    assert texts[0] == texts[1]


@pytest.mark.parametrize(
    ("key", "value"),
    [("seed", 2), ("dynamics.noise.correlation", -0.5000000000000001), ("record.stripped", True)],
)
def test_another_spec_has_another_text(key, value):
    assert parse(spec_data(**{key: value})).canonical_json() != parse(spec_data()).canonical_json()


leaves = st.one_of(
    st.none(), st.booleans(), st.integers(), st.sampled_from([10**400, -(10**400)]), st.floats(),
    st.text(max_size=5), st.dates(), st.sampled_from(["ma1", "white", "lattice", "harmonic"]),
)  # fmt: skip
keys = st.one_of(st.text(max_size=5), st.integers(), st.none(), st.sampled_from(["kind", "set"]))
junk = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3)
)


@given(st.dictionaries(keys | st.sampled_from(["system", "dynamics", "schedule", "seed"]), junk))
def test_junk_is_refused_in_words(data):
    assert problems(data)


@given(st.dictionaries(st.sampled_from([*BAD, "system", "dynamics", "dynamics.noise"]), junk))
def test_junk_in_known_places_is_refused_or_means_something(changes):
    data = copy.deepcopy(spec_data())
    for dotted, value in sorted(changes.items(), key=lambda item: -item[0].count(".")):
        *sections, key = dotted.split(".")
        place = data
        for section in sections:
            place = place.setdefault(section, {})
        place[key] = value
    try:
        spec = parse(data)
    except InputError as error:
        refused = error.problems
    else:
        refused = ()
        assert parse(json.loads(spec.canonical_json())).canonical_json() == spec.canonical_json()
    assert all(": " in line for line in refused)
