"""Neighbour lists: pairs that stay valid while no particle has moved by half the skin."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from anticorr.accelerate import Index, get_thread_id, kernel, parallel_kernel, prange
from anticorr.engine._contacts import CHUNK, Contacts, own_contacts, scan_chunk
from anticorr.engine._lanes import LANES
from anticorr.engine._ordering import CROWDED, DONE, PAIRS_FULL, copy_back, sort_particles
from anticorr.engine._sorting import Slots, Sorting, U
from anticorr.engine.cells import Cells

if TYPE_CHECKING:
    from anticorr.engine._forces import State

BLOCK, INNER, STALE, LISTED_AT, CELLS_UNTIL, LAST_TOUCHED = range(6)
"""Entries of the cursor: block and step within it that come next; whether there is no valid neighbour list;
the step at which it was made (-1: none); the step until which cells are used; particles in contact in the
last step."""
REST = 64
"""Steps with cells after a list that did not last."""


class Pairs(NamedTuple):
    """Neighbour list: pairs of slots that were within reach + skin when it was made, band by band."""

    first: np.ndarray
    second: np.ndarray
    number: np.ndarray
    """(band) pairs of each band; band b has the places from b * capacity on."""
    offset: np.ndarray
    """(axis, slot) slot position minus position of its owner, in box sides."""
    reference: np.ndarray
    """(axis, particle) positions when the list was made."""


@kernel
def band_pairs(
    axes: tuple[int, ...], band: Index, cells: Cells, slots: Slots, pairs: Pairs, distance: float,
    contacts: Contacts, held: np.ndarray,
) -> None:  # fmt: skip
    """The neighbour list of one band: pairs of slots closer than `distance`. held[0]: how many there are
    (those that do not fit are left out), or -1 where the particles are too crowded."""
    capacity = pairs.first.shape[0] // pairs.number.shape[0]
    columns = cells.per_side + 2
    found = 0
    for row in range(cells.band_row[band], cells.band_row[band + 1]):
        begin = np.int64(slots.start[row * columns + 1])
        end = np.int64(slots.start[row * columns + columns - 1])
        for first in range(begin, end, CHUNK):
            last: Index = min(first + CHUNK, end)  # type: ignore[assignment]
            for side in range(-1, cells.neighbour_row.shape[1]):
                n = scan_chunk(
                    axes, row, side, first, last, cells, slots, distance * distance, contacts, np.int64(0)
                )
                if n < 0:
                    held[0] = -1
                    return
                if found + n <= capacity:
                    for c in range(U(n)):
                        pairs.first[U(band * capacity + found) + c] = contacts.first[c]
                        pairs.second[U(band * capacity + found) + c] = contacts.second[c]
                found += n
    # The list is read eight pairs at a time: it ends with pairs that are never in contact.
    while found % LANES and found < capacity:
        pairs.first[U(band * capacity + found)] = 0
        pairs.second[U(band * capacity + found)] = slots.owner.shape[0]
        found += 1
    held[0] = found


@kernel
def note_offsets(
    axes: tuple[int, ...], lo: Index, hi: Index, side: float, slots: Slots, position: np.ndarray,
    pairs: Pairs,
) -> None:  # fmt: skip
    """How many box sides each of the slots lo..hi lies from its owner."""
    for a in range(U(len(axes))):
        for p in range(U(lo), U(hi)):
            pairs.offset[a, p] = round((slots.position[a, p] - position[a, U(slots.owner[p])]) / side)


@kernel
def follow_owners(
    axes: tuple[int, ...], lo: Index, hi: Index, side: float, slots: Slots, position: np.ndarray,
    pairs: Pairs,
) -> None:  # fmt: skip
    """Move the slots lo..hi with their owners."""
    for a in range(U(len(axes))):
        for p in range(U(lo), U(hi)):
            slots.position[a, p] = position[a, U(slots.owner[p])] + side * pairs.offset[a, p]


@parallel_kernel
def list_pairs(
    axes: tuple[int, ...], cells: Cells, state: "State", slots: Slots, sorting: Sorting, pairs: Pairs,
    distance: float, contacts: Contacts, held: np.ndarray,
) -> int:  # fmt: skip
    """Sort the particles and make the neighbour list of all pairs closer than `distance`."""
    status = sort_particles(axes, cells, state, slots, sorting, np.bool_(True))
    if status != DONE:
        return status
    bands = cells.band_row.shape[0] - 1
    for band in prange(bands):
        band_pairs(
            axes, np.int64(band), cells, slots, pairs, distance, own_contacts(contacts, get_thread_id()),
            held[band : band + 1],
        )  # fmt: skip
    for band in range(bands):
        if held[band] < 0:
            return CROWDED
        if held[band] > pairs.first.shape[0] // bands:
            return PAIRS_FULL
        pairs.number[band] = held[band]
    used = np.int64(slots.start[(cells.rows + cells.ghost_source.shape[0]) * (cells.per_side + 2)])
    for piece in prange(bands):
        note_offsets(
            axes, piece * used // bands, (piece + 1) * used // bands, cells.side, slots, state.position,
            pairs,
        )  # fmt: skip
    n = state.identity.shape[0]
    for a in range(len(axes)):
        for piece in prange(bands):
            copy_back(piece * n // bands, (piece + 1) * n // bands, state.position[a], pairs.reference[a])
    return DONE


@kernel
def choose(step: Index, skin: float, lasting: Index, cursor: np.ndarray) -> bool:
    """True where this step uses a neighbour list: unless the last one went out of date in fewer than
    `lasting` steps; then cells for some steps. Depends on the particles alone, never on timing."""
    if skin == 0.0 or step < cursor[CELLS_UNTIL]:
        return False
    if cursor[STALE] and cursor[LISTED_AT] >= 0 and step - cursor[LISTED_AT] < lasting:
        cursor[CELLS_UNTIL] = step + REST
        cursor[LISTED_AT] = -1
        return False
    return True


@parallel_kernel
def follow(axes: tuple[int, ...], wide: Cells, slots: Slots, state: "State", pairs: Pairs) -> None:
    """Move all slots with their owners."""
    used = np.int64(slots.start[(wide.rows + wide.ghost_source.shape[0]) * (wide.per_side + 2)])
    pieces = wide.band_row.shape[0] - 1
    for piece in prange(pieces):
        follow_owners(
            axes, piece * used // pieces, (piece + 1) * used // pieces, wide.side, slots, state.position,
            pairs,
        )  # fmt: skip
