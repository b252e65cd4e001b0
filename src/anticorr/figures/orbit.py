"""Figure C3: noise projected off group orbits, and the drift of their volumes. Theory beside the paper.

f = r^2 / 2, r the length of x, noise 1 across the orbits and b along them. (a) Density of r at rest under
rotations: points within three standard errors, lines: exact law. (b) Mean square at rest against b^2 for
all groups, line: exact law; open, dashed: Stratonovich's reading of the noise. (c) Its course at the
smallest b: projected noise (filled) and the drift of the volume (open), line: exact law. (d) Kolmogorov
distances between both dynamics at all times: of r^2, of an invariant of the group, of one entry of x,
which is none; dashed: of the entry from a single point, no invariant start; grey: law of distances between
equal laws. (e) Mean smallest gap of eigenvalues at rest, line: beta ensemble, beta = b^2. (f) Networks:
variance of u^2 - w.w of a neuron under SGD and under injected noise of the same strength; lines: theory.
No line is fitted.
"""

import textwrap

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy.special import kolmogorov

from anticorr.companions import orbits
from anticorr.companions.groups import Conjugation, Group, group_of
from anticorr.companions.seeds import generator
from anticorr.figures import style
from anticorr.figures.accompanied import only
from anticorr.specs.companion.orbit import Orbit

_COLUMNS = 135
"""Characters of a line of small print."""
_ENSEMBLE = 200_000
"""Matrices from which a point of the line of (e) is drawn: known to .1%."""


def draw(*records: xr.Dataset) -> Figure:
    """records: one of an orbit companion."""
    found = only("orbit", *records)
    record, spec = found.companion, found.spec
    assert isinstance(spec, Orbit)
    groups = [group_of(one.group, one.size) for one in spec.symmetries]
    figure = Figure(figsize=(style.WIDE, 4.9), layout="constrained")
    panels = figure.subplots(2, 3).ravel()
    _density(panels[0], record, spec, groups)
    _at_rest(panels[1], record, spec, groups)
    _course(panels[2], record, spec, groups)
    _distances(panels[3], record, spec)
    _gaps(panels[4], record, spec, groups)
    _networks(panels[5], record)
    for axes, letter in zip(panels, "abcdef", strict=True):
        style.panel_letter(axes, letter)
    figure.supxlabel(_caption(spec), fontsize=7, x=0.01, ha="left")
    return figure


def _name(spec: Orbit, symmetry: int) -> str:
    one = spec.symmetries[symmetry]
    return {
        "rotations": "SO({0}) on $R^{0}$", "factors": "O({1}) on ${0} \\times {1}$",
        "conjugation": "O({0}), symmetric",
    }[one.group].format(*one.size)  # fmt: skip


def _density(axes: Axes, record: xr.Dataset, spec: Orbit, groups: list[Group]) -> None:
    for n, (b, colour, marker) in enumerate(zip(spec.b, style.COLOURS, style.MARKERS, strict=False)):
        own = record.isel(setting=n)
        law, radius = orbits.squared_norm(groups[0], b, np.inf), own["radius"].values
        line = np.linspace(1e-3, radius[-1] + radius[0], 200)
        axes.plot(line, 2 * line * law.pdf(line**2), color=colour)
        axes.errorbar(
            radius, own["density"].values, 3 * own["density_err"].values, fmt=marker, color=colour, ms=2.5,
            elinewidth=0.7, label=f"$b = {b:g}$",
        )  # fmt: skip
    axes.set_xlim(0)
    axes.set_ylim(0)
    axes.set_xlabel("$|x|$")
    axes.set_ylabel(f"density at rest, {_name(spec, 0)}")
    axes.legend()


def _at_rest(axes: Axes, record: xr.Dataset, spec: Orbit, groups: list[Group]) -> None:
    line = np.linspace(0, 1, 50)
    for n, (group, colour, marker) in enumerate(zip(groups, style.COLOURS, style.MARKERS, strict=False)):
        own = record.isel(setting=np.flatnonzero(record["symmetry"].values == n))
        for name, look, other, dashes in (
            ("rest", "full", False, "-"),
            ("stratonovich", "none", True, "--"),
        ):
            values = [orbits.dimension(group, b, stratonovich=other) for b in line]
            axes.plot(line**2, values, dashes, color=colour, lw=0.9)
            axes.errorbar(
                own["b"].values ** 2, own[f"square_{name}"].values, 3 * own[f"square_{name}_err"].values,
                fmt=marker, color=colour, fillstyle=look, ms=3.5, elinewidth=0.7, ls="",
                label=_name(spec, n) if not other else None,
            )  # fmt: skip
    axes.set_xlabel("$b^2$")
    axes.set_ylabel("$\\langle |x|^2 \\rangle$ at rest")
    axes.legend(loc="lower right")


def _course(axes: Axes, record: xr.Dataset, spec: Orbit, groups: list[Group]) -> None:
    time = np.linspace(0, spec.times[-1], 60)
    lowest = min(spec.b)
    for n, (group, colour, marker) in enumerate(zip(groups, style.COLOURS, style.MARKERS, strict=False)):
        place = np.flatnonzero((record["symmetry"].values == n) & (record["b"].values == lowest))[0]
        own = record.isel(setting=place)
        start = (group.point**2).sum()
        values = [start, *(orbits.squared_norm(group, lowest, t).mean() for t in time[1:])]
        axes.plot(time, values, color=colour, lw=0.9)
        for name, look, shift in (("projected", "full", -0.012), ("equivalent", "none", 0.012)):
            axes.errorbar(
                np.array(spec.times) + shift * spec.times[-1], own[f"square_{name}"].values,
                3 * own[f"square_{name}_err"].values, fmt=marker, color=colour, fillstyle=look, ms=3.5,
                elinewidth=0.7, ls="",
            )  # fmt: skip
    axes.plot([], [], "ko", ms=3.5, label="projected noise")
    axes.plot([], [], "ko", ms=3.5, fillstyle="none", label="drift of the volume")
    axes.set_xlabel("time")
    axes.set_ylabel(f"$\\langle |x|^2 \\rangle$, $b = {lowest:g}$")
    low, high = axes.get_ylim()
    axes.set_ylim(low - 0.35 * (high - low), high)
    axes.legend(loc="lower left")


def _distances(axes: Axes, record: xr.Dataset, spec: Orbit) -> None:
    """Shares of distances above a value."""
    below_one = record["b"].values < 1
    sets = [
        (record["two_samples"].isel(look=n).values[below_one].ravel(), label, colour, "-")
        for n, (label, colour) in enumerate(
            zip(("$|x|^2$", "an invariant", "one entry"), style.COLOURS, strict=False)
        )
    ]
    control = record["control"].isel(look=2).values[below_one].ravel()
    if len(control):
        sets.append((control, "one entry, from one point", style.COLOURS[3], "--"))
    line = np.geomspace(0.3, 1.5 * max(values.max() for values, *_ in sets), 200)
    axes.plot(line, kolmogorov(line), "k", lw=2.5, alpha=0.35, label="equal laws")
    for values, label, colour, dashes in sets:
        ordered = np.sort(values)
        share = 1 - np.arange(len(ordered) + 1) / len(ordered)
        axes.step(np.append(line[0], ordered), share, dashes, where="post", color=colour, label=label)
    axes.set_xscale("log")
    style.round_ticks(axes.xaxis)
    axes.set_xlim(line[0], line[-1])
    axes.set_xlabel("distance $d = D \\sqrt{n/2}$")
    axes.set_ylabel("share of tests above $d$")
    axes.set_ylim(-0.04, 2.2)
    axes.set_yticks([0, 0.5, 1])
    axes.legend(fontsize=6.5, loc="upper left")


def _gaps(axes: Axes, record: xr.Dataset, spec: Orbit, groups: list[Group]) -> None:
    line = np.linspace(0.2, 1, 9)
    for n, (group, colour, marker) in enumerate(zip(groups, style.COLOURS, style.MARKERS, strict=False)):
        if not isinstance(group, Conjugation):
            continue
        own = record.isel(setting=np.flatnonzero(record["symmetry"].values == n))
        random = generator(spec.seed, 4, n)
        drawn = [orbits.beta_ensemble(group.size, b**2, _ENSEMBLE, random) for b in line]
        axes.plot(line, [np.diff(one, axis=1).min(axis=1).mean() for one in drawn], color=colour, lw=0.9)
        axes.errorbar(
            own["b"].values, own["form_rest"].values, 3 * own["form_rest_err"].values, fmt=marker,
            color=colour, ms=3.5, elinewidth=0.7, ls="", label=_name(spec, n),
        )  # fmt: skip
    axes.set_xlabel("$b$")
    axes.set_ylabel("smallest gap of eigenvalues")
    if axes.get_legend_handles_labels()[1]:
        axes.legend(loc="lower right")


def _networks(axes: Axes, record: xr.Dataset) -> None:
    step = record["course_step"].values[1:]
    for n, (kind, colour, marker) in enumerate(
        zip(record["activation"].values, style.COLOURS, style.MARKERS, strict=False)
    ):
        own = record.isel(net=n, course=slice(1, None))
        axes.plot(step, own["balance_exact"].values, color=colour, lw=0.9)
        for noise, look in (("injected", "full"), ("sgd", "none")):
            axes.errorbar(
                step, own[f"balance_{noise}"].values, 3 * own[f"balance_{noise}_err"].values, fmt=marker,
                color=colour, fillstyle=look, ms=3, elinewidth=0.7, ls="",
                label=f"{kind}, {'SGD' if noise == 'sgd' else 'injected'}",
            )  # fmt: skip
    axes.set_yscale("log")
    axes.set_xlabel("step")
    axes.set_ylabel("variance of $u^2 - |w|^2$")
    low, high = axes.get_ylim()
    axes.set_ylim(low * (low / high) ** 0.3, high)
    axes.legend(loc="lower right", fontsize=6.5, ncols=2, columnspacing=1.0, handletextpad=0.2)


def _caption(spec: Orbit) -> str:
    net = spec.network
    told = (
        "$f = |x|^2/2$, noise 1 across the orbits of a group and $b$ along them; "
        f"{spec.walkers:,} walkers, time steps of {spec.step:g}; bars: 3 standard errors. (b) Open, "
        "dashed: Stratonovich's reading. (d) Tests between both dynamics, $b < 1$, from a start that the "
        "group leaves as it is; dashed: from one point, which it does not. (e) Line: beta "
        "ensemble, $\\beta = b^2$. "
        f"(f) {net.replicas:,} networks of {net.inputs} inputs and {net.hidden} neurons, "
        f"$\\ell = {net.learning_rate:g}$, batches of {net.batch}; line: "
        "$4 \\sum s^2 \\langle u^2 + |w|^2 \\rangle$, $s$ of SGD at every step. No line is fitted."
    )
    return textwrap.fill(told, _COLUMNS)
