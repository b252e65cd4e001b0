"""Private learning with correlated noise: what it may release, what it costs, and which filter costs least.

A step publishes g_t + m s xi(t): g_t a sum of contributions of norm at most 1, xi a unit-variance filter's
noise, s its sensitivity and m the noise multiplier, which alone fixes the privacy. Filters are compared at
equal m by the error that they leave in the learned mean.
"""

from anticorr.learning.private.accounting import delta_of, epsilon_of, gaussian_mu, multiplier_of
from anticorr.learning.private.buffered_toeplitz import buffered_toeplitz
from anticorr.learning.private.mean_estimation import (
    excess_error_of_spectrum,
    finite_excess_error,
    least_excess_error,
    stationary_excess_error,
    tabulate,
)
from anticorr.learning.private.sensitivity import (
    Sensitivity,
    inverse_taps,
    sensitivity,
    stream_sensitivity,
)
from anticorr.learning.private.strategies import NAMES, best_ma1, independent, nu_dp_ftrl, strategy

__all__ = [
    "NAMES",
    "Sensitivity",
    "best_ma1",
    "buffered_toeplitz",
    "delta_of",
    "epsilon_of",
    "excess_error_of_spectrum",
    "finite_excess_error",
    "gaussian_mu",
    "independent",
    "inverse_taps",
    "least_excess_error",
    "multiplier_of",
    "nu_dp_ftrl",
    "sensitivity",
    "stationary_excess_error",
    "strategy",
    "stream_sensitivity",
    "tabulate",
]
