"""Where a figure, a movie or a table of claims came from: one line that stands in it as plain text.

It is the same line in every format, and none of them changes a letter of it. So it is read in one way, by
looking for it, without a library for any format; `strings figure.pdf | grep anticorr` finds it too. Only
in a .gif it stands in pieces (`storage.movie.comment_of`).
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

import xarray as xr

from anticorr import provenance
from anticorr.variables import KINDS

_LINE = re.compile(r"\[anticorr (claims|movie|figure [\w-]+)((?:; [\w-]+ [^];]+)*)\]")


class Origin(NamedTuple):
    """What was drawn, by what, from which records."""

    what: str
    """`claims`, `movie`, or `figure NAME`."""
    code: str
    git: str
    versions: str
    config: str
    """Digest of the configuration of claims; empty without one."""
    records: tuple[tuple[str, str], ...]
    """(kind, digest), sorted."""

    def line(self) -> str:
        """The text that stands in the file; see docs/contract.md."""
        fields = [("code", self.code), ("git", self.git), ("versions", self.versions)]
        fields += [("config", self.config)] if self.config else []
        for kind in KINDS:
            digests = [digest for of, digest in self.records if of == kind]
            fields += [(kind, " ".join(digests))] if digests else []
        return f"[anticorr {self.what}{''.join(f'; {key} {value}' for key, value in fields)}]"


def origin(what: str, module: str, records: Sequence[xr.Dataset], config: str = "") -> Origin:
    """Of what a module draws from records as they were read from their files, now and here."""
    return Origin(
        what,
        provenance.code_digest(module),
        provenance.git_revision(),
        provenance.versions(module).replace(",", ""),
        config,
        drawn(records),
    )


def drawn(records: Sequence[xr.Dataset]) -> tuple[tuple[str, str], ...]:
    """(kind, digest) of records, sorted, each once."""
    return tuple(sorted({(record.attrs["kind"], record.attrs["digest"]) for record in records}))


def find(text: str) -> Origin | None:
    """The origin that stands in the text of a file; None without one."""
    found = _LINE.search(text)
    if found is None:
        return None
    fields = dict(field.split(" ", 1) for field in found[2].split("; ")[1:])
    code, git, versions, config = (fields.pop(key, "") for key in ("code", "git", "versions", "config"))
    records = [(kind, digest) for kind, digests in fields.items() for digest in digests.split()]
    return Origin(found[1], code, git, versions, config, tuple(sorted(records)))


def describe(origin: Origin) -> str:
    """The origin in words."""
    lines = [origin.what]
    for key, value in (
        ("code_digest", origin.code),
        ("versions", origin.versions),
        ("git_revision", origin.git),
        ("config", origin.config),
    ):
        lines += [f"  {key:<17}{value}"] if value else []
    return "\n".join([*lines, "records", *(f"  {kind:<17}{digest}" for kind, digest in origin.records)])
