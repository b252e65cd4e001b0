"""Figures with their captions, and what each was drawn from."""

import struct
from base64 import b64encode
from html import escape

from anticorr.config import Config, Figure, seeds_of
from anticorr.report.captions import caption
from anticorr.report.writing import typeset
from anticorr.specs import Spec


def figure(name: str, image: bytes, plan: Config, specs: dict[str, Spec]) -> str:
    """A figure of the configuration by its name; image: its PNG."""
    shown = plan.figures[name]
    told = caption(shown.draw)
    width, height = struct.unpack(">II", image[16:24])  # the header of a PNG
    return (
        f'<figure id="{escape(name)}">\n<h3>{escape(heading(name))}. {typeset(told.title)}</h3>\n'
        f'<img width="{width}" height="{height}" alt="{escape(told.title)}" '
        f'src="data:image/png;base64,{b64encode(image).decode()}">\n'
        f"<figcaption>\n<p>{typeset(told.text)}</p>\n"
        f'<p class="small">{_source(shown, plan, specs)} '
        f"Files: {escape(plan.results)}/figures/{escape(name)}.pdf, .png</p>\n"
        "</figcaption>\n</figure>"
    )


def heading(name: str) -> str:
    """'figure-5c' as 'Figure 5c'."""
    words = name.replace("-", " ")
    return words[0].upper() + words[1:]


def _source(shown: Figure, plan: Config, specs: dict[str, Spec]) -> str:
    told = []
    for name in shown.sweeps:
        sweep = plan.sweeps[name]
        states, seeds = sweep.states(), seeds_of(plan, sweep)
        system = specs[f"{name}/{states[0].name}/seed-{seeds[0]}"].system
        told.append(
            f"sweep <code>{escape(name)}</code> (states: {len(states)}, seeds: {len(seeds)}, particles: "
            f"{system.particles:,}, dimensions: {system.dimension})"
        )
    for name in shown.trainings:
        told.append(f"training <code>{escape(name)}</code> (seeds: {len(plan.trainings[name].seeds)})")
    told += [f"companion <code>{escape(name)}</code>" for name in shown.companions]
    return f"From {', '.join(told)}."
