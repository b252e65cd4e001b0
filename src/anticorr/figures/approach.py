"""Figure 2: approach to hyperuniformity. Plateau and crossover against 1 + c_t; collapse of the curves.

(a) Plateau S(k -> 0) of a fit with exponent 2, against the distance 1 + c_t from perfect anti-correlation.
At c_t = -1, where theory has no plateau, the dotted line bounds it from above (97.5%). (b) Crossover k_x,
where plateau and k^2 part of the same fit are equal; hollow: outside 2 k_min to k_max of the fit, which is
the grey band; not drawn: known to less than 20%. (c) S(k) up to k_max in units of predicted plateau and
crossover, where theory puts all curves on one, 1 + (k / k_x)^2. Points: simulation, pooled over seeds,
bars: one standard error; grey points: not a relaxed fluid. Lines: theory, nothing fitted.
"""

import textwrap

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from anticorr.errors import InputError
from anticorr.figures import style
from anticorr.figures.marks import looks
from anticorr.figures.states import Predicted, gather, one_system, with_fit_and_theory

_UNSURE = 0.2
"""A crossover with a larger relative error is not drawn: it lies far outside the fit."""


def draw(*records: xr.Dataset) -> Figure:
    """records: fits and theory of states that differ in c_t."""
    states = one_system(with_fit_and_theory(gather(*records)))
    left = [s for s in states if s.correlation > -1]
    if not left:
        raise InputError("approach: got no state with c_t > -1, wanted at least one")
    figure = Figure(figsize=(style.WIDE, 2.5), layout="constrained")
    plateau, crossover, collapse = figure.subplots(1, 3)
    _plateaus(plateau, left, [s for s in states if s.correlation == -1])
    _crossovers(crossover, left)
    _collapse(collapse, left)
    for axes, letter in ((plateau, "a"), (crossover, "b"), (collapse, "c")):
        style.panel_letter(axes, letter)
    return figure


def _looks(states: list[Predicted]) -> list[style.Look]:
    # One look for each c_t in all panels, and as in figure 1, where c_t = -1 has a look too.
    return looks(states, more=1)


def _plateaus(axes: Axes, states: list[Predicted], limits: list[Predicted]) -> None:
    distance = [1 + s.correlation for s in states]
    axes.plot(
        distance,
        [s.theory["plateau"] for s in states],
        color="black",
        lw=0.8,
        label="theory, nothing fitted",
    )
    for x, state, (colour, marker) in zip(distance, states, _looks(states), strict=True):
        axes.errorbar(
            x, state.fit["plateau_quadratic"], state.fit["plateau_quadratic_err"], fmt=marker,
            color=colour, mec="black", mew=0.3, elinewidth=0.8,
        )  # fmt: skip
    axes.set_xscale("log")
    axes.set_yscale("log")
    for state in limits:
        bound = float(state.fit["plateau_interval"][1])
        axes.axhline(bound, color="0.5", lw=0.8, ls=":")
        axes.annotate(
            f"$c_t =$ {state.named}: $S(0)$ below this (97.5%)", (0.97, bound),
            xycoords=("axes fraction", "data"), xytext=(0, -3), textcoords="offset points", ha="right",
            va="top", fontsize=6.5, color="0.35",
        )  # fmt: skip
        axes.set_ylim(bottom=min(axes.get_ylim()[0], bound / 3))
    axes.set_xlabel("$1 + c_t$")
    axes.set_ylabel("plateau  $S(k \\to 0)$")
    axes.legend(loc="upper left")


def _crossovers(axes: Axes, states: list[Predicted]) -> None:
    distance = [1 + s.correlation for s in states]
    axes.plot(
        distance,
        [s.theory["crossover"] for s in states],
        color="black",
        lw=0.8,
        label="theory, nothing fitted",
    )
    reach = float(states[0].fit["k_max"])
    smallest = float(states[0].fit["k"][0])
    hollow = False
    for x, state, (colour, marker) in zip(distance, states, _looks(states), strict=True):
        value, error = float(state.fit["crossover"]), float(state.fit["crossover_err"])
        if not error < _UNSURE * value:
            continue
        inside = 2 * smallest <= value <= reach
        hollow = hollow or not inside
        axes.errorbar(
            x, value, error, fmt=marker, color=colour, mfc=colour if inside else "white",
            mec="black" if inside else colour, mew=0.3 if inside else 0.9, elinewidth=0.8,
        )  # fmt: skip
    axes.axhspan(smallest, reach, color="0.93", lw=0, zorder=0)
    axes.text(
        0.97, smallest * 1.06, "$k$ range of the fit", transform=axes.get_yaxis_transform(), ha="right",
        va="bottom", fontsize=6.5, color="0.35",
    )  # fmt: skip
    if hollow:
        axes.plot([], [], "o", mfc="white", mec="0.3", ls="none", label="outside $[2 k_{min}, k_{max}]$")
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_ylim(bottom=smallest / 1.5)
    axes.set_xlabel("$1 + c_t$")
    axes.set_ylabel(style.label(states[0].fit["crossover"], "crossover  $k_x$"))
    axes.legend(loc="upper left")


def _collapse(axes: Axes, states: list[Predicted]) -> None:
    span = []
    for state, (colour, marker) in zip(states, _looks(states), strict=True):
        scale, unit = float(state.theory["plateau"]), float(state.theory["crossover"])
        fit = state.fit.where(state.fit["k"] <= state.fit["k_max"], drop=True)
        x = fit["k"] / unit
        span += [float(x.min()), float(x.max())]
        axes.errorbar(
            x, fit["S"] / scale, fit["S_err"] / scale, fmt=marker, color=colour, mec="black", mew=0.3,
            ms=3, elinewidth=0.7, label=textwrap.fill(state.named, 16),
        )  # fmt: skip
    x = np.geomspace(min(span) / 1.3, max(span) * 1.3, 200)
    axes.plot(x, 1 + x**2, color="black", lw=0.8, label="$1 + (k/k_x)^2$", zorder=4)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("$k\\,/\\,k_x$  (predicted)")
    axes.set_ylabel("$S\\,/\\,S(0)$  (predicted)")
    axes.legend(title="$c_t$", loc="upper left")
