"""Supplement: a mixture. Its number density is not even; that weighted by dPhi/drho_a nearly is."""

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


def draw(*records: xr.Dataset) -> Figure:
    """records: fits and theory of mixtures of two species that differ in c_t."""
    states = one_system([s for s in gather(*records) if species.is_mixture(s)])
    if not states:
        raise InputError("mixture: got no fit and theory record of a mixture of two species, wanted one")
    figure = Figure(figsize=(style.WIDE, 3.0), layout="constrained")
    panels = figure.subplots(1, len(states) + 1)
    for axes, state in zip(panels, states, strict=False):
        _structure_factors(axes, state)
        axes.set_title(f"$c_t = {state.correlation:g}${_doubt(state)}", loc="right", pad=3)
    panels[0].set_ylabel("structure factor")
    _weights(panels[-1], states)
    for axes, letter in zip(panels, "abcdef", strict=False):
        style.panel_letter(axes, letter)
    handles, names = panels[0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside lower center", ncols=4, title=_told(states[0]))
    return figure


def _structure_factors(axes, state: State) -> None:
    fit, theory = state.fit, state.theory
    shown = fit["k"].values <= _DRAWN_TO
    k = fit["k"].values[shown]
    for pair, name, marker in ((0, "small ones alone, $S_{00}$", "2"), (2, "large ones, $S_{11}$", "1")):
        axes.plot(k, fit["S_partial"][shown, pair], marker, color="0.55", ms=5, label=name)
    for name, S, error, (colour, marker) in (
        ("number density, $S$", fit["S"].values, fit["S_err"].values, _NUMBER),
        ("weighted density, $S_w$", *species.weighted(state), _EVEN),
    ):
        axes.errorbar(
            k, S[shown], error[shown], fmt=marker, color=colour, mec="black", mew=0.4, ms=3.5,
            mfc="white" if state.doubt else colour, elinewidth=0.7, label=name, zorder=3,
        )  # fmt: skip
    low = theory["k"].values <= _DRAWN_TO
    line = {"color": "black", "zorder": 4}
    for name, label in (("S_theory", "theory of both, nothing fitted"), ("S_weighted_theory", None)):
        axes.plot(theory["k"][low], theory[name][low], lw=0.9, label=label, **line)
    axes.plot(
        theory["k"][low], species.without_exchange(state)[low], lw=0.8, ls=":", **line,
        label="$S_w$ to leading order (no exchange of places)",
    )  # fmt: skip
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_xlabel(style.label(fit["k"], "wavenumber  $k$"))


def _weights(axes, states: list[State]) -> None:
    for state, look in zip(states, style.looks(len(states) + 2)[1:-1], strict=True):
        colour, marker = look
        fit, theory = state.fit, state.theory
        shown = fit["k"].values <= _DRAWN_TO
        value, error = float(theory["weight_ratio"]), float(theory["weight_ratio_err"])
        axes.axhspan(value - error, value + error, color=colour, alpha=0.25, lw=0)
        axes.axhline(value, color="black", lw=0.8)
        axes.errorbar(
            fit["k"][shown], fit["softest_ratio"][shown], fit["softest_ratio_err"][shown], fmt=marker,
            color=colour, mec="black", mew=0.4, ms=3.5, mfc="white" if state.doubt else colour,
            elinewidth=0.7, label=f"$c_t = {state.correlation:g}$",
        )  # fmt: skip
    axes.set_xscale("log")
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_xlabel(style.label(states[0].fit["k"], "wavenumber  $k$"))
    axes.set_ylabel("weight of large over small")
    axes.legend(title="softest combination of $S_{ab}$")


def _doubt(state: State) -> str:
    return f": {state.doubt}" if state.doubt else ""


def _told(state: State) -> str:
    system, sizes = state.spec.system, state.spec.system.sizes
    return (
        f"{system.particles:,} particles, {100 * sizes.large_fraction:.0f}% of {sizes.ratio:g} diameters, "
        f"$\\phi = {system.packing_fraction:g}$, $\\sigma = {state.spec.dynamics.noise.strength:g}\\,D$; "
        f"{int(state.fit['replicas'])} seeds; bars: one standard error"
    )
