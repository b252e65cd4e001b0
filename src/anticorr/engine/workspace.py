"""Work space of the kernels: arrays whose contents do not outlive a step, and how large they have to be."""

import math

import numpy as np

from anticorr.engine._contacts import CAPACITY, CHUNK, MOST_CANDIDATES, Contacts
from anticorr.engine._forces import PER_AXIS
from anticorr.engine._kernels import Work
from anticorr.engine._lanes import LANES
from anticorr.engine._lists import Pairs
from anticorr.engine._sorting import Slots, Sorting
from anticorr.engine.cells import Cells

_BLOCK = 512
"""Particles whose noise is made at once."""


def slots_for(d: int, n: int, geometries: tuple[Cells, Cells], capacity: int = 0) -> Slots:
    """Slots for n particles and their ghosts, about evenly spread unless a capacity is given."""
    copies = max((1 + len(g.ghost_source) / g.rows) * (1 + 2 / g.per_side) for g in geometries)
    capacity = capacity or math.ceil(n * copies * 1.02) + 8 * math.isqrt(n) + 64
    # Groups of candidates are read past the end of a row, and so of the last one.
    padded = capacity + MOST_CANDIDATES + 2 * CHUNK
    cells = max((g.rows + len(g.ghost_source)) * (g.per_side + 2) for g in geometries)
    return Slots(
        position=np.full((d, padded), np.inf),
        owner=np.zeros(capacity, np.uint32),
        cell=np.zeros(padded, np.uint32),
        start=np.zeros(cells + 1, np.uint32),
    )


def sorting_for(n: int, geometries: tuple[Cells, Cells]) -> Sorting:
    """Work space of the sort."""
    bands = max(len(g.band_row) - 1 for g in geometries)
    return Sorting(
        cell=np.empty(n, np.uint32),
        row=np.empty(n, np.uint32),
        cursor=np.empty(max(g.rows * (g.per_side + 2) for g in geometries), np.uint32),
        queue=np.empty(n, np.uint32),
        count=np.zeros((bands, bands, 2), np.int64),
        place=np.zeros((bands, bands), np.int64),
        band_start=np.zeros((bands + 1, 2), np.int64),
    )


def pairs_for(d: int, n: int, wide: Cells, slots: int, skin: float, capacity: int) -> Pairs:
    """A neighbour list of about `capacity` pairs; empty without a skin."""
    bands = len(wide.band_row) - 1
    n, slots, capacity = (n, slots, capacity) if skin > 0 else (0, 0, 0)
    each = (capacity // bands + 64) // LANES * LANES if skin > 0 else 0
    return Pairs(
        first=np.empty(bands * each, np.uint32),
        second=np.empty(bands * each, np.uint32),
        number=np.zeros(bands, np.int64),
        offset=np.empty((d, slots), np.int32),
        reference=np.empty((d, n)),
    )


def contacts_for(d: int, threads: int) -> Contacts:
    """Lists of contacts of all threads."""
    line, vectors = (threads, CAPACITY), (threads, d, CAPACITY)
    return Contacts(
        first=np.empty(line, np.uint32),
        second=np.empty(line, np.uint32),
        separation=np.empty(vectors),
        square=np.empty(line),
        force=np.empty(vectors),
        on_first=np.empty(vectors),
        on_second=np.empty(vectors),
        ratio=np.empty(line),
        energy=np.empty(line),
        slope=np.empty(line),
        sums=np.empty((threads, PER_AXIS + 4 * d, LANES)),
        low=np.zeros((threads, CHUNK), np.uint32),
        high=np.zeros((threads, CHUNK), np.uint32),
    )


def work_for(d: int, n: int, geometries: tuple[Cells, Cells], threads: int) -> Work:
    """Sums of bands and pieces, noise of a block of particles."""
    bands = max(len(g.band_row) - 1 for g in geometries)
    return Work(
        white=np.empty((threads, d, _BLOCK)),
        coloured=np.empty((threads, 3, _BLOCK)),
        band_sums=np.zeros((bands, PER_AXIS + 4 * d)),
        piece_sums=np.zeros((bands, PER_AXIS + 4 * d)),
        held=np.zeros(bands, np.int64),
        far=np.zeros(bands, np.int64),
        reference=np.full((d, n), np.nan),
    )
