"""What is built and shipped: wheel, sdist, versions in step, and what `import anticorr` loads."""

import ast
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest
import yaml

import anticorr
from tests import environment

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
LEFT_OUT = shutil.ignore_patterns(
    ".git",
    ".venv",
    ".snakemake",
    ".*_cache",
    ".hypothesis",
    "build",
    "*.egg-info",
    "__pycache__",
    "[0-9]*.nc",
)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Names in the sdist, without its folder, and in the wheel, which is built from it."""
    place = tmp_path_factory.mktemp("packaging")
    shutil.copytree(ROOT, place / "source", ignore=LEFT_OUT, symlinks=True)
    made = subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(place / "made"), "source"],
        cwd=place, capture_output=True, text=True,
    )  # fmt: skip
    assert made.returncode == 0, made.stdout[-3000:] + made.stderr[-3000:]
    (sdist,), (wheel,) = (place / "made").glob("*.tar.gz"), (place / "made").glob("*.whl")
    assert wheel.name == f"anticorr-{PROJECT['version']}-py3-none-any.whl"
    with tarfile.open(sdist) as archive, zipfile.ZipFile(wheel) as zipped:
        return {name.partition("/")[2] for name in archive.getnames()}, set(zipped.namelist())


@pytest.mark.slow
def test_the_wheel_holds_every_module_its_types_and_no_tests(built):
    _, wheel = built
    modules = {str(path.relative_to(ROOT / "src")) for path in (ROOT / "src/anticorr").rglob("*.py")}
    assert modules | {"anticorr/py.typed"} <= wheel
    assert {name.split("/")[0] for name in wheel} == {
        "anticorr",
        f"anticorr-{PROJECT['version']}.dist-info",
    }


@pytest.mark.slow
def test_the_sdist_holds_what_a_clone_holds(built):
    sdist, _ = built
    wanted = {
        "LICENSE", "README.md", "CHANGELOG.md", "CITATION.cff", "Makefile", "Snakefile",
        "requirements.lock", "environment.yml", "Containerfile", "config/config.yaml",
        "workflow/rules/common.smk", "workflow/profiles/default/config.yaml", "docs/spec.yaml",
        "tests/conftest.py", "tests/naive/__init__.py", "benchmarks/startup.py", "src/anticorr/py.typed",
    }  # fmt: skip
    assert wanted <= sdist
    assert not [name for name in sdist if name.endswith((".pyc", ".nc")) or ".venv" in name]


def test_versions_are_in_step():
    assert anticorr.__version__ == version("anticorr") == PROJECT["version"]
    assert yaml.safe_load((ROOT / "CITATION.cff").read_text())["version"] == PROJECT["version"]
    headings = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert headings[0] == PROJECT["version"]


def test_the_environment_for_conda_has_the_ranges_of_the_project():
    assert (ROOT / "environment.yml").read_text() == environment.text()  # make environment


def test_the_container_copies_what_is_there_and_runs_a_tested_python():
    recipe = (ROOT / "Containerfile").read_text()
    (python,) = re.findall(r"^FROM python:([\d.]+)-slim$", recipe, re.MULTILINE)
    assert f"Programming Language :: Python :: {python}" in PROJECT["classifiers"]
    copied = re.findall(r"^COPY --chown=\S+ (\S+) \S+$", recipe, re.MULTILINE)
    assert copied
    assert all((ROOT / name).exists() for name in copied)
    assert recipe.index("USER anticorr") < recipe.index("RUN python3")


def test_import_loads_nothing_but_the_package_itself():
    code = (
        "import sys; before = set(sys.modules); import anticorr; "
        "print(*sorted({name.split('.')[0] for name in set(sys.modules) - before}))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = told.stdout.split()
    assert "anticorr" in loaded
    assert set(loaded) - {"anticorr"} <= set(sys.stdlib_module_names)
    assert not {"typing", "ast", "inspect", "json", "pathlib"} & set(loaded)


@pytest.mark.parametrize("module", ["anticorr", "anticorr.learning"])
def test_names_that_load_on_first_use_have_types(module):
    """What a type checker is told to import is what `__getattr__` gives."""
    path = ROOT / "src" / module.replace(".", "/") / "__init__.py"
    tree = ast.parse(path.read_text())
    (checked,) = (node for node in tree.body if isinstance(node, ast.If))
    told = {
        alias.asname or alias.name
        for node in checked.body
        if isinstance(node, ast.ImportFrom) and node.module.startswith("anticorr")
        for alias in node.names
    }
    assert told == set(sys.modules.get(module, __import__(module, fromlist=["x"])).__all__)
