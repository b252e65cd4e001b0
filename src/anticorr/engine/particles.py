"""The particles of a spec: state, work space, and what the kernel's sums mean."""

import numpy as np

from anticorr.accelerate import most_threads
from anticorr.engine import _forces, _kernels
from anticorr.engine._sorting import MOST_IN_CELL
from anticorr.engine.cells import Cells, cut_box
from anticorr.engine.initial import initial_positions
from anticorr.errors import RunError
from anticorr.noise.filters import from_spec
from anticorr.specs import Spec


class Particles:
    """The particles of a spec at some step, ready to go on.

    `step_block(blocks)` takes blocks of `spec.series_every` steps. The bits of every result are the same
    for any number of threads and for any division into calls.
    """

    def __init__(self, spec: Spec, position: np.ndarray | None = None):
        d, n = spec.system.dimension, spec.system.particles
        self.spec = spec
        self.step = 0
        self.axes = (0,) * d
        self.cells = cut_box(spec.system.box_side, d, n)
        taps = from_spec(spec.dynamics.noise).taps
        sigma, seed = spec.dynamics.noise.strength, np.uint64(spec.seed)
        self.noise = _kernels.Noise(sigma * taps[0], sigma * taps[1], seed)
        batch = spec.dynamics
        self.selection = _forces.Selection(
            batch.batch_fraction < 1,
            np.uint64(round(batch.batch_fraction * 2**32)),
            np.uint64(round(-batch.batch_correlation * 2**32)),
            seed,
        )
        if position is None:
            position = initial_positions(spec.system, spec.seed)
        self.state = _kernels.State(
            np.array(position, dtype=float, order="C"), np.zeros((d, n)), np.arange(n, dtype=np.int32)
        )
        _kernels.fill_white(self.axes, seed, np.uint64(0), self.state.identity, 0, n, self.state.memory)
        self._ordered = _ordered(d, n)
        self._scratch = _scratch(d, n, self.cells)
        threads = most_threads()
        self._contacts = _contacts(d, threads)
        self._white = np.empty((threads, d, 512))
        self._untouched = False

    def step_block(self, blocks: int) -> np.ndarray:
        """Take blocks * series_every steps; sums of each block, shape (blocks, 4 + 4 d): the columns of
        `_forces`, then the squared displacement of y at the block's end."""
        every = self.spec.series_every
        series = np.empty((blocks, _forces.PER_AXIS + 4 * len(self.axes) + 1))
        held = _kernels.advance(
            self.axes, self.step, (blocks, every), self.cells, self.state, self._ordered,
            self._contacts, self._white, self._scratch, self.spec.dynamics.step_size, self.noise,
            self.selection, series,
        )  # fmt: skip
        if not held:
            raise RunError(
                f"crowded: more than {MOST_IN_CELL} particles in a cell of one diameter "
                f"after step {self.step}; wanted: a spread-out initial state"
            )
        self.step += blocks * every
        self._untouched = bool(series[-1, _forces.TOUCHED] == 0)
        return series

    def position(self) -> np.ndarray:
        """Unwrapped x, shape (axis, particle), in the order of particle numbers."""
        return self._by_number(self.state.position)

    def stripped_position(self) -> np.ndarray:
        """Unwrapped y = x + sigma b eta(t-1), shape (axis, particle)."""
        return self._by_number(self.state.position + self.noise.old * self.state.memory)

    def measure_displacement_from_here(self) -> None:
        """Mean square displacements count from the present y."""
        self._scratch.reference[:] = self.stripped_position()

    @property
    def absorbed(self) -> bool:
        """No contacts and no injected noise: nothing will ever move."""
        return self.spec.dynamics.noise.strength == 0 and self._untouched

    def checkpoint(self) -> dict[str, np.ndarray]:
        """Every array that future bits depend on."""
        arrays = self.state._asdict() | {"reference": self._scratch.reference, "step": self.step}
        return {name: np.array(array) for name, array in arrays.items()}

    def restore(self, arrays: dict[str, np.ndarray]) -> None:
        """Go on from a `checkpoint` of the same spec."""
        for name, array in self.state._asdict().items():
            array[:] = arrays[name]
        self._scratch.reference[:] = arrays["reference"]
        self.step = int(arrays["step"])

    def _by_number(self, array: np.ndarray) -> np.ndarray:
        result = np.empty_like(array)
        result[:, self.state.identity] = array
        return result


def series_of(spec: Spec, sums: np.ndarray) -> dict[str, np.ndarray]:
    """Means over steps, particles and axes from the sums of the kernel."""
    d, n = spec.system.dimension, spec.system.particles
    volume = spec.system.box_side**d
    displacement = sums[:, -1] / n
    sums = sums[:, :-1] / spec.series_every
    per_axis = sums[:, _forces.PER_AXIS :].reshape(-1, 4, d)
    force_square = per_axis[:, _forces.FORCE_SQUARE]
    half_step = 0.5 * spec.dynamics.step_size
    return {
        "energy": sums[:, _forces.ENERGY] / n,
        "pressure": per_axis[:, _forces.VIRIAL].mean(axis=1) / volume,
        "pressure_stripped": per_axis[:, _forces.VIRIAL_STRIPPED].mean(axis=1) / volume,
        "mean_square_force": force_square.mean(axis=1) / n,
        "pair_force_square": 2 * sums[:, _forces.PAIR_FORCE_SQUARE] / (d * n),
        "pair_virial": per_axis[:, _forces.VIRIAL_SELECTED] + half_step * force_square,
        "active_fraction": sums[:, _forces.TOUCHED] / n,
        "mean_square_displacement": displacement,
    }


def _ordered(d: int, n: int) -> _kernels.Ordered:
    return _kernels.Ordered(
        np.empty((d, n)),
        np.empty((d, n)),
        np.empty((d, n)),
        np.empty((d, n)),
        np.empty(n, np.int32),
        np.empty(n, np.uint8),
    )


def _scratch(d: int, n: int, cells: Cells) -> _kernels.Scratch:
    bands = len(cells.band_row) - 1
    start = np.empty(cells.per_side**d + 1, np.int64)
    start[-1] = n
    return _kernels.Scratch(
        np.empty(n, np.int64),
        np.empty(n, np.int64),
        np.zeros((bands, bands), np.int64),
        np.zeros((bands, bands), np.int64),
        np.zeros(bands + 1, np.int64),
        start,
        np.zeros((bands, _forces.PER_AXIS + 4 * d)),
        np.zeros((bands, _forces.PER_AXIS + 4 * d)),
        np.zeros(bands, np.bool_),
        np.full((d, n), np.nan),
    )


def _contacts(d: int, threads: int) -> _forces.Contacts:
    length = (threads, _forces.CAPACITY)
    return _forces.Contacts(
        np.empty(length, np.int32),
        np.empty(length, np.int32),
        np.empty((threads, d, _forces.CAPACITY)),
        np.empty((threads, d, _forces.CAPACITY)),
        np.empty(length),
        np.empty(length),
        np.ones(length),
        np.ones(length),
        np.empty((threads, d)),
    )
