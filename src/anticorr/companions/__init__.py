"""Theories that stand beside the paper and share its algebra, each checked against simulation."""

from anticorr.companions.escape import escape_exponent, escape_rate
from anticorr.companions.quadratic import (
    adam_covariance,
    bayesian_learning_rate,
    continuous_covariance,
    regression_covariance,
    regression_edge,
    stationary_covariance,
)

__all__ = [
    "adam_covariance",
    "bayesian_learning_rate",
    "continuous_covariance",
    "escape_exponent",
    "escape_rate",
    "regression_covariance",
    "regression_edge",
    "stationary_covariance",
]
