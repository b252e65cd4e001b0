"""Formulas as MathML, made when the site is built: no script typesets anything in the reader's browser."""

import re
from html import unescape

from latex2mathml.converter import convert
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

_ARITHMATEX = re.compile(
    r'<(span|div) class="arithmatex">\s*(?:\\\((.*?)\\\)|\\\[(.*?)\\\])\s*</\1>', re.DOTALL
)
_DOLLARS = re.compile(r"(?<![\\$\w])\$([^$\n]+)\$(?![\w$])")
_PARAGRAPH = re.compile(r"<(p|li|h[1-6])\b[^>]*>.*?</\1>", re.DOTALL)
_MATHJAX = re.compile(
    r"<!-- Load mathjax -->.*?<!-- End of mathjax configuration -->|<script[^>]*mathjax[^>]*></script>",
    re.DOTALL | re.IGNORECASE,
)


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Every formula of a page; those of notebooks, which nbconvert leaves between dollars, too."""
    if page.file.src_uri.endswith(".ipynb"):
        html = _MATHJAX.sub("", html)
        html = _PARAGRAPH.sub(lambda part: _DOLLARS.sub(lambda f: mathml(f[1]), part[0]), html)
        return re.sub(r'href="((?!\w+://)[^"#]+)\.(?:md|ipynb)(?=["#])', r'href="\1.html', html)
    return _ARITHMATEX.sub(_made, html)


def mathml(latex: str, display: str = "inline") -> str:
    """A LaTeX formula, which may hold the entities of HTML, as a <math> element."""
    return convert(unescape(latex).strip(), display=display)


def _made(found: re.Match[str]) -> str:
    tag, inline, block = found.groups()
    if block is None:
        return mathml(inline)
    return f'<{tag} class="arithmatex">{mathml(block, "block")}</{tag}>'
