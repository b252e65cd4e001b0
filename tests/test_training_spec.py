"""Specs of trainings: members, and every problem at once in words."""

import copy

import pytest

from anticorr.errors import InputError
from anticorr.specs.training import Member, parse, samples_of

GOOD = {
    "problem": {"kind": "digits"},
    "descent": {"learning_rate": 0.05},
    "noises": [{"kind": "ma1", "correlation": -1.0}, {"kind": "fractional", "hurst": 0.1}],
    "strengths": [0.0, 0.03, 0.06],
    "regularisers": [0.03],
    "schedule": {"noisy_steps": 100, "record_every": 50},
    "seeds": [1, 2],
}
PRIVATE = {
    "problem": {"kind": "digits", "scaling": "none"},
    "descent": {"learning_rate": 0.5, "batch_size": 10, "sampling": "cyclic"},
    "privacy": {"epsilon": 2.0, "delta": 1e-4, "strategies": ["independent", "ma1"]},
    "schedule": {"noisy_steps": 20, "record_every": 20},
    "seeds": [1],
}


def changed(data, **changes):
    made = copy.deepcopy(data)
    for dotted, value in changes.items():
        *path, key = dotted.split("__")
        section = made
        for name in path:
            section = section[name]
        section[key] = value
    return made


def test_members_are_plain_then_noises_by_strength_then_regularised():
    assert parse(GOOD).members() == [
        Member(-1, 0.0, 0.0),
        Member(0, 0.03, 0.0), Member(0, 0.06, 0.0), Member(1, 0.03, 0.0), Member(1, 0.06, 0.0),
        Member(-1, 0.0, 0.03),
    ]  # fmt: skip
    assert [m.noise for m in parse(PRIVATE).members()] == [-1, 0, 1]


def test_text_of_a_spec_is_a_spec_of_the_same_text():
    for data in (GOOD, PRIVATE):
        spec = parse(data)
        assert parse(spec.model_dump(mode="json")).canonical_json() == spec.canonical_json()


@pytest.mark.parametrize(
    ("problem", "samples"),
    [({"kind": "digits", "train": 70}, 70), ({"kind": "valley"}, 0), ({"kind": "linear"}, 40)],
)
def test_samples(problem, samples):
    assert samples_of(parse(changed(GOOD, problem=problem)).problem) == samples


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"strengths": [-0.1]}, "strengths.0: got -0.1, allowed >= 0"),
        ({"strengths": [0.1, 0.1]}, "strengths: got 0.1 twice"),
        ({"regularisers": [0.0]}, "regularisers.0: got 0.0, allowed > 0"),
        ({"noises": []}, "noises: got none"),
        ({"noises": [], "strengths": [], "regularisers": []}, "no descent at all"),
        ({"noises": [{"kind": "ma1", "correlation": -2}]}, "correlation: got -2, allowed"),
        ({"noises": [{"kind": "white", "strength": 2}]}, "noises.0.strength: got 2, allowed: none"),
        ({"noises": [{"kind": "exponential_sum", "weights": [2.0], "rates": [0.1]}]}, "variance"),
        ({"schedule__record_every": 30}, "record_every: got 30, allowed: a divisor"),
        ({"seeds": [-1]}, "seeds.0: got -1"),
        ({"seeds": [1, 1]}, "seeds: got 1 twice"),
        ({"descent__batch_size": 101}, "batch_size: got 101, allowed <= 100 samples"),
        ({"problem": {"kind": "valley"}, "descent__batch_size": 2}, "batch_size: got 2, allowed 0"),
        ({"problem": {"kind": "digits", "hidden": [0]}}, "hidden.0: got 0"),
        ({"problem": {"kind": "sensing", "rank": 30}}, "rank: got 30, allowed <= size"),
        ({"problem": {"kind": "linear", "nonzero": 300}}, "nonzero: got 300"),
        ({"precision": "half"}, "precision: got 'half'"),
        ({"colour": 1}, "colour: unknown key"),
    ],
)  # fmt: skip
def test_bad_values_are_told(changes, word):
    with pytest.raises(InputError, match=word.replace("(", r"\(").replace("[", r"\[")):
        parse(changed(GOOD, **changes))


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"strengths": [0.0, 0.1]}, "strengths: got"),
        ({"noises": [{"kind": "white"}]}, "noises: got some, allowed with privacy: none"),
        ({"descent__sampling": "epoch"}, "'cyclic'"),
        ({"descent__learning_rate": 1.5}, "allowed with privacy: < 1"),
        ({"schedule__quench_steps": 5}, "not private"),
        ({"problem__scaling": "standard"}, "it looks at the samples"),
        ({"problem": {"kind": "valley"}, "descent__batch_size": 0}, "one with samples"),
    ],
)
def test_what_would_break_privacy_is_refused(changes, word):
    with pytest.raises(InputError, match=word):
        parse(changed(PRIVATE, **changes))


def test_all_problems_at_once():
    with pytest.raises(InputError) as told:
        parse(changed(GOOD, strengths=[-1.0], seeds=[-1], descent__batch_size=1000))
    assert len(told.value.problems) == 3
