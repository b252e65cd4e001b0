"""Supplement: recovery. Distance to a sparse or low-rank truth against c_t, beside the training loss.

A row for each problem with more parameters than equations. Left: distance of the result of a descent to
the sparse or low-rank truth, square over square, against the correlation c_t of the noise; middle:
training loss (dotted: at the start); right: tr H; all after a quench. Colours and symbols: strength σ;
ringed: the strength with the least loss on held-out equations; dashed line and band: descent without
noise. Points: geometric means over seeds, bars and band: 95% intervals of the mean logarithm (Student's
t). Nothing here is theory.
"""

import textwrap
from collections.abc import Sequence

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from anticorr.errors import InputError
from anticorr.figures import style
from anticorr.figures.trained import Trained, trained
from anticorr.landscape.significance import mean_and_error
from anticorr.specs.training import Linear, Sensing

_QUANTITIES = {
    "recovery_error_quench": "recovery error",
    "loss_quench": "training loss",
    "trace_quench": "tr $H$",
}
_COLUMNS = 138
"""Characters of a line of small print."""


def draw(*records: xr.Dataset) -> Figure:
    """records: trainings of problems with a known truth, each with descent without noise. One row each, in
    their order.

    Geometric means over seeds with 95% intervals of the mean logarithm (Student's t). Raises InputError for
    what is no such training.
    """
    shown = _gather(records)
    strengths = sorted({s for one in shown for s in one.strengths})
    looks: dict[float, style.Look] = {
        sigma: (style.COLOURS[n % len(style.COLOURS)], style.MARKERS[n % len(style.MARKERS)])
        for n, sigma in enumerate(strengths)
    }
    figure = Figure(figsize=(style.WIDE, 0.9 + 2.05 * len(shown)), layout="constrained")
    letters = iter("abcdefghijklmnopqrstuvwxyz")
    for row, one in zip(figure.subfigures(len(shown), 1, squeeze=False)[:, 0], shown, strict=True):
        panels = row.subplots(1, len(_QUANTITIES))
        for axes, (name, label) in zip(panels, _QUANTITIES.items(), strict=True):
            _against_correlation(axes, one, name, looks)
            axes.set_ylabel(label)
            style.panel_letter(axes, next(letters))
        style.round_ticks(panels[2].yaxis)
        panels[1].axhline(float(one.of("loss")[:, :, 0].mean()), color="0.35", lw=0.8, ls=":")
        row.suptitle(_told(one), fontsize=7, x=0.01, ha="left")
    _legend(figure, looks)
    figure.supxlabel(_caption(shown), fontsize=7, x=0.01, ha="left")
    return figure


def _gather(records: Sequence[xr.Dataset]) -> list[Trained]:
    """Trainings with a truth, noises, and a descent without; InputError with what is wrong."""
    found = trained(*records)
    problems = [] if found else ["recovery: got no training record, wanted one or more"]
    for one in found:
        kind = one.spec.problem.kind
        if not {"recovery_error_quench", "validation_loss_quench", "trace_quench"} <= set(one.training):
            problems.append(f"recovery: got {kind}, wanted a problem with a known truth")
        if not (one.spec.noises and one.strengths):
            problems.append(f"recovery: got {kind} without noise, wanted noises and strengths > 0")
        if one.plain is None:
            problems.append(f"recovery: got {kind} without strength 0, wanted it for comparison")
    if problems:
        raise InputError(*problems)
    return found


def _against_correlation(axes: Axes, one: Trained, name: str, looks: dict[float, style.Look]) -> None:
    """A line for each sigma, from c_t = 0 to -1; descent without noise as line and band."""
    axes.set_yscale("log")
    places = one.ordered[::-1]
    centre, low, high = _interval(one, name, one.noise_free)
    axes.axhspan(low, high, color="0.85", lw=0, zorder=0)
    axes.axhline(centre, color="black", lw=0.8, ls="--", zorder=1)
    for row, sigma in enumerate(one.strengths):
        colour, marker = looks[sigma]
        aside = 0.11 * (row - (len(one.strengths) - 1) / 2)
        found = np.array([_interval(one, name, one.member(noise, sigma)) for noise in places])
        centre, low, high = found.T
        at = np.arange(len(places)) + aside
        axes.errorbar(
            at, centre, (centre - low, high - centre), fmt=marker, color=colour, mec="black", mew=0.3,
            ms=3.2, elinewidth=0.8, ls="-", lw=0.6, zorder=3,
        )  # fmt: skip
        for place, noise in enumerate(places):
            if sigma == one.chosen_by_loss(noise) and name == "recovery_error_quench":
                axes.plot(at[place], centre[place], "o", mfc="none", mec="black", mew=0.8, ms=7, zorder=4)
    axes.set_xticks(range(len(places)), [f"${one.correlations[n]:g}$" for n in places], fontsize=7)
    axes.tick_params(axis="x", which="both", length=0)
    axes.set_xlim(-0.5, len(places) - 0.5)
    axes.set_xlabel("noise correlation  $c_t$")


def _interval(one: Trained, name: str, member: int) -> tuple[float, float, float]:
    """Geometric mean over seeds and the ends of its 95% interval; NaN where a seed diverged."""
    mean, error = mean_and_error(np.log(one.of(name)[:, member]))
    return tuple(np.exp(mean + one.factor * error * np.array([0.0, -1.0, 1.0])))


def _legend(figure: Figure, looks: dict[float, style.Look]) -> None:
    axes = figure.axes[0]
    handles = [
        axes.plot([], [], marker, color=colour, mec="black", mew=0.3, label=f"$\\sigma = {sigma:g}$")[0]
        for sigma, (colour, marker) in looks.items()
    ]
    handles += axes.plot(
        [],
        [],
        "o",
        mfc="none",
        mec="black",
        mew=0.8,
        ms=7,
        ls="none",
        label="$\\sigma$ chosen on further equations",
    )
    handles += axes.plot([], [], color="black", lw=0.8, ls="--", label="no noise")
    figure.legend(
        handles=handles, loc="outside upper center", ncols=len(handles), columnspacing=1.0,
        handletextpad=0.4,
    )  # fmt: skip


def _told(one: Trained) -> str:
    """What was trained."""
    problem, schedule = one.spec.problem, one.spec.schedule
    if isinstance(problem, Linear):
        model = (
            f"Regression on $w\\circ w$: {problem.parameters} parameters, {problem.samples} equations, "
            f"{problem.nonzero} not zero in the truth"
        )
    else:
        problem = one.problem(Sensing)
        model = (
            f"Matrix sensing, $UU^T$ of {problem.size} x {problem.size}: {problem.samples} equations, "
            f"truth of rank {problem.rank}"
        )
    return (
        f"{model}; $\\eta={one.spec.descent.learning_rate:g}$, {schedule.noisy_steps:,} steps, "
        f"{schedule.quench_steps:,} of quench, {one.seeds} seeds"
    )


def _caption(shown: list[Trained]) -> str:
    """What bars, lines and rings are, and what diverged."""
    held = " and ".join(dict.fromkeys(str(getattr(one.spec.problem, "validation", 0)) for one in shown))
    told = (
        "After the quench. Recovery error: square distance to the truth over the square of the truth. "
        "Geometric means over seeds, bars and band (no noise): 95% intervals of the mean logarithm "
        "(Student's t). Dotted: training loss at the start. Ringed: for each $c_t$ the $\\sigma$ with the "
        f"least loss on {held} further equations."
    )
    lost = [
        f"{one.spec.problem.kind} at $c_t={one.correlations[noise]:g}$, $\\sigma={sigma:g}$"
        for one in shown
        for noise in one.ordered[::-1]
        for sigma in one.strengths
        if one.diverged(one.member(noise, sigma))
    ]
    if lost:
        told += f" Not drawn, as seeds diverged: {'; '.join(lost)}."
    return textwrap.fill(told, _COLUMNS)
