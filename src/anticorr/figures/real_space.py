"""Supplement: the same order in real space. Number variance in windows, pair correlation function.

(a) Variance of the number of particles in a window of radius R, (b) the same over that of independent
points, (c) pair correlation function. Points: simulation, pooled over seeds, bars and bands: one standard
error; grey: not a relaxed fluid. Black lines: from S(k) that is theory, nothing fitted, in the range of
the fit, and measured beyond it. Dotted: independent points; dashed: a guide, R (in two dimensions the
slowest growth); marks at the right edge of (b): predicted S(0), where the curves go in an infinite system.
"""

import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter, ScalarFormatter

from anticorr.errors import InputError
from anticorr.figures import style
from anticorr.figures.marks import looks
from anticorr.figures.states import Predicted, gather, one_system, with_fit_and_theory
from anticorr.figures.windows import expected_variance, independent_points

_DISTANCES = 4.0
"""g(r) is drawn up to here (D)."""


def draw(*records: xr.Dataset) -> Figure:
    """records: theory, and fits of spectra measured with real space, of states that differ in c_t."""
    states = [s for s in one_system(with_fit_and_theory(gather(*records))) if "number_variance" in s.fit]
    if not states:
        raise InputError("real-space: got no fit with a number variance, wanted one (measure --real-space)")
    figure = Figure(figsize=(style.WIDE, 2.9), layout="constrained")
    variance, relative, pairs = figure.subplots(1, 3)
    _variances(variance, states)
    _relative(relative, states)
    _pairs(pairs, states)
    for axes, letter in zip((variance, relative, pairs), "abc", strict=True):
        style.panel_letter(axes, letter)
    points, line = relative.get_legend_handles_labels()[0], relative.lines[-1]
    pairs.legend(points, [s.named for s in states], title="$c_t$", loc="lower right")
    known = f"theory for $k \\leq {float(states[0].fit['k_max']):g}\\,D^{{-1}}$, measured beyond"
    figure.legend(
        [line], [f"from $S(k)$: {known}; nothing fitted"], loc="outside lower center",
        title=_told(states[0]), title_fontsize=7,
    )  # fmt: skip
    return figure


def _variances(axes: Axes, states: list[Predicted]) -> None:
    for state, (colour, marker) in zip(states, looks(states), strict=True):
        R, value, error = (state.fit[n] for n in ("radius", "number_variance", "number_variance_err"))
        axes.plot(R, expected_variance(state, R.values), color="black", lw=0.7, zorder=4)
        axes.errorbar(
            R, value, error, fmt=marker, color=colour, mec="black", mew=0.3, ms=3, elinewidth=0.7,
        )  # fmt: skip
    axes.plot(R, independent_points(states[0], R.values), color="0.45", ls=":", lw=0.9)
    axes.text(
        float(R[3]), 1.35 * independent_points(states[0], R.values)[3], "independent\npoints", ha="right",
        fontsize=6.5, color="0.35",
    )  # fmt: skip
    least = states[-1].fit["number_variance"].values
    axes.plot(R, 0.6 * least[-1] * R / R[-1], color="0.45", ls="--", lw=0.8)
    axes.text(float(R[-8]), float(0.42 * least[-1] * R[-8] / R[-1]), "$R$", color="0.35", va="top")
    _log_axes(axes, states)
    axes.set_ylabel("number variance  $\\sigma_N^2(R)$")


def _relative(axes: Axes, states: list[Predicted]) -> None:
    """Over that of independent points: a plateau of S stays, hyperuniformity decays."""
    for state, (colour, marker) in zip(states, looks(states), strict=True):
        R = state.fit["radius"].values
        scale = independent_points(state, R)
        axes.plot(R, expected_variance(state, R) / scale, color="black", lw=0.7, zorder=4)
        value, error = (state.fit[f"number_variance{n}"].values / scale for n in ("", "_err"))
        axes.errorbar(
            R, value, error, fmt=marker, color=colour, mec="black", mew=0.3, ms=3, elinewidth=0.7,
            label=state.named,
        )  # fmt: skip
        if float(state.theory["plateau"]) > 0:
            # S(0), where the curve goes in an infinite system.
            axes.plot(
                [1.0, 1.06], 2 * [float(state.theory["plateau"])], color=colour, lw=1.6, clip_on=False,
                transform=axes.get_yaxis_transform(), solid_capstyle="butt",
            )  # fmt: skip
    axes.plot([], [], color="black", lw=0.7)
    _log_axes(axes, states)
    axes.set_ylabel("$\\sigma_N^2(R)$ / independent points")


def _pairs(axes: Axes, states: list[Predicted]) -> None:
    for state, (colour, _) in zip(states, looks(states), strict=True):
        fit = state.fit.sel(distance=state.fit["distance"] <= _DISTANCES)
        r, g, error = (fit[n].values for n in ("distance", "pair_correlation", "pair_correlation_err"))
        axes.fill_between(r, g - error, g + error, color=colour, alpha=0.4, lw=0)
        axes.plot(r, g, color=colour, lw=0.7)
    axes.axhline(1, color="0.6", lw=0.6, zorder=0)
    axes.set(xlim=(0, _DISTANCES), ylim=(0, None))
    axes.set_xlabel(style.label(states[0].fit["distance"], "distance  $r$"))
    axes.set_ylabel("pair correlation  $g(r)$")


def _log_axes(axes: Axes, states: list[Predicted]) -> None:
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel(style.label(states[0].fit["radius"], "radius of the window  $R$"))
    axes.set_xticks([1, 2, 5, 10, 20], minor=False)
    axes.set_xlim(0.9 * float(states[0].fit["radius"][0]), 1.1 * float(states[0].fit["radius"][-1]))
    axes.xaxis.set_major_formatter(ScalarFormatter())
    axes.xaxis.set_minor_formatter(NullFormatter())


def _told(state: Predicted) -> str:
    return (
        f"{state.system}; {int(state.fit['replicas'])} seeds; bars and bands: one standard error; "
        "marks at the right edge: predicted $S(0)$"
    )
