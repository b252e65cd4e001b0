"""Which samples a step sees. Noise of minibatches has a spectrum too: epochs are anti-correlated.

With n samples, b a step, the batch means of values of variance V have, about the full mean, in all
ways variance V (n - b) / (b (n - 1)) (repellent: nearly); in time

    independent   no correlation: f(0) = 1
    epoch         -1 / (n/b - 1) between any two steps of an epoch: f(0) = 0
    cyclic        the same order in every epoch: a comb without w = 0
    repellent     each sample drawn less the more it was seen: correlation decays, f(0) = 0
"""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp

from anticorr.specs.training import Descent


def sampler(
    descent: Descent, samples: int
) -> Callable[[jax.Array, jax.Array, Any], tuple[Any, Any]] | None:
    """(key, step, visits) -> (indices of the batch, visits); None where a step sees all samples.

    visits: how often each sample was seen, start at `jnp.zeros(samples)`. A batch never holds a sample
    twice. The indices are a function of (key, step) and, for repellent sampling, of the visits. An epoch
    has floor(samples / batch_size) steps; what is left over of its permutation is not seen in it.
    """
    size = descent.batch_size
    if size in (0, samples):
        return None
    steps = samples // size

    def independent(key: jax.Array, step: jax.Array, visits: Any) -> tuple[Any, Any]:
        return jax.random.permutation(jax.random.fold_in(key, step), samples)[:size], visits

    def epoch(key: jax.Array, step: jax.Array, visits: Any) -> tuple[Any, Any]:
        order = jax.random.permutation(jax.random.fold_in(key, step // steps), samples)
        return jax.lax.dynamic_slice(order, (size * (step % steps),), (size,)), visits

    def cyclic(key: jax.Array, step: jax.Array, visits: Any) -> tuple[Any, Any]:
        return epoch(key, step % steps, visits)

    def repellent(key: jax.Array, step: jax.Array, visits: Any) -> tuple[Any, Any]:
        # The largest of logits with Gumbel noise: draws without replacement, odds e^-(repulsion visits).
        gumbel = jax.random.gumbel(jax.random.fold_in(key, step), (samples,), visits.dtype)
        _, chosen = jax.lax.top_k(gumbel - descent.repulsion * visits, size)
        visits = visits.at[chosen].add(1)
        return chosen, visits - jnp.min(visits)

    ways = {"independent": independent, "epoch": epoch, "cyclic": cyclic, "repellent": repellent}
    return ways[descent.sampling]
