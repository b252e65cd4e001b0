"""From contacts to forces: potentials, minibatch selection, kicks, and the sums of the series."""

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from anticorr.accelerate import Index, inline_kernel, kernel
from anticorr.engine._contacts import CHUNK, FLUSH_AT, Contacts, scan_chunk
from anticorr.engine._lanes import LANES, append_listed
from anticorr.engine._sorting import Slots, U
from anticorr.engine.cells import Cells
from anticorr.engine.potentials import evaluate
from anticorr.noise.gaussian import circle
from anticorr.noise.philox import STREAM_KICKS, STREAM_SELECTION, STREAM_SHARED, draw

if TYPE_CHECKING:
    from anticorr.engine._lists import Pairs

# Columns of the sums over one band, followed by d columns each of the per-axis sums.
ENERGY, TOUCHED, PAIR_FORCE_SQUARE, PER_AXIS = 0, 1, 2, 3
VIRIAL, VIRIAL_STRIPPED, VIRIAL_SELECTED, FORCE_SQUARE = 0, 1, 2, 3  # times d, after PER_AXIS

GRADIENT, BATCH_OF_PAIRS, BATCH_OF_PARTICLES, BIASED_KICKS, RANDOM_KICKS = range(5)
_WORD = 1.0 / 4294967296.0


class Interaction(NamedTuple):
    """What happens at a contact; probabilities are compared with 32-bit words."""

    dynamics: int
    potential: int
    exponent: float
    cutoff: float
    """Largest r / D_ij of a contact."""
    reach: float
    """Largest distance of a contact."""
    polydisperse: bool
    step_size: float
    kick_size: float
    fraction: np.uint64
    same: np.uint64
    seed: np.uint64


class State(NamedTuple):
    """What one step hands to the next."""

    position: np.ndarray
    """(axis, particle) unwrapped positions x."""
    memory: np.ndarray
    """(state, axis, particle) states z_k of the noise filter."""
    identity: np.ndarray
    """(particle) number of each particle."""
    diameter: np.ndarray
    """(particle), or one number where all are the same."""
    jitter: np.ndarray
    """(axis, particle) y - x, kept only where draws at contacts need it."""
    force: np.ndarray
    """(axis, particle) applied force of the step; zero between steps."""
    touched: np.ndarray
    """(particle) 1 where it has a contact; zero between steps."""


@kernel
def pair_forces(
    axes: tuple[int, ...], n: Index, contacts: Contacts, slots: Slots, state: State,
    interaction: Interaction,
) -> Index:  # fmt: skip
    """Forces f_ij on the first of each contact; lists are filled up with nothing to a multiple of 8."""
    full = (n + LANES - 1) // LANES * LANES
    for c in range(U(n), U(full)):
        contacts.first[c] = 0
        contacts.second[c] = 0
        contacts.square[c] = 1e300
        for a in range(U(len(axes))):
            contacts.separation[a, c] = 0.0
    for c in range(U(full)):
        contacts.first[c] = slots.owner[U(contacts.first[c])]
        contacts.second[c] = slots.owner[U(contacts.second[c])]
    cutoff = interaction.cutoff
    for c in range(U(full)):
        # coincident particles: zero force, not NaN
        contacts.ratio[c] = min(math.sqrt(max(contacts.square[c], 1e-300)), interaction.reach)
    if interaction.polydisperse:
        for c in range(U(full)):
            diameter = 0.5 * (state.diameter[U(contacts.first[c])] + state.diameter[U(contacts.second[c])])
            contacts.ratio[c] = min(contacts.ratio[c] / diameter, cutoff)
            contacts.on_first[U(0), c] = 1.0 / (diameter * diameter)
    evaluate(
        interaction.potential, interaction.exponent, cutoff, full, contacts.ratio, contacts.energy,
        contacts.slope,
    )  # fmt: skip
    if interaction.polydisperse:
        for c in range(U(full)):
            contacts.slope[c] *= contacts.on_first[U(0), c]
    if interaction.dynamics >= BIASED_KICKS:
        for c in range(U(full)):
            near = contacts.ratio[c] < cutoff
            distance = math.sqrt(max(contacts.square[c], 1e-300))
            contacts.slope[c] = interaction.kick_size / distance if near else 0.0
    for a in range(U(len(axes))):
        for c in range(U(full)):
            contacts.force[a, c] = contacts.slope[c] * contacts.separation[a, c]
    return full


@kernel
def draw_shares(
    axes: tuple[int, ...], n: Index, contacts: Contacts, state: State, interaction: Interaction,
    step: np.uint64,
) -> None:  # fmt: skip
    """Applied forces theta_ij f_ij on the first and theta_ji f_ij on the second of each contact.

    Keyed by the two particles, not by their order in memory: `low` has the smaller number.
    """
    for c in range(U(n)):
        i = U(state.identity[U(contacts.first[c])])
        j = U(state.identity[U(contacts.second[c])])
        low = min(i, j)
        high = max(i, j)
        if interaction.dynamics == BATCH_OF_PARTICLES:
            w_i, _, _, _ = draw(interaction.seed, STREAM_SELECTION, step, i, i)
            w_j, _, _, _ = draw(interaction.seed, STREAM_SELECTION, step, j, j)
            on_i = 1.0 if w_i < interaction.fraction else 0.0
            on_j = 1.0 if w_j < interaction.fraction else 0.0
        else:
            stream = STREAM_SELECTION if interaction.dynamics == BATCH_OF_PAIRS else STREAM_KICKS
            w_low, w_high, w_same, _ = draw(interaction.seed, stream, step, low, high)
            if interaction.dynamics == BATCH_OF_PAIRS:
                on_low = 1.0 if w_low < interaction.fraction else 0.0
                alone = 1.0 if w_high < interaction.fraction else 0.0
            else:
                on_low = np.float64(w_low) * _WORD
                alone = np.float64(w_high) * _WORD
            on_high = on_low if w_same < interaction.same else alone
            on_i = on_low if i == low else on_high
            on_j = on_high if i == low else on_low
        for a in range(U(len(axes))):
            contacts.on_first[a, c] = on_i * contacts.force[a, c]
            contacts.on_second[a, c] = on_j * contacts.force[a, c]


@inline_kernel
def direction(axes: tuple[int, ...], word: np.uint64, height_word: np.uint64) -> tuple[float, float, float]:
    """A unit vector, uniform on the circle (2D) or on the sphere (3D)."""
    cosine, sine = circle(word)
    height = 2.0 * (np.float64(height_word) + 0.5) * _WORD - 1.0 if len(axes) == 3 else 0.0
    flat = math.sqrt(1.0 - height * height)
    return flat * cosine, flat * sine, height


@kernel
def draw_directions(
    axes: tuple[int, ...], n: Index, contacts: Contacts, state: State, interaction: Interaction,
    step: np.uint64,
) -> None:  # fmt: skip
    """RO: a kick of length eps_k u in a fresh direction for both partners of each contact; the one with the
    higher number takes the opposite vector with probability -c_s, else one of its own.

    on_second is minus the kick on the second, as for forces."""
    for c in range(U(n)):
        i = U(state.identity[U(contacts.first[c])])
        j = U(state.identity[U(contacts.second[c])])
        low = min(i, j)
        high = max(i, j)
        u_low, w_low, u_high, w_high = draw(interaction.seed, STREAM_KICKS, step, low, high)
        w_same, z_low, z_high, _ = draw(interaction.seed, STREAM_SHARED, step, low, high)
        shared = w_same < interaction.same
        size = interaction.kick_size if contacts.slope[c] > 0.0 else 0.0
        on_low = direction(axes, w_low, z_low)
        own = direction(axes, w_high, z_high)
        long_low = size * np.float64(u_low) * _WORD
        long_high = size * np.float64(u_high) * _WORD
        for a in range(len(axes)):
            low_kick = long_low * on_low[a]
            high_kick = -low_kick if shared else long_high * own[a]
            contacts.on_first[U(a), c] = low_kick if i == low else high_kick
            contacts.on_second[U(a), c] = -(high_kick if i == low else low_kick)


@kernel
def add_sums(axes: tuple[int, ...], full: Index, contacts: Contacts, state: State, drawn: bool) -> None:
    """Sums over contacts, in eight lanes so that their order is the same on every machine."""
    sums = contacts.sums
    d = len(axes)
    for group in range(0, full, LANES):
        for lane in range(U(LANES)):
            sums[U(ENERGY), lane] += contacts.energy[U(group) + lane]
    for a in range(d):
        for group in range(0, full, LANES):
            for lane in range(U(LANES)):
                c = U(group) + lane
                f = contacts.force[U(a), c]
                sums[U(PAIR_FORCE_SQUARE), lane] += f * f
                sums[U(PER_AXIS + VIRIAL * d + a), lane] += f * contacts.separation[U(a), c]
        if drawn:
            for group in range(0, full, LANES):
                for lane in range(U(LANES)):
                    c = U(group) + lane
                    i, j = U(contacts.first[c]), U(contacts.second[c])
                    y = contacts.separation[U(a), c] + (state.jitter[U(a), i] - state.jitter[U(a), j])
                    share = 0.5 * (contacts.on_first[U(a), c] + contacts.on_second[U(a), c])
                    sums[U(PER_AXIS + VIRIAL_STRIPPED * d + a), lane] += contacts.force[U(a), c] * y
                    sums[U(PER_AXIS + VIRIAL_SELECTED * d + a), lane] += share * y


@kernel
def apply_contacts(
    axes: tuple[int, ...], n: Index, contacts: Contacts, slots: Slots, state: State,
    interaction: Interaction, step: np.uint64,
) -> None:  # fmt: skip
    """Turn the first n contacts into forces and sums, and so empty the list."""
    full = pair_forces(axes, n, contacts, slots, state, interaction)
    drawn = interaction.dynamics != GRADIENT
    if interaction.dynamics == RANDOM_KICKS:
        draw_directions(axes, full, contacts, state, interaction, step)
    elif drawn:
        draw_shares(axes, full, contacts, state, interaction, step)
    on_first = contacts.on_first if drawn else contacts.force
    on_second = contacts.on_second if drawn else contacts.force
    for c in range(U(n)):
        i, j = U(contacts.first[c]), U(contacts.second[c])
        near = np.uint8(contacts.ratio[c] < interaction.cutoff)
        state.touched[i] |= near
        state.touched[j] |= near
        for a in range(U(len(axes))):
            state.force[a, i] += on_first[a, c]
            state.force[a, j] -= on_second[a, c]
    add_sums(axes, full, contacts, state, drawn)


@kernel
def finish_sums(axes: tuple[int, ...], contacts: Contacts, drawn: bool, sums: np.ndarray) -> None:
    """Add up the lanes; without draws, the virials of y and of the applied forces are that of x here, and
    the particles' own part is added where they move."""
    d = len(axes)
    for column in range(U(sums.shape[0])):
        total = 0.0
        for lane in range(U(LANES)):
            total += contacts.sums[column, lane]
        sums[column] = total
    if not drawn:
        for a in range(d):
            virial = sums[PER_AXIS + VIRIAL * d + a]
            sums[PER_AXIS + VIRIAL_STRIPPED * d + a] = virial
            sums[PER_AXIS + VIRIAL_SELECTED * d + a] = virial


@kernel
def band_forces(
    axes: tuple[int, ...], band: Index, cells: Cells, slots: Slots, pairs: "Pairs", listed: bool,
    state: State, interaction: Interaction, step: np.uint64, contacts: Contacts, sums: np.ndarray,
    held: np.ndarray,
) -> None:  # fmt: skip
    """Forces and sums of all pairs whose first partner lies in the band. held[0]: -1 where the particles
    are too crowded."""
    held[0] = 0
    contacts.sums[:] = 0.0
    limit = interaction.reach * interaction.reach
    n = np.int64(0)
    if listed:
        begin = band * (pairs.first.shape[0] // pairs.number.shape[0])
        end = begin + pairs.number[band]
        for p in range(begin, end, LANES):
            n = append_listed(
                axes, pairs.first, pairs.second, p, slots.position, limit, contacts.first, contacts.second,
                contacts.square, contacts.separation, n,
            )  # fmt: skip
            if n >= FLUSH_AT:
                apply_contacts(axes, n, contacts, slots, state, interaction, step)
                n = np.int64(0)
    else:
        columns = cells.per_side + 2
        for row in range(cells.band_row[band], cells.band_row[band + 1]):
            begin = np.int64(slots.start[row * columns + 1])
            end = np.int64(slots.start[row * columns + columns - 1])
            for first in range(begin, end, CHUNK):
                last: Index = min(first + CHUNK, end)  # type: ignore[assignment]
                for side in range(-1, cells.neighbour_row.shape[1]):
                    n = scan_chunk(axes, row, side, first, last, cells, slots, limit, contacts, n)
                    if n < 0:
                        held[0] = -1
                        return
                    if n >= FLUSH_AT:
                        apply_contacts(axes, n, contacts, slots, state, interaction, step)
                        n = np.int64(0)
    apply_contacts(axes, n, contacts, slots, state, interaction, step)
    finish_sums(axes, contacts, interaction.dynamics != GRADIENT, sums)
