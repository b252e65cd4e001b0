"""Real space and species: pair correlation, number variance, partial structure factors."""

import numpy as np
import xarray as xr

from anticorr.specs import Spec
from anticorr.spectra.number_variance import number_variance
from anticorr.spectra.pair_correlation import pair_correlation
from anticorr.spectra.partial import partial_structure_factors, size_classes, species_modes

_FRAMES = 20
"""Frames, spread over the run, that real space takes."""
_REACH, _BINS = 6.0, 300
"""Largest r of g(r), in diameters, and its number of bins."""
_RADII = 24
"""Windows of the number variance, up to a quarter of the box side."""
_CLASSES = 2
"""Species, or classes of size in a continuous law."""


def real_space(trajectory: xr.Dataset, spec: Spec) -> dict:
    """g(r) and sigma_N^2(R) of frames spread over the run; nothing without frames."""
    if "position" not in trajectory:
        return {}
    side = spec.system.box_side
    position = trajectory["position"].values[_spread(trajectory.sizes["frame"])].astype(float)
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


def mixture(trajectory: xr.Dataset, spec: Spec, n: np.ndarray, first: np.ndarray) -> dict:
    """S_ab of two species, or of two classes of size; nothing where all particles are alike."""
    if spec.system.sizes.kind == "monodisperse" or "position" not in trajectory:
        return {}
    species = size_classes(trajectory["diameter"].values, _CLASSES)
    modes = species_modes(trajectory["position"].values, spec.system.box_side, n, species)
    S, error, effective = partial_structure_factors(modes, spec.system.particles, first)
    pairs = np.triu_indices(S.shape[1])
    return {
        "species_fraction": np.bincount(species) / len(species),
        "S_partial": S[:, *pairs],
        "S_partial_err": error[:, *pairs],
    }


def _spread(frames: int) -> np.ndarray:
    return np.unique(np.linspace(0, frames - 1, _FRAMES).astype(int))
