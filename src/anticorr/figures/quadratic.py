"""Figure C1: fluctuations of descent at finite learning rate, and escape. Theory beside the paper.

Mean square distance to a quadratic minimum against the learning rate, in units of the edge of stability, of
(a) SGD, (b) momentum, (c) damped Newton, (d) natural gradient, (e) linear regression in minibatches and (f)
Adam, which has no edge. Points: descents, bars of three standard errors within them. Lines: exact at any
learning rate, nothing fitted. Dashed: continuous time. (g) All descents over theory, bars: 95% intervals.
(h) Rates of escape from a quadratic well over a barrier E times as high as
its fluctuations, by learning rate (shifted by powers of ten) and noise. Points: descents. Lines: theory,
nothing fitted; dotted: the slope of exp(-E).
"""

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from anticorr.companions.cases import Case, filter_of
from anticorr.companions.escape import escape_rate
from anticorr.companions.quadratic import stationary_covariance
from anticorr.figures import style
from anticorr.figures.accompanied import only
from anticorr.specs.companion.quadratic import Quadratic

_APART = 10.0
"""Factor between the rates of escape of two learning rates in the figure."""
_NAMES = {
    "sgd": "SGD", "momentum": "momentum", "newton": "damped Newton", "natural": "natural gradient",
    "regression": "minibatches", "adam": "Adam",
}  # fmt: skip


def draw(*records: xr.Dataset) -> Figure:
    """records: one of a quadratic companion."""
    found = only("quadratic", *records)
    record, spec = found.companion, found.spec
    assert isinstance(spec, Quadratic)
    known = sorted({*spec.correlations, *spec.escape.correlations, 0.0}, reverse=True)
    looks: dict[float, style.Look] = dict(
        zip(known, zip(style.COLOURS, style.MARKERS, strict=False), strict=False)
    )
    figure = Figure(figsize=(style.WIDE, 4.4), layout="constrained")
    grid = figure.subplots(2, 4)
    panels = [*grid[0, :3], *grid[1, :3]]
    for axes, optimiser in zip(panels, spec.optimisers, strict=False):
        _fluctuations(axes, record, spec, optimiser, looks)
    for axes in panels[len(spec.optimisers) :]:
        axes.remove()
    _ratios(grid[0, 3], record, spec, looks)
    _escapes(grid[1, 3], record, spec, looks)
    shown = [*panels[: len(spec.optimisers)], grid[0, 3], grid[1, 3]]
    for axes, letter in zip(shown, "abcdefgh", strict=False):
        style.panel_letter(axes, letter)
    handles = [
        shown[0].plot([], [], marker, color=colour, label=f"$c_t = {c:g}$")[0]
        for c, (colour, marker) in looks.items()
    ]
    handles += [
        shown[0].plot([], [], "k-", lw=0.9, label="exact at any learning rate")[0],
        shown[0].plot([], [], "k--", lw=0.8, label="continuous time")[0],
    ]
    figure.legend(handles=handles, loc="outside upper center", ncols=len(handles), columnspacing=1.2)
    figure.supxlabel(_caption(spec), fontsize=7, x=0.01, ha="left")
    return figure


def _fluctuations(
    axes: Axes, record: xr.Dataset, spec: Quadratic, optimiser: str, looks: dict[float, style.Look]
) -> None:
    for case in np.flatnonzero(record["optimiser"].values == optimiser):
        correlation = float(record["correlation"][case])
        colour, marker = looks[correlation]
        of, own = Case(spec, optimiser, correlation), record.isel(case=case)
        unit = 1.0 if optimiser == "adam" else float(own["edge"])
        rates = own["learning_rate"].values
        rates = rates[np.isfinite(rates)]
        line = np.geomspace(rates[0], rates[-1] if optimiser == "adam" else 0.985 * unit, 60)
        if optimiser != "adam":
            line = np.linspace(rates[0], line[-1], 60)
        axes.plot(line / unit, [np.trace(of.exact(rate)) for rate in line], color=colour, lw=0.9)
        axes.plot(line / unit, [np.trace(of.continuous(rate)) for rate in line], "--", color=colour, lw=0.8)
        axes.errorbar(
            own["learning_rate"].values / unit, own["square"].values, 3 * own["square_err"].values,
            fmt=marker, color=colour, ms=3, elinewidth=0.7,
        )  # fmt: skip
    axes.set_yscale("log")
    axes.text(0.05, 0.94, _NAMES[optimiser], transform=axes.transAxes, va="top", fontsize=7)
    if optimiser == "adam":
        axes.set_xscale("log")
        axes.set_xlabel("learning rate $\\ell$")
    else:
        axes.set_xlim(0, 1.02)
        axes.set_xlabel("$\\ell\\,/\\,$edge of stability")
    axes.set_ylabel("$\\langle |w|^2\\rangle$")


def _ratios(axes: Axes, record: xr.Dataset, spec: Quadratic, looks: dict[float, style.Look]) -> None:
    """All descents over theory, case by case; within one from the smallest learning rate to the largest."""
    ends = []
    for case, optimiser in enumerate(record["optimiser"].values):
        own = record.isel(case=case)
        seen = np.isfinite(own["learning_rate"].values)
        place = case + np.linspace(-0.36, 0.36, seen.sum())
        colour, marker = looks[float(own["correlation"])]
        ratio, error = (own[name] / own["square_exact"] for name in ("square", "square_err"))
        axes.errorbar(
            place, 100 * (ratio.values[seen] - 1), 196 * error.values[seen], fmt=marker, color=colour, ms=2,
            elinewidth=0.6, capsize=0,
        )  # fmt: skip
        ends.append(optimiser)
    axes.axhline(0, color="0.5", lw=0.8)
    first = {name: ends.index(name) for name in spec.optimisers}
    axes.set_xticks(
        [at + (ends.count(name) - 1) / 2 for name, at in first.items()], list(first), rotation=90,
        fontsize=6.5,
    )  # fmt: skip
    axes.tick_params(axis="x", length=0)
    axes.set_ylabel("off theory [%]")


def _escapes(axes: Axes, record: xr.Dataset, spec: Quadratic, looks: dict[float, style.Look]) -> None:
    """Rates against E, one learning rate above the other."""
    exponent = record["exponent"].values
    line = np.linspace(exponent.min(), exponent.max(), 25)
    shift = {rate: _APART**n for n, rate in enumerate(spec.escape.learning_rates)}
    for well, rate in enumerate(record["well_learning_rate"].values):
        correlation = float(record["well_correlation"][well])
        colour, marker = looks[correlation]
        noise = filter_of(correlation)
        variance = float(stationary_covariance(np.eye(1), np.eye(1), rate, filter=noise)[0, 0])
        exact = [escape_rate(E * variance, 1.0, 1.0, rate, filter=noise) for E in line]
        axes.plot(line, shift[rate] * np.array(exact), color=colour, lw=0.7)
        seen = record["escapes"][well].values > 0
        axes.plot(
            exponent[seen], shift[rate] * record["escape_rate"][well].values[seen], marker, color=colour,
            ms=3, fillstyle="none", mew=0.7,
        )  # fmt: skip
        if correlation == spec.escape.correlations[0]:
            axes.annotate(
                f"$\\ell = {rate:g}$", (line[-1], shift[rate] * exact[-1]), (6, 0),
                textcoords="offset points", va="center", fontsize=6.5,
            )  # fmt: skip
    axes.plot(line, np.exp(-line) / (4 * _APART), ":", color="0.4", lw=0.9)
    axes.set_xlim(line[0] - 0.3, line[-1] + 0.85 * np.ptp(line))
    axes.set_xticks(exponent[1::2])
    axes.set_yscale("log")
    axes.set_xlabel("$E = \\Delta L / (h S)$")
    axes.set_ylabel("escapes per step")


def _caption(spec: Quadratic) -> str:
    spectra = " and ".join(
        ", ".join(f"{value:g}" for value in values) for values in (spec.curvatures, spec.noise_variances)
    )
    lines = (
        f"(a-f) {spec.walkers:,} walkers, {spec.steps:,} steps of each after {spec.settle_steps:,}; "
        f"Hessian and noise have the eigenvalues {spectra}, in no common directions;",
        f"(b) $\\mu = {spec.momentum:g}$, (c) $P = H^{{-1}}$, (d) $P = C^{{-1}}$, (e) batches of "
        f"{spec.batch}, (f) $\\beta_1 = {spec.momentum:g}$; bars: 3 standard errors. (g) From the smallest "
        "learning rate to",
        f"the largest; bars: 95% intervals. (h) $h = C = 1$, {spec.escape.walkers:,} walkers, "
        f"{spec.escape.steps:,} steps; every next $\\ell$ shifted by a factor {_APART:g};",
        "dotted: slope of $e^{-E}$. No line is fitted.",
    )
    return "\n".join(lines)
