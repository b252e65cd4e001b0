"""Figure 5c: descents that theory knows. The widening valley and quadratic modes under correlated noise.

(a) Descent in L = v^2 u^2 / 2, u a vector along the bottom of a valley, v across it, whose walls are the
steeper the larger u is: mean of u^2 under noises of several correlations. (b) Density of single runs over
the curvature of the walls in the second half of the course. Dashed: edge of stability. (c) Variance of
modes L = h w^2 / 2 against their curvature g = η h, and (d) how far it is from theory, in per cent.
Points: descents, bars: 95% intervals of the mean over seeds (Student's t). Lines: theory, nothing fitted;
in (b) its long-time law, of leading order in σ.
"""

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from anticorr.errors import InputError
from anticorr.figures import expected, style
from anticorr.figures.trained import Trained, trained
from anticorr.landscape.significance import mean_and_error
from anticorr.learning.expectations import mode_variance, valley_law
from anticorr.specs.training import Quadratic, Valley

_BINS = np.linspace(0, 2.5, 21)
"""Of eta |u|^2 in the histograms."""
_OTHERS = -2.0
"""Stands for c_t in the order of noises that are not of one step's memory."""


def draw(*records: xr.Dataset) -> Figure:
    """records: a training in the widening valley and one of quadratic modes, each of one strength."""
    valley, modes = (_one(trained(*records), kind) for kind in ("valley", "quadratic"))
    keys = sorted({key for one in (valley, modes) for key in _keys(one)}, reverse=True)
    looks: dict[tuple[float, str], style.Look] = {
        key: (style.COLOURS[n % len(style.COLOURS)], style.MARKERS[n]) for n, key in enumerate(keys)
    }
    figure = Figure(figsize=(style.WIDE, 3.9), layout="constrained")
    grid = figure.add_gridspec(2, 3, height_ratios=(2, 1), width_ratios=(1.1, 1, 1))
    course, law = (figure.add_subplot(grid[:, n]) for n in (0, 1))
    variance = figure.add_subplot(grid[0, 2])
    residual = figure.add_subplot(grid[1, 2], sharex=variance)
    _course(course, valley, looks)
    _law(law, valley, looks)
    _modes(variance, residual, modes, looks)
    for axes, letter in zip((course, law, variance, residual), "abcd", strict=True):
        style.panel_letter(axes, letter)
    figure.legend(
        handles=[
            course.plot([], [], marker, color=colour, label=_named(key))[0]
            for key, (colour, marker) in looks.items()
        ],
        loc="outside upper center", ncols=len(looks), columnspacing=1.4, handletextpad=0.2,
    )  # fmt: skip
    figure.supxlabel(_caption(valley, modes), fontsize=7, x=0.01, ha="left")
    return figure


def _one(found: list[Trained], kind: str) -> Trained:
    mine = [one for one in found if one.spec.problem.kind == kind]
    if len(mine) != 1:
        raise InputError(f"records: got {len(mine)} trainings of kind {kind}, wanted one")
    return mine[0]


def _keys(of: Trained) -> list[tuple[float, str]]:
    """(c_t, name) of every noise: c_t of white and ma1, what else there is after them."""
    keys = []
    for noise, correlation in zip(of.spec.noises, of.correlations, strict=True):
        known = noise.kind in ("white", "ma1")
        name = (
            ""
            if known
            else f"fractional, $H = {noise.hurst:g}$"
            if noise.kind == "fractional"
            else noise.kind
        )
        keys.append((round(float(correlation), 12) if known else _OTHERS, name))
    return keys


def _named(key: tuple[float, str]) -> str:
    return key[1] or f"$c_t = {key[0]:g}$"


def _course(axes: Axes, valley: Trained, looks: dict[tuple[float, str], style.Look]) -> None:
    """|u|^2 along the run: means with 95% intervals, lines of theory."""
    steps = valley.training["step"].values / 1000
    values, lines = expected.of_noises(valley, "along_square"), expected.valley_expected(valley)
    factor = valley.factor
    every = max(1, (len(steps) - 1) // 10)
    for noise, key in enumerate(_keys(valley)):
        colour, marker = looks[key]
        axes.plot(steps, lines[noise], color=colour, lw=0.9)
        mean, error = np.array([mean_and_error(v) for v in values[:, noise, every::every].T]).T
        axes.errorbar(
            steps[every::every], mean, factor * error, fmt=marker, color=colour, ms=3, elinewidth=0.7
        )
    edge = 2 / valley.spec.descent.learning_rate
    axes.axhline(edge, color="0.5", lw=0.8, ls="--")
    axes.text(
        0.05 * steps[-1],
        1.05 * edge,
        "edge of stability $2/\\eta$",
        va="bottom",
        fontsize=6.5,
        color="0.35",
    )
    axes.set_yscale("log")
    axes.set_ylim(top=1.7 * edge)
    style.round_ticks(axes.yaxis)
    axes.set_xlim(0, 1.03 * steps[-1])
    axes.set_xlabel("steps  [$10^3$]")
    axes.set_ylabel("along the valley  $|u|^2$")


def _law(axes: Axes, valley: Trained, looks: dict[tuple[float, str], style.Look]) -> None:
    """Where single runs are in the second half of the course, in units of the edge, and the law."""
    rate, problem = valley.spec.descent.learning_rate, valley.problem(Valley)
    values = rate * expected.of_noises(valley, "along_square")
    values = values[:, :, values.shape[2] // 2 :]
    factor, width = valley.factor, np.diff(_BINS)
    g = np.linspace(0, 2, 401)
    for noise, key in enumerate(_keys(valley)):
        correlation, name = key
        if name or correlation == -1:
            continue
        colour, marker = looks[key]
        axes.plot(g, valley_law(problem.dimension, correlation).pdf(g / 2) / 2, color=colour, lw=0.9)
        each = [np.histogram(v, _BINS)[0] / v.size / width for v in values[:, noise]]
        mean, error = np.array([mean_and_error(share) for share in np.transpose(each)]).T
        seen = mean > 0
        middle = (_BINS[1:] + _BINS[:-1]) / 2
        axes.errorbar(
            middle[seen], mean[seen], factor * error[seen], fmt=marker, color=colour, ms=3, elinewidth=0.7
        )
    axes.axvline(2, color="0.5", lw=0.8, ls="--", zorder=0.5)
    axes.set_xlim(0, _BINS[-1])
    axes.set_ylim(bottom=0)
    axes.set_xlabel("curvature of the walls  $\\eta |u|^2$")
    axes.set_ylabel("density of single runs")


def _modes(axes: Axes, residual: Axes, modes: Trained, looks: dict[tuple[float, str], style.Look]) -> None:
    """Variance over sigma^2 against g, and its relative distance from theory, 95% intervals over seeds."""
    problem, rate = modes.problem(Quadratic), modes.spec.descent.learning_rate
    g = rate * np.array(problem.curvatures)
    line = np.linspace(0.05, 1.95, 200)
    ratios, factor = expected.mode_ratios(modes), modes.factor
    for noise, (key, filter) in enumerate(zip(_keys(modes), expected.filters(modes), strict=True)):
        colour, marker = looks[key]
        axes.plot(line, mode_variance(line, 1.0, 1.0, filter), color=colour, lw=0.9)
        mean, error = np.array([mean_and_error(ratio) for ratio in ratios[:, noise].T]).T
        axes.plot(g, mean * mode_variance(g, 1.0, 1.0, filter), marker, color=colour, ms=3)
        aside = 0.025 * (noise - (len(modes.spec.noises) - 1) / 2)
        residual.errorbar(
            g + aside, 100 * (mean - 1), 100 * factor * error, fmt=marker, color=colour, ms=2.5,
            elinewidth=0.7, capsize=0,
        )  # fmt: skip
    axes.set_yscale("log")
    style.round_ticks(axes.yaxis)
    axes.set_ylabel("variance  $\\langle w^2\\rangle / \\sigma^2$")
    axes.tick_params(axis="x", labelbottom=False)
    residual.axhline(0, color="0.5", lw=0.8)
    residual.set_xlim(0, 2)
    residual.set_xlabel("curvature  $g = \\eta h$")
    residual.set_ylabel("off theory [%]")


def _caption(valley: Trained, modes: Trained) -> str:
    problem, steps = valley.problem(Valley), valley.spec.schedule.noisy_steps
    eta, sigma = valley.spec.descent.learning_rate, expected.strength(valley)
    floor, its_steps = problem.dimension * sigma**2 / 2, modes.spec.schedule.noisy_steps
    its_eta, its_sigma = modes.spec.descent.learning_rate, expected.strength(modes)
    copies = modes.problem(Quadratic).copies
    lines = (
        f"(a, b) Descent in $L = v^2|u|^2/2$, $u$ of {problem.dimension} components, from $|u|^2 = "
        f"{problem.square:g}$, where it stays without noise;",
        f"$\\eta = {eta:g}$, $\\sigma = {sigma:g}$, {valley.seeds} seeds. The jitter floor of $c_t = -1$ "
        f"is $d\\sigma^2/2 = {floor:g}$. (b) Steps {steps // 2:,} to {steps:,}. Lines: long-time law,",
        "of leading order in $\\sigma$: it leaves out that $v$ takes time to follow near the edge of "
        "stability (dashed).",
        f"(c, d) Descent in $L = h w^2/2$ from $w = 0$; $\\eta = {its_eta:g}$, $\\sigma = "
        f"{its_sigma:g}$, {its_steps:,} steps, {copies:,} copies of a mode, {modes.seeds} seeds;",
        "(d) side by side, all noises from the same random numbers. Lines: theory, nothing fitted. Bars: "
        "95% intervals",
        "of the mean over seeds (Student's t).",
    )
    return "\n".join(lines)
