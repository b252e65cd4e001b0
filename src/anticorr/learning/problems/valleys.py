"""Losses whose descent under noise has a theory: widening valley, quadratic modes, mean of samples."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from anticorr.learning.problems import Data, Problem, generator
from anticorr.specs.training import Mean, Quadratic, Valley


def valley(spec: Valley) -> Problem:
    """L = v^2 |u|^2 / 2 (Orvieto et al. 2022, section 3): curvature |u|^2 across, none along."""

    def loss(params: Any, _: Any) -> jax.Array:
        return 0.5 * params["v"] ** 2 * jnp.sum(params["u"] ** 2)

    def observe(params: Any, _: Any) -> Data:
        return {"along_square": jnp.sum(params["u"] ** 2), "across_square": params["v"] ** 2}

    def start(seed: int) -> tuple[Any, Data]:
        u = generator(seed, "start").standard_normal(spec.dimension)
        return {"u": u * np.sqrt(spec.square / np.sum(u**2)), "v": np.zeros(())}, {"train": None}

    return Problem(start, loss, observe)


def quadratic(spec: Quadratic) -> Problem:
    """L = sum_i h_i |w_i|^2 / 2, mean over the copies of each mode; gradients of copies do not shrink."""
    h = np.array(spec.curvatures)[:, None]

    def loss(params: Any, _: Any) -> jax.Array:
        return 0.5 * jnp.sum(h * params["w"] ** 2)

    def observe(params: Any, _: Any) -> Data:
        return {"mode_square": jnp.mean(params["w"] ** 2, axis=1)}

    def start(seed: int) -> tuple[Any, Data]:
        del seed
        return {"w": np.zeros((len(h), spec.copies))}, {"train": None}

    return Problem(start, loss, observe)


def mean(spec: Mean) -> Problem:
    """L = mean_i |w - x_i|^2 / 2; what is looked at is |w - mean x|^2 / dimension."""

    def loss(params: Any, x: Any) -> jax.Array:
        return 0.5 * jnp.mean(jnp.sum((params["w"] - x) ** 2, axis=1))

    def observe(params: Any, data: Data) -> Data:
        return {"deviation_square": jnp.mean((params["w"] - jnp.mean(data["train"], axis=0)) ** 2)}

    def start(seed: int) -> tuple[Any, Data]:
        x = generator(seed, "samples").standard_normal((spec.samples, spec.dimension))
        return {"w": x.mean(axis=0)}, {"train": x}

    return Problem(start, loss, observe)
