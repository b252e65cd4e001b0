"""Figure 5d: particles and networks on one axis of c_t: energy and training loss, and curvature.

Left: particles. Right: networks on handwritten digits. Top: energy, or training loss, over that under
white noise (c_t = 0) of the same strength σ, ratio of means, paired by seed; bottom: trace of the Hessian
per degree of freedom. In each, first while it runs, then after a quench. Bars: 95% intervals over seeds
(Student's t). Filled: different from c_t = 0 at 5% in all tests together (paired t, Holm); white: not;
grey: c_t = 0 itself. Lines join points; nothing here is theory.
"""

import itertools
import textwrap
from dataclasses import dataclass

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure

from anticorr.errors import InputError
from anticorr.figures import style
from anticorr.figures.landscapes import Landscape, landscapes
from anticorr.figures.states import gradient_of
from anticorr.figures.trained import trained
from anticorr.landscape.significance import holm, interval_factor, mean_and_error, paired, ratio_of_means
from anticorr.specs.training import Network

_LEVEL = 0.05
"""Level of all verdicts together."""
_PIXELS, _CLASSES = 64, 10
"""Inputs and outputs of a network on scikit-learn's digits."""
_COLUMNS = 138
"""Characters of a line of small print."""
_WHERE = {"run": "while it runs", "quench": "after a quench"}


Test = tuple[str, str, str, float, float]
"""Side; energy or trace; run or quench; sigma and c_t."""


@dataclass(frozen=True)
class _Side:
    """Particles, or networks."""

    name: str
    energy: str
    """What descends, in words."""
    curvature: str
    """Label of the curvature per degree of freedom."""
    unit: str
    """Of sigma, for a label."""
    told: str
    """What was run."""
    values: dict[tuple[str, str, float, float], np.ndarray]
    """(seed,) of energy or curvature ('energy', 'trace'), 'run' or 'quench', sigma and c_t."""

    @property
    def strengths(self) -> list[float]:
        return sorted({sigma for *_, sigma, _ in self.values})

    @property
    def correlations(self) -> list[float]:
        """From 0 down to -1."""
        return sorted({c for *_, c in self.values}, reverse=True)


def draw(*records: xr.Dataset) -> Figure:
    """records: landscapes of one system that differ in sigma and c_t, and one training of a network on
    digits with ma1 noise and tr H along its course; both with c_t = 0 at every sigma.

    Raises InputError for what is not that.
    """
    sides = [_particles(*records), _networks(*records)]
    significant = _tests(sides)
    figure = Figure(figsize=(style.WIDE, 4.5), layout="constrained")
    letters = iter("abcdefgh")
    for part, side in zip(figure.subfigures(1, 2, squeeze=False)[0], sides, strict=True):
        panels = part.subplots(2, 2, sharey="row")
        for column, (where, words) in zip(panels.T, _WHERE.items(), strict=True):
            for axes, what in zip(column, ("energy", "trace"), strict=True):
                _curves(axes, side, what, where, significant)
            column[0].axhline(1, color="0.35", lw=0.8, zorder=1)
            column[0].set_title(words, fontsize=8, pad=4)
            column[1].set_xlabel("noise correlation  $c_t$")
        panels[0, 0].set_ylabel(f"{side.energy}\n(that at $c_t=0$: 1)")
        panels[1, 0].set_ylabel(side.curvature)
        for axes in panels.ravel():
            style.round_ticks(axes.yaxis)
            style.panel_letter(axes, next(letters))
        _legend(part, panels[0, 0], side)
    figure.supxlabel(_caption(sides, significant), fontsize=7, x=0.01, ha="left")
    return figure


def _particles(*records: xr.Dataset) -> _Side:
    states, _ = landscapes(*records)
    if not states:
        raise InputError("side-by-side: got no landscape record of a state with noise, wanted some")
    spec, seeds = states[0].spec, len(states[0].seeds)
    steps = spec.schedule.relax_steps + spec.schedule.sample_steps
    names = {"energy": "energy", "trace": "trace"}
    return _Side(
        "particles", "energy", "tr $H / (Nd)$\n[$\\epsilon\\,D^{-2}$]", "  [$D$]",
        f"Particles: {spec.system.particles:,}, $\\phi={spec.system.packing_fraction:g}$, "
        f"$\\alpha={gradient_of(spec).step_size:g}$, {steps:,} steps (last "
        f"{spec.schedule.sample_steps:,}: 'while it runs'), {seeds} seeds.",
        {
            (what, where, state.strength, state.correlation): _replicas(state, names[what], where)
            for what in names
            for where in _WHERE
            for state in states
        },
    )  # fmt: skip


def _replicas(state: Landscape, quantity: str, where: str) -> np.ndarray:
    """(seed,): energy per particle, or trace of the Hessian per degree of freedom."""
    values = state.record[f"replica_{quantity}_{where}"].values
    return values / state.spec.system.dimension if quantity == "trace" else values


def _networks(*records: xr.Dataset) -> _Side:
    found = trained(*records)
    if len(found) != 1 or found[0].spec.problem.kind != "digits":
        kinds = ", ".join(one.spec.problem.kind for one in found) or "none"
        raise InputError(f"side-by-side: got trainings {kinds}, wanted one of a network on digits")
    (one,) = found
    if one.white is None or not one.strengths:
        raise InputError("side-by-side: got a training without white noise, wanted it for comparison")
    problem, schedule = one.problem(Network), one.spec.schedule
    widths = [_PIXELS, *problem.hidden, _CLASSES]
    parameters = sum((n + 1) * m for n, m in itertools.pairwise(widths))
    late = one.training["step"].values > schedule.noisy_steps / 2
    scale = {"energy": ("loss", 1.0), "trace": ("trace", parameters)}
    values = {}
    for what, (name, over) in scale.items():
        run, quench = one.of(name)[:, :, late].mean(axis=2) / over, one.of(f"{name}_quench") / over
        for noise, c in enumerate(one.correlations):
            for sigma in one.strengths:
                member = one.member(noise, sigma)
                values[what, "run", sigma, float(c)] = run[:, member]
                values[what, "quench", sigma, float(c)] = quench[:, member]
    return _Side(
        "networks", "training loss", "tr $H$ / number\nof parameters", "",
        f"Networks: digits, {'-'.join(map(str, widths))} {problem.activation}, {problem.train} training "
        f"samples, $\\eta={one.spec.descent.learning_rate:g}$, {schedule.noisy_steps:,} steps "
        f"(second half: 'while it runs') and {schedule.quench_steps:,} of quench, {one.seeds} seeds.",
        values,
    )  # fmt: skip


def _tests(sides: list[_Side]) -> dict[Test, bool]:
    """Is the paired difference from c_t = 0 significant, by side and place; all together, Holm."""
    p = {
        (side.name, *key): paired(values, side.values[*key[:3], 0.0])[2]
        for side in sides
        for key, values in side.values.items()
        if key[3] != 0
    }
    adjusted = holm(np.array(list(p.values())))
    return {key: bool(value < _LEVEL) for key, value in zip(p, adjusted, strict=True)}


def _curves(axes: Axes, side: _Side, what: str, where: str, significant: dict[Test, bool]) -> None:
    """A line for each sigma. Filled: significantly different from c_t = 0 at the same sigma."""
    places, sigmas = side.correlations, side.strengths
    for row, sigma in enumerate(sigmas):
        colour, marker = style.COLOURS[row], style.MARKERS[row]
        aside = 0.1 * (row - (len(sigmas) - 1) / 2)
        drawn = []
        for place, c in enumerate(places):
            values = side.values[what, where, sigma, c]
            if what == "energy" and c == 0:
                continue  # 1 by definition
            if what == "energy":
                mean, error = ratio_of_means(values, side.values[what, where, sigma, 0.0])
            else:
                mean, error = mean_and_error(values)
            filled = {None: "0.75", True: colour, False: "white"}[
                significant.get((side.name, what, where, sigma, c))
            ]
            axes.errorbar(
                place + aside, mean, interval_factor(len(values)) * error, fmt=marker, color=colour,
                mfc=filled, mec=colour, mew=0.8, ms=3.5, elinewidth=0.8, zorder=3,
            )  # fmt: skip
            drawn.append((place + aside, mean))
        axes.plot(*zip(*drawn, strict=True), color=colour, lw=0.6, zorder=2)
    axes.set_yscale("log")
    axes.margins(y=0.1)
    axes.set_xticks(range(len(places)), [f"${c:g}$" for c in places], fontsize=6.5)
    axes.tick_params(axis="x", which="both", length=0)
    axes.set_xlim(-0.5, len(places) - 0.5)


def _legend(part: SubFigure, axes: Axes, side: _Side) -> None:
    handles = [
        axes.plot([], [], style.MARKERS[n], color=style.COLOURS[n], label=f"${sigma:g}$")[0]
        for n, sigma in enumerate(side.strengths)
    ]
    part.legend(
        handles=handles, title=f"{side.name},  $\\sigma${side.unit}", loc="outside upper center",
        ncols=len(handles), columnspacing=0.8, handletextpad=0.1,
    )  # fmt: skip


def _caption(sides: list[_Side], significant: dict[Test, bool]) -> str:
    """What was run, what bars and fillings are, and the verdicts."""
    counts = "; ".join(
        f"{side.name}: "
        + ", ".join(
            f"{words} {_WHERE[where]} {sum(mine)} of {len(mine)}"
            for what, words in (("energy", side.energy), ("trace", "curvature"))
            for where in _WHERE
            for mine in [[s for key, s in significant.items() if key[:3] == (side.name, what, where)]]
        )
        for side in sides
    )
    told = (
        " ".join(side.told for side in sides) + " Top: ratio of means to $c_t=0$ at the same $\\sigma$, "
        "paired by seed. Bottom: means. Bars: 95% intervals over seeds (Student's t). Filled: different "
        f"from $c_t=0$ at {_LEVEL:g} in all {len(significant)} tests together (paired t, Holm); white: "
        f"not; grey: $c_t=0$. Different: {counts}."
    )
    return textwrap.fill(told, _COLUMNS)
