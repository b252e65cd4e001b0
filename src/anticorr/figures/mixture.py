"""Supplement: a mixture. Its number density is not even; that weighted by dPhi/drho_a nearly is."""

import numpy as np
import xarray as xr
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter

from anticorr.errors import InputError
from anticorr.figures import species, style
from anticorr.figures.states import State, gather, one_system

_DRAWN_TO = 1.0
"""Theory is a small-k result; points and lines end here (1/D)."""
_NUMBER, _EVEN = style.looks(3)[1:]
"""(colour, marker) of the number density and of S_w."""
_LINE = {"color": "black", "lw": 0.9, "zorder": 4}
_LEADING = _LINE | {"ls": ":"}
"""Theory, and its leading order, in which Phi is even."""


def draw(*records: xr.Dataset) -> Figure:
    """records: fits and theory of mixtures of two species that differ in c_t."""
    states = one_system([s for s in gather(*records) if species.is_mixture(s)])
    if not states:
        raise InputError("mixture: got no fit and theory record of a mixture of two species, wanted one")
    weighed = [s for s in states if species.even(s)][:1]
    figure = Figure(figsize=(style.WIDE, 3.1), layout="constrained")
    panels = np.atleast_1d(figure.subplots(1, len(states) + len(weighed)))
    for axes, state in zip(panels, states, strict=False):
        _structure_factors(axes, state)
    for axes in panels[1 : len(states)]:
        axes.sharey(panels[0])
        axes.tick_params(labelleft=False)
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


def _structure_factors(axes, state: State) -> None:
    fit, theory = state.fit, state.theory
    shown = fit["k"].values <= _DRAWN_TO
    k = fit["k"].values[shown]
    for pair, name, marker in (
        (0, "small ones alone, $S_{00}$", "2"),
        (2, "large ones alone, $S_{11}$", "1"),
    ):
        axes.plot(k, fit["S_partial"][shown, pair], marker, color="0.5", ms=5, label=name)
    for name, S, error, (colour, marker) in (
        ("number density, $S$", fit["S"].values, fit["S_err"].values, _NUMBER),
        ("weighted by $w_a = \\partial\\Phi / \\partial\\rho_a$, $S_w$", *species.weighted(state), _EVEN),
    ):
        axes.errorbar(
            k, S[shown], error[shown], fmt=marker, color=colour, mec="black", mew=0.4, ms=3.5,
            mfc="white" if state.doubt else colour, elinewidth=0.7, label=name, zorder=3,
        )  # fmt: skip
    low = theory["k"].values <= _DRAWN_TO
    line = theory["k"].values[low]
    axes.plot(line, theory["S_theory"][low], label="theory of $S$ and $S_w$, nothing fitted", **_LINE)
    axes.plot(line, theory["S_weighted_theory"][low], **_LINE)
    axes.plot(
        line, species.without_exchange(state)[low], label="its leading order: species stay", **_LEADING
    )
    axes.set_yscale("log")


def _weights(axes, state: State) -> None:
    """Eigenvector of the smallest eigenvalue of S_ab; with the lag of Phi theory says w_a + D_s."""
    fit, theory, (colour, marker) = state.fit, state.theory, _EVEN
    shown = fit["k"].values <= _DRAWN_TO
    value, error = float(theory["softest_ratio_theory"]), float(theory["softest_ratio_theory_err"])
    axes.axhspan(value - error, value + error, color="0.88", lw=0)
    axes.axhline(value, label="$(w_1 + D_s) / (w_0 + D_s)$, band: one\nstandard error", **_LINE)
    axes.axhline(float(theory["weight_ratio"]), label="leading order, $w_1 / w_0$", **_LEADING)
    axes.axhline(1, color="0.6", lw=0.6)
    axes.annotate(
        "number density", (0.97, 1), xycoords=("axes fraction", "data"), xytext=(0, 2),
        textcoords="offset points", ha="right", va="bottom", fontsize=6.5, color="0.35",
    )  # fmt: skip
    axes.errorbar(
        fit["k"][shown], fit["softest_ratio"][shown], fit["softest_ratio_err"][shown], fmt=marker,
        color=colour, mec="black", mew=0.4, ms=3.5, mfc="white" if state.doubt else colour,
        elinewidth=0.7, label="of least fluctuations", zorder=3,
    )  # fmt: skip
    axes.set_ylim(0.97, None)
    axes.set_ylabel("weight of large over small")
    axes.legend(loc="center right")


def _told(state: State) -> str:
    sizes = state.spec.system.sizes
    return (
        f"{state.system}; {100 * sizes.large_fraction:.0f}% of {sizes.ratio:g} diameters, the rest of one; "
        f"{int(state.fit['replicas'])} seeds; bars: one standard error"
    )
