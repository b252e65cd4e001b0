"""The step kernel: sort or list, forces, noise, move. See `advance`."""

from typing import NamedTuple

import numpy as np

from anticorr.accelerate import get_thread_id, kernel, parallel_kernel, prange
from anticorr.engine._forces import (
    FORCE_SQUARE,
    GRADIENT,
    PER_AXIS,
    TOUCHED,
    VIRIAL_SELECTED,
    VIRIAL_STRIPPED,
    band_forces,
    band_pairs,
    own_contacts,
)
from anticorr.engine._sorting import (
    U,
    arrange_band,
    copy_ghost_row,
    deal_to_bands,
    locate_cells,
    place_ghost_rows,
    place_pieces,
)
from anticorr.noise.gaussian import box_muller
from anticorr.noise.philox import STREAM_INJECTED, draw

DONE, CROWDED, SLOTS_FULL, PAIRS_FULL = range(4)
"""What `advance` and `sort_particles` return."""
BLOCK, INNER, STALE, LAST_TOUCHED = range(4)
"""Entries of the cursor: block and step within it that come next, whether the neighbour list is out of date,
particles in contact in the last step."""
SORT_EVERY = 32
"""Steps after which particles are put in the order of their cells in memory, where there is no list."""


class Noise(NamedTuple):
    """Injected noise sigma xi: xi = h_0 eta + sum_k s_k z_k, z_k' = q_k z_k + eta; y - x = sigma sum_k g_k z_k."""

    first: float
    """sigma h_0."""
    weights: np.ndarray
    """sigma s_k."""
    rates: np.ndarray
    stripping: np.ndarray
    """sigma g_k."""
    seed: np.uint64


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


@kernel
def fill_white(axes, seed, stream, step, identity, lo, hi, white):
    """white[a, k - lo] = normal numbers of the particles identity[k], k in lo..hi, at `step` of a stream."""
    for pair in range((len(axes) + 1) // 2):
        a = U(2 * pair)
        if 2 * pair + 1 < len(axes):
            for k in range(U(lo), U(hi)):
                w0, w1, _, _ = draw(seed, stream, step, U(identity[k]), U(pair))
                z0, z1 = box_muller(w0, w1)
                white[a, k - U(lo)] = z0
                white[a + U(1), k - U(lo)] = z1
        else:
            for k in range(U(lo), U(hi)):
                w0, w1, _, _ = draw(seed, stream, step, U(identity[k]), U(pair))
                white[a, k - U(lo)] = box_muller(w0, w1)[0]


@kernel
def colour(axis, lo, hi, noise, memory, white, coloured):
    """coloured[0] = sigma xi and coloured[1] = y - x of the particles lo..hi; the filter takes a step."""
    number = U(hi - lo)
    for n in range(number):
        coloured[U(0), n] = noise.first * white[axis, n]
        coloured[U(1), n] = 0.0
    for state in range(U(noise.rates.shape[0])):
        weight, rate, strip = noise.weights[state], noise.rates[state], noise.stripping[state]
        for n in range(number):
            z = memory[state, axis, U(lo) + n]
            coloured[U(0), n] += weight * z
            coloured[U(1), n] += strip * z
            memory[state, axis, U(lo) + n] = rate * z + white[axis, n]


@kernel
def move_piece(axes, lo, hi, step, interaction, noise, state, pairs, skin, white, coloured, sums, gone):
    """x(t+1) = x(t) + alpha f(t) + sigma xi(t) for the particles lo..hi; forces are cleared.

    gone[0]: how many have moved further than the list allows."""
    d = len(axes)
    sums[:] = 0.0
    block = white.shape[1]
    limit = 0.25 * skin * skin
    far = 0
    for first in range(lo, hi, block):
        last = min(first + block, hi)
        fill_white(axes, noise.seed, STREAM_INJECTED, step, state.identity, first, last, white)
        moved = coloured[2]
        moved[:] = 0.0
        for a in range(U(d)):
            colour(a, first, last, noise, state.memory, white, coloured)
            square, virial = 0.0, 0.0
            for n in range(U(last - first)):
                k = U(first) + n
                f = state.force[a, k]
                state.position[a, k] = state.position[a, k] + interaction.step_size * f + coloured[U(0), n]
                state.force[a, k] = 0.0
                square += f * f
                virial += f * coloured[U(1), n]
            sums[U(PER_AXIS + FORCE_SQUARE * d) + a] += square
            if interaction.dynamics == GRADIENT:
                sums[U(PER_AXIS + VIRIAL_STRIPPED * d) + a] += virial
                sums[U(PER_AXIS + VIRIAL_SELECTED * d) + a] += virial
            else:
                strip_jitter(a, first, last, noise, state)
            if skin > 0.0:
                for n in range(U(last - first)):
                    by = state.position[a, U(first) + n] - pairs.reference[a, U(first) + n]
                    moved[n] += by * by
        touched = 0
        for k in range(U(first), U(last)):
            touched += state.touched[k]
            state.touched[k] = 0
        sums[TOUCHED] += touched
        if skin > 0.0:
            for n in range(U(last - first)):
                far += not moved[n] <= limit
    gone[0] = far


@kernel
def strip_jitter(axis, lo, hi, noise, state):
    """state.jitter = y - x = sigma sum_k g_k z_k of the particles lo..hi, from the present filter states."""
    for k in range(U(lo), U(hi)):
        state.jitter[axis, k] = 0.0
    for n in range(U(noise.rates.shape[0])):
        for k in range(U(lo), U(hi)):
            state.jitter[axis, k] += noise.stripping[n] * state.memory[n, axis, k]


@kernel
def squared_displacement(axes, lo, hi, noise, state, reference, sums):
    """sums[0]: sum over the particles lo..hi of |y - reference|^2."""
    total = 0.0
    for a in range(U(len(axes))):
        for k in range(U(lo), U(hi)):
            y = state.position[a, k]
            for n in range(U(noise.rates.shape[0])):
                y += noise.stripping[n] * state.memory[n, a, k]
            total += (y - reference[a, U(state.identity[k])]) ** 2
    sums[0] = total


@kernel
def rank_band(band, cells, slots, sorting):
    """queue[q]: the particle that is the q-th in the order of the slots; row[k]: its q."""
    columns = cells.per_side + 2
    q = U(sorting.band_start[band, 0])
    for row in range(cells.band_row[band], cells.band_row[band + 1]):
        for p in range(U(slots.start[row * columns + 1]), U(slots.start[row * columns + columns - 1])):
            sorting.queue[q] = slots.owner[p]
            sorting.row[U(slots.owner[p])] = q
            q += U(1)


@kernel
def gather(lo, hi, order, source, out):
    """out[q] = source[order[q]] for q in lo..hi."""
    for q in range(U(lo), U(hi)):
        out[q] = source[U(order[q])]


@kernel
def copy_back(lo, hi, source, out):
    """out[q] = source[q] for q in lo..hi."""
    for q in range(U(lo), U(hi)):
        out[q] = source[q]


@parallel_kernel
def permute(order, spare, values, pieces):
    """values[q] = values[order[q]], through `spare`."""
    n = order.shape[0]
    for piece in prange(pieces):
        gather(piece * n // pieces, (piece + 1) * n // pieces, order, values, spare)
    for piece in prange(pieces):
        copy_back(piece * n // pieces, (piece + 1) * n // pieces, spare, values)


@parallel_kernel
def sort_particles(axes, cells, state, slots, sorting, in_memory):
    """Sort the particles into slots; `in_memory`: also put them in that order in memory."""
    n = state.identity.shape[0]
    bands = cells.band_row.shape[0] - 1
    for piece in prange(bands):
        locate_cells(
            axes, state.position, cells, piece * n // bands, (piece + 1) * n // bands, sorting,
            sorting.count[piece],
        )  # fmt: skip
    place_pieces(sorting)
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
        arrange_band(axes, band, cells, sorting, state.position, slots)
    if place_ghost_rows(cells, slots) > slots.owner.shape[0]:
        return SLOTS_FULL
    for ghost in prange(ghosts):
        copy_ghost_row(axes, ghost, cells, slots)
    if in_memory:
        for band in prange(bands):
            rank_band(band, cells, slots, sorting)
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


@kernel
def rename_owners(lo, hi, rank, slots):
    """Owners of the slots lo..hi after particles have moved in memory."""
    for p in range(U(lo), U(hi)):
        slots.owner[p] = rank[U(slots.owner[p])]


@kernel
def note_offsets(axes, lo, hi, slots, position, pairs):
    """How far each of the slots lo..hi lies from its owner."""
    for a in range(U(len(axes))):
        for p in range(U(lo), U(hi)):
            pairs.offset[a, p] = slots.position[a, p] - position[a, U(slots.owner[p])]


@kernel
def follow_owners(axes, lo, hi, slots, position, pairs):
    """Move the slots lo..hi with their owners."""
    for a in range(U(len(axes))):
        for p in range(U(lo), U(hi)):
            slots.position[a, p] = position[a, U(slots.owner[p])] + pairs.offset[a, p]


@parallel_kernel
def list_pairs(axes, cells, state, slots, sorting, pairs, distance, contacts, held):
    """Sort the particles and make the neighbour list of all pairs closer than `distance`."""
    status = sort_particles(axes, cells, state, slots, sorting, True)
    if status != DONE:
        return status
    bands = cells.band_row.shape[0] - 1
    for band in prange(bands):
        band_pairs(
            axes, band, cells, slots, pairs, distance, own_contacts(contacts, get_thread_id()),
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
        note_offsets(axes, piece * used // bands, (piece + 1) * used // bands, slots, state.position, pairs)
    n = state.identity.shape[0]
    for a in range(len(axes)):
        for piece in prange(bands):
            copy_back(piece * n // bands, (piece + 1) * n // bands, state.position[a], pairs.reference[a])
    return DONE


@parallel_kernel
def advance(
    axes, first_step, blocks, cells, state, slots, sorting, pairs, skin, contacts, work, interaction,
    noise, cursor, series,
):  # fmt: skip
    """Take blocks[0] * blocks[1] steps of equation (1) from `first_step`.

    `series[block]` receives the sums over particles and pairs, added up over the steps of each block
    (columns: see `_forces`), and in its last column the squared displacement of y at the block's end.
    With skin > 0 pairs come from a neighbour list, made anew when a particle has moved by half the skin.
    Returns DONE, or why it stopped; called again, it goes on from the cursor.
    """
    n = state.identity.shape[0]
    bands = cells.band_row.shape[0] - 1
    while cursor[BLOCK] < blocks[0]:
        block = cursor[BLOCK]
        if cursor[INNER] == 0:
            series[block, :] = 0.0
        while cursor[INNER] < blocks[1]:
            step = U(first_step + block * blocks[1] + cursor[INNER])
            if skin == 0.0:
                status = sort_particles(axes, cells, state, slots, sorting, step % U(SORT_EVERY) == 0)
            elif cursor[STALE]:
                status = list_pairs(
                    axes, cells, state, slots, sorting, pairs, interaction.reach + skin, contacts, work.held
                )
            else:
                status = DONE
                used = np.int64(
                    slots.start[(cells.rows + cells.ghost_source.shape[0]) * (cells.per_side + 2)]
                )
                for piece in prange(bands):
                    follow_owners(
                        axes,
                        piece * used // bands,
                        (piece + 1) * used // bands,
                        slots,
                        state.position,
                        pairs,
                    )
            if status != DONE:
                return status
            for parity in range(2):
                for half in prange((bands + 1 - parity) // 2):
                    band = 2 * half + parity
                    # Results go through arguments: numba drops a prange that only stores returned values.
                    band_forces(
                        axes, band, cells, slots, pairs, skin > 0.0, state, interaction, step,
                        own_contacts(contacts, get_thread_id()), work.band_sums[band],
                        work.held[band : band + 1],
                    )  # fmt: skip
            for band in range(bands):
                if work.held[band] < 0:
                    return CROWDED
            for piece in prange(bands):
                move_piece(
                    axes, piece * n // bands, (piece + 1) * n // bands, step, interaction, noise, state,
                    pairs, skin, work.white[get_thread_id()], work.coloured[get_thread_id()],
                    work.piece_sums[piece], work.far[piece : piece + 1],
                )  # fmt: skip
            cursor[STALE] = 0
            cursor[LAST_TOUCHED] = 0
            for band in range(bands):
                cursor[STALE] += work.far[band]
                cursor[LAST_TOUCHED] += np.int64(work.piece_sums[band, TOUCHED])
                for column in range(series.shape[1] - 1):
                    series[block, column] += work.band_sums[band, column] + work.piece_sums[band, column]
            cursor[INNER] += 1
        for piece in prange(bands):
            squared_displacement(
                axes, piece * n // bands, (piece + 1) * n // bands, noise, state, work.reference,
                work.piece_sums[piece],
            )  # fmt: skip
        for piece in range(bands):
            series[block, -1] += work.piece_sums[piece, 0]
        cursor[BLOCK] += 1
        cursor[INNER] = 0
    return DONE
