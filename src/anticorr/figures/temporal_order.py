"""Figure 1: temporal correlation makes order. Snapshots, S(k) with theory that is not fitted.

Left, where snapshots were asked for: a corner of the last frame, disks to scale, darker where they
overlap. Right: structure factor S(k), pooled over seeds. Points: simulation, bars: one standard error;
grey points: not a relaxed fluid (the reason stands in the legend). Black lines: theory without a fitted
parameter, the mode formula put through the jitter identity (4'), a result for small k and drawn to k =
1/D. Dashed: a guide, k^2. Below: measured over predicted, with the same bars; band: 5% to both sides; at
its edges arrows, where points lie beyond.
"""

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.collections import EllipseCollection
from matplotlib.figure import Figure
from matplotlib.ticker import LogFormatterSciNotation

from anticorr.figures import style
from anticorr.figures.marks import looks
from anticorr.figures.states import Predicted, State, gather, one_system, with_fit_and_theory

_DRAWN_TO = 1.0
"""Theory is a small-k result; its line ends here (1/D)."""
_WINDOW = 60.0
"""Side of a snapshot in diameters."""


def draw(*records: xr.Dataset) -> Figure:
    """records: fits and theory of states that differ in c_t, and trajectories for the snapshots."""
    gathered = gather(*records)
    states = one_system(with_fit_and_theory(gathered))
    shown = [s for s in gathered if s.trajectory is not None and "position" in s.trajectory]
    figure = Figure(figsize=(style.WIDE, 4.3), layout="constrained")
    rows = max(len(shown), 1)
    halves = figure.add_gridspec(1, 2, width_ratios=[1, 2.3] if shown else [0.001, 1], wspace=0.02)
    left, right = halves[0], halves[1]
    snapshots = left.subgridspec(rows, 1, hspace=0.05)
    for row, state in enumerate(shown):
        assert state.trajectory is not None
        axes = figure.add_subplot(snapshots[row])
        _snapshot(axes, state, state.trajectory["position"].values[-1][:, :2])
        style.panel_letter(axes, "ab"[row] if row < 2 else "")
    curves = right.subgridspec(2, 1, height_ratios=[2.6, 1], hspace=0.0)
    top = figure.add_subplot(curves[0])
    below = figure.add_subplot(curves[1], sharex=top)
    _structure_factors(top, states)
    _ratios(below, states)
    style.panel_letter(top, "abc"[min(len(shown), 2)])
    top.tick_params(labelbottom=False, which="both")
    return figure


def _snapshot(axes: Axes, state: State, points: np.ndarray) -> None:
    """A corner of the last frame, disks to scale; where they overlap the picture is darker."""
    side = min(state.spec.system.box_side, _WINDOW)
    points = points[(points < side + 1).all(axis=1)]
    disks = EllipseCollection(
        1.0, 1.0, 0.0, units="x", offsets=points, transOffset=axes.transData,
        facecolors="#22305a", alpha=0.55, linewidths=0,
    )  # fmt: skip
    disks.set_rasterized(True)
    axes.add_collection(disks)
    axes.set(xlim=(0, side), ylim=(0, side), aspect="equal", xticks=[], yticks=[])
    axes.set_title(
        f"$c_t = {state.correlation:g}$,  {side:.0f} of {state.spec.system.box_side:.0f} $D$",
        loc="right",
        pad=2,
    )


def _structure_factors(axes: Axes, states: list[Predicted]) -> None:
    for state, (colour, marker) in zip(states, looks(states), strict=True):
        fit, theory = state.fit, state.theory
        axes.errorbar(
            fit["k"], fit["S"], fit["S_err"], fmt=marker, color=colour, mec="black", mew=0.3,
            elinewidth=0.7, ecolor=colour, label=state.named, zorder=3,
        )  # fmt: skip
        low = theory["k"] <= _DRAWN_TO
        axes.plot(theory["k"][low], theory["S_theory"][low], color="black", lw=0.8, zorder=4)
    axes.plot([], [], color="black", lw=0.8, label="theory, nothing fitted")
    k = states[-1].fit["k"].values
    guide = k[(k > k[0] * 1.5) & (k < 0.35)]
    if guide.size > 1:
        last = states[-1].fit["S"].values
        axes.plot(guide, 0.42 * last[0] * (guide / k[0]) ** 2, color="0.45", lw=0.8, ls="--")
        axes.text(guide[-1], 0.32 * last[0] * (guide[-1] / k[0]) ** 2, "$k^2$", color="0.35", va="top")
    axes.set_xscale("log")
    # Over little more than a decade 10^0 alone would stand on the axis.
    axes.xaxis.set_minor_formatter(LogFormatterSciNotation(minor_thresholds=(1.5, 0.5)))
    axes.set_yscale("log")
    axes.set_ylabel("structure factor  $S(k)$")
    handles, names = axes.get_legend_handles_labels()
    order = sorted(range(len(names)), key=lambda n: names[n].startswith("theory"))
    axes.legend(
        [handles[n] for n in order], [names[n] for n in order], title="$c_t$", loc="lower right",
        borderaxespad=0.8,
    )  # fmt: skip
    fit = states[0].fit
    axes.text(
        0.02, 0.97,
        f"{states[0].system}\n"
        f"{int(fit['replicas'])} seed{'s' if fit['replicas'] > 1 else ''}, {_frames(states)} frames each, "
        f"smallest $k = {float(fit['k'][0]):.3f}\\,D^{{-1}}$; bars: one standard error\n"
        f"{_exponent(states[-1])}",
        transform=axes.transAxes, va="top", fontsize=7,
    )  # fmt: skip
    axes.set_ylim(top=axes.get_ylim()[1] * 6)


def _ratios(axes: Axes, states: list[Predicted]) -> None:
    """Measured over predicted, the same points, side by side where they would lie on each other."""
    axes.axhline(1, color="black", lw=0.8)
    axes.axhspan(0.95, 1.05, color="0.9", lw=0)
    for place, (state, (colour, marker)) in enumerate(zip(states, looks(states), strict=True)):
        low = state.fit["k"].values <= _DRAWN_TO
        k, line = state.fit["k"].values[low], state.theory_at_fit("S_theory")[low]
        S, S_err = state.fit["S"].values[low], state.fit["S_err"].values[low]
        aside = 1 + 0.008 * (place - (len(states) - 1) / 2)
        axes.errorbar(
            k * aside, S / line, S_err / line, fmt=marker, color=colour, mec="black",
            mew=0.3, ms=2.8, elinewidth=0.7, ecolor=colour,
        )  # fmt: skip
        for beyond, edge, arrow in ((S / line > 1.2, 1.185, "^"), (S / line < 0.8, 0.815, "v")):
            axes.plot((k * aside)[beyond], np.full(beyond.sum(), edge), arrow, color=colour, ms=3)
    axes.set_ylim(0.8, 1.2)
    axes.set_yticks([0.9, 1.0, 1.1])
    axes.set_ylabel("$S\\,/\\,S_{theory}$")
    axes.set_xlabel(style.label(states[0].fit["k"], "wavenumber  $k$"))
    axes.text(
        0.985, 0.08, "band: ±5%\n(theory: small k)", transform=axes.transAxes, ha="right", fontsize=7,
        color="0.35",
    )  # fmt: skip


def _exponent(state: Predicted) -> str:
    """The fitted exponent of the most correlated state."""
    value, error = float(state.fit["alpha"]), float(state.fit["alpha_err"])
    where = f"c_t = {state.correlation:g}" if state.has_c_t else f"f(0) = {1 + state.correlation:.3g}"
    return (
        f"at ${where}$: $S \\sim k^\\alpha$, fitted "
        f"$\\alpha = {value:.3f} \\pm {error:.3f}$ for $k \\leq {float(state.fit['k_max']):g}$"
    )


def _frames(states: list[Predicted]) -> int:
    schedule = states[0].spec.schedule
    return schedule.sample_steps // schedule.sample_every
