"""Strict models: frozen, and bad data are told all at once, one line each, in words.

A line says the key, what was got, and what is allowed. Used for specs and for configurations.
"""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from anticorr.errors import InputError


def _not_bool(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError  # YAML's true is not the number 1; worded in _worded
    return value


Whole = Annotated[int, BeforeValidator(_not_bool)]
"""A whole number; true and false are none."""
Number = Annotated[float, BeforeValidator(_not_bool), AfterValidator(lambda value: value + 0.0)]
"""A finite number; true and false are none, and -0.0 is 0.0 so that equal specs have equal text."""

FolderName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_+-][A-Za-z0-9_.+-]*$")]
"""Letters, digits and _ . + -, not starting with a dot."""


class Strict(BaseModel):
    """Frozen; unknown keys, NaN and infinity are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


def check(data: Any, model: type[Strict]) -> Any:
    """Check plain data (from YAML or JSON) against a model.

    Raises InputError with one line for each problem: key, what was got, what is allowed.
    """
    if not isinstance(data, dict):
        raise InputError(f"got {type(data).__name__}, allowed: a mapping of keys to values")
    try:
        return model.model_validate(data)
    except ValidationError as error:
        lines = []
        for problem in error.errors():
            lines.extend(_worded(problem, model))
        raise InputError(*lines) from None


def refuse(problems: list[str]) -> None:
    """Used by models: their problems, one line each, with keys below the model's own."""
    if problems:
        raise ValueError("\n".join(problems))


def leaves(model: type[Strict], prefix: str = "") -> list[tuple[str, str, str, str]]:
    """(key, default, allowed, meaning) of every key of a model, dotted, in order."""
    found = []
    for name, field in model.model_fields.items():
        inner = _model_of(field.annotation)
        if isinstance(inner, dict) and None not in inner.values():
            for tag, member in inner.items():
                found += leaves(member, f"{prefix}{name} ({tag}).")
        elif inner is not None and not isinstance(inner, dict):
            found += leaves(inner, f"{prefix}{name}.")
        else:
            default = "required" if field.is_required() else f"`{field.default}`"
            found.append((prefix + name, default, _allowed(field), (field.description or "").strip()))
    return found


def _worded(problem: dict, model: type[Strict]) -> list[str]:
    location, field = [], None
    current: Any = model
    for part in problem["loc"]:
        if current is None or not isinstance(part, str):
            location.append(str(part))
            continue
        if part in getattr(current, "model_fields", {}):
            field = current.model_fields[part]
            location.append(part)
            current = _model_of(field.annotation)
        elif isinstance(current, dict):
            current = current.get(part)  # the tag of a union: not a key in the file
        else:
            location.append(part)
            field = None
    key = ".".join(location)
    if problem["type"] == "string_pattern_mismatch":
        rule = "letters, digits and _ . + -, not starting with a dot"
        return [f"{key}: got {problem['input']!r}, allowed: {rule}"]
    kind, got = problem["type"], problem.get("input")
    if kind == "value_error" and str(problem["ctx"]["error"]):
        prefix = key + "." if key else ""
        return [prefix + line for line in str(problem["ctx"]["error"]).split("\n")]
    if kind == "missing":
        return [f"{key}: missing, wanted: {_description(field)}"]
    if kind in ("extra_forbidden", "invalid_key"):
        known = ", ".join(getattr(current, "model_fields", {})) or "none"
        return [f"{key}: unknown key, allowed here: {known}"]
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        tags = ", ".join(repr(tag) for tag in current)
        got = got.get("kind") if isinstance(got, dict) else got
        return [f"{key}.kind: got {got!r}, allowed: {tags}"]
    return [f"{key}: got {got!r}, allowed: {_allowed(field)}"]


def _model_of(annotation: Any) -> Any:
    """The model of a section, the models of a tagged union by tag, or None for a plain value."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    arguments = [a for a in getattr(annotation, "__args__", ()) if a is not type(None)]
    if len(arguments) == 1 and type(None) in annotation.__args__:  # an optional section
        return _model_of(arguments[0])
    if getattr(annotation, "__origin__", None) is list:
        return _model_of(arguments[0])
    if getattr(annotation, "__origin__", None) is dict:
        return _model_of(arguments[1])
    members = [m for m in arguments if hasattr(m, "model_fields")]
    if members and len(members) < len(arguments):  # a name or a section: tags as in specs.system
        return {"name": None, "file": members[0]}
    return {m.model_fields["kind"].annotation.__args__[0]: m for m in members} or None


def _description(field: Any) -> str:
    return (field.description or "a section of keys") if field is not None else "a value"


def _allowed(field: Any) -> str:
    annotation = getattr(field, "annotation", None)
    if getattr(annotation, "__origin__", None) is Literal:
        return " or ".join(repr(value) for value in annotation.__args__)
    if isinstance(_model_of(annotation), dict) and None in _model_of(annotation).values():
        named, section = annotation.__args__
        names = [repr(value) for value in named.__origin__.__args__]
        return " or ".join([*names, *(f"{{{key}: ...}}" for key in section.model_fields)])
    parts = []
    for bound in field.metadata if field is not None else ():
        for name, sign in (("gt", ">"), ("ge", ">="), ("lt", "<"), ("le", "<=")):
            if getattr(bound, name, None) is not None:
                parts.append(f"{sign} {getattr(bound, name)}")
    kinds = {int: "a whole number", float: "a finite number", bool: "true or false", str: "text"}
    origin = getattr(annotation, "__origin__", None)
    kind = kinds.get(annotation) or {list: "a list", dict: "a mapping of keys to values"}.get(
        origin, "a section of keys"
    )
    if origin is list:
        item = annotation.__args__[0]
        item = getattr(item, "__origin__", item)
        kind = {int: "a list of whole numbers", float: "a list of numbers", str: "a list of names"}.get(
            item, kind
        )
    return " ".join([kind, " and ".join(parts)]).strip()
