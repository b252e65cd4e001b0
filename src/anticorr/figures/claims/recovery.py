"""Quantities of problems with a known truth: distance to it after the quench, with noise and without."""

import numpy as np

from anticorr.figures.claims.numbers import Numbers
from anticorr.figures.trained import Trained
from anticorr.landscape.significance import mean_and_error

_ERROR = "recovery_error_quench"


def recovery(one: Trained) -> Numbers | str:
    """ln of the recovery error under the most anti-correlated noise over that without; against 0."""
    return _lacks(one) or _ratio(one, one.ordered[0])


def white_recovery(one: Trained) -> Numbers | str:
    """The same of white noise; against 0."""
    if told := _lacks(one):
        return told
    return "no white noise among the noises" if one.white is None else _ratio(one, one.white)


def _ratio(one: Trained, noise: int) -> Numbers:
    """At the strength chosen on the held-out equations."""
    errors = np.log(one.of(_ERROR))
    member = one.member(noise, one.chosen_by_loss(noise))
    return Numbers(0.0, 0.0, *mean_and_error(errors[:, member] - errors[:, one.noise_free]), scale=1.0)


def _lacks(one: Trained) -> str:
    """Why there is nothing to compare; empty where there is."""
    if _ERROR not in one.training:
        return "no truth to recover"
    if one.plain is None or not (one.spec.noises and one.strengths):
        return "no noise to compare with descent without, or nothing but noise"
    return ""
