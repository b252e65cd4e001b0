"""Words, numbers and tables as HTML."""

import re
from collections.abc import Iterable, Sequence
from html import escape

_SIGNS = {" -&gt; ": " → ", "&lt;= ": "≤ ", "&gt;= ": "≥ "}


def typeset(text: str) -> str:
    """Escaped text with its formulas as they are read: c_t, psi_6, k^2, k^(2-4H), -1, <=.

    What follows a stroke is left alone: it is the address of a state, as in temporal/c_0.
    """
    shown = escape(text)
    for typed, sign in _SIGNS.items():
        shown = shown.replace(typed, sign)
    shown = re.sub(r"(?<![\w)\]])-(?=[\d.]*\d)", "−", shown)
    shown = re.sub(
        r"(?<![\w/])(d?(?:[^\W\d_]|eps|psi|rho|sigma))_([A-Za-z0-9]+)\b", r"\1<sub>\2</sub>", shown
    )
    return re.sub(r"\^(?:\(([^)]*)\)|([\w−]+))", lambda found: f"<sup>{found[1] or found[2]}</sup>", shown)


def table(
    head: Sequence[str], lines: Iterable[Sequence[str]], name: str, numbers: Sequence[int] = ()
) -> str:
    """A table in a box that scrolls by itself where it is too wide; cells are HTML.

    name: what it is called by readers of the screen. numbers: columns whose cells end to the right.
    """
    ends = [' class="number"' if n in numbers else "" for n in range(len(head))]

    def row(cells: Sequence[str], tag: str) -> str:
        told = [f"<{tag}{end}>{cell}</{tag}>" for cell, end in zip(cells, ends, strict=True)]
        return f"<tr>{''.join(told)}</tr>"

    body = "\n".join(row(line, "td") for line in lines)
    return boxed(f"<thead>{row(head, 'th')}</thead>\n<tbody>\n{body}\n</tbody>", name)


def boxed(rows: str, name: str) -> str:
    """Rows as a table in its box, which can be reached and scrolled with the keyboard."""
    return (
        f'<div class="box" role="region" tabindex="0" aria-label="{escape(name)}">\n'
        f"<table>\n{rows}\n</table>\n</div>"
    )


def seconds(number: float) -> str:
    """'0.8 s', '45 s', '3 min 20 s', '1 h 04 min'."""
    if number < 9.95:
        return f"{number:.1f} s"
    whole = round(number)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    minutes = round(number / 60)
    return f"{minutes // 60} h {minutes % 60:02d} min"


def size(number: int) -> str:
    """'812 B', '34 kB', '1.2 MB'."""
    value = float(number)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 999.5 or unit == "GB":
            break
        value /= 1000
    return f"{value:.1f} {unit}" if value < 9.95 and unit != "B" else f"{value:.0f} {unit}"
