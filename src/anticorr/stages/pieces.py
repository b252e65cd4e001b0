"""Work of a companion, piece by piece."""

from collections.abc import Callable, Sequence
from typing import Any


def in_turn(work: Sequence[Callable[[], Any]], progress: Callable[[int, int], None] | None) -> list[Any]:
    """What every piece returns; `progress(done, total)` before each and at the end."""
    found = []
    for done, piece in enumerate(work):
        if progress is not None:
            progress(done, len(work))
        found.append(piece())
    if progress is not None:
        progress(len(work), len(work))
    return found
