"""Every figure has a caption that says what is theory and what the error bars are."""

import re
from pathlib import Path

import pytest

import anticorr
from anticorr.config import FIGURES
from anticorr.report import caption

SOURCES = Path(anticorr.__file__).parent / "figures"


@pytest.mark.parametrize("draw", FIGURES)
def test_caption_says_what_is_shown(draw):
    title, text = caption(draw)
    assert title[0].isupper()
    assert not title.startswith(("Figure", "Supplement"))
    assert not title.endswith(".")
    assert text.endswith(".")
    assert "theory" in text.lower()
    assert re.search(r"standard error|95%|without error bars", text)


@pytest.mark.parametrize("draw", FIGURES)
def test_panels_are_told_in_order(draw):
    """(a), (b, c), (d-f): each letter for the first time after the one before it."""
    seen = ""
    for letters in re.findall(r"\(([a-h](?:[,-] ?[a-h])*)\)", caption(draw).text):
        first, last = letters[0], letters[-1]
        seen += "".join(chr(n) for n in range(ord(first), ord(last) + 1) if chr(n) not in seen)
    assert seen == "abcdefgh"[: len(seen)]


@pytest.mark.parametrize("draw", FIGURES)
def test_snakemake_reads_the_same_caption(draw):
    """Its own report includes the docstring as reStructuredText, by the name of the figure."""
    core = pytest.importorskip("docutils.core", reason="docutils comes with snakemake")
    assert FIGURES[draw] == draw.replace("-", "_")
    text = (SOURCES / f"{FIGURES[draw]}.py").read_text().split('"""')[1]
    read = core.publish_doctree(text, settings_overrides={"report_level": 1, "warning_stream": False})
    assert not [node for node in read.findall() if node.tagname == "system_message"]
    assert " ".join(read.astext().split()).endswith(caption(draw).text)


def test_a_title_is_the_first_sentence(monkeypatch):
    import anticorr.figures.approach as module

    monkeypatch.setattr(
        module, "__doc__", "Figure 9: what k^2 is. And why.\n\n(a) Bars: none.\nLines: theory.\n"
    )
    assert caption("approach") == ("What k^2 is", "And why. (a) Bars: none. Lines: theory.")
