"""The table of claims: what theory predicts, what was measured, verdicts in words and colours."""

from collections import Counter
from html import escape
from itertools import groupby

from anticorr.claims import Tolerance
from anticorr.figures.claims.blocks import Paragraph
from anticorr.figures.claims.report import allowed, number
from anticorr.figures.claims.summary import METHOD, Outcome, number_of, one_line, what_chance_allows
from anticorr.report.writing import boxed, typeset

_CLASSES = {"holds": "holds", "fails": "fails", "no power": "unsure"}
_HEAD = ("state", "verdict", "predicted", "measured", "z")


def verdicts(rows: list[dict[str, str]], folder: str) -> str:
    """rows: lines of claims.csv. folder: where the full tables are."""
    body = []
    # Without claims in the configuration rows have no name: they are of one state each.
    for name, group in groupby(rows, key=lambda row: row["claim"] or row["state"]):
        mine = list(group)
        body.append(f"<tbody>\n{_head_of(name, mine[0])}\n{chr(10).join(map(_row, mine))}\n</tbody>")
    head = "".join(f"<th>{name}</th>" for name in _HEAD)
    return "\n".join(
        [
            f"<p>{counted(rows)}.{_failing(rows)}</p>",
            *[f"<p>{_paragraph(told)}</p>" for told in what_chance_allows([_outcome(row) for row in rows])],
            boxed(f"<thead><tr>{head}</tr></thead>\n{chr(10).join(body)}", "claims and their verdicts"),
            f'<p class="small">{typeset(one_line(METHOD))} ± is one standard error. The conditions of '
            f"every state stand in {escape(folder)}/claims.html, all digits in claims.csv.</p>",
        ]
    )


def counted(rows: list[dict[str, str]]) -> str:
    """'57 claims, 190 rows: 150 holds, 4 fails', verdicts as badges."""
    claims = len({row["claim"] for row in rows} - {""})
    words = Counter(row["verdict"] for row in rows)
    usual = [*[w for w in _CLASSES if w in words], *[w for w in words if w not in _CLASSES]]
    told = ", ".join(f"{words[word]} {badge(word)}" for word in usual)
    of = f"{number_of(claims, 'claim')}, " if claims else ""
    return f"{of}{number_of(len(rows), 'row')}: {told}"


def _failing(rows: list[dict[str, str]]) -> str:
    """Claims that fail somewhere, with links."""
    names = dict.fromkeys(escape(row["claim"]) for row in rows if row["verdict"] == "fails")
    links = ", ".join(f'<a href="#claim-{name}">{name}</a>' for name in names if name)
    return f" Failures are in {links}." if links else ""


def badge(verdict: str) -> str:
    """A verdict in its own frame; the word says it, frame and colour help."""
    return f'<span class="verdict {_CLASSES.get(verdict, "other")}">{escape(verdict)}</span>'


def _head_of(name: str, row: dict[str, str]) -> str:
    if row["claim"]:
        note = f" Note: {row['note']}" if row["note"] else ""
        tolerance = Tolerance(**{key: float(row[key]) for key in Tolerance.model_fields})
        told = (
            f"{typeset(row['statement'])}<small>{escape(name)}: {typeset(row['label'])} by "
            f"{typeset(row['formula'])}. {allowed(row['relation'], tolerance)}{typeset(note)}</small>"
        )
        anchor = f' id="claim-{escape(name)}"'
    else:
        told, anchor = typeset(name), ""
    return f'<tr{anchor}><th colspan="{len(_HEAD)}" scope="rowgroup"><div>{told}</div></th></tr>'


def _row(row: dict[str, str]) -> str:
    sentence = f"<small>{typeset(row['sentence'])}</small>" if row["sentence"] else ""
    cells = [
        _where(row), badge(row["verdict"]) + sentence,
        *[number(float(row[name]), float(row[f"{name}_err"])) for name in ("predicted", "measured")],
        "" if row["z"] == "nan" else f"{float(row['z']):.1f}".replace("-", "−"),
    ]  # fmt: skip
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _where(row: dict[str, str]) -> str:
    """The state, or, where the state stands above, the quantity; and at which k."""
    first, *others = row["state"].split(" ")
    # A break may follow a stroke or an underscore: addresses are long.
    shown = escape(first).replace("/", "/<wbr>").replace("_", "_<wbr>")
    if not row["claim"]:
        shown = f"{typeset(row['label'])} {typeset(row['formula'])}"
    elif others:
        shown += f" and {len(others)} more"
    return shown + (f' <span class="small">k D {typeset(row["k"])}</span>' if row["k"] else "")


def _outcome(row: dict[str, str]) -> Outcome:
    return Outcome(row["relation"], float(row["standard_errors"]), row["verdict"], float(row["z"]))


def _paragraph(told: Paragraph) -> str:
    strong = f"<strong>{typeset(told.strong)}</strong> " if told.strong else ""
    return strong + typeset(told.text)
