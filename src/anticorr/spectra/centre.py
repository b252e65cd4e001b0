"""Motion of the mean position of all particles: the noise that survives to long times.

Reciprocal forces cancel in the sum over particles, so the centre moves by the noises alone. Long after a
start its variance grows per step and axis by 1/N times

    f(0) sigma^2 + (1 + c_s) alpha^2 b_f (1 - b_f) <sum_j f_ij,x^2>,

the numerator of equation (3); at c_t = -1 with reciprocal forces it jitters in place.
"""

from dataclasses import dataclass

import numpy as np
from scipy.fft import dct
from scipy.optimize import brentq, minimize_scalar

from anticorr.spectra.displacement import Displacement, check_delays, jumps, spread_delays

_ONE_SIGMA, _95 = 1.0, 3.841459
"""Rise of 2 log L at the ends of 68.3% and 95% intervals, one parameter."""
LARGEST_JUMP = 1 / 12
"""Rms jump between frames, per axis, in units of L, up to which a centre is followed. One jump taken for
another moves the centre by L / N for good, which looks like noise where there is none; at L/12 that is one
Gaussian jump in 5e8, at L/8, which serves the displacements of single particles, one in 16,000."""
_ROUNDING = 1e-12
"""A centre that moves by less than this, in D, moves by rounding: it counts as being at rest."""


@dataclass(frozen=True)
class CentreNoise:
    """A random walk and a jitter around it, both times N, per axis."""

    value: float
    """Variance that the walk gains per step: the numerator of (3)."""
    error: float
    interval: tuple[float, float]
    """95%, from the profile likelihood."""
    jitter: float
    """Variance of the jitter; below zero where increments of neighbouring frames go together."""


def centre(position: np.ndarray, side: float) -> np.ndarray:
    """Path (frame, axis) of the mean position of all particles, from zero in the first frame.

    Takes one frame at a time. Raises InputError as `jumps` does, beyond L / 12.
    """
    path = np.zeros((len(position), position.shape[2]))
    for t, jump in enumerate(jumps(position, side, LARGEST_JUMP), start=1):
        path[t] = path[t - 1] + jump.mean(axis=0)
    return path


def centre_noise(path: np.ndarray, particles: int, spacing: int) -> CentreNoise:
    """Noise of the centre that survives to long times, from its path (frame, axis).

    spacing: steps between frames. Model: a walk that gains s per frame, and around it a jitter of variance
    w renewed at every frame, that is increments with variance s + 2w and covariance -w of neighbours. The
    discrete cosine components p = 1 ... n - 1 of the path are independent Gaussians of variance

        w + s / (4 sin^2(pi p / 2n)),     s >= 0, w >= -s / 4,

    exactly, so the likelihood knows how far a walk would have led and is not misled by jitter: with
    jitter alone the bound on s falls as 1/n^2. Noise that remembers more than one frame is outside of
    it. Where s = 0 fits best the error is the distance to the upper end. NaN with fewer than 4 frames.
    """
    if len(path) < 4:
        return CentreNoise(np.nan, np.nan, (np.nan, np.nan), np.nan)
    if np.std(path, axis=0).max() < _ROUNDING:
        return CentreNoise(0.0, 0.0, (0.0, 0.0), 0.0)
    data = _Components(path)
    scale = particles * data.unit / spacing
    best, slope, level = data.best()

    def rise(s: float) -> float:
        return data.profile(s)[0] - best

    sides, ends = [], []
    for bound in (_ONE_SIGMA, _95):
        lower = 0.0
        if slope > 0 and rise(0.0) > bound:
            lower = brentq(lambda s, bound=bound: rise(s) - bound, 0.0, slope, xtol=1e-300, rtol=1e-4)
        beyond = max(2 * slope, data.least)
        while rise(beyond) < bound:
            beyond *= 2
        upper = brentq(lambda s, bound=bound: rise(s) - bound, slope, beyond, xtol=1e-300, rtol=1e-4)
        sides.append([abs(e - slope) for e in (lower, upper) if e > 0])
        ends.append((lower * scale, upper * scale))
    return CentreNoise(
        value=slope * scale,
        error=float(np.mean(sides[0])) * scale,
        interval=ends[1],
        jitter=(level - slope / 4) * data.unit * particles,
    )


class _Components:
    """Squares of the cosine components of a path, in units of their mean, and the likelihood of variances
    v + s h: v = w + s / 4 is that of the fastest component, h = cot^2(pi p / 2n) / 4."""

    def __init__(self, path: np.ndarray) -> None:
        frames, self.axes = path.shape
        self.power = (dct(path, type=2, norm="ortho", axis=0)[1:] ** 2).mean(axis=1)
        self.h = 0.25 / np.tan(np.pi * np.arange(1, frames) / (2 * frames)) ** 2
        self.unit = float(self.power.mean())
        self.power /= self.unit
        self.least = 1e-3 / self.h[0]

    def cost(self, v: float, s: float) -> float:
        """-2 log L."""
        variance = v + s * self.h
        return float(self.axes * np.sum(np.log(variance) + self.power / variance))

    def profile(self, s: float) -> tuple[float, float]:
        """Least cost over v, and that v, for one s."""
        found = minimize_scalar(
            lambda u: self.cost(np.exp(u), s), bounds=(-30.0, 5.0), method="bounded",
            options={"xatol": 1e-4},
        )  # fmt: skip
        return float(found.fun), float(np.exp(found.x))

    def best(self) -> tuple[float, float, float]:
        """(cost, s, v) at the maximum; one of the two may be zero."""

        def shape(u: float) -> tuple[float, float]:
            # Of the shape 1 + ratio h the best scale is known.
            weight = 1 + np.exp(u) * self.h
            v = float(np.mean(self.power / weight))
            return self.cost(v, v * np.exp(u)), v

        grid = np.linspace(-np.log(self.h[0]) - 12, 12, 30)
        values = [shape(u)[0] for u in grid]
        at = int(np.clip(np.argmin(values), 1, len(grid) - 2))
        u = minimize_scalar(
            lambda u: shape(u)[0], bounds=(grid[at - 1], grid[at + 1]), method="bounded",
            options={"xatol": 1e-6},
        ).x  # fmt: skip
        cost, v = shape(u)
        still = self.cost(1.0, 0.0)
        return (still, 0.0, 1.0) if still <= cost else (cost, v * float(np.exp(u)), v)


def collective_displacement(
    path: np.ndarray, particles: int, noise: CentreNoise, spacing: int, delays: np.ndarray | None = None
) -> Displacement:
    """N <|R(t0 + t) - R(t0)|^2> of the centre R over all origins; path as `centre` gives.

    One vector is all there is at a time: errors are those of a Gaussian path with increments as in the
    fitted `noise`, var = 2 axes sum_u (P - |u|) C(u)^2 / P^2 with P origins and the covariance C(u) of
    displacements whose origins are u frames apart. Raises InputError for delays beyond the series.
    """
    frames, axes = path.shape
    delays = spread_delays(frames) if delays is None else np.asarray(delays)
    check_delays(delays, frames)
    lag = np.arange(2 * frames)
    grown = noise.value * spacing * lag + 2 * noise.jitter * (lag > 0)
    value, error = np.empty(len(delays)), np.empty(len(delays))
    for n, delay in enumerate(delays):
        origins = frames - delay
        value[n] = particles * ((path[delay:] - path[:-delay]) ** 2).sum(axis=1).mean()
        u = np.arange(-origins + 1, origins)
        covariance = (grown[np.abs(u + delay)] + grown[np.abs(u - delay)]) / 2 - grown[np.abs(u)]
        error[n] = np.sqrt(2 * axes * np.sum((origins - np.abs(u)) * covariance**2)) / origins
    return Displacement(delays, value, error)
