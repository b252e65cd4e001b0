"""Models that are products of their parameters: of many minima the flat are sparse, or of low rank."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from anticorr.learning.problems import Data, Problem, generator
from anticorr.specs.training import Linear, Sensing


def linear(spec: Linear) -> Problem:
    """L = mean_i (x_i . (w * w) - y_i)^2 / 2, x_i normal, truth sparse with entries 1.

    At a minimum tr H = 4 sum_j <x_j^2> w_j^2, an l1 norm of w * w: flat minima are sparse ones.
    """

    def loss(params: Any, given: Any) -> jax.Array:
        x, y = given
        return 0.5 * jnp.mean((x @ params["w"] ** 2 - y) ** 2)

    def observe(params: Any, data: Data) -> Data:
        truth = data["truth"]
        return {
            "recovery_error": jnp.sum((params["w"] ** 2 - truth) ** 2) / jnp.sum(truth**2),
            "validation_loss": loss(params, data["validation"]),
        }

    def start(seed: int) -> tuple[Any, Data]:
        draw = generator(seed, "samples")
        truth = np.zeros(spec.parameters)
        truth[draw.permutation(spec.parameters)[: spec.nonzero]] = 1.0
        x = draw.standard_normal((spec.samples, spec.parameters))
        w = np.full(spec.parameters, spec.start) * draw.choice([-1.0, 1.0], spec.parameters)
        more = generator(seed, "validation").standard_normal((spec.validation, spec.parameters))
        return {"w": w}, {"train": (x, x @ truth), "validation": (more, more @ truth), "truth": truth}

    return Problem(start, loss, observe)


def sensing(spec: Sensing) -> Problem:
    """L = mean_i (<A_i, U U^T> - y_i)^2 / 2, A_i symmetric, normal, of unit variance off the diagonal.

    Truth V V^T with orthonormal columns V, rank `rank`.
    """

    def loss(params: Any, given: Any) -> jax.Array:
        A, y = given
        return 0.5 * jnp.mean((jnp.einsum("nij,ik,jk->n", A, params["U"], params["U"]) - y) ** 2)

    def observe(params: Any, data: Data) -> Data:
        truth = data["truth"]
        error = params["U"] @ params["U"].T - truth
        return {
            "recovery_error": jnp.sum(error**2) / jnp.sum(truth**2),
            "validation_loss": loss(params, data["validation"]),
        }

    def equations(
        draw: np.random.Generator, count: int, truth: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        A = draw.standard_normal((count, *truth.shape))
        A = (A + A.transpose(0, 2, 1)) / np.sqrt(2)
        return A, np.einsum("nij,ij->n", A, truth)

    def start(seed: int) -> tuple[Any, Data]:
        draw, n = generator(seed, "samples"), spec.size
        V, _ = np.linalg.qr(draw.standard_normal((n, spec.rank)))
        truth = V @ V.T
        train = equations(draw, spec.samples, truth)
        more = equations(generator(seed, "validation"), spec.validation, truth)
        U = spec.start * draw.standard_normal((n, n))
        return {"U": U}, {"train": train, "validation": more, "truth": truth}

    return Problem(start, loss, observe)
