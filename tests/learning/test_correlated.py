"""The noise as an optax step: statistics, independence of batching, pytrees, bad input."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from anticorr.errors import InputError
from anticorr.learning.correlated import coefficients, correlated_noise, stacked, stripped
from anticorr.noise.exponential import Filter, exponential_sum
from anticorr.noise.filters import ar1, fractional, ma1, white

FILTERS = {
    "white": white(),
    "ma1": ma1(-0.8),
    "anti": ma1(-1.0),
    "ar1": ar1(0.6),
    "fractional": fractional(0.1),
    "sum": exponential_sum([0.5, -0.6], [0.3, -0.4]),
}


def drawn(filter, steps, size, key=1, **options):
    """xi of every step, (step, size): updates of zero gradients."""
    noise = correlated_noise(filter, strength=1.0, key=key, **options)

    def step(state, _):
        update, state = noise.update(jnp.zeros(size), state)
        return state, update

    return jax.lax.scan(step, noise.init(jnp.zeros(size)), None, length=steps)[1]


@pytest.mark.parametrize("name", FILTERS)
def test_autocovariance_is_that_of_the_filter(name):
    """Means over 40,000 parameters of xi(t) xi(t+n), stationary from the first step: |z| < 5 in 16 numbers,
    false alarms 1e-5."""
    with jax.enable_x64(True):
        xi = np.asarray(drawn(FILTERS[name], 4, 40_000))
    exact = FILTERS[name].autocovariance(4)
    for first in range(4):
        for lag in range(4 - first):
            pairs = xi[first] * xi[first + lag]
            error = pairs.std() / np.sqrt(pairs.size)
            assert abs(pairs.mean() - exact[lag]) < 5 * error


@pytest.mark.parametrize("name", ["white", "ma1", "anti", "ar1", "sum"])
def test_is_the_filter_of_its_own_white_noise(name):
    """xi = sum_n h_n eta(t-n), eta of an unfiltered run with the same key, once the start is forgotten."""
    filter = FILTERS[name]
    with jax.enable_x64(True):
        xi, eta = (np.asarray(drawn(f, 120, 3)) for f in (filter, white()))
    taps = filter.taps(100)
    for t in (100, 119):
        np.testing.assert_allclose(xi[t], sum(taps[n] * eta[t - n] for n in range(100)), atol=1e-12)


@pytest.fixture(scope="module")
def many():
    """Noise of all filters, drawn together."""
    return dict(
        zip(FILTERS, jax.vmap(lambda c: drawn(c, 20, 7))(stacked(list(FILTERS.values()))), strict=True)
    )


@pytest.mark.parametrize(
    "name",
    [name if name in ("anti", "sum") else pytest.param(name, marks=pytest.mark.soak) for name in FILTERS],
)
def test_noise_of_a_filter_is_that_among_others(name, many):
    """Alone, each is compiled anew: two of them, all with `make soak`."""
    np.testing.assert_allclose(drawn(FILTERS[name], 20, 7), many[name], rtol=0, atol=3e-6)


def test_noise_is_the_same_bits_however_an_ensemble_is_batched(many):
    few = jax.vmap(lambda c: drawn(c, 20, 7))(stacked([FILTERS["ar1"], FILTERS["fractional"]]))
    np.testing.assert_array_equal([many["ar1"], many["fractional"]], few)
    keys = jax.vmap(jax.random.key)(jnp.arange(5))
    over = jax.vmap(lambda key: drawn(FILTERS["ma1"], 20, 7, key))(keys)
    np.testing.assert_array_equal(over[3], drawn(FILTERS["ma1"], 20, 7, 3))


def test_one_loop_scan_and_jit_agree():
    noise = correlated_noise(ma1(-0.8), strength=0.5, key=4)
    state, loop = noise.init({"w": jnp.zeros(3), "b": jnp.zeros(())}), []
    for _ in range(5):
        update, state = jax.jit(noise.update)({"w": jnp.zeros(3), "b": jnp.zeros(())}, state)
        loop.append(update)
    assert int(state.count) == 5
    assert not np.allclose(loop[0]["w"][0], loop[0]["b"])
    state = noise.init({"w": jnp.zeros(3), "b": jnp.zeros(())})
    for step in range(5):
        update, state = noise.update({"w": jnp.zeros(3), "b": jnp.zeros(())}, state)
        np.testing.assert_allclose(update["w"], loop[step]["w"], atol=1e-6)


def test_goes_on_from_a_saved_state():
    noise = correlated_noise(ar1(0.5), strength=1.0, key=1)
    zero = jnp.zeros(4)
    state = noise.init(zero)
    for _ in range(3):
        _, state = noise.update(zero, state)
    leaves, tree = jax.tree.flatten(state)
    saved = jax.tree.unflatten(tree, [jnp.asarray(np.array(leaf)) for leaf in leaves])
    np.testing.assert_array_equal(noise.update(zero, state)[0], noise.update(zero, saved)[0])


def test_stands_behind_the_learning_rate_unless_asked():
    """w' = w - lr g + sigma xi, or w - lr (g - sigma xi')."""
    plain, scaled = (
        correlated_noise(white(), strength=0.2, key=1, **o) for o in ({}, {"learning_rate": lambda t: 0.5})
    )
    gradient, update = jnp.ones(4), {}
    for name, noise in (("plain", plain), ("scaled", scaled)):
        chain = optax.chain(optax.sgd(0.5), noise)
        update[name], _ = chain.update(gradient, chain.init(gradient))
    np.testing.assert_allclose(update["plain"] + 0.5, 2 * (update["scaled"] + 0.5), atol=1e-6)


def test_strength_may_follow_the_step():
    noise = correlated_noise(white(), strength=lambda t: jnp.where(t < 2, 0.0, 1.0), key=1)
    state, zero, seen = noise.init(jnp.zeros(3)), jnp.zeros(3), []
    for _ in range(3):
        update, state = noise.update(zero, state)
        seen.append(float(jnp.abs(update).sum()))
    assert seen[:2] == [0, 0]
    assert seen[2] > 0


@pytest.mark.parametrize("name", ["ma1", "anti", "ar1", "sum"])
def test_stripped_weights_are_driven_by_white_noise(name):
    """y(t+1) - y(t) = sigma (h_0 + sum g) eta(t) where no force acts: ratio to eta is one number."""
    filter = FILTERS[name]
    with jax.enable_x64(True):
        noise = correlated_noise(filter, strength=0.3, key=2)
        w, state = jnp.zeros(5), noise.init(jnp.zeros(5))
        y = [stripped(w, state, filter, 0.3)]
        for _ in range(3):
            update, state = noise.update(jnp.zeros(5), state)
            w = w + update
            y.append(stripped(w, state, filter, 0.3))
        eta = np.asarray(drawn(white(), 3, 5, key=2))
    scale = 0.3 * np.sqrt(filter.zero_frequency)
    np.testing.assert_allclose(np.abs(np.diff(y, axis=0)), scale * np.abs(eta), atol=1e-12)


def test_narrow_leaves_keep_their_type():
    noise = correlated_noise(fractional(0.0), strength=1.0, key=1)
    leaf = jnp.zeros(1000, jnp.bfloat16)
    update, state = noise.update(leaf, noise.init(leaf))
    assert update.dtype == jnp.bfloat16
    assert state.states.dtype == jnp.float32
    assert 0.8 < float(jnp.std(update.astype(jnp.float32))) < 1.2


@pytest.mark.parametrize(
    ("make", "word"),
    [
        (lambda: correlated_noise(white(), strength=-0.1, key=1), "strength: got -0.1"),
        (lambda: correlated_noise(white(), strength=float("nan"), key=1), "strength: got nan"),
        (lambda: correlated_noise(white(), strength=1.0, key=1, learning_rate=-1.0), "learning_rate"),
        (lambda: correlated_noise([1.0, -1.0], strength=1.0, key=1), "filter: got list"),
        (lambda: coefficients(Filter("x", 0.5, (1.0,), (1.0,))), "finite variance"),
        (lambda: coefficients(Filter("x", 1.0, (1.0,), (0.0,))), "variance 2"),
        (
            lambda: correlated_noise(white(), strength=1.0, key=1).init(
                {"a": jnp.zeros(2), "n": jnp.array(3)}
            ),
            r"params\['n'\]: got int32",
        ),
    ],
)
def test_bad_input_is_worded(make, word):
    with pytest.raises(InputError, match=word):
        make()
