"""The site of the documentation, once built: it holds what the code has, and needs no network."""

import importlib
import inspect
import re
import typing
from pathlib import Path

import nbformat
import pytest
import yaml

from anticorr.specs import dynamics, system

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "docs/notebooks").glob("*.ipynb"))
PHONE, DESK = 390, 1280
LOOKED_AT = ("index", "model", "gallery", "api", "configuration", "theory", "how-to/training", "errors")


@pytest.fixture(scope="module")
def site():
    """The site, which `make docs` has built with warnings as errors."""
    made = ROOT / "site"
    assert (made / "index.html").exists(), "got no site/index.html; wanted: make docs, which builds it"
    return made


def nav_pages():
    """Sources of all pages of the menu."""

    class Loader(yaml.SafeLoader):
        pass

    Loader.add_multi_constructor("", lambda loader, suffix, node: None)

    def leaves(part):
        if isinstance(part, str):
            return [part]
        return [
            leaf for each in (part.values() if isinstance(part, dict) else part) for leaf in leaves(each)
        ]

    return leaves(yaml.load((ROOT / "mkdocs.yml").read_text("utf-8"), Loader)["nav"])


def html(site, page):
    return file_of(site, page).read_text("utf-8")


def file_of(site, page):
    """The file of a page; a README is the front page of its folder."""
    return (site / page.replace("README", "index")).with_suffix(".html")


@pytest.mark.site
def test_every_page_of_the_menu_is_there(site):
    pages = nav_pages()
    assert len(pages) > 25
    assert [page for page in pages if not file_of(site, page).exists()] == []


@pytest.mark.site
def test_nothing_comes_from_elsewhere(site):
    """No script, style, font, picture or frame with an address of its own."""
    found = []
    for page in site.rglob("*.html"):
        text = page.read_text("utf-8")
        found += re.findall(r"<(?:script|img|iframe|source)[^>]*\ssrc=[\"']?(?:https?:)?//[^>]*>", text)
        found += re.findall(r"<link[^>]*href=[\"']?(?:https?:)?//[^>]*>", text)
    for style in site.rglob("*.css"):
        found += re.findall(r"(?:@import|url\()\s*[\"']?(?:https?:)?//[^)]*", style.read_text("utf-8"))
    assert found == []


@pytest.mark.site
@pytest.mark.parametrize(
    "module",
    ["anticorr", "anticorr.noise", "anticorr.learning", "anticorr.learning.private", "anticorr.companions"],
)
def test_every_public_name_is_in_the_api(site, module):
    headings = re.findall(r"<h3 [^>]*doc-heading\">\s*([\w.]+)", html(site, "api"))
    home = importlib.import_module(module)
    names = [name for name in home.__all__ if not inspect.ismodule(getattr(home, name))]
    assert names
    assert [name for name in names if f"{module}.{name}" not in headings] == []


def kinds(union):
    if typing.get_origin(union) is typing.Annotated:
        union = typing.get_args(union)[0]
    return {typing.get_args(model.model_fields["kind"].annotation)[0] for model in typing.get_args(union)}


@pytest.mark.site
@pytest.mark.parametrize("union", [dynamics.Noise, dynamics.Dynamics, system.Potential, system.Sizes])
def test_live_tables_have_every_kind(site, union):
    rows = re.findall(r"<tr>\s*<td><a href=\"models.html#[\w-]+\"><code>(\w+)</code>", html(site, "model"))
    assert kinds(union) <= set(rows)


@pytest.mark.site
def test_formulas_are_typeset_and_figures_shown(site):
    assert html(site, "model").count("<math") > 40
    for page in site.rglob("*.html"):
        assert 'arithmatex">\\(' not in page.read_text("utf-8"), page
    assert html(site, "gallery").count("<figcaption>") == len(
        yaml.safe_load((ROOT / "config/config.yaml").read_text("utf-8"))["figures"]
    )
    pictures = re.findall(r'<img src="(figures/[^"]+)"', html(site, "gallery"))
    assert len(pictures) == len(list((ROOT / "docs/figures").glob("*.png")))
    assert [picture for picture in pictures if not (site / picture).exists()] == []


@pytest.fixture
def looked(browser, site):
    """A page opened from disk in a new window, and what went wrong in it."""
    wrong = []

    def look(name, width):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, offline=True, is_mobile=width == PHONE
        )
        page = context.new_page()
        page.on("console", lambda message: wrong.append(message.text))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("requestfailed", lambda request: wrong.append(request.url))
        page.goto((site / f"{name}.html").as_uri(), wait_until="load")
        return page

    yield look
    for context in browser.contexts:
        context.close()
    assert wrong == []


@pytest.mark.site
@pytest.mark.parametrize("width", [PHONE, DESK])
def test_pages_fit_their_window(looked, width):
    """A phone makes its window wider where something does not fit."""
    for name in LOOKED_AT:
        page = looked(name, width)
        assert page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]") == [
            width,
            width,
        ], name


@pytest.mark.site
def test_search_works_from_disk(looked):
    page = looked("index", DESK)
    page.fill("input[name=query]", "hyperuniform")
    page.wait_for_selector(".md-search-result__item a", timeout=20_000)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_holds_no_outputs_and_uses_the_public_interface(path):
    """Imports: anticorr, its public modules and their public names; others are libraries."""
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert code
    assert [cell for cell in code if cell.outputs or cell.execution_count is not None] == []
    text = "\n".join(cell.source for cell in code)
    for module, names in re.findall(r"^from (anticorr[\w.]*) import (.*)$", text, re.MULTILINE):
        assert "._" not in module
        assert set(names.split(", ")) <= set(importlib.import_module(module).__all__), module
    assert set(re.findall(r"^import (anticorr\S*)(.*)$", text, re.MULTILINE)) <= {("anticorr", " as ac")}
    assert set(re.findall(r"\bac\.(\w+)", text)) <= set(importlib.import_module("anticorr").__all__)


def test_there_are_three_notebooks_in_the_menu():
    assert {f"notebooks/{path.name}" for path in NOTEBOOKS} == {
        p for p in nav_pages() if p.endswith(".ipynb")
    }
    assert len(NOTEBOOKS) == 3
