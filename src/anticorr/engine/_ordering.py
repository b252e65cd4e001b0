"""Sorting all particles into slots, and putting them in that order in memory."""

from typing import TYPE_CHECKING

import numpy as np

from anticorr.accelerate import Index, kernel, parallel_kernel, prange
from anticorr.engine._sorting import (
    Slots,
    Sorting,
    U,
    arrange_band,
    copy_ghost_row,
    deal_to_bands,
    locate_cells,
    place_ghost_rows,
    place_pieces,
)
from anticorr.engine.cells import Cells

if TYPE_CHECKING:
    from anticorr.engine._forces import State

DONE, CROWDED, SLOTS_FULL, PAIRS_FULL = range(4)
"""How making slots or a list ended, or a call of `advance`."""


@kernel
def rank_band(band: Index, cells: Cells, slots: Slots, sorting: Sorting) -> None:
    """queue[q]: the particle that is the q-th in the order of the slots; row[k]: its q."""
    columns = cells.per_side + 2
    q = U(sorting.band_start[band, 0])
    for row in range(cells.band_row[band], cells.band_row[band + 1]):
        for p in range(U(slots.start[row * columns + 1]), U(slots.start[row * columns + columns - 1])):
            sorting.queue[q] = slots.owner[p]
            sorting.row[U(slots.owner[p])] = q
            q += U(1)


@kernel
def gather(lo: Index, hi: Index, order: np.ndarray, source: np.ndarray, out: np.ndarray) -> None:
    """out[q] = source[order[q]] for q in lo..hi."""
    for q in range(U(lo), U(hi)):
        out[q] = source[U(order[q])]


@kernel
def copy_back(lo: Index, hi: Index, source: np.ndarray, out: np.ndarray) -> None:
    """out[q] = source[q] for q in lo..hi."""
    for q in range(U(lo), U(hi)):
        out[q] = source[q]


@parallel_kernel
def permute(order: np.ndarray, spare: np.ndarray, values: np.ndarray, pieces: Index) -> None:
    """values[q] = values[order[q]], through `spare`."""
    n = order.shape[0]
    for piece in prange(pieces):
        gather(piece * n // pieces, (piece + 1) * n // pieces, order, values, spare)
    for piece in prange(pieces):
        copy_back(piece * n // pieces, (piece + 1) * n // pieces, spare, values)


@kernel
def rename_owners(lo: Index, hi: Index, rank: np.ndarray, slots: Slots) -> None:
    """Owners of the slots lo..hi after particles have moved in memory."""
    for p in range(U(lo), U(hi)):
        slots.owner[p] = rank[U(slots.owner[p])]


@parallel_kernel
def sort_particles(
    axes: tuple[int, ...], cells: Cells, state: "State", slots: Slots, sorting: Sorting,
    in_memory: bool | np.bool,
) -> int:  # fmt: skip
    """Sort the particles into slots; `in_memory`: also put them in that order in memory."""
    n = state.identity.shape[0]
    bands = cells.band_row.shape[0] - 1
    for piece in prange(bands):
        locate_cells(
            axes, state.position, cells, piece * n // bands, (piece + 1) * n // bands, sorting,
            sorting.count[piece],
        )  # fmt: skip
    place_pieces(bands, sorting)
    ghosts = cells.ghost_source.shape[0]
    # Ghost rows copy at most every row 3^(d-1) times; how much exactly is known only once rows are filled.
    if sorting.band_start[bands, 1] > slots.owner.shape[0]:
        return SLOTS_FULL
    for piece in prange(bands):
        deal_to_bands(
            cells, piece * n // bands, (piece + 1) * n // bands, sorting, sorting.place[piece]
        )  # fmt: skip
    slots.start[U(cells.rows * (cells.per_side + 2))] = sorting.band_start[bands, 1]
    for band in prange(bands):
        arrange_band(axes, np.int64(band), cells, sorting, state.position, slots)
    if place_ghost_rows(cells, slots) > slots.owner.shape[0]:
        return SLOTS_FULL
    for ghost in prange(ghosts):
        copy_ghost_row(axes, np.int64(ghost), cells, slots)
    if in_memory:
        for band in prange(bands):
            rank_band(np.int64(band), cells, slots, sorting)
        for a in range(len(axes)):
            permute(sorting.queue, state.force[0], state.position[a], bands)
            for k in range(state.memory.shape[0]):
                permute(sorting.queue, state.force[0], state.memory[k, a], bands)
            if state.jitter.shape[1] == n:
                permute(sorting.queue, state.force[0], state.jitter[a], bands)
        if state.diameter.shape[0] == n:
            permute(sorting.queue, state.force[0], state.diameter, bands)
        state.force[0, :] = 0.0
        permute(sorting.queue, sorting.cell, state.identity, bands)
        used = np.int64(slots.start[(cells.rows + ghosts) * (cells.per_side + 2)])
        for piece in prange(bands):
            rename_owners(piece * used // bands, (piece + 1) * used // bands, sorting.row, slots)
    return DONE
