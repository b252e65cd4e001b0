"""Quantities of private trainings: strategies of the noise at equal privacy, seed by seed."""

from anticorr.figures.claims.numbers import Numbers
from anticorr.figures.private_trainings import REFERENCE, accuracy, by_batch, chosen, gain, names, unlike
from anticorr.figures.trained import Trained
from anticorr.landscape.significance import mean_and_error


def private_gain(trainings: list[Trained]) -> Numbers | str:
    """Test accuracy of nu-DP-FTRL less that of independent noise; against 0."""
    if told := _lacks(trainings, "nu_dp_ftrl"):
        return told
    return Numbers(0.0, 0.0, *mean_and_error(gain(trainings, "nu_dp_ftrl")), scale=_wrong(trainings))


def private_states(trainings: list[Trained]) -> Numbers | str:
    """Test accuracy of the filter with two states less that of nu-DP-FTRL; against 0."""
    if told := _lacks(trainings, "nu_dp_ftrl", "blt_2"):
        return told
    apart = gain(trainings, "blt_2") - gain(trainings, "nu_dp_ftrl")
    return Numbers(0.0, 0.0, *mean_and_error(apart), scale=_wrong(trainings))


def _lacks(trainings: list[Trained], *wanted: str) -> str:
    """Why nothing can be said of these strategies; empty where something can."""
    if told := unlike(trainings):
        return told
    if len(by_batch(trainings)) > 1:
        return "trainings differ in more than the learning rate"
    lone = [name for name in wanted if name not in names(trainings[0])]
    return f"no strategy {' and '.join(lone)}" if lone else ""


def _wrong(trainings: list[Trained]) -> float:
    """What there is to gain: the share told wrong under independent noise."""
    return 1 - float(accuracy(chosen(trainings, REFERENCE), REFERENCE).mean())
