"""Claims of a configuration: statements about its states, and the names of the quantities that decide.

A claim names a quantity, the states that it is about, and how far measurement and theory may be apart. The
functions behind the quantities stand in `anticorr.figures.claims.catalogue`; a test keeps the two in step.
"""

from fnmatch import fnmatchcase
from typing import Any, Literal

from pydantic import Field, model_validator

from anticorr.quantities import QUANTITIES
from anticorr.strict import Number, Strict
from anticorr.wording import unknown_name


class Tolerance(Strict):
    """How far a measurement may be from its prediction."""

    standard_errors: Number = Field(3.0, description="standard errors of the difference", gt=0, le=10)
    allowance: Number = Field(
        0.05,
        description="share of the prediction that theory may leave out; by default that of the quantity",
        ge=0,
        lt=1,
    )
    power: Number = Field(
        0.1, description="largest standard error that decides, as a share of the scale", gt=0, le=1
    )


class Claim(Strict):
    """One statement; a row for each state, or one for all if its quantity is about a set."""

    statement: str = Field(description="what is claimed, a sentence", min_length=1)
    formula: str = Field(description="where the prediction comes from", min_length=1)
    quantity: Literal[tuple(QUANTITIES)] = Field(  # type: ignore[valid-type]
        description="what is compared (see below)"
    )
    states: list[str] = Field(description="`sweep/point`, or patterns as `sweep/*`", min_length=1)
    relation: Literal["equal", "above", "below"] = Field(
        "equal", description="of measured to predicted; above and below: by the standard errors"
    )
    tolerance: Tolerance = Tolerance()
    note: str = Field("", description="printed beside the verdict, which it never changes")

    @model_validator(mode="before")
    @classmethod
    def _allowance_of_the_quantity(cls, data: Any) -> Any:
        if isinstance(data, dict) and isinstance(data.get("tolerance", {}), dict):
            name = data.get("quantity")
            known = QUANTITIES.get(name) if isinstance(name, str) else None
            if known is not None:
                given = data.get("tolerance", {})
                return {**data, "tolerance": {"allowance": known.allowance, **given}}
        return data  # what is wrong with it is told by the models

    def addresses(self, points: list[str]) -> list[str]:
        """Those of the points that the claim is about, each once, in their own order."""
        return [point for point in points if any(fnmatchcase(point, p) for p in self.states)]

    def problems(self, points: list[str]) -> list[str]:
        """A line for each entry of `states` that no point answers to."""
        return [
            f"{unknown_name(f'states.{n}', pattern, points)}, or a pattern of these"
            for n, pattern in enumerate(self.states)
            if not any(fnmatchcase(point, pattern) for point in points)
        ]


def catalogue() -> list[str]:
    """Lines of config/README.md: the quantities."""
    head = ["| quantity | formula | allowance | about | what is compared |", "|---|---|---|---|---|"]
    return head + [
        f"| `{name}` | {q.formula or '-'} | {q.allowance:g} | {q.of} | {q.meaning} |"
        for name, q in QUANTITIES.items()
    ]
