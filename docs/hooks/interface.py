"""The Python API in docs/api.md: every public name of the package, from its `__all__` and docstrings."""

import importlib
import inspect
import re

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

_MARK = re.compile(r"^<!-- live: api ([\w.]+) -->$", re.MULTILINE)

_PUBLIC = re.compile(
    r'(<h3 [^>]*doc-heading">\s*(?:\w+\.)*(\w+)\s'
    r'(?:(?!<div class="doc doc-contents).)*?<span class="nf">)\w+(</span>)',
    re.DOTALL,
)
"""A heading, its last name, and the name in the signature below it."""


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """The names of a module in the place of its mark."""
    return _MARK.sub(lambda found: interface(found[1]), markdown)


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Signatures by the public name: `simulate(...)`, whose function is called `run` where it lives."""
    parts = re.split(r"(?=<h3 [^>]*doc-heading)", html)
    return "".join(_PUBLIC.sub(r"\1\2\3", part, count=1) for part in parts)


def interface(module: str) -> str:
    """An entry of mkdocstrings for every public name of a module that is no module itself."""
    home = importlib.import_module(module)
    return "\n\n".join(
        _entry(f"{module}.{name}", getattr(home, name))
        for name in home.__all__
        if not inspect.ismodule(getattr(home, name))
    )


def _entry(name: str, value: object) -> str:
    where = name
    if inspect.isroutine(value) or inspect.isclass(value):
        where = f"{value.__module__}.{value.__qualname__}"
    lines = [
        f"::: {where}",
        "    options:",
        f"      heading: {name}",
        f"      toc_label: {name.split('.')[-1]}",
    ]
    if name == "anticorr.Spec":  # what it holds stands in config/README.md
        lines.append("      members: false")
    return "\n".join(lines)
