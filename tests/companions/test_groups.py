"""Groups: projections, volumes, random elements, against what defines them."""

import numpy as np
import pytest
from scipy.linalg import expm

from anticorr.companions.groups import Conjugation, Factors, Rotations
from anticorr.errors import InputError

GROUPS = [Rotations(2), Rotations(5), Factors(2, 2), Factors(4, 3), Conjugation(2), Conjugation(4)]
named = pytest.mark.parametrize("group", GROUPS, ids=str)


def points(group, count=6, seed=1):
    return group.noise(count, np.random.default_rng(seed))


def motions(group, x):
    """x moved by every generator of the group, (generator, *shape): derivatives of curves in the group."""
    size = group.columns if isinstance(group, Factors) else group.size
    step, found = 1e-6, []
    for i, j in zip(*np.triu_indices(size, 1), strict=True):
        twist = np.zeros((size, size))
        twist[i, j], twist[j, i] = step, -step
        pair = [group.moved(x[None], expm(sign * twist)[None])[0] for sign in (1, -1)]
        found.append((pair[0] - pair[1]) / (2 * step))
    return np.array(found)


@named
def test_projection_is_that_onto_the_motions_of_a_point(group):
    """Dense least squares in the derivatives of the group's elements."""
    v = points(group, seed=2)
    for x, vector, along in zip(points(group), v, group.projection(points(group), v), strict=True):
        tangents = motions(group, x).reshape(-1, x.size)
        assert np.linalg.matrix_rank(tangents, tol=1e-6) == group.along
        fit, *_ = np.linalg.lstsq(tangents.T, vector.ravel(), rcond=1e-8)
        np.testing.assert_allclose(along.ravel(), fit @ tangents, atol=1e-8)


@named
def test_slope_of_the_volume_is_its_derivative_and_lies_across_the_orbit(group):
    x, v = points(group), points(group, seed=2)
    step = 1e-6
    along_v = (group.log_volume(x + step * v) - group.log_volume(x - step * v)) / (2 * step)
    slope = group.volume_slope(x)
    np.testing.assert_allclose((slope * v).reshape(len(x), -1).sum(1), along_v, rtol=1e-6)
    np.testing.assert_allclose(group.projection(x, slope), 0, atol=1e-9)


@named
def test_volume_is_that_of_the_motions(group):
    """The volume's density: root of the Gram determinant of the motions of a point, up to one constant."""
    x = points(group, 12)
    ratios = []
    for one, log_volume in zip(x, group.log_volume(x), strict=True):
        tangents = motions(group, one).reshape(-1, one.size)
        lengths = np.linalg.svd(tangents, compute_uv=False)[: group.along]
        if isinstance(group, Rotations) and group.size > 2:
            lengths = np.full(group.along, np.linalg.norm(one))  # a sphere, which more motions than k cover
        ratios.append(np.log(lengths).sum() - log_volume)
    np.testing.assert_allclose(ratios, ratios[0], atol=1e-6)


@named
def test_elements_keep_length_volume_and_form(group):
    x = points(group)
    moved = group.moved(x, group.elements(len(x), np.random.default_rng(3)))
    for what in (group.form, group.log_volume, lambda x: (x**2).reshape(len(x), -1).sum(1)):
        np.testing.assert_allclose(what(moved), what(x), rtol=1e-9)
    assert np.abs(moved - x).max() > 0.1


@named
def test_elements_have_the_uniform_law(group):
    """Mean of a moved point: 0, or its trace in every direction; 4.5 standard errors of 4,000 elements, 40
    numbers: fails by chance once in 3,000."""
    count, x = 4000, points(group, 1)
    elements = group.elements(count, np.random.default_rng(4))
    moved = group.moved(np.repeat(x, count, 0), elements)
    expected = np.zeros(group.shape)
    if isinstance(group, Conjugation):
        expected = np.eye(group.size) * np.trace(x[0]) / group.size
    error = moved.std(axis=0) / np.sqrt(count)
    assert (np.abs(moved.mean(axis=0) - expected) < 4.5 * error + 1e-12).all()
    if isinstance(group, Rotations):
        np.testing.assert_allclose(np.linalg.det(elements), 1)


@named
def test_noise_is_isotropic(group):
    """Along D directions of unit length, at right angles to each other; 6,000 draws, 5 standard errors."""
    drawn = group.noise(6000, np.random.default_rng(5)).reshape(6000, -1)
    directions = np.linalg.qr(points(group, group.dimension, seed=6).reshape(group.dimension, -1).T)[0]
    seen = directions.T @ (drawn.T @ drawn / 6000) @ directions
    assert np.abs(seen - np.eye(group.dimension)).max() < 5 * np.sqrt(2 / 6000)
    np.testing.assert_allclose(drawn @ directions @ directions.T, drawn, atol=1e-12)


@pytest.mark.parametrize(
    "make", [lambda: Rotations(1), lambda: Factors(2, 3), lambda: Factors(2, 1), lambda: Conjugation(1)]
)
def test_sizes_without_orbits_are_refused(make):
    with pytest.raises(InputError, match=r"size: got . for .*, allowed >= [23]"):
        make()
