"""The page as a whole: families as data, the plots, and what moves them."""

import json
from collections.abc import Sequence
from html import escape
from typing import Any

from bokeh.resources import Resources

from anticorr.explorer import plots, shown, words
from anticorr.explorer.axes import ticks, wider
from anticorr.explorer.families import VARIABLES, Family, Place
from anticorr.explorer.script import SCRIPT
from anticorr.explorer.style import STYLE
from anticorr.figures.states import State

_LEAD = """\
Every step of a slider is a state that was simulated, nothing is interpolated. Black lines are theory
without a fit."""


def page(families: Sequence[Family], where: str) -> str:
    """The whole HTML of one or more families. where: the folders of the records, as they were given."""
    document, ids = plots.document()
    roots = {key: f"root-{name}" for name, key in ids.items()}
    data = json.dumps(
        {"families": [_family(family) for family in families], "roots": roots},
        separators=(",", ":"),
        allow_nan=False,
    )
    bokeh = Resources(mode="inline", components=["bokeh"], minified=True, log_level="error")
    scripts = "\n".join(f"<script>\n{text}\n</script>" for text in (*bokeh.js_raw, SCRIPT))
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<link rel="icon" href="data:,">\n<title>Order from anti-correlated noise: explorer</title>\n'
        f"<style>\n{STYLE}\n</style>\n</head>\n<body>\n"
        "<header>\n<h1>Order from anti-correlated noise</h1>\n"
        f'<p class="lead">{_LEAD} Families of states to choose from: {len(families)}, of the records in '
        f"<code>{escape(where)}</code>.</p>\n"
        "<noscript><p><b>The sliders need JavaScript.</b></p></noscript>\n</header>\n"
        f'{_controls(families)}\n<main>\n<p id="words" aria-live="polite"></p>\n{_figures()}\n</main>\n'
        f'<script type="application/json" id="states">{_within(data)}</script>\n'
        f'<script type="application/json" id="plots">{_within(document)}</script>\n'
        f"{scripts}\n</body>\n</html>\n"
    )


def _within(data: str) -> str:
    """JSON in which nothing ends the script that it stands in."""
    return data.replace("</", "<\\/")


def _controls(families: Sequence[Family]) -> str:
    options = "".join(
        f'<optgroup label="{escape(group)}">{"".join(options)}</optgroup>'
        for group, options in _grouped(families).items()
    )
    sliders = "\n".join(
        f'<div class="slider" data-variable="{name}" hidden>\n'
        f'<label for="slider-{name}"><span>{words.SYMBOLS[name]}, {words.MEANINGS[name]}</span>'
        f'<output id="value-{name}" for="slider-{name}"></output></label>\n'
        f'<input type="range" id="slider-{name}" data-variable="{name}" min="0" max="1" step="1">\n'
        f'<div class="marks" id="marks-{name}" aria-hidden="true"></div>\n</div>'
        for name in VARIABLES
    )
    return (
        '<div class="controls">\n<select id="family" aria-label="family of states" autocomplete="off">'
        f'{options}</select>\n<div class="sliders">\n{sliders}\n</div>\n</div>'
    )


def _grouped(families: Sequence[Family]) -> dict[str, list[str]]:
    """Options by what varies, and what was made of the runs; in the order of the families."""
    groups: dict[str, list[str]] = {}
    for number, family in enumerate(families):
        option = f'<option value="{number}">{escape(words.titled(family))}</option>'
        groups.setdefault(words.group(family), []).append(option)
    return groups


def _figures() -> str:
    low, high = plots.DENSITIES
    scale = ", ".join(plots.densities()[::9])
    told = {
        "snapshot": (
            "Particles",
            '<p class="told" id="told-snapshot"></p><div class="scale"><span>local density, '
            f'{low:g}</span><i style="background: linear-gradient(to right, {scale})"></i>'
            f"<span>{high:g} of the mean</span></div>",
        ),
        "spectrum": (
            "Structure factor",
            '<span class="key">● measured, bars: one standard error</span>'
            '<span class="key" id="key-doubt">○ in doubt</span>'
            '<span class="key" id="key-theory"><i style="color: #000"></i>theory, no fit (k ≤ 1/D)</span>'
            '<span class="key" id="key-guide"><i style="color: #566170; border-top-style: dashed"></i>'
            'guide k<sup>2</sup></span><span class="key"><i style="color: #c3c9d1"></i>other states</span>',
        ),
        "series": (
            "Energy along the run",
            "The run starts at the left; it is sampled right of the dashed line.",
        ),
        "against": (
            "Energy of the states",
            "Means over the sampled steps of one run, bars: one standard error. Orange: the state shown.",
        ),
    }
    figures = "\n".join(_figure(name, *each) for name, each in told.items())
    return f'<div class="plots" id="plots-shown" hidden>\n{figures}\n</div>'


def _figure(name: str, title: str, caption: str) -> str:
    flat = "" if name in ("snapshot", "spectrum") else " flat"
    return (
        f'<figure>\n<h2>{title}</h2>\n<div class="plot{flat}" id="plot-{name}">'
        f'<div id="root-{name}" style="display: contents"></div></div>\n'
        f'<p class="missing" id="missing-{name}" hidden></p>\n<figcaption id="caption-{name}">'
        f"{caption}</figcaption>\n</figure>"
    )


def _family(family: Family) -> dict[str, Any]:
    colours = plots.colours(len(family.members))[::-1]  # dark where c_t is lowest, as in the figures
    states = [
        _state(family, place, state, colour)
        for (place, state), colour in zip(family.members, colours, strict=True)
    ]
    energies = [state["energy"] for state in states if state["energy"]]
    ends = [mean + sign * error for mean, error in energies for sign in (-1, 1)]
    along = [state["series"] for state in states if "step" in state["series"]]
    spectra = [state["spectrum"] for state in states if "k" in state["spectrum"]]
    k = wider([k for each in spectra for k in each["k"]], logarithmic=True)
    S = wider([S for each in spectra for S in (*each["low"], *each["high"])], logarithmic=True)
    return {
        "names": list(family.values),
        "values": family.values,
        "labels": {name: words.LABELS[name] for name in family.values},
        "ticks": {"k": ticks(*k), "S": ticks(*S)},
        "ranges": {
            "k": k,
            "S": S,
            "step": wider([step for each in along for step in each["step"]], logarithmic=True),
            "energy": wider([energy for each in along for energy in each["energy"]]),
            "mean": wider(ends),
            **{name: wider(values) for name, values in family.values.items()},
        },
        "states": states,
    }


def _state(family: Family, place: Place, state: State, colour: str) -> dict[str, Any]:
    energy, particles = shown.mean_energy(state), shown.snapshot(state)
    return {
        "at": {name: values.index(place[name]) for name, values in family.values.items()},
        "words": words.lines(place, state),
        "doubt": bool(state.doubt),
        "colour": plots.doubtful() if state.doubt else colour,
        "snapshot": particles | ({} if "missing" in particles else {"told": words.window(particles)}),
        "spectrum": shown.spectrum(state),
        "theory": shown.theory(state),
        "guide": shown.guide(state),
        "series": shown.series(state),
        "energy": energy and list(energy),
    }
