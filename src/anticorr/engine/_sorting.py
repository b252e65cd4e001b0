"""Stable counting sort of particles into slots: by band, row and cell, with ghosts, in pieces that run
side by side.

The result of a stable sort is unique, so it does not depend on how the work was cut. The particles
themselves stay where they are in memory; a slot holds a wrapped position and whose it is.
"""

from typing import NamedTuple

import numpy as np

from anticorr.accelerate import Index, inline_kernel, kernel
from anticorr.engine.cells import Cells

U = np.uint64
"""Unsigned indices: numba then leaves out the test for a negative one, and loops over them vectorise."""


class Slots(NamedTuple):
    """Positions sorted by cell, ghosts included."""

    position: np.ndarray
    """(axis, slot) wrapped; ghosts up to one cell outside of the box."""
    owner: np.ndarray
    """(slot) place of the particle in the state."""
    cell: np.ndarray
    """(slot) cell, ghost cells counted."""
    start: np.ndarray
    """(cell + 1) first slot of each cell."""


class Sorting(NamedTuple):
    """Work space of the sort."""

    cell: np.ndarray
    """(particle) its cell, ghost cells counted; later free."""
    row: np.ndarray
    """(particle) its row; when memory is put in order, its new place."""
    cursor: np.ndarray
    """(cell) next free slot."""
    queue: np.ndarray
    """(place) particles band by band; when memory is put in order, slot by slot."""
    count: np.ndarray  # type: ignore[assignment]  # a tuple has a method of that name
    """(piece, band, 2): particles, and their copies within the rows."""
    place: np.ndarray
    band_start: np.ndarray
    """(band + 1, 2): first place in the queue, first slot."""


@inline_kernel
def wrap(u: float, side: float) -> float:
    """The image of coordinate u in [0, side); 0 where u has no resolution left (too large, or NaN)."""
    w = u - side * np.floor(u / side)
    w = w + side if w < 0.0 else w
    w = w - side if w >= side else w
    return w if 0.0 <= w < side else 0.0


@kernel
def locate_cells(
    axes: tuple[int, ...], position: np.ndarray, cells: Cells, lo: Index, hi: Index, sorting: Sorting,
    count: np.ndarray,
) -> None:  # fmt: skip
    """Row and cell of the particles lo..hi; `count[band]`: how many each band gets, and copies of them."""
    m = cells.per_side
    scale = m / cells.side
    for k in range(U(lo), U(hi)):
        row = np.uint32(0)
        for a in range(len(axes) - 1, 0, -1):
            at = min(np.uint32(wrap(position[a, k], cells.side) * scale), np.uint32(m - 1))
            row = np.uint32(row * np.uint32(m) + at)
        column = min(np.uint32(wrap(position[0, k], cells.side) * scale), np.uint32(m - 1))
        sorting.row[k] = row
        sorting.cell[k] = np.uint32(row * np.uint32(m + 2) + column + np.uint32(1))
    count[:] = 0
    # Neighbours in memory mostly share a band: counted in registers, written when the band changes.
    band = U(0)
    number, copies = 0, 0
    for k in range(U(lo), U(hi)):
        row = sorting.row[k]
        column = sorting.cell[k] - row * np.uint32(m + 2)
        if cells.row_band[U(row)] != band:
            count[band, U(0)] += number
            count[band, U(1)] += copies
            band = U(cells.row_band[U(row)])
            number, copies = 0, 0
        number += 1
        copies += np.int64(column == 1) + np.int64(column == m)
    count[band, U(0)] += number
    count[band, U(1)] += copies


@kernel
def place_pieces(bands: Index, sorting: Sorting) -> None:
    """Turn counts into first places: band by band, within a band piece by piece (as many as bands)."""
    total = 0
    slots = 0
    for band in range(bands):
        sorting.band_start[band, 0] = total
        sorting.band_start[band, 1] = slots
        for piece in range(bands):
            sorting.place[piece, band] = total
            total += sorting.count[piece, band, 0]
            slots += sorting.count[piece, band, 0] + sorting.count[piece, band, 1]
    sorting.band_start[bands, 0] = total
    sorting.band_start[bands, 1] = slots


@kernel
def deal_to_bands(cells: Cells, lo: Index, hi: Index, sorting: Sorting, place: np.ndarray) -> None:
    """Write the particles lo..hi into the queues of their bands, in order."""
    band = U(0)
    to = U(place[band])
    for k in range(U(lo), U(hi)):
        if cells.row_band[U(sorting.row[k])] != band:
            place[band] = to
            band = U(cells.row_band[U(sorting.row[k])])
            to = U(place[band])
        sorting.queue[to] = k
        to += U(1)


@kernel
def arrange_band(
    axes: tuple[int, ...], band: Index, cells: Cells, sorting: Sorting, position: np.ndarray, slots: Slots
) -> None:
    """Sort one band's queue by cell into slots, and copy the ends of its rows."""
    m = cells.per_side
    columns = m + 2
    first_row = cells.band_row[band]
    last_row = cells.band_row[band + 1]
    start = slots.start
    queue = sorting.queue
    lo = sorting.band_start[band, 0]
    hi = sorting.band_start[band + 1, 0]
    for c in range(U(first_row * columns), U(last_row * columns)):
        start[c] = 0
    for q in range(U(lo), U(hi)):
        start[U(sorting.cell[U(queue[q])])] += np.uint32(1)
    total = np.uint32(sorting.band_start[band, 1])
    for row in range(first_row, last_row):
        base = U(row * columns)
        start[base] = start[base + U(m)]
        start[base + U(m + 1)] = start[base + U(1)]
        for c in range(base, base + U(columns)):
            held = start[c]
            start[c] = total
            sorting.cursor[c] = total
            total = np.uint32(total + held)
    for q in range(U(lo), U(hi)):
        k = U(queue[q])
        c = U(sorting.cell[k])
        p = U(sorting.cursor[c])
        sorting.cursor[c] = np.uint32(p + U(1))
        slots.owner[p] = k
        slots.cell[p] = c
        for a in range(len(axes)):
            slots.position[a, p] = wrap(position[a, k], cells.side)
    for row in range(first_row, last_row):
        base = U(row * columns)
        copy_slots(axes, start[base + U(m)], start[base + U(m + 1)], start[base], base, -cells.side, slots)
        last = base + U(m + 1)
        copy_slots(axes, start[base + U(1)], start[base + U(2)], start[last], last, cells.side, slots)


@kernel
def copy_slots(
    axes: tuple[int, ...], lo: Index, hi: Index, to: Index, cell: Index, shift: float, slots: Slots
) -> None:
    """Copy the slots lo..hi to `to` on, `shift` further along the first axis, into a ghost cell."""
    for p in range(U(lo), U(hi)):
        q = U(to) + p - U(lo)
        slots.owner[q] = slots.owner[p]
        slots.cell[q] = cell
        slots.position[0, q] = slots.position[0, p] + shift
        for a in range(1, len(axes)):
            slots.position[U(a), q] = slots.position[U(a), p]


@kernel
def place_ghost_rows(cells: Cells, slots: Slots) -> Index:
    """First slots of the cells of all ghost rows, after those of the rows; returns the end of the slots."""
    columns = cells.per_side + 2
    end = slots.start[U(cells.rows * columns)]
    for ghost in range(cells.ghost_source.shape[0]):
        source = cells.ghost_source[ghost] * columns
        to = (cells.rows + ghost) * columns
        for c in range(columns + 1):
            slots.start[U(to + c)] = end + slots.start[U(source + c)] - slots.start[U(source)]
        end = slots.start[U(to + columns)]
    return end


@kernel
def copy_ghost_row(axes: tuple[int, ...], ghost: Index, cells: Cells, slots: Slots) -> None:
    """Fill one ghost row with copies of its source."""
    columns = U(cells.per_side + 2)
    source = U(cells.ghost_source[ghost]) * columns
    to = U(cells.rows + ghost) * columns
    first, last = U(slots.start[source]), U(slots.start[source + columns])
    begin = U(slots.start[to])
    for p in range(first, last):
        q = begin + p - first
        slots.owner[q] = slots.owner[p]
        for a in range(len(axes)):
            slots.position[a, q] = slots.position[a, p] + cells.ghost_shift[ghost, a]
