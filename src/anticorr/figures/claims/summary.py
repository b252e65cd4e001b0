"""What stands on top: counts, failures with their sentences, and what chance allows."""

import math
from collections import Counter
from typing import NamedTuple

from anticorr.figures.claims.blocks import Paragraph
from anticorr.figures.claims.judge import (
    FAILS,
    HOLDS,
    MISSING,
    NO_POWER,
    NOT_APPLICABLE,
    Chance,
    chance,
    chance_to_hold,
)
from anticorr.figures.claims.rows import Row, Table

METHOD = """\
Every row compares a prediction with a measurement. The standard error of S is S / sqrt(modes * effective
samples), pooled over replicas; that of a fitted number is from its profile likelihood. Where a number
comes from a fit, the prediction is the same fit put through the theory line, so that the fit's own bias
is on both sides. z is the difference in standard errors, those of measurement and prediction together.
Two numbers that are claimed equal fail if they differ by more than the standard errors and the share of
the prediction that the tolerance allows. Otherwise they hold, or have no power if the standard error
exceeds a share of the scale (the prediction or, where zero is predicted, the plateau under white noise of
the same strength). A claim of above or below holds only if it is so by the standard errors. Rows of a
state that is not known to be a relaxed fluid say so instead."""

_CHANCE = """\
Rows that claim two numbers to be equal: {rows}. Were every prediction exact, every error Gaussian and every
row independent, chance would make {failures_expected:.2g} of them fail on average, and more than
{failures_allowed} with a probability below 5%; found: {failures}. Beyond 2 standard errors:
{beyond_two_expected:.2g} expected, {beyond_two} found. The smallest two-sided p is {smallest_p:.2g},
{smallest_p_adjusted:.2g} after the correction for their number (Holm, Bonferroni); Holm's procedure at 5%
rejects {rejected} of the predictions as exact. An allowance makes failures rarer, so that these numbers
are bounds from above; rows of one state share its data, so that they are not independent."""

_ONE_SIDED = """\
Rows that claim above or below: {rows}. Were there no difference, chance would make {by_chance:.2g} of them
hold."""


def number_of(number: int, noun: str) -> str:
    """As "1 seed", "1,200 jobs"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def summary(table: Table) -> list[Paragraph]:
    """Paragraphs: verdicts counted, each failure, chance."""
    of = f"{number_of(len(table.claims), 'claim')}, " if table.claims else ""
    told = [Paragraph(f"{of}{number_of(len(table.rows), 'row')}: {counts(table.rows)}.")]
    for row in table.rows:
        if row.verdict.word == FAILS:
            note = table.claims[row.id].note if row.id else ""
            told.append(
                Paragraph(
                    row.verdict.sentence + (f" Note: {note}" if note else ""),
                    f"{row.id or row.label} fails at {row.where}.",
                )
            )
    return told + what_chance_allows(outcomes(table.rows))


class Outcome(NamedTuple):
    """What counts of a row where chance is told."""

    relation: str
    standard_errors: float
    """Of its tolerance."""
    word: str
    z: float

    @property
    def judged(self) -> bool:
        return self.word in (HOLDS, FAILS, NO_POWER)


def outcomes(rows: list[Row]) -> list[Outcome]:
    return [Outcome(r.relation, r.tolerance.standard_errors, r.verdict.word, r.verdict.z) for r in rows]


def what_chance_allows(given: list[Outcome]) -> list[Paragraph]:
    """Of the claims of equality, and of the one-sided ones, as far as there are."""
    told = []
    found = chance_of(given)
    if found.rows:
        words = one_line(_CHANCE).format(**vars(found))
        doubtful = sum(o.relation == "equal" and not o.judged for o in given)
        if doubtful:
            words += f" Not counted, as they are not judged: {number_of(doubtful, 'more row')}."
        told.append(Paragraph(words, "What chance allows."))
    one_sided = [o.standard_errors for o in given if o.relation != "equal" and o.judged]
    if one_sided:
        told.append(
            Paragraph(one_line(_ONE_SIDED).format(rows=len(one_sided), by_chance=chance_to_hold(one_sided)))
        )
    return told


def chance_of(given: list[Outcome]) -> Chance:
    """What chance allows among the rows that could fail by it."""
    kept = [o for o in given if o.relation == "equal" and o.judged and not math.isnan(o.z)]
    return chance(
        [o.z for o in kept], [o.standard_errors for o in kept], sum(o.word == FAILS for o in kept)
    )


def counts(rows: list[Row]) -> str:
    """'45 holds, 1 fails', the usual verdicts first."""
    found = Counter(row.verdict.word for row in rows)
    usual = [w for w in (HOLDS, FAILS, NO_POWER, NOT_APPLICABLE, MISSING) if w in found]
    return ", ".join(f"{found[w]} {w}" for w in usual + [w for w in found if w not in usual])


def one_line(text: str) -> str:
    """Text that was broken to fit the source."""
    return text.replace("\n", " ")
