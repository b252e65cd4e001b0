"""What a module of Python imports, and what it does: its syntax tree without what never runs."""

import ast
from collections.abc import Callable, Iterator
from typing import Any

_BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")


def imports_and_meaning(source: str) -> tuple[list[str], bytes]:
    """Names of all that a module may import, and its syntax tree in words. Both are the same for sources
    that differ in comments, docstrings, layout, types of functions, or in what only a type checker reads.

    Raises SyntaxError where the source is none of Python's.
    """
    tree = ast.parse(source)
    imports: list[str] = []
    words: list[str] = []
    _strip(tree, imports)
    _write(tree, words.append)
    return imports, "\n".join(words).encode()


def _strip(node: ast.AST, imports: list[str]) -> None:
    """Statements alone are gone through: expressions hold neither imports nor types."""
    for name in _BLOCKS:
        block = getattr(node, name, None)
        if not block:
            continue
        lines = [*_running(block)]
        setattr(node, name, lines)
        for line in lines:
            if isinstance(line, ast.ImportFrom) and line.module:
                imports += [line.module, *(f"{line.module}.{alias.name}" for alias in line.names)]
            elif isinstance(line, ast.Import):
                imports += [alias.name for alias in line.names]
            elif isinstance(line, ast.FunctionDef | ast.AsyncFunctionDef):
                _untype(line)
            _strip(line, imports)


def _running(block: list[ast.AST]) -> Iterator[ast.AST]:
    """Without docstrings, the strings below attributes that document them, and `if TYPE_CHECKING`."""
    for line in block:
        if isinstance(line, ast.If) and getattr(line.test, "id", "") == "TYPE_CHECKING":
            yield from _running([*line.orelse])
        elif not (
            isinstance(line, ast.Expr)
            and isinstance(line.value, ast.Constant)
            and isinstance(line.value.value, str)
        ):
            yield line


def _untype(function: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
    function.returns = None
    taken = function.args
    for argument in (*taken.posonlyargs, *taken.args, taken.vararg, *taken.kwonlyargs, taken.kwarg):
        if argument is not None:
            argument.annotation = None


def _write(value: Any, put: Callable[[str], None]) -> None:
    """`ast.dump` with half of its work: whether a name is read or written is told by its place."""
    if isinstance(value, ast.AST):
        put(type(value).__name__)
        for name in value._fields:
            if name != "ctx":
                _write(getattr(value, name, None), put)
    elif isinstance(value, list):
        put("[")
        for each in value:
            _write(each, put)
        put("]")
    else:
        put(repr(value))
