"""Fluctuating hydrodynamics of the density on a periodic grid: a third way to S(k).

    rho(t+1) = rho(t) + lap Phi(rho) - div [sigma J(t) + sqrt(q rho) zeta(t)]
                      + lap [alpha sqrt(chi rho) zeta'(t)]
    J(t) = h_0 sqrt(rho) eta(t) + sum_k s_k Z_k(t),     Z_k(t+1) = q_k Z_k(t) + sqrt(rho) eta(t)

One step is one step of the particles. J: the Filter's noise at every grid point and in every component,
with states of its own, stationary from the first step; eta, zeta, zeta' white in time and in space, of
variance 1 / cell volume. Z_k is the density sum_i z_ki delta(r - x_i) of the particles' states. The root of
the density goes in when a kick is drawn, as a particle remembers its own kicks: at f(0) = 0 the flux
cancels exactly over time. With `carried` False the noise belongs to places, J = sqrt(rho) xi with xi from
unit noise: it meets another density when it is taken back, and a plateau remains (docs/theory.md, A field).

Derivatives are spectral; wavenumbers beyond 2/3 of the grid's largest along an axis are removed from the
field and from every product, so a Phi of second degree is free of aliases (those of the noise are white
noise again). Linearised about rho_0, Phi -> Phi(rho_0) + D (rho - rho_0) and rho -> rho_0 under the roots:
then every mode is the recursion of `modes`, with m = D k^2, exactly. Where cells hold few particles the
density reaches zero and the root is cut there: wanted are cells of many.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from anticorr.errors import InputError
from anticorr.noise.exponential import Filter

_DENSITY_STEP = 1e-4
"""Relative; of the difference quotient that gives D."""


@dataclass(frozen=True)
class Field:
    """A density field and its noise.

    potential: Phi(rho), any callable on arrays, D^(2-d) per step. density: rho_0, D^-d. side: L.
    points: grid points along each axis. strength: sigma, D. selection: q, D^2 per step. gradient_noise:
    alpha^2 chi, D^4 per step. linear: linearised about rho_0. carried: whose the noise is (above).
    Raises InputError where a step of 1 is not stable: D k^2 reaches 2 at the largest wavenumber kept.
    """

    potential: Callable[[Any], Any]
    density: float
    side: float
    points: int
    dimension: int
    noise: Filter
    strength: float
    selection: float = 0.0
    gradient_noise: float = 0.0
    linear: bool = False
    carried: bool = True

    def __post_init__(self) -> None:
        fastest = float((self.diffusion * self.square_wavenumber)[self.kept].max())
        problems = []
        if not self.diffusion > 0:
            problems.append(f"potential: got dPhi/drho = {self.diffusion:.3g} at rho_0, wanted > 0")
        if not fastest < 2:
            problems.append(f"points: got D k^2 = {fastest:.3g} on the grid, wanted < 2: fewer points")
        if problems:
            raise InputError(*problems)

    @property
    def diffusion(self) -> float:
        """D = dPhi/drho at rho_0."""
        step = self.density * _DENSITY_STEP
        return float(self.potential(self.density + step) - self.potential(self.density - step)) / (2 * step)

    @property
    def wavevectors(self) -> list[np.ndarray]:
        """k of each axis, broadcast against the array of `modes`."""
        n, d = self.points, self.dimension
        each = [np.fft.fftfreq(n, 1 / n)] * (d - 1) + [np.fft.rfftfreq(n, 1 / n)]
        return list(np.meshgrid(*(2 * np.pi / self.side * one for one in each), indexing="ij", sparse=True))

    @property
    def square_wavenumber(self) -> np.ndarray:
        """k^2 of every mode."""
        first, *others = (k**2 for k in self.wavevectors)
        return sum(others, start=first)

    @property
    def kept(self) -> np.ndarray:
        """Modes of the field: |k_a| < 2/3 of pi / spacing along every axis."""
        largest = 2 / 3 * np.pi * self.points / self.side
        return np.all(
            np.broadcast_arrays(*(np.abs(k) < largest * (1 - 1e-9) for k in self.wavevectors)), axis=0
        )

    def modes(self, generator: np.random.Generator) -> Iterator[np.ndarray]:
        """rho_k = int rho e^{-i k x} after each step, from an even field on, without end.

        Half space of the last axis, as in numpy's rfftn; zero where not `kept`.
        """
        d, axes = self.dimension, tuple(range(self.dimension))
        grid = (self.points,) * d
        cell = (self.side / self.points) ** d
        laplacian = np.where(self.kept, -self.square_wavenumber, 0.0)
        gradient = [np.where(self.kept, 1j * k, 0.0) for k in self.wavevectors]
        weights = np.array(self.noise.weights)
        rates = np.array(self.noise.rates).reshape(-1, *(1,) * (d + 1))
        first = generator.standard_normal((len(weights), d, *grid))
        start = np.sqrt(self.density) if self.carried else 1.0
        states = start * np.tensordot(self.noise.state_factor, first, 1)
        D, rho = self.diffusion, np.full(grid, float(self.density))
        rho_k = np.fft.rfftn(rho, axes=axes)
        while True:
            root = np.sqrt(self.density if self.linear else np.maximum(rho, 0.0))
            inside, outside = (root, 1.0) if self.carried else (1.0, root)
            eta = inside * generator.standard_normal((d, *grid))
            kick = self.strength * outside * (self.noise.first * eta + np.tensordot(weights, states, 1))
            states = rates * states + eta
            if self.selection:
                kick += np.sqrt(self.selection) * root * generator.standard_normal((d, *grid))
            flow = D * rho if self.linear else self.potential(rho)
            if self.gradient_noise:
                noise = root * generator.standard_normal(grid)
                flow = flow + np.sqrt(self.gradient_noise / cell) * noise
            change = laplacian * np.fft.rfftn(flow, axes=axes)
            for one, along in zip(gradient, kick, strict=True):
                change -= one * np.fft.rfftn(along / np.sqrt(cell), axes=axes)
            rho_k = rho_k + change
            rho = np.fft.irfftn(rho_k, grid, axes=axes)
            yield cell * rho_k

    def structure_factor(
        self, generator: np.random.Generator, relax: int, samples: int, every: int
    ) -> tuple[np.ndarray, np.ndarray]:
        """(|k|, S = |rho_k|^2 / N) of every mode of `kept` but k = 0, one of each +-k, after `relax` steps.

        S is the mean over `samples` fields, `every` steps apart.
        """
        total, run = np.zeros(()), self.modes(generator)
        for t in range(1, relax + (samples - 1) * every + 2):
            rho_k = next(run)
            if t > relax and (t - relax - 1) % every == 0:
                total = total + np.abs(rho_k) ** 2
        counted = self.kept & self._half_space
        particles = self.density * self.side**self.dimension
        return np.sqrt(self.square_wavenumber[counted]), total[counted] / (samples * particles)

    @property
    def _half_space(self) -> np.ndarray:
        """One of each +-k: the first component that is not zero, from the last axis on, is positive."""
        positive, so_far = np.zeros((), bool), np.ones((), bool)
        for k in reversed(self.wavevectors):
            positive = positive | (so_far & (k > 0))
            so_far = so_far & (k == 0)
        return positive
