"""Quantities of trained networks after the quench, against descent without noise, seed by seed."""

import numpy as np

from anticorr.figures.claims.numbers import Numbers
from anticorr.figures.trained import Trained
from anticorr.landscape.significance import mean_and_error

_ACCURACY = "test_accuracy_quench"


def accuracy_gain(one: Trained) -> Numbers | str:
    """Gain in test accuracy by the most anti-correlated noise; against 0."""
    return _lacks(one) or _gain(one, one.ordered[0])


def white_accuracy_gain(one: Trained) -> Numbers | str:
    """Gain in test accuracy by white noise; against 0."""
    if told := _lacks(one):
        return told
    return "no white noise among the noises" if one.white is None else _gain(one, one.white)


def accuracy_against_correlation(one: Trained) -> Numbers | str:
    """Slope of test accuracy against c_t at the smallest strength, a straight line through all noises for
    each seed; against 0."""
    if told := _lacks(one):
        return told
    if len(one.ordered) < 2:
        return "one noise has no slope"
    members = [one.member(noise, one.strengths[0]) for noise in one.ordered]
    slopes, _ = np.polyfit(one.correlations[one.ordered], one.of(_ACCURACY)[:, members].T, 1)
    return Numbers(0.0, 0.0, *mean_and_error(slopes), scale=_wrong(one))


def flatness(one: Trained) -> Numbers | str:
    """tr H under the most anti-correlated noise over that without noise; against 1."""
    if told := _lacks(one):
        return told
    least = one.ordered[0]
    member = one.member(least, one.chosen(least))
    return Numbers(1.0, 0.0, *one.ratio("trace_quench", member, one.noise_free))


def regulariser_flatness(one: Trained) -> Numbers | str:
    """Share of the change of tr H by noise that the explicit regulariser makes."""
    return _share(one, "trace_quench", "tr H")


def regulariser_test_loss(one: Trained) -> Numbers | str:
    """Share of the change of the test loss by noise that the explicit regulariser makes."""
    return _share(one, "test_loss_quench", "the test loss")


def _gain(one: Trained, noise: int) -> Numbers:
    """At the strength chosen on the validation samples; its scale is what there is to gain."""
    member = one.member(noise, one.chosen(noise))
    return Numbers(0.0, 0.0, *one.difference(_ACCURACY, member, one.noise_free), scale=_wrong(one))


def _share(one: Trained, name: str, words: str) -> Numbers | str:
    """At the smallest strength of both, where the leading order is best."""
    if told := _lacks(one):
        return told
    both = sorted(set(one.spec.regularisers) & set(one.strengths))
    if not both:
        return "no explicit regulariser beside noise of its strength"
    found = one.share(name, both[0])
    if found is None:
        return f"the change of {words} by noise is less than three of its standard errors"
    return Numbers(1.0, 0.0, *found)


def _wrong(one: Trained) -> float:
    """Share of the test samples that descent without noise tells wrong."""
    return 1 - one.mean(_ACCURACY, one.noise_free)[0]


def _lacks(one: Trained) -> str:
    """Why nothing can be compared; empty where it can."""
    if _ACCURACY not in one.training:
        return "no network that tells classes apart"
    if one.plain is None or not one.spec.noises or not one.strengths:
        return "no noise to compare with descent without noise"
    return ""
