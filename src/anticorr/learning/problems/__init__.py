"""What is descended: a loss, its data and start by seed, and what is looked at.

A problem is made of functions that are the same for every seed, so that they are compiled once, and of
arrays that a seed gives.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from anticorr.specs import training

Data = dict[str, Any]
"""Pytrees of arrays by name."""


class Problem(NamedTuple):
    """Functions and arrays of one problem."""

    start: Callable[[int], tuple[Any, Data]]
    """seed -> (parameters, data): pytrees of NumPy arrays; data["train"] holds the training samples."""
    loss: Callable[[Any, Any], Any]
    """(parameters, training samples) -> mean loss."""
    observe: Callable[[Any, Data], Data]
    """(parameters, data) -> numbers by the names of a training record."""


def make(spec: training.Problem, files: tuple[np.ndarray, np.ndarray] | None = None) -> Problem:
    """The problem of a spec's section; files: samples and labels where its kind is `files`."""
    from anticorr.learning.problems import factored, networks, valleys

    makers: dict[str, Callable[[Any], Problem]] = {
        "digits": networks.classification,
        "files": lambda spec: networks.classification(spec, files),
        "valley": valleys.valley,
        "quadratic": valleys.quadratic,
        "mean": valleys.mean,
        "linear": factored.linear,
        "sensing": factored.sensing,
    }
    return makers[spec.kind](spec)


def generator(seed: int, stream: str) -> np.random.Generator:
    """NumPy's generator of one use of a seed."""
    return np.random.default_rng([seed, *stream.encode()])
