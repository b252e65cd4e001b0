"""Figure 5: networks. Test accuracy and loss after a quench against c_t, flatness beside training loss.

A row for each network; each noisy descent ends with a quench. Left: test accuracy less that of descent
without noise from the same seed, against the correlation c_t; colours and symbols: strength σ; ringed: the
strength that validation chooses; dashed: descent without noise, stopped early. Middle: ratio of test
losses, geometric mean. Right: flatness, tr H, against training loss; lines join the c_t of one σ, filled
at the most anti-correlated; star and grey line: descent without noise and its course. Rows with a
regulariser: change by noise (filled) and by descent without noise on L + (σ^2 / 4) tr H (hollow), to first
order what noise at c_t = -1 adds; numbers: the latter's share of the former. Bars and ±: 95% intervals of
the mean over seeds (Student's t), of differences paired by seed. No line is theory.
"""

import textwrap
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from anticorr.errors import InputError
from anticorr.figures import style
from anticorr.figures.trained import Trained, trained
from anticorr.specs.training import Network

_CHANGES = {
    "test_accuracy_quench": ("change of test accuracy\n[percentage points]", 100.0),
    "test_loss_quench": ("change of test loss", 1.0),
    "trace_quench": ("change of tr $H$", 1.0),
}
"""Label and scale of what is drawn as a difference from descent without noise."""
_LINEAR = 5.0
"""Percentage points up to which the axis of gains is linear; beyond them it is logarithmic."""
_COLUMNS = 135
"""Characters of a line of small print."""


def draw(*records: xr.Dataset) -> Figure:
    """records: trainings of networks, each with descent without noise. In their order a row for all noises
    of each, and one for what its explicit regularisers make of the change by noise (of a training with
    regularisers and a single noise that one alone).

    Bars are 95% intervals over seeds (Student's t). Raises InputError for what is no such training.
    """
    shown = _gather(records)
    plan = [
        (one, drawing)
        for one in shown
        for drawing, asked in (
            (_noises, len(one.spec.noises) > 1 or not one.spec.regularisers),
            (_regularised, bool(one.spec.regularisers)),
        )
        if asked
    ]
    looks = _looks(shown)
    figure = Figure(figsize=(style.WIDE, 0.9 + 2.05 * len(plan)), layout="constrained")
    rows = figure.subfigures(len(plan), 1, squeeze=False)[:, 0]
    letters, gains = iter("abcdefghijklmnopqrstuvwxyz"), []
    for row, (one, drawing) in zip(rows, plan, strict=True):
        panels = row.subplots(1, 3)
        told = drawing(panels, one, looks)
        if drawing is _noises:
            gains.append(panels[0])
        row.suptitle(_told(one) + told, fontsize=7, x=0.01, ha="left")
        for axes in panels:
            style.panel_letter(axes, next(letters))
    if gains:
        _two_sided(gains)
        _legend(figure, looks)
    lost = sum(one.diverged(member) > 0 for one in shown for member in range(len(one.spec.members())))
    words = _caption(bool(gains), len(gains) < len(plan), lost)
    figure.supxlabel(words, fontsize=7, x=0.01, ha="left")
    return figure


def _gather(records: Sequence[xr.Dataset]) -> list[Trained]:
    """Trainings with noises and without; InputError with what is wrong."""
    found = trained(*records)
    problems = [] if found else ["networks: got no training record, wanted one or more"]
    for one in found:
        name = one.spec.problem.kind
        if not {"test_accuracy", "validation_accuracy", "trace_quench"} <= set(one.training):
            problems.append(f"networks: got {name}, wanted a network that tells classes apart")
        if not (one.spec.noises and one.strengths):
            problems.append(f"networks: got {name} without noise, wanted noises and strengths > 0")
        if one.plain is None:
            problems.append(f"networks: got {name} without strength 0, wanted it for comparison")
        if lone := sorted(set(one.spec.regularisers) - set(one.strengths)):
            problems.append(f"networks: got regularisers {lone} without noise as strong, wanted both")
    if problems:
        raise InputError(*problems)
    return found


def _looks(shown: list[Trained]) -> dict[float, style.Look]:
    """(colour, marker) of each sigma, the same in all rows."""
    strengths = sorted({s for one in shown for s in one.strengths})
    return {
        sigma: (style.COLOURS[n % len(style.COLOURS)], style.MARKERS[n % len(style.MARKERS)])
        for n, sigma in enumerate(strengths)
    }


def _noises(panels: np.ndarray, one: Trained, looks: dict[float, style.Look]) -> str:
    """Accuracy, loss and flatness under all noises; returns what the row's title tells besides."""
    gain, loss, flat = panels
    _against_correlation(gain, one, looks, _gain)
    gain.set_ylabel("change of test accuracy\n[percentage points]")
    _, early, _ = one.early_stop(one.noise_free)
    gain.axhline(100 * early, color="0.35", lw=0.9, ls="--", zorder=2)
    _against_correlation(loss, one, looks, _loss_ratio)
    loss.set_ylabel("test loss / without noise")
    _ratio_axis(loss)
    _flatness(flat, one, looks)
    return ""


def _gain(one: Trained, member: int) -> tuple[float, float, float]:
    """Percentage points of test accuracy more than without noise, and the ends of its interval."""
    mean, error = one.difference("test_accuracy_quench", member, one.noise_free)
    return tuple(100 * (mean + one.factor * error * np.array([0, -1, 1])))


def _loss_ratio(one: Trained, member: int) -> tuple[float, float, float]:
    """Test loss over that without noise, geometric mean, and the ends of its interval."""
    mean, error = one.log_ratio("test_loss_quench", member, one.noise_free)
    return tuple(np.exp(mean + one.factor * error * np.array([0, -1, 1])))


def _against_correlation(
    axes: Axes,
    one: Trained,
    looks: dict[float, style.Look],
    compared: Callable[[Trained, int], tuple[float, float, float]],
) -> None:
    """Noise against none, paired by seed, sigmas side by side; ringed: chosen on validation."""
    places = one.ordered[::-1]
    for row, sigma in enumerate(one.strengths):
        colour, marker = looks[sigma]
        look: dict[str, Any] = {
            "color": colour,
            "mec": "black",
            "mew": 0.3,
            "ms": 3.2,
            "elinewidth": 0.8,
            "zorder": 3,
        }
        aside = 0.14 * (row - (len(one.strengths) - 1) / 2)
        for place, noise in enumerate(places):
            value, low, high = compared(one, one.member(noise, sigma))
            axes.errorbar(place + aside, value, [[value - low], [high - value]], fmt=marker, **look)
            if sigma == one.chosen(noise):
                axes.plot(place + aside, value, "o", mfc="none", mec="black", mew=0.8, ms=7, zorder=4)
    axes.set_xticks(range(len(places)), [f"${one.correlations[n]:g}$" for n in places])
    axes.tick_params(axis="x", which="both", length=0)
    axes.set_xlim(-0.6, len(places) - 0.4)
    axes.set_xlabel("noise correlation  $c_t$")


def _two_sided(panels: list[Axes]) -> None:
    """One scale for all: linear about 0 (grey), logarithmic beyond, where what is lost would hide gains."""
    seen = np.array([axes.dataLim.intervaly for axes in panels])
    low, high = min(1.3 * seen.min(), -1.3 * _LINEAR), max(1.3 * seen.max(), 1.3 * _LINEAR)
    ticks = [sign * size for size in (2.5, 5.0, 10.0, 20.0, 50.0) for sign in (-1, 1)]
    ticks = [0.0, *(tick for tick in ticks if low <= tick <= high)]
    for axes in panels:
        axes.axhline(0, color="black", lw=0.8)
        axes.axhspan(-_LINEAR, _LINEAR, color="0.94", lw=0, zorder=0)
        axes.set_yscale("symlog", linthresh=_LINEAR, linscale=0.8)
        words = [f"{tick:+g}".replace("-", "−") if tick else "0" for tick in ticks]
        axes.set_yticks(ticks, words, fontsize=7)
        axes.yaxis.set_minor_locator(NullLocator())
        axes.set_ylim(low, high)


def _ratio_axis(axes: Axes) -> None:
    """Logarithmic, from half to twice at least, so that no change looks like none."""
    axes.axhline(1, color="black", lw=0.8)
    axes.set_yscale("log")
    low, high = axes.dataLim.intervaly
    axes.set_ylim(min(low / 1.2, 0.5), max(1.2 * high, 2.0))
    style.round_ticks(axes.yaxis)


def _flatness(axes: Axes, one: Trained, looks: dict[float, style.Look]) -> None:
    """tr H against training loss: a line for each sigma, its most anti-correlated end filled; star: without
    noise, and its course (grey) without the start. What has a high loss has lost its training, however flat
    it is."""

    def point(member: int, **look: Any) -> tuple[float, float]:
        (x, x_error), (y, y_error) = one.mean("loss_quench", member), one.mean("trace_quench", member)
        axes.errorbar(x, y, one.factor * y_error, one.factor * x_error, elinewidth=0.6, **look)
        return x, y

    for sigma in one.strengths:
        colour, marker = looks[sigma]
        look = {"fmt": marker, "color": colour, "mec": colour, "mew": 0.8, "ms": 3.2, "zorder": 3}
        points = [
            point(one.member(noise, sigma), mfc="white" if n else colour, **look)
            for n, noise in enumerate(one.ordered)
        ]
        axes.plot(*zip(*points, strict=True), color=colour, lw=0.8, zorder=2)
    point(one.noise_free, fmt="*", color="black", ms=7, zorder=4)
    if "trace" in one.training:
        course = [one.of(name)[:, one.noise_free, 1:].mean(axis=0) for name in ("loss", "trace")]
        axes.plot(*course, color="0.6", lw=2.5, zorder=1)
    axes.set_xscale("log")
    style.round_ticks(axes.xaxis, most=5)
    axes.set_ylim(0, 1.05 * axes.get_ylim()[1])
    axes.set_xlabel("training loss")
    axes.set_ylabel("tr $H$")


def _regularised(panels: np.ndarray, one: Trained, _: dict[float, style.Look]) -> str:
    """Changes by noise (filled) and by the explicit regulariser of the same strength (hollow); returns what
    the row's title tells besides."""
    strengths = sorted(one.spec.regularisers)
    for axes, (name, (label, scale)) in zip(panels, _CHANGES.items(), strict=True):
        for place, s in enumerate(strengths):
            for at, member, look in (
                (place - 0.12, one.member(one.ordered[0], s), {"fmt": "o", "mfc": "black"}),
                (place + 0.12, one.regularised(s), {"fmt": "s", "mfc": "white"}),
            ):
                mean, error = one.difference(name, member, one.noise_free)
                axes.errorbar(
                    at,
                    scale * mean,
                    scale * one.factor * error,
                    color="black",
                    ms=4,
                    elinewidth=0.8,
                    **look,
                )
            share = one.share(name, s)
            words = "not resolved"
            if share is not None:
                words = f"${100 * share[0]:.0f} \\pm {100 * one.factor * share[1]:.0f}$%"
            axes.text(
                place, 0.95, words, transform=axes.get_xaxis_transform(), ha="center", va="top", fontsize=7
            )
        low, high = min(axes.dataLim.y0, 0), max(axes.dataLim.y1, 0)
        axes.set_ylim(low - 0.06 * (high - low), high + 0.25 * (high - low))
        axes.axhline(0, color="black", lw=0.8)
        axes.set_xticks(range(len(strengths)), [f"${s:g}$" for s in strengths])
        axes.tick_params(axis="x", which="both", length=0)
        axes.set_xlim(-0.5, len(strengths) - 0.5)
        axes.set_xlabel("strength  $\\sigma$")
        axes.set_ylabel(label)
    return (
        f"\n●  noise, $c_t = {one.correlations[one.ordered[0]]:g}$   □  no noise, on "
        "$L + (\\sigma^2/4)\\,$tr$\\,H$   numbers: change □ / change ●"
    )


def _legend(figure: Figure, looks: dict[float, style.Look]) -> None:
    (*_, axes) = figure.axes
    look: dict[str, Any] = {"mfc": "none", "mec": "black", "mew": 0.8, "ms": 7, "ls": "none"}
    handles = [
        axes.plot([], [], marker, color=colour, mec="black", mew=0.3, label=f"$\\sigma = {sigma:g}$")[0]
        for sigma, (colour, marker) in looks.items()
    ]
    handles += axes.plot([], [], "o", label="chosen on validation", **look)
    handles += axes.plot([], [], "*", color="black", ms=7, label="without noise")
    handles += axes.plot([], [], "--", color="0.35", lw=0.9, label="stopped early")
    figure.legend(
        handles=handles,
        loc="outside upper center",
        ncols=len(handles),
        columnspacing=0.9,
        handletextpad=0.2,
    )


def _told(one: Trained) -> str:
    """What was trained, and what descent without noise reaches."""
    schedule, test = one.spec.schedule, one.problem(Network).test
    accuracy, error = one.mean("test_accuracy_quench", one.noise_free)
    step, gain, gain_error = one.early_stop(one.noise_free)
    return (
        f"{one.network}; {schedule.noisy_steps:,} steps and {schedule.quench_steps:,} of quench.\n"
        f"Without noise ${100 * accuracy:.1f} \\pm {100 * one.factor * error:.1f}$% of "
        f"{test:,} test samples right; stopping at step {step:,}, chosen on validation, "
        f"adds ${100 * gain:+.1f} \\pm {100 * one.factor * gain_error:.1f}$ points."
    )


def _caption(noises: bool, regularisers: bool, lost: int) -> str:
    """What bars are, and how to read the columns."""
    told = (
        "After the quench. Bars and ±: 95% intervals of the mean over seeds (Student's t). Changes: "
        "against descent without noise from the same seed (paired)"
    )
    if noises:
        told += (
            "; grey: linear part of the axis; ratios of losses: geometric means. Right: lines join the "
            "$c_t$ of one $\\sigma$, filled at the most anti-correlated; grey line: the course without "
            "noise, where it was measured; low tr$\\,H$ at a high training loss is no flat minimum. A "
            "ring at the largest $\\sigma$: the best may lie beyond"
        )
    told += "."
    if regularisers:
        told += " □ / ●: paired, delta method, where the change by noise is more than 3 standard errors."
    if lost:
        told += f" Not drawn: {lost} means of descents some of which diverged."
    return textwrap.fill(told, _COLUMNS)
