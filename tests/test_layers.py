"""Imports point down; one place compiles; nothing prints; files are opened by the command and storage."""

import ast
from pathlib import Path

import pytest

import anticorr

ROOT = Path(anticorr.__file__).parent

LEVELS = {
    **dict.fromkeys(
        (
            "specs",
            "strict",
            "layout",
            "lineage",
            "origin",
            "text",
            "wording",
            "grids",
            "overrides",
            "reference",
            "records",
            "variables",
            "storage",
            "provenance",
            "syntax",
            "errors",
            "accelerate",
            "config",
            "costs",
            "graph",
            "sweeps",
            "claims",
            "quantities",
            "progress",
            "describe",
        ),
        0,
    ),
    "noise": 1,
    **dict.fromkeys(("engine", "spectra", "exponents", "theory", "landscape", "learning", "companions"), 2),
    "stages": 3,
    "figures": 4,
    "movies": 5,
    "report": 5,
    "explorer": 5,
    "cli": 6,
}
MEETINGS = {("landscape", "engine"), ("landscape", "spectra")}
"""Folders of one level that may meet: the whole list, as in ARCHITECTURE.md."""

OPENERS = {
    "open", "fdopen", "mkstemp", "NamedTemporaryFile", "read_text", "read_bytes", "write_text",
    "write_bytes", "to_netcdf", "open_dataset", "load_dataset", "to_csv", "loadtxt", "savetxt",
    "load", "save", "memmap", "savefig",
}  # fmt: skip
STORAGE = (
    "bundle", "checkpoint", "compare", "export", "folders", "initial", "jobs", "labelled", "lock", "movie",
    "origin", "partial", "points", "points_binary", "points_text", "records", "stream", "whole",
)  # fmt: skip
MAY_OPEN = {
    **{f"cli/{name}.py": OPENERS for name in ("make", "processes", "report")},
    **{f"storage/{name}.py": OPENERS for name in STORAGE},
    "text.py": {"read_text", "open", "load"},
    # Through storage, which writes them whole.
    "cli/archive.py": {"write_text"},
    "cli/explore.py": {"write_text"},
    "cli/products.py": {"write_text", "save"},
    # These two read the package's own source; the second locks what it compiles.
    "provenance.py": {"read_text"},
    "accelerate.py": {"read_bytes", "open"},
    # Loads of LLVM instructions, not of files.
    "engine/_lanes.py": {"load"},
    # Called by the command line inside storage.write_whole, with the name that it made.
    "figures/style.py": {"savefig"},
}


def sources():
    return {str(p.relative_to(ROOT)): p.read_text() for p in sorted(ROOT.rglob("*.py"))}


def group(path):
    """Folder or top-level module of a path below the package."""
    return path.split("/")[0].removesuffix(".py")


def imported(path, text):
    """Groups of the package that a file imports, lazily or not."""
    package = ["anticorr", *path.split("/")[:-1]]
    for node in ast.walk(ast.parse(text)):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            names = [f"{module}.{alias.name}" for alias in node.names]
        yield from (name.split(".")[1] for name in names if name.startswith("anticorr."))


def wrong_imports(files):
    found = []
    for path, text in files.items():
        mine = group(path)
        if mine == "__init__":
            continue
        for other in imported(path, text):
            if mine not in LEVELS or other not in LEVELS:
                found.append(f"{path}: {mine} or {other} has no level")
            elif other != mine and (mine, other) not in MEETINGS:
                down = LEVELS[other] < LEVELS[mine] or LEVELS[other] == LEVELS[mine] == 0
                if not down:
                    found.append(f"{path} imports {other}")
    return found


def compilers(files):
    """Where numba is asked to compile; learning/ asks JAX."""
    asked = {"njit", "jit", "vectorize", "guvectorize", "stencil", "cfunc"}
    return [
        path
        for path, text in files.items()
        for node in ast.walk(ast.parse(text))
        if (isinstance(node, ast.Attribute) and node.attr in asked and not _of_jax(node))
        or (isinstance(node, ast.ImportFrom) and asked & {a.name for a in node.names})
    ]


def _of_jax(node):
    return getattr(node.value, "id", "") == "jax"


def users(files, *packages):
    """Files that import one of the packages, lazily or not."""
    found = []
    for path, text in files.items():
        for node in ast.walk(ast.parse(text)):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            found += [path for name in names if name.split(".")[0] in packages]
    return sorted(set(found))


def _called(node):
    return getattr(node.func, "id", getattr(node.func, "attr", ""))


def calls(text):
    return [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]


def printers(files):
    return [
        path
        for path, text in files.items()
        for call in calls(text)
        if isinstance(call.func, ast.Name) and call.func.id == "print"
    ]


def openers(files):
    """Calls that open files where they may not. `module.load` counts, `opened.load()` does not."""
    found = []
    for path, text in files.items():
        for call in calls(text):
            name = _called(call)
            if name in OPENERS - MAY_OPEN.get(path, set()) and (call.args or call.keywords):
                found.append(f"{path}: {name}")
    return found


def test_imports_point_down():
    assert wrong_imports(sources()) == []


def test_numba_compiles_in_one_place():
    assert compilers(sources()) == ["accelerate.py"]
    assert users(sources(), "numba") == ["accelerate.py"]


def test_jax_lives_in_learning_and_its_stage():
    found = users(sources(), "jax", "optax", "matfree", "sklearn")
    assert [path for path in found if not path.startswith("learning/")] == ["stages/train.py"]


def test_nothing_prints():
    assert printers(sources()) == []


def test_files_are_opened_by_the_command_line_and_storage():
    assert openers(sources()) == []


def test_no_file_is_long():
    """Of package, tests and benchmarks, in lines. One that must be longer stands here, with its reason."""
    longest, reasons = 400, {}
    project = Path(__file__).parents[1]
    found = {
        str(path.relative_to(project)): len(path.read_text().splitlines())
        for folder in ("src", "tests", "benchmarks")
        for path in (project / folder).rglob("*.py")
    }
    assert {path: n for path, n in found.items() if n > longest and path not in reasons} == {}


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("noise/new.py", "from anticorr.engine.run import run"),
        ("specs.py", "def f():\n    from anticorr.noise import filters"),
        ("engine/new.py", "from anticorr.spectra import wavevectors"),
        ("engine/new.py", "from ..spectra import wavevectors"),
        ("theory/new.py", "import anticorr.exponents.whittle"),
        ("stages/new.py", "from anticorr import figures"),
        ("figures/new.py", "from anticorr import cli"),
        ("errors.py", "from anticorr import noise"),
        ("utils/new.py", "from anticorr import errors"),
    ],
)
def test_planted_import_is_found(path, text):
    assert len(wrong_imports({path: text})) == 1


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("stages/new.py", "from anticorr.engine import run\nfrom anticorr import records"),
        ("engine/new.py", "from . import _kernels\nfrom anticorr.noise import philox"),
        ("landscape/new.py", "from anticorr.engine import _forces"),
        ("specs.py", "import numpy\nfrom anticorr.errors import InputError"),
    ],
)
def test_allowed_import_passes(path, text):
    assert wrong_imports({path: text}) == []


@pytest.mark.parametrize(
    "text",
    ["import numba\n@numba.njit\ndef f(): pass", "from numba import jit", "numba.njit(cache=True)"],
)
def test_planted_compiler_is_found(text):
    assert compilers({"engine/new.py": text}) == ["engine/new.py"]
    assert users({"engine/new.py": "from numba.core import types"}, "numba") == ["engine/new.py"]


def test_planted_print_is_found():
    assert printers({"describe.py": "def f():\n    print('x')"}) == ["describe.py"]


@pytest.mark.parametrize(
    "text",
    [
        "with open('x') as f: pass",
        "Path('x').read_text(encoding='utf8')",
        "record.to_netcdf('x')",
        "xr.open_dataset('x')",
        "np.load('x')",
    ],
)
def test_planted_open_is_found(text):
    assert len(openers({"stages/new.py": text})) == 1
    assert openers({"storage/whole.py": text}) == []
