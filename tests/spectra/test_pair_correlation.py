"""g(r) of point sets whose pairs are known; the twin of the counting is in tests/naive."""

import numpy as np
import pytest

from anticorr.errors import InputError
from anticorr.spectra.pair_correlation import pair_correlation


@pytest.mark.parametrize(("dimension", "side"), [(2, 20.0), (3, 9.0)])
def test_independent_points_have_one_everywhere(dimension, side):
    """To half the box side, with 40 points, so that (N - 1) and not N counts, which differ by 2.5%: bins
    within 5 errors (false alarm below 2e-3 for 19 bins and errors of 20 batches), their mean within 1%."""
    position = np.random.default_rng(1).random((400, 40, dimension)) * side
    _, g, error = pair_correlation(position, side, side / 2, 20)
    assert (np.abs(g - 1) < 5 * error + 1e-12)[1:].all()  # the first bin is all but empty
    volume = np.diff(np.linspace(0, side / 2, 21) ** dimension)
    assert np.average(g, weights=volume) == pytest.approx(1, abs=0.01)


def test_square_lattice_has_its_shells():
    """Neighbours of a square lattice: 4 at 1, 4 at sqrt 2, 4 at 2, 8 at sqrt 5; nothing between."""
    lattice = np.indices((12, 12)).reshape(2, -1).T.astype(float) + 0.3
    bins, reach = 23, 2.3  # no shell on an edge of a bin but 1 and 2: those may fall on either side
    r, g, _ = pair_correlation(np.stack([lattice, lattice + 7.9]), 12.0, reach, bins)
    neighbours = g * np.pi * np.diff(np.linspace(0, reach, bins + 1) ** 2) * 143 / 144
    left = neighbours.copy()
    for distance, count in ((1, 4), (2**0.5, 4), (2, 4), (5**0.5, 8)):
        near = np.abs(r - distance) < 0.0501
        assert neighbours[near].sum() == pytest.approx(count)
        left[near] = 0
    assert (left == 0).all()


def test_errors_are_the_scatter_of_frames():
    """Poisson pairs: the variance of a count is its mean (to 1 / N); z^2 of 25 bins has the mean 1."""
    position = np.random.default_rng(2).random((200, 300, 2)) * 30
    _, g, error = pair_correlation(position, 30.0, 10.0, 25)
    counts = 300 * 299 / 2 * np.pi * np.diff(np.linspace(0, 10, 26) ** 2) / 900 * 200
    assert np.median(error * np.sqrt(counts)) == pytest.approx(1, abs=0.15)
    assert np.mean(((g - 1) / error) ** 2) == pytest.approx(1, abs=0.6)


def test_one_frame_has_no_error():
    _, g, error = pair_correlation(np.random.default_rng(3).random((1, 50, 2)), 1.0, 0.5, 4)
    assert np.isfinite(g).all()
    assert np.isnan(error).all()


def test_bad_input_is_refused_in_words_and_all_at_once():
    with pytest.raises(InputError) as caught:
        pair_correlation(np.zeros((1, 1, 2)), 1.0, 0.6, 0)
    assert len(caught.value.problems) == 3
