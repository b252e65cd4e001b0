"""Density modes summed exactly, for any list of wavevectors."""

import numpy as np

from anticorr.spectra._kernels import BLOCK, sum_modes

_UNIT = 2.0**-53
"""Largest relative error of one rounding."""


class ExactModes:
    """rho_k = sum_j w_j exp(-i k . x_j) at k = (2 pi / side) n; n: (mode, axis) integers.

    Modes that share all components but the last form a row; a row is summed for both signs of the last
    component at once, as products of real cosines and sines.
    """

    def __init__(self, side: float, n: np.ndarray):
        self._side = side
        leading = n[:, :-1]
        sign = np.ones(len(n), dtype=int)
        for axis in reversed(range(leading.shape[1])):
            sign = np.where(leading[:, axis] != 0, np.sign(leading[:, axis]), sign)
        self._rows, self._row = np.unique(sign[:, None] * leading, axis=0, return_inverse=True)
        self._row = self._row.ravel()
        self._last = np.abs(n[:, -1])
        self._reach = np.zeros(len(self._rows), dtype=int)
        np.maximum.at(self._reach, self._row, self._last)
        self._sign, self._both = sign, sign * np.sign(n[:, -1])
        self._last_sign = np.sign(n[:, -1])
        # |n_x| + |n_y| + ...: roundings of the phase and of the powers, see error_bound
        self._order = np.abs(n).sum(axis=1)
        power = max(1, int(np.abs(n).max(initial=0)))
        self._space = (
            np.zeros((n.shape[1], power + 1, 2, BLOCK)),
            np.zeros((len(self._rows), 2, BLOCK)),
            np.zeros((BLOCK, 2 * power + 2)),
            *np.zeros((2, len(self._rows), 2, 2 * power + 2)),
        )

    def __call__(self, position: np.ndarray, weights: np.ndarray) -> np.ndarray:
        """position (particle, axis), weights (particle), both C-contiguous float64; complex128 (mode)."""
        total = np.empty_like(self._space[-1])
        powers, first, last, block, lost = self._space
        sum_modes(
            position, weights, self._side, self._rows, self._reach, powers, first, last, block, lost, total
        )
        (cc, cs), (sc, ss) = (
            (total[self._row, p, 2 * self._last], total[self._row, p, 2 * self._last + 1]) for p in (0, 1)
        )
        return cc - self._both * ss - 1j * (self._sign * sc + self._last_sign * cs)

    def error_bound(self) -> np.ndarray:
        """Largest |error| of each mode over sum_j |w_j|, from the rounding of every operation.

        For positions in [-L, L]. Phase: 4 pi units and one of cos and sin; a product of powers 2.3; so 17
        units for each step of |n_x| + |n_y| + ...; sums of a block: 4 products, 64 additions.
        """
        return _UNIT * (17 * self._order + 80)
