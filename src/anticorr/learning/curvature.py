"""The Hessian of a loss through products with vectors: trace, largest eigenvalues, spectrum.

Hutchinson's estimate and Lanczos' tridiagonalisation are those of the library matfree.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax.flatten_util import ravel_pytree
from matfree import decomp, stochtrace

EXACT = 400
"""Parameters up to which the trace is exact."""


Loss = Callable[..., jax.Array]
"""(params, *given) -> a number; params: a pytree of arrays."""


class Spectrum(NamedTuple):
    """Ritz values of a Lanczos run from one random vector, and their weights in the spectral density."""

    values: jax.Array
    """(steps,), ascending; the last converges first, to the largest eigenvalue."""
    weights: jax.Array
    """(steps,), sum 1: density(lambda) ~ sum_i weights_i delta(lambda - values_i)."""


def product(loss: Loss, params: Any, *given: Any) -> Callable[[jax.Array], jax.Array]:
    """v -> H v of flat vectors, H the Hessian of loss(params, *given) in params."""
    flat, unravel = ravel_pytree(params)
    slope = jax.grad(lambda w: loss(unravel(w), *given))
    return lambda v: jax.jvp(slope, (flat,), (v,))[1]


def trace(loss: Loss, params: Any, *given: Any, key: jax.Array, probes: int) -> tuple[jax.Array, jax.Array]:
    """tr H and its standard error.

    Exact (error 0) up to `EXACT` parameters, else Hutchinson's mean of v . H v over `probes` random vectors
    of signs, whose variance is 2 sum_{i != j} H_ij^2.
    """
    flat, _ = ravel_pytree(params)
    times = product(loss, params, *given)
    if flat.size <= EXACT:
        # One column after the other: a whole Hessian for each member of an ensemble would fill the memory.
        diagonal = jax.lax.map(
            lambda i: times(jax.nn.one_hot(i, flat.size, dtype=flat.dtype))[i], jnp.arange(flat.size)
        )
        return diagonal.sum(), jnp.zeros((), flat.dtype)
    signs = stochtrace.sampler_signs(flat, num=probes)
    each = stochtrace.monte_carlo_trace()
    found = jax.lax.map(lambda v: each(times, v), signs(key))
    return found.mean(), found.std(ddof=1) / jnp.sqrt(probes)


def spectrum(loss: Loss, params: Any, *given: Any, key: jax.Array, steps: int) -> Spectrum:
    """Ritz values and weights of H after `steps` products (at most as many as parameters), from a random
    direction, with full reorthogonalisation.

    Stochastic Lanczos quadrature (Golub and Meurant; Ghorbani, Krishnan, Xiao, ICML 2019).
    """
    flat, _ = ravel_pytree(params)
    lanczos = decomp.tridiag_sym(min(steps, flat.size), custom_vjp=False)
    direction = jax.random.normal(key, flat.shape, flat.dtype)
    _, tridiagonal, *_ = lanczos(product(loss, params, *given), direction)
    values, vectors = jnp.linalg.eigh(tridiagonal)
    return Spectrum(values, vectors[0] ** 2)
