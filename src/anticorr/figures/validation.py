"""Supplement: theory against measurement at states that a seed has drawn, every one of them kept.

States that a seeded design has drawn before any was run, none left out. (a) Plateau of a fit to S(k)
against equation (3), (b) D from the decay of F(k, t) against equation (2); numbers: states, as in the
table. Bars: one standard error of both (points: simulation; predictions take short runs of their own);
line: equal; band: 5% to both sides. (c) Measured over predicted. Blue: within three standard errors and
5%; orange: not; hollow: not a relaxed fluid; triangles: beyond the axis, with their value. Table: what
each state is, shaded from the smallest to the largest number of a row. Theory: nothing fitted.
"""

import math
import textwrap
from typing import Any, NamedTuple

import matplotlib
import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import LogLocator, NullFormatter

from anticorr.errors import InputError
from anticorr.figures import style
from anticorr.figures.states import State, gather, gradient_of, with_fit_and_theory

_BAND = 0.05
"""Share of the prediction that theory may leave out."""
_CLOSE = 3
"""Standard errors within which a number agrees."""
_FINE, _OFF = "#0072B2", "#D55E00"
_CROWD = 0.25
"""Closer than this in the logarithm, the numbers of two points would lie on each other."""
_REACH = 0.5
"""A ratio farther from 1 is drawn at the edge, its number beside it."""


class Compared(NamedTuple):
    """A number that theory predicts: its names in the theory and in the fit, and how it is drawn."""

    theory: str
    fit: str
    marker: str
    measured: str
    predicted: str
    sources: str


_COMPARED = (
    Compared(
        "plateau", "plateau_quadratic", "o", "$S(k \\to 0)$", "$S(0)$", "fit to $S(k)$ against equation (3)"
    ),
    Compared("diffusion", "decay_diffusion", "D", "$D$", "$D$", "decay of $F(k, t)$ against equation (2)"),
)


def draw(*records: xr.Dataset) -> Figure:
    """records: fits and theory of states of gradients, full or of minibatches, under ma1 noise."""
    gathered = gather(*records)
    with_fit_and_theory(gathered)
    wrong = [
        s for s in gathered if s.spec.dynamics.kind != "gradient" or s.spec.dynamics.noise.kind != "ma1"
    ]
    if wrong:
        raise InputError(
            f"validation: got {len(wrong)} states of other dynamics, wanted gradients with ma1 noise"
        )
    states = sorted(gathered, key=lambda s: s.spec.system.packing_fraction)
    figure = Figure(figsize=(style.WIDE, 7.0), layout="constrained")
    halves = figure.add_gridspec(2, 1, height_ratios=[1, 1.35])
    top, bottom = halves[0], halves[1]
    upper = top.subgridspec(1, 2).subplots(squeeze=False)[0]
    lower = bottom.subgridspec(2, 1, height_ratios=[1, 1.1], hspace=0.0)
    ratios, table = lower.subplots(sharex=True, squeeze=False)[:, 0]
    for axes, compared in zip(upper, _COMPARED, strict=True):
        _scatter(axes, states, compared)
    _ratios(ratios, states)
    _table(table, states)
    for axes, letter in zip((*upper, ratios), "abc", strict=True):
        style.panel_letter(axes, letter)
    figure.supxlabel(_told(states), fontsize=6.5)
    return figure


def _numbers(state: State, compared: Compared) -> np.ndarray:
    """Measured, its standard error, predicted, its own; NaN where no record says."""
    if state.fit is None or state.theory is None or compared.fit not in state.fit:
        return np.full(4, np.nan)
    sources = ((state.fit, compared.fit), (state.theory, compared.theory))
    return np.array([float(record[n]) for record, name in sources for n in (name, f"{name}_err")])


def _look(state: State, marker: str, numbers: np.ndarray) -> dict[str, Any]:
    measured, error, line, line_err = numbers
    agrees = abs(measured - line) <= _CLOSE * math.hypot(error, line_err) + _BAND * abs(line)
    colour = _FINE if agrees else _OFF
    return {
        "fmt": marker, "color": colour, "mfc": "white" if state.doubt else colour, "elinewidth": 0.7,
        "mec": colour if state.doubt else "black", "mew": 0.9 if state.doubt else 0.3, "zorder": 3,
    }  # fmt: skip


def _scatter(axes: Axes, states: list[State], compared: Compared) -> None:
    axes.set_title(compared.sources, loc="right", fontsize=7)
    numbered = [(n, s, _numbers(s, compared)) for n, s in enumerate(states, start=1)]
    shown = [(n, s, v) for n, s, v in numbered if v[0] > 0 and v[2] > 0]
    for _, state, values in shown:
        measured, error, line, line_err = values
        axes.errorbar(line, measured, error, line_err, **_look(state, compared.marker, values))
    _label(axes, sorted((v[2], v[0], str(n)) for n, _, v in shown))
    if shown:
        drawn = np.array([v[[0, 2]] for _, _, v in shown])
        ends = np.array([0.55, 1.9]) * [drawn.min(), drawn.max()]
        axes.fill_between(ends, (1 - _BAND) * ends, (1 + _BAND) * ends, color="0.87", lw=0, zorder=0)
        axes.plot(ends, ends, color="black", lw=0.8, zorder=1)
        axes.set(xscale="log", yscale="log", xlim=ends, ylim=ends)
        for side in (axes.xaxis, axes.yaxis):
            side.set_major_locator(LogLocator(subs=(1.0, 3.0)))
            side.set_major_formatter("{x:g}")
            side.set_minor_formatter(NullFormatter())
    left_out = [str(n) for n, _, v in numbered if not (v[0] > 0 and v[2] > 0)]
    if left_out:
        axes.text(
            0.97, 0.05, f"no number above zero: {', '.join(left_out)}", transform=axes.transAxes,
            ha="right", fontsize=6.5, color="0.35",
        )  # fmt: skip
    variable = next(s.theory for s in states if s.theory is not None)[compared.theory]
    axes.set_xlabel(style.label(variable, f"predicted {compared.predicted}"))
    axes.set_ylabel(style.label(variable, f"measured {compared.measured}"))


def _label(axes: Axes, points: list[tuple[float, float, str]]) -> None:
    """Numbers beside points in order along the diagonal, in turn on both sides; farther out in a crowd."""
    out = 0
    for n, (x, y, number) in enumerate(points):
        crowded = n > 1 and math.log(x / points[n - 2][0]) < _CROWD
        out = (out + (n % 2 == 0)) % 3 if crowded else 0
        away = (5 + 6 * out) * (-1 if n % 2 else 1)
        axes.annotate(
            number, (x, y), xytext=(-away, away), textcoords="offset points", fontsize=6.5, ha="center",
            va="center", arrowprops={"arrowstyle": "-", "lw": 0.3, "shrinkA": 0, "shrinkB": 0}, zorder=2,
        )  # fmt: skip


def _ratios(axes: Axes, states: list[State]) -> None:
    """Measured over predicted, state by state."""
    for place, compared in zip((-0.13, 0.13), _COMPARED, strict=True):
        for x, state in enumerate(states, start=1):
            values = _numbers(state, compared)
            measured, error, line, line_err = values
            if not line > 0:
                continue
            ratio, spread = measured / line, math.hypot(error / line, measured * line_err / line**2)
            look = _look(state, compared.marker, values)
            if abs(ratio - 1) <= _REACH:
                axes.errorbar(x + place, ratio, spread, **look)
            else:
                edge = 1 + math.copysign(0.94 * _REACH, ratio - 1)
                axes.plot(
                    x + place,
                    edge,
                    "^" if ratio > 1 else "v",
                    **{n: look[n] for n in ("color", "mfc", "mec")},
                )
                axes.annotate(
                    f"{ratio:.2g}",
                    (x + place, edge),
                    (4, 0),
                    textcoords="offset points",
                    va="center",
                    fontsize=6.5,
                )
    for compared in _COMPARED:
        axes.plot([], [], compared.marker, color="0.3", ls="none", label=compared.measured)
    axes.plot([], [], "s", color=_FINE, ls="none", label=f"within {_BAND:.0%} + {_CLOSE} s.e.")
    axes.plot([], [], "s", color=_OFF, ls="none", label="not within")
    if any(state.doubt for state in states):
        axes.plot([], [], "o", mfc="white", mec="0.3", ls="none", label="hollow: doubtful state")
    axes.axhspan(1 - _BAND, 1 + _BAND, color="0.87", lw=0, zorder=0)
    axes.axhline(1, color="black", lw=0.8, zorder=1)
    reach = np.clip(1.1 * np.abs(axes.dataLim.intervaly - 1).max(), 3 * _BAND, _REACH)
    axes.set(ylim=(1 - reach, 1 + 1.35 * reach), ylabel="measured / predicted")
    axes.tick_params(labelbottom=False, bottom=False, top=False)
    axes.legend(loc="upper left", ncols=5, columnspacing=1.2, handletextpad=0.2)


def _table(axes: Axes, states: list[State]) -> None:
    """Under each state what it is; shaded from the smallest to the largest number of a row."""
    rows = {
        "$\\phi$": [s.spec.system.packing_fraction for s in states],
        "$\\alpha$  [$D^2/\\epsilon$]": [gradient_of(s.spec).step_size for s in states],
        "$\\sigma$  [$D$]": [s.spec.dynamics.noise.strength for s in states],
        "$c_t$": [s.correlation for s in states],
        "$b_f$": [gradient_of(s.spec).batch_fraction for s in states],
        "$c_s$": [gradient_of(s.spec).batch_correlation for s in states],
        "msd  [$D^2$]": [_of_fit(s, "msd") for s in states],
        "$\\psi_6$": [_of_fit(s, "psi_6") for s in states],
    }
    shades = matplotlib.colormaps["Blues"]
    for y, values in enumerate(rows.values()):
        low, high = np.nanmin([*values, np.inf]), np.nanmax([*values, -np.inf])
        for x, value in enumerate(values, start=1):
            share = (value - low) / (high - low) if high > low else 0.5
            if math.isfinite(value):
                cell = Rectangle(
                    (x - 0.5, y - 0.5), 1, 1, fc=shades(0.05 + 0.5 * share), ec="white", lw=0.8
                )
                axes.add_patch(cell)
            axes.text(
                x,
                y,
                f"{value:.3g}" if math.isfinite(value) else "–",
                ha="center",
                va="center",
                fontsize=6.5,
            )
    for x, state in enumerate(states, start=1):
        axes.text(
            x, len(rows) + 0.15, _state_in_words(state), ha="center", va="center", fontsize=5.8,
            color=_OFF if state.doubt or state.theory is None else "black", linespacing=0.9,
        )  # fmt: skip
    axes.set_yticks(range(len(rows) + 1), [*rows, "state"])
    axes.set_xticks(range(1, len(states) + 1))
    axes.set(
        xlim=(0.45, len(states) + 0.55), ylim=(len(rows) + 0.8, -0.55), xlabel="state, in order of $\\phi$"
    )
    axes.set_ylabel(" ")
    axes.tick_params(length=0)


def _of_fit(state: State, name: str) -> float:
    return float(state.fit[name]) if state.fit is not None and name in state.fit else math.nan


def _state_in_words(state: State) -> str:
    if state.theory is None:
        return textwrap.fill("no theory record", 9)
    return textwrap.fill(state.doubt or "fluid", 11)


def _told(states: list[State]) -> str:
    system = states[0].spec.system
    seeds = sorted({int(s.fit["replicas"]) for s in states if s.fit is not None})
    k_max = max(float(s.fit["k_max"]) for s in states if s.fit is not None)
    return (
        f"{len(states)} states, none left out; theory: nothing fitted;   $N$ = {system.particles:,}, "
        f"seeds for a state: {' or '.join(str(n) for n in seeds)}, "
        f"fits to $k \\leq {k_max:g}\\,D^{{-1}}$;\n"
        f"bars: one standard error (s.e.), in (c) of both;   grey: ±{_BAND:.0%}"
    )
