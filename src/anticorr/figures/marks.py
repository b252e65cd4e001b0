"""How states are marked: colour and marker of each, grey and hollow where it is in doubt.

Beside `states`, which tables of claims read too, without matplotlib.
"""

from collections.abc import Sequence
from typing import Any

from anticorr.figures import style
from anticorr.figures.states import State


def looks(states: Sequence[State], more: int = 0) -> list[style.Look]:
    """(colour, marker) of each state; grey where it is in doubt. more: looks kept for others, the darkest
    ones."""
    each = style.looks(len(states) + more)[: len(states)]
    return [
        (style.DOUBTFUL if s.doubt else colour, marker)
        for s, (colour, marker) in zip(states, each, strict=True)
    ]


def point_styles(states: Sequence[State]) -> list[dict[str, Any]]:
    """Marker options of each state; those of a state in doubt are hollow and grey."""
    return [
        {
            "marker": marker,
            "color": colour,
            "mfc": "white" if state.doubt else colour,
            "mec": colour if state.doubt else "black",
            "mew": 0.8 if state.doubt else 0.3,
        }
        for state, (colour, marker) in zip(states, looks(states), strict=True)
    ]
