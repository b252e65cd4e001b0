"""Classification by a fully connected network, and the split of labelled samples."""

import itertools
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from anticorr.errors import InputError
from anticorr.learning.problems import Data, Problem, generator
from anticorr.specs.training import Network


def classification(spec: Network, files: tuple[np.ndarray, np.ndarray] | None = None) -> Problem:
    """Network of a spec on scikit-learn's digits, or on the samples and labels of `files`.

        a_0 = x,   a_l = act(a_{l-1} W_l + b_l),   L = mean |a_last W + b - e_y|^2 / 2

    summed over classes, e_y the one-hot label. W starts normal with variance 1/n_in (tanh) or 2/n_in
    (relu), b at 0. A seed draws training, validation and test samples without overlap, then the start. With
    `scaling: standard` inputs are shifted and scaled to mean 0 and variance 1 over the training samples.
    Raises InputError where there are fewer samples than the spec asks for.
    """
    samples, labels = _digits() if files is None else files
    classes = int(labels.max()) + 1
    wanted = spec.train + spec.validation + spec.test
    if wanted > len(samples):
        raise InputError(
            f"problem: got train + validation + test = {wanted}, allowed <= {len(samples)} (all samples)"
        )
    activations: dict[str, Callable[[jax.Array], jax.Array]] = {
        "tanh": jnp.tanh, "relu": lambda a: jnp.maximum(a, 0)
    }  # fmt: skip
    act = activations[spec.activation]

    def logits(params: Any, x: jax.Array) -> jax.Array:
        for layer in params[:-1]:
            x = act(x @ layer["W"] + layer["b"])
        return x @ params[-1]["W"] + params[-1]["b"]

    def loss(params: Any, given: Any) -> jax.Array:
        x, y = given
        return 0.5 * jnp.mean(jnp.sum((logits(params, x) - y) ** 2, axis=1))

    def observe(params: Any, data: Data) -> Data:
        seen = {}
        for part in ("train", "validation", "test"):
            x, y = data[part]
            out = logits(params, x)
            seen[f"{part}_accuracy"] = jnp.mean(jnp.argmax(out, 1) == jnp.argmax(y, 1))
            if part != "train":
                seen[f"{part}_loss"] = 0.5 * jnp.mean(jnp.sum((out - y) ** 2, axis=1))
        return seen

    def start(seed: int) -> tuple[Any, Data]:
        order = generator(seed, "split").permutation(len(samples))[:wanted]
        parts = np.split(order, [spec.train, spec.train + spec.validation])
        given, shift, scale = {}, 0.0, 1.0
        if spec.scaling == "standard":
            seen = samples[parts[0]]
            shift, spread = seen.mean(axis=0), seen.std(axis=0)
            scale = np.where(spread > 0, spread, 1.0)
        for name, part in zip(("train", "validation", "test"), parts, strict=True):
            y = labels[part]
            if name == "train" and spec.label_noise:
                noise = generator(seed, "labels")
                redrawn = noise.random(len(y)) < spec.label_noise
                y = np.where(redrawn, noise.integers(classes, size=len(y)), y)
            given[name] = ((samples[part] - shift) / scale, np.eye(classes)[y])
        normal = generator(seed, "start").standard_normal
        widths = [samples.shape[1], *spec.hidden, classes]
        gain = 2.0 if spec.activation == "relu" else 1.0
        params = [
            {"W": normal((n, m)) * np.sqrt(gain / n), "b": np.zeros(m)}
            for n, m in itertools.pairwise(widths)
        ]
        return params, given

    return Problem(start, loss, observe)


def _digits() -> tuple[np.ndarray, np.ndarray]:
    from sklearn.datasets import load_digits

    digits = load_digits()
    return digits.data / 16.0, digits.target
