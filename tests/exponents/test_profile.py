"""Minima and intervals of costs whose answers are known."""

import numpy as np
import pytest

from anticorr.exponents.profile import LEVEL_95, interval, lowest

GRID = np.geomspace(0.1, 10, 14)


def test_lowest_of_parabolas_is_their_vertex_without_refinement():
    """Costs that are parabolas in log place, one a row: exact from three points of the first grid."""
    vertex = np.array([0.25, 1.0, 3.3])
    value, place = lowest(lambda x: 2 + (np.log(x) - np.log(vertex)[:, None]) ** 2, GRID, 3, 100.0)
    np.testing.assert_allclose(place, vertex, rtol=1e-12)
    np.testing.assert_allclose(value, 2, rtol=1e-12)


def test_refined_lowest_of_a_sharp_cost():
    value, place = lowest(lambda x: 1e4 * (1 - np.cos(x - 1.2345)), GRID[:10], 1, 1e-6)
    assert place[0] == pytest.approx(1.2345, rel=1e-6)
    assert value[0] == pytest.approx(0, abs=1e-6)


def test_lowest_on_an_edge_is_the_edge():
    assert lowest(lambda x: x, GRID, 1, 1e-3)[1][0] == pytest.approx(0.1)
    assert lowest(lambda x: -x, GRID, 1, 1e-3)[1][0] == pytest.approx(10)


@pytest.mark.parametrize("step", [1e-3, 1.0, 50.0])
def test_interval_of_an_uneven_parabola(step):
    """Scatter 2 below, 5 above, from any first step."""
    found = interval(lambda x: np.where(x < 7, (x - 7) / 2, (x - 7) / 5) ** 2, 7.0, step, -np.inf, np.inf)
    assert found.error == pytest.approx(3.5, rel=1e-3)
    assert found.interval == pytest.approx((7 - 2 * np.sqrt(LEVEL_95), 7 + 5 * np.sqrt(LEVEL_95)), rel=1e-3)


def test_interval_at_a_bound():
    """Best at the bound 0: the interval begins there, and the other side tells the error."""
    found = interval(lambda x: x + 3 * x**2, 0.0, 1e-2, 0.0, np.inf)
    assert found.interval[0] == 0
    assert found.error == pytest.approx((np.sqrt(13) - 1) / 6, rel=1e-3)


def test_interval_without_an_end():
    found = interval(lambda x: 2 * np.tanh(np.maximum(x, 0)), 0.0, 1.0, 0.0, np.inf)
    assert found.interval == (0.0, np.inf)
    assert found.error == pytest.approx(np.arctanh(0.5), rel=1e-3)
