"""The step kernel: sort or list, forces, noise, move. See `advance`."""

from typing import NamedTuple

import numpy as np

from anticorr.accelerate import Index, get_thread_id, kernel, parallel_kernel, prange
from anticorr.engine._contacts import Contacts, own_contacts
from anticorr.engine._forces import TOUCHED, Interaction, State, band_forces
from anticorr.engine._lists import (
    BLOCK,
    INNER,
    LAST_TOUCHED,
    LISTED_AT,
    STALE,
    Pairs,
    choose,
    follow,
    list_pairs,
)
from anticorr.engine._motion import Noise, move_piece, squared_displacement
from anticorr.engine._ordering import CROWDED, DONE, sort_particles
from anticorr.engine._sorting import Slots, Sorting, U
from anticorr.engine.cells import Cells

SORT_EVERY = 32
"""Steps after which particles are put in the order of their cells in memory, where there is no list."""


class Work(NamedTuple):
    """Work space of all threads."""

    white: np.ndarray
    """(thread, axis, 512) white noise."""
    coloured: np.ndarray
    """(thread, 3, 512) injected noise and jitter of one axis; square distance from the list's positions."""
    band_sums: np.ndarray
    piece_sums: np.ndarray
    held: np.ndarray
    """(band) what each band reports."""
    far: np.ndarray
    """(piece) particles that have moved more than half the skin."""
    reference: np.ndarray
    """(axis, particle number) y from which mean square displacements count."""


@parallel_kernel
def force(
    axes: tuple[int, ...], cells: Cells, slots: Slots, pairs: Pairs, listed: bool, state: State,
    interaction: Interaction, step: np.uint64, contacts: Contacts, work: Work,
) -> bool:  # fmt: skip
    """Forces and sums of all pairs: even bands, then odd bands. Returns False where it is too crowded."""
    bands = cells.band_row.shape[0] - 1
    for parity in range(2):
        for half in prange((bands + 1 - parity) // 2):
            band = 2 * half + parity
            # Results go through arguments: numba drops a prange that only stores returned values.
            band_forces(
                axes, band, cells, slots, pairs, listed, state, interaction, step,
                own_contacts(contacts, get_thread_id()), work.band_sums[band], work.held[band : band + 1],
            )  # fmt: skip
    lowest = 0
    for band in range(bands):
        lowest = min(lowest, work.held[band])
    return lowest >= 0


@parallel_kernel
def move(
    axes: tuple[int, ...], step: np.uint64, interaction: Interaction, noise: Noise, state: State,
    pairs: Pairs, skin: float, work: Work, pieces: Index,
) -> None:  # fmt: skip
    """Move all particles, and say of each piece of them what it sums to and how many have gone too far."""
    n = state.identity.shape[0]
    for piece in prange(pieces):
        move_piece(
            axes, piece * n // pieces, (piece + 1) * n // pieces, step, interaction, noise, state, pairs,
            skin, work.white[get_thread_id()], work.coloured[get_thread_id()], work.piece_sums[piece],
            work.far[piece : piece + 1],
        )  # fmt: skip


@parallel_kernel
def displace(axes: tuple[int, ...], noise: Noise, state: State, work: Work, pieces: Index) -> float:
    """Sum over all particles of |y - reference|^2."""
    n = state.identity.shape[0]
    for piece in prange(pieces):
        squared_displacement(
            axes, piece * n // pieces, (piece + 1) * n // pieces, noise, state, work.reference,
            work.piece_sums[piece],
        )  # fmt: skip
    total = 0.0
    for piece in range(pieces):
        total += work.piece_sums[piece, 0]
    return total


@kernel
def advance(
    axes: tuple[int, ...], first_step: Index, blocks: tuple[int, int], cells: Cells, wide: Cells,
    state: State, slots: Slots, sorting: Sorting, pairs: Pairs, skin: float, lasting: Index,
    contacts: Contacts, work: Work, interaction: Interaction, noise: Noise, cursor: np.ndarray,
    series: np.ndarray,
) -> int:  # fmt: skip
    """Take blocks[0] * blocks[1] steps of equation (1) from `first_step`.

    `series[block]` receives the sums over particles and pairs, added up over the steps of each block
    (columns: see `_forces`), and in its last column the squared displacement of y at the block's end.
    Contacts come from `cells`, or, with skin > 0, from a list of the pairs closer than reach + skin (found
    in `wide` cells), made anew when a particle has moved by half the skin; see `choose`.
    Returns DONE, or why it stopped; called again, it goes on from the cursor.
    """
    pieces = cells.band_row.shape[0] - 1
    while cursor[BLOCK] < blocks[0]:
        block = cursor[BLOCK]
        if cursor[INNER] == 0:
            series[block, :] = 0.0
        while cursor[INNER] < blocks[1]:
            at = first_step + block * blocks[1] + cursor[INNER]
            listed = choose(at, skin, lasting, cursor)
            status = DONE
            if not listed:
                status = sort_particles(axes, cells, state, slots, sorting, at % SORT_EVERY == 0)
            elif cursor[STALE]:
                status = list_pairs(
                    axes, wide, state, slots, sorting, pairs, interaction.reach + skin, contacts, work.held
                )
            else:
                follow(axes, wide, slots, state, pairs)
            if status != DONE:
                return status
            if listed and cursor[STALE]:
                cursor[LISTED_AT] = at
            geometry = wide if listed else cells
            if not force(axes, geometry, slots, pairs, listed, state, interaction, U(at), contacts, work):
                return CROWDED
            move(
                axes, U(at), interaction, noise, state, pairs, skin if listed else 0.0, work, pieces
            )  # fmt: skip
            cursor[STALE] = 0 if listed else 1
            cursor[LAST_TOUCHED] = 0
            for band in range(geometry.band_row.shape[0] - 1):
                for column in range(series.shape[1] - 1):
                    series[block, column] += work.band_sums[band, column]
            for piece in range(pieces):
                cursor[STALE] += work.far[piece]
                cursor[LAST_TOUCHED] += np.int64(work.piece_sums[piece, TOUCHED])
                for column in range(series.shape[1] - 1):
                    series[block, column] += work.piece_sums[piece, column]
            cursor[INNER] += 1
        series[block, -1] += displace(axes, noise, state, work, pieces)
        cursor[BLOCK] += 1
        cursor[INNER] = 0
    return DONE
