"""Figures and claims: drawn and judged from records, and written with their origin."""

import importlib
import sys
from argparse import Namespace
from collections.abc import Sequence
from typing import TYPE_CHECKING

from anticorr import config, layout
from anticorr.cli.checks import collect, outs, read_all, read_plan
from anticorr.errors import InputError
from anticorr.origin import Origin, origin

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.figure import Figure

    from anticorr.figures.claims.rows import Table


def figure(options: Namespace) -> None:
    def known() -> None:
        if options.figure not in config.FIGURES:
            raise InputError(f"figure: got {options.figure!r}, allowed: {', '.join(config.FIGURES)}")

    *_, records = collect(
        known,
        lambda: outs(options.out, ".pdf", ".png", ".svg"),
        lambda: read_all(options.records),
    )
    drawn, where_from = draw(options.figure, records)
    for path in options.out:
        write_figure(drawn, path, where_from)


def claims(options: Namespace) -> None:
    def known() -> None:
        if not options.records and options.config is None:
            raise InputError("records: got none, wanted some, or --config of a scale that has run")
        if options.records and options.folder is not None:
            raise InputError(f"--in: got {options.folder} beside records, wanted one of the two")

    plan, *_, records = collect(
        lambda: None if options.config is None else read_plan(options.config),
        known,
        lambda: outs(options.out, ".csv", ".md", ".html"),
        lambda: read_all(options.records),
    )
    if not options.records:
        folder = options.folder or plan.results
        records = read_all([f"{folder}/{record}" for record in layout.judged(plan)])
    table, where_from = judge(plan, records)
    from anticorr.figures.claims import missing

    for row in missing(table):
        sys.stderr.write(f"anticorr claims: {row.id} ({', '.join(row.states)}): {row.verdict.sentence}\n")
    for path in options.out:
        write_claims(table, path, where_from)


def draw(name: str, records: "Sequence[xr.Dataset]") -> "tuple[Figure, Origin]":
    """A figure by its name, and its origin."""
    from anticorr.figures import style

    module = f"anticorr.figures.{config.FIGURES[name]}"
    drawn = style.draw(importlib.import_module(module).draw, *records)
    return drawn, origin(f"figure {name}", module, records)


def write_figure(drawn: "Figure", path: str, where_from: Origin) -> None:
    from anticorr import storage
    from anticorr.figures import style

    storage.write_whole(path, lambda name: style.save(drawn, name, where_from.line()))


def judge(plan: config.Config | None, records: "Sequence[xr.Dataset]") -> "tuple[Table, Origin]":
    """The table of the claims of a configuration, or of all that the records support; and its origin."""
    from anticorr.figures import claims

    module = "anticorr.figures.claims"
    if plan is None or not plan.claims:
        return claims.supported(*records), origin("claims", module, records)
    table = claims.claimed(plan.claims, config.first_specs(plan), *records)
    return table, origin("claims", module, records, config.digest(plan))


def write_claims(table: "Table", path: str, where_from: Origin) -> None:
    from anticorr import storage
    from anticorr.figures import claims

    formats = {"csv": claims.to_csv, "md": claims.to_markdown, "html": claims.to_html}
    storage.write_text(path, formats[path.rsplit(".", 1)[-1]](table, where_from.line()))
