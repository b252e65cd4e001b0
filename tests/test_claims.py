"""The claims section of a configuration: defaults, patterns, and every refusal in words."""

import pytest

from anticorr import config
from anticorr.claims import Claim
from anticorr.errors import InputError
from anticorr.figures.accompanied import Accompanied
from anticorr.figures.claims.catalogue import CATALOGUE
from anticorr.figures.states import State
from anticorr.figures.trained import Trained
from anticorr.quantities import QUANTITIES
from anticorr.reference import reference
from tests.test_config import data, problems

GOOD = {
    "statement": "White noise leaves a plateau",
    "formula": "(3)",
    "quantity": "plateau",
    "states": ["temporal/c_0"],
}


def read(**changes):
    plan = config.read(data(claims={"one": GOOD | changes}))
    config.expand(plan)
    return plan.claims["one"]


def test_catalogue_and_names_are_in_step():
    assert list(CATALOGUE) == list(QUANTITIES)
    found = (State, Trained, Accompanied)
    records = {name for one in found for name in one.__dataclass_fields__} - {"spec"}
    assert all(set(quantity.needs) <= records for quantity in QUANTITIES.values())


def test_defaults():
    claim = read()
    assert (claim.relation, claim.note) == ("equal", "")
    assert claim.tolerance.model_dump() == {"standard_errors": 3.0, "allowance": 0.05, "power": 0.1}


def test_allowance_is_that_of_the_quantity_unless_given():
    assert read(quantity="jitter-identity").tolerance.allowance == 0
    assert read(quantity="jitter-identity", tolerance={"power": 0.2}).tolerance.allowance == 0
    assert read(quantity="jitter-identity", tolerance={"allowance": 0.01}).tolerance.allowance == 0.01


def test_a_configuration_needs_no_claims():
    assert config.read(data()).claims == {}


@pytest.mark.parametrize(
    ("states", "found"),
    [
        (["temporal/*"], ["temporal/c_0", "temporal/c_-1"]),
        (["*/c_-1", "plain/one"], ["temporal/c_-1", "plain/one"]),
        (["temporal/c_-1", "temporal/*"], ["temporal/c_0", "temporal/c_-1"]),
        (["*"], ["temporal/c_0", "temporal/c_-1", "plain/one"]),
    ],
)
def test_patterns_find_each_state_once_in_the_order_of_the_configuration(states, found):
    assert read(states=states).addresses(["temporal/c_0", "temporal/c_-1", "plain/one"]) == found


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        (
            {"states": ["tempral/c_0"]},
            "states.0: got 'tempral/c_0', did you mean temporal/c_0? allowed: temporal/c_0, temporal/c_-1",
        ),
        ({"states": ["plain/*", "temp/*"]}, "states.1: got 'temp/*', allowed: temporal/c_0"),
        ({"states": []}, "states: got [], allowed: "),
        ({"quantity": "colour"}, "quantity: got 'colour', allowed: 'plateau' or "),
        ({"quantity": ["plateau"]}, "quantity: got ['plateau'], allowed: 'plateau' or "),
        ({"relation": "near"}, "relation: got 'near', allowed: 'equal' or 'above' or 'below'"),
        ({"statement": ""}, "statement: got '', allowed: text"),
        ({"colour": 1}, "colour: unknown key, allowed here: statement, formula"),
        ({"tolerance": 3}, "tolerance: got 3, allowed: a section of keys"),
        (
            {"tolerance": {"allowance": -0.1}},
            "tolerance.allowance: got -0.1, allowed: a finite number >= 0",
        ),
        ({"tolerance": {"power": 0}}, "tolerance.power: got 0, allowed: a finite number > 0 and <= 1"),
        ({"tolerance": {"standard_errors": 0}}, "tolerance.standard_errors: got 0, allowed: "),
        ({"tolerance": {"sigma": 3}}, "tolerance.sigma: unknown key, allowed here: standard_errors"),
    ],
)
def test_bad_claim_is_refused_in_words(changes, line):
    (told,) = problems(data(claims={"one": GOOD | changes}))
    assert told.startswith(f"claims.one.{line}")


@pytest.mark.parametrize("key", ["statement", "formula", "quantity", "states"])
def test_missing_key_is_refused(key):
    claim = {k: v for k, v in GOOD.items() if k != key}
    (told,) = problems(data(claims={"one": claim}))
    assert told.startswith(f"claims.one.{key}: missing, wanted: ")


def test_all_problems_come_at_once():
    bad = GOOD | {"quantity": "colour", "tolerance": {"power": 2}}
    assert len(problems(data(claims={"one": bad, "two": GOOD | {"relation": 1}}))) == 3
    # Addresses are checked when the runs are made: with those of the figures, and in one go.
    lost = GOOD | {"states": ["a/b", "c/d"]}
    figures = {"f": {"draw": "approach", "sweep": "nowhere"}}
    assert len(problems(data(claims={"one": lost, "two": lost}, figures=figures))) == 5


@pytest.mark.parametrize("name", ["a b", "a/b", ".a", ""])
def test_name_that_is_no_anchor_is_refused(name):
    assert problems(data(claims={name: GOOD}))


@pytest.mark.parametrize("junk", [None, 3, [], "text", {"quantity": {}}, {"tolerance": []}])
def test_junk_is_refused_in_words(junk):
    with pytest.raises(InputError):
        config.read(data(claims={"one": junk}))


def test_every_key_and_quantity_is_in_the_reference():
    text = reference()
    assert all(f"`claims.NAME.{key}" in text for key in Claim.model_fields)
    assert all(f"| `{name}` |" in text for name in QUANTITIES)
