"""Density modes against a double loop; also run without compilation."""

import math

import numpy as np
import pytest

from anticorr.spectra.structure_factor import EXACT_REACH, density_modes
from anticorr.spectra.wavevectors import half_space
from tests.naive import twins


@pytest.mark.parametrize("dimension", [2, 3])
def test_modes_agree_with_the_double_loop(dimension):
    side = 7.3
    reach = EXACT_REACH + 3 if dimension == 2 else EXACT_REACH + 1
    n = half_space(side, dimension, 2 * math.pi / side * reach)
    chosen = np.unique(np.linspace(0, len(n) - 1, 40).astype(int))
    position = np.random.default_rng(1).random((2, 60, dimension)) * side
    modes = density_modes(position, side, n)
    for frame in range(2):
        for m in chosen:
            expected = twins.density_mode(position[frame], n[m] * 2 * math.pi / side)
            exact = (n[m] ** 2).sum() <= EXACT_REACH**2
            assert abs(modes[frame, m] - expected) < (1e-12 if exact else 1e-9)
