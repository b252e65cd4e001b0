"""Supplement: curvature of a network. Sharpness and tr H along the run, spectrum of H after the quench.

(a) Largest eigenvalue of the Hessian and (b) its trace along the descent, and after the quench (grey):
without noise, under the most anti-correlated noise (solid) and under white noise (dashed), at the
strengths that validation chooses. Dotted, theory: in (a) 2/η, above which a minimum repels descent without
noise; in (b) 2c/η, c outputs: the largest trace of minima that are stable for SGD, which these descents
are not. (c) Share of eigenvalues above λ, and (d) the part of the trace that they hold, after the quench
(Lanczos), without those of white noise. Bars and bands: 95% intervals of the mean over seeds (Student's
t).
"""

import textwrap
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from anticorr.errors import InputError
from anticorr.figures import style
from anticorr.figures.trained import Trained, trained
from anticorr.landscape.significance import interval_factor
from anticorr.learning.expectations.stability import stable_trace

_GRID = 200
"""Values of lambda at which the spectrum is drawn."""

_COLUMNS = 135
"""Characters of a line of small print."""


class _Curve(NamedTuple):
    """One member: its place and its look."""

    member: int
    colour: str
    marker: str
    size: float
    line: str
    label: str


def draw(*records: xr.Dataset) -> Figure:
    """records: the training of one network, with its curvature along the course.

    Shown are descent without noise, and the most anti-correlated and the white noise, both at the strengths
    that validation chose for the one and for the other. Bars and bands: 95% intervals over seeds (Student's
    t). Raises InputError for what is no such training.
    """
    one = _only(records)
    curves = _curves(one)
    figure = Figure(figsize=(style.WIDE, 5.6), layout="constrained")
    (sharp, trace), (count, held) = figure.subplots(2, 2)
    eta = one.spec.descent.learning_rate
    words = "above $2/\\eta$ a minimum repels descent without noise"
    _course(sharp, one, curves, "sharpness", 2 / eta, words)
    sharp.set_ylabel("largest eigenvalue of $H$")
    outputs = one.outputs or 1
    words = f"${2 * outputs}/\\eta$: largest stable tr $H$ for SGD"
    _course(trace, one, curves, "trace", stable_trace(eta, outputs), words)
    trace.set_ylabel("tr $H$")
    _spectrum(count, held, one, [curve for curve in curves if curve.line == "-"])
    for axes, letter in zip((sharp, trace, count, held), "abcd", strict=True):
        style.panel_letter(axes, letter)
    figure.legend(
        *sharp.get_legend_handles_labels(), loc="outside upper center", ncols=3,
        title="noise (training loss after the quench)",
    )  # fmt: skip
    figure.supxlabel(_caption(one), fontsize=7, x=0.01, ha="left")
    return figure


def _only(records: Sequence[xr.Dataset]) -> Trained:
    """The one training; InputError with what is wrong."""
    found = trained(*records)
    if len(found) != 1:
        raise InputError(f"curvature: got {len(found)} training records, wanted one")
    (one,) = found
    problems = [
        f"curvature: got a training without {name}, wanted {why}"
        for name, why in (
            ("validation_accuracy_quench", "a network that tells classes apart"),
            ("trace", "course_probes > 0"),
            ("ritz_value_quench", "lanczos_steps > 0"),
        )
        if name not in one.training
    ]
    if one.plain is None:
        problems.append("curvature: got a training without strength 0, wanted it for comparison")
    if not one.strengths or one.white is None:
        problems.append("curvature: got a training without white noise (c_t = 0), wanted it for comparison")
    if problems:
        raise InputError(*problems)
    return one


def _curves(one: Trained) -> list[_Curve]:
    """Without noise, the most anti-correlated (solid) and white (dashed)."""
    shown = [_Curve(one.noise_free, "black", "*", 6.5, "-", _named(one, one.noise_free, "without noise"))]
    least, white = one.ordered[0], one.white
    assert white is not None  # see `_only`
    for n, sigma in enumerate(sorted({one.chosen(white), one.chosen(least)})):
        for noise, line in dict.fromkeys([(least, "-"), (white, "--")]):
            member = one.member(noise, sigma)
            words = f"$c_t = {one.correlations[noise]:g}$, $\\sigma = {sigma:g}$"
            label = _named(one, member, words)
            shown.append(_Curve(member, style.COLOURS[n], style.MARKERS[n], 3.2, line, label))
    return shown


def _named(one: Trained, member: int, words: str) -> str:
    """A name with the training loss: without it flatness says nothing."""
    return f"{words} ({one.mean('loss_quench', member)[0]:.3f})"


def _course(axes: Axes, one: Trained, curves: list[_Curve], name: str, limit: float, words: str) -> None:
    """Means along the run, and after the quench (last point, grey)."""
    schedule = one.spec.schedule
    steps = np.append(one.training["step"].values, schedule.noisy_steps + schedule.quench_steps)
    course, last = one.of(name), one.of(f"{name}_quench")
    seen = []
    for curve in curves:
        mean, bar = _interval(np.column_stack([course[:, curve.member], last[:, curve.member]]))
        axes.errorbar(
            steps, mean, bar, fmt=curve.marker, color=curve.colour, ls=curve.line, lw=0.8,
            mfc=curve.colour if curve.line == "-" else "white", mew=0.7, ms=curve.size, elinewidth=0.6,
            label=curve.label,
        )  # fmt: skip
        seen += [value for value in mean if value > 0]
    axes.axhline(limit, color="0.35", lw=0.9, ls=":")
    axes.text(
        0.98, limit, words, transform=axes.get_yaxis_transform(), ha="right", va="bottom", fontsize=6.5,
        color="0.3",
    )  # fmt: skip
    axes.axvspan(schedule.noisy_steps, steps[-1], color="0.93", lw=0, zorder=0)
    axes.set_yscale("log")
    axes.set_ylim(min(*seen, limit) / 1.3, 1.5 * max(*seen, limit))
    style.round_ticks(axes.yaxis)
    axes.set_xlabel("step")


def _spectrum(count: Axes, held: Axes, one: Trained, curves: list[_Curve]) -> None:
    """Of all eigenvalues the share above lambda, and the part of tr H that they hold."""
    values, weights = one.of("ritz_value_quench"), one.of("ritz_weight_quench")
    top = values[:, [curve.member for curve in curves]].max()
    grid = np.geomspace(1e-3 * top, 1.1 * top, _GRID)
    for curve in curves:
        mine = values[:, curve.member], weights[:, curve.member]
        share, sums = above(*mine, grid)
        scale = one.of("trace_quench")[:, curve.member] / np.prod(mine, axis=0).sum(axis=1)
        for axes, seen in ((count, share), (held, sums * scale[:, None])):
            mean, bar = _interval(seen)
            axes.plot(grid, mean, color=curve.colour, lw=1.0)
            axes.fill_between(grid, mean - bar, mean + bar, color=curve.colour, alpha=0.2, lw=0)
    for axes in (count, held):
        axes.set_xscale("log")
        axes.set_xlabel("$\\lambda$")
    count.set_yscale("log")
    count.set_ylim(1e-4, 1)
    count.set_ylabel("share of eigenvalues above $\\lambda$")
    held.set_ylim(bottom=0)
    held.set_ylabel("tr $H$ held by eigenvalues above $\\lambda$")


def above(values: np.ndarray, weights: np.ndarray, grid: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """sum_i w_i and sum_i w_i l_i over l_i > lambda, for every lambda of the grid.

    values l_i and weights w_i: (seed, ritz). Returns two (seed, grid).
    """
    over = values[:, :, None] > grid
    return (weights[:, :, None] * over).sum(axis=1), ((weights * values)[:, :, None] * over).sum(axis=1)


def _interval(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean over seeds (first axis) and half its 95% interval."""
    error = np.std(values, axis=0, ddof=1) / np.sqrt(len(values))
    return values.mean(axis=0), interval_factor(len(values)) * error


def _caption(one: Trained) -> str:
    """What was trained, what bars are, and what the lines are not."""
    schedule = one.spec.schedule
    told = (
        f"{one.network}. Bars, bands: 95% intervals over seeds (Student's t). (a-b) "
        f"{schedule.noisy_steps:,} steps with noise, then {schedule.quench_steps:,} of quench (grey). "
        "(b) 2c$\\,/\\,\\eta$, c outputs, after Wu and Su (2023), who treat one: above it a "
        "global minimum is "
        "not linearly stable for SGD in batches of one (docs/companions.md). "
        "That is not a condition on these descents, which see all samples in every step; the line of "
        f"(a) is. (c-d) Ritz values of {one.spec.curvature.lanczos_steps} Lanczos steps and their "
        "weights after the quench, summed from the top, mean over seeds; steps at small $\\lambda$ are as "
        "fine as they resolve."
    )
    return textwrap.fill(told, _COLUMNS)
