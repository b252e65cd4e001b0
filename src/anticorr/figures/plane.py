"""The plane of c_s and c_t: maps of the plateau and of the exponent, with their numbers."""

import math

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm, Normalize
from matplotlib.patches import Rectangle

from anticorr.exponents.whittle import ALPHA_RANGE
from anticorr.figures.states import Predicted

ZERO = "#D55E00"
"""Colour of what theory predicts to be zero."""
_UNSURE = 0.5
"""An exponent with a larger standard error says nothing and is not printed."""


def shared(state: Predicted) -> float:
    """c_s."""
    dynamics = state.spec.dynamics
    return dynamics.batch_correlation if dynamics.kind == "gradient" else dynamics.kick_correlation


def bounded(state: Predicted) -> bool:
    """Whether the plateau is no more than a bound from above."""
    return not float(state.fit["plateau_quadratic"]) > 2 * float(state.fit["plateau_quadratic_err"])


def bound(state: Predicted) -> float:
    """97.5%, whatever the exponent."""
    return float(state.fit["plateau_interval"][1])


def plateaus(axes: Axes, states: list[Predicted]) -> None:
    """Plateau of the fit with exponent 2, or what bounds it."""
    seen = [float(s.fit["plateau_quadratic"]) for s in states if not bounded(s)]
    least = min(seen, default=1e-3)
    scale = LogNorm(least, max(seen, default=1.0))
    values, texts = [], []
    for state in states:
        value, error = float(state.fit["plateau_quadratic"]), float(state.fit["plateau_quadratic_err"])
        # What is no more than a bound lies below the colours; zero has no logarithm.
        values.append(0.1 * least if bounded(state) else value)
        texts.append(
            f"< {1e3 * bound(state):.2g}" if bounded(state) else _rounded(1e3 * value, 1e3 * error)
        )
    _cells(axes, states, values, texts, scale, "plateau  $S(k \\to 0)$;   printed: $10^3\\,S(k \\to 0)$")


def exponents(axes: Axes, states: list[Predicted]) -> None:
    """Exponent of the power law alone, which a plateau flattens, and beside a plateau."""
    values, texts = [], []
    for state in states:
        pure, pure_err, free, free_err = (
            float(state.fit[name]) for name in ("alpha_pure", "alpha_pure_err", "alpha", "alpha_err")
        )
        values.append(pure)
        # A flat S(k) ends at the lower end of the exponents that a fit tries.
        ended = pure < 1.01 * ALPHA_RANGE[0]
        first = f"$\\leq${ALPHA_RANGE[0]:g}" if ended else _rounded(pure, pure_err)
        texts.append(f"{first}\n[{_rounded(free, free_err) if free_err < _UNSURE else '–'}]")
    label = "$\\alpha$ of  $k^\\alpha$;   below, [ ]: of  $S(0) + B\\,k^\\alpha$"
    _cells(axes, states, values, texts, Normalize(0, 2), label)


def _cells(
    axes: Axes, states: list[Predicted], values: list[float], texts: list[str], scale: Normalize, label: str
) -> None:
    """A map with c_s along x and c_t along y, ordered towards the corner where both are -1."""
    across = sorted({shared(s) for s in states}, reverse=True)
    up = sorted({s.correlation for s in states}, reverse=True)
    colours = matplotlib.colormaps["viridis"].with_extremes(under="black", bad="white")
    grid = np.full((len(up), len(across)), np.nan)
    for state, value, text in zip(states, values, texts, strict=True):
        x, y = across.index(shared(state)), up.index(state.correlation)
        grid[y, x] = value
        ink = "black" if scale(value) > 0.55 else "white"
        axes.text(
            x, y, text, ha="center", va="center", fontsize=6.5, color=ink, zorder=4,
            bbox={"fc": colours(scale(value)), "lw": 0, "pad": 0.8} if state.doubt else None,
        )  # fmt: skip
        if state.doubt:
            axes.add_patch(Rectangle((x - 0.5, y - 0.5), 1, 1, fill=False, hatch="////", ec="0.6", lw=0))
        if float(state.theory["plateau"]) == 0:
            frame = Rectangle((x - 0.47, y - 0.47), 0.94, 0.94, fill=False, ec=ZERO, lw=1.6, zorder=5)
            axes.add_patch(frame)
    image = axes.imshow(np.ma.masked_invalid(grid), origin="lower", aspect="auto", cmap=colours, norm=scale)
    extend = "min" if scale.vmin is not None and min(values) < scale.vmin else "neither"
    axes.figure.colorbar(image, ax=axes, label=label, pad=0.02, extend=extend)
    axes.set_xticks(range(len(across)), [f"{v:g}" for v in across])
    axes.set_yticks(range(len(up)), [f"{v:g}" for v in up])
    axes.tick_params(length=0)
    axes.set_xlabel("correlation in space  $c_s$")
    axes.set_ylabel("correlation in time  $c_t$")


def _rounded(value: float, error: float) -> str:
    """0.043(2): the standard error in units of the last digit."""
    if not (math.isfinite(error) and error > 0):
        return f"{value:.3g}"
    digits = -math.floor(math.log10(error))
    if round(error * 10**digits) == 10:
        digits -= 1
    kept = max(digits, 0)
    return f"{value:.{kept}f}({round(error * 10**kept)})"
