"""The periodic box cut into cells, rows of cells, and bands of rows.

A *cell* is at least as wide as the longest distance looked for, so all partners of a particle lie in its
own cell and the ones around. A *row* is the line of cells along the first axis, with one cell of *ghosts*
at each end: copies of the particles of the row's other end, one box away. *Ghost rows* are copies of rows
at the other side of the box along the other axes. So a partner is always found by looking straight ahead,
and particles sorted by cell are contiguous along a row: the candidates of a particle are a few contiguous
ranges. Each pair is met once: forward in its own row, and in the rows of the half stencil (one in 2D,
four in 3D); also in a box of one or two cells, where the partner may be an image.

A *band* is a block of layers of the last axis. Forces of a band reach into the next band only, so the
even bands, then the odd bands, can run at the same time. The number of bands follows from the box alone:
results do not depend on the number of threads.
"""

import math
from itertools import product
from typing import NamedTuple

import numpy as np

_MOST_BANDS = 32
_CELLS_PER_PARTICLE = 4


class Cells(NamedTuple):
    """Geometry of the cells of one box; what the kernels read."""

    side: float
    """Box side L in diameters."""
    per_side: int
    """Cells along each axis, without ghosts."""
    rows: int
    """Rows without ghost rows; ghost rows have the numbers from here on."""
    neighbour_row: np.ndarray
    """(row, half stencil): the other rows that a row looks at."""
    ghost_source: np.ndarray
    """(ghost row): the row that it copies."""
    ghost_shift: np.ndarray
    """(ghost row, axis): how far the copy lies from it, 0 or +-L."""
    band_row: np.ndarray
    """(band + 1): the first row of each band."""
    row_band: np.ndarray
    """(row): the band of each row."""


def cut_box(side: float, dimension: int, particles: int, reach: float = 1.0) -> Cells:
    """Cells at least `reach` wide of a periodic square (dimension 2) or cube (3); side >= reach.

    In a dilute system cells are wider than that, so that there are no more than a few for each particle.
    """
    most = max(3, math.ceil((_CELLS_PER_PARTICLE * particles) ** (1 / dimension)))
    m = max(1, min(int(side / reach), most))
    others = dimension - 1
    rows = m**others
    # Offsets along the other axes, each once up to sign: (y) > 0, or (z, y) > 0 in dictionary order.
    offsets = [o for o in product((-1, 0, 1), repeat=others) if o > (0,) * others]
    neighbour_row = np.empty((rows, len(offsets)), np.uint32)
    ghosts: dict[tuple[int, ...], int] = {}
    for row, place in enumerate(product(range(m), repeat=others)):
        for n, offset in enumerate(offsets):
            target = tuple(p + o for p, o in zip(place, offset, strict=True))
            if all(0 <= t < m for t in target):
                neighbour_row[row, n] = _number(target, m)
            else:
                neighbour_row[row, n] = rows + ghosts.setdefault(target, len(ghosts))
    ghost_source = np.array([_number(tuple(t % m for t in g), m) for g in ghosts], np.int64)
    ghost_shift = np.zeros((len(ghosts), dimension))
    for n, target in enumerate(ghosts):
        # targets are (..., z, y); axes of a position are (x, y, z)
        ghost_shift[n, 1:] = [side * (t // m) for t in target[::-1]]
    bands = max(1, min(_MOST_BANDS, m) // 2 * 2)
    band_row = (np.arange(bands + 1) * m // bands) * (rows // m)
    row_band = np.repeat(np.arange(bands, dtype=np.uint64), np.diff(band_row))
    return Cells(float(side), m, rows, neighbour_row, ghost_source, ghost_shift, band_row, row_band)


def _number(place: tuple[int, ...], m: int) -> int:
    number = 0
    for coordinate in place:
        number = number * m + coordinate
    return number
