"""Partial structure factors of mixtures whose answer is exact."""

import numpy as np
import pytest
from scipy import stats

from anticorr.errors import InputError
from anticorr.spectra.partial import (
    partial_structure_factors,
    size_classes,
    smallest_eigenvalue,
    softest_ratio,
    species_modes,
    weighted_structure_factor,
)
from anticorr.spectra.structure_factor import density_modes
from anticorr.spectra.wavevectors import half_space, shells

SIDE = 20.0
N = half_space(SIDE, 2, 2 * np.pi / SIDE * 9.5)
FIRST = shells(N)
COUNTS = np.diff([*FIRST, len(N)])


def mixture(frames, numbers, seed):
    """Independent uniform points: an ideal mixture."""
    position = np.random.default_rng(seed).random((frames, sum(numbers), 2)) * SIDE
    return position, np.repeat(np.arange(len(numbers)), numbers)


def perturbed_lattice(frames, s, share, seed):
    """Square lattice of 400 points with Gaussian displacements s, species dealt out anew in each frame."""
    generator = np.random.default_rng(seed)
    lattice = np.indices((20, 20)).reshape(2, -1).T * (SIDE / 20)
    position = lattice + s * generator.standard_normal((frames, 400, 2))
    order = np.argsort(generator.random((frames, 400)), axis=1)
    species = (np.arange(400) >= round(share * 400)).astype(int)
    return np.take_along_axis(position, order[:, :, None], axis=1), species


def ornstein(frames, matrix, decay, modes, generator):
    """Complex Gaussian modes of covariance `matrix` between species and decay^lag in time."""
    root = np.linalg.cholesky(matrix)
    white = generator.standard_normal((frames, len(matrix), modes, 2)) @ [1, 1j] / np.sqrt(2)
    field = np.empty_like(white)
    field[0] = white[0]
    for t in range(1, frames):
        field[t] = decay * field[t - 1] + np.sqrt(1 - decay**2) * white[t]
    return np.einsum("ab,fbm->fam", root, field)


def test_ideal_mixture_has_its_composition_and_nothing_else():
    """S_aa = x_a, S_ab = 0. z of all shells and pairs against a normal distribution: KS false alarm 1e-3
    at a fixed seed; and the errors are those of 60 independent frames of Gaussian modes within 15%."""
    position, species = mixture(60, (100, 300, 200), 1)
    x = np.array([100, 300, 200]) / 600
    S, error, _ = partial_structure_factors(species_modes(position, SIDE, N, species), 600, FIRST)
    z = (S - np.diag(x)) / error
    upper = np.triu_indices(3)
    assert stats.kstest(z[:, *upper].ravel(), "norm").pvalue > 1e-3
    gaussian = np.sqrt((np.outer(x, x) + np.diag(x) ** 2) / (2 * COUNTS[:, None, None] * 60))
    assert np.median(error / gaussian, axis=0) == pytest.approx(1, abs=0.15)


def test_random_labels_on_a_perturbed_lattice():
    """N_a labels dealt out at random: of two particles the first is of species a with probability x_a and
    then the second of b with (N_b - delta_ab) / (N - 1), so

        S_ab = x_a delta_ab + x_a (N_b - delta_ab) / (N - 1) (S - 1),   S = 1 - exp(-k^2 s^2).

    Shells of 60 frames within 5 standard errors (of 16 shells and 3 pairs: false alarm 3e-5).
    """
    s, frames, share = 0.3, 60, 0.25
    position, species = perturbed_lattice(frames, s, share, 2)
    S, error, _ = partial_structure_factors(species_modes(position, SIDE, N, species), 400, FIRST)
    k2 = (N**2).sum(axis=1) * (2 * np.pi / SIDE) ** 2
    hole = -np.add.reduceat(np.exp(-k2 * s**2), FIRST) / COUNTS
    numbers = np.array([100, 300])
    x = numbers / 400
    for a in range(2):
        for b in range(2):
            same = float(a == b)
            exact = x[a] * same + x[a] * (numbers[b] - same) / 399 * hole
            assert (np.abs(S[:, a, b] - exact) < 5 * error[:, a, b]).all()
    # the composition does not know the lattice: with N_a w_a of zero sum S_w = 1, to 1 / N
    S_w, error_w, _ = weighted_structure_factor(
        species_modes(position, SIDE, N, species), numbers, 1 / numbers * [1, -1], FIRST
    )
    assert (np.abs(S_w - 1) < 5 * error_w + 1 / 400).all()


def test_sum_over_species_is_the_structure_factor():
    position, species = perturbed_lattice(7, 0.3, 0.4, 3)
    modes = species_modes(position, SIDE, N, species)
    whole = np.abs(density_modes(position, SIDE, N)) ** 2 / 400
    S = np.add.reduceat(whole, FIRST, axis=1).mean(axis=0) / COUNTS
    partial, *_ = partial_structure_factors(modes, 400, FIRST)
    np.testing.assert_allclose(partial.sum(axis=(1, 2)), S, rtol=1e-11)
    weighted, *_ = weighted_structure_factor(modes, np.array([160, 240]), np.ones(2), FIRST)
    np.testing.assert_allclose(weighted, S, rtol=1e-11)


def test_weighted_structure_factor_is_the_quadratic_form():
    position, species = mixture(9, (120, 80, 50), 4)
    modes = species_modes(position, SIDE, N, species)
    numbers, w = np.array([120, 80, 50]), np.array([1.0, 1.4, -0.3])
    S, *_ = partial_structure_factors(modes, 250, FIRST)
    expected = np.einsum("a,sab,b->s", w, S, w) / np.sum(numbers / 250 * w**2)
    found, *_ = weighted_structure_factor(modes, numbers, w, FIRST)
    np.testing.assert_allclose(found, expected, rtol=1e-11)
    weighted = density_modes(position, SIDE, N, weights=w[species])
    direct = np.add.reduceat(np.abs(weighted) ** 2, FIRST, axis=1).mean(axis=0) / COUNTS
    np.testing.assert_allclose(found, direct / (numbers @ w**2), rtol=1e-9)


def test_smallest_eigenvalue_of_a_planted_matrix():
    """Gaussian modes with S_ab of eigenvalues .02 and 1: value within 4 errors, its vector to 1%."""
    angle = 0.9
    vector = np.array([np.cos(angle), np.sin(angle)])
    other = np.array([-vector[1], vector[0]])
    matrix = 0.02 * np.outer(vector, vector) + 1.0 * np.outer(other, other)
    modes = ornstein(400, matrix, 0.5, 100, np.random.default_rng(5)) * np.sqrt(300)
    value, error, found = smallest_eigenvalue(modes, 300, np.array([0, 20]))
    assert (np.abs(value - 0.02) < 4 * error).all()
    assert (error < 0.1 * value).all()
    assert (found @ vector > 0.9999).all()


MATRIX = np.array([[0.5, -0.2], [-0.2, 0.3]])


@pytest.mark.parametrize("decay", [0.0, 0.5, 0.9])
def test_errors_of_correlated_frames_cover(decay):
    """The smallest shell, two modes, 200 frames (ten or more correlation times): S_ab and the smallest
    eigenvalue within 2 standard errors of the truth in 300 trials. Wanted .95; accepted .91 to .985, and
    from .83 for the eigenvalue, which of few samples comes out low. Binomial error .013."""
    exact = np.linalg.eigvalsh(MATRIX)[0]
    generator = np.random.default_rng(6)
    covered = np.zeros(2)
    for _ in range(300):
        modes = ornstein(200, MATRIX, decay, 2, generator)
        S, error, _ = partial_structure_factors(modes, 1, np.array([0]))
        value, value_error, _ = smallest_eigenvalue(modes, 1, np.array([0]))
        covered += [
            abs(S[0, 0, 1] + 0.2) < 2 * error[0, 0, 1],
            abs(value[0] - exact) < 2 * value_error[0],
        ]
    assert (covered / 300 > [0.91, 0.83]).all()
    assert (covered / 300 < 0.985).all()


@pytest.mark.parametrize("decay", [0.0, 0.9])
def test_ratio_of_the_softest_combination_and_its_error(decay):
    """200 trials of the smallest shell: two modes, 100 frames. The soft field renews in every frame, the
    other one lasts: mean within 1% of the truth, scatter within 20% of the error (its own is 5%), which
    knows that a product of the two is renewed too."""
    angle = 0.9
    root = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    generator, found = np.random.default_rng(12), []
    for _ in range(200):
        soft = ornstein(100, np.array([[0.02]]), 0.0, 2, generator)
        hard = ornstein(100, np.array([[1.0]]), decay, 2, generator)
        modes = np.einsum("ab,fbm->fam", root, np.concatenate([soft, hard], axis=1))
        found.append(np.concatenate(softest_ratio(modes, 1, np.array([0]))))
    ratio, error = np.array(found).T
    assert ratio.mean() == pytest.approx(np.tan(angle), rel=0.01)
    assert ratio.std() == pytest.approx(np.sqrt((error**2).mean()), rel=0.2)
    one = (1 + np.tan(angle) ** 2) * np.sqrt(0.02 / (2 * 2 * 100)) / 0.98
    assert np.median(error) == pytest.approx(one, rel=0.2 if decay == 0 else 0.35)


def test_errors_are_those_of_a_jackknife_over_time_blocks():
    """40 blocks of 50 frames: S_ab and the eigenvalue of 40 modes, errors within 25% of the jackknife's,
    which scatters by 11%."""
    modes = ornstein(2000, MATRIX, 0.7, 40, np.random.default_rng(9))
    first = np.array([0])
    _, error, _ = partial_structure_factors(modes, 1, first)
    _, value_error, _ = smallest_eigenvalue(modes, 1, first)
    left = [np.delete(modes, np.s_[50 * b : 50 * b + 50], axis=0) for b in range(40)]
    S = np.array([np.einsum("fam,fbm->ab", m, m.conj()).real / m[:, 0].size for m in left])
    jackknife = np.sqrt(39 * S.var(axis=0))
    assert error[0] == pytest.approx(jackknife, rel=0.25)
    assert value_error[0] == pytest.approx(np.sqrt(39 * np.linalg.eigvalsh(S)[:, 0].var()), rel=0.25)


def test_a_slow_species_beside_a_fast_one():
    """rho_a decays as .95^l, rho_b at once: S_ab has the M_eff of their product, M, and S_aa fewer."""
    generator = np.random.default_rng(10)
    slow, fast = (ornstein(400, np.eye(1), decay, 50, generator) for decay in (0.95, 0.0))
    _, error, effective = partial_structure_factors(np.concatenate([slow, fast], axis=1), 1, np.array([0]))
    assert effective[0, 0, 1] == pytest.approx(400, rel=0.1)
    assert effective[0, 0, 0] == pytest.approx(400 * (1 - 0.95**2) / (1 + 0.95**2), rel=0.2)
    assert error[0, 0, 1] == pytest.approx(np.sqrt(1 / 2 / 50 / 400), rel=0.15)


def test_a_density_that_is_slower_than_the_composition():
    """rho_a = u + v, rho_b = u - v with u decaying as .9^l and v at once: Re rho_a rho_b* = |u|^2 - |v|^2
    has the autocorrelation .9^{2l} / 2."""
    generator = np.random.default_rng(11)
    u, v = (ornstein(400, np.eye(1), decay, 100, generator) for decay in (0.9, 0.0))
    *_, effective = partial_structure_factors(np.concatenate([u + v, u - v], axis=1), 1, np.array([0]))
    lag = np.arange(1, 400)
    exact = 400 / (1 + np.sum((1 - lag / 400) * 0.81**lag))
    assert effective[0, 0, 1] == pytest.approx(exact, rel=0.15)


def test_one_frame_has_the_errors_of_gaussian_modes():
    position, species = mixture(1, (100, 300), 7)
    S, error, _ = partial_structure_factors(species_modes(position, SIDE, N, species), 400, FIRST)
    exact = np.sqrt((S[:, 0, 0] * S[:, 1, 1] + S[:, 0, 1] ** 2) / (2 * COUNTS))
    np.testing.assert_allclose(error[:, 0, 1], exact)
    np.testing.assert_allclose(error[:, 1, 1], S[:, 1, 1] / np.sqrt(COUNTS))


def test_size_classes():
    generator = np.random.default_rng(8)
    two = generator.permutation(np.repeat([1.0, 1.4], [30, 70]))
    np.testing.assert_array_equal(size_classes(two, 2), two > 1.2)
    np.testing.assert_array_equal(size_classes(two, 5), two > 1.2)
    np.testing.assert_array_equal(size_classes(two, 1), 0)
    continuous = generator.random(1000)
    classes = size_classes(continuous, 4)
    assert np.bincount(classes).tolist() == [250] * 4
    assert (np.diff(classes[np.argsort(continuous)]) >= 0).all()
    ties = size_classes(np.repeat([1.0, 2.0, 3.0, 4.0], [97, 1, 1, 1]), 3)
    assert set(ties) == set(range(ties.max() + 1))  # no class is empty


@pytest.mark.parametrize(
    ("call", "word"),
    [
        (lambda: size_classes(np.ones(5), 0), "count"),
        (lambda: size_classes(np.array([1.0, np.nan]), 2), "diameters"),
        (lambda: species_modes(np.zeros((1, 4, 2)), SIDE, N, np.array([0, 0, 2, 2])), "without a gap"),
        (lambda: species_modes(np.zeros((1, 4, 2)), SIDE, N, np.array([0, 0, 1])), "species"),
        (lambda: species_modes(np.zeros((1, 2, 2)), SIDE, N, np.array([0.0, 1.0])), "species"),
    ],
)
def test_bad_species_are_refused_in_words(call, word):
    with pytest.raises(InputError, match=word):
        call()
