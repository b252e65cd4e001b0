"""Back from a figure, claims or a record to the specs, along the digests that each names."""

from typing import Any, NamedTuple

from anticorr.origin import Origin
from anticorr.provenance import inputs_of

_GIVEN = ("points", "files")
"""Names of inputs that are not records."""


class Known(NamedTuple):
    """A record in a folder."""

    path: str
    attributes: dict[str, Any]


class Lineage:
    """Lines of the tree below one thing; every record is told once."""

    def __init__(self, known: dict[str, Known]):
        """known: records by digest."""
        self._known = known
        self._told: set[str] = set()
        self.lines: list[str] = []
        self.missing: list[str] = []

    def of_origin(self, name: str, origin: Origin) -> None:
        config = f", config {origin.config}" if origin.config else ""
        self.lines.append(f"{name}: {origin.what}, code {origin.code}, git {origin.git}{config}")
        for kind, digest in origin.records:
            self._follow(kind, digest, 1)

    def of_record(self, name: str, attributes: dict[str, Any]) -> None:
        """Of a record that itself need not be among those known."""
        digest = str(attributes["digest"])
        self._known.setdefault(digest, Known(name, attributes))
        self._follow(attributes["kind"], digest, 0)

    def _follow(self, name: str, digest: str, depth: int) -> None:
        """name: the kind of the record, or what whoever was made from it calls it."""
        indent = "  " * depth
        if name in _GIVEN:
            self.lines.append(f"{indent}{name} {digest}: given as they are, no record")
            return
        if digest not in self._known:
            self.lines.append(f"{indent}{name} {digest}: missing")
            self.missing += [] if f"{name} {digest}" in self.missing else [f"{name} {digest}"]
            return
        path, told = self._known[digest]
        called = name if name == told["kind"] else f"{name}: {told['kind']}"
        if digest in self._told:
            self.lines.append(f"{indent}{called} {digest}: above")
            return
        self._told.add(digest)
        self.lines.append(f"{indent}{called} {digest}  {', '.join([path, *_where_from(told)])}")
        for name, digest in inputs_of(str(told.get("inputs", ""))):
            self._follow(name, digest, depth + 1)
        for name, digest in inputs_of(str(told.get("own_runs", ""))):
            self.lines.append(f"{indent}  {name} {digest}: a short run, made by predict and not kept")
        if told["kind"] not in ("spectrum", "fit"):  # theirs is that of their inputs
            self.lines.append(f"{indent}  spec {told['spec']}")


def _where_from(told: dict[str, Any]) -> list[str]:
    """Code, revision, seed and times, as far as a record tells them: one built by hand may not."""
    words = {"code_digest": "code ", "git_revision": "git ", "seed": "seed ", "started": ""}
    found = [f"{word}{told[key]}" for key, word in words.items() if key in told]
    return found + ([f"{float(told['duration_s']):.1f} s"] if "duration_s" in told else [])
