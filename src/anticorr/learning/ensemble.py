"""The noise of every member of an ensemble: filter, and standard deviation per step and parameter."""

import math
from typing import NamedTuple

import numpy as np

from anticorr.learning.private import multiplier_of, sensitivity, strategy
from anticorr.noise.exponential import Filter
from anticorr.noise.filters import from_spec, white
from anticorr.specs.training import Member, Training, samples_of


class Ensemble(NamedTuple):
    """Members of one seed, in the order of `Training.members`."""

    members: list[Member]
    filters: list[Filter]
    strengths: np.ndarray


def ensemble(spec: Training) -> Ensemble:
    """Filters and strengths of a spec's members.

    Private training publishes the mean of clipped gradients g_j of a batch of B with noise,

        (1/B) sum_j g_j min(1, C / |g_j|) + (m s C / B) xi(t),

    s the sensitivity of the filter where a sample takes part once an epoch, m the multiplier of (epsilon,
    delta). So the strength of a step is learning_rate m s C / B.
    """
    members, privacy, descent = spec.members(), spec.privacy, spec.descent
    if privacy is None:
        filters = [white() if m.noise < 0 else from_spec(spec.noises[m.noise]) for m in members]
        return Ensemble(members, filters, np.array([m.strength for m in members]))
    filters = [
        white() if m.noise < 0 else strategy(privacy.strategies[m.noise], descent.learning_rate)
        for m in members
    ]
    samples, steps = samples_of(spec.problem), spec.schedule.noisy_steps
    batch = descent.batch_size or samples
    epoch = samples // batch
    scale = descent.learning_rate * multiplier_of(privacy.epsilon, privacy.delta) * privacy.clip / batch
    strengths = [
        0.0 if m.noise < 0 else scale * sensitivity(f, steps, math.ceil(steps / epoch), epoch).value
        for m, f in zip(members, filters, strict=True)
    ]
    return Ensemble(members, filters, np.array(strengths))
