"""Frames of a trajectory as pictures: disks of true size in their box, coloured, with one scale for all."""

import functools
import json
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import matplotlib
import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import EllipseCollection
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from anticorr.errors import InputError
from anticorr.figures import style
from anticorr.movies import density, disks
from anticorr.noise.filters import from_spec
from anticorr.specs import Spec, parse
from anticorr.spectra.bond_order import local_psi_6
from anticorr.wording import unknown_name

COLOURS = ("density", "psi_6", "none")

_SIZE = (7.2, 6.8)
"""Inches."""
_PLAIN = "#22305a"
_RANGE = 1.5
"""Of the scale of densities to both sides of the mean, in standard deviations of points at random."""
_OUTLINED = 6.0
"""Dots in a diameter, from which on disks have an outline."""


class Colour(NamedTuple):
    """What colours say."""

    label: str
    scale: str
    """Colour map."""
    beyond: str
    """Ends of the scale that values may pass, in matplotlib's words."""
    low: float
    high: float
    of: Callable[[np.ndarray], np.ndarray]
    """(particle, axis) -> (particle,)"""


def check(record: xr.Dataset, colour: str, stripped: bool) -> None:
    """Raise InputError, with every reason, where a movie of this trajectory cannot be."""
    spec, problems = parse(json.loads(record.attrs["spec"])), []
    if colour not in COLOURS:
        problems.append(unknown_name("--colour", colour, COLOURS))
    if "position" not in record:
        problems.append("trajectory: got no frames, wanted a record with positions")
    elif stripped and "stripped_position" not in record:
        problems.append(
            "--stripped: got a trajectory of x alone, wanted one whose spec has record.stripped: true"
        )
    if colour == "psi_6" and (spec.system.dimension != 2 or spec.system.particles < 7):
        problems.append(
            f"--colour: got psi_6 of {spec.system.particles} particles in {spec.system.dimension}D, wanted "
            "seven or more in 2D, or another colour"
        )
    if problems:
        raise InputError(*problems)


def pictures(
    record: xr.Dataset, frames: Sequence[int], colour: str, stripped: bool, dots: int
) -> Iterator[np.ndarray]:
    """A picture (height, width, 3), 8 bits a channel, of every one of these frames of a trajectory record.

    colour: one of COLOURS; stripped: y in place of x; dots: in an inch of a picture of 7.2 by 6.8. The
    record, which should have passed `check`, is read frame by frame.
    """
    spec = parse(json.loads(record.attrs["spec"]))
    diameter = record["diameter"].values if "diameter" in record else np.ones(spec.system.particles)
    shade, side = _colour(colour, spec, diameter), spec.system.box_side
    with style.look():
        figure = Figure(figsize=_SIZE, dpi=dots, layout=ConstrainedLayoutEngine(w_pad=0.1, h_pad=0.1))
        canvas, axes = FigureCanvasAgg(figure), figure.add_subplot()
        _dress(axes, spec, stripped)
        drawn = _collection(figure, axes, shade, side, dots)
    variable, laid_out = record["stripped_position" if stripped else "position"], False
    for frame in frames:
        points = np.mod(variable[frame].values, side)
        shown = disks.in_slab(points, side) if spec.system.dimension == 3 else np.arange(len(points))
        seen = disks.in_box(points[shown], diameter[shown], side)
        with style.look():
            drawn.set(offsets=seen.centre, widths=seen.diameter, heights=seen.diameter)
            drawn.set_angles(np.zeros(1))
            if shade is not None:
                drawn.set_array(shade.of(points)[shown][seen.particle])
            axes.set_title(f"step {int(record['step'][frame]):,}", loc="right")
            if not laid_out:  # once, or the box would move
                figure.draw_without_rendering()
                figure.set_layout_engine("none")
                laid_out = True
            canvas.draw()  # type: ignore[no-untyped-call]
        picture = canvas.buffer_rgba()  # type: ignore[no-untyped-call]
        yield np.asarray(picture)[..., :3].copy()


def _colour(colour: str, spec: Spec, diameter: np.ndarray) -> Colour | None:
    side, dimension = spec.system.box_side, spec.system.dimension
    if colour == "psi_6":
        return Colour(
            "bond order  $|\\psi_6|$ of each particle", "viridis", "neither", 0.0, 1.0,
            lambda points: np.abs(local_psi_6(points, side)),
        )  # fmt: skip
    if colour == "density":
        mean, wide = spec.system.packing_fraction, _RANGE * density.scatter(diameter, side, dimension)
        return Colour(
            f"local packing fraction, smoothed by a Gaussian of width ${density.WIDTH:g}\\,D$", "coolwarm",
            "both", max(mean - wide, 0.0), mean + wide,
            functools.partial(density.smoothed, diameter=diameter, side=side),
        )  # fmt: skip
    return None


def _dress(axes: Axes, spec: Spec, stripped: bool) -> None:
    """The box, and what it holds, in words."""
    side, system = spec.system.box_side, spec.system
    axes.set(xlim=(0, side), ylim=(0, side), aspect="equal", xticks=[], yticks=[])
    of = "noise-stripped positions $y$, " if stripped else ""
    slab = "slab of one diameter about the middle, " if system.dimension == 3 else ""
    axes.set_xlabel(f"{slab}{of}box side $L = {side:.4g}\\,D$")
    noise, name = spec.dynamics.noise, "disks" if system.dimension == 2 else "spheres"
    correlation = f", $c_t = {from_spec(noise).correlation:.3g}$" if noise.strength else ""
    kind = "" if noise.kind in ("white", "ma1") else f" ({noise.kind.replace('_', ' ')})"
    axes.set_title(
        f"{system.particles:,} {name}, $\\phi = {system.packing_fraction:g}$"
        f"{correlation}, $\\sigma = {noise.strength:g}\\,D${kind}",
        loc="left",
    )


def _collection(
    figure: Figure, axes: Axes, shade: Colour | None, side: float, dots: int
) -> EllipseCollection:
    """Disks, none yet, with their colour bar."""
    outlined = _SIZE[1] * dots / side > _OUTLINED
    drawn = EllipseCollection(
        [], [], [], units="x", offsets=np.empty((0, 2)), offset_transform=axes.transData,
        linewidths=0.3 if outlined else 0.0, edgecolors="0.15" if outlined else "none",
    )  # fmt: skip
    axes.add_collection(drawn, autolim=False)
    if shade is None:
        drawn.set(facecolor=_PLAIN, alpha=0.55, edgecolor="none")  # darker where they overlap
        return drawn
    drawn.set(cmap=matplotlib.colormaps[shade.scale], clim=(shade.low, shade.high))
    bar = figure.colorbar(drawn, ax=axes, label=shade.label, shrink=0.8, aspect=30, extend=shade.beyond)
    bar.ax.tick_params(direction="out")
    return drawn
