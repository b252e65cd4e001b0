"""Figure 4: optimisation. Energies along the run, after quench and annealing; flatness; significance.

(a) Energy along the run, (b) after a quench without noise, (c) after annealing and a quench; (d) trace of
the Hessian per particle. Filled: positions x; hollow: noise-stripped y; grey: x after a quench. Bars: 95%
intervals of the mean over seeds (Student's t). Dashed line: perfect crystal; solid line and its band:
starts quenched without noise. (e, f) Energies after quench and annealing: mean, and below it the
difference from c_t = 0 at the same σ, paired by seed, with one standard error; colour: the difference in
standard errors; framed: significant at 5% in all tests together (Holm). Nothing here is theory but the
energy of the crystal.
"""

from dataclasses import dataclass

import matplotlib
import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.patches import Rectangle

from anticorr.errors import InputError
from anticorr.figures import style
from anticorr.figures.landscapes import Landscape, correlations, landscapes, strengths
from anticorr.figures.states import gradient_of
from anticorr.landscape.significance import holm, interval_factor, paired

_LEVEL = 0.05
"""Level of all verdicts together."""
_MILLI = 1e3
"""Energies are drawn in thousandths of eps."""
_TESTED = {
    "energy_quench": "quench energy",
    "energy_anneal": "annealed energy",
    "trace_quench": "tr $H/N$ after a quench",
}
_SCALE = 5.0
"""Standard errors at the ends of the colour scale."""


@dataclass(frozen=True)
class _Difference:
    """A state against c_t = 0 at its sigma, seed by seed."""

    mean: float
    error: float
    p: float
    significant: bool = False


Differences = dict[tuple[str, float, float], _Difference]
"""By quantity, sigma and c_t."""


def draw(*records: xr.Dataset) -> Figure:
    """records: landscapes of one system, from the same seeds, that differ in sigma and c_t, with c_t = 0 at
    each sigma. One without noise (sigma = 0), the quench of the starts, is drawn as a line."""
    states, still = landscapes(*records)
    if not states:
        raise InputError("optimisation: got no landscape record of a state with noise, wanted some")
    differences = _differences(states)
    figure = Figure(figsize=(style.WIDE, 5.3), layout="constrained")
    (run, quench, anneal), (flat, *maps) = figure.subplots(2, 3)
    _curves(run, states, ("energy_run", "energy_run_stripped"), _MILLI)
    _curves(quench, states, ("energy_quench", "energy_quench_stripped"), _MILLI)
    _curves(anneal, states, ("energy_anneal",), _MILLI)
    _curves(flat, states, ("trace_run", "trace_run_stripped", "trace_quench"), 1)
    for axes, what in ((run, "while it runs"), (quench, "after a quench"), (anneal, "after annealing")):
        axes.set_ylabel(f"energy {what}  [$10^{{-3}}\\,\\epsilon$]")
    flat.set_ylabel("trace of the Hessian  tr $H/N$  [$\\epsilon\\,D^{-2}$]")
    run.set_yscale("log")
    for axes in (quench, anneal):
        _references(axes, states, still, "energy", _MILLI)
    _references(flat, states, still, "trace", 1)
    low = min(axes.get_ylim()[0] for axes in (quench, anneal))
    high = max(axes.get_ylim()[1] for axes in (quench, anneal))
    for axes in (quench, anneal):
        axes.set_ylim(low, high + 0.25 * (high - low))
    for axes, name in zip(maps, ("energy_quench", "energy_anneal"), strict=True):
        colours = _map(axes, states, differences, name)
    figure.colorbar(
        colours, ax=maps[-1], extend="both", pad=0.02, aspect=30,
        label="difference from $c_t = 0$  [standard errors]",
    )  # fmt: skip
    _legends(states, run, quench, flat)
    for axes, letter in zip((run, quench, anneal, flat, *maps), "abcdef", strict=True):
        style.panel_letter(axes, letter)
    figure.supxlabel(_caption(states, still, differences), fontsize=7, x=0.01, ha="left")
    return figure


def _differences(states: list[Landscape]) -> dict[tuple[str, float, float], _Difference]:
    """By quantity, sigma and c_t; verdicts of all together by Holm's procedure."""
    white = {s.strength: s.record for s in states if s.correlation == 0}
    made = {}
    for name in _TESTED:
        for state in states:
            if state.correlation != 0:
                pair = (r[f"replica_{name}"].values for r in (state.record, white[state.strength]))
                made[name, state.strength, state.correlation] = _Difference(*paired(*pair))
    adjusted = holm(np.array([d.p for d in made.values()]))
    return {
        key: _Difference(d.mean, d.error, d.p, bool(p < _LEVEL))
        for (key, d), p in zip(made.items(), adjusted, strict=True)
    }


def _curves(axes: Axes, states: list[Landscape], names: tuple[str, ...], scale: float) -> None:
    """Means with 95% intervals of Student's t, sigmas side by side; second name hollow, third grey."""
    places = correlations(states)
    sigmas = strengths(states)
    factor = interval_factor(len(states[0].seeds))
    for row, sigma in enumerate(sigmas):
        mine = [s for s in states if s.strength == sigma]
        colour, marker = style.COLOURS[row % len(style.COLOURS)], style.MARKERS[row % len(style.MARKERS)]
        for kind, name in enumerate(names):
            aside = 0.11 * (row - (len(sigmas) - 1) / 2) + 0.045 * (kind - (len(names) - 1) / 2)
            x = np.array([places.index(s.correlation) for s in mine]) + aside
            y = scale * np.array([float(s.record[name]) for s in mine])
            bar = scale * factor * np.array([float(s.record[f"{name}_err"]) for s in mine])
            line = ("-", ":")[kind] if "run" in name else "none"
            axes.errorbar(
                x, y, bar, fmt=marker, color=colour, mfc=(colour, "white", "0.75")[kind], mec=colour,
                mew=0.7, ms=3.2, elinewidth=0.7, ls=line, lw=0.7,
            )  # fmt: skip
    _correlation_axis(axes, places)


def _correlation_axis(axes: Axes, places: list[float]) -> None:
    axes.set_xticks(range(len(places)), [f"${c:g}$" for c in places])
    axes.tick_params(axis="x", which="both", length=0)
    axes.set_xlim(-0.5, len(places) - 0.5)
    axes.set_xlabel("noise correlation  $c_t$")


def _references(
    axes: Axes, states: list[Landscape], still: Landscape | None, quantity: str, scale: float
) -> None:
    """Lines of the perfect crystal and of the noise-free quench of the starts, with its interval."""
    record = states[0].record
    lines = []
    if f"{quantity}_crystal" in record:
        lines.append((float(record[f"{quantity}_crystal"]), 0.0, "perfect crystal", "--"))
    if still is not None:
        error = interval_factor(len(still.seeds)) * float(still.record[f"{quantity}_quench_err"])
        lines.append((float(still.record[f"{quantity}_quench"]), error, "no noise: quenched start", "-"))
    for value, error, name, look in lines:
        axes.axhline(scale * value, color="0.35", lw=0.8, ls=look, zorder=0)
        axes.axhspan(scale * (value - error), scale * (value + error), color="0.92", lw=0, zorder=-1)
        if quantity == "energy":
            axes.plot([], [], color="0.35", lw=0.8, ls=look, label=name)


def _map(axes: Axes, states: list[Landscape], differences: Differences, name: str) -> AxesImage:
    """Mean over (sigma, c_t) in words, its difference from c_t = 0 in standard errors in colour."""
    columns, rows = correlations(states), strengths(states)
    shade = np.full((len(rows), len(columns)), np.nan)
    for state in states:
        row, column = rows.index(state.strength), columns.index(state.correlation)
        words = f"{_MILLI * float(state.record[name]):.2f}"
        found = differences.get((name, state.strength, state.correlation))
        if found is None:
            shade[row, column] = 0.0
        else:
            shade[row, column] = found.mean / found.error if found.error else 0.0
            words += f"\n{_MILLI * found.mean:+.2f}\n±{_MILLI * found.error:.2f}".replace("-", "−")
            if found.significant:
                axes.add_patch(
                    Rectangle((column - 0.46, row - 0.46), 0.92, 0.92, fill=False, ec="black", lw=1.4)
                )
        dark = abs(shade[row, column]) > 0.7 * _SCALE
        axes.text(
            column, row, words, ha="center", va="center", fontsize=6, color="white" if dark else "black",
            linespacing=1.1,
        )  # fmt: skip
    colours = matplotlib.colormaps["PuOr"].with_extremes(bad="0.9")
    image = axes.imshow(shade, cmap=colours, norm=Normalize(-_SCALE, _SCALE), aspect="auto", origin="lower")
    _correlation_axis(axes, columns)
    axes.set_yticks(range(len(rows)), [f"${sigma:g}$" for sigma in rows])
    axes.tick_params(axis="y", length=0)
    axes.set_ylabel("noise strength  $\\sigma$  [$D$]")
    axes.set_title(f"{_TESTED[name]}  [$10^{{-3}}\\,\\epsilon$]", loc="right", pad=3)
    return image


def _legends(states: list[Landscape], run: Axes, quench: Axes, flat: Axes) -> None:
    for row, sigma in enumerate(strengths(states)):
        colour, marker = style.COLOURS[row % len(style.COLOURS)], style.MARKERS[row % len(style.MARKERS)]
        run.plot([], [], marker, color=colour, ms=3.2, label=f"${sigma:g}$")
    low, high = run.get_ylim()
    run.set_ylim(low, high * (high / low) ** 0.3)
    close = {"columnspacing": 0.6, "handletextpad": 0.0, "borderaxespad": 0.3}
    run.legend(title="$\\sigma$  [$D$]", loc="upper center", ncols=len(strengths(states)), **close)
    quench.legend(loc="upper right")
    for kind, words in enumerate(("$x$", "$y$", "$x$ after a quench")):
        flat.plot([], [], "o", color="0.3", mfc=("0.3", "white", "0.75")[kind], ms=3.2, label=words)
    low, high = flat.get_ylim()
    flat.set_ylim(low, high + 0.15 * (high - low))
    flat.legend(loc="upper center", ncols=3, **close)


def _caption(states: list[Landscape], still: Landscape | None, differences: Differences) -> str:
    """What was simulated, what bars are, and the verdicts."""
    spec, seeds = states[0].spec, len(states[0].seeds)
    steps = spec.schedule.relax_steps + spec.schedule.sample_steps
    counts = ", ".join(
        f"{words} {sum(d.significant for (n, *_), d in differences.items() if n == name)} of "
        f"{sum(n == name for n, *_ in differences)}"
        for name, words in _TESTED.items()
    )
    band = "; grey band: that of the quench without noise" if still is not None else ""
    annealed = " or ".join(sorted({f"{int(s.record['anneal_steps']):,}" for s in states}))
    return (
        f"{spec.system.particles:,} {'disks' if spec.system.dimension == 2 else 'spheres'}, "
        f"$\\phi = {spec.system.packing_fraction:g}$, $\\alpha = {gradient_of(spec).step_size:g}$, "
        f"{seeds} seeds; runs of {steps:,} steps, annealing of {annealed}. Filled: $x$; "
        "hollow: noise-stripped $y$.\n"
        f"(a-d) Bars: 95% intervals of the mean over seeds (Student's t), some within their symbol{band}.\n"
        "(e, f) Mean; below it the difference from $c_t = 0$ at the same $\\sigma$, paired by seed, ± one "
        "standard error; framed: significant.\n"
        f"Significant (at {_LEVEL:g} in all {len(differences)} tests together, Holm): {counts}."
    )
