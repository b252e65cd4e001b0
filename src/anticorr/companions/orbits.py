"""Langevin dynamics whose noise is projected off the orbits of a group; orbit volumes as a drift.

A closed group of orthogonal maps leaves f as it is. Q projects onto the directions of the orbit at x,
P = 1 - Q. With noise of strength a across the orbits and b along them (Ito)

    dX = -grad f dt + sqrt(2) (a P + b Q) dB                                                     (1)

has at every time the law of

    dY = -[grad f + (a^2 - b^2) grad log vol(orbit of Y)] dt + sqrt(2) a dB                       (2)

if it starts from a law that the group leaves as it is: noise that spares the orbits acts as a force towards
small ones. At rest the density is vol^(b^2/a^2 - 1) exp(-f / a^2). Menon, Stromme, Vacher,
arXiv:2602.12257.

Derived here, for f = |x|^2 / 2 and any group. Along an orbit |x| stays, so that by (1)

    d|x|^2 = 2 (a^2 delta - |x|^2) dt + 2 sqrt(2) a |x| dW,     delta = D - k + k b^2 / a^2          (3)

with k the dimension of the orbits and D that of the space: |x|^2 is that of an Ornstein-Uhlenbeck process
in delta dimensions, whose law at every time is a noncentral chi^2. With Stratonovich's reading of (1)
b^2 / a^2 becomes b / a. Eigenvalues under conjugation at rest are those of the Gaussian beta ensemble,
beta = b^2 / a^2.

Time in units of the curvature of f; points have no unit.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from anticorr.companions.groups import Group
from anticorr.errors import InputError

if TYPE_CHECKING:
    from scipy.stats.distributions import rv_frozen

Gradient = Callable[[np.ndarray], np.ndarray]
"""Of f, at many points: (walker, *shape) to the same."""

_FINE = 0.05
"""Of a step of (2): the most that the drift of the volume moves a point, over its distance from where the
volume is zero."""
_FINEST = 256
"""Parts of a step, at most."""
_ASKED = 64
"""Random elements of the group on which a gradient is tried."""


def quadratic(points: np.ndarray) -> np.ndarray:
    """Gradient of |x|^2 / 2."""
    return points


def start(group: Group, count: int, generator: np.random.Generator, *, spread: bool = True) -> np.ndarray:
    """The group's `point`, moved by random elements, (walker, *shape): a law that the group leaves as it
    is. spread False: that point itself, `count` times, which is no such law."""
    points = np.repeat(group.point[None], count, axis=0)
    return group.moved(points, group.elements(count, generator)) if spread else points


def projected(
    group: Group,
    gradient: Gradient,
    points: np.ndarray,
    times: Sequence[float],
    *,
    a: float = 1.0,
    b: float,
    step: float,
    generator: np.random.Generator,
    stratonovich: bool = False,
) -> Iterator[np.ndarray]:
    """Points of (1) at the given times, (walker, *shape) each, from `points` at time 0; Euler's steps.

    gradient: of f, which no element of the group may change. stratonovich: the other reading of the
    product, by Heun's steps. Raises InputError for a or b that are not allowed, times that do not increase,
    for the gradient of a function that random elements of the group change, and for points that have no
    orbit around them (the origin under rotations).
    """
    _checked(group, gradient, points, times, a, b, step, generator)
    _placed(lambda at: group.projection(at, np.ones_like(at)), points)

    def kicked(at: np.ndarray, kick: np.ndarray) -> np.ndarray:
        return a * kick + (b - a) * group.projection(at, kick)

    def advance(x: np.ndarray, h: float) -> np.ndarray:
        kick = np.sqrt(2 * h) * group.noise(len(x), generator)
        moved = kicked(x, kick)
        if stratonovich:
            moved = (moved + kicked(x + moved, kick)) / 2
        return x - h * gradient(x) + moved

    return _at_times(advance, points, times, step)


def equivalent(
    group: Group,
    gradient: Gradient,
    points: np.ndarray,
    times: Sequence[float],
    *,
    a: float = 1.0,
    b: float,
    step: float,
    generator: np.random.Generator,
) -> Iterator[np.ndarray]:
    """Points of (2), as `projected` gives those of (1). Where orbits get small, and their drift large, a
    step is divided; the parts are bounded, and so is the drift.

    Raises InputError as `projected` does, with b != a for all points whose orbits have no volume: the
    origin, factors of rank below r - 1, matrices with equal eigenvalues. The drift has no direction there.
    """
    _checked(group, gradient, points, times, a, b, step, generator)
    pull = a**2 - b**2
    if pull:
        _placed(group.volume_slope, points)

    def advance(x: np.ndarray, h: float) -> np.ndarray:
        x, left = x.copy(), np.full(len(x), h)
        while len(moving := np.flatnonzero(left > 0)):
            at = x[moving]
            drift = -pull * group.volume_slope(at) if pull else np.zeros_like(at)
            size = (drift**2).reshape(len(at), -1).sum(1)
            fine = _FINE * abs(pull) / np.maximum(size, 1e-300) if pull else np.full(len(at), h)
            part = np.minimum(left[moving], np.maximum(fine, h / _FINEST))
            wide = (slice(None), *(None,) * (at.ndim - 1))
            if pull:
                drift /= np.maximum(1, np.sqrt(part * size / (4 * _FINE * abs(pull))))[wide]
            kick = np.sqrt(2 * part)[wide] * group.noise(len(at), generator)
            x[moving] = at + part[wide] * (drift - gradient(at)) + a * kick
            left[moving] = np.where(part >= left[moving], 0.0, left[moving] - part)
        return x

    return _at_times(advance, points, times, step)


def dimension(group: Group, b: float, a: float = 1.0, *, stratonovich: bool = False) -> float:
    """delta of (3): dimensions that the noise sees."""
    return group.dimension - group.along * (1 - (b / a if stratonovich else (b / a) ** 2))


def squared_norm(group: Group, b: float, time: float, a: float = 1.0) -> "rv_frozen":
    """Law of |x|^2 at a time after `start`, f = |x|^2 / 2: by (3), of X and of Y alike.

    A frozen distribution of scipy.stats (mean, pdf, cdf, ...); time may be inf.
    """
    from scipy import stats  # slow to load

    kept = np.exp(-2 * time)
    scale = a**2 * (1 - kept)
    of = dimension(group, b, a)
    if kept == 0:
        return stats.chi2(of, scale=scale)
    return stats.ncx2(of, (group.point**2).sum() * kept / scale, scale=scale)


def beta_ensemble(size: int, beta: float, count: int, generator: np.random.Generator) -> np.ndarray:
    """Eigenvalues, (count, size), in order, with density prod_{i<j} abs(l_i - l_j)^beta exp(-sum l^2 / 2).

    Of tridiagonal matrices: Dumitriu and Edelman, Journal of Mathematical Physics 43, 5830 (2002).
    """
    matrices = np.zeros((count, size, size))
    place = np.arange(size)
    matrices[:, place, place] = generator.standard_normal((count, size))
    beside = np.sqrt(generator.chisquare(beta * np.arange(size - 1, 0, -1), (count, size - 1)) / 2)
    matrices[:, place[1:], place[:-1]] = matrices[:, place[:-1], place[1:]] = beside
    return np.linalg.eigvalsh(matrices)


def _at_times(
    advance: Callable[[np.ndarray, float], np.ndarray],
    points: np.ndarray,
    times: Sequence[float],
    step: float,
) -> Iterator[np.ndarray]:
    """Points at each of the times; the steps between two are equal, and at most `step`."""
    x, now = points, 0.0
    for time in times:
        steps = max(1, int(np.ceil((time - now) / step - 1e-9)))
        for _ in range(steps):
            x = advance(x, (time - now) / steps)
        now = time
        yield x


def _checked(
    group: Group,
    gradient: Gradient,
    points: np.ndarray,
    times: Sequence[float],
    a: float,
    b: float,
    step: float,
    generator: np.random.Generator,
) -> None:
    problems = []
    if not a > 0:
        problems.append(f"a: got {a:g}, allowed > 0")
    if not 0 < b <= 1:
        problems.append(f"b: got {b:g}, allowed > 0 and <= 1")
    if not step > 0:
        problems.append(f"step: got {step:g}, allowed > 0")
    if not len(times) or not (np.diff([0.0, *times]) > 0).all():
        problems.append(f"times: got {list(times)}, allowed: increasing, > 0")
    if points.shape[1:] != group.shape:
        problems.append(
            f"points: got shape {points.shape}, allowed (walker, {', '.join(map(str, group.shape))})"
        )
    if problems:
        raise InputError(*problems)
    tried = start(group, _ASKED, generator) + group.noise(_ASKED, generator)
    elements = group.elements(_ASKED, generator)
    moved = gradient(group.moved(tried, elements)) - group.moved(gradient(tried), elements)
    worst = np.abs(moved).max() / max(np.abs(gradient(tried)).max(), 1e-300)
    if not worst <= 1e-8:  # NaN is refused as well
        raise InputError(
            f"gradient: got one that random elements of the group change by a share of {worst:.2g}, "
            "allowed: that of a function which no element changes"
        )


def _placed(of_orbits: Callable[[np.ndarray], np.ndarray], points: np.ndarray) -> None:
    """Refuses points at which what is asked of their orbits is no number."""
    with np.errstate(divide="ignore", invalid="ignore"):
        found = of_orbits(points).reshape(len(points), -1)
    lost = int((~np.isfinite(found)).any(axis=1).sum())
    if lost:
        raise InputError(
            f"points: got {lost} of {len(points)} at places whose orbits have no volume, allowed: others "
            "(such as noise moves them to)"
        )
