"""Figure C2: stochastic gradient descent on mixtures of Gaussians, and dynamical mean-field theory. Theory
beside the paper.

Along the descent, by batch fraction b, for two clusters: (a) loss and (b) error on the training samples,
(c) error on new samples, (d) overlap with the direction of the clusters; (e), (f), (g), (h) the same for
three. Points: descents on samples, extrapolated in 1/d, bars: 95% intervals. Lines: theory of infinite
dimension, nothing fitted. (i) Memory of the weights at the last step, and (j) correlation of the noise
between two times for the largest batches below 1, contours at .2, .4, .6 and .8; both of two clusters.
Error on new samples at the last step against (k) the batch fraction, (l) the spread of the clusters and
(m) the ridge.
"""

import itertools
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from anticorr.errors import InputError
from anticorr.figures import style
from anticorr.figures.accompanied import only
from anticorr.specs.companion.meanfield import MeanField

_COURSES = {
    "loss": "training loss", "training_error": "training error", "error": "error on new samples",
    "overlap": "overlap $m$",
}  # fmt: skip
_SCANS = {
    "batch_fraction": "batch fraction $b$", "spread": "spread $\\Delta$", "ridge": "ridge $\\lambda$",
}  # fmt: skip


def draw(*records: xr.Dataset) -> Figure:
    """records: one of a mean-field companion, of one or two mixtures."""
    found = only("meanfield", *records)
    record, spec = found.companion, found.spec
    assert isinstance(spec, MeanField)
    if len(spec.mixtures) > 2:
        raise InputError(f"records: got {len(spec.mixtures)} mixtures, wanted one or two")
    rows = len(spec.mixtures)
    figure = Figure(figsize=(style.WIDE, 1.6 * rows + 2.6), layout="constrained")
    above, below = figure.subfigures(2, 1, squeeze=False, height_ratios=[1.6 * rows, 1.75])[:, 0]
    looks = dict(zip(spec.batch_fractions, style.looks(len(spec.batch_fractions)), strict=True))
    panels = [*above.subplots(rows, 4).flat]
    for axes, (row, name) in zip(panels, itertools.product(range(rows), _COURSES), strict=True):
        _course(axes, record, spec, row, name, looks)
    last = [*below.subplots(1, 5).flat]
    _memory(last[0], record, spec, looks)
    _noise(last[1], record, spec)
    for axes, key in zip(last[2:], _SCANS, strict=True):
        _scan(axes, record, key)
    for axes, letter in zip([*panels, *last], "abcdefghijklm", strict=False):
        style.panel_letter(axes, letter)
    handles = [
        last[0].plot([], [], marker + "-", color=colour, ms=3, label=f"$b = {b:g}$")[0]
        for b, (colour, marker) in looks.items()
    ]
    above.legend(handles=handles, loc="outside upper center", ncols=len(handles))
    below.supxlabel(_caption(spec), fontsize=7, x=0.01, ha="left")
    return figure


def _times(record: xr.Dataset, spec: MeanField, mixture: int) -> np.ndarray:
    return spec.mixtures[mixture].learning_rate * np.arange(record.sizes["step"])


def _course(
    axes: Axes, record: xr.Dataset, spec: MeanField, mixture: int, name: str, looks: dict[float, style.Look]
) -> None:
    """One number along the descent, by batch fraction."""
    times = _times(record, spec, mixture)
    every = max(1, len(times) // 10)
    for setting in np.flatnonzero(record["mixture"].values == mixture):
        own = record.isel(setting=setting)
        colour, marker = looks[float(own["batch_fraction"])]
        axes.plot(times, own[name].values, color=colour, lw=0.9)
        axes.errorbar(
            times[::every], own[f"{name}_simulated"].values[::every],
            1.96 * own[f"{name}_simulated_err"].values[::every], fmt=marker, color=colour, ms=2.5,
            elinewidth=0.6, capsize=0,
        )  # fmt: skip
    axes.set_xlabel("time $\\eta\\,\\times$ steps")
    axes.set_ylabel(_COURSES[name])
    axes.set_xlim(0, times[-1])
    if name == "error":
        axes.set_yscale("log")
        style.round_ticks(axes.yaxis)


def _memory(axes: Axes, record: xr.Dataset, spec: MeanField, looks: dict[float, style.Look]) -> None:
    """M_R(t, t') of the last step t, by the time that has passed."""
    times = _times(record, spec, 0)
    for setting in np.flatnonzero(record["mixture"].values == 0):
        own = record.isel(setting=setting)
        colour, _ = looks[float(own["batch_fraction"])]
        kernel = own["memory_kernel"].values[-1, :-1]
        axes.plot(times[-1] - times[:-1], kernel, color=colour, lw=0.9)
    axes.axhline(0, color="0.6", lw=0.6)
    axes.set_xlabel("$t - t'$")
    axes.set_ylabel("memory $M_R(t, t')$")


def _noise(axes: Axes, record: xr.Dataset, spec: MeanField) -> None:
    """Covariance of the noise, over its values on the diagonal."""
    mine = np.flatnonzero(record["mixture"].values == 0)
    below = [n for n in mine if record["batch_fraction"][n] < 1] or [*mine]
    kernel = record["noise_kernel"].values[max(below, key=lambda n: record["batch_fraction"][n])]
    full = np.tril(kernel) + np.tril(kernel, -1).T
    scale = np.sqrt(np.diag(full))
    end = _times(record, spec, 0)[-1]
    correlation = full / np.outer(scale, scale)
    place: dict[str, Any] = {"origin": "lower", "extent": (0, end, 0, end)}
    axes.imshow(correlation, cmap="viridis", vmin=0, vmax=1, rasterized=True, **place)
    axes.contour(correlation, levels=(0.2, 0.4, 0.6, 0.8), colors="w", linewidths=0.6, **place)
    axes.set_xlabel("$t$")
    axes.set_ylabel("$t'$")


def _scan(axes: Axes, record: xr.Dataset, key: str) -> None:
    """Error on new samples at the end against one key of the first problem."""
    mine = np.flatnonzero(record["scan_key"].values == key)
    mine = mine[np.argsort(record["scan_value"].values[mine])]
    x = record["scan_value"].values[mine]
    axes.plot(x, record["scan_error"].values[mine], color="k", lw=0.9)
    seen, error = (record[f"scan_error_simulated{end}"].values[mine] for end in ("", "_err"))
    axes.errorbar(
        x, seen, 1.96 * error, fmt="o", color=style.COLOURS[0], ms=2.5, elinewidth=0.6, capsize=0,
    )  # fmt: skip
    if key != "batch_fraction" and (x > 0).any():
        axes.set_xscale("symlog", linthresh=float(x[x > 0].min()))
    axes.set_xlabel(_SCANS[key])
    axes.set_ylabel("error")


def _caption(spec: MeanField) -> str:
    told = []
    for mixture in spec.mixtures:
        tau = "anew every step" if mixture.persistence is None else f"for $\\tau = {mixture.persistence:g}$"
        told.append(
            f"{mixture.clusters} clusters: $\\alpha = {mixture.samples:g}$, $\\Delta = "
            f"{mixture.spread:g}$, $\\lambda = {mixture.ridge:g}$, $\\eta = "
            f"{mixture.learning_rate:g}$, batches drawn {tau}"
        )
    low, high = spec.dimensions
    told.append(
        f"{spec.descents} descents at $d = {low}$ and {high} each; theory: {spec.solutions} solutions of "
        f"{spec.paths:,} paths. (k-m) Two clusters, $b = {spec.batch_fractions[-1]:g}$ in (l, m)"
    )
    return ".\n".join(told) + ". No line is fitted."
