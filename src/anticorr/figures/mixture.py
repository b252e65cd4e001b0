"""Supplement: a mixture. Its number density is not even; that weighted by dPhi/drho_a nearly is."""

import xarray as xr
from matplotlib.figure import Figure

from anticorr.errors import InputError
from anticorr.figures import species, style
from anticorr.figures.states import State, gather, one_system

_DRAWN_TO = 1.0
"""Theory is a small-k result; its lines end here (1/D)."""


def draw(*records: xr.Dataset) -> Figure:
    """records: fits and theory of mixtures of two species that differ in c_t."""
    states = one_system([s for s in gather(*records) if species.is_mixture(s)])
    if not states:
        raise InputError("mixture: got no fit and theory record of a mixture of two species, wanted one")
    figure = Figure(figsize=(style.WIDE, 3.1), layout="constrained")
    panels = figure.subplots(1, len(states) + 1, width_ratios=[1.25] * len(states) + [1])
    for axes, state in zip(panels, states, strict=False):
        _structure_factors(axes, state)
    _weights(panels[-1], states)
    for axes, letter in zip(panels, "abcdef", strict=False):
        style.panel_letter(axes, letter)
    return figure


def _structure_factors(axes, state: State) -> None:
    fit, theory = state.fit, state.theory
    k = fit["k"].values
    marks = {"mew": 0.4, "elinewidth": 0.7, "ms": 3.2, "mec": "black"}
    if state.doubt:
        marks["mfc"] = "white"
    for n, (pair, marker) in enumerate((("0, 0", "2"), ("1, 1", "1"))):
        axes.plot(k, fit["S_partial"][:, 2 * n], marker, color="0.6", ms=4, label=f"$S_{{{pair}}}$")
    for name, S, error, (colour, marker) in (
        ("number density", fit["S"], fit["S_err"], _LOOKS[0]),
        ("weighted, $S_w$", *species.weighted(state), _LOOKS[1]),
    ):
        axes.errorbar(k, S, error, fmt=marker, color=colour, label=name, zorder=3, **marks)
    axes.plot(k, species.softest(state), "_", color="black", ms=6, label="least of all weights", zorder=4)
    low = theory["k"].values <= _DRAWN_TO
    line = theory["k"].values[low]
    for name in ("S_theory", "S_weighted_theory"):
        axes.plot(line, theory[name][low], color="black", lw=0.9, zorder=5)
    axes.plot([], [], color="black", lw=0.9, label="theory, nothing fitted")
    axes.plot(line, species.without_exchange(state)[low], color="black", lw=0.8, ls=":", zorder=2)
    axes.plot([], [], color="black", lw=0.8, ls=":", label="$S_w$ without exchange")
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel(style.label(fit["k"], "wavenumber  $k$"))
    axes.set_ylabel("structure factor")
    axes.legend(loc="lower right")


_LOOKS = style.looks(3)[1:]


def _weights(axes, states: list[State]) -> None:
    for state, (colour, marker) in zip(states, style.looks(len(states) + 1)[1:], strict=True):
        fit, theory = state.fit, state.theory
        low = fit["k"].values <= _DRAWN_TO
        value, error = float(theory["weight_ratio"]), float(theory["weight_ratio_err"])
        axes.axhspan(value - error, value + error, color="0.85", lw=0)
        axes.axhline(value, color="black", lw=0.8)
        axes.errorbar(
            fit["k"][low], fit["softest_ratio"][low], fit["softest_ratio_err"][low], fmt=marker,
            color=colour, mec="black", mew=0.4, elinewidth=0.7, label=f"$c_t = {state.correlation:g}$",
        )  # fmt: skip
    axes.set_xscale("log")
    axes.set_xlabel(style.label(states[0].fit["k"], "wavenumber  $k$"))
    axes.set_ylabel("weight of large over small")
    axes.legend()
