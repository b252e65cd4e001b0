"""The project's noise as a step of an optax optimiser.

    optimiser = optax.chain(optax.sgd(0.05), correlated_noise(ma1(-1.0), strength=0.03, key=1))

adds strength * xi(t) to the update of every parameter: w(t+1) = w(t) - 0.05 gradient + 0.03 xi(t), xi the
stationary noise of unit variance of `anticorr.noise`, independent between parameters.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax

from anticorr.errors import InputError
from anticorr.noise.exponential import Filter


class Coefficients(NamedTuple):
    """Numbers of a filter as arrays, so that jit and vmap can run over filters."""

    first: jax.Array
    """h_0."""
    weights: jax.Array
    """s_k, shape (state,)."""
    rates: jax.Array
    """q_k, shape (state,)."""
    factor: jax.Array
    """L, shape (state, state): z(0) = L @ normal numbers is stationary."""


class NoiseState(NamedTuple):
    """State of `correlated_noise`; a pytree of arrays, which any checkpoint of an optimiser keeps."""

    count: jax.Array  # type: ignore[assignment]  # a tuple has a method of that name
    """Steps done."""
    states: Any
    """z_k of every parameter, leaves of shape (state, ...)."""


Schedule = float | jax.Array | Callable[[jax.Array], jax.Array]


def correlated_noise(
    filter: Filter | Coefficients,
    *,
    strength: Schedule,
    key: int | jax.Array,
    learning_rate: Schedule | None = None,
) -> optax.GradientTransformation:
    """Add strength * xi(t), or learning_rate * strength * xi(t), to every update.

        xi(t) = h_0 eta(t) + sum_k s_k z_k(t),     z_k(t+1) = q_k z_k(t) + eta(t)

    filter: of `anticorr.noise` (or `coefficients` of one, to map over filters). strength: standard
    deviation of the noise per step and parameter, or a function of the step; it is *not* multiplied by the
    learning rate, so put this after `optax.sgd` or `scale_by_learning_rate`. learning_rate: for noise that
    is meant to belong to the gradient; a number or a function of the step. key: a seed or a JAX key.

    eta(t) of a leaf is a function of (key, t, number of the leaf), drawn by JAX's counter-based generator:
    it does not depend on how runs are batched, and under `vmap` with one key all members share it. The
    first step is stationary. Leaves must be floating; narrow ones get noise computed in float32.
    Works under jit, scan and vmap. Raises InputError for a strength < 0, for what is not a filter of unit
    variance with |q_k| < 1, and, at `init`, for leaves that are not floating.
    """
    made = filter if isinstance(filter, Coefficients) else coefficients(filter)
    for name, value in (("strength", strength), ("learning_rate", learning_rate)):
        if isinstance(value, int | float | np.floating) and not 0 <= value < np.inf:
            raise InputError(
                f"{name}: got {value!r}, allowed: a finite number >= 0, or a function of the step"
            )
    start, run = jax.random.split(jax.random.key(key) if isinstance(key, int) else key)

    def init(params: optax.Params) -> NoiseState:
        _refuse_what_is_not_floating(params)
        leaves, tree = jax.tree.flatten(params)
        states = []
        for number, leaf in enumerate(leaves):
            shape, kind, mine = jnp.shape(leaf), _wide(leaf), jax.random.fold_in(start, number)
            factor, count = made.factor.astype(kind), len(made.rates)
            normal = [jax.random.normal(jax.random.fold_in(mine, k), shape, kind) for k in range(count)]
            z = [sum(factor[k, j] * normal[j] for j in range(k + 1)) for k in range(count)]
            states.append(jnp.stack(z) if z else jnp.zeros((0, *shape), kind))
        return NoiseState(jnp.zeros((), jnp.int32), jax.tree.unflatten(tree, states))

    def update(
        updates: optax.Updates, state: NoiseState, params: optax.Params | None = None
    ) -> tuple[optax.Updates, NoiseState]:
        del params
        count = state.count
        scale = _at(strength, count)
        if learning_rate is not None:
            scale = scale * _at(learning_rate, count)
        leaves, tree = jax.tree.flatten(updates)
        noisy, after = [], []
        memory = tree.flatten_up_to(state.states)  # type: ignore[attr-defined]  # of a tree JAX tells no type
        for number, (leaf, z) in enumerate(zip(leaves, memory, strict=True)):
            leaf, kind = jnp.asarray(leaf), z.dtype
            draw = jax.random.fold_in(jax.random.fold_in(run, number), count)
            eta = jax.random.normal(draw, leaf.shape, kind)
            weights, rates = made.weights.astype(kind), made.rates.astype(kind)
            # Summed one by one: states of weight 0, which others in an ensemble need, change no bit.
            xi = sum((weights[k] * z[k] for k in range(len(rates))), made.first.astype(kind) * eta)
            noisy.append((leaf + jnp.asarray(scale, kind) * xi).astype(leaf.dtype))
            after.append(rates.reshape(-1, *[1] * leaf.ndim) * z + eta)
        unflatten = jax.tree.unflatten
        return unflatten(tree, noisy), NoiseState(count + 1, unflatten(tree, after))

    return optax.GradientTransformation(init, update)


def coefficients(filter: Filter, states: int | None = None) -> Coefficients:
    """Arrays of a filter, with further states that weigh nothing up to `states`.

    Raises InputError for what is not a filter of unit variance with all |q_k| < 1.
    """
    if not isinstance(filter, Filter):
        raise InputError(f"filter: got {type(filter).__name__}, allowed: a filter of anticorr.noise")
    if not all(abs(rate) < 1 for rate in filter.rates):
        raise InputError(f"filter: got rates {list(filter.rates)}, allowed > -1 and < 1 (finite variance)")
    if not abs(filter.variance - 1) < 1e-9:
        raise InputError(f"filter: got variance {filter.variance:g}, allowed: 1 (see strength)")
    more = max((states or 0) - len(filter.rates), 0)
    kind = jax.dtypes.canonicalize_dtype(float)
    return Coefficients(
        jnp.asarray(filter.first, kind),
        jnp.asarray([*filter.weights, *[0.0] * more], kind),
        jnp.asarray([*filter.rates, *[0.0] * more], kind),
        jnp.asarray(np.pad(filter.state_factor, (0, more)), kind),
    )


def stacked(filters: list[Filter]) -> Coefficients:
    """Coefficients of several filters in one, with a first axis for `vmap`: first (filter,), weights and
    rates (filter, state), factor (filter, state, state); shorter filters get states that weigh nothing.

    Raises InputError as `coefficients` does.
    """
    states = max(len(filter.rates) for filter in filters)
    return jax.tree.map(lambda *each: jnp.stack(each), *[coefficients(f, states) for f in filters])


def stripped(
    params: optax.Params, state: NoiseState, filter: Filter | Coefficients, strength: float
) -> optax.Params:
    """The noise-stripped weights y = w + strength sum_k s_k / (1 - q_k) z_k, driven by white noise.

    params: w before the step that `state` is about to make, a pytree of arrays; strength: sigma in units of
    w, constant over the steps. Returns a pytree of the same shapes. At c_t = -1 of `ma1` gradient descent
    moves y with no noise of its own. Raises InputError as `coefficients` does.
    """
    made = filter if isinstance(filter, Coefficients) else coefficients(filter)
    share = made.weights / (1 - made.rates)
    return jax.tree.map(
        lambda w, z: w + strength * jnp.tensordot(share.astype(z.dtype), z, axes=1), params, state.states
    )


def _at(value: Schedule, count: jax.Array) -> jax.typing.ArrayLike:
    return value(count) if callable(value) else value


def _wide(leaf: jax.typing.ArrayLike) -> jnp.dtype:
    return jnp.promote_types(jnp.result_type(leaf), jnp.float32)


def _refuse_what_is_not_floating(params: optax.Params) -> None:
    leaves, _ = jax.tree_util.tree_flatten_with_path(params)
    problems = [
        f"params{jax.tree_util.keystr(path)}: got {jnp.result_type(leaf)}, allowed: floating numbers "
        "(leave others out with optax.masked)"
        for path, leaf in leaves
        if not jnp.issubdtype(jnp.result_type(leaf), jnp.floating)
    ]
    if problems:
        raise InputError(*problems)
