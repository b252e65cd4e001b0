"""Figure 3: space meets time. Minibatches over c_s and c_t, and the kicks of random organisation.

(a, b) Minibatches over the correlations of noise in space, c_s, and in time, c_t: plateau S(k -> 0) of a
fit with exponent 2; exponent of k^α alone and, in square brackets, beside a plateau. Round brackets: one
standard error, in units of the last digit; "<": below this (97.5%); outlined: no noise is left and theory
predicts S(0) = 0; hatched: not a relaxed fluid. (c) What noise is left at long times, 2 D S(0) with D of
equation (2), and, as crosses, the noise of the centre of mass, which needs neither; colours: c_s; bars:
one standard error, arrows: below this (97.5%). Lines: theory, (1 + c_t) σ^2 + q, nothing fitted. (d)
Measured against predicted plateau, equation (3), of minibatches (SGD) and of the kicks of random
organisation, biased (BRO) and not (RO); bars: one standard error of both; hollow: not a relaxed fluid;
line: equal. Below: their difference in standard errors; band: three.
"""

import json
import math
from typing import Any

import matplotlib
import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.typing import ColorType

from anticorr.errors import InputError
from anticorr.figures import plane, style
from anticorr.figures.states import Predicted, gather, gradient_of, with_fit_and_theory

_KINDS = {"gradient": ("SGD", "o", "#0072B2"), "bro": ("BRO", "s", "#D55E00"), "ro": ("RO", "^", "#009E73")}
"""Name, marker and colour (Okabe and Ito's) of the kinds of dynamics."""
_BOUND = 1.96


def draw(*records: xr.Dataset) -> Figure:
    """records: fits and theory of minibatch states that differ in c_t and c_s, and of kicks (bro, ro)."""
    states = with_fit_and_theory(gather(*records))
    batches = [s for s in states if getattr(s.spec.dynamics, "batch_fraction", 1.0) < 1]
    kicks = [s for s in states if s.spec.dynamics.kind != "gradient"]
    _check(states, batches, kicks)
    figure = Figure(figsize=(style.WIDE, 6.6), layout="constrained")
    halves = figure.add_gridspec(2, 1, height_ratios=[1, 1.08])
    top, bottom = halves[0], halves[1]
    upper, lower = top.subgridspec(1, 2).subplots(squeeze=False)[0], bottom.subgridspec(1, 2)
    noises = figure.add_subplot(lower[0])
    right = lower[1].subgridspec(2, 1, height_ratios=[2.4, 1], hspace=0.0)
    both = right.subplots(sharex=True, squeeze=False)[:, 0]
    plane.plateaus(upper[0], batches)
    plane.exponents(upper[1], batches)
    _noises(noises, batches)
    _collapse(both[0], both[1], batches + kicks)
    for axes, letter in zip((*upper, noises, both[0]), "abcd", strict=True):
        style.panel_letter(axes, letter)
    figure.supxlabel(_told(batches, kicks), fontsize=6.5)
    return figure


def _check(states: list[Predicted], batches: list[Predicted], kicks: list[Predicted]) -> None:
    alike = "states that differ in c_t and c_s alone"
    problems = []
    if not batches:
        problems.append(f"space-time: got no state with batch_fraction < 1, wanted {alike}")
    if len({_without_correlations(s) for s in batches}) > 1:
        problems.append(f"space-time: got several systems of minibatches, wanted {alike}")
    if {s.spec.dynamics.noise.kind for s in batches} - {"ma1", "white"}:
        problems.append("space-time: got minibatches under other noise than ma1, wanted a c_t of each")
    if len(batches) + len(kicks) < len(states):
        problems.append("space-time: got a state with batch_fraction 1, wanted minibatches or kicks")
    if problems:
        raise InputError(*problems)


def _without_correlations(state: Predicted) -> str:
    data = json.loads(state.white_twin)
    data["dynamics"].pop("batch_correlation")
    return json.dumps(data, sort_keys=True)


def _noises(axes: Axes, states: list[Predicted]) -> None:
    """2 D S(0), and the noise of the centre, against 1 + c_t."""
    rows = sorted({plane.shared(s) for s in states}, reverse=True)
    below = []
    for c_s, (colour, marker) in zip(rows, _looks(len(rows)), strict=True):
        row = sorted((s for s in states if plane.shared(s) == c_s), key=lambda s: s.correlation)
        distance = np.array([1 + s.correlation for s in row])
        x = np.concatenate([[0.0], np.geomspace(1e-4, 1.0, 400) * distance[-1]])
        x = x[x >= distance[0]]
        selection = np.interp(x, distance, [float(s.theory["selection_noise"]) for s in row])
        line = x * row[0].spec.dynamics.noise.strength ** 2 + selection
        axes.plot(x[line > 0], line[line > 0], color=colour, lw=0.9, zorder=2)
        for at, state in zip(distance, row, strict=True):
            _point(axes, at, *_bracket(state), marker, colour, filled=not state.doubt)
            if "centre_noise" in state.fit:
                value, error = float(state.fit["centre_noise"]), float(state.fit["centre_noise_err"])
                _point(axes, at * 1.06 + 0.0025, value, error, "x", colour, filled=False, size=3)
                below += [(value + _BOUND * error, colour)] if at == 0 and value <= 2 * error else []
        axes.plot([], [], marker, color=colour, mec="black", mew=0.3, ls="none", label=f"${c_s:g}$")
    smallest = min((1 + s.correlation for s in states if s.correlation > -1), default=1.0)
    axes.set_xscale("symlog", linthresh=smallest, linscale=0.6)
    axes.set_yscale("log")
    ticks = sorted({1 + s.correlation for s in states})
    axes.set_xticks(ticks, [f"{t:.3g}" for t in ticks], minor=False)
    axes.minorticks_off()
    axes.set_xlim(-0.25 * smallest, 1.35 * max(ticks))
    least = [float(s.theory["long_time_noise"]) for s in states if float(s.theory["long_time_noise"]) > 0]
    marks = [*least, *[_bracket(s)[0] + _BOUND * _bracket(s)[1] for s in states if plane.bounded(s)]]
    axes.set_ylim(bottom=0.2 * min(marks))
    for top, colour in below:
        if 0 < top < axes.get_ylim()[0]:
            told = f"centre\n$< 10^{{{math.ceil(math.log10(top))}}}$"
            axes.text(0.002, 0.02, told, transform=axes.get_xaxis_transform(), fontsize=6.5, color=colour)
    axes.set_xlabel("$1 + c_t$")
    axes.set_ylabel(style.label(states[0].theory["long_time_noise"], "$2\\,D\\,S(0)$"))
    colours = axes.legend(title="$c_s$", loc="lower right")
    axes.add_artist(colours)
    axes.plot([], [], color="0.3", lw=0.9, label="$(1 + c_t)\\,\\sigma^2 + q$, nothing fitted")
    axes.plot([], [], "x", color="0.3", ms=3, mew=0.8, ls="none", label="noise of the centre of mass")
    handles, names = axes.get_legend_handles_labels()
    axes.legend(handles[len(rows) :], names[len(rows) :], loc="upper left")


def _point(
    axes: Axes,
    x: float,
    value: float,
    error: float,
    marker: str,
    colour: ColorType,
    *,
    filled: bool,
    size: float = 3.5,
) -> None:
    """A point with its standard error; where it is not above twice that, a bound."""
    if value > 2 * error:
        axes.errorbar(
            x, value, error, fmt=marker, color=colour, mfc=colour if filled else "white", ms=size,
            mec="black" if filled else colour, mew=0.3 if filled else 0.8, elinewidth=0.7, zorder=3,
        )  # fmt: skip
    elif value + error > 0:
        top = value + _BOUND * error
        axes.errorbar(
            x, top, [[0.45 * top], [0.0]], uplims=True, fmt="_", color=colour, ms=6, elinewidth=0.7,
            zorder=3,
        )  # fmt: skip


def _bracket(state: Predicted) -> tuple[float, float]:
    """2 D S(0) and its standard error, that of D among it."""
    double, relative = (
        2 * float(state.theory["diffusion"]),
        state.theory["diffusion_err"] / state.theory["diffusion"],
    )
    value, error = float(state.fit["plateau_quadratic"]), float(state.fit["plateau_quadratic_err"])
    return double * value, double * math.hypot(error, value * float(relative))


def _collapse(axes: Axes, below: Axes, states: list[Predicted]) -> None:
    for kind, (name, marker, colour) in _KINDS.items():
        of_kind = [s for s in states if s.spec.dynamics.kind == kind and float(s.theory["plateau"]) > 0]
        for state in of_kind:
            columns = ("plateau_quadratic", "plateau_quadratic_err")
            measured, error = (float(state.fit[c]) for c in columns)
            line, line_err = (float(state.theory[c]) for c in ("plateau", "plateau_err"))
            look: dict[str, Any] = {
                "fmt": marker, "color": colour, "mfc": "white" if state.doubt else colour,
                "mec": colour if state.doubt else "black", "mew": 0.8 if state.doubt else 0.3,
                "elinewidth": 0.7,
            }  # fmt: skip
            axes.errorbar(line, measured, error, line_err, **look)
            below.errorbar(line, (measured - line) / math.hypot(error, line_err), **look)
        if of_kind:
            axes.plot(
                [],
                [],
                marker,
                color=colour,
                mec="black",
                mew=0.3,
                ls="none",
                label=f"{name} ({len(of_kind)})",
            )
    for doubt in sorted({s.doubt for s in states} - {""}):
        axes.plot([], [], "o", mfc="white", mec="0.3", ls="none", label=f"hollow: {doubt}")
    ends = np.array([0.8, 1.25]) * np.array(axes.dataLim.intervalx)
    axes.plot(ends, ends, color="black", lw=0.8, zorder=1, label="equal, nothing fitted")
    axes.set(xscale="log", yscale="log", ylabel="measured  $S(k \\to 0)$")
    axes.set_ylim(top=3 * axes.get_ylim()[1])
    axes.tick_params(labelbottom=False)
    axes.legend(loc="upper left", labelspacing=0.3)
    zero = [s for s in states if float(s.theory["plateau"]) == 0]
    if zero:
        told = [f"{_KINDS[s.spec.dynamics.kind][0]} < {plane.bound(s):.1g}" for s in zero]
        axes.text(
            0.97, 0.04, "predicted 0; measured (97.5%):\n" + "\n".join(told), transform=axes.transAxes,
            ha="right", va="bottom", fontsize=6.5, color=plane.ZERO,
        )  # fmt: skip
    below.axhspan(-3, 3, color="0.92", lw=0, zorder=0)
    below.axhline(0, color="black", lw=0.8, zorder=1)
    reach = max(4.5, 1.15 * np.abs(below.dataLim.intervaly).max())
    below.set(
        ylim=(-reach, reach),
        yticks=(-3, 0, 3),
        xlabel="predicted  $S(0)$, equation (3)",
        ylabel="residual [s.e.]",
    )


def _looks(count: int) -> list[style.Look]:
    scale = matplotlib.colormaps["plasma"]
    return [(scale(0.85 - 0.85 * i / max(count - 1, 1)), style.MARKERS[i]) for i in range(count)]


def _told(batches: list[Predicted], kicks: list[Predicted]) -> str:
    """What the panels are of, below them."""
    system, dynamics = batches[0].spec.system, gradient_of(batches[0].spec)
    seeds = sorted({int(s.fit["replicas"]) for s in batches + kicks})
    of_kicks = ""
    if kicks:
        first = kicks[0].spec
        assert first.dynamics.kind != "gradient"
        of_kicks = (
            f";   RO, BRO: $\\phi = {first.system.packing_fraction:g}$, "
            f"$\\epsilon_k = {first.dynamics.kick_size:g}\\,D$, "
            f"$\\sigma = {first.dynamics.noise.strength:g}$"
        )
    lines = [
        f"SGD: $\\phi = {system.packing_fraction:g}$, $\\sigma = {dynamics.noise.strength:g}\\,D$, "
        f"$\\alpha = {dynamics.step_size:g}$, $b_f = {dynamics.batch_fraction:g}${of_kicks};   "
        f"$N$ = {system.particles:,}, seeds for a state: {' or '.join(str(n) for n in seeds)}, "
        f"fits to $k \\leq {float(batches[0].fit['k_max']):g}\\,D^{{-1}}$",
        "bars, numbers in brackets: one standard error (s.e.);   “<” and arrows: below this (97.5%);   "
        "outlined: no noise is left, $S(0) = 0$ predicted",
    ]
    doubts = sorted({s.doubt for s in batches + kicks} - {""})
    return "\n".join([*lines, f"hatched, hollow: {', '.join(doubts)}"] if doubts else lines)
