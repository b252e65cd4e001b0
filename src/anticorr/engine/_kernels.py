"""The step kernel: sort, forces, noise, move. See `advance`."""

from typing import NamedTuple

import numpy as np

from anticorr.accelerate import get_thread_id, kernel, parallel_kernel, prange
from anticorr.engine._forces import (
    FORCE_SQUARE,
    PER_AXIS,
    TOUCHED,
    band_forces,
    own_contacts,
)
from anticorr.engine._sorting import arrange_band, deal_to_bands, locate_cells, place_pieces
from anticorr.noise.gaussian import box_muller
from anticorr.noise.philox import STREAM_INJECTED, draw


class State(NamedTuple):
    """What one step hands to the next (particles in the order of the last sort)."""

    position: np.ndarray
    """(axis, particle) unwrapped positions x."""
    memory: np.ndarray
    """(axis, particle) white noise eta(t-1) of the last step."""
    identity: np.ndarray
    """(particle) number of each particle."""


class Ordered(NamedTuple):
    """Particles sorted by cell, within one step."""

    unwrapped: np.ndarray
    position: np.ndarray
    memory: np.ndarray
    force: np.ndarray
    identity: np.ndarray
    touched: np.ndarray


class Scratch(NamedTuple):
    """Work space of the sort and of the sums."""

    cell: np.ndarray
    queue: np.ndarray
    count: np.ndarray
    place: np.ndarray
    band_start: np.ndarray
    start: np.ndarray
    band_sums: np.ndarray
    piece_sums: np.ndarray
    crowded: np.ndarray
    reference: np.ndarray


class Noise(NamedTuple):
    """Injected noise: strength times (a eta(t) + b eta(t-1))."""

    new: float
    """sigma a."""
    old: float
    """sigma b: the jitter is y - x = sigma b eta(t-1)."""
    seed: np.uint64


@kernel
def fill_white(axes, seed, step, identity, lo, hi, white):
    """white[a, k - lo] = eta of particle identity[k] at `step`, for k in lo..hi."""
    for pair in range((len(axes) + 1) // 2):
        a = 2 * pair
        if a + 1 < len(axes):
            for k in range(lo, hi):
                w0, w1, _, _ = draw(seed, STREAM_INJECTED, step, np.uint64(identity[k]), np.uint64(pair))
                z0, z1 = box_muller(w0, w1)
                white[a, k - lo] = z0
                white[a + 1, k - lo] = z1
        else:
            for k in range(lo, hi):
                w0, w1, _, _ = draw(seed, STREAM_INJECTED, step, np.uint64(identity[k]), np.uint64(pair))
                white[a, k - lo] = box_muller(w0, w1)[0]


@kernel
def move_piece(axes, lo, hi, step, step_size, noise, ordered, state, white, sums):
    """x(t+1) = x(t) + alpha f(t) + sigma (a eta(t) + b eta(t-1)) for the sorted particles lo..hi."""
    d = len(axes)
    sums[:] = 0.0
    block = white.shape[1]
    for first in range(lo, hi, block):
        last = min(first + block, hi)
        # Noise of step t carries number t + 1: number 0 is eta(-1), which starts the filter.
        fill_white(axes, noise.seed, step + np.uint64(1), ordered.identity, first, last, white)
        for a in range(d):
            total = 0.0
            for k in range(first, last):
                f = ordered.force[a, k]
                eta = white[a, k - first]
                state.position[a, k] = (
                    ordered.unwrapped[a, k]
                    + step_size * f
                    + (noise.new * eta + noise.old * ordered.memory[a, k])
                )
                state.memory[a, k] = eta
                total += f * f
            sums[PER_AXIS + FORCE_SQUARE * d + a] += total
        touched = 0
        for k in range(first, last):
            state.identity[k] = ordered.identity[k]
            touched += ordered.touched[k]
        sums[TOUCHED] += touched


@kernel
def squared_displacement(axes, lo, hi, jitter, state, reference, sums):
    """sums[0]: sum over the particles lo..hi of |y - reference|^2, y = x + sigma b eta(t-1)."""
    total = 0.0
    for a in range(len(axes)):
        for k in range(lo, hi):
            y = state.position[a, k] + jitter * state.memory[a, k]
            total += (y - reference[a, state.identity[k]]) ** 2
    sums[0] = total


@parallel_kernel
def advance(
    axes, first_step, blocks, cells, state, ordered, contacts, white, scratch, step_size, noise,
    selection, series,
):  # fmt: skip
    """Take blocks[0] * blocks[1] steps of equation (1) from `first_step`.

    `series[block]` receives the sums over particles and pairs, added up over the steps of each block
    (columns: see `_forces`), and in its last column the squared displacement of y at the block's end.
    Returns False if cells became too crowded for the contact list.
    """
    n = state.identity.shape[0]
    bands = cells.band_row.shape[0] - 1
    for block in range(blocks[0]):
        series[block, :] = 0.0
        for inner in range(blocks[1]):
            step = np.uint64(first_step + block * blocks[1] + inner)
            for piece in prange(bands):
                locate_cells(
                    axes, state.position, cells, piece * n // bands, (piece + 1) * n // bands,
                    scratch.cell, scratch.count[piece],
                )  # fmt: skip
            place_pieces(scratch.count, scratch.place, scratch.band_start)
            for piece in prange(bands):
                deal_to_bands(
                    cells, piece * n // bands, (piece + 1) * n // bands, scratch.cell,
                    scratch.place[piece], scratch.queue,
                )  # fmt: skip
            for band in prange(bands):
                arrange_band(
                    axes, band, cells, scratch.band_start, scratch.queue, scratch.cell, state,
                    ordered, scratch.start, scratch.crowded[band : band + 1],
                )  # fmt: skip
            for band in range(bands):
                if scratch.crowded[band]:
                    return False
            for colour in range(2):
                for half in prange(bands // 2):
                    band = 2 * half + colour
                    band_forces(
                        axes, band, cells, scratch.start, ordered, noise.old, selection, step,
                        own_contacts(contacts, get_thread_id()), scratch.band_sums[band],
                    )  # fmt: skip
            for piece in prange(bands):
                move_piece(
                    axes, piece * n // bands, (piece + 1) * n // bands, step, step_size, noise,
                    ordered, state, white[get_thread_id()], scratch.piece_sums[piece],
                )  # fmt: skip
            for band in range(bands):
                for column in range(series.shape[1] - 1):
                    series[block, column] += (
                        scratch.band_sums[band, column] + scratch.piece_sums[band, column]
                    )
        for piece in prange(bands):
            # Results go through arguments: numba drops a prange whose stores it believes unused.
            squared_displacement(
                axes, piece * n // bands, (piece + 1) * n // bands, noise.old, state,
                scratch.reference, scratch.piece_sums[piece],
            )  # fmt: skip
        for piece in range(bands):
            series[block, -1] += scratch.piece_sums[piece, 0]
    return True
