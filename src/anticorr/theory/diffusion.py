"""Collective diffusion without a free parameter, equation (2).

    D(rho) = d/drho [ rho ((f(0) sigma^2 + alpha^2 <F_x^2>) / 2) + alpha b_f p_y(rho) ]

f(0) = 1 + c_t for ma1; F the applied force; p_y the virial pressure of the unselected forces with
separations of the noise-stripped positions y. The derivative is taken at fixed alpha, sigma and noise.
"""

import numpy as np

from anticorr.noise.filters import from_spec
from anticorr.specs import Spec


def mass_flux_potential(
    spec: Spec, mean_square_force: np.ndarray, pressure_stripped: np.ndarray
) -> np.ndarray:
    """The bracket of (2), Phi(rho), from series of one run; D^(2-d) per step."""
    dynamics = spec.dynamics
    left = from_spec(dynamics.noise).zero_frequency * dynamics.noise.strength**2
    kick = left + dynamics.step_size**2 * np.asarray(mean_square_force)
    return 0.5 * spec.system.density * kick + dynamics.step_size * dynamics.batch_fraction * np.asarray(
        pressure_stripped
    )


def diffusion(low: tuple[float, float, float], high: tuple[float, float, float]) -> tuple[float, float]:
    """(D, standard error) by central difference of Phi.

    low, high: (density, mean of Phi, its standard error). The quotient is exact to second order in the
    density step.
    """
    width = high[0] - low[0]
    return (high[1] - low[1]) / width, float(np.hypot(low[2], high[2])) / abs(width)
