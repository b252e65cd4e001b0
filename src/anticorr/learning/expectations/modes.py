"""A mode of the quadratic loss h w^2 / 2 under correlated noise.

w(t+1) = (1 - g) w(t) + sigma xi(t),     g = learning_rate h
"""

import numpy as np

from anticorr.errors import InputError
from anticorr.noise.exponential import Filter


def mode_variance(
    curvature: np.ndarray | float,
    learning_rate: float,
    strength: float,
    noise: Filter,
    steps: int | None = None,
) -> np.ndarray:
    """<w^2> of modes, shape of `curvature`; stationary, or `steps` steps after w = 0.

        <w^2> = sigma^2 (1 + 2 sum_{n>0} r^n R(n)) / (1 - r^2),     r = 1 - g,  R(n) = <xi(t) xi(t+n)>

    and for ma1, R(1) = c / 2, sigma^2 [1 + c (1 - g)] / [g (2 - g)]. After T steps, with noise that is
    stationary from the first,

        <w^2> = sigma^2 sum_{|n|<T} R(n) r^|n| (1 - r^(2 (T-|n|))) / (1 - r^2)

    Raises InputError where g lies outside (0, 2): nothing is stationary there.
    """
    g = learning_rate * np.asarray(curvature, dtype=float)
    if not ((g > 0) & (g < 2)).all():
        raise InputError(
            f"curvature: got learning_rate * curvature from {g.min():.6g} to {g.max():.6g}, allowed > 0 "
            "and < 2"
        )
    kept, lost = 1 - g, g * (2 - g)
    if steps is None:
        held = noise.amplitudes / (1 - kept[..., None] * np.array(noise.rates))
        return strength**2 * (noise.variance + 2 * kept * held.sum(axis=-1)) / lost
    lag = np.arange(steps)
    twice = np.where(lag > 0, 2.0, 1.0) * noise.autocovariance(steps)
    r = kept[..., None]
    return strength**2 * (twice * (r**lag - r ** (2 * steps - lag))).sum(axis=-1) / lost
