"""Blocks of text that Markdown and HTML are made of."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Heading:
    """level: 1 is the title. anchor: where links go; empty: none."""

    level: int
    text: str
    anchor: str = ""


@dataclass(frozen=True)
class Paragraph:
    """strong: words before the text that stand out."""

    text: str
    strong: str = ""


@dataclass(frozen=True)
class Grid:
    """A table. verdict, link: numbers of the columns that hold verdicts, and names of anchors."""

    head: tuple[str, ...]
    lines: Sequence[tuple[str, ...]]
    verdict: int | None = None
    link: int | None = None


Block = Heading | Paragraph | Grid
