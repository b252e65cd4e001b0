"""The generated configuration reference is the one in the tree."""

from pathlib import Path

from anticorr.reference import reference
from anticorr.specs import Spec
from anticorr.strict import leaves


def test_reference_is_in_step():
    """If this fails: `make reference`."""
    assert (Path(__file__).parents[1] / "config/README.md").read_text() == reference()


def test_every_key_is_described():
    listed = leaves(Spec)
    assert len(listed) > 15
    assert all(meaning for _, _, _, meaning in listed)
