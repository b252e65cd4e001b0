"""Where the records and the page came from: revisions, machines, versions."""

from collections import Counter
from html import escape

from anticorr.figures.claims.summary import number_of
from anticorr.report.writing import table

_TOLD = {"git_revision": "git revision", "machine": "machine", "host": "host"}
"""Attributes of a record that are one thing each."""


def origin(records: list[dict[str, str]], here: dict[str, str]) -> str:
    """records: attributes of each. here: what holds for the page, by the same names."""
    found = {
        name: Counter(record[key] for record in records if record.get(key)) for key, name in _TOLD.items()
    } | _packages(records)
    names = list(dict.fromkeys([*_TOLD.values(), *here, *found]))
    lines = [
        (escape(name), _told(found.get(name, Counter())), escape(here.get(name, "–")))
        for name in names
        if found.get(name) or name in here
    ]
    return table(("", number_of(len(records), "record"), "this page"), lines, "origin of records and page")


def _packages(records: list[dict[str, str]]) -> dict[str, Counter[str]]:
    """Versions of each package by how many records name them, from 'numpy 2.1.0, numba 0.61.0'."""
    found: dict[str, Counter[str]] = {}
    for record in records:
        for told in filter(None, record.get("versions", "").split(", ")):
            package, _, version = told.partition(" ")
            found.setdefault(package, Counter())[version] += 1
    return found


def _told(found: Counter[str]) -> str:
    """The value, or, where there are several, each with its count."""
    if len(found) <= 1:
        return escape(next(iter(found), "–"))
    return ", ".join(f"{escape(value)} ({count:,})" for value, count in found.most_common())
