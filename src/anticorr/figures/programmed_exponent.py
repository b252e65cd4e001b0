"""Figure 6: the exponent programmed by the noise. S ~ k^(2-4H) under fractional noise, Hurst exponent H.

(a) S(k) under fractional noise of Hurst exponent H (white noise: 1/2). Points: simulation, pooled over
seeds, bars: one standard error; grey area: window of the fit; lines: theory, nothing fitted to S (dashed
for H > 1/2). Below: measured over predicted; band: 5% to both sides. (b) Exponent of a pure power law in
that window, bars: 95%; solid line: the same fit of the theory line; dashed: the limit 2 - 4H of equation
(5) as k -> 0, far beyond the window. (c) Mean square displacement; cross: a fluid is above it. Hollow: not
a relaxed fluid.
"""

from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, NullFormatter

from anticorr import records
from anticorr.errors import InputError
from anticorr.exponents.whittle import ALPHA_RANGE
from anticorr.figures import style
from anticorr.figures.claims.fractional import hurst, hurst_of, window_exponent
from anticorr.figures.marks import point_styles
from anticorr.figures.states import Predicted, gather, one_system, with_fit_and_theory

_DRAWN_TO = 1.0
"""Largest k shown, 1/D: theory is a small-k result."""


def draw(*records: xr.Dataset) -> Figure:
    """records: fits and theory of states that differ in H alone; white noise is H = 1/2."""
    states = [s for s in with_fit_and_theory(gather(*records)) if hurst(s.spec) is not None]
    if not states:
        raise InputError("programmed-exponent: got no state with fractional or white noise, wanted one")
    states = sorted(one_system(states), key=lambda s: hurst_of(s))
    points = point_styles(states)
    figure = Figure(figsize=(style.WIDE, 4.9), layout="constrained")
    halves = figure.add_gridspec(1, 2, width_ratios=[1.12, 1])
    left, right = halves[0], halves[1]
    curves = left.subgridspec(2, 1, height_ratios=[2.5, 1], hspace=0.0)
    spectra = figure.add_subplot(curves[0])
    ratios = figure.add_subplot(curves[1], sharex=spectra)
    sides = right.subgridspec(2, 1, height_ratios=[1.25, 1])
    exponents, moves = figure.add_subplot(sides[0]), figure.add_subplot(sides[1])
    _spectra(spectra, states, points)
    _ratios(ratios, states, points)
    _exponents(exponents, states, points)
    _displacements(moves, states, points)
    for axes, letter in ((spectra, "a"), (exponents, "b"), (moves, "c")):
        style.panel_letter(axes, letter)
    return figure


def _line(state: Predicted) -> str:
    return "-" if hurst_of(state) <= 0.5 else "--"


def _spectra(axes: Axes, states: list[Predicted], points: list[dict[str, Any]]) -> None:
    for state, look in zip(states, points, strict=True):
        k, S, S_err = (state.fit[name].values for name in ("k", "S", "S_err"))
        low = k <= _DRAWN_TO
        axes.errorbar(
            k[low],
            S[low],
            S_err[low],
            ls="none",
            elinewidth=0.7,
            zorder=3,
            label=f"{hurst_of(state):g}",
            **look,
        )
        k = state.theory["k"].values
        low = k <= _DRAWN_TO
        axes.plot(
            k[low], state.theory["S_theory"].values[low], _line(state), color="black", lw=0.8, zorder=4
        )
    for dashes, words in (("-", "theory, nothing fitted to $S$"), ("--", "the same at $H > 1/2$")):
        if any(_line(state) == dashes for state in states):
            axes.plot([], [], dashes, color="black", lw=0.8, label=words)
    doubts = sorted({state.doubt for state in states if state.doubt})
    if doubts:
        axes.plot(
            [],
            [],
            "o",
            ls="none",
            mfc="white",
            mec=style.DOUBTFUL,
            label=f"the hollow: {', '.join(doubts)}",
        )
    axes.set(xscale="log", yscale="log")
    axes.xaxis.set_major_locator(FixedLocator([0.05, 0.1, 0.2, 0.5, 1.0]))
    axes.xaxis.set_major_formatter("{x:g}")
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.tick_params(labelbottom=False)
    axes.set_ylabel("structure factor  $S(k)$")
    axes.axvspan(axes.get_xlim()[0], float(states[0].fit["k_max"]), color="0.95", lw=0, zorder=0)
    axes.margins(x=0)
    bottom, top = axes.get_ylim()
    axes.set_ylim(bottom / 20, top * 4)
    entries = list(zip(*axes.get_legend_handles_labels(), strict=True))
    lines = [entry for entry in entries if entry[1].startswith("the")]
    marks = [entry for entry in entries if entry not in lines]
    first = axes.legend(
        *zip(*marks[::-1], strict=True), title="$H$", loc="lower right",
        ncols=1 + (len(marks) > 3) + (len(marks) > 6), columnspacing=0.8, handletextpad=0.1,
    )  # fmt: skip
    axes.add_artist(first)
    axes.legend(*zip(*lines, strict=True), loc="lower left")
    axes.text(
        0.02, 0.98,
        f"{states[0].system}, {int(states[0].fit['replicas'])} seeds\n"
        f"bars: one standard error; grey: window of the fit",
        transform=axes.transAxes, va="top", fontsize=7,
    )  # fmt: skip


def _ratios(axes: Axes, states: list[Predicted], points: list[dict[str, Any]]) -> None:
    """S / S_theory, side by side where points would lie on each other; H > 1/2 may lie outside."""
    axes.axhspan(0.95, 1.05, color="0.88", lw=0)
    axes.axhline(1, color="black", lw=0.8)
    seen = []
    for place, (state, look) in enumerate(zip(states, points, strict=True)):
        k, S, S_err = (state.fit[name].values for name in ("k", "S", "S_err"))
        low = k <= _DRAWN_TO
        line = state.theory_at_fit("S_theory")[low]
        aside = 1 + 0.012 * (place - (len(states) - 1) / 2)
        axes.errorbar(
            k[low] * aside, S[low] / line, S_err[low] / line, ls="none", ms=2.8, elinewidth=0.7, **look
        )
        if hurst_of(state) <= 0.5:
            seen += list(S[low] / line)
    reach = float(np.clip(1.15 * np.nanmax(np.abs(np.array([*seen, 1.12]) - 1)), 0.12, 0.5))
    axes.set_ylim(1 - reach, 1 + reach)
    axes.set_ylabel("$S\\,/\\,S_{theory}$")
    axes.set_xlabel(style.label(states[0].fit["k"], "wavenumber  $k$"))
    words = "band: ±5%" + (";  $H > 1/2$ may lie outside" if hurst_of(states[-1]) > 0.5 else "")
    axes.text(0.985, 0.06, words, transform=axes.transAxes, ha="right", fontsize=7, color="0.3")


def _exponents(axes: Axes, states: list[Predicted], points: list[dict[str, Any]]) -> None:
    below = [s for s in states if hurst_of(s) < 0.5]
    axes.axhline(0, color="0.7", lw=0.6, zorder=0)
    axes.plot([0, 0.5], [2, 0], "--", color="0.45", lw=0.9, label="limit $k \\to 0$: $2 - 4H$")
    if below:
        axes.plot(
            [hurst_of(s) for s in below], [window_exponent(s)[0] for s in below], "-", color="black",
            lw=0.8, marker="_", ms=8, label="theory in the window: the same fit",
        )  # fmt: skip
    edge = False
    for state, look in zip(states, points, strict=True):
        value, error = (float(state.fit[name]) for name in ("alpha_pure", "alpha_pure_err"))
        if value <= 1.001 * ALPHA_RANGE[0]:
            edge = True
            axes.plot(hurst_of(state), value, **(look | {"marker": "v", "mfc": "white"}))
        else:
            axes.errorbar(hurst_of(state), value, 1.96 * error, elinewidth=0.8, zorder=4, **look)
    axes.plot([], [], "o", color="0.3", label="measured, 95%")
    if edge:
        axes.plot([], [], "v", color="0.3", mfc="white", label=f"$\\alpha$ not above {ALPHA_RANGE[0]:g}")
    last = max(hurst_of(s) for s in states)
    if last > 0.5:
        axes.axvspan(0.5, last + 0.04, color="0.93", lw=0, zorder=0)
        axes.text(
            0.52, 0.45, "$H > 1/2$: (5)\ndoes not apply;\n$S$ rises towards\n$k = 0$", fontsize=6.5,
            color="0.25",
        )  # fmt: skip
    axes.set_xlim(-0.04, max(last, 0.5) + 0.04)
    axes.set_ylim(-0.15, 2.2)
    axes.set_xlabel("Hurst exponent of the noise  $H$")
    axes.set_ylabel("exponent $\\alpha$ of $S \\sim k^\\alpha$")
    axes.legend(
        loc="upper right", title=f"$k \\leq {float(states[0].fit['k_max']):g}\\,D^{{-1}}$", alignment="left"
    )


def _displacements(axes: Axes, states: list[Predicted], points: list[dict[str, Any]]) -> None:
    moved = [(s, look) for s, look in zip(states, points, strict=True) if "displacement" in s.fit]
    for state, look in moved:
        axes.plot(state.fit["delay"], state.fit["displacement"], lw=0.8, ms=2.8, **look)
    least = float(states[0].fit.attrs["msd_least"])
    axes.plot(records.MSD_STEPS, least, "x", color="black", ms=5, mew=1.2)
    axes.annotate(
        "a fluid is above", (records.MSD_STEPS, least), xytext=(0, -5), textcoords="offset points",
        ha="center", va="top", fontsize=7,
    )  # fmt: skip
    axes.set(xscale="log", yscale="log")
    axes.set_ylim(bottom=min(axes.get_ylim()[0], least / 3))
    axes.set_xlabel("delay  [steps]")
    axes.set_ylabel("mean square displacement  [$D^2$]")
    order = [float(s.fit["psi_6"]) for s in states]
    if np.isfinite(order).all():
        axes.text(
            0.03, 0.96,
            f"mean $|\\psi_6|$: {min(order):.2f} to {max(order):.2f}\n"
            f"(a fluid: $\\leq$ {float(states[0].fit.attrs['psi_6_most']):g})",
            transform=axes.transAxes, va="top", fontsize=7,
        )  # fmt: skip
