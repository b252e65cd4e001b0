"""docs/errors.md: the fixed words of every quoted message are in the source."""

import ast
import re
from pathlib import Path

import pytest

import anticorr

PAGE = Path(__file__).parents[1] / "docs/errors.md"
MESSAGES = re.findall(r"^### `(.*)`$", PAGE.read_text("utf-8"), re.MULTILINE)


def _text(node: ast.AST) -> str:
    """A literal as one text, with a mark for what is put in."""
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part) for part in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else "\0"


@pytest.fixture(scope="module")
def source() -> str:
    """Every literal of the package."""
    found = []
    for path in Path(anticorr.__file__).parent.rglob("*.py"):
        nodes = ast.walk(ast.parse(path.read_text("utf-8")))
        found += [_text(node) for node in nodes if isinstance(node, ast.Constant | ast.JoinedStr)]
    return "\n".join(found)


def fixed_words(message: str) -> list[str]:
    """Runs of words that no case changes: no CAPITALS, quotes, brackets, numbers."""
    parts = re.split(r"\b[A-Z]+\b|\.\.\.|'[^']*'|\([^)]*\)|\[[^\]]*\]|\d+", message)
    return [part.strip(" :;,?.") for part in parts if len(part.strip(" :;,?.")) > 4]


@pytest.mark.parametrize("message", MESSAGES)
def test_words_of_a_message_are_in_the_source(message: str, source: str) -> None:
    words = fixed_words(message)
    assert words
    assert [part for part in words if part not in source] == []


def test_invented_message_is_found(source: str) -> None:
    assert any(part not in source for part in fixed_words("FILE: got a purple record, wanted a green one"))


def test_page_has_messages_of_all_kinds() -> None:
    assert len(MESSAGES) > 20
