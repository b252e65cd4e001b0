"""Rescaling of neurons in a two-layer network: noise of SGD spares these orbits, injected noise does not.

    y(x) = sum_j u_j phi(w_j . x),   phi(s) = s or max(s, 0),   u_j -> q u_j, w_j -> w_j / q,  q > 0

The group is not compact, so that the orbit volumes of `anticorr.companions.orbits` do not apply; what
carries over is the split of the noise. The loss of every batch is the same on an orbit, so that its
gradient is orthogonal to it, u_j dL/du_j = w_j . dL/dw_j: noise of SGD has no part along orbits, b = 0. One
number tells where on its orbit neuron j is,

    c_j = u_j^2 - |w_j|^2,     by SGD  c_j(t+1) - c_j(t) = l^2 [(dL/du_j)^2 - |dL/dw_j|^2],

which gradient flow leaves as it is. Isotropic noise s xi added to the weights makes it diffuse,

    <[c_j(t) - c_j(0) - mean]^2> = 4 sum_t s(t)^2 <u_j^2 + |w_j|^2>,

but for terms of order l s^2, l^2, s^4. Derived here.
"""

from typing import NamedTuple

import numpy as np


class Course(NamedTuple):
    """Of replicas, at the recorded steps: `step` (step,), others (step, replica)."""

    step: np.ndarray
    balance: np.ndarray
    """c of the first neuron, less that at the start."""
    square: np.ndarray
    """sum over all earlier steps of s(t)^2 (u_1^2 + |w_1|^2), s that of the noise."""
    loss: np.ndarray
    """Of all samples."""
    strength: np.ndarray
    """s(t), (steps,): standard deviation that the noise gives a weight, over replicas."""


class Networks:
    """Replicas of one network, each with a teacher, samples and a start of its own.

    inputs, hidden: sizes. Labels are those of a teacher of the same shape, with normal errors of standard
    deviation `label_noise`; inputs are normal.
    """

    def __init__(
        self,
        inputs: int,
        hidden: int,
        activation: str,
        *,
        samples: int,
        label_noise: float,
        replicas: int,
        generator: np.random.Generator,
    ) -> None:
        self._relu = activation == "relu"
        normal = generator.standard_normal
        teacher = normal((replicas, hidden)), normal((replicas, hidden, inputs)) / np.sqrt(inputs)
        self.x = normal((replicas, samples, inputs))
        self.y = self.outputs(*teacher, self.x) + label_noise * normal((replicas, samples))
        self.u, self.w = normal((replicas, hidden)), normal((replicas, hidden, inputs)) / np.sqrt(inputs)
        self._generator = generator

    def outputs(self, u: np.ndarray, w: np.ndarray, x: np.ndarray) -> np.ndarray:
        """y(x), (replica, sample)."""
        return (self._active(x @ w.swapaxes(1, 2)) @ u[:, :, None])[:, :, 0]

    def gradients(
        self, u: np.ndarray, w: np.ndarray, x: np.ndarray, y: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Of half the mean square error over the samples given, in u and in w."""
        sums = x @ w.swapaxes(1, 2)
        active = self._active(sums)
        wrong = ((active @ u[:, :, None])[:, :, 0] - y)[:, None] / x.shape[1]
        back = wrong.swapaxes(1, 2) * u[:, None]
        of_w = (back * (sums > 0) if self._relu else back).swapaxes(1, 2) @ x
        return (wrong @ active)[:, 0], of_w

    def gradient_noise(self, batch: int, draws: int) -> tuple[float, float]:
        """Mean squares of the noise of batches at the start: of one weight, and of a unit vector along the
        orbit of a neuron; `draws` batches of every replica."""
        full = self.gradients(self.u, self.w, self.x, self.y)
        every, along = [], []
        for _ in range(draws):
            gu, gw = (g - f for g, f in zip(self._of_batch(self.u, self.w, batch), full, strict=True))
            every.append(((gu**2).sum() + (gw**2).sum()) / (gu.size + gw.size))
            length = self.u**2 + (self.w**2).sum(2)
            along.append((((self.u * gu - (self.w * gw).sum(2)) ** 2) / length).mean())
        return float(np.mean(every)), float(np.mean(along))

    def descend(
        self,
        learning_rate: float,
        steps: int,
        every: int,
        *,
        batch: int = 0,
        noise: np.ndarray | float = 0.0,
    ) -> Course:
        """From the start: SGD in batches drawn with replacement (batch >= 1), or descent on all samples
        with isotropic noise of standard deviation `noise`, one number or one for every step, added to every
        weight (batch 0)."""
        u, w = self.u.copy(), self.w.copy()
        first, squares, seen = self._balance(u, w), np.zeros(len(u)), []
        strength = np.zeros(steps) + (0.0 if batch else noise)
        for step in range(steps + 1):
            if step % every == 0:
                loss = 0.5 * ((self.outputs(u, w, self.x) - self.y) ** 2).mean(1)
                seen.append((step, self._balance(u, w) - first, squares.copy(), loss))
            if step == steps:
                break
            gu, gw = self.gradients(u, w, self.x, self.y)
            if batch:
                full, (gu, gw) = (gu, gw), self._of_batch(u, w, batch)
                off = ((gu - full[0]) ** 2).sum() + ((gw - full[1]) ** 2).sum()
                strength[step] = learning_rate * np.sqrt(off / (gu.size + gw.size))
            squares += strength[step] ** 2 * (u[:, 0] ** 2 + (w[:, 0] ** 2).sum(1))
            u, w = u - learning_rate * gu, w - learning_rate * gw
            if not batch and strength[step]:
                u = u + strength[step] * self._generator.standard_normal(u.shape)
                w = w + strength[step] * self._generator.standard_normal(w.shape)
        steps_seen, balance, square, loss = map(np.array, zip(*seen, strict=True))
        return Course(steps_seen, balance, square, loss, strength)

    def _of_batch(self, u: np.ndarray, w: np.ndarray, batch: int) -> tuple[np.ndarray, np.ndarray]:
        drawn = self._generator.integers(self.x.shape[1], size=(len(u), batch))
        row = np.arange(len(u))[:, None]
        return self.gradients(u, w, self.x[row, drawn], self.y[row, drawn])

    @staticmethod
    def _balance(u: np.ndarray, w: np.ndarray) -> np.ndarray:
        return u[:, 0] ** 2 - (w[:, 0] ** 2).sum(1)

    def _active(self, sums: np.ndarray) -> np.ndarray:
        return np.maximum(sums, 0) if self._relu else sums
