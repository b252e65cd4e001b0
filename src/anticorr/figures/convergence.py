"""Supplement: do two starts agree, and are the error bars right?

(a) S(k) from a lattice start over S(k) from random starts, for each c_t; bars: one standard error, band:
three. (b, c) Two other estimates of the standard error over the reported one, shell by shell: from the
scatter of seeds, and from blocks of frames left out; band: where 95% of the shells lie if the reported
error is right (chi). Grey points: not a relaxed fluid. Nothing here is theory but the bands.
"""

from collections.abc import Callable

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter
from matplotlib.typing import ColorType
from scipy.special import chdtri

from anticorr.errors import InputError
from anticorr.figures import style
from anticorr.figures.marks import looks
from anticorr.figures.states import Fitted, gather, one_system

_BLOCKS = 10
"""Blocks of frames that the jackknife of a spectrum leaves out in turn."""


def draw(*records: xr.Dataset) -> Figure:
    """records: fits with a lattice start, of states that differ in c_t; others are left aside."""
    states = one_system([s for s in gather(*records) if isinstance(s, Fitted) and "S_start" in s.fit])
    if not states:
        raise InputError("convergence: got no fit with a lattice start, wanted one")
    errors = {
        "from the scatter of seeds": ("replica_spread", lambda fit: int(fit["replicas"]) - 1),
        "from blocks left out": ("S_jackknife_err", lambda fit: (_BLOCKS - 1) * int(fit["replicas"])),
    }
    errors = {name: e for name, e in errors.items() if all(e[0] in s.fit for s in states)}
    figure = Figure(figsize=(style.WIDE, 1.3 + 0.72 * len(states)), layout="constrained")
    halves = figure.subfigures(1, 2, squeeze=False, width_ratios=[1.25, 1])[0] if errors else [figure]
    left = halves[0]
    panels = np.atleast_1d(
        left.subplots(len(states), 1, sharex=True, sharey=True, gridspec_kw={"hspace": 0})
    )
    for axes, state, look in zip(panels, states, looks(states), strict=True):
        _starts(axes, state, *look)
    style.panel_letter(panels[0], "a")
    panels[0].set_title(_told(states[0]), loc="right", fontsize=7, pad=3)
    panels[-1].set_xlabel(style.label(states[0].fit["k"], "wavenumber  $k$"))
    left.supylabel("$S(k)$ from a lattice / from random points", fontsize=8)
    if errors:
        for axes, letter, name in zip(
            np.atleast_1d(halves[1].subplots(len(errors), 1, sharex=True)), "bc", errors, strict=False
        ):
            _errors(axes, states, name, *errors[name])
            style.panel_letter(axes, letter)
        axes.set_xlabel(style.label(states[0].fit["k"], "wavenumber  $k$"))
    return figure


def _starts(axes: Axes, state: Fitted, colour: ColorType, marker: str) -> None:
    fit = state.fit
    k, ratio = fit["k"].values, (fit["S_start"] / fit["S"]).values
    relative = np.hypot((fit["S_err"] / fit["S"]).values, (fit["S_start_err"] / fit["S_start"]).values)
    axes.fill_between(k, np.exp(-3 * relative), np.exp(3 * relative), color="0.9", lw=0)
    axes.axhline(1, color="black", lw=0.8)
    axes.errorbar(
        k, ratio, ratio * relative, fmt=marker, color=colour, mec="black", mew=0.3, ms=3, elinewidth=0.7
    )
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_ylim(0.45, 1 / 0.45)
    axes.set_yticks([0.5, 1, 2], ["0.5", "1", "2"])
    axes.yaxis.set_minor_formatter(NullFormatter())
    axes.text(
        0.985, 0.93,
        f"$c_t =$ {state.named}: at smallest $k$ ${float(fit['starts_differ']):+.1f}$ standard errors,\n"
        f"a difference of {100 * float(fit['starts_resolve']):.0f}% would be 3",
        transform=axes.transAxes, ha="right", va="top", fontsize=6.5,
    )  # fmt: skip


def _errors(
    axes: Axes, states: list[Fitted], name: str, variable: str, freedom: Callable[[xr.Dataset], int]
) -> None:
    """One error over the other, shell by shell; its square is chi^2 / f with f degrees of freedom."""
    f = freedom(states[0].fit)
    low, high = np.sqrt(chdtri(f, [0.975, 0.025]) / f)
    axes.axhspan(low, high, color="0.9", lw=0)
    axes.axhline(1, color="black", lw=0.8)
    every = []
    for state, (colour, marker) in zip(states, looks(states), strict=True):
        ratio = (state.fit[variable] / state.fit["S_err"]).values
        every.append(ratio)
        axes.plot(state.fit["k"], ratio, marker, color=colour, mec="black", mew=0.3, ms=2.8)
    ratio = np.concatenate(every)
    rms, rms_err = np.sqrt(np.mean(ratio**2)), np.sqrt(1 / (2 * f * len(ratio)))
    inside = np.mean((ratio > low) & (ratio < high))
    axes.set_xscale("log")
    axes.set_ylim(0, 1.45 * max(high, ratio.max()))
    axes.set_ylabel(f"error {name}\n/ reported error")
    axes.text(
        0.02, 0.97,
        f"root mean square ${rms:.3f}$; if right: $1 \\pm {rms_err:.3f}$\n"
        f"band: 95% of shells ($\\chi_{{{f}}}$), holds {100 * inside:.0f}% of {len(ratio)}",
        transform=axes.transAxes, va="top", fontsize=6.5,
    )  # fmt: skip


def _told(state: Fitted) -> str:
    return (
        f"{state.system}; {int(state.fit['replicas'])} seeds, 1 lattice start\n"
        "bars: one standard error; band: 3"
    )
