"""One line of a table of variables."""

from typing import NamedTuple


class Variable(NamedTuple):
    """One line of the tables below."""

    dims: tuple[str, ...]
    units: str
    long_name: str
    optional: bool = False
