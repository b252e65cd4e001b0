"""The gallery in docs/gallery.md: the figures of the default scale, their captions, commands, claims."""

import re
import struct
from html import escape
from pathlib import Path

import yaml
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

from anticorr import config as configuration
from anticorr import layout
from anticorr.config import Config
from anticorr.report.captions import caption
from anticorr.report.drawn import heading
from anticorr.report.writing import typeset

ROOT = Path(__file__).parents[2]
_MARK = "<!-- live: gallery -->"


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """The figures in the place of the mark."""
    return markdown.replace(_MARK, gallery()) if _MARK in markdown else markdown


def gallery() -> str:
    """Every figure of config/config.yaml: those with a number, supplements, companions."""
    plan = configuration.read(yaml.safe_load((ROOT / "config/config.yaml").read_text("utf-8")))
    ordered = sorted(
        plan.figures, key=lambda name: (name.startswith("companion"), name.startswith("supplement"))
    )
    return "\n\n".join(_entry(name, plan) for name in ordered)


def drawn(name: str) -> Path:
    """Where the picture of a figure is kept, if it is."""
    return ROOT / "docs/figures" / f"{name}.png"


def _entry(name: str, plan: Config) -> str:
    shown = plan.figures[name]
    told = caption(shown.draw)
    title = told.title.replace("_", "\\_").replace("*", "\\*")
    picture = ""
    if drawn(name).exists():
        width, height = struct.unpack(">II", drawn(name).read_bytes()[16:24])  # the header of a PNG
        address = f"figures/{name}.png"
        picture = (
            f'<a href="{address}"><img src="{address}" width="{width}" height="{height}" loading="lazy" '
            f'alt="{escape(told.title)}"></a>\n'
        )
    lines = [
        f"## {heading(name)}. {title}",
        "",
        f"<figure>\n{picture}<figcaption>{typeset(told.text)}</figcaption>\n</figure>",
        "",
        f"    snakemake --cores all {plan.results}/figures/{name}.png",
        "",
        *_claims(name, plan),
    ]
    return "\n".join(lines)


def _claims(name: str, plan: Config) -> list[str]:
    states = layout.states_shown(plan, name)
    found = [
        f"- {claim.statement.replace('<', '&lt;')} (`{key}`{_verdicts(key)})"
        for key, claim in plan.claims.items()
        if claim.addresses(states)
    ]
    summary = f'??? note "Its claims: {len(found)}"\n\n' if found else ""
    return [summary + "\n".join(f"    {line}" for line in found)] if found else []


def _verdicts(claim: str) -> str:
    """': 4 holds' from the table of docs/claims.md."""
    table = (ROOT / "docs/claims.md").read_text("utf-8")
    row = re.search(rf"^\| {re.escape(claim)} \|.*\| ([^|]*) \|$", table, re.MULTILINE)
    return f": {row[1]}" if row else ""
