"""An ensemble descends: members share data, start, batches and white noise eta; their filters differ.

    w(t+1) = w(t) - learning_rate * gradient + strength * xi(t),     xi = filter of eta

So members of one seed are compared with each other under common random numbers, and what differs
between them is the correlation of the noise alone.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax
from jax.flatten_util import ravel_pytree

from anticorr.learning import curvature
from anticorr.learning.correlated import Coefficients, correlated_noise
from anticorr.learning.problems import Problem
from anticorr.learning.sampling import sampler
from anticorr.specs.training import Training

_REGULARISER_PROBES = 2
"""Random vectors of tr H in a step of explicit regularisation."""


Slope = Callable[[Any, Any], tuple[jax.Array, Any]]
"""(parameters, samples) -> (loss, gradient)."""


class Descended(NamedTuple):
    """Of every member (first axis); entries of the course are second."""

    course: Any
    """Parameters at every entry of the course, the start first."""
    last: Any
    """Parameters after the quench."""
    diverged: jax.Array
    """First step whose loss was not finite, -1 where there was none."""


def descend(problem: Problem, spec: Training, samples: int) -> Callable[..., Descended]:
    """A compiled function (params, train, coefficients, strengths, key) -> Descended.

    params and train: arrays of one seed. coefficients, strengths: of the members, first axis. Steps of the
    quench see all samples and no noise; a member that diverged goes on as NaN beside the others.
    """
    rate, batch = spec.descent.learning_rate, sampler(spec.descent, samples)
    slope_of: Slope = jax.value_and_grad(problem.loss)
    if spec.privacy is not None:
        slope_of = _clipped(problem, spec.privacy.clip)

    def one(
        params: Any, train: Any, coefficients: Coefficients, strength: jax.Array, key: jax.Array
    ) -> Descended:
        noise_key, batch_key = jax.random.split(key)
        optimiser = optax.chain(
            optax.sgd(rate), correlated_noise(coefficients, strength=strength, key=noise_key)
        )

        def step(params: Any, memory: Any, t: jax.Array) -> tuple[jax.Array, Any, Any]:
            state, visits = memory
            given = train
            if batch is not None:
                chosen, visits = batch(batch_key, t, visits)
                given = jax.tree.map(lambda part: part[chosen], train)
            value, slope = slope_of(params, given)
            updates, state = optimiser.update(slope, state)
            return value, optax.apply_updates(params, updates), (state, visits)

        return _run(problem, spec, train, params, step, (optimiser.init(params), jnp.zeros(samples)))

    return jax.jit(jax.vmap(one, in_axes=(None, None, 0, 0, None)))


def _clipped(problem: Problem, clip: float) -> Slope:
    """(parameters, samples) -> (loss, mean of the gradients of single samples, none longer than `clip`).

    A gradient that is not finite counts as 0: no sample, whatever it holds, moves the mean by more.
    """

    def single(params: Any, sample: Any) -> jax.Array:
        return problem.loss(params, jax.tree.map(lambda part: part[None], sample))

    def mean(params: Any, given: Any) -> tuple[jax.Array, Any]:
        values, slopes = jax.vmap(jax.value_and_grad(single), in_axes=(None, 0))(params, given)
        length = jax.vmap(optax.tree.norm)(slopes)
        share = jnp.where(length < jnp.inf, jnp.minimum(1.0, clip / length), 0.0) / len(values)

        def total(slope: jax.Array) -> jax.Array:
            return jnp.tensordot(share, jnp.where(jnp.isfinite(slope), slope, 0.0), 1, precision="highest")

        return values.mean(), jax.tree.map(total, slopes)

    return mean


def regularise(problem: Problem, spec: Training) -> Callable[..., Descended]:
    """A compiled function (params, train, regularisers, key) -> Descended: plain descents on
    L + (s^2 / 4) tr H for every s, with fresh random signs for tr H in every step."""

    def one(params: Any, train: Any, s: jax.Array, key: jax.Array) -> Descended:
        def smoothed(params: Any, key: jax.Array) -> jax.Array:
            size = ravel_pytree(params)[0].size
            signs = jax.random.rademacher(key, (_REGULARISER_PROBES, size), s.dtype)
            times = curvature.product(problem.loss, params, train)
            trace = sum(v @ times(v) for v in signs) / _REGULARISER_PROBES
            return problem.loss(params, train) + 0.25 * s**2 * trace

        def step(params: Any, memory: Any, t: jax.Array) -> tuple[jax.Array, Any, Any]:
            value, slope = jax.value_and_grad(smoothed)(params, jax.random.fold_in(key, t))
            return value, _down(params, slope, spec), memory

        return _run(problem, spec, train, params, step, ())

    return jax.jit(jax.vmap(one, in_axes=(None, None, 0, None)))


def _run(
    problem: Problem,
    spec: Training,
    train: Any,
    params: Any,
    step: Callable[[Any, Any, jax.Array], tuple[jax.Array, Any, Any]],
    memory: Any,
) -> Descended:
    """Noisy steps, entry by entry of the course, and the quench."""
    schedule = spec.schedule

    def watched(carry: Any, t: jax.Array) -> tuple[Any, None]:
        params, memory, diverged = carry
        value, params, memory = step(params, memory, t)
        return (params, memory, jnp.where((diverged < 0) & ~jnp.isfinite(value), t, diverged)), None

    def entry(carry: Any, first: jax.Array) -> tuple[Any, Any]:
        carry, _ = jax.lax.scan(watched, carry, first + jnp.arange(schedule.record_every))
        return carry, carry[0]

    starts = jnp.arange(0, schedule.noisy_steps, schedule.record_every)
    (after, _, diverged), course = jax.lax.scan(entry, (params, memory, jnp.array(-1)), starts)
    course = jax.tree.map(lambda first, later: jnp.concatenate([first[None], later]), params, course)
    slope = jax.grad(problem.loss)
    last, _ = jax.lax.scan(
        lambda w, _: (_down(w, slope(w, train), spec), None), after, None, length=schedule.quench_steps
    )
    return Descended(course, last, diverged)


def _down(params: Any, slope: Any, spec: Training) -> Any:
    return jax.tree.map(lambda w, g: w - spec.descent.learning_rate * g, params, slope)
