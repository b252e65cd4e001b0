"""Pair potentials V(x) of the ratio x = r / D_ij, in units of the interaction energy.

To add one: ARCHITECTURE.md.
"""

import numpy as np

from anticorr.accelerate import kernel
from anticorr.engine.potentials.harmonic import harmonic, harmonic_curvature
from anticorr.engine.potentials.hertzian import hertzian, hertzian_curvature
from anticorr.engine.potentials.inverse_power import inverse_power, inverse_power_curvature
from anticorr.engine.potentials.power import power, power_curvature
from anticorr.engine.potentials.wca import wca, wca_curvature

KINDS = ("harmonic", "hertzian", "power", "wca", "inverse_power")
HARMONIC, HERTZIAN, POWER, WCA, INVERSE_POWER = range(len(KINDS))


@kernel
def evaluate(
    kind: int, exponent: float, cutoff: float, n: int, ratio: np.ndarray, energy: np.ndarray,
    slope: np.ndarray,
) -> None:  # fmt: skip
    """energy[c] = V(x), slope[c] = -V'(x) / x at x = ratio[c] <= cutoff, for c < n."""
    if kind == HARMONIC:
        for c in range(n):
            energy[c], slope[c] = harmonic(ratio[c])
    elif kind == HERTZIAN:
        for c in range(n):
            energy[c], slope[c] = hertzian(ratio[c])
    elif kind == POWER:
        for c in range(n):
            energy[c], slope[c] = power(ratio[c], exponent)
    elif kind == WCA:
        for c in range(n):
            energy[c], slope[c] = wca(ratio[c])
    elif kind == INVERSE_POWER:
        for c in range(n):
            energy[c], slope[c] = inverse_power(ratio[c], exponent, cutoff)


@kernel
def evaluate_curvature(
    kind: int, exponent: float, n: int, ratio: np.ndarray, curvature: np.ndarray
) -> None:
    """curvature[c] = V''(x) at x = ratio[c] below the cutoff, for c < n."""
    for c in range(n):
        if kind == HARMONIC:
            curvature[c] = harmonic_curvature(ratio[c])
        elif kind == HERTZIAN:
            curvature[c] = hertzian_curvature(ratio[c])
        elif kind == POWER:
            curvature[c] = power_curvature(ratio[c], exponent)
        elif kind == WCA:
            curvature[c] = wca_curvature(ratio[c])
        elif kind == INVERSE_POWER:
            curvature[c] = inverse_power_curvature(ratio[c], exponent)
