"""Noises that survive to long times, and the plateau they leave, equation (3).

    S(0) = [ f(0) sigma^2 + q ] / (2 D)

q is the part of the drift's own noise that does not cancel between partners (docs/theory.md, Plateau):

    pairs      (1 + c_s) alpha^2 b_f (1 - b_f) <sum_j f_ij,x^2>
    particles  alpha^2 b_f (1 - b_f) <|sum_j f_ij|_x^2>  =  alpha^2 (1 - b_f) <F_x^2>
    bro        (1 + c_s) (eps_k^2 / 12) <sum_j n_ij,x^2>
    ro         (1 + c_s) (eps_k^2 / 3) z / d,   z contacts of a particle

The noises add; S is hyperuniform only when all vanish.
"""

from anticorr.noise.filters import from_spec
from anticorr.specs.dynamics import BiasedKicks, Gradient, RandomKicks


def injected_noise(dynamics: Gradient | BiasedKicks | RandomKicks) -> float:
    """f(0) sigma^2, in D^2 per step: (1 + c_t) sigma^2 for ma1."""
    return from_spec(dynamics.noise).zero_frequency * dynamics.noise.strength**2


def selection_noise(
    dynamics: Gradient | BiasedKicks | RandomKicks, pair_force_square: float, mean_square_force: float
) -> float:
    """q in D^2 per step, from the means of the two series of that name.

    pair_force_square: eps_k^2 z / d for kicks. mean_square_force: <F_x^2> of the applied force, which is
    b_f times that of the full one where a draw decides for a whole particle; not used otherwise. q is
    linear in the two, so their standard errors give its own.
    """
    if dynamics.kind == "bro":
        return (1 + dynamics.kick_correlation) * pair_force_square / 12
    if dynamics.kind == "ro":
        return (1 + dynamics.kick_correlation) * pair_force_square / 3
    fraction, alpha = dynamics.batch_fraction, dynamics.step_size
    if dynamics.batch_selection == "particle":
        return alpha**2 * (1 - fraction) * mean_square_force
    return (1 + dynamics.batch_correlation) * alpha**2 * fraction * (1 - fraction) * pair_force_square
