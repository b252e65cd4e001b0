"""Partial structure factors of a mixture, of species or of classes of size.

    S_ab(k) = <rho_a rho_b*> / N,    rho_a = sum_{j of species a} exp(-i k . x_j)

with the total N, so that the sum over a and b is S(k) of all particles. In a mirror-symmetric system S_ab
is real; the real part of each frame is taken.
"""

from collections.abc import Callable

import numpy as np

from anticorr.errors import InputError
from anticorr.spectra.autocorrelation import effective_samples, field_autocorrelation
from anticorr.spectra.structure_factor import DensityModes

_FEWEST_BLOCKS, _MOST_BLOCKS = 5, 20


def size_classes(diameter: np.ndarray, count: int) -> np.ndarray:
    """Class 0, 1, ... of each particle, from small to large: its species where there are at most `count`
    different diameters, else `count` quantiles of equal number (equal diameters stay together).

    diameter: (particle). Raises InputError when that cannot be done.
    """
    diameter = np.asarray(diameter, dtype=float)
    problems = []
    if count < 1:
        problems.append(f"count: got {count}, allowed >= 1")
    if diameter.ndim != 1 or len(diameter) < 1 or not np.isfinite(diameter).all():
        problems.append(f"diameters: got shape {diameter.shape}, wanted finite numbers, one a particle")
    if problems:
        raise InputError(*problems)
    different, species = np.unique(diameter, return_inverse=True)
    if len(different) > count:
        edges = np.quantile(diameter, np.arange(1, count) / count)
        species = np.searchsorted(edges, diameter, side="right")
    return np.unique(species, return_inverse=True)[1]


def species_modes(
    position: np.ndarray,
    side: float,
    n: np.ndarray,
    species: np.ndarray,
    progress: Callable[[int, int], None] | None = None,
) -> np.ndarray:
    """rho_a of every frame and species at k = (2 pi / side) n.

    position: (frame, particle, axis), any image, finite; n: (mode, axis) integers sorted by |n|; species:
    (particle), 0, 1, ... without a gap. Returns complex128 (frame, species, mode). Raises InputError on
    other species.
    """
    species = np.asarray(species)
    if species.shape != (position.shape[1],) or species.dtype.kind not in "iu":
        raise InputError(
            f"species: got {species.dtype} of shape {species.shape}, wanted one whole number a particle"
        )
    if (np.unique(species) != np.arange(species.max() + 1)).any():
        raise InputError(f"species: got {np.unique(species)}, wanted 0, 1, ... without a gap")
    members = [np.flatnonzero(species == a) for a in range(species.max() + 1)]
    modes = np.empty((len(position), len(members), len(n)), dtype=complex)
    modes_of = DensityModes(side, n)
    for f, frame in enumerate(position):
        for a, of in enumerate(members):
            modes[f, a] = modes_of(frame[of])
        if progress is not None:
            progress(f + 1, len(position))
    return modes


def partial_structure_factors(
    modes: np.ndarray, particles: int, first: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """S_ab of each shell and its standard error, both (shell, species, species).

    modes: (frame, species, mode); particles: all of them, N; first: first mode of each shell. Errors: of
    S_aa as of S, S_aa / sqrt(modes M_eff); of S_ab from a jackknife over blocks of frames, or, of fewer
    than five frames, that of Gaussian modes, sqrt((S_aa S_bb + S_ab^2) / (2 modes frames)).
    """
    counts = _counts(modes, first)
    products = _products(modes, particles, first)
    S = products.mean(axis=0)
    own = np.einsum("saa->sa", S)
    effective = _effective(modes, first, counts)
    if len(modes) < _FEWEST_BLOCKS:
        samples = (2 * len(modes) * counts)[:, None, None]
        error = np.sqrt((own[:, :, None] * own[:, None, :] + S**2) / samples)
    else:
        error = _jackknife(products, effective.min(axis=1), lambda matrix: matrix)
    for a in range(modes.shape[1]):
        error[:, a, a] = own[:, a] / np.sqrt(counts * effective[:, a])
    return S, error


def weighted_structure_factor(
    modes: np.ndarray, numbers: np.ndarray, weights: np.ndarray, first: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """S_w = sum_ab w_a w_b S_ab / sum_a x_a w_a^2 of each shell, its standard error, effective samples.

    modes: (frame, species, mode); numbers: particles of each species, x_a = N_a / N; weights: w_a. S_w is
    that of the one field sum_a w_a rho_a, and 1 for independent particles.
    """
    counts = _counts(modes, first)
    field = np.einsum("a,fam->fm", weights, modes)
    power = np.add.reduceat(np.abs(field) ** 2, first, axis=1).mean(axis=0) / counts
    S = power / np.dot(numbers, np.square(weights))
    effective = effective_samples(field_autocorrelation(field, first), counts)
    return S, S / np.sqrt(counts * effective), effective


def smallest_eigenvalue(
    modes: np.ndarray, particles: int, first: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Smallest eigenvalue of S_ab in each shell, its standard error (jackknife over blocks of frames; NaN
    for fewer than five), and its eigenvector, (shell, species), of unit length and positive sum.

    It is the composition-weighted density that fluctuates least. Of few samples it comes out low: by a
    fraction of about (species - 1) / (modes M_eff).
    """
    products = _products(modes, particles, first)
    value, vector = np.linalg.eigh(products.mean(axis=0))
    chosen = vector[:, :, 0]
    chosen = chosen * np.where(chosen.sum(axis=1) < 0, -1, 1)[:, None]
    if len(modes) < _FEWEST_BLOCKS:
        return value[:, 0], np.full(len(first), np.nan), chosen
    effective = _effective(modes, first, _counts(modes, first)).min(axis=1)
    error = _jackknife(products, effective, lambda matrix: np.linalg.eigvalsh(matrix)[..., 0])
    return value[:, 0], error, chosen


def _counts(modes, first):
    return np.diff([*first, modes.shape[2]])


def _products(modes, particles, first):
    """Re rho_a rho_b* / N of each frame, mean over a shell: (frame, shell, species, species)."""
    frames, species, _ = modes.shape
    products = np.empty((frames, len(first), species, species))
    for a in range(species):
        for b in range(a + 1):
            real = (modes[:, a] * modes[:, b].conj()).real
            products[:, :, a, b] = np.add.reduceat(real, first, axis=1)
            products[:, :, b, a] = products[:, :, a, b]
    return products / (_counts(modes, first)[:, None, None] * particles)


def _effective(modes, first, counts):
    """Effective samples (shell, species)."""
    of = [
        effective_samples(field_autocorrelation(modes[:, a], first), counts) for a in range(modes.shape[1])
    ]
    return np.stack(of, axis=1)


def _jackknife(series, effective, statistic):
    """Standard error of statistic(mean of series over frames), shell by shell, leaving out one block of
    frames after another; a block is worth two effective samples or more as far as five blocks allow.

    series: (frame, shell, ...); effective: (shell).
    """
    errors = []
    for s, samples in enumerate(effective):
        blocks = int(np.clip(samples / 2, _FEWEST_BLOCKS, min(_MOST_BLOCKS, len(series))))
        edges = np.arange(blocks + 1) * len(series) // blocks
        sums = np.add.reduceat(series[:, s], edges[:-1], axis=0)
        rest = len(series) - np.diff(edges)
        left = (sums.sum(axis=0) - sums) / rest.reshape(-1, *[1] * (sums.ndim - 1))
        values = statistic(left)
        errors.append(np.sqrt((blocks - 1) * np.var(values, axis=0)))
    return np.array(errors)
