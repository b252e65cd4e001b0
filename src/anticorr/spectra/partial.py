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
    if not np.array_equal(np.unique(species), np.arange(species.max() + 1)):
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
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """S_ab of each shell, its standard error and effective samples, all (shell, species, species).

    modes: (frame, species, mode); particles: all of them, N; first: first mode of each shell. Of Gaussian
    modes Re rho_a rho_b* has the variance N^2 (S_aa S_bb + S_ab^2) / 2 and the autocorrelation
    (C_aa C_bb + C_ab^2)(l), C_ab(l) the covariance of the modes at lag l, so

        S_ab_err^2 = (S_aa S_bb + S_ab^2) / (2 modes M_eff)

    with M_eff from that autocorrelation; S_aa_err = S_aa / sqrt(modes M_eff), as for S.
    """
    counts = np.diff([*first, modes.shape[2]])
    covariance = _covariances(modes, first) / (counts[:, None] * particles)
    S = covariance[..., 0]
    own = np.einsum("aas->as", S)
    error, effective = np.empty_like(S), np.empty_like(S)
    for a, b in np.ndindex(S.shape[:2]):
        product = covariance[a, a] * covariance[b, b] + covariance[a, b] ** 2
        correlation = np.sqrt(np.maximum(product / product[:, :1], 0))
        effective[a, b] = effective_samples(correlation, counts)
        error[a, b] = np.sqrt((own[a] * own[b] + S[a, b] ** 2) / (2 * counts * effective[a, b]))
    return tuple(np.moveaxis(array, 2, 0) for array in (S, error, effective))


def weighted_structure_factor(
    modes: np.ndarray, numbers: np.ndarray, weights: np.ndarray, first: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """S_w = sum_ab w_a w_b S_ab / sum_a x_a w_a^2 of each shell, its standard error, effective samples.

    modes: (frame, species, mode); numbers: particles of each species, x_a = N_a / N; weights: w_a. S_w is
    that of the one field sum_a w_a rho_a, and 1 for independent particles.
    """
    power, error, effective = _power(np.einsum("a,fam->fm", weights, modes), first)
    norm = np.dot(numbers, np.square(weights))
    return power / norm, error / norm, effective


def smallest_eigenvalue(
    modes: np.ndarray, particles: int, first: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Smallest eigenvalue of S_ab in each shell, its standard error, and its eigenvector v, (shell,
    species), of unit length and positive sum.

    sum_a v_a rho_a is the mixture of densities that fluctuates least; the error is that of its power (to
    first order, in which v does not move). Of few samples the value comes out low, by a fraction of about
    (species - 1) / (modes M_eff).
    """
    S, *_ = partial_structure_factors(modes, particles, first)
    value, vector = np.linalg.eigh(S)
    chosen = vector[:, :, 0] * np.where(vector[:, :, 0].sum(axis=1) < 0, -1, 1)[:, None]
    error = np.empty(len(first))
    ends = [*first[1:], modes.shape[2]]
    for s, (lo, hi) in enumerate(zip(first, ends, strict=True)):
        field = np.einsum("a,fam->fm", chosen[s], modes[:, :, lo:hi])
        error[s] = _power(field, np.array([0]))[1][0] / particles
    return value[:, 0], error, chosen


def softest_ratio(modes: np.ndarray, particles: int, first: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """v_1 / v_0 of the eigenvector of `smallest_eigenvalue`, of two species, and its standard error.

    To first order the eigenvector v turns towards the other one, u, by v.dS.u / (l_u - l_v). Its error is
    that of S_vu, zero by construction, of the two fields v.rho and u.rho as of two species, so

        err = (1 + ratio^2) S_vu_err / (l_u - l_v)
    """
    S, *_ = partial_structure_factors(modes, particles, first)
    value, vector = np.linalg.eigh(S)
    turn = np.empty(len(first))
    ends = [*first[1:], modes.shape[2]]
    for s, (lo, hi) in enumerate(zip(first, ends, strict=True)):
        fields = np.einsum("ab,fam->fbm", vector[s], modes[:, :, lo:hi])
        turn[s] = partial_structure_factors(fields, particles, np.array([0]))[1][0, 0, 1]
    ratio = vector[:, 1, 0] / vector[:, 0, 0]
    return ratio, (1 + ratio**2) * turn / (value[:, 1] - value[:, 0])


def _power(field: np.ndarray, first: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean |field|^2 of each shell, its standard error, effective samples."""
    counts = np.diff([*first, field.shape[1]])
    power = np.add.reduceat(np.abs(field) ** 2, first, axis=1).mean(axis=0) / counts
    effective = effective_samples(field_autocorrelation(field, first), counts)
    return power, power / np.sqrt(counts * effective), effective


def _covariances(modes: np.ndarray, first: np.ndarray) -> np.ndarray:
    """Re <rho_a(t) rho_b*(t + l)>, summed over a shell: (species, species, shell, lag)."""
    frames, species, _ = modes.shape
    spectrum = np.fft.fft(modes, 2 * frames, axis=0)
    weight = frames - np.arange(frames)
    covariance = np.empty((species, species, len(first), frames))
    for a in range(species):
        for b in range(a + 1):
            # both orders in time: an equilibrium has no direction of it, and lag and lead are both data
            product = (spectrum[:, a] * spectrum[:, b].conj()).real
            summed = np.fft.ifft(np.add.reduceat(product, first, axis=1), axis=0).real[:frames]
            covariance[a, b] = covariance[b, a] = summed.T / weight
    return covariance
