"""The sort: every particle in one slot, ghosts where they belong, a stable order; the pairs that follow."""

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anticorr.accelerate import set_num_threads
from anticorr.engine import _lists, _ordering
from anticorr.engine.cells import cut_box
from anticorr.engine.particles import Particles
from tests.engine.systems import DYNAMICS, scattered, spec_of

VOLUME = {2: math.pi / 4, 3: math.pi / 6}


@st.composite
def crowds(draw):
    """Particles of a random number, box and dimension; `skin` changes the width of the cells."""
    d = draw(st.sampled_from([2, 3]))
    side = draw(st.floats(1.001, 12.0 if d == 2 else 5.0))
    most = int(3 * side**d / VOLUME[d])
    n = draw(st.integers(1, max(1, min(most, 600))))
    fraction = min(n * VOLUME[d] / (side * (1 - 1e-9)) ** d, 3.0)
    sizes = draw(st.sampled_from([{"kind": "monodisperse"}, {"kind": "uniform", "half_width": 0.2}]))
    if sizes["kind"] == "uniform":
        fraction = min(fraction, n * VOLUME[d] / 1.3**d)
    spec = spec_of(DYNAMICS["gradient, ma1"], d, n, fraction, sizes=sizes)
    position = scattered(spec, draw(st.integers(0, 2**32)))
    return Particles(spec, position, skin=draw(st.sampled_from([0.0, 0.3])))


def sort(particles, cells, in_memory):
    """Sort with the kernel, with more room where it asks for it."""
    while True:
        status = _ordering.sort_particles(
            particles.axes, cells, particles.state, particles._slots, particles._sorting,
            in_memory,
        )  # fmt: skip
        if status == _ordering.DONE:
            return
        particles._make_room(status)


def wrapped(position, side):
    """The image in [0, L), as the engine rounds it."""
    w = position - side * np.floor(position / side)
    w = np.where(w < 0, w + side, w)
    return np.where(w >= side, w - side, w)


def check_slots(particles, cells):
    slots, position = particles._slots, particles.state.position
    d, n = position.shape
    m, columns, rows, side = cells.per_side, cells.per_side + 2, cells.rows, cells.side
    begin = slots.start[: (rows + len(cells.ghost_source)) * columns + 1].astype(int)
    assert begin[0] == 0
    assert (np.diff(begin) >= 0).all()
    inside = wrapped(position, side)
    place = np.minimum((inside * (m / side)).astype(int), m - 1)
    row_of = np.ravel_multi_index(tuple(place[a] for a in range(d - 1, 0, -1)), (m,) * (d - 1))
    met = []
    for row, column in product(range(rows), range(1, m + 1)):
        c = row * columns + column
        owners = slots.owner[begin[c] : begin[c + 1]].astype(int)
        assert (np.diff(owners) > 0).all(), "not in the order of memory"
        assert (row_of[owners] == row).all()
        assert (place[0, owners] == column - 1).all()
        assert (slots.cell[begin[c] : begin[c + 1]] == c).all()
        np.testing.assert_array_equal(slots.position[:, begin[c] : begin[c + 1]], inside[:, owners])
        met.extend(owners)
    assert sorted(met) == list(range(n))
    along = np.zeros((d, 1))
    along[0] = side
    for row in range(rows):
        for ghost, source, shift in ((0, m, -along), (m + 1, 1, along)):
            compare_cells(slots, begin, row * columns + ghost, row * columns + source, shift)
    for ghost, (source, shift) in enumerate(zip(cells.ghost_source, cells.ghost_shift, strict=True)):
        for column in range(columns):
            to = (rows + ghost) * columns + column
            compare_cells(slots, begin, to, source * columns + column, shift[:, None])
    return met


def compare_cells(slots, begin, ghost, source, shift):
    """The ghost cell holds the same particles, in the same order, `shift` away."""
    here, there = (slice(begin[c], begin[c + 1]) for c in (ghost, source))
    np.testing.assert_array_equal(slots.owner[here], slots.owner[there])
    np.testing.assert_array_equal(slots.position[:, here], slots.position[:, there] + shift)


@given(crowds(), st.sampled_from([1, 4]), st.booleans())
def test_every_particle_has_one_slot_and_its_ghosts(particles, threads, wide):
    set_num_threads(threads)
    cells = particles._wide if wide else particles.cells
    before = particles.checkpoint()
    sort(particles, cells, in_memory=False)
    check_slots(particles, cells)
    for name, array in particles.checkpoint().items():
        np.testing.assert_array_equal(array, before[name], err_msg=name)


@given(crowds(), st.sampled_from([1, 4]), st.booleans())
def test_sorting_in_memory_moves_whole_particles(particles, threads, wide):
    set_num_threads(threads)
    cells = particles._wide if wide else particles.cells
    state, d = particles.state, len(particles.axes)
    n = len(state.identity)
    random = np.random.default_rng(n)
    state.memory[:] = random.random(state.memory.shape)

    def by_number():
        rows = [*state.position, *state.memory.reshape(-1, n)]
        rows += [state.diameter] if len(state.diameter) == n else []
        made = np.empty((len(rows), n))
        made[:, state.identity] = rows
        return made

    before = by_number()
    sort(particles, cells, in_memory=True)
    np.testing.assert_array_equal(by_number(), before)
    assert sorted(state.identity) == list(range(n))
    assert (state.force == 0).all()
    assert check_slots(particles, cells) == list(range(n)), "memory is not in the order of the cells"
    order = state.identity.copy()
    sort(particles, cells, in_memory=True)
    np.testing.assert_array_equal(state.identity, order)
    assert state.position.shape == (d, n)


def pairs_of(particles, distance):
    """(smaller number, larger number, squared distance) of all pairs and images closer than `distance`."""
    position, side = particles.position(), particles.cells.side
    inside = wrapped(position, side)
    far = math.ceil(distance / side)
    made = []
    for image in product(range(-far, far + 1), repeat=len(position)):
        shift = side * np.array(image)[:, None]
        square = ((inside[:, :, None] - inside[:, None] + shift[..., None]) ** 2).sum(axis=0)
        i, j = np.nonzero(square < distance**2)
        once = i < j  # the other way round with the opposite image
        made += zip(i[once], j[once], square[i[once], j[once]], strict=True)
        itself = (i == j) & any(image)
        assert not itself.any()
    return sorted(made)


@given(crowds())
def test_the_list_holds_every_pair_once(particles):
    if not particles.skin:
        return
    # at most the box side, but for rounding: a particle does not list itself
    distance = min(particles.interaction.reach + particles.skin, particles.cells.side * (1 - 1e-12))
    while True:
        status = _lists.list_pairs(
            particles.axes, particles._wide, particles.state, particles._slots, particles._sorting,
            particles._pairs, distance, particles._contacts, particles._work.held,
        )  # fmt: skip
        if status == _ordering.DONE:
            break
        particles._make_room(status)
    pairs, slots, found = particles._pairs, particles._slots, []
    capacity = len(pairs.first) // len(pairs.number)
    for band, number in enumerate(pairs.number):
        one = pairs.first[band * capacity : band * capacity + number]
        other = pairs.second[band * capacity : band * capacity + number]
        real = other < len(slots.owner)  # filled up to eights with pairs of nothing
        assert len(real) - real.sum() < 8
        one, other = one[real], other[real]
        square = ((slots.position[:, one] - slots.position[:, other]) ** 2).sum(axis=0)
        names = np.sort(particles.state.identity[slots.owner[[one, other]]], axis=0)
        found += zip(*names, square, strict=True)
    found, expected = sorted(found), pairs_of(particles, distance)
    assert len(found) == len(expected)
    if found:
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12)


def covered(cells, dimension):
    """How often each pair of (row, image) and row is met: (row, row, shift) -> number."""
    met = {}
    for row in range(cells.rows):
        for other in cells.neighbour_row[row]:
            shift = (0.0,) * dimension
            if other >= cells.rows:
                shift = tuple(cells.ghost_shift[other - cells.rows])
                other = cells.ghost_source[other - cells.rows]
            for key in ((row, int(other), shift), (int(other), row, tuple(-s + 0.0 for s in shift))):
                met[key] = met.get(key, 0) + 1
    return met


@pytest.mark.parametrize("dimension", [2, 3])
@pytest.mark.parametrize("side", [1.0, 1.9, 2.5, 3.0, 4.7, 9.99])
def test_half_stencil_meets_every_neighbour_row_once(dimension, side):
    cells = cut_box(side, dimension, 10**6)
    met = covered(cells, dimension)
    others = dimension - 1
    for row, place in enumerate(product(range(cells.per_side), repeat=others)):
        for offset in product((-1, 0, 1), repeat=others):
            if any(offset):
                target = [p + o for p, o in zip(place, offset, strict=True)]
                number = 0
                for t in target:
                    number = number * cells.per_side + t % cells.per_side
                shift = (0.0, *(side * (t // cells.per_side) + 0.0 for t in target[::-1]))
                assert met.pop((row, number, shift)) == 1
    assert not met


@pytest.mark.parametrize("dimension", [2, 3])
@pytest.mark.parametrize("side", [1.0, 2.5, 3.0, 5.5, 40.2])
def test_bands_of_one_colour_do_not_touch(dimension, side):
    cells = cut_box(side, dimension, 10**6)
    bands = len(cells.band_row) - 1
    assert bands == 1 or bands % 2 == 0
    reached = []
    for band in range(bands):
        rows = range(cells.band_row[band], cells.band_row[band + 1])
        others = {int(r) for row in rows for r in cells.neighbour_row[row]}
        others = {int(cells.ghost_source[r - cells.rows]) if r >= cells.rows else r for r in others}
        reached.append({int(cells.row_band[r]) for r in set(rows) | others})
        assert reached[-1] <= {band, (band + 1) % bands}
    for parity in range(2):
        together = [band for n in range(parity, bands, 2) for band in reached[n]]
        assert len(together) == len(set(together))
