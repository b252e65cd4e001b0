"""Figure C4: related work on noise and descent. Theory beside the paper.

(a) Fractional noise by K states: largest error of the spectrum in its band, for two bands (filled, open);
lines: rate of Zolotarev's problem, theory. (b) Mean square of modes of damping g under exact fractional
noise: points with three standard errors; lines: theory of the exact noise; dashed: of a few states in the
first band. (c) A swarm without a function: its variance, and how far its mean goes; lines: theory,
points with three standard errors. (d) Pull of the consensus point on a parabola; line: theory. (e, f, g)
Least energy so far at equal cost, medians of repeats that did not choose the settings, bands: quartiles,
without error bars. (h) Curvature of networks after descent, from open marks to filled ones: trace
over 2 c / eta, theory for SGD in batches of one, and largest eigenvalue over 2 / eta (squares), theory for
descent on all samples; bars: three standard errors.
"""

import textwrap

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from anticorr.figures import style
from anticorr.figures.accompanied import only
from anticorr.figures.entrants import best, methods
from anticorr.figures.trained import Trained, trained
from anticorr.landscape.significance import mean_and_error
from anticorr.learning.expectations.stability import stable_trace
from anticorr.specs.companion.consensus import Consensus
from anticorr.specs.training import Network

_COLUMNS = 140
"""Characters of a line of small print."""


def draw(*records: xr.Dataset) -> Figure:
    """records: one of a consensus companion, and trainings of networks without injected noise, or none."""
    found = only("consensus", *records)
    record, spec = found.companion, found.spec
    assert isinstance(spec, Consensus)
    networks = [one for one in trained(*records) if _measured(one)]
    figure = Figure(figsize=(style.WIDE, 4.7), layout="constrained")
    panels = figure.subplots(2, 4).ravel()
    _memory(panels[0], record, spec)
    _modes(panels[1], record)
    _swarm(panels[2], record)
    _pull(panels[3], record)
    races = panels[4:7]
    for axes, objective in zip(races, spec.race.objectives, strict=False):
        _race(axes, record, spec, objective)
    for axes in races[len(spec.race.objectives) :]:
        axes.remove()
    shown = [*panels[:4], *races[: len(spec.race.objectives)]]
    if networks:
        _curvature(panels[7], networks)
        shown.append(panels[7])
    else:
        panels[7].remove()
    for axes, letter in zip(shown, "abcdefgh", strict=False):
        style.panel_letter(axes, letter)
    figure.supxlabel(_caption(record, spec, networks), fontsize=7, x=0.01, ha="left")
    return figure


def _measured(one: Trained) -> bool:
    """Has it a descent without injected noise, and its curvature at the start and the end?"""
    names = [f"{name}{end}" for name in ("trace", "sharpness") for end in ("", "_quench")]
    return one.outputs is not None and one.plain is not None and all(n in one.training for n in names)


def _memory(axes: Axes, record: xr.Dataset, spec: Consensus) -> None:
    looks = list(zip(style.COLOURS, style.MARKERS, strict=False))
    for (colour, marker), hurst in zip(looks, spec.memory.hursts, strict=False):
        for lowest, fill in zip(spec.memory.lowest, ("full", "none"), strict=False):
            own = record.isel(
                approximation=np.flatnonzero(
                    (record["approximation_hurst"] == hurst) & (record["approximation_lowest"] == lowest)
                )
            )
            states = own["approximation_states"].values
            axes.plot(states, own["approximation_expected"].values, color=colour, lw=0.7)
            axes.plot(
                states, own["approximation_error"].values, marker, color=colour, fillstyle=fill, ms=3,
                label=f"$H = {hurst:g}$" if fill == "full" else None,
            )  # fmt: skip
    axes.set_yscale("log")
    axes.set_ylim(1e-5, 20)
    axes.set_xlabel("states $K$")
    axes.set_ylabel("error in the band")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.legend(fontsize=6.5, loc="lower left", handletextpad=0.2)


def _modes(axes: Axes, record: xr.Dataset) -> None:
    rates = record["mode_rate"].values
    for n, (colour, marker) in enumerate(zip(style.COLOURS, style.MARKERS, strict=False)):
        if n == record.sizes["persistence"]:
            break
        own = record.isel(persistence=n)
        for states in own["mode_square_states"].values:
            axes.plot(rates, rates * states, "--", color=colour, lw=0.6)
        axes.plot(rates, rates * own["mode_square_exact"].values, color=colour, lw=0.9)
        axes.errorbar(
            rates, rates * own["mode_square"].values, 3 * rates * own["mode_square_err"].values, fmt=marker,
            color=colour, ms=3, elinewidth=0.7,
        )  # fmt: skip
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("damping $g$")
    axes.set_ylabel("$g \\langle w^2 \\rangle$")


def _swarm(axes: Axes, record: xr.Dataset) -> None:
    step = record["swarm_step"].values
    for name, label, colour, marker in (
        ("spread", "variance", style.COLOURS[0], "o"),
        ("wander", "(mean)$^2$", style.COLOURS[1], "s"),
    ):
        axes.plot(step[1:], record[f"{name}_exact"].values[1:], color=colour, lw=0.9)
        shown = slice(1, None, 3)
        axes.errorbar(
            step[shown], record[name].values[shown], 3 * record[f"{name}_err"].values[shown], fmt=marker,
            color=colour, ms=3, elinewidth=0.7, label=label,
        )  # fmt: skip
    axes.set_yscale("log")
    axes.set_xlabel("step")
    axes.set_ylabel("of a swarm, over $V(0)$")
    axes.legend(fontsize=6.5)


def _pull(axes: Axes, record: xr.Dataset) -> None:
    strength = record["pull_strength"].values
    line = np.geomspace(strength.min() / 1.5, strength.max() * 1.5, 60)
    axes.plot(line, line / (1 + line), color=style.COLOURS[0], lw=0.9)
    axes.plot(line, np.minimum(line, 1.05), ":", color="0.5", lw=0.8)
    axes.errorbar(
        strength, record["pull"].values, 3 * record["pull_err"].values, fmt="o", color=style.COLOURS[0],
        ms=3, elinewidth=0.7,
    )  # fmt: skip
    axes.set_xscale("log")
    axes.set_ylim(0, 1.05)
    axes.set_xlabel("$\\alpha h V$")
    axes.set_ylabel("pull $(m - c) / m$")


def _race(axes: Axes, record: xr.Dataset, spec: Consensus, objective: str) -> None:
    cost = record["race_step"].values * spec.race.walkers / 1000
    names = {"descent": "no noise", "c_t = 0": "$c_t = 0$"}
    for method, colour, dashes in zip(methods(record), style.COLOURS, ("-", "--", "-.", "-"), strict=False):
        one = best(record, objective, method)
        low, middle, high = np.quantile(one.course, [0.25, 0.5, 0.75], axis=0)
        label = names.get(method, f"${method}$" if method.startswith("c_t") else method)
        axes.plot(cost, middle, dashes, color=colour, lw=1.0, label=label)
        axes.fill_between(cost, low, high, color=colour, alpha=0.15, lw=0)
    axes.set_yscale("log")
    axes.set_xlabel("evaluations / 1000")
    axes.set_ylabel(f"least energy, {objective}")
    if objective == spec.race.objectives[-1]:
        axes.legend(fontsize=6, handlelength=2.2, loc=(0.36, 0.2))


def _curvature(axes: Axes, networks: list[Trained]) -> None:
    """Start (open), and end (filled), of every training."""
    labels = []
    for place, one in enumerate(networks):
        eta, batch = one.spec.descent.learning_rate, one.spec.descent.batch_size
        sort = "GD" if not batch else "SGD" if batch == 1 else f"b={batch}"
        labels.append(f"{sort}, {one.problem(Network).activation}\n$\\eta = {eta:g}$")
        for name, limit, colour, marker, shift in (
            ("trace", stable_trace(eta, one.outputs or 1), style.COLOURS[0], "o", -0.12),
            ("sharpness", 2 / eta, style.COLOURS[1], "s", 0.12),
        ):
            course, last = one.of(name)[:, one.noise_free, 0], one.of(f"{name}_quench")[:, one.noise_free]
            for values, fill in ((course, "none"), (last[np.isfinite(last)], "full")):
                if len(values) > 1:
                    mean, error = mean_and_error(values / limit)
                    axes.errorbar(
                        place + shift, mean, 3 * error, fmt=marker, color=colour, fillstyle=fill, ms=3.5,
                        elinewidth=0.7,
                    )  # fmt: skip
        gone = np.mean(one.of("diverged_at")[:, one.noise_free] >= 0)
        if gone:
            words = "diverges" if gone == 1 else f"{100 * gone:.0f}% diverge"
            axes.text(place, 1.5, words, fontsize=6, ha="center", va="bottom", rotation=90)
    axes.axhline(1, color="0.5", lw=0.8)
    axes.plot([], [], "o", color=style.COLOURS[0], ms=3.5, label="tr $H\\,\\eta / 2c$")
    axes.plot([], [], "s", color=style.COLOURS[1], ms=3.5, label="$\\lambda_{max}\\,\\eta / 2$")
    axes.set_yscale("log")
    axes.set_xlim(-0.6, len(networks) - 0.4)
    axes.set_xticks(range(len(networks)), labels, fontsize=5.5, rotation=90)
    axes.tick_params(axis="x", length=0)
    axes.set_ylabel("curvature $\\times\\,\\eta / 2c$ or $\\eta / 2$")
    axes.legend(fontsize=6.5)


def _caption(record: xr.Dataset, spec: Consensus, networks: list[Trained]) -> str:
    memory, race, swarm = spec.memory, spec.race, spec.swarm
    bands = " and ".join(f"{lowest:g}" for lowest in memory.lowest)
    shown = ", ".join(str(k) for k in memory.states_shown)
    told = (
        f"(a) Bands from {bands} (filled, open) to $\\pi$ radians per step; line: "
        "$4 \\sin(\\pi |d|)\\,e^{-2 \\pi^2 K / \\ln(64 / u_{min})}$. "
        f"(b) Exact noise, {memory.paths} paths; dashed: {shown} states in the first band; "
        f"colours as in (a). "
        f"(c) {swarm.repeats:,} swarms of {swarm.walkers}, $\\alpha = 0$. (d) Dotted: a step of descent of "
        f"rate $\\alpha V$. (a-d) No line is fitted. (e-g) {race.walkers} walkers; consensus "
        f"knows energies "
        "alone, others gradients, each counted as one evaluation; minima lie anew in every repeat; medians "
        f"and quartiles of repeats that did not choose the settings ({_settings(record, spec)})."
    )
    if networks:
        told += (
            " (h) Digits, c = 10 outputs; open: start, filled: end; batches of one (SGD) and all samples "
            "(GD). Bars: 3 standard errors."
        )
    return textwrap.fill(told, _COLUMNS)


def _settings(record: xr.Dataset, spec: Consensus) -> str:
    """What the first half of the repeats chose."""
    told = []
    for objective in spec.race.objectives:
        chosen = {method: best(record, objective, method).setting for method in methods(record)}
        strengths = ", ".join(f"{chosen[name]:g}" for name in chosen if name.startswith("c_t"))
        told.append(f"{objective}: $\\sigma = {chosen['consensus']:g}$, $s = {strengths}$")
    return "; ".join(told)
