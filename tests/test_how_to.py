"""Pages of tasks: their Python runs as written, page by page; their commands too, where they are cheap."""

import re
import shlex
from pathlib import Path

import numpy as np
import pytest

from anticorr.cli import main

ROOT = Path(__file__).parents[1]
PAGES = sorted((ROOT / "docs/how-to").glob("*.md"))


def blocks(page: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", page.read_text("utf-8"), re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize(
    "page", [page for page in PAGES if blocks(page, "python")], ids=lambda page: page.stem
)
def test_python_of_a_page_runs_in_order(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config").symlink_to(ROOT / "config")
    names: dict[str, object] = {"__name__": "__page__"}
    for text in blocks(page, "python"):
        exec(compile(text, str(page), "exec"), names)


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page, "sh")], ids=lambda page: page.stem)
def test_commands_of_a_page_run(page, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config").symlink_to(ROOT / "config")
    points = np.random.default_rng(1).random((500, 2)) * 20
    np.savetxt("points.csv", points, delimiter=",", header="x,y", comments="")
    for text in blocks(page, "yaml"):
        if name := re.match(r"# (\S+\.yaml)$", text.splitlines()[0]):
            Path(name[1]).write_text(text)
    for line in "".join(blocks(page, "sh")).splitlines():
        name, *arguments = shlex.split(line)
        assert name == "anticorr"
        assert main(arguments) == 0, line
    assert capsys.readouterr().out


def test_front_page_says_what_its_first_run_shows(capsys):
    """A hundred times smaller, within a factor of three: S at the smallest k is known to 20%."""
    exec(compile(blocks(ROOT / "docs/index.md", "python")[0], "index.md", "exec"), {})
    white, anti = (
        float(line.split("= ")[-1].split(" ")[0]) for line in capsys.readouterr().out.splitlines()
    )
    assert 30 < white / anti < 300


def test_every_page_has_its_place_in_the_list():
    listed = (ROOT / "docs/how-to/index.md").read_text("utf-8")
    assert set(re.findall(r"\]\((\w+\.md)\)", listed)) == {page.name for page in PAGES} - {"index.md"}


def test_potential_shown_is_that_of_the_tree():
    shown = blocks(ROOT / "docs/how-to/potential.md", "py")[0]
    assert shown == (ROOT / "src/anticorr/engine/potentials/hertzian.py").read_text("utf-8")
