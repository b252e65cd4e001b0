"""How pairs are found: cells in every step, or a list that holds for some steps. A rule of the spec alone."""

from anticorr.specs import Spec

_STRENGTH_FOR_LIST = 0.05


def skin_of(spec: Spec) -> float:
    """Skin of the neighbour list in diameters; 0 where cells are sorted in every step."""
    return 0.4 if spec.dynamics.noise.strength < _STRENGTH_FOR_LIST else 0.0
