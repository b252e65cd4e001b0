"""Pair forces of one band of rows, each pair once.

Candidates are compared without a branch: every candidate is written to the end of a short list of
contacts, and the end moves on only if it is one. The list is then turned into forces in vector loops and
scattered. Minibatch selection weighs the force on each partner.
"""

import math
from typing import NamedTuple

import numpy as np

from anticorr.accelerate import inline_kernel, kernel
from anticorr.engine._sorting import MOST_IN_CELL
from anticorr.engine.potentials import harmonic
from anticorr.noise.philox import STREAM_SELECTION, draw

FLUSH_AT = 192
"""Contacts gathered before they are turned into forces."""
CAPACITY = FLUSH_AT + 3 * MOST_IN_CELL
"""Length of the contact list: three cells may be added to a list that is all but full."""

# Columns of the sums over one band, followed by d columns each of the per-axis sums.
ENERGY, TOUCHED, PAIR_FORCE_SQUARE, PER_AXIS = 0, 1, 2, 3
VIRIAL, VIRIAL_STRIPPED, VIRIAL_SELECTED, FORCE_SQUARE = 0, 1, 2, 3  # times d, after PER_AXIS


class Contacts(NamedTuple):
    """List of contacts; for all threads together with a leading thread axis."""

    first: np.ndarray
    second: np.ndarray
    separation: np.ndarray
    force: np.ndarray
    square: np.ndarray
    energy: np.ndarray
    weight_first: np.ndarray
    weight_second: np.ndarray
    seen_at: np.ndarray


class Selection(NamedTuple):
    """Minibatch selection; thresholds are compared with 32-bit words."""

    active: bool
    fraction: np.uint64
    same: np.uint64
    seed: np.uint64


@inline_kernel
def own_contacts(contacts, thread):
    """The list of one thread."""
    return Contacts(
        contacts.first[thread],
        contacts.second[thread],
        contacts.separation[thread],
        contacts.force[thread],
        contacts.square[thread],
        contacts.energy[thread],
        contacts.weight_first[thread],
        contacts.weight_second[thread],
        contacts.seen_at[thread],
    )


@inline_kernel
def scan(axes, i, at, lo, hi, position, n, contacts):
    """Append the contacts of particle i, seen at `at`, among the particles lo..hi."""
    for j in range(lo, hi):
        square = 0.0
        for a in range(len(axes)):
            separation = at[a] - position[a, j]
            contacts.separation[a, n] = separation
            square += separation * separation
        contacts.first[n] = i
        contacts.second[n] = j
        contacts.square[n] = square
        n += square < 1.0
    return n


@kernel
def select_batch(n, contacts, identity, selection, step):
    """Weights theta_ij (force on i) and theta_ji (force on j) of each contact: Bernoulli(b_f); with
    probability -c_s the two are the same draw. Keyed by the pair, not by its order in memory."""
    for c in range(n):
        i = np.uint64(identity[contacts.first[c]])
        j = np.uint64(identity[contacts.second[c]])
        low = min(i, j)
        w_low, w_high, w_same, _ = draw(selection.seed, STREAM_SELECTION, step, low, max(i, j))
        on_low = 1.0 if w_low < selection.fraction else 0.0
        alone = 1.0 if w_high < selection.fraction else 0.0
        on_high = on_low if w_same < selection.same else alone
        contacts.weight_first[c] = on_low if i == low else on_high
        contacts.weight_second[c] = on_high if i == low else on_low


@kernel
def apply_contacts(axes, n, contacts, ordered, jitter, selection, step, sums):
    """Turn the first n contacts into forces and sums, and empty the list."""
    if selection.active:
        select_batch(n, contacts, ordered.identity, selection, step)
    d = len(axes)
    for c in range(n):
        r = math.sqrt(max(contacts.square[c], 1e-300))  # coincident particles: zero force, not NaN
        contacts.energy[c], over_r = harmonic(r)
        for a in range(d):
            contacts.force[a, c] = over_r * contacts.separation[a, c]
    energy = 0.0
    for c in range(n):
        i = contacts.first[c]
        j = contacts.second[c]
        on_i = contacts.weight_first[c]
        on_j = contacts.weight_second[c]
        ordered.touched[i] = 1
        ordered.touched[j] = 1
        energy += contacts.energy[c]
        for a in range(d):
            f = contacts.force[a, c]
            ordered.force[a, i] += on_i * f
            ordered.force[a, j] -= on_j * f
    sums[ENERGY] += energy
    for a in range(d):
        square, virial, stripped, selected = 0.0, 0.0, 0.0, 0.0
        for c in range(n):
            f = contacts.force[a, c]
            i = contacts.first[c]
            j = contacts.second[c]
            y = contacts.separation[a, c] + jitter * (ordered.memory[a, i] - ordered.memory[a, j])
            square += f * f
            virial += f * contacts.separation[a, c]
            stripped += f * y
            selected += 0.5 * (contacts.weight_first[c] + contacts.weight_second[c]) * f * y
        sums[PAIR_FORCE_SQUARE] += square
        sums[PER_AXIS + VIRIAL * d + a] += virial
        sums[PER_AXIS + VIRIAL_STRIPPED * d + a] += stripped
        sums[PER_AXIS + VIRIAL_SELECTED * d + a] += selected


@kernel
def band_forces(axes, band, cells, start, ordered, jitter, selection, step, contacts, sums):
    """Forces and sums of all pairs whose first partner lies in the band."""
    m = cells.per_side
    side = cells.side
    position = ordered.position
    sums[:] = 0.0
    at = contacts.seen_at
    n = 0
    for row in range(cells.band_row[band], cells.band_row[band + 1]):
        own = row * m
        for column in range(m):
            for i in range(start[own + column], start[own + column + 1]):
                for k in range(-1, cells.neighbour_row.shape[1]):
                    for a in range(len(axes)):
                        at[a] = position[a, i]
                    if k < 0:  # forward in the particle's own row
                        other = own
                        lo = i + 1
                    else:
                        other = cells.neighbour_row[row, k] * m
                        lo = start[other + max(column - 1, 0)]
                        for a in range(1, len(axes)):
                            at[a] += cells.shift[row, k, a]
                    hi = start[other + min(column + 2, m)]
                    n = scan(axes, i, at, lo, hi, position, n, contacts)
                    if column == m - 1:  # the first cell of the row, one box further
                        at[0] -= side
                        n = scan(axes, i, at, start[other], start[other + 1], position, n, contacts)
                    if column == 0 and k >= 0:  # the last cell of the row, one box back
                        at[0] += side
                        n = scan(axes, i, at, start[other + m - 1], start[other + m], position, n, contacts)
                    if n >= FLUSH_AT:
                        apply_contacts(axes, n, contacts, ordered, jitter, selection, step, sums)
                        n = 0
    apply_contacts(axes, n, contacts, ordered, jitter, selection, step, sums)
