"""Collective diffusion without a free parameter, equation (2).

    D(rho) = dPhi/drho,     Phi = rho (f(0) sigma^2 + <K_x^2>) / 2 + p

K is what a particle is moved by beside the injected noise, p the virial of its mean:

    gradient   K = alpha sum_j theta_ij f_ij      p = alpha b_f p_y
    bro        K = sum_j eps_k u_ij n_ij          p = p_y / 2: the mean of u
    ro         K = sum_j eps_k u_ij e_ij          p = 0: a kick has no mean

f(0) = 1 + c_t for ma1; p_y the virial pressure of the unselected forces (largest kicks) with separations of
the noise-stripped positions y. The derivative is taken at fixed dynamics.
"""

import numpy as np

from anticorr.noise.filters import from_spec
from anticorr.specs import Spec
from anticorr.specs.dynamics import Dynamics


def mass_flux_potential(
    spec: Spec, mean_square_force: np.ndarray, pressure_stripped: np.ndarray
) -> np.ndarray:
    """Phi(rho) of (2) from series of one run; D^(2-d) per step.

    For noise that remembers long, y is far from x and p_y says nothing: then noise is a part of its own.
    """
    noise = ideal_diffusion(spec.dynamics) * spec.system.density
    return noise + drift_potential(spec, mean_square_force, pressure_stripped)


def drift_potential(spec: Spec, mean_square_force: np.ndarray, pressure: np.ndarray) -> np.ndarray:
    """Phi of what is not injected, rho <K_x^2> / 2 + p, from series of one run; D^(2-d) per step."""
    step, mean_drift = _drift(spec.dynamics)
    kick = step**2 * np.asarray(mean_square_force)
    return 0.5 * spec.system.density * kick + mean_drift * np.asarray(pressure)


def ideal_diffusion(dynamics: Dynamics) -> float:
    """f(0) sigma^2 / 2 of a spec's dynamics section: D without forces, D^2 per step."""
    return 0.5 * from_spec(dynamics.noise).zero_frequency * dynamics.noise.strength**2


def drift_step(dynamics: Dynamics) -> float:
    """alpha of a spec's dynamics section; 1 for kicks, which are lengths already."""
    return _drift(dynamics)[0]


def _drift(dynamics: Dynamics) -> tuple[float, float]:
    """(alpha, mean drift over the largest): the second is alpha b_f for the gradient."""
    if dynamics.kind == "bro":
        return 1.0, 0.5
    if dynamics.kind == "ro":
        return 1.0, 0.0
    return dynamics.step_size, dynamics.step_size * dynamics.batch_fraction


def diffusion(low: tuple[float, float, float], high: tuple[float, float, float]) -> tuple[float, float]:
    """(D, standard error) by central difference of Phi.

    low, high: (density, mean of Phi, its standard error). The quotient is exact to second order in the
    density step.
    """
    width = high[0] - low[0]
    return (high[1] - low[1]) / width, float(np.hypot(low[2], high[2])) / abs(width)
