"""One look for all figures, and saving them so that the same records give the same bytes.

Widths are those of a two-column journal; text is 8 pt in print. Correlations run along a colour map that
stays ordered in grey and for colour-blind readers, with a marker of their own each.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import matplotlib
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import LogFormatter, NullLocator
from matplotlib.typing import ColorType

if TYPE_CHECKING:
    from matplotlib.typing import RcKeyType

WIDE, NARROW = 7.0, 3.4
"""Figure widths in inches: two columns, one column."""

DOUBTFUL = "0.72"
"""Colour of what is not a relaxed fluid."""

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#000000")
"""Of sigma: the colour-blind safe set of Okabe and Ito, each with a marker of its own."""

MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<", ">", "*")

Look = tuple[ColorType, str]
"""Colour and marker of a set of points."""

_LOOK: "dict[RcKeyType, Any]" = {
    "font.size": 8,
    "font.family": "DejaVu Sans",
    "axes.labelsize": 8,
    "axes.titlesize": 8,
    "axes.linewidth": 0.6,
    "axes.formatter.use_mathtext": True,
    "legend.fontsize": 7,
    "legend.frameon": False,
    "legend.handlelength": 1.6,
    "lines.linewidth": 1.0,
    "lines.markersize": 3.5,
    "errorbar.capsize": 1.5,
    "xtick.direction": "in",
    "ytick.direction": "in",
    "xtick.top": True,
    "ytick.right": True,
    "mathtext.fontset": "dejavusans",
    "pdf.fonttype": 42,
    "svg.hashsalt": "anticorr",
    "figure.dpi": 100,
    "savefig.dpi": 300,
}


@contextmanager
def look() -> Iterator[None]:
    """The project's style, whatever the user's own settings are."""
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(_LOOK)
        yield


def draw(drawing: Callable[..., Figure], *records: xr.Dataset) -> Figure:
    """Call a figure's `draw` under the project's style."""
    with look():
        drawn = drawing(*records)
        for axes in drawn.axes:
            _untangle(axes.xaxis)
            _untangle(axes.yaxis)
        return drawn


def save(figure: Figure, path: str, origin: str = "") -> None:
    """Write PDF, PNG or SVG without dates, so that bytes repeat, with a line on where it came from."""
    told = origin or None
    clean: dict[str, dict[str, Any]] = {
        "pdf": {"CreationDate": None, "ModDate": None, "Subject": told},
        "png": {"Software": None, "Description": told},
        "svg": {"Date": None, "Description": told},
    }
    with look():
        # Laid out once: each further pass would move axes, and bytes depend on what was saved before.
        figure.draw_without_rendering()
        figure.set_layout_engine("none")
        figure.savefig(path, metadata=clean[path.rsplit(".", 1)[-1]])


def looks(count: int) -> list[Look]:
    """(colour, marker) of `count` sets of points, from pale to dark; markers come again after ten."""
    scale = matplotlib.colormaps["viridis"]
    return [(scale(0.92 - 0.92 * i / max(count - 1, 1)), MARKERS[i % len(MARKERS)]) for i in range(count)]


def round_ticks(axis: Axis, most: int = 6) -> None:
    """Ticks of a logarithmic axis as plain numbers: in every decade in view 1, 2, 5, or 1, 3, or 1, so that
    they are not more than `most`; where so they are fewer than three, finer ones."""
    low, high = axis.get_view_interval()

    def ticks_of(digits: tuple[float, ...]) -> list[float]:
        return [t for power in range(-9, 10) for d in digits if low <= (t := d * 10.0**power) <= high]

    ticks = next((t for t in map(ticks_of, ((1, 2, 5), (1, 3))) if len(t) <= most), ticks_of((1,)))
    for digits in ((1, 2, 3, 5, 7), (1, 1.2, 1.5, 2, 3, 4, 5, 6, 7, 8)):
        if len(ticks) < 3:
            ticks = ticks_of(digits)
    axis.set_ticks(ticks, [f"{tick:g}" for tick in ticks])
    axis.set_minor_locator(NullLocator())


def _untangle(axis: Axis) -> None:
    """Over less than two decades matplotlib writes 2 x 10^-1, 3 x 10^-1, ..., one into another."""
    if axis.get_scale() == "log" and isinstance(axis.get_minor_formatter(), LogFormatter):
        low, high = axis.get_view_interval()
        if high < 60 * low:
            round_ticks(axis)


def panel_letter(axes: Axes, letter: str) -> None:
    """(a), (b), ... above the top left corner of a panel."""
    axes.text(0.0, 1.02, f"({letter})", transform=axes.transAxes, ha="left", va="bottom", weight="bold")


def label(variable: xr.DataArray, symbol: str) -> str:
    """Axis label from a symbol and the unit that the record gives."""
    unit = variable.attrs["units"]
    return symbol if unit == "1" else f"{symbol}  [{_typeset(unit)}]"


def _typeset(unit: str) -> str:
    parts = [p.partition("^")[::2] for p in unit.split()]
    return " ".join(f"${b}^{{{e}}}$" if e else f"${b}$" for b, e in parts)
