"""Real space and species: pair correlation, number variance, partial structure factors."""

from typing import Any

import numpy as np
import xarray as xr

from anticorr.spectra.number_variance import number_variance
from anticorr.spectra.pair_correlation import pair_correlation
from anticorr.spectra.partial import (
    partial_structure_factors,
    size_classes,
    smallest_eigenvalue,
    softest_ratio,
    species_modes,
)

_FRAMES = 10
"""Frames, spread over the run, that real space takes."""
_REACH, _BINS = 6.0, 300
"""Largest r of g(r), in diameters, and its number of bins."""
_RADII = 24
"""Windows of the number variance, up to a quarter of the box side."""
_CLASSES = 2
"""Species, or classes of size in a continuous law."""


def real_space(position: np.ndarray, side: float) -> dict[str, Any]:
    """g(r) and sigma_N^2(R) of frames spread over those given (frame, particle, axis)."""
    frames = np.unique(np.linspace(0, len(position) - 1, _FRAMES).astype(int))
    position = np.asarray(position)[frames].astype(float)
    r, g, g_err = pair_correlation(position, side, min(_REACH, side / 2), _BINS)
    R, variance, variance_err = number_variance(position, side, side / 4 / _RADII, side / 4)
    return {
        "distance": r,
        "pair_correlation": g,
        "pair_correlation_err": g_err,
        "radius": R,
        "number_variance": variance,
        "number_variance_err": variance_err,
    }


def classes_of(trajectory: xr.Dataset) -> np.ndarray | None:
    """Species of each particle, from small to large, or classes of size; None where all are alike."""
    return size_classes(trajectory["diameter"].values, _CLASSES) if "diameter" in trajectory else None


def mixture(
    position: np.ndarray, side: float, species: np.ndarray, n: np.ndarray, first: np.ndarray
) -> dict[str, Any]:
    """S_ab of the species (particle) of frames (frame, particle, axis); of two also the softest mixture."""
    modes = species_modes(np.asarray(position), side, n, species)
    S, error, _ = partial_structure_factors(modes, len(species), first)
    pairs = np.triu_indices(S.shape[1])
    softest = {}
    if S.shape[1] == 2:
        softest["S_softest"], softest["S_softest_err"], _ = smallest_eigenvalue(modes, len(species), first)
        ratio = softest_ratio(modes, len(species), first)
        softest["softest_ratio"], softest["softest_ratio_err"] = ratio
    return softest | {
        "species_fraction": np.bincount(species) / len(species),
        "S_partial": S[:, *pairs],
        "S_partial_err": error[:, *pairs],
    }
