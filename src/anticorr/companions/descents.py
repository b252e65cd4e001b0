"""Descents about a quadratic minimum, many walkers at once: what the theory of this folder is held against.

All start at the minimum, w = 0, settle for some steps, and then tell the mean of w_i^2 over time, walker by
walker: walkers are independent, so that their scatter is the error.
"""

from collections.abc import Callable

import numpy as np

from anticorr.noise import Filter, white


class Noise:
    """Gradient noise of covariance C and of a filter in time: (walker, axis) at every step."""

    def __init__(
        self, covariance: np.ndarray, noise: Filter, walkers: int, generator: np.random.Generator
    ) -> None:
        values, vectors = np.linalg.eigh(covariance)
        self._root = (vectors * np.sqrt(np.maximum(values, 0.0))).T
        self._filter, self._generator = noise, generator
        self._weights, self._rates = np.array(noise.weights), np.array(noise.rates)[:, None, None]
        self._shape = walkers, len(covariance)
        start = generator.standard_normal((len(noise.rates), walkers * len(covariance)))
        self._states = (noise.state_factor @ start).reshape(-1, *self._shape)

    def __call__(self) -> np.ndarray:
        eta = self._generator.standard_normal(self._shape)
        xi = self._filter.first * eta
        if len(self._weights):
            xi += np.tensordot(self._weights, self._states, 1)
            self._states *= self._rates
            self._states += eta
        return xi @ self._root


def descend(
    hessian: np.ndarray,
    noise_covariance: np.ndarray,
    learning_rate: float,
    *,
    momentum: float = 0.0,
    preconditioner: np.ndarray | None = None,
    filter: Filter | None = None,
    walkers: int,
    settle: int,
    steps: int,
    generator: np.random.Generator,
) -> np.ndarray:
    """Mean square of the weights, (walker, axis): m' = mu m + H w + xi, w' = w - l P m'.

    Arguments as of `stationary_covariance`; settle: steps before the average over `steps`.
    """
    noise = Noise(noise_covariance, filter or white(), walkers, generator)
    P = np.eye(len(hessian)) if preconditioner is None else preconditioner
    w, m = np.zeros((2, walkers, len(hessian)))

    def step() -> np.ndarray:
        m[:] = momentum * m + w @ hessian + noise()
        w[:] -= learning_rate * m @ P
        return w

    return _mean_square(step, settle, steps)


def adam(
    hessian: np.ndarray,
    noise_covariance: np.ndarray,
    learning_rate: float,
    *,
    beta_1: float = 0.9,
    beta_2: float = 0.999,
    walkers: int,
    settle: int,
    steps: int,
    generator: np.random.Generator,
) -> np.ndarray:
    """Mean square of the weights, (walker, axis), of Adam as it is published, under white gradient noise.

        m' = b_1 m + (1 - b_1) g,   v' = b_2 v + (1 - b_2) g^2,   g = H w + xi
        w' = w - l m'' / (sqrt(v'') + 1e-8),   m'' = m' / (1 - b_1^t),   v'' = v' / (1 - b_2^t)

    Kingma and Ba, Adam: a method for stochastic optimization, arXiv:1412.6980.
    """
    noise = Noise(noise_covariance, white(), walkers, generator)
    w, m, v = np.zeros((3, walkers, len(hessian)))
    time = 0

    def step() -> np.ndarray:
        nonlocal time
        time += 1
        g = w @ hessian + noise()
        m[:] = beta_1 * m + (1 - beta_1) * g
        v[:] = beta_2 * v + (1 - beta_2) * g**2
        w[:] -= learning_rate * m / (1 - beta_1**time) / (np.sqrt(v / (1 - beta_2**time)) + 1e-8)
        return w

    return _mean_square(step, settle, steps)


def regress(
    input_covariance: np.ndarray,
    learning_rate: float,
    batch: int,
    label_noise: float,
    *,
    walkers: int,
    settle: int,
    steps: int,
    generator: np.random.Generator,
) -> np.ndarray:
    """Mean square distance of the weights from the truth, (walker, axis), of linear regression by SGD.

        w' = w - l / B sum_b x_b (x_b . w - s e_b)

    with B new inputs x, of covariance A, and labels' errors e, normal, at every step of every walker.
    """
    root = np.linalg.cholesky(input_covariance).T
    w = np.zeros((walkers, len(input_covariance)))

    def step() -> np.ndarray:
        x = generator.standard_normal((walkers, batch, len(root))) @ root
        wrong = np.einsum("rbi,ri->rb", x, w)
        wrong -= label_noise * generator.standard_normal((walkers, batch))
        w[:] -= learning_rate / batch * np.einsum("rbi,rb->ri", x, wrong)
        return w

    return _mean_square(step, settle, steps)


def escapes(
    curvature: float,
    variance: float,
    learning_rate: float,
    ends: np.ndarray,
    *,
    filter: Filter | None = None,
    walkers: int,
    settle: int,
    steps: int,
    generator: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """(Walkers that left, steps walked until then or in all) of wells that end at |w| = b, for every b of
    `ends`, (end,) each: one course of a walker serves all wells. A walker that leaves a well while settling
    does not count there."""
    noise = Noise(np.array([[variance]]), filter or white(), walkers, generator)
    w, ends = np.zeros((walkers, 1)), np.asarray(ends)
    inside = np.ones((walkers, len(ends)), dtype=bool)
    left, walked = np.zeros((2, len(ends)), dtype=np.int64)
    for step in range(settle + steps):
        w -= learning_rate * (curvature * w + noise())
        stays = inside & (np.abs(w) < ends)
        if step >= settle:
            walked += inside.sum(axis=0)
            left += (inside & ~stays).sum(axis=0)
        inside = stays
    return left, walked


def _mean_square(step: Callable[[], np.ndarray], settle: int, steps: int) -> np.ndarray:
    for _ in range(settle):
        step()
    total = np.zeros_like(step())
    for _ in range(steps):
        total += step() ** 2
    return total / steps
