"""The four plots, empty: the page's script fills their sources. As JSON of a Bokeh document."""

import json
from typing import Any

from bokeh.core.json_encoder import serialize_json
from bokeh.document import Document
from bokeh.models import ColumnDataSource, FixedTicker, HoverTool, LinearAxis, LinearColorMapper, Range1d
from bokeh.plotting import figure
from matplotlib.colors import LinearSegmentedColormap, to_hex

from anticorr.figures import style

DENSITIES = (0.7, 1.3)
"""Ends of the colours of a local density, in units of the mean."""

_INK, _SOFT, _LINE = "#1c2430", "#566170", "#d9dee5"
_OTHERS = "#c3c9d1"


def colours(count: int) -> list[str]:
    """Of the states of a family, as in the figures: from pale to dark."""
    return [to_hex(colour) for colour, _ in style.looks(count)]


def doubtful() -> str:
    """Colour of a state in doubt."""
    return to_hex(style.DOUBTFUL)


def densities() -> list[str]:
    """From thin to dense: blue, pale grey, orange of the colour-blind safe set."""
    blue, orange = style.COLOURS[:2]
    scale = LinearSegmentedColormap.from_list("density", [blue, "#ece9e2", orange])
    return [to_hex(scale(n / 63)) for n in range(64)]


def document() -> tuple[str, dict[str, str]]:
    """JSON of the document, and the id of each plot by its name; the same in every call."""
    made = Document()
    plots = (_snapshot(), _spectrum(), _series(), _against())
    for plot in plots:
        made.add_root(plot)
    ids: dict[str, str] = {}
    data = _renamed(json.loads(serialize_json(made.to_json())), ids)
    return json.dumps(data, separators=(",", ":")), {str(plot.name): ids[plot.id] for plot in plots}


def _renamed(data: Any, ids: dict[str, str]) -> Any:
    """Bokeh numbers its models in the order in which a process makes them: here, each by its place."""
    if isinstance(data, dict):
        return {
            key: ids.setdefault(value, f"p{len(ids) + 1}") if key == "id" else _renamed(value, ids)
            for key, value in data.items()
        }
    return [_renamed(value, ids) for value in data] if isinstance(data, list) else data


def _source(name: str, *columns: str) -> ColumnDataSource:
    return ColumnDataSource({column: [] for column in columns}, name=name)


def _plot(name: str, x_label: str, y_label: str, **options: Any) -> Any:
    made = figure(
        name=name, x_range=Range1d(start=0.1, end=1.0), y_range=Range1d(start=0.1, end=1.0),
        tools="", toolbar_location=None,
        sizing_mode="stretch_both", background_fill_color="#ffffff", border_fill_color="#ffffff",
        outline_line_color=_SOFT, min_border=6, **options,
    )  # fmt: skip
    made.xaxis.axis_label, made.yaxis.axis_label = x_label, y_label
    made.grid.grid_line_color = _LINE
    made.axis.axis_label_text_font_style = "normal"
    made.axis.axis_label_text_font_size, made.axis.major_label_text_font_size = "14px", "13px"
    made.axis.axis_label_text_color = made.axis.major_label_text_color = _INK
    made.axis.axis_line_color = made.axis.major_tick_line_color = made.axis.minor_tick_line_color = _SOFT
    for axis in made.axis:
        if isinstance(axis, LinearAxis):
            axis.minor_tick_line_color = None
    made.xaxis.name, made.yaxis.name = f"{name}-x", f"{name}-y"
    return made


def _snapshot() -> Any:
    plot = _plot("snapshot", "", "")
    plot.axis.visible = False
    plot.grid.visible = False
    plot.min_border = 0
    scale = LinearColorMapper(palette=densities(), low=DENSITIES[0], high=DENSITIES[1])
    plot.circle(
        "x", "y", radius="radius", source=_source("disks", "x", "y", "radius", "density"),
        fill_color={"field": "density", "transform": scale},
        fill_alpha=0.85, line_color=_INK, line_width=0.5, line_alpha=0.55,
    )  # fmt: skip
    return plot


def _spectrum() -> Any:
    plot = _plot(
        "spectrum", "wavenumber k  [1/D]", "structure factor S(k)", x_axis_type="log", y_axis_type="log"
    )
    plot.xaxis.ticker, plot.yaxis.ticker = FixedTicker(ticks=[]), FixedTicker(ticks=[])
    plot.multi_line("ks", "Ss", source=_source("others", "ks", "Ss"), line_color=_OTHERS, line_width=1)
    plot.line(
        "k", "S", source=_source("guide", "k", "S"), line_color=_SOFT, line_width=1.5, line_dash="dashed"
    )
    measured = _source("measured", "k", "S", "low", "high", "fill", "line")
    plot.segment("k", "low", "k", "high", source=measured, line_color="line", line_width=1.5)
    points = plot.scatter(
        "k", "S", source=measured, size=6, fill_color="fill", line_color="line", line_width=1
    )
    plot.line("k", "S", source=_source("theory", "k", "S"), line_color="#000000", line_width=1.5)
    plot.add_tools(HoverTool(renderers=[points], tooltips=[("k", "@k{0.000}"), ("S", "@S{0.00e+0}")]))
    return plot


def _series() -> Any:
    plot = _plot("series", "step of the run", "energy per particle  [ε]", x_axis_type="log")
    plot.line(
        "step",
        "energy",
        source=_source("run", "step", "energy"),
        line_color=style.COLOURS[0],
        line_width=1.5,
    )
    plot.line(
        "step", "energy", source=_source("relaxed", "step", "energy"), line_color=_SOFT, line_dash="dashed"
    )
    return plot


def _against() -> Any:
    plot = _plot("against", "", "mean energy  [ε]")
    states = _source("energies", "at", "energy", "low", "high")
    plot.segment("at", "low", "at", "high", source=states, line_color=_SOFT, line_width=1.5)
    plot.line("at", "energy", source=states, line_color=_OTHERS, line_width=1)
    plot.scatter("at", "energy", source=states, size=7, fill_color="#ffffff", line_color=_SOFT)
    plot.scatter(
        "at", "energy", source=_source("here", "at", "energy"), size=12, fill_color=style.COLOURS[1],
        line_color=_INK,
    )  # fmt: skip
    return plot
