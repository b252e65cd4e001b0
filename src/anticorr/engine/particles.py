"""The particles of a spec: state, work space, and what the kernel's sums mean."""

import math

import numpy as np

from anticorr.accelerate import most_threads
from anticorr.engine import _contacts, _forces, _kernels, _lists, _motion, _ordering, potentials
from anticorr.engine._forces import GRADIENT, PER_AXIS, Interaction, State
from anticorr.engine.cells import cut_box
from anticorr.engine.initial import diameters, initial_positions
from anticorr.engine.workspace import contacts_for, pairs_for, slots_for, sorting_for, work_for
from anticorr.errors import RunError
from anticorr.noise.exponential import Filter
from anticorr.noise.filters import from_spec
from anticorr.noise.philox import STREAM_STATES
from anticorr.specs import Spec, parse

SKIN = {2: 0.8, 3: 0.5}
"""Skin of the neighbour list in diameters, by dimension: flat optima between .6 and 1, and .4 and .6."""
LEAST_STEPS = 5
"""A list that does not last as long costs more than cells: making one takes about as long as five of the
steps that it saves a part of."""
_CHANGING = ("position", "memory", "identity", "diameter", "jitter")
"""The arrays of the state that a checkpoint holds; forces and flags are zero between steps."""
_QUENCH_STEP = 0.25
_MOST_QUENCH_STEPS = 20_000


class Particles:
    """The particles of a spec at some step, ready to go on.

    `step_block(blocks)` takes blocks of `spec.series_every` steps. The bits of every result are the same
    for any number of threads and for any division into calls.

    position: unwrapped (axis, particle) by particle number, where it is not that of the spec.
    skin: of a neighbour list used in every step; 0 for cells in every step; None: the engine's own choice.
    """

    def __init__(
        self, spec: Spec, position: np.ndarray | None = None, *, skin: float | None = None
    ) -> None:
        d, n = spec.system.dimension, spec.system.particles
        self.spec = spec
        self.step = 0
        self.axes = (0,) * d
        side, reach = spec.system.box_side, spec.system.reach
        self.skin = min(SKIN[d] if skin is None else skin, side - reach)
        self._lasting = LEAST_STEPS if skin is None else 0
        self.cells = cut_box(side, d, n, reach)
        self._wide = cut_box(side, d, n, reach + self.skin)
        filtered = from_spec(spec.dynamics.noise)
        self.noise = _noise(filtered, spec)
        self.interaction = _interaction(spec)
        if position is None:
            quench = spec.system.initial == "quenched"
            position = _quenched(spec) if quench else initial_positions(spec.system, spec.seed)
        self.state = State(
            np.array(position, dtype=float, order="C"),
            np.zeros((len(self.noise.rates), d, n)),
            np.arange(n, dtype=np.uint32),
            diameters(spec.system, spec.seed),
            np.zeros((d, 0 if self.interaction.dynamics == GRADIENT else n)),
            np.zeros((d, n)),
            np.zeros(n, np.uint8),
        )
        self._draw_filter_states(filtered)
        geometries = (self.cells, self._wide)
        self._slots = slots_for(d, n, geometries)
        self._sorting = sorting_for(n, geometries)
        around = {2: math.pi, 3: 4 * math.pi / 3}[d] * (reach + self.skin) ** d
        pairs = int(1.15 * n * spec.system.density * around / 2)
        self._pairs = pairs_for(d, n, self._wide, len(self._slots.owner), self.skin, pairs)
        self._contacts = contacts_for(d, most_threads())
        self._work = work_for(d, n, geometries, most_threads())
        self._cursor = np.array([0, 0, 1, -1, 0, -1])

    @property
    def neighbours(self) -> str:
        """How pairs are found, in words."""
        if not self.skin:
            return "cells"
        return f"cells, or lists with skin {self.skin:.3g} D while they last {self._lasting} steps"

    @property
    def absorbed(self) -> bool:
        """No contacts in the last step and no injected noise: nothing will move again."""
        return self.spec.dynamics.noise.strength == 0 and self._cursor[_lists.LAST_TOUCHED] == 0

    def step_block(self, blocks: int) -> np.ndarray:
        """Take blocks * series_every steps; sums of each block, shape (blocks, 4 + 4 d): the columns of
        `_forces`, then the squared displacement of y at the block's end."""
        every = self.spec.series_every
        series = np.empty((blocks, PER_AXIS + 4 * len(self.axes) + 1))
        self._cursor[:2] = 0
        while True:
            status = _kernels.advance(
                self.axes, self.step, (blocks, every), self.cells, self._wide, self.state, self._slots,
                self._sorting, self._pairs, self.skin, self._lasting, self._contacts, self._work,
                self.interaction, self.noise, self._cursor, series,
            )  # fmt: skip
            if status == _ordering.DONE:
                break
            self._make_room(status)
        self.step += blocks * every
        return series

    def energy_and_force(self, position: np.ndarray) -> tuple[float, np.ndarray]:
        """Energy of all contacts, and the applied force (axis, particle), at unwrapped positions (axis,
        particle), both by particle number. The particles stay there; no step is taken and no noise drawn.
        """
        self.state.position[:] = position[:, self.state.identity]
        self._cursor[_lists.STALE] = 1  # the sort below overwrites the slots that a list refers to
        while True:
            status = _ordering.sort_particles(
                self.axes, self.cells, self.state, self._slots, self._sorting, False
            )
            if status == _ordering.DONE:
                break
            self._make_room(status)
        spread = _kernels.force(
            self.axes, self.cells, self._slots, self._pairs, False, self.state, self.interaction,
            np.uint64(self.step), self._contacts, self._work,
        )  # fmt: skip
        if not spread:
            self._make_room(_ordering.CROWDED)
        bands = len(self.cells.band_row) - 1
        energy = float(self._work.band_sums[:bands, _forces.ENERGY].sum())
        force = self._by_number(self.state.force)
        self.state.force[:] = 0
        self.state.touched[:] = 0
        return energy, force

    def position(self) -> np.ndarray:
        """Unwrapped x, shape (axis, particle), in the order of particle numbers."""
        return self._by_number(self.state.position)

    def stripped_position(self) -> np.ndarray:
        """Unwrapped y = x + sigma sum_k g_k z_k, shape (axis, particle): y is driven by white noise."""
        y = self.state.position.copy()
        for strip, z in zip(self.noise.stripping, self.state.memory, strict=True):
            y += strip * z
        return self._by_number(y)

    def diameters(self) -> np.ndarray:
        """D_i in the order of particle numbers."""
        return diameters(self.spec.system, self.spec.seed) * np.ones(self.spec.system.particles)

    def measure_displacement_from_here(self) -> None:
        """Mean square displacements count from the present y."""
        self._work.reference[:] = self.stripped_position()

    def checkpoint(self) -> dict[str, np.ndarray]:
        """Copies of all arrays that later steps depend on: also the order in memory and the list's age."""
        arrays = {name: getattr(self.state, name).copy() for name in _CHANGING}
        arrays["step"] = np.array(self.step)
        arrays["cursor"] = self._cursor.copy()
        arrays["cursor"][:2] = 0  # where the last call ended: depends on the division into calls
        arrays["displaced_from"] = self._work.reference.copy()
        arrays["listed_at"] = self._pairs.reference.copy()
        if arrays["cursor"][_lists.STALE]:
            arrays["listed_at"][:] = 0  # no list is in use: what is left there does not matter
        return arrays

    def restore(self, arrays: dict[str, np.ndarray]) -> None:
        """Go on from a checkpoint of the same spec."""
        for name in _CHANGING:
            getattr(self.state, name)[:] = arrays[name]
        self.step = int(arrays["step"])
        self._work.reference[:] = arrays["displaced_from"]
        if self.skin and not arrays["cursor"][_lists.STALE]:  # there is a list in use
            self._list_again(arrays)
        self._cursor[:] = arrays["cursor"]

    def _list_again(self, arrays: dict[str, np.ndarray]) -> None:
        """Make the neighbour list as it was: from the positions of that time, in the present order."""
        self.state.position[:] = arrays["listed_at"]
        while True:
            status = _lists.list_pairs(
                self.axes, self._wide, self.state, self._slots, self._sorting, self._pairs,
                self.interaction.reach + self.skin, self._contacts, self._work.held,
            )  # fmt: skip
            if status == _ordering.DONE:
                break
            self._make_room(status)
        self.state.position[:] = arrays["position"]

    def _make_room(self, status: int) -> None:
        """Larger work space, where the kernel asked for it; what is in it does not matter."""
        d, n = self.state.position.shape
        if status == _ordering.SLOTS_FULL:
            self._slots = slots_for(d, n, (self.cells, self._wide), len(self._slots.owner) * 3 // 2)
        elif status == _ordering.CROWDED:
            raise RunError(
                f"crowded: more than {_contacts.MOST_CANDIDATES} particles in three cells of one row "
                f"after step {self.step}; wanted: a spread-out initial state"
            )
        pairs = (
            len(self._pairs.first) * 3 // 2 if status == _ordering.PAIRS_FULL else len(self._pairs.first)
        )
        self._pairs = pairs_for(d, n, self._wide, len(self._slots.owner), self.skin, pairs)

    def _draw_filter_states(self, filtered: Filter) -> None:
        """Filter states from their joint stationary law: z = F nu, nu normal, F F^T = cov(z)."""
        d, n = self.state.position.shape
        factor = filtered.state_factor
        white = np.empty((d, n))
        for component in range(factor.shape[1] if factor.size else 0):
            _motion.fill_white(
                self.axes,
                self.noise.seed,
                STREAM_STATES,
                np.uint64(component),
                self.state.identity,
                0,
                n,
                white,
            )
            for state in range(len(factor)):
                self.state.memory[state] += factor[state, component] * white
        if self.state.jitter.size:
            for strip, z in zip(self.noise.stripping, self.state.memory, strict=True):
                self.state.jitter[:] += strip * z

    def _by_number(self, array: np.ndarray) -> np.ndarray:
        result = np.empty_like(array)
        result[:, self.state.identity] = array
        return result


def _quenched(spec: Spec) -> np.ndarray:
    """Random points after steepest descent in the harmonic energy of the same sizes, until the energy falls
    by less than a thousandth in 100 steps or no overlap above about 1e-6 is left."""
    data = noise_free(spec, _QUENCH_STEP, 100).model_dump(mode="json")
    data["system"]["potential"] = {"kind": "harmonic"}
    particles = Particles(parse(data))
    before = math.inf
    for _ in range(_MOST_QUENCH_STEPS // 100):
        energy = particles.step_block(1)[0, _forces.ENERGY] / 100 / spec.system.particles
        if energy < 1e-12 or energy > 0.999 * before:
            break
        before = energy
    return particles.position()


def noise_free(spec: Spec, step_size: float, every: int) -> Spec:
    """Gradient descent with full gradients in the system of a spec, without noise, from random points; a
    block of the series is `every` steps."""
    data = spec.model_dump(mode="json")
    data["system"]["initial"] = "random"
    data["dynamics"] = {"step_size": step_size, "noise": {"kind": "white", "strength": 0.0}}
    data["schedule"] = {"relax_steps": 0, "sample_steps": every, "sample_every": every}
    data["record"] = {"series_every": every}
    return parse(data)


def series_of(spec: Spec, sums: np.ndarray) -> dict[str, np.ndarray]:
    """Means over steps, particles and axes from the sums of the kernel."""
    d, n = spec.system.dimension, spec.system.particles
    volume = spec.system.box_side**d
    displacement = sums[:, -1] / n
    sums = sums[:, :-1] / spec.series_every
    per_axis = sums[:, PER_AXIS:].reshape(-1, 4, d)
    force_square = per_axis[:, _forces.FORCE_SQUARE]
    half_step = 0.5 * getattr(spec.dynamics, "step_size", 1.0)
    return {
        "energy": sums[:, _forces.ENERGY] / n,
        "pressure": per_axis[:, _forces.VIRIAL].mean(axis=1) / volume,
        "pressure_stripped": per_axis[:, _forces.VIRIAL_STRIPPED].mean(axis=1) / volume,
        "mean_square_force": force_square.mean(axis=1) / n,
        "pair_force_square": 2 * sums[:, _forces.PAIR_FORCE_SQUARE] / (d * n),
        "pair_virial": per_axis[:, _forces.VIRIAL_SELECTED] + half_step * force_square,
        "pair_virial_plain": per_axis[:, _forces.VIRIAL] + half_step * force_square,
        "active_fraction": sums[:, _forces.TOUCHED] / n,
        "mean_square_displacement": displacement,
    }


def _noise(filtered: Filter, spec: Spec) -> _motion.Noise:
    sigma = spec.dynamics.noise.strength
    return _motion.Noise(
        sigma * filtered.first,
        sigma * np.array(filtered.weights, dtype=float),
        np.array(filtered.rates, dtype=float),
        sigma * np.array(filtered.stripping, dtype=float),
        np.uint64(spec.seed),
    )


def _interaction(spec: Spec) -> Interaction:
    dynamics, potential = spec.dynamics, spec.system.potential
    if dynamics.kind == "gradient":
        alone = dynamics.batch_selection == "particle"
        kind = _forces.BATCH_OF_PARTICLES if alone else _forces.BATCH_OF_PAIRS
        if dynamics.batch_fraction == 1:
            kind = GRADIENT
        correlation = dynamics.batch_correlation
    else:
        kind = _forces.BIASED_KICKS if dynamics.kind == "bro" else _forces.RANDOM_KICKS
        correlation = dynamics.kick_correlation
    return Interaction(
        kind,
        potentials.KINDS.index(potential.kind),
        float(getattr(potential, "exponent", 0.0)),
        float(getattr(potential, "cutoff", 1.0)),
        spec.system.reach,
        spec.system.sizes.kind != "monodisperse",
        getattr(dynamics, "step_size", 1.0),
        float(getattr(dynamics, "kick_size", 0.0)),
        np.uint64(round(getattr(dynamics, "batch_fraction", 1.0) * 2**32)),
        np.uint64(round(-correlation * 2**32)),
        np.uint64(spec.seed),
    )
