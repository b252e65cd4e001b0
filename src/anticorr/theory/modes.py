"""Structure factor of a density mode driven by every noise of the model (docs/theory.md, Small k).

The displacement u of a mode relaxes by m = D k^2 per step under the injected ma1 noise, the selection
noise q and the noise chi k^2 of the reciprocal gradient:

    u(t+1) = (1 - m) u(t) + sigma [a eta(t) + b eta(t-1)] + sqrt(q) zeta(t) + alpha sqrt(chi) k zeta'(t)

    S(k) = k^2 { sigma^2 [1 + c (1 - m)] + q + alpha^2 chi k^2 } / [m (2 - m)]

To leading order S = S(0) + (-c sigma^2 / 2 + A + ...) k^2, A = alpha^2 chi / (2 D): equations (3), (4).
"""

import numpy as np


def mode_structure_factor(
    k: np.ndarray,
    diffusion: float,
    strength: float,
    correlation: float,
    selection: float,
    gradient_noise: float,
) -> np.ndarray:
    """S(k) of x for |k| where m = D k^2 < 2; NaN beyond.

    k in 1/D; diffusion in D^2 per step; strength sigma; correlation c = 2 a b of ma1; selection
    q in D^2 per step; gradient_noise alpha^2 chi in D^4 per step.
    """
    k = np.asarray(k, dtype=float)
    m = diffusion * k**2
    with np.errstate(divide="ignore", invalid="ignore"):
        S = (
            k**2
            * (strength**2 * (1 + correlation * (1 - m)) + selection + gradient_noise * k**2)
            / (m * (2 - m))
        )
    return np.where(m < 2, S, np.nan)
