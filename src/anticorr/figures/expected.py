"""Trainings of problems that theory knows, beside what it expects of them; nothing is fitted."""

import numpy as np

from anticorr.errors import InputError
from anticorr.figures.trained import Trained
from anticorr.learning.expectations import mean_variance, mode_variance, valley_square
from anticorr.noise.filters import Filter, from_spec
from anticorr.specs.training import Mean, Quadratic, Valley


def filters(trained: Trained) -> list[Filter]:
    """Of every noise of the spec."""
    return [from_spec(noise) for noise in trained.spec.noises]


def strength(trained: Trained) -> float:
    """The one strength > 0. Raises InputError where there are none or several."""
    if len(trained.strengths) != 1:
        raise InputError(f"strengths: got {trained.strengths}, wanted one > 0")
    return trained.strengths[0]


def of_noises(trained: Trained, name: str) -> np.ndarray:
    """A variable of the members with noise, (seed, noise, ...)."""
    members = [trained.member(n, strength(trained)) for n in range(len(trained.spec.noises))]
    return trained.of(name)[:, members]


def mode_ratios(trained: Trained) -> np.ndarray:
    """Mean square of every mode over its expectation, mean over the course after its start, (seed, noise,
    mode)."""
    problem, rate = trained.problem(Quadratic), trained.spec.descent.learning_rate
    steps = trained.training["step"].values[1:]
    expected = [
        [mode_variance(np.array(problem.curvatures), rate, strength(trained), noise, int(t)) for t in steps]
        for noise in filters(trained)
    ]
    return (of_noises(trained, "mode_square")[:, :, 1:] / np.array(expected)).mean(axis=2)


def valley_expected(trained: Trained) -> np.ndarray:
    """Expectation of |u|^2 along the course, (noise, entry)."""
    problem, rate = trained.problem(Valley), trained.spec.descent.learning_rate
    steps = trained.training["step"].values
    return np.array(
        [
            valley_square(steps, problem.dimension, problem.square, rate, strength(trained), noise)
            for noise in filters(trained)
        ]
    )


def deviation_expected(trained: Trained) -> np.ndarray:
    """Expectation of the deviation from the mean along the course, (entry); samples of unit variance are
    1 - 1/n apart from their own mean."""
    samples, steps = trained.problem(Mean).samples, trained.training["step"].values
    expected = mean_variance(trained.spec.descent, samples, int(steps[-1]))
    return (1 - 1 / samples) * expected[steps]
