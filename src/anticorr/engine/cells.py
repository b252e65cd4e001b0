"""The periodic box cut into cells, rows of cells, and bands of rows.

A *cell* is at least one diameter wide, so all contacts lie in a cell and its neighbours. A *row* is the
line of cells along the first axis; particles sorted by cell are contiguous along it, so the candidates
of a particle are a few contiguous ranges. Each pair is visited once: forward in its own row, and in the
rows of the half stencil (one in 2D, four in 3D). A *band* is a block of layers of the last axis. Forces
of a band reach into the next band only, so the even bands, then the odd bands, can run at the same
time. The number of bands follows from the box alone: results do not depend on the number of threads.
"""

import math
from itertools import product
from typing import NamedTuple

import numpy as np

from anticorr.errors import InputError

_MOST_BANDS = 32
_CELLS_PER_PARTICLE = 4


class Cells(NamedTuple):
    """Geometry of the cells of one box; what the kernels read."""

    side: float
    """Box side L in particle diameters."""
    per_side: int
    """Cells along each axis."""
    neighbour_row: np.ndarray
    """(row, half stencil): the other rows that a row looks at."""
    shift: np.ndarray
    """(row, half stencil, axis): added to a position before comparing with that row, 0 or -+L."""
    band_row: np.ndarray
    """(band + 1): the first row of each band."""
    row_band: np.ndarray
    """(row): the band of each row."""


def cut_box(side: float, dimension: int, particles: int) -> Cells:
    """Cells of a periodic square (dimension 2) or cube (3) of a given side.

    In a dilute system cells are wider than a diameter, so that there are no more than a few for each
    particle.

    Raises InputError when fewer than three cells fit along an axis: a particle could then touch two
    images of another one.
    """
    per_side = min(int(side), max(3, math.ceil((_CELLS_PER_PARTICLE * particles) ** (1 / dimension))))
    if per_side < 3:
        raise InputError(
            f"system: box side {side:.3g} diameters, allowed >= 3 (more particles or a lower "
            "packing_fraction)"
        )
    other_axes = dimension - 1
    rows = per_side**other_axes
    # Offsets along the other axes, each once up to sign: (y) > 0, or (z, y) > 0 in dictionary order.
    offsets = [o for o in product((-1, 0, 1), repeat=other_axes) if o > (0,) * other_axes]
    coordinates = np.array(np.unravel_index(np.arange(rows), (per_side,) * other_axes))
    neighbour_row = np.empty((rows, len(offsets)), np.int64)
    shift = np.zeros((rows, len(offsets), dimension))
    for n, offset in enumerate(offsets):
        target = coordinates + np.array(offset)[:, None]
        image = np.floor_divide(target, per_side)
        neighbour_row[:, n] = np.ravel_multi_index(
            tuple(target - image * per_side), (per_side,) * other_axes
        )
        # unravelled order is (..., z, y); axes of a position are (x, y, z)
        shift[:, n, 1:] = -side * image[::-1].T
    bands = min(_MOST_BANDS, per_side) // 2 * 2
    rows_per_layer = rows // per_side
    band_row = (np.arange(bands + 1) * per_side // bands) * rows_per_layer
    row_band = np.repeat(np.arange(bands), np.diff(band_row))
    return Cells(float(side), per_side, neighbour_row, shift, band_row, row_band)
