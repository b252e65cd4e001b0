"""Theories that stand beside the paper and share its algebra, each checked against simulation."""

from anticorr.companions.quadratic import (
    bayesian_learning_rate,
    escape_exponent,
    regression_covariance,
    stationary_covariance,
)

__all__ = ["bayesian_learning_rate", "escape_exponent", "regression_covariance", "stationary_covariance"]
