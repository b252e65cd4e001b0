"""Supplement: where the state is a fluid. Verdicts over packing fraction and noise strength by c_t.

Maps, for each c_t: state over packing fraction and noise strength σ; symbol: the verdict; colour: mean
square displacement of y over 3,000 steps (white line on the scale: the least of a fluid); number: local
order ψ_6. Last panel: local order against displacement, with the limits that make the verdict (dashed).
One run a state, without error bars; nothing here is theory.
"""

from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure

from anticorr.errors import InputError
from anticorr.figures import style
from anticorr.figures.states import State, gather, gradient_of
from anticorr.records import MSD_STEPS
from anticorr.spectra.verdict import state_of
from anticorr.stages.fit import FLUID

_SYMBOLS = {
    "fluid": "o", "ordered fluid": "D", "supercooled": "v", "solid": "h", "absorbed": "X", "unknown": "$?$"
}  # fmt: skip
_LEAST = 1e-3
"""Displacements below this (D^2) are drawn here."""


def draw(*records: xr.Dataset) -> Figure:
    """records: spectra of states that differ in packing fraction, noise strength and c_t; one each."""
    states = gather(*records)
    if not states or any(len(s.spectra) != 1 for s in states):
        raise InputError("state-map: got states with no spectrum or several, wanted one of each")
    if any("msd" not in s.spectra[0] for s in states):
        raise InputError("state-map: got spectra without msd and psi_6, wanted those of runs")
    if any(s.spec.system.dimension != 2 or s.spec.dynamics.kind != "gradient" for s in states):
        raise InputError("state-map: got states of other kinds, wanted disks under gradient forces")
    if len({(s.correlation, *_place(s)) for s in states}) < len(states):
        raise InputError(
            "state-map: got states that differ in more than packing fraction, strength and c_t"
        )
    correlations = sorted({s.correlation for s in states}, reverse=True)
    figure = Figure(figsize=(style.WIDE, 3.1), layout="constrained")
    panels = np.atleast_1d(figure.subplots(1, len(correlations) + 1))
    maps, plane = panels[:-1], panels[-1]
    span = [value for s in states for value in (_msd(s), FLUID["msd_least"])]
    norm = LogNorm(min(span), max(span))
    for axes, correlation in zip(maps, correlations, strict=True):
        _map(axes, [s for s in states if s.correlation == correlation], norm)
        axes.set_title(f"$c_t = {correlation:g}$", pad=3)
    for axes in maps[1:]:
        axes.sharey(maps[0])
        axes.tick_params(labelleft=False)
    maps[0].set_ylabel("noise strength  $\\sigma$  [$D$]")
    bar = figure.colorbar(maps[0].collections[0], ax=list(maps), aspect=30, pad=0.02)
    bar.set_label(f"msd of $y$ over {MSD_STEPS:,} steps  [$D^2$]")
    bar.ax.axhline(FLUID["msd_least"], color="white", lw=1.5)
    _plane(plane, states, correlations)
    for axes, letter in zip(panels, "abcdefgh", strict=False):
        style.panel_letter(axes, letter)
    _legend(figure, states)
    return figure


def _map(axes: Axes, states: list[State], norm: LogNorm) -> None:
    x, y = np.array([_place(s) for s in states]).T
    msd = np.array([_msd(s) for s in states])
    for symbol in _SYMBOLS.values():
        here = np.array([_symbol(s) == symbol for s in states])
        axes.scatter(
            x[here],
            y[here],
            c=msd[here],
            norm=norm,
            marker=symbol,
            s=75,
            edgecolors="black",
            linewidths=0.5,
        )
    for state in states:
        axes.annotate(
            f"{float(state.spectra[0]['psi_6']):.2f}".lstrip("0"), _place(state), (0, -6),
            textcoords="offset points", ha="center", va="top", fontsize=6,
        )  # fmt: skip
    axes.margins(0.12, 0.16)
    axes.set_xlabel("packing fraction  $\\phi$")


def _plane(axes: Axes, states: list[State], correlations: list[float]) -> None:
    """psi_6 against msd, and the limits that make the verdict."""
    for correlation, (colour, _) in zip(correlations, style.looks(len(correlations) + 1)[1:], strict=True):
        for symbol in _SYMBOLS.values():
            here = [s for s in states if s.correlation == correlation and _symbol(s) == symbol]
            axes.scatter(
                [_msd(s) for s in here], [float(s.spectra[0]["psi_6"]) for s in here], marker=symbol, s=16,
                color=colour, edgecolors="black", linewidths=0.3,
            )  # fmt: skip
        axes.plot([], [], "s", color=colour, ms=4, label=f"${correlation:g}$")
    axes.axvline(FLUID["msd_least"], color="0.5", lw=0.8, ls="--")
    axes.axhline(FLUID["psi_6_most"], color="0.5", lw=0.8, ls="--")
    axes.set_xscale("log")
    axes.set_xlabel(f"msd of $y$ over {MSD_STEPS:,} steps  [$D^2$]")
    axes.set_ylabel("local order  $\\langle|\\psi_6|\\rangle$")
    axes.legend(title="$c_t$", loc="upper right")


def _legend(figure: Figure, states: list[State]) -> None:
    shown = {_verdict(s): _symbol(s) for s in states}
    order = list(_SYMBOLS.values())
    look: dict[str, Any] = {"color": "0.75", "mec": "black", "mew": 0.5, "ms": 6, "ls": "none"}
    handles = [
        figure.axes[0].plot([], [], marker=symbol, label=name, **look)[0]
        for name, symbol in sorted(shown.items(), key=lambda item: order.index(item[1]))
    ]
    spec, step, psi = states[0].spec, gradient_of(states[0].spec).step_size, "$\\langle|\\psi_6|\\rangle$"
    figure.legend(
        handles=handles, loc="outside lower center", ncols=len(handles), title_fontsize=7,
        title=f"{spec.system.particles:,} disks, $\\alpha = {step:g}$, one run each; "
        f"number at a symbol: {psi} of $y$\n"
        f"fluid: msd $\\geq {FLUID['msd_least']:g}\\,D^2$ (white line on the scale) and "
        f"{psi} $\\leq {FLUID['psi_6_most']:g}$ (dashed lines in the last panel)",
    )  # fmt: skip


def _verdict(state: State) -> str:
    spectrum = state.spectra[0]
    long_enough = int(spectrum["msd_steps"]) >= MSD_STEPS
    return state_of(
        float(spectrum["msd"]) if long_enough else np.nan,
        float(spectrum["psi_6"]),
        state.spec.system.dimension,
        frozen=float(spectrum.get("frozen_fraction", np.nan)),
        frozen_err=float(spectrum.get("frozen_fraction_err", 0.0)),
        absorbed="absorbed_at" in spectrum.attrs,
        **FLUID,
    ).state


def _place(state: State) -> tuple[float, float]:
    return state.spec.system.packing_fraction, state.spec.dynamics.noise.strength


def _symbol(state: State) -> str:
    return _SYMBOLS[_verdict(state).partition(":")[0]]


def _msd(state: State) -> float:
    return max(float(state.spectra[0]["msd"]), _LEAST)
