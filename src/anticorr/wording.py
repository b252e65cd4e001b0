"""Words for what is wrong with given data: a line for each problem.

A line says the key, what was got, and what is allowed.
"""

import difflib
import itertools
import reprlib
from collections.abc import Iterable, Mapping
from types import UnionType
from typing import Any, Literal, NamedTuple, Union

from pydantic import BaseModel

_MOST_NAMES, _MOST_LETTERS = 40, 600
"""Of names that a line lists; of more it says how many there are."""
_LONGEST = 240
"""Characters of a value in a line."""


class Rule(NamedTuple):
    """Beside a type, as `Annotated[str, ..., Rule(...)]`: what is allowed, in words."""

    words: str


class _Short(reprlib.Repr):
    """repr() of at most about a line, of whatever a file may hold."""

    def __init__(self) -> None:
        super().__init__()
        self.maxstring = self.maxother = 80
        self.maxlist = self.maxtuple = self.maxset = 12
        self.maxdict, self.maxlevel = 6, 4
        self.repr_OrderedDict = self.repr_dict

    def repr_int(self, value: int, level: int) -> str:
        bits = value.bit_length()  # Python writes no more than 4300 digits
        return repr(value) if bits <= 64 else f"a whole number of {bits} bits"


_short = _Short()


def told(value: Any) -> str:
    """A value in a line: its repr(), cut where it is long."""
    text = _short.repr(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 60]} ... {text[-40:]}"


def named(key: Any, longest: int = 80) -> str:
    """A key, or the name of a file, in a line: as it is, if that is short and on one line."""
    text = key if isinstance(key, str) else told(key)
    return text if text and text.isprintable() and len(text) <= longest else told(text)


def among(names: Iterable[str]) -> str:
    """Names in a row."""
    every = list(names)
    lengths = itertools.accumulate(len(name) for name in every[:_MOST_NAMES])
    shown = every[: sum(length <= _MOST_LETTERS for length in lengths)]
    more = f" ... ({len(every)} in all)" if len(every) > len(shown) else ""
    return (", ".join(shown) or "none") + more


def nearest(name: Any, known: Iterable[str]) -> str:
    """`did you mean NAME? ` if a known one is much like it, or nothing."""
    by_lower = {other.lower(): other for other in known} if isinstance(name, str) else {}
    found = difflib.get_close_matches(name.lower(), by_lower, n=1) if by_lower else []
    return f"did you mean {by_lower[found[0]]}? " if found else ""


def unknown_key(key: str, last: str, known: Iterable[str]) -> str:
    """What is said of a dotted key whose last part is none of the known ones."""
    known = list(known)
    return f"{key}: unknown key, {nearest(last, known)}allowed here: {among(known)}"


def unknown_name(key: str, name: str, known: Iterable[str]) -> str:
    """What is said of a value at `key` that should name one of the known things."""
    known = list(known)
    return f"{key}: got {told(name)}, {nearest(name, known)}allowed: {among(known)}"


def repeated(key: str, values: Iterable[Any]) -> list[str]:
    """A line for every value that comes again."""
    seen, others, twice = set(), [], []
    for value in values:
        try:
            known = value in seen
            seen.add(value)
        except TypeError:  # a section or a list
            known = value in others
            others.append(value)
        if known and value not in twice:
            twice.append(value)
    return [f"{key}: got {told(value)} twice, allowed: each once" for value in twice]


def worded(problem: Mapping[str, Any], model: type[BaseModel]) -> list[str]:
    """Lines of one problem of a pydantic.ValidationError of a model."""
    kind, got, said = problem["type"], problem.get("input"), str(problem.get("ctx", {}).get("error", ""))
    key, section, annotation, metadata = _place(model, problem["loc"])
    if kind == "value_error" and said:
        return [f"{key}.{line}" if key else line for line in said.split("\n")]
    if kind == "missing":
        words = getattr(section.model_fields[problem["loc"][-1]], "description", None)
        return [f"{key}: missing, wanted: {words or 'a section of keys'}"]
    if kind in ("extra_forbidden", "invalid_key"):
        return [unknown_key(key, str(problem["loc"][-1]), section.model_fields)]
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        tags = members(annotation)
        got = got.get("kind") if isinstance(got, dict) else got
        return [f"{key}.kind: got {told(got)}, {nearest(got, tags)}allowed: {', '.join(map(repr, tags))}"]
    several = getattr(model, "several", "") if isinstance(got, list) and not _is(annotation, list) else ""
    words = annotation.__args__ if _is(annotation, Literal) else ()
    near = nearest(got, [word for word in words if isinstance(word, str)])
    return [f"{key}: got {told(got)}, {near}allowed: {allowed(annotation, metadata)}{several}"]


def allowed(annotation: Any, metadata: Iterable[Any] = ()) -> str:
    """What a type with its bounds allows."""
    annotation, inner = core(annotation)
    every = [m for entry in (*metadata, *inner) for m in getattr(entry, "metadata", [entry])]
    rules = [entry.words for entry in every if isinstance(entry, Rule)]
    if rules:
        return rules[0]
    if _is(annotation, Literal):
        return " or ".join(repr(value) for value in annotation.__args__)
    tags = members(annotation)
    if "name" in tags:  # a name or a section: `initial` of a system
        return " or ".join(
            [allowed(tags["name"]), *(f"{{{key}: ...}}" for key in tags["file"].model_fields)]
        )
    if _is(annotation, list):
        kind = _LISTS.get(core(annotation.__args__[0])[0], "a list")
    else:
        kind = "a mapping of keys to values" if _is(annotation, dict) else _KINDS.get(annotation)
    signs = (("gt", ">"), ("ge", ">="), ("lt", "<"), ("le", "<="))
    bounds = [f"{s} {getattr(b, n)}" for b in every for n, s in signs if getattr(b, n, None) is not None]
    empty = ", not empty" if any(getattr(bound, "min_length", 0) for bound in every) else ""
    return " ".join([kind or "a section of keys", " and ".join(bounds)]).strip() + empty


_KINDS = {int: "a whole number", float: "a finite number", bool: "true or false", str: "text"}
_LISTS = {int: "a list of whole numbers", float: "a list of numbers", str: "a list of names"}


def core(annotation: Any) -> tuple[Any, list[Any]]:
    """A type without `Annotated` and `| None`, and what stood in `Annotated`."""
    metadata = []
    while True:
        others = [a for a in getattr(annotation, "__args__", ()) if a is not type(None)]
        if hasattr(annotation, "__metadata__"):
            metadata += annotation.__metadata__
            annotation = annotation.__origin__
        elif len(others) == 1 and type(None) in annotation.__args__:
            annotation = others[0]
        else:
            return annotation, metadata


def members(annotation: Any) -> dict[str, Any]:
    """The types of a union by their tags; empty for any other type."""
    annotation, _ = core(annotation)
    found = {}
    for member in getattr(annotation, "__args__", ()) if _is_union(annotation) else ():
        model, metadata = core(member)
        tags = [entry.tag for entry in metadata if hasattr(entry, "tag")]
        found[tags[0] if tags else model.model_fields["kind"].annotation.__args__[0]] = model
    return found


def _is_union(annotation: Any) -> bool:
    return isinstance(annotation, UnionType) or _is(annotation, Union)


def _is(annotation: Any, origin: Any) -> bool:
    return getattr(annotation, "__origin__", None) is origin


def _place(model: Any, location: tuple[Any, ...]) -> tuple[str, Any, Any, list[Any]]:
    """Of the place of a problem: its key in the file, the section around it, its type and the bounds."""
    key: list[str] = []
    metadata: list[Any] = []
    section: Any = model
    here: Any = model
    names: Any = None  # type of the names in the mapping that was entered last
    for part in location:
        if part == "[key]" and names is not None:  # the name itself is wrong
            key.pop()
            here, metadata = core(names)
            continue
        if hasattr(here, "model_fields"):
            section, field = here, here.model_fields.get(part)
            here, metadata = core(field.annotation) if field else (None, [])
            metadata = [*metadata, *(field.metadata if field else [])]
        elif members(here):
            here, metadata = core(members(here)[part])  # a tag is no key in the file
            continue
        else:
            arguments: tuple[Any, ...] = getattr(here, "__args__", ())
            names = arguments[0] if _is(here, dict) else None
            here, metadata = core(arguments[-1]) if arguments else (None, [])
        key.append(named(part))
    return ".".join(key), section, here, metadata
