"""Private trainings that differ in learning rate and batches: strategies of the noise at equal privacy."""

import numpy as np

from anticorr.figures.trained import Trained
from anticorr.specs.training import samples_of

REFERENCE = "independent"
"""The strategy that all others are compared with."""
PLAIN = "none"
"""Name of descent without noise, clipped all the same."""


def unlike(trainings: list[Trained]) -> str:
    """What keeps private trainings from being compared, in words; empty where nothing does."""
    if not trainings or any(one.spec.privacy is None for one in trainings):
        return "got no training with privacy, or others too, wanted private trainings"
    for section in ("problem", "privacy", "seeds"):
        if any(getattr(one.spec, section) != getattr(trainings[0].spec, section) for one in trainings):
            return f"got trainings that differ in {section}, wanted ones that differ in rate and batches"
    if "test_accuracy" not in trainings[0].training:
        return "got trainings without test_accuracy, wanted networks that tell classes apart"
    if REFERENCE not in names(trainings[0]):
        return f"got no strategy {REFERENCE!r}, wanted it for comparison"
    return ""


def by_batch(trainings: list[Trained]) -> list[list[Trained]]:
    """Groups of trainings that differ in the learning rate alone, the smallest batches first; in a group by
    rate."""
    groups: dict[str, list[Trained]] = {}
    for one in sorted(trainings, key=lambda one: (batch(one), rate(one))):
        descent = one.spec.descent.model_copy(update={"learning_rate": 1.0})
        groups.setdefault(f"{descent} {one.spec.schedule}", []).append(one)
    return list(groups.values())


def names(one: Trained) -> list[str]:
    """Strategies of a training, in the order of its spec."""
    return [] if one.spec.privacy is None else list(one.spec.privacy.strategies)


def rate(one: Trained) -> float:
    """Its learning rate."""
    return one.spec.descent.learning_rate


def batch(one: Trained) -> int:
    """Samples of a step."""
    return one.spec.descent.batch_size or samples_of(one.spec.problem)


def accuracy(one: Trained, name: str, of: str = "test") -> np.ndarray:
    """Accuracy of a strategy after the last step, shape (seed,)."""
    place = one.noise_free if name == PLAIN else one.member(names(one).index(name), 1.0)
    return one.of(f"{of}_accuracy")[:, place, -1]


def chosen(group: list[Trained], name: str) -> Trained:
    """The training with the highest mean validation accuracy of a strategy (of equals the first)."""
    return max(group, key=lambda one: accuracy(one, name, "validation").mean())


def gain(group: list[Trained], name: str) -> np.ndarray:
    """Test accuracy of a strategy less that of independent noise, each at the rate that validation chose
    for it, shape (seed,)."""
    return accuracy(chosen(group, name), name) - accuracy(chosen(group, REFERENCE), REFERENCE)
