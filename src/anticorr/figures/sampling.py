"""Supplement: the order of samples is noise too. Mean of samples against theory, digits, by sampling.

(a) Deviation of a learned mean from the mean of the samples, by step of the epoch, for batches drawn
independently, by epochs, in cycles, or such that they repel; (b) how far it is from theory, in per cent.
Points: descents; lines: theory, nothing fitted, exact, for batches that repel as samples grow many. (c-f)
Handwritten digits, after a quench: accuracy, losses and tr H less those of independent batches, seed by
seed (dots) and their mean, which also stands above. Bars and ±: 95% intervals of the mean over seeds
(Student's t).
"""

import math

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from anticorr.errors import InputError
from anticorr.figures import expected, style
from anticorr.figures.trained import Trained, trained
from anticorr.landscape.significance import mean_and_error
from anticorr.specs.training import Mean, Network

_ORDER = ("independent", "epoch", "cyclic", "repellent")
_LOOKS = dict(zip(_ORDER, zip(style.COLOURS, style.MARKERS, strict=False), strict=False))
_SHOWN = {
    "test_accuracy": ("$\\Delta$ test accuracy  [%]", 100),
    "test_loss": ("$\\Delta$ test loss  [$10^{-3}$]", 1000),
    "loss": ("$\\Delta$ training loss  [$10^{-3}$]", 1000),
    "trace": ("$\\Delta$ tr $H$", 1),
}
"""Of the digits, after the quench: label and factor."""


def draw(*records: xr.Dataset) -> Figure:
    """records: trainings of the mean of samples, and of digits from the same seeds, that differ in the
    sampling of batches alone; independent sampling among both."""
    found = trained(*records)
    means, digits = (_by_sampling(found, kind) for kind in ("mean", "digits"))
    figure = Figure(figsize=(style.WIDE, 3.6), layout="constrained")
    left, right = figure.subfigures(1, 2, squeeze=False, width_ratios=(1, 1.15))[0]
    deviation, residual = left.subplots(2, 1, sharex=True, height_ratios=(2, 1))
    _means(deviation, residual, means)
    panels = right.subplots(2, 2).ravel()
    for axes, name in zip(panels, _SHOWN, strict=True):
        _differences(axes, digits, name)
    for axes, letter in zip((deviation, residual, *panels), "abcdef", strict=True):
        style.panel_letter(axes, letter)
    figure.supxlabel(_caption(means, digits), fontsize=7, x=0.01, ha="left")
    return figure


def _by_sampling(found: list[Trained], kind: str) -> dict[str, Trained]:
    """Trainings of a kind of problem in the order of _ORDER; InputError with what is wrong."""
    mine = [one for one in found if one.spec.problem.kind == kind]
    samplings = [one.spec.descent.sampling for one in mine]
    problems = []
    if "independent" not in samplings:
        problems.append(f"records: got no training of kind {kind} with independent sampling, wanted one")
    if len(set(samplings)) < len(samplings):
        problems.append(f"records: got {kind} with {', '.join(samplings)}, wanted each sampling once")
    if len({_but_for_sampling(one) for one in mine}) > 1:
        problems.append(f"records: got {kind} that differ in more than sampling, wanted sampling alone")
    if any(one.plain is None or not one.spec.descent.batch_size for one in mine):
        problems.append(f"records: got {kind} without a descent of strength 0 in batches, wanted one")
    if problems:
        raise InputError(*problems)
    return {s: mine[samplings.index(s)] for s in _ORDER if s in samplings}


def _but_for_sampling(one: Trained) -> str:
    descent = one.spec.descent.model_copy(update={"sampling": "independent", "repulsion": 1.0})
    return one.spec.model_copy(update={"descent": descent}).canonical_json()


def _means(axes: Axes, residual: Axes, means: dict[str, Trained]) -> None:
    """Deviation by step of the epoch, second half of the course; and over theory."""
    first = means["independent"]
    steps = first.training["step"].values
    late = steps >= steps[-1] // 2
    epoch = first.problem(Mean).samples // first.spec.descent.batch_size
    phases = np.unique(steps[late] % epoch)
    for place, (sampling, one) in enumerate(means.items()):
        colour, marker = _LOOKS[sampling]
        values, theory = one.of("deviation_square")[:, one.noise_free], expected.deviation_expected(one)
        here = [late & (steps % epoch == phase) for phase in phases]
        line = np.array([theory[at].mean() for at in here])
        mean, error = np.array([mean_and_error(values[:, at].mean(axis=1)) for at in here]).T
        axes.plot(phases, line, color=colour, lw=0.9)
        axes.errorbar(
            phases, mean, one.factor * error, fmt=marker, color=colour, ms=3, elinewidth=0.7, label=sampling
        )
        aside = 0.16 * (place - (len(means) - 1) / 2)
        residual.errorbar(
            phases + aside, 100 * (mean / line - 1), 100 * one.factor * error / line, fmt=marker,
            color=colour, ms=2.5, elinewidth=0.7, capsize=0,
        )  # fmt: skip
    axes.set_yscale("log")
    low, high = axes.get_ylim()
    axes.set_ylim(low, high * (high / low) ** 0.25)
    axes.legend(loc="upper center", ncols=2, columnspacing=1.0, handletextpad=0.3)
    axes.set_ylabel("deviation  $\\langle (w - \\bar x)^2\\rangle$")
    residual.axhline(0, color="0.5", lw=0.8)
    residual.set_xlabel("steps since the epoch began")
    residual.set_ylabel("off theory [%]")


def _differences(axes: Axes, digits: dict[str, Trained], name: str) -> None:
    """Every sampling less independent, seed by seed: the seeds, and the mean with its 95% interval."""
    label, factor = _SHOWN[name]
    reference = digits["independent"]
    name = f"{name}_quench"
    base = reference.of(name)[:, reference.noise_free]
    others = [s for s in digits if s != "independent"]
    for place, sampling in enumerate(others):
        one = digits[sampling]
        colour, marker = _LOOKS[sampling]
        difference = factor * (one.of(name)[:, one.noise_free] - base)
        spread = np.linspace(-0.22, 0.22, len(difference))
        axes.plot(place + spread, difference, ".", color=colour, alpha=0.5, ms=3, mew=0)
        mean, error = mean_and_error(difference)
        axes.errorbar(
            place, mean, one.factor * error, fmt=marker, color=colour, mec="black", mew=0.4, ms=4.5
        )
        axes.annotate(
            _in_words(mean, one.factor * error), (place, 1),
            xycoords=("data", "axes fraction"), xytext=(0, -3), textcoords="offset points", ha="center",
            va="top", fontsize=6.5,
        )  # fmt: skip
    axes.axhline(0, color="0.5", lw=0.8, zorder=0)
    low, high = axes.get_ylim()
    axes.set_ylim(low, high + 0.35 * (high - low))
    axes.set_xlim(-0.5, len(others) - 0.5)
    axes.set_xticks(range(len(others)), others)
    axes.tick_params(axis="x", which="both", length=0)
    axes.set_ylabel(label)
    axes.set_title(f"independent: {factor * base.mean():.3g}", loc="right", pad=3, fontsize=6.5)


def _in_words(mean: float, half: float) -> str:
    """A mean and half its interval, both to two digits of the latter."""
    digits = max(0, 1 - math.floor(math.log10(half))) if half > 0 else 2
    return f"{mean:+.{digits}f}\n±{half:.{digits}f}".replace("-", "−")


def _caption(means: dict[str, Trained], digits: dict[str, Trained]) -> str:
    one, net = means["independent"].spec, digits["independent"].spec
    samples = means["independent"].problem(Mean).samples
    images = digits["independent"].problem(Network).train
    repulsions = {m.spec.descent.repulsion for s, m in (means | digits).items() if s == "repellent"}
    repellent = f" (repulsion {', '.join(f'{r:g}' for r in sorted(repulsions))})" if repulsions else ""
    return (
        "(a) $L = \\langle |w - x_i|^2\\rangle_i / 2$, deviation of a coordinate from the mean of "
        f"{samples} samples of unit variance, {one.descent.batch_size} a step{repellent};\n"
        f"$\\eta = {one.descent.learning_rate:g}$, steps {one.schedule.noisy_steps // 2} to "
        f"{one.schedule.noisy_steps}, {len(one.seeds)} seeds. (b) The same, side by side. Lines: theory, "
        "nothing fitted; exact, for repellent batches as\n"
        f"samples grow many. (c-f) Digits, {images} samples, {net.descent.batch_size} a step; "
        f"$\\eta = {net.descent.learning_rate:g}$, {net.schedule.noisy_steps:,} steps and "
        f"{net.schedule.quench_steps:,} with all samples, {len(net.seeds)} seeds. Difference from\n"
        "independent batches, seed by seed (dots), its mean, and above it the mean of independent batches. "
        "Bars and ±: 95% intervals\nof the mean over seeds (Student's t)."
    )
