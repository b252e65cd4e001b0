"""What a module imports and does: wherever a statement stands, it counts; what never runs does not."""

import pytest

from anticorr.syntax import imports_and_meaning

BLOCKS = {
    "module": "{}",
    "function": "def f():\n    {}",
    "async function": "async def f():\n    {}",
    "class": "class A:\n    {}",
    "function of a function": "def f():\n    def g():\n        {}",
    "if": "if a:\n    {}",
    "elif": "if a:\n    b\nelif c:\n    {}",
    "else": "if a:\n    b\nelse:\n    {}",
    "for": "for a in b:\n    {}",
    "else of for": "for a in b:\n    c\nelse:\n    {}",
    "while": "while a:\n    {}",
    "with": "with a:\n    {}",
    "try": "try:\n    {}\nfinally:\n    a",
    "except": "try:\n    a\nexcept B:\n    {}",
    "else of try": "try:\n    a\nexcept B:\n    b\nelse:\n    {}",
    "finally": "try:\n    a\nfinally:\n    {}",
    "case": "match a:\n    case b:\n        {}",
}


@pytest.fixture(params=BLOCKS)
def read(request):
    """imports_and_meaning() of a module with these lines in a block of one kind."""
    block = BLOCKS[request.param]
    indent = block.split("\n")[-1].partition("{}")[0]
    if request.param == "try":
        indent = "    "

    def of(*lines):
        return imports_and_meaning(block.format(f"\n{indent}".join(lines)))

    return of


def test_every_import_is_found(read):
    imports, _ = read(
        "import numpy as np, os.path", "from anticorr.noise import filters", "from . import here"
    )
    assert imports == ["numpy", "os.path", "anticorr.noise", "anticorr.noise.filters"]


def test_what_never_runs_does_not_count(read):
    plain = read("a = f(1)", "def g(x, /, *y, z=0, **w): return x")
    assert plain == read(
        '"""Words."""',
        "a = f(  # a comment",
        "1)",
        "'Words of a.'",
        "if TYPE_CHECKING: import jax",
        "def g(x: int, /, *y: int, z: float = 0, **w: str) -> float: return x",
    )


@pytest.mark.parametrize(
    "other", ["a = f(2)", "a = f(1.0)", "b = f(1)", "a = f('1')", "a = g(1)", "a = f(True)", "a += f(1)"]
)
def test_every_other_difference_counts(read, other):
    assert read("a = f(1)")[1] != read(other)[1]


def test_what_is_read_otherwise_counts():
    """The other branch of TYPE_CHECKING, types of attributes (models are made of them), order, nesting."""
    for one, other in (
        ("if TYPE_CHECKING: a\nelse: b", "if TYPE_CHECKING: a\nelse: c"),
        ("class A:\n    b: int", "class A:\n    b: float"),
        ("a\nb", "b\na"),
        ("if a:\n    b\nc", "if a:\n    b\n    c"),
        ("f(a, b)", "f((a, b))"),
        ("f([a], b)", "f([a, b])"),
        ("a = 'x'", "a = 'x\\nName'"),
    ):
        assert imports_and_meaning(one)[1] != imports_and_meaning(other)[1], one
