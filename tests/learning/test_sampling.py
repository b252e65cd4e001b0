"""Batches: what they hold, and the correlations of what they miss."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from anticorr.learning.sampling import sampler
from anticorr.specs.training import Descent

N, B = 24, 4


def batches(kind, steps, repulsion=1.0, seed=1):
    draw = sampler(Descent(learning_rate=1, batch_size=B, sampling=kind, repulsion=repulsion), N)
    key = jax.random.key(seed)

    def step(visits, t):
        chosen, visits = draw(key, t, visits)
        return visits, chosen

    return np.asarray(jax.lax.scan(step, jnp.zeros(N), jnp.arange(steps))[1])


@pytest.mark.parametrize("kind", ["independent", "epoch", "repellent"])
def test_no_sample_twice_in_a_batch_and_all_equally_often(kind):
    seen = batches(kind, 6000)
    assert all(len(set(batch)) == B for batch in seen[:200].tolist())
    counts = np.bincount(seen.ravel(), minlength=N)
    assert abs(counts / 1000 - 1).max() < 0.15  # 1,000 visits each, error 0.03 where independent


def test_an_epoch_holds_every_sample_once_in_an_order_of_its_own():
    seen = batches("epoch", 18).reshape(3, N)
    assert all(sorted(epoch) == list(range(N)) for epoch in seen.tolist())
    assert not np.array_equal(seen[0], seen[1])


def test_all_samples_need_no_sampler():
    assert sampler(Descent(learning_rate=1), N) is None
    assert sampler(Descent(learning_rate=1, batch_size=N), N) is None


@pytest.mark.parametrize(
    ("kind", "repulsion", "lag_one"),
    [("independent", 0.0, 0.0), ("repellent", 0.0, 0.0), ("repellent", 50.0, None), ("epoch", 0.0, None)],
)
def test_correlation_of_batch_means(kind, repulsion, lag_one):
    """Of +-1 values: variance (N - B) / (B (N - 1)); within an epoch every pair has -1/(N/B - 1). 20,000
    steps, |z| < 4.5 in each of 8 numbers: false alarms 5e-5. A strong repulsion is an epoch."""
    value = np.where(np.arange(N) % 2, 1.0, -1.0)
    steps = 20_000
    means = value[batches(kind, steps, repulsion)].mean(axis=1)
    variance = (N - B) / (B * (N - 1))
    assert abs((means**2).mean() - variance) < 4.5 * np.std(means**2) / np.sqrt(steps)
    if lag_one is not None:
        product = means[1:] * means[:-1]
        assert abs(product.mean() - lag_one) < 4.5 * product.std() / np.sqrt(steps)
    else:
        assert np.abs(means[: steps - steps % (N // B)].reshape(-1, N // B).sum(axis=1)).max() < 1e-12


def test_repulsion_takes_the_low_frequencies():
    """Sum over 500 steps: variance grows like the time where draws are independent, and hardly where they
    repel."""
    value = np.where(np.arange(N) % 2, 1.0, -1.0)
    spread = {
        repulsion: np.var(
            value[batches("repellent", 20_000, repulsion)].mean(axis=1).reshape(40, 500).sum(axis=1)
        )
        for repulsion in (0.0, 0.5)
    }
    assert spread[0.5] < 0.05 * spread[0.0]
