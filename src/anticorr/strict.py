"""Strict models: frozen, and bad data are told all at once, one line each, in words (`wording.py`).

Used for specs and for configurations.
"""

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from anticorr.errors import InputError
from anticorr.wording import Rule, allowed, core, members, worded


def _not_bool(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError  # YAML's true is not the number 1; worded in wording.py
    return value


Whole = Annotated[int, BeforeValidator(_not_bool)]
"""A whole number; true and false are none."""
Number = Annotated[float, BeforeValidator(_not_bool), AfterValidator(lambda value: value + 0.0)]
"""A finite number; true and false are none, and -0.0 is 0.0 so that equal specs have equal text."""

FOLDER_NAME = r"[A-Za-z0-9_+-][A-Za-z0-9_.+-]{0,199}"
FOLDER_NAME_WORDS = "letters, digits and _ . + -, not starting with a dot, at most 200"
FolderName = Annotated[str, Field(pattern=f"^{FOLDER_NAME}$"), Rule(FOLDER_NAME_WORDS)]
"""The name of a folder or file, and a part of a rule's wildcards."""
FolderPath = Annotated[
    str,
    Field(pattern=r"^[\w./+][\w./+-]*$", max_length=1000),
    Rule("a folder: letters, digits and _ . + - /, not starting with -"),
]
"""A path that a shell and Snakemake leave as it is."""


class Strict(BaseModel):
    """Frozen; unknown keys, NaN and infinity are refused. Validators are built at first use: a process
    imports all models, and needs few."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, defer_build=True)


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
            lines.extend(worded(problem, model))
        raise InputError(*lines) from None


def refuse(problems: list[str]) -> None:
    """Used by models: their problems, one line each, with keys below the model's own."""
    if problems:
        raise ValueError("\n".join(problems))


def leaves(model: type[Strict], prefix: str = "") -> list[tuple[str, str, str, str]]:
    """(key, default, allowed, meaning) of every key of a model, dotted, in order."""
    found = []
    for name, field in model.model_fields.items():
        key, inner = _section(f"{prefix}{name}", field.annotation)
        tags = members(inner)
        if tags and "name" not in tags:
            for tag, member in tags.items():
                found += leaves(member, f"{key} ({tag}).")
        elif hasattr(inner, "model_fields"):
            found += leaves(inner, f"{key}.")
        else:
            default = "required" if field.is_required() else f"`{field.default}`"
            words = (field.description or "").strip()
            found.append((key, default, allowed(field.annotation, field.metadata), words))
    return found


def _section(key: str, annotation: Any) -> tuple[str, Any]:
    """The key and the type of what stands below: of the entries of a list of sections, or of named ones."""
    annotation, _ = core(annotation)
    origin = getattr(annotation, "__origin__", None)
    if origin in (list, dict):
        inner, _ = core(annotation.__args__[-1])
        if hasattr(inner, "model_fields"):
            return f"{key}.{'N' if origin is list else 'NAME'}", inner
    return key, annotation
