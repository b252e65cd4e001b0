"""The page from planted figures, claims, jobs and records: whole, self-contained, escaped, repeatable."""

import re
import struct
import zlib
from html.parser import HTMLParser
from pathlib import Path

import pytest

from anticorr.config import expand, read
from anticorr.report import page
from anticorr.report.ran import ran, rules
from anticorr.report.style import STYLE
from anticorr.report.verdicts import verdicts
from anticorr.report.writing import seconds, size, typeset
from anticorr.storage import Job, read_config

ROOT = Path(__file__).parents[2]
PLAN = read(read_config(ROOT / "config/tiny.yaml"))
VOID = {"meta", "link", "img", "wbr", "path", "circle"}


def png(width, height):
    """A white picture."""

    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    pixels = zlib.compress((b"\0" + b"\xff" * width) * height)
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    start = b"\x89PNG\r\n\x1a\n"
    return start + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def row(claim="plateau", state="temporal/c_0", verdict="holds", **changes):
    """A line of claims.csv."""
    return {
        "claim": claim, "statement": "S(0) is that of (3).", "state": state, "quantity": "plateau",
        "label": "S(k -> 0)", "formula": "(3)", "k": "<= 0.65",
        "predicted": "0.2322", "predicted_err": "0.0001", "measured": "0.2301", "measured_err": "0.002",
        "relation": "equal", "standard_errors": "3.0", "allowance": "0.05", "power": "0.1", "z": "-1.05",
        "verdict": verdict, "sentence": "", "note": "", **changes,
    }  # fmt: skip


def job(rule, output, read=(), start=0.0, end=1.0, size=1000):
    return Job(rule, (output,), frozenset(read), start, end, size)


JOBS = [
    job("simulate", "t1.nc", end=90.0), job("simulate", "t2.nc", start=5.0, end=36.0),
    job("fit", "f.nc", ["t1.nc", "t2.nc"], 90.0, 91.0),
    job("figure", "f.png", ["f.nc", "t1.nc"], 91.0, 93.0),
]  # fmt: skip
RECORDS = [
    {
        "kind": "trajectory", "duration_s": "80.5", "git_revision": "abc", "machine": "Linux x86_64",
        "versions": "python 3.11.2, numpy 2.1.0",
    },
    {
        "kind": "trajectory", "duration_s": "30.5", "git_revision": "abc", "machine": "Linux x86_64",
        "versions": "python 3.11.2, numpy 2.2.0",
    },
]  # fmt: skip


def made(**changes):
    given = {
        "config": "config/tiny.yaml", "plan": PLAN, "specs": expand(PLAN),
        "images": {name: png(40, 20) for name in PLAN.figures}, "claims": [row()], "jobs": JOBS,
        "records": RECORDS, "here": {"git revision": "abd-dirty", "snakemake": "9.3"},
    }  # fmt: skip
    return page(**(given | changes))


class Checked(HTMLParser):
    """Raises where tags do not close in order; collects what the page points to."""

    def __init__(self, text):
        super().__init__()
        self.open, self.ids, self.links = [], [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        told = dict(attributes)
        self.ids += [told["id"]] if "id" in told else []
        self.links += [told[name] for name in ("href", "src", "srcset") if name in told]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop() == tag


def test_page_is_whole_and_needs_nothing_else():
    text = made()
    checked = Checked(text)
    assert len(set(checked.ids)) == len(checked.ids)
    for link in checked.links:
        assert link.startswith("data:") or link.removeprefix("#") in checked.ids, link
    assert "<script" not in text
    assert "@import" not in text
    assert "url(" not in text


def test_page_shows_figures_with_captions_and_sources():
    text = made()
    for name, heading in (
        ("figure-1", "Figure 1. Temporal correlation"),
        ("figure-2", "Figure 2. Approach"),
    ):
        assert f'<figure id="{name}">\n<h3>{heading}' in text
    assert text.count('<img width="40" height="20"') == 2
    assert "Points: simulation, bars: one standard error" in text
    assert "sweep <code>temporal</code> (states: 2, seeds: 1, particles: 100, dimensions: 2)" in text


def test_same_results_give_the_same_page():
    assert made() == made()


def test_nothing_of_a_configuration_is_taken_for_html():
    bad = "<script>alert('&')</script>"
    rows = [row(bad, bad, bad, sentence=bad, statement=bad, label=bad, formula=bad, note=bad, k=bad)]
    record = {"kind": "fit", "git_revision": bad, "versions": f"{bad} {bad}"}
    text = made(config=bad, claims=rows, records=[record])
    Checked(text)
    assert "<script" not in text
    assert "&lt;script&gt;" in text


def test_every_row_is_in_the_table_and_its_verdict_in_words():
    words = ["holds", "fails", "no power", "missing", "unknown: too short"]
    rows = [row("one", f"temporal/c_{n}", word, sentence=f"About {word}.") for n, word in enumerate(words)]
    text = verdicts([*rows, row("two", "temporal/c_0 temporal/c_1", note="By hand.")], "results/claims")
    cells = re.findall(r"<tr><td>(.*?)</td><td>(.*?)</td><td>(.*?)</td><td>(.*?)</td>", text)
    assert len(cells) == 6
    for (where, verdict, *_), n, word in zip(cells, range(5), words, strict=False):
        assert where == f'temporal/<wbr>c_<wbr>{n} <span class="small">k D ≤ 0.65</span>'
        assert f">{word}</span><small>About {word}.</small>" in verdict
    assert "c_<wbr>0 and 1 more <" in cells[5][0]
    assert cells[0][2:] == ("0.23220 ± 0.00010", "0.2301 ± 0.0020")
    assert "Measured and predicted are equal within 3 standard errors and 5% of the prediction." in text
    assert "Note: By hand." in text
    assert text.startswith('<p>2 claims, 6 rows: 2 <span class="verdict holds">holds</span>, 1 <span')
    assert 'Failures are in <a href="#claim-one">one</a>.' in text
    assert 'id="claim-one"' in text
    # Two rows that hold, one that fails, one without power: four that chance could have made fail.
    assert "Rows that claim two numbers to be equal: 4." in text


def test_rows_without_claims_stand_by_state():
    """Of a configuration that claims nothing: every quantity that records support."""
    rows = [row("", "phi 0.8, c_t 0", "holds", label=label) for label in ("S(k -> 0)", "k^2 amplitude")]
    text = verdicts(rows, "results/claims")
    assert text.count('scope="rowgroup"') == 1
    assert "<td>S(k → 0) (3) <span" in text
    assert "<td>k<sup>2</sup> amplitude (3) <span" in text
    assert text.startswith("<p>2 rows: 2")


def test_jobs_are_summed_by_rule():
    text = ran(JOBS, RECORDS)
    cells = [re.findall("<td[^>]*>(.*?)</td>", line) for line in text.split("\n") if "<td" in line]
    assert [re.sub("<[^>]*>", "", " | ".join(line)) for line in cells] == [
        "simulate | 2 | 2 min 01 s | 1 min 30 s | 1 min 51 s | 2.0 kB",
        "fit | 1 | 1.0 s | 1.0 s | – | 1.0 kB",
        "figure | 1 | 2.0 s | 2.0 s | – | 1.0 kB",
        "all | 4 | 2 min 04 s | 1 min 30 s | 1 min 51 s | 4.0 kB",
    ]
    assert "4 jobs, the first from 1970-01-01 00:00, the last to 00:01 UTC." in text


def test_rules_stand_below_what_they_read():
    reads = rules(JOBS[::-1])
    assert reads == {"simulate": [], "fit": ["simulate"], "figure": ["simulate", "fit"]}
    assert list(reads) == ["simulate", "fit", "figure"]


def test_graph_has_every_rule_and_every_link():
    text = ran(JOBS, RECORDS)
    assert re.findall("<text[^>]*>(.*?)</text>", text) == ["simulate", "fit", "figure"]
    assert len(re.findall(r"<path d=\"M[\d.]+ \d+ V", text)) == 2  # neighbours
    assert len(re.findall(r"<path d=\"M[\d.]+ \d+ C", text)) == 1  # past one rule
    assert "simulate reads from no other; fit reads from simulate; figure reads from simulate, fit" in text


def test_page_without_notes_of_jobs_says_so():
    text = made(jobs=[])
    Checked(text)
    assert "Nothing is noted of the jobs here" in text


def test_versions_that_differ_are_counted():
    text = re.sub(r"<[^>]*>", "|", made())
    assert "git revision||abc||abd-dirty" in text
    assert "numpy||2.1.0 (1), 2.2.0 (1)||–" in text
    assert "snakemake||–||9.3" in text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("c_t = -1", "c<sub>t</sub> = −1"),
        ("k^2 and psi_6, 2 k_min", "k<sup>2</sup> and psi<sub>6</sub>, 2 k<sub>min</sub>"),
        ("dΦ / dρ_a, eps_k", "dΦ / dρ<sub>a</sub>, eps<sub>k</sub>"),
        ("k^(2-4H)", "k<sup>2-4H</sup>"),
        ("S(k -> 0) <= 0.65", "S(k → 0) ≤ 0.65"),
        ("temporal/c_0 and temporal/c_-0.9", "temporal/c_0 and temporal/c_-0.9"),
        ("digits_raw, 1e-5, 5-6, long-range", "digits_raw, 1e-5, 5-6, long-range"),
        ("a < b & c", "a &lt; b &amp; c"),
    ],
)
def test_formulas_are_set(text, shown):
    assert typeset(text) == shown


def test_numbers_are_told_in_units():
    assert [seconds(t) for t in (0.04, 9.96, 59.4, 59.6, 200, 3599.7, 3840)] == [
        "0.0 s", "10 s", "59 s", "1 min 00 s", "3 min 20 s", "1 h 00 min", "1 h 04 min"
    ]  # fmt: skip
    assert [size(n) for n in (0, 812, 999, 1000, 34_400, 999_600, 1_234_000, 5e12)] == [
        "0 B", "812 B", "999 B", "1.0 kB", "34 kB", "1.0 MB", "1.2 MB", "5000 GB"
    ]  # fmt: skip


def luminance(colour):
    """Relative luminance of #rrggbb, as WCAG 2 defines it."""
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_text_can_be_read(scheme):
    """Contrast of every colour of text with the page: 4.5 at least, as WCAG 2 asks (AA)."""
    colours = dict(re.findall(r"--(\w+): (#\w{6})", STYLE.split(":root")[1 + scheme].split("}")[0]))
    for name in ("text", "soft", "link", "holds", "fails", "unsure"):
        pair = sorted(luminance(colours[n]) for n in (name, "page"))
        assert (pair[1] + 0.05) / (pair[0] + 0.05) >= 4.5, name
