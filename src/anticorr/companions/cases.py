"""The cases of a quadratic spec: an optimiser under a noise, what theory says of it, and the descent."""

from dataclasses import dataclass

import numpy as np

from anticorr.companions import descents
from anticorr.companions.quadratic import (
    adam_covariance,
    continuous_covariance,
    regression_covariance,
    regression_edge,
    stationary_covariance,
)
from anticorr.companions.seeds import generator
from anticorr.noise import Filter, ma1, white
from anticorr.specs.companion.quadratic import Quadratic


def filter_of(correlation: float) -> Filter:
    """ma1, or white noise at 0."""
    return ma1(correlation) if correlation else white()


def matrices(spec: Quadratic) -> tuple[np.ndarray, np.ndarray]:
    """Hessian, diagonal, and covariance of the gradient noise, in random directions: (d, d) each."""
    d = len(spec.curvatures)
    directions, _ = np.linalg.qr(generator(spec.seed, 0).standard_normal((d, d)))
    covariance = (directions * np.array(spec.noise_variances)) @ directions.T
    return np.diag(spec.curvatures), (covariance + covariance.T) / 2


@dataclass(frozen=True)
class Case:
    """An optimiser of a spec under gradient noise of correlation c_t."""

    spec: Quadratic
    optimiser: str
    correlation: float

    @property
    def edge(self) -> float:
        """Learning rate at the edge of stability; Adam has none: NaN."""
        if self.optimiser == "adam":
            return np.nan
        H, _ = matrices(self.spec)
        if self.optimiser == "regression":
            return regression_edge(H, self.spec.batch)
        root = np.sqrt(H)  # H is diagonal
        return 2 * (1 + self._momentum) / np.linalg.eigvalsh(root @ self._preconditioner @ root)[-1]

    @property
    def rates(self) -> np.ndarray:
        """Learning rates at which it is simulated."""
        unit = 1.0 if self.optimiser == "adam" else self.edge
        return unit * np.array(self.spec.rates_of(self.optimiser))

    def exact(self, rate: float) -> np.ndarray:
        """Covariance of the weights at this learning rate, (d, d)."""
        H, C = matrices(self.spec)
        if self.optimiser == "regression":
            return regression_covariance(H, rate, self.spec.batch, self.spec.label_noise)
        if self.optimiser == "adam":
            return adam_covariance(H, C, rate, beta_1=self.spec.momentum)
        return stationary_covariance(
            H, C, rate, momentum=self._momentum, preconditioner=self._preconditioner,
            filter=filter_of(self.correlation),
        )  # fmt: skip

    def continuous(self, rate: float) -> np.ndarray:
        """What continuous time says of it, (d, d): of the noise it knows f(0) = 1 + c_t alone."""
        H, C = matrices(self.spec)
        if self.optimiser == "regression":
            return continuous_covariance(H, H * self.spec.label_noise**2 / self.spec.batch, rate)
        noise, slowed = C * (1 + self.correlation), rate / (1 - self._momentum)
        return continuous_covariance(H, noise, slowed, preconditioner=self._preconditioner)

    def simulate(self, rate: float, random: np.random.Generator) -> np.ndarray:
        """Mean square of the weights, (walker, axis)."""
        H, C = matrices(self.spec)
        size = {"walkers": self.spec.walkers, "settle": self.spec.settle_steps, "steps": self.spec.steps}
        if self.optimiser == "regression":
            return descents.regress(
                H, rate, self.spec.batch, self.spec.label_noise, **size, generator=random
            )
        if self.optimiser == "adam":
            return descents.adam(H, C, rate, beta_1=self.spec.momentum, **size, generator=random)
        return descents.descend(
            H, C, rate, momentum=self._momentum, preconditioner=self._preconditioner,
            filter=filter_of(self.correlation), **size, generator=random,
        )  # fmt: skip

    @property
    def _momentum(self) -> float:
        return self.spec.momentum if self.optimiser == "momentum" else 0.0

    @property
    def _preconditioner(self) -> np.ndarray:
        """P; of Adam that of continuous time, in which the weights add nothing to the gradients."""
        H, C = matrices(self.spec)
        if self.optimiser == "adam":
            return np.diag(np.diag(C) ** -0.5)
        return {"newton": np.linalg.inv(H), "natural": np.linalg.inv(C)}.get(self.optimiser, np.eye(len(H)))
