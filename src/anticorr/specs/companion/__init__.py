"""Specs of the companions of the paper: theories beside it, each with the simulation that it is held to.

Their canonical JSON is stored in the record and is what the workflow compares.
"""

from typing import Any

from anticorr.errors import InputError
from anticorr.specs.companion.consensus import Consensus
from anticorr.specs.companion.meanfield import MeanField
from anticorr.specs.companion.orbit import Orbit
from anticorr.specs.companion.quadratic import Quadratic
from anticorr.strict import check
from anticorr.wording import members, told

Companion = Quadratic | MeanField | Orbit | Consensus
KINDS: dict[str, type[Companion]] = members(Companion)


def parse(data: dict[str, Any]) -> Companion:
    """Check plain data (from YAML or JSON); InputError with one line for each problem."""
    if isinstance(data, dict) and "kind" in data and data["kind"] not in [*KINDS]:
        raise InputError(f"kind: got {told(data['kind'])}, allowed: {', '.join(map(repr, KINDS))}")
    return check(data, KINDS[data["kind"]] if isinstance(data, dict) and "kind" in data else Quadratic)
