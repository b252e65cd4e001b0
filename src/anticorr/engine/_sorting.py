"""Stable counting sort of particles by cell, in pieces that run side by side.

The result of a stable sort is unique, so it does not depend on how the work was cut.
"""

import math

from anticorr.accelerate import inline_kernel, kernel

MOST_IN_CELL = 100
"""Most particles allowed in one cell (a packing fraction near 80)."""


@inline_kernel
def wrap(u, side):
    """The image of coordinate u in [0, side); 0 where u has no resolution left (too large, or NaN)."""
    w = u - side * math.floor(u / side)
    w = w + side if w < 0.0 else w
    w = w - side if w >= side else w
    return w if 0.0 <= w < side else 0.0


@kernel
def locate_cells(axes, position, cells, lo, hi, cell, count):
    """Cell of the particles lo..hi; `count[band]` is how many of them each band gets."""
    n = cells.per_side
    scale = n / cells.side
    for k in range(lo, hi):
        index = 0
        for a in range(len(axes) - 1, -1, -1):
            index = index * n + min(int(wrap(position[a, k], cells.side) * scale), n - 1)
        cell[k] = index
    count[:] = 0
    for k in range(lo, hi):
        count[cells.row_band[cell[k] // n]] += 1


@kernel
def place_pieces(count, place, band_start):
    """Turn counts (piece, band) into first places: band by band, within a band piece by piece."""
    total = 0
    for band in range(count.shape[1]):
        band_start[band] = total
        for piece in range(count.shape[0]):
            place[piece, band] = total
            total += count[piece, band]
    band_start[count.shape[1]] = total


@kernel
def deal_to_bands(cells, lo, hi, cell, place, queue):
    """Write the particles lo..hi into the queues of their bands, in order."""
    for k in range(lo, hi):
        band = cells.row_band[cell[k] // cells.per_side]
        queue[place[band]] = k
        place[band] += 1


@kernel
def arrange_band(axes, band, cells, band_start, queue, cell, state, ordered, start, crowded):
    """Sort one band's queue by cell and gather its particles into `ordered`.

    `start[c]` becomes the first place of cell c; force and contact flags are cleared.
    Sets crowded[0] if a cell holds more than MOST_IN_CELL particles.
    """
    n = cells.per_side
    first = cells.band_row[band] * n
    last = cells.band_row[band + 1] * n
    lo = band_start[band]
    hi = band_start[band + 1]
    for c in range(first, last):
        start[c] = 0
    for q in range(lo, hi):
        start[cell[queue[q]]] += 1
    total = lo
    for c in range(first, last):
        if start[c] > MOST_IN_CELL:
            crowded[0] = True
        total, start[c] = total + start[c], total
    for q in range(lo, hi):
        k = queue[q]
        c = cell[k]
        p = start[c]
        start[c] = p + 1
        ordered.identity[p] = state.identity[k]
        ordered.touched[p] = 0
        for a in range(len(axes)):
            u = state.position[a, k]
            ordered.unwrapped[a, p] = u
            ordered.position[a, p] = wrap(u, cells.side)
            ordered.memory[a, p] = state.memory[a, k]
            ordered.force[a, p] = 0.0
    for c in range(last - 1, first, -1):
        start[c] = start[c - 1]
    start[first] = lo
