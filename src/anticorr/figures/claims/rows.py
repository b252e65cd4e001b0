"""Rows of the table: what a configuration claims, or every quantity that the records support."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import xarray as xr

from anticorr.claims import Claim, Tolerance
from anticorr.figures.accompanied import Accompanied, accompanied
from anticorr.figures.claims.catalogue import CATALOGUE
from anticorr.figures.claims.condition import Condition, condition, in_words
from anticorr.figures.claims.judge import MISSING, NOT_APPLICABLE, Verdict, judge
from anticorr.figures.claims.numbers import Numbers
from anticorr.figures.states import Predicted, State, gather, identity, with_fit_and_theory
from anticorr.figures.trained import Trained, trained
from anticorr.quantities import QUANTITIES
from anticorr.specs import Spec
from anticorr.specs.companion import Companion
from anticorr.specs.training import Training
from anticorr.variables import COMPANIONS

_NO_NUMBERS = Numbers(math.nan, math.nan, math.nan, math.nan)


@dataclass(frozen=True)
class Row:
    """A claim about a state, or about a set of them: numbers and verdict."""

    id: str
    """Name of the claim; empty where no configuration claims it."""
    quantity: str
    formula: str
    states: tuple[str, ...]
    """Addresses; without a configuration the state in words."""
    numbers: Numbers
    tolerance: Tolerance
    relation: str
    verdict: Verdict

    @property
    def label(self) -> str:
        return QUANTITIES[self.quantity].label

    @property
    def where(self) -> str:
        """The states, in short."""
        first, last = self.states[0], self.states[-1]
        return first if len(self.states) == 1 else f"{first} to {last} ({len(self.states)} states)"


@dataclass(frozen=True)
class Table:
    """Rows in order; claims by name; conditions and words of the states by the names that rows use."""

    rows: list[Row]
    claims: dict[str, Claim]
    conditions: dict[str, Condition]
    words: dict[str, str]


def supported(*records: xr.Dataset) -> Table:
    """Every prediction for one state that the records support, state by state."""
    states: dict[str, Predicted] = {}
    for state in with_fit_and_theory(gather(*_of_runs(records))):
        name = words = in_words(state.spec)
        while name in states:  # alike but for a detail that the words leave out
            name = f"{words} ({sum(known.startswith(words) for known in states) + 1})"
        states[name] = state
    conditions = {name: condition(state) for name, state in states.items()}
    rows = []
    for name in states:
        for quantity, entry in QUANTITIES.items():
            if entry.of == "set" or not entry.formula:
                continue
            tolerance = Tolerance(allowance=entry.allowance)
            found = _decide(quantity, {name: states[name]}, conditions, tolerance, "equal")
            if found[1].word not in (MISSING, NOT_APPLICABLE):
                numbers, verdict = found
                rows.append(Row("", quantity, entry.formula, (name,), numbers, tolerance, "equal", verdict))
    return Table(rows, {}, conditions, {name: name for name in states})


def claimed(
    claims: dict[str, Claim], specs: dict[str, Spec | Training | Companion], *records: xr.Dataset
) -> Table:
    """What a configuration claims; specs: one of every state, training or companion, by its address.

    Records find their address by their spec; a row that lacks some has the verdict `missing`.
    """
    about: list[State | Trained | Accompanied] = [
        *gather(*_of_runs(records)), *trained(*records), *accompanied(*records)
    ]  # fmt: skip
    given = {_key(one.spec): one for one in about}
    states = {address: given.get(_key(spec)) for address, spec in specs.items()}
    conditions = {a: condition(state) for a, state in states.items() if isinstance(state, State)}
    rows = []
    for name, claim in claims.items():
        addresses = claim.addresses(list(specs))
        together = QUANTITIES[claim.quantity].of == "set"
        for group in [addresses] if together else [[address] for address in addresses]:
            members = {address: states[address] for address in group}
            found = _decide(claim.quantity, members, conditions, claim.tolerance, claim.relation)
            numbers, verdict = found
            rows.append(
                Row(
                    name, claim.quantity, claim.formula, tuple(group), numbers, claim.tolerance,
                    claim.relation, verdict,
                )
            )  # fmt: skip
    used = dict.fromkeys(address for row in rows for address in row.states)
    return Table(
        rows,
        claims,
        {address: conditions[address] for address in used if address in conditions},
        {address: in_words(specs[address]) for address in used},
    )


def missing(table: Table) -> list[Row]:
    """Rows without a verdict for want of records or numbers."""
    return [row for row in table.rows if row.verdict.word == MISSING]


def _key(spec: Spec | Training | Companion) -> str:
    """Text that finds a record's address."""
    return identity(spec) if isinstance(spec, Spec) else spec.canonical_json()


def _of_runs(records: Sequence[xr.Dataset]) -> list[xr.Dataset]:
    return [record for record in records if record.attrs["kind"] not in ("training", *COMPANIONS)]


def _decide(
    quantity: str,
    members: dict[str, State | Trained | Accompanied | None],
    conditions: dict[str, Condition],
    tolerance: Tolerance,
    relation: str,
) -> tuple[Numbers, Verdict]:
    entry = QUANTITIES[quantity]
    lacking = [
        f"{record} record of {name}"
        for name, state in members.items()
        for record in entry.needs
        if getattr(state, record, None) is None
    ]
    if lacking:
        return _NO_NUMBERS, Verdict(MISSING, f"No {', no '.join(lacking)}.")
    states = list(members.values())
    found = CATALOGUE[quantity](states if entry.of == "set" else states[0])
    if isinstance(found, str):
        return _NO_NUMBERS, Verdict(NOT_APPLICABLE, f"{found[0].upper()}{found[1:]}.")
    verdict = judge(found, tolerance, relation)
    wrong = [(n, conditions[n].fluid) for n in members if n in conditions and conditions[n].fluid != "yes"]
    if wrong and entry.fluid:
        # The numbers are shown, but say nothing: the condition of the state is the verdict.
        name, condition = wrong[0]
        also = f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""
        told = f"{name}{also}: {condition}." if entry.of == "set" else ""
        return found, Verdict(condition, told, verdict.z)
    return found, verdict
