"""The table as CSV (all digits), Markdown and HTML (one page by itself)."""

import csv
import io
from dataclasses import asdict
from html import escape
from typing import Any

from anticorr.figures.claims.blocks import Grid, Heading, Paragraph
from anticorr.figures.claims.judge import scale_of
from anticorr.figures.claims.report import blocks
from anticorr.figures.claims.rows import Row, Table

_CLASSES = {"holds": "holds", "fails": "fails", "no power": "unsure"}

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; color: #222; max-width: 72em; margin: 2em auto; }
body { padding: 0 1em; } p { max-width: 60em; } span { white-space: nowrap; }
h1 { font-size: 1.7em; } h2 { font-size: 1.15em; margin-top: 2.2em; border-bottom: 1px solid #ddd; }
table { border-collapse: collapse; margin: 0.8em 0; font-size: 0.93em; }
th, td { text-align: left; vertical-align: top; padding: 0.25em 0.9em 0.25em 0; }
td { border-bottom: 1px solid #eee; }
th { border-bottom: 1px solid #999; font-weight: 600; }
td { font-variant-numeric: tabular-nums; }
a { color: #1f4e8c; }
.holds { color: #1b6e3a; } .fails { color: #b3261e; font-weight: 700; } .unsure { color: #8a6100; }
.other { color: #666; }
""".strip()


def to_csv(table: Table, origin: str = "") -> str:
    """A line for each row; a set of states has no condition of its own. The last line, after a #, says
    where the table came from: one cell, since `origin` holds no comma."""
    lines = [_line(table, row) for row in table.rows]
    text = io.StringIO()
    columns = list(dict.fromkeys(name for line in lines for name in line))
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(lines)
    return text.getvalue() + (f"# {origin}\n" if origin else "")


def _line(table: Table, row: Row) -> dict[str, Any]:
    numbers, claim = row.numbers, table.claims.get(row.id)
    alone = table.conditions.get(row.states[0]) if len(row.states) == 1 else None
    return {
        "claim": row.id,
        "statement": claim.statement if claim else "",
        "state": " ".join(row.states) if claim else row.states[0],
        "in_words": table.words[row.states[0]] if len(row.states) == 1 else "",
        "quantity": row.quantity,
        "label": row.label,
        "formula": row.formula,
        "k": numbers.k,
        "predicted": float(numbers.predicted),
        "predicted_err": float(numbers.predicted_err),
        "measured": float(numbers.measured),
        "measured_err": float(numbers.measured_err),
        "scale": float(scale_of(numbers)),
        "relation": row.relation,
        **row.tolerance.model_dump(),
        "z": row.verdict.z,
        "verdict": row.verdict.word,
        "sentence": row.verdict.sentence,
        "note": claim.note if claim else "",
        **(asdict(alone) if alone else {}),
    }


def to_markdown(table: Table, origin: str = "") -> str:
    """The report for people; the bars of tables escaped. A comment at its end says where it came from."""
    told = []
    for block in blocks(table):
        if isinstance(block, Heading):
            told.append(f"{'#' * block.level} {block.text}")
        elif isinstance(block, Paragraph):
            told.append(f"**{block.strong}** {block.text}" if block.strong else block.text)
        else:
            lines = [block.head, ("---",) * len(block.head), *block.lines]
            told.append("\n".join(f"| {' | '.join(_barless(cell) for cell in line)} |" for line in lines))
    return "\n\n".join(told) + "\n" + _comment(origin)


def _comment(origin: str) -> str:
    return f"\n<!-- {origin} -->\n" if origin else ""


def _barless(cell: str) -> str:
    return cell.replace("|", "\\|")


def to_html(table: Table, origin: str = "") -> str:
    """One page that needs nothing else; `page.html#name` leads to a claim. A comment as in Markdown."""
    told = []
    for block in blocks(table):
        if isinstance(block, Heading):
            anchor = f' id="{escape(block.anchor)}"' if block.anchor else ""
            told.append(f"<h{block.level}{anchor}>{escape(block.text)}</h{block.level}>")
        elif isinstance(block, Paragraph):
            strong = f"<strong>{escape(block.strong)}</strong> " if block.strong else ""
            told.append(f"<p>{strong}{escape(block.text)}</p>")
        else:
            told.append(_grid(block))
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>Claims</title>\n<style>\n{_STYLE}\n</style>\n</head>\n<body>\n"
        + "\n".join(told)
        + "\n</body>\n</html>\n"
        + _comment(origin)
    )


def _grid(grid: Grid) -> str:
    lines = [f"<tr>{''.join(f'<th>{escape(cell)}</th>' for cell in grid.head)}</tr>"]
    for line in grid.lines:
        cells = [_cell(cell, n == grid.verdict, n == grid.link) for n, cell in enumerate(line)]
        lines.append(f"<tr>{''.join(cells)}</tr>")
    return "<table>\n" + "\n".join(lines) + "\n</table>"


def _cell(text: str, verdict: bool, link: bool) -> str:
    shown = escape(text)
    if link:
        shown = f'<a href="#{shown}">{shown}</a>'
    if verdict:
        shown = ", ".join(
            f'<span class="{_class(part)}">{escape(part)}</span>' for part in text.split(", ")
        )
    return f"<td>{shown}</td>"


def _class(verdict: str) -> str:
    """Of 'holds', or of '3 holds'."""
    return _CLASSES.get(verdict.lstrip("0123456789 "), "other")
