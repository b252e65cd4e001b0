"""Which particles are within reach of each other: from cells, or from a list made some steps ago.

Particles are taken 64 at a time. For each of them the candidates are a range of slots; the n-th candidates
of all are looked at together, eight in one go, and those within reach are packed at the end of the list.
So loops have no unpredictable branch but their length, and that once for 64 particles.
"""

from typing import NamedTuple

import numpy as np

from anticorr.accelerate import Index, inline_kernel, kernel
from anticorr.engine._lanes import LANES, append_ahead, append_beside
from anticorr.engine._sorting import Slots, U
from anticorr.engine.cells import Cells

CHUNK = 64
"""Particles looked at together; a multiple of LANES."""
MOST_CANDIDATES = 1000
"""Most candidates of one particle in one row (three cells): a packing fraction near 250."""
FLUSH_AT = 768
"""Contacts gathered before they are turned into forces; fewer cost more."""
CAPACITY = FLUSH_AT + CHUNK * MOST_CANDIDATES + LANES
"""Length of the list: 64 particles may be added to a list that is all but full."""


class Contacts(NamedTuple):
    """List of contacts and work space of one thread; for all threads together with a leading axis."""

    first: np.ndarray
    second: np.ndarray
    """(contact) slots; once forces are made, places in the state."""
    separation: np.ndarray
    """(axis, contact) position of the first minus position of the second."""
    square: np.ndarray
    """(contact) square distance."""
    force: np.ndarray
    """(axis, contact) pair force f_ij on the first."""
    on_first: np.ndarray
    on_second: np.ndarray
    """(axis, contact) what is applied to the first, and minus what is applied to the second."""
    ratio: np.ndarray
    """(contact) r / D_ij, at most the cutoff."""
    energy: np.ndarray
    slope: np.ndarray
    """(contact) V and -V'(x) / x."""
    sums: np.ndarray
    """(column, lane) sums over one band."""
    low: np.ndarray
    high: np.ndarray
    """(lane) candidates of each particle: slots low ... high."""


@inline_kernel
def own_contacts(contacts: Contacts, thread: Index) -> Contacts:
    """The list of one thread."""
    return Contacts(
        contacts.first[thread],
        contacts.second[thread],
        contacts.separation[thread],
        contacts.square[thread],
        contacts.force[thread],
        contacts.on_first[thread],
        contacts.on_second[thread],
        contacts.ratio[thread],
        contacts.energy[thread],
        contacts.slope[thread],
        contacts.sums[thread],
        contacts.low[thread],
        contacts.high[thread],
    )


@kernel
def scan_chunk(
    axes: tuple[int, ...], row: Index, side: int, first: Index, last: Index, cells: Cells, slots: Slots,
    limit: float, contacts: Contacts, n: Index,
) -> Index:  # fmt: skip
    """Contacts of the slots first ... last (at most CHUNK) of a row: forward in it (side -1) or with the
    neighbour row number `side`. Returns the new length of the list, or -1 where it is too crowded."""
    columns = U(cells.per_side + 2)
    low, high = contacts.low, contacts.high
    number = U(last - first)
    most = U(0)
    if side < 0:
        for lane in range(number):
            i = U(first) + lane
            end = slots.start[U(slots.cell[i]) + U(2)]
            high[lane] = end
            most = max(most, U(end) - i - U(1))
    else:
        ahead = U(cells.neighbour_row[row, side]) * columns - U(row) * columns
        for lane in range(number):
            c = U(slots.cell[U(first) + lane]) + ahead
            begin, end = slots.start[c - U(1)], slots.start[c + U(2)]
            low[lane] = begin
            high[lane] = end
            most = max(most, U(end) - U(begin))
    if most > U(MOST_CANDIDATES):
        return -1
    groups = (last - first + LANES - 1) // LANES
    for lane in range(number, U(groups * LANES)):
        low[lane] = 0
        high[lane] = 0
    for o in range(np.int64(most)):
        for group in range(0, groups * LANES, LANES):
            if side < 0:
                n = append_ahead(
                    axes, first + group, o + 1, high, group, slots.position, limit, contacts.first,
                    contacts.second, contacts.square, contacts.separation, n,
                )  # fmt: skip
            else:
                n = append_beside(
                    axes, first + group, low, o, high, group, slots.position, limit, contacts.first,
                    contacts.second, contacts.square, contacts.separation, n,
                )  # fmt: skip
    return n
