"""Figure 5e: private learning. What a strategy of the noise costs in a mean, and gains in accuracy.

(a) Theory, exact, no simulation: error of a privately learned mean over that under independent noise, at
equal privacy, against the learning rate η, by strategy of correlating the noise; grey: the least that any
strategy can reach. (b) Test accuracy of privately trained models, every strategy equally private; ringed:
the learning rate that validation chooses; grey line and band: without noise, which is not private;
coloured line and band: independent noise with larger batches. (c) Gain over independent noise, paired by
seed: at each rate, and right of the line each strategy at its own best rate. (b, c) Points: trainings,
bars and bands: 95% intervals of the mean over seeds (Student's t).
"""

import textwrap

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from anticorr.errors import InputError
from anticorr.figures import style
from anticorr.figures.private_trainings import (
    PLAIN,
    REFERENCE,
    accuracy,
    batch,
    by_batch,
    chosen,
    gain,
    names,
    rate,
    unlike,
)
from anticorr.figures.trained import Trained, trained
from anticorr.landscape.significance import mean_and_error
from anticorr.learning.private.mean_estimation import least_excess_error, tabulate
from anticorr.specs.training import Network

_WORDS = {
    "independent": "independent",
    "ma1": "ma1, best $c_t$",
    "nu_dp_ftrl": r"$\nu$-DP-FTRL, $\nu=\eta$",
    **{f"blt_{n}": f"BLT, {n} state{'s' * (n > 1)}" for n in (1, 2, 3, 4)},
}
_RATES = np.geomspace(1e-3, 0.95, 40)
"""Learning rates of the theory."""
_COLUMNS = 138
"""Characters of a line of small print."""


def draw(*records: xr.Dataset) -> Figure:
    """records: private trainings of one network that differ in the learning rate, independent noise among
    the strategies; with larger batches too, of which the best rate is shown for comparison.

    Bars are 95% intervals over seeds (Student's t). Raises InputError for what cannot be compared.
    """
    found = [one for one in trained(*records) if one.spec.privacy is not None]
    if wrong := unlike(found):
        raise InputError(f"private: {wrong}")
    shown, *larger = by_batch(found)
    looks: dict[str, style.Look] = {
        name: (style.COLOURS[n % len(style.COLOURS)], style.MARKERS[n])
        for n, name in enumerate(names(shown[0]))
    }
    figure = Figure(figsize=(style.WIDE, 3.4), layout="constrained")
    theory, level, gains = figure.subplots(1, 3, width_ratios=(1, 1, 1.25))
    _theory(theory, looks)
    _accuracies(level, shown, looks)
    _larger(level, larger, looks)
    _gains(gains, shown, larger, looks)
    _legend(figure, larger, looks)
    for axes, letter in zip((theory, level, gains), "abc", strict=True):
        style.panel_letter(axes, letter)
    figure.align_xlabels()
    figure.supxlabel(_caption(shown, larger), fontsize=7, x=0.01, ha="left")
    return figure


def _theory(axes: Axes, looks: dict[str, style.Look]) -> None:
    """Excess error of a private mean over that of independent noise."""
    table = tabulate(_RATES, names=tuple(looks))
    least = np.array([least_excess_error(eta) for eta in _RATES])
    axes.plot(_RATES, least / table[REFERENCE], color="0.75", lw=4)
    for name, (colour, _) in looks.items():
        line = (0, (3, 3)) if name.startswith("blt") else "-"
        axes.plot(_RATES, table[name] / table[REFERENCE], color=colour, lw=1.2, ls=line)
    axes.set_xscale("log")
    axes.set_yscale("log")
    style.round_ticks(axes.yaxis)
    axes.set_xlabel("learning rate  $\\eta$")
    axes.set_ylabel("error of a private mean\n(independent noise: 1)")


def _accuracies(axes: Axes, shown: list[Trained], looks: dict[str, style.Look]) -> None:
    """Test accuracy at each rate; ringed at the rate that validation chose."""
    for name in looks:
        for place, one in enumerate(shown):
            _point(axes, place, one, accuracy(one, name), name, looks, one is chosen(shown, name))
    for place, one in enumerate(shown):
        mean, bar = _interval(one, accuracy(one, PLAIN))
        ends = (place - 0.42, place + 0.42)
        axes.fill_between(ends, mean - bar, mean + bar, color="0.87", lw=0, zorder=0)
        axes.plot(ends, (mean, mean), color="0.35", lw=1, zorder=1)
    _rates(axes, [f"{rate(one):g}" for one in shown])
    axes.set_ylabel("test accuracy  [%]")


def _larger(axes: Axes, larger: list[list[Trained]], looks: dict[str, style.Look]) -> None:
    """Independent noise under larger batches, at its best rate."""
    for n, group in enumerate(larger):
        best = chosen(group, REFERENCE)
        mean, bar = _interval(best, accuracy(best, REFERENCE))
        colour = looks[REFERENCE][0]
        axes.axhspan(mean - bar, mean + bar, color=colour, alpha=0.15, lw=0, zorder=0)
        axes.axhline(mean, color=colour, lw=1, ls=(":", "-.", "--")[n % 3], zorder=1)


def _gains(
    axes: Axes, shown: list[Trained], larger: list[list[Trained]], looks: dict[str, style.Look]
) -> None:
    """Differences from independent noise: at each rate, and each at the rate that validation chose."""
    for name in looks:
        if name == REFERENCE:
            continue
        for place, one in enumerate(shown):
            _point(axes, place, one, accuracy(one, name) - accuracy(one, REFERENCE), name, looks)
        for place, group in enumerate([shown, *larger], start=len(shown)):
            _point(axes, place, group[0], gain(group, name), name, looks, True)
    axes.axhline(0, color=looks[REFERENCE][0], lw=1)
    axes.axvline(len(shown) - 0.5, color="0.6", lw=0.6)
    others = ["its\nown", *[f"batch\n{batch(group[0])}" for group in larger]]
    _rates(axes, [f"{rate(one):g}" for one in shown] + others)
    axes.set_ylabel("gain over independent noise\n[percentage points]")


def _rates(axes: Axes, labels: list[str]) -> None:
    axes.set_xticks(range(len(labels)), labels, fontsize=6.5)
    axes.tick_params(axis="x", which="both", length=0)
    axes.set_xlim(-0.5, len(labels) - 0.5)
    axes.set_xlabel("learning rate  $\\eta$")


def _interval(one: Trained, values: np.ndarray) -> tuple[float, float]:
    """Mean over seeds and half its 95% interval, in per cent."""
    mean, error = mean_and_error(values)
    return 100 * mean, 100 * one.factor * error


def _point(
    axes: Axes,
    place: float,
    one: Trained,
    values: np.ndarray,
    name: str,
    looks: dict[str, style.Look],
    ringed: bool = False,
) -> None:
    colour, marker = looks[name]
    at = place + 0.19 * (list(looks).index(name) - (len(looks) - 1) / 2)
    mean, bar = _interval(one, values)
    axes.errorbar(
        at, mean, bar, fmt=marker, color=colour, mec="black", mew=0.3, ms=3.5, elinewidth=0.9, zorder=3
    )
    if ringed:
        axes.plot(at, mean, "o", mfc="none", mec="black", mew=0.8, ms=7, zorder=4)


def _legend(figure: Figure, larger: list[list[Trained]], looks: dict[str, style.Look]) -> None:
    above = [
        Line2D([], [], marker=marker, color=colour, mec="black", mew=0.3, label=_WORDS[name])
        for name, (colour, marker) in looks.items()
    ]
    below = [
        Line2D([], [], color="0.75", lw=4, label="least possible (a)"),
        Line2D([], [], color="0.35", label="no noise: not private"),
        Line2D(
            [], [], marker="o", mfc="none", mec="black", mew=0.8, ms=7, ls="none",
            label="$\\eta$ chosen on validation",
        ),
        *[
            Line2D(
                [], [], color=looks[REFERENCE][0], ls=(":", "-.", "--")[n % 3],
                label=f"independent, batches of {batch(group[0])}",
            )
            for n, group in enumerate(larger)
        ],
    ]  # fmt: skip
    rows = max(len(above), len(below))
    blank = Line2D([], [], ls="none", label=" ")
    # A legend fills its columns first.
    handles = [(row + [blank] * rows)[column] for column in range(rows) for row in (above, below)]
    figure.legend(
        handles=handles, loc="outside upper center", ncols=rows, columnspacing=1.2, handletextpad=0.5
    )


def _caption(shown: list[Trained], larger: list[list[Trained]]) -> str:
    """What is theory and what was trained."""
    spec = shown[0].spec
    problem, privacy = shown[0].problem(Network), spec.privacy
    assert privacy is not None  # see `draw`
    layers = "-".join(str(width) for width in problem.hidden)
    model = f"{problem.activation} network, {layers} units" if problem.hidden else "linear model"
    told = (
        "(a) Theory, exact, no simulation: stationary error of a learned mean at equal privacy, each "
        "sample seen once; $\\eta/(2-\\eta)$ for independent noise. (b, c) "
        f"{spec.problem.kind.capitalize()}, {model}, {problem.train:,} private training samples, "
        f"{_batches(shown[0])}, gradients of samples clipped to norm {privacy.clip:g}; every strategy "
        f"$(\\epsilon,\\delta)=({privacy.epsilon:g},{_power(privacy.delta)})$ private against leaving out "
        f"one sample. Test accuracy after the last step, {problem.test:,} samples; learning rates chosen "
        f"on {problem.validation} validation samples, taken as public. {shown[0].seeds} seeds; bars and "
        "bands: 95% intervals of the mean over seeds (Student's t), gains paired by seed."
    )
    for group in larger:
        rates = ", ".join(f"{rate(one):g}" for one in group)
        told += f" For comparison {_batches(group[0])}, at $\\eta$ = {rates}."
    return textwrap.fill(told, _COLUMNS)


def _batches(one: Trained) -> str:
    steps = one.spec.schedule.noisy_steps
    epochs = steps / (one.problem(Network).train // batch(one))
    return f"{steps:,} steps of {batch(one)} in a fixed order ({epochs:g} epochs)"


def _power(value: float) -> str:
    digits, exponent = f"{value:.0e}".split("e")
    power = f"10^{{{int(exponent)}}}"
    return power if digits == "1" else f"{digits}\\times{power}"
