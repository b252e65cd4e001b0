"""Noises that survive to long times, and the plateau they leave, equation (3).

    S(0) = [ f(0) sigma^2 + (1 + c_s) alpha^2 b_f (1 - b_f) <sum_j f_ij,x^2> ] / (2 D)

The two noises add; S is hyperuniform only when both vanish.
"""

from anticorr.noise.filters import from_spec
from anticorr.specs.dynamics import Gradient


def injected_noise(dynamics: Gradient) -> float:
    """f(0) sigma^2, in D^2 per step: (1 + c_t) sigma^2 for ma1."""
    return from_spec(dynamics.noise).zero_frequency * dynamics.noise.strength**2


def selection_noise(dynamics: Gradient, pair_force_square: float) -> float:
    """(1 + c_s) alpha^2 b_f (1 - b_f) <sum_j f_ij,x^2>, in D^2 per step."""
    fraction = dynamics.batch_fraction
    return (
        (1 + dynamics.batch_correlation)
        * dynamics.step_size**2
        * fraction
        * (1 - fraction)
        * pair_force_square
    )
