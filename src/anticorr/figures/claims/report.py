"""The table as blocks of text: what is told, whatever the format."""

import math

from anticorr.claims import Tolerance
from anticorr.figures.claims.blocks import Block, Grid, Heading, Paragraph
from anticorr.figures.claims.condition import Condition
from anticorr.figures.claims.judge import percent
from anticorr.figures.claims.rows import Row, Table
from anticorr.figures.claims.summary import METHOD, counts, one_line, summary


def blocks(table: Table) -> list[Block]:
    """The whole report: summary, claims (or states, without a configuration) and conditions."""
    told: list[Block] = [Heading(1, "Claims"), *summary(table)]
    if table.claims:
        told += [Heading(2, "All claims"), _overview(table)]
    told += [Heading(2, "Method"), Paragraph(one_line(METHOD))]
    groups: dict[str, list[Row]] = {name: [] for name in table.claims}
    for row in table.rows:
        groups.setdefault(row.id or row.where, []).append(row)
    for name, rows in groups.items():
        told += _of_claim(table, name, rows) if table.claims else _of_state(name, rows)
    return [*told, Heading(2, "States"), *_states(table)]


def _overview(table: Table) -> Grid:
    lines = [
        (name, claim.statement, claim.formula, counts([row for row in table.rows if row.id == name]))
        for name, claim in table.claims.items()
    ]
    return Grid(("claim", "statement", "formula", "verdicts"), lines, verdict=3, link=0)


def _of_claim(table: Table, name: str, rows: list[Row]) -> list[Block]:
    claim = table.claims[name]
    told: list[Block] = [
        Heading(2, name, name),
        Paragraph(claim.statement),
        Paragraph(f"{rows[0].label} by {claim.formula}. {allowed(claim.relation, claim.tolerance)}"),
    ]
    if claim.note:
        told.append(Paragraph(claim.note, "Note."))
    told.append(_compared("state", [(row.where, row) for row in rows]))
    return told + [Paragraph(row.verdict.sentence, f"{row.where}:") for row in rows if row.verdict.sentence]


def allowed(relation: str, t: Tolerance) -> str:
    """What a claim says of its numbers, and what decides it."""
    errors = f"{t.standard_errors:g} standard errors"
    if relation != "equal":
        told = f"Measured is {relation} predicted by {errors} or more"
    else:
        also = f" and {percent(t.allowance)} of the prediction" if t.allowance > 0 else ""
        told = f"Measured and predicted are equal within {errors}{also}"
    return f"{told}. Power: a standard error of at most {percent(t.power)} of the scale."


def _of_state(name: str, rows: list[Row]) -> list[Block]:
    told: list[Block] = [Heading(2, name)]
    told.append(_compared("quantity", [(f"{row.label} {row.formula}", row) for row in rows]))
    return told + [Paragraph(row.verdict.sentence, f"{row.label}:") for row in rows if row.verdict.sentence]


def _compared(what: str, rows: list[tuple[str, Row]]) -> Grid:
    lines = [
        (
            first, row.numbers.k, number(row.numbers.predicted, row.numbers.predicted_err),
            number(row.numbers.measured, row.numbers.measured_err),
            "" if math.isnan(row.verdict.z) else f"{row.verdict.z:.1f}", row.verdict.word,
        )
        for first, row in rows
    ]  # fmt: skip
    return Grid((what, "k D", "predicted", "measured", "z", "verdict"), lines, verdict=5)


def _states(table: Table) -> list[Block]:
    if not table.conditions:
        return [Paragraph("No records.")]
    lines = [
        (
            name, *((table.words[name],) if table.claims else ()), c.fluid,
            c.reason, _starts(c), str(c.seeds),
            number(c.diffusion, c.diffusion_err),
        )
        for name, c in table.conditions.items()
    ]  # fmt: skip
    head = (
        "state", *(("in words",) if table.claims else ()), "relaxed fluid", "why",
        "lattice and random start", "seeds", "D, D^2 per step",
    )  # fmt: skip
    return [
        Paragraph(
            "A fluid: particles move away (msd over 3,000 steps), without local order (|psi_6|, in 2D). "
            "Relaxed: starts from a lattice and from random points differ by 3 standard errors at most at "
            "the smallest k (in brackets: the difference that would show there), and no more than chance "
            "allows up to three times that."
        ),
        Grid(head, lines),
    ]


def _starts(c: Condition) -> str:
    if math.isnan(c.starts_differ):
        return "no lattice start"
    return f"{c.starts_differ:.1f} standard errors ({c.starts_resolve:.0%})"


def number(value: float, error: float) -> str:
    """'0.1268 ± 0.0010'; small numbers as '(2.57 ± 0.02)e-4'; without an error four digits, with one of
    rounding eight."""
    if math.isnan(value):
        return ""
    if 0 < error < 1e-9 * abs(value):
        return f"{value:.8g}"
    if not (error > 0 and math.isfinite(error)):
        return f"{value:.4g}"
    power = math.floor(math.log10(max(abs(value), error)))
    if -4 < power < 5:
        power = 0
    digits = max(0, 1 - math.floor(math.log10(error)) + power)
    shown = f"{value / 10**power:.{digits}f} ± {error / 10**power:.{digits}f}"
    return shown if power == 0 else f"({shown})e{power}"
