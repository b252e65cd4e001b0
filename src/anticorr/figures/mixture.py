"""Supplement: a mixture. Its number density is not even; that weighted by dPhi / drho_a nearly is.

Structure factors of a mixture of two sizes, for each c_t: of all particles (S), of either size alone
(grey), and of the sum of both densities weighted by w_a = dΦ / dρ_a of theory (S_w). Points: simulation,
pooled over seeds; lines: theory, nothing fitted, dotted to leading order; dashed: what the exchange of
species leaves in S_w (predicted). Last panel: weight of large over small particles in the sum of densities
that fluctuates least; line: theory, band: its standard error, dotted: leading order. Bars: one standard
error. Hollow: not a relaxed fluid.
"""

from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter

from anticorr.errors import InputError
from anticorr.figures import species, style
from anticorr.figures.states import Predicted, gather, one_system

_DRAWN_TO = 1.0
"""Theory is a small-k result; points and lines end here (1/D)."""
_NUMBER, _EVEN = style.looks(3)[1:]
"""(colour, marker) of the number density and of S_w."""
_LINE: dict[str, Any] = {"color": "black", "lw": 0.9, "zorder": 4}
_LEADING = _LINE | {"ls": ":"}
"""Theory, and its leading order, in which Phi is even."""
_SMALL: dict[str, Any] = {"fontsize": 6.5, "color": "0.35"}


def draw(*records: xr.Dataset) -> Figure:
    """records: fits and theory of mixtures of two species that differ in c_t."""
    states = one_system([s for s in gather(*records) if species.is_mixture(s)])
    if not states:
        raise InputError("mixture: got no fit and theory record of a mixture of two species, wanted one")
    weighed = [s for s in states if species.even(s)][:1]
    figure = Figure(figsize=(style.WIDE, 3.1), layout="constrained")
    widths = [1.0 if species.even(s) else 0.7 for s in states] + [1.0] * len(weighed)
    panels = np.atleast_1d(figure.subplots(1, len(widths), width_ratios=widths))
    for axes, state in zip(panels, states, strict=False):
        if axes is not panels[0]:
            axes.sharey(panels[0])
        _structure_factors(axes, state)
        axes.tick_params(labelleft=axes is panels[0])
    panels[0].set_ylabel("structure factor")
    for axes, state in zip(panels[len(states) :], weighed, strict=True):
        _weights(axes, state)
    for axes, letter, state in zip(panels, "abcdef", states + weighed, strict=False):
        style.panel_letter(axes, letter)
        axes.set_title(f"$c_t =$ {state.named}", loc="right", pad=3)
        axes.set_xscale("log")
        axes.xaxis.set_minor_formatter(NullFormatter())
        axes.set_xlabel(style.label(state.fit["k"], "wavenumber  $k$"))
    handles, names = panels[0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside lower center", ncols=3, title=_told(states[0]))
    return figure


def _structure_factors(axes: Axes, state: Predicted) -> None:
    fit, theory = state.fit, state.theory
    shown = fit["k"].values <= _DRAWN_TO
    k = fit["k"].values[shown]
    low = theory["k"].values <= _DRAWN_TO
    line = theory["k"].values[low]
    _points(axes, state, fit["S"].values, fit["S_err"].values, _NUMBER, "number density, $S$")
    weight = "weighted by $w_a = \\partial\\Phi / \\partial\\rho_a$, $S_w$"
    _points(axes, state, *species.weighted(state), _EVEN, weight)
    axes.plot(line, theory["S_theory"][low], label="theory of $S$ and $S_w$, nothing fitted", **_LINE)
    axes.plot(line, theory["S_weighted_theory"][low], **_LINE)
    axes.plot(line, species.without_exchange(state)[low], label="$S_w$ to leading order", **_LEADING)
    for pair, name, marker in ((0, "small ones, $S_{00}$", "2"), (2, "large ones, $S_{11}$", "1")):
        axes.plot(k, fit["S_partial"][shown, pair], marker, color="0.5", ms=5, label=name)
    if species.even(state):
        left = float(theory["composition_plateau"])
        axes.axhline(left, color="0.5", lw=0.7, ls="--", zorder=1)
        axes.annotate(
            "what exchange leaves in $S_w$ (predicted)", (0.97, left), xycoords=("axes fraction", "data"),
            xytext=(0, 2), textcoords="offset points", ha="right", va="bottom", **_SMALL,
        )  # fmt: skip
    axes.set_yscale("log")


def _weights(axes: Axes, state: Predicted) -> None:
    """Eigenvector of the smallest eigenvalue of S_ab; with the lag of Phi theory says w_a + D_s."""
    fit, theory = state.fit, state.theory
    value, error = float(theory["softest_ratio_theory"]), float(theory["softest_ratio_theory_err"])
    axes.axhspan(value - error, value + error, color="0.88", lw=0)
    axes.axhline(value, **_LINE)
    axes.axhline(float(theory["weight_ratio"]), **_LEADING)
    axes.axhline(1, color="0.6", lw=0.7)
    _points(axes, state, fit["softest_ratio"].values, fit["softest_ratio_err"].values, _EVEN, "softest")
    axes.text(
        0.05, 0.5,
        "points: the sum of $\\rho_0$ and $\\rho_1$\nthat fluctuates least\n"
        "line: $(w_1 + D_s)\\,/\\,(w_0 + D_s)$,\nnothing fitted; band: its\nstandard error\n"
        "dotted: leading order, $w_1 / w_0$",
        transform=axes.transAxes, va="center", fontsize=6.5,
    )  # fmt: skip
    axes.text(0.05, 1.005, "number density", transform=axes.get_yaxis_transform(), **_SMALL)
    axes.set_ylim(0.97, None)
    axes.set_ylabel("weight of large over small")


def _points(
    axes: Axes, state: Predicted, value: np.ndarray, error: np.ndarray, look: style.Look, label: str
) -> None:
    colour, marker = look
    shown = state.fit["k"].values <= _DRAWN_TO
    axes.errorbar(
        state.fit["k"][shown], value[shown], error[shown], fmt=marker, color=colour, mec="black", mew=0.4,
        ms=3.5, mfc="white" if state.doubt else colour, elinewidth=0.7, label=label, zorder=3,
    )  # fmt: skip


def _told(state: Predicted) -> str:
    sizes = state.spec.system.sizes
    assert sizes.kind == "bidisperse"  # see `species.is_mixture`
    return (
        f"{state.system}; {100 * sizes.large_fraction:.0f}% of {sizes.ratio:g} diameters, the rest of one; "
        f"{int(state.fit['replicas'])} seeds; bars: one standard error"
    )
