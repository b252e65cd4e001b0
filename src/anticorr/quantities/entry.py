"""One line of the catalogue of quantities."""

from typing import Literal, NamedTuple


class Quantity(NamedTuple):
    """One line of the catalogue."""

    label: str
    formula: str
    """Where the prediction comes from; empty where only a claim can say what is expected."""
    meaning: str
    needs: tuple[str, ...] = ("fit", "theory")
    """Records of a state without which nothing can be said: names of `figures.states.State`."""
    allowance: float = 0.05
    """Share of the prediction that theory may leave out; 0 where it is exact."""
    of: Literal["state", "set"] = "state"
    """About one state (a row for each), or about all states of the claim together (one row)."""
    fluid: bool = True
    """Means something only in a relaxed fluid."""
