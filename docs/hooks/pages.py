"""Pages of the repository's root in the site, and links between them and the pages of docs/.

Sources stay plain Markdown that GitHub shows too: links point to files of the repository. What is no page
of the site (a source file, a licence) keeps its words and loses its link.
"""

import posixpath
import re
from pathlib import Path

from markdown import Markdown
from markdown.extensions import Extension
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[2]
PAGES = {
    "ARCHITECTURE.md": "architecture.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "README.md": "index.md",
    "benchmarks/RESULTS.md": "benchmarks.md",
    "config/README.md": "configuration.md",
}
"""File of the repository -> page of the site. The README's place is taken by the front page."""

_SOURCES = {page: source for source, page in PAGES.items() if source != "README.md"}
_LINK = re.compile(r"(!?\[(?:[^\[\]]|\[[^\]]*\])*\])\(([^)\s]+)\)")
_FENCE = re.compile(r"^(```.*?^```[ ]*$)", re.MULTILINE | re.DOTALL)


class Brackets(Extension):  # type: ignore[misc]
    """Pages hold no inline HTML: <F_x^2> is a mean, not a tag."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Take the pattern of inline HTML out of `md`."""
        md.inlinePatterns.deregister("html")


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Brackets are text."""
    config.markdown_extensions.append(Brackets())
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """The pages of the root, read where they lie."""
    for page, source in _SOURCES.items():
        files.append(File.generated(config, page, abs_src_path=str(ROOT / source)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Links between files of the repository as links between pages of the site."""
    source = _SOURCES.get(page.file.src_uri, f"docs/{page.file.src_uri}")

    def mended(found: re.Match[str]) -> str:
        words, target = found[1], found[2]
        if "://" in target or target.startswith("#"):
            return found[0]
        path, mark, anchor = target.partition("#")
        path = posixpath.normpath(posixpath.join(posixpath.dirname(source), path))
        there = PAGES.get(path, path.removeprefix("docs/"))
        if files.get_file_from_path(there) is None:
            return words[1:-1] if (ROOT / path).exists() else found[0]
        near = posixpath.relpath(there, posixpath.dirname(page.file.src_uri) or ".")
        return f"{words}({near}{mark}{anchor})"

    parts = _FENCE.split(markdown)
    return "".join(part if part.startswith("```") else _LINK.sub(mended, part) for part in parts)
