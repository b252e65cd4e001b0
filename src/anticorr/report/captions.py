"""Captions of figures. They stand in one place: the docstring of the module that draws.

Its first line names the figure, says what it is of and, in further sentences, what it shows; the paragraph
below says how to read it.
"""

import importlib
import re
from typing import NamedTuple

from anticorr.config import FIGURES


class Caption(NamedTuple):
    """A title without a full stop, and sentences."""

    title: str
    text: str


def caption(draw: str) -> Caption:
    """Of a figure by its name in `config.FIGURES`."""
    told = importlib.import_module(f"anticorr.figures.{FIGURES[draw]}").__doc__ or ""
    first, *paragraphs = [" ".join(part.split()) for part in told.strip().split("\n\n")]
    of = re.sub(r"^(Figure \w+|Supplement): ", "", first)
    title, _, rest = of.partition(". ")
    return Caption(title[0].upper() + title[1:].rstrip("."), " ".join(filter(None, [rest, *paragraphs])))
