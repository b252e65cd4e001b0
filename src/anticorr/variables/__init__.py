"""What every record holds: each variable with its dimensions, unit and meaning, in one place."""

from anticorr.variables.companions import CONSENSUS, MEANFIELD, ORBIT, QUADRATIC
from anticorr.variables.entry import Variable
from anticorr.variables.networks import TRAINING
from anticorr.variables.particles import FIT, GROWING, LANDSCAPE, SPECTRUM, THEORY, TRAJECTORY

__all__ = ["COMPANIONS", "FIT", "GROWING", "KINDS", "LANDSCAPE", "Variable", "variable"]

COMPANIONS = {"quadratic": QUADRATIC, "meanfield": MEANFIELD, "orbit": ORBIT, "consensus": CONSENSUS}
"""Kinds of the companions of the paper: of their specs and of their records."""

KINDS = {
    "trajectory": TRAJECTORY,
    "spectrum": SPECTRUM,
    "fit": FIT,
    "theory": THEORY,
    "landscape": LANDSCAPE,
    "training": TRAINING,
    **COMPANIONS,
}

_OPEN = {
    "state_": Variable((), "engine units", "final state, from which a run can be extended"),
    "observed_": Variable(("observation",), "as observed", "what the function given as observe returned"),
}
"""Variables of a trajectory whose names begin so may have any name after it and any further dimensions,
which are then called after the variable and numbered."""


def variable(kind: str, name: str, ndim: int) -> Variable | None:
    """The line of the table for a variable of a record, or what the rule for open names says; None if
    no record of this kind may hold it."""
    if kind == "trajectory":
        for prefix, entry in _OPEN.items():
            if name.startswith(prefix) and name != prefix:
                more = tuple(f"{name}_{n}" for n in range(len(entry.dims), ndim))
                return entry._replace(dims=entry.dims + more)
    return KINDS[kind].get(name)
