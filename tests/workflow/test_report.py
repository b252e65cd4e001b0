"""The report of a finished run, looked at by a browser: two widths, light, dark and print, offline."""

import csv
import json
import subprocess
import sys

import pytest

from tests.workflow.copies import CONFIG, ROOT, copied

PHONE, PAPER = 390, 688
LOOKS = {
    "wide-light": (1280, "light", "screen"),
    "wide-dark": (1280, "dark", "screen"),
    "phone-light": (PHONE, "light", "screen"),
    "phone-dark": (PHONE, "dark", "screen"),
    "paper": (PAPER, "light", "print"),
}
"""Width of the window in pixels, colours that the reader prefers, medium. Paper: A4 within its margins."""


@pytest.fixture(scope="module")
def reported(tiny, tmp_path_factory):
    """The tiny scale, run to its end, and its page."""
    made = copied(tiny, tmp_path_factory.mktemp("report"))
    told = made.command("anticorr", "report", CONFIG)
    assert (told.returncode, told.stderr) == (0, "")
    return made


@pytest.fixture(scope="module", params=LOOKS)
def opened(request, browser, reported, tmp_path_factory):
    """The page in a new window, and all that went wrong in it."""
    width, scheme, medium = LOOKS[request.param]
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
        offline=True,
        is_mobile=width == PHONE,
    )
    page, wrong = context.new_page(), []
    page.on("console", lambda message: wrong.append(message.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("requestfailed", lambda request: wrong.append(request.url[:80]))
    page.emulate_media(media=medium)
    page.goto((reported.folder / "results/tiny/report.html").as_uri(), wait_until="load")
    page.screenshot(path=tmp_path_factory.mktemp("looks") / f"{request.param}.png", full_page=True)
    yield page, width, medium
    context.close()
    assert wrong == []


@pytest.mark.slow
def test_page_is_readable(opened):
    """Every figure is loaded and in view; nothing scrolls to the side but wide tables in their own box."""
    page, width, medium = opened
    images = page.evaluate(
        """[...document.querySelectorAll('figure img')].map(image => {
            const place = image.getBoundingClientRect();
            return [image.complete, image.naturalWidth, place.width, place.left, place.right];
        })"""
    )
    assert len(images) == 2
    for complete, natural, shown, left, right in images:
        assert complete
        assert natural > 0
        assert shown > 0.6 * min(width, 800)
        assert left >= 0
        assert right <= width
    # A phone makes its window wider where something does not fit.
    assert page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]") == [width, width]
    boxes = page.evaluate(
        """[...document.querySelectorAll('table')].map(table => {
            const box = table.parentElement;
            return [box.className, box.getBoundingClientRect().right, getComputedStyle(box).overflowX,
                    table.getBoundingClientRect().right];
        })"""
    )
    assert len(boxes) == 3
    for name, right, overflow, end in boxes:
        assert name == "box"
        assert right <= width
        assert overflow == ("visible" if medium == "print" else "auto")
        assert width == PHONE or end <= width
    assert (page.locator("nav").is_visible()) == (medium == "screen")


@pytest.mark.slow
def test_claims_are_a_table_with_every_row(opened, reported):
    page, *_ = opened
    with open(reported.folder / "results/tiny/claims/claims.csv", newline="") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    shown = page.locator("#claims tbody tr:has(td)")
    assert shown.count() == len(rows) > 0
    verdicts = page.locator("#claims tbody .verdict")
    assert verdicts.all_inner_texts() == [row["verdict"] for row in rows]
    assert page.locator("#claims tbody th").count() == len({row["claim"] for row in rows})


@pytest.mark.slow
def test_contents_lead_to_every_figure_and_section(opened, reported):
    page, *_ = opened
    links = page.locator("nav a").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    assert links == ["#figures", "#figure-1", "#figure-2", "#claims", "#run", "#origin"]
    for link in links:
        assert page.locator(link).count() == 1


@pytest.mark.slow
def test_statistics_are_those_of_the_run(reported):
    """Every job of the graph but the target itself; every rule; every record."""
    text = (reported.folder / "results/tiny/report.html").read_text()
    graph = reported.run("--rulegraph")
    rules = {
        line.split('"')[1] for line in graph.stdout.split("\n") if "label = " in line and "->" not in line
    }
    wanted = rules - {"all"}
    assert {found.split("</code>")[0] for found in text.split("<tr><td><code>")[1:]} == wanted
    jobs = {
        (note["rule"], *note["log"])
        for path in (reported.folder / ".snakemake/metadata").iterdir()
        for note in [json.loads(path.read_text())]
    }
    assert f"<p>{len(jobs)} jobs, the first from" in text
    records = list((reported.folder / "results/tiny").rglob("*.nc"))
    assert f"{len(records)} records." in text


@pytest.mark.slow
def test_snakemake_has_the_captions_too(reported):
    """Its own report, `snakemake --report`, shows the same words."""
    told = reported.run("--report", "own.html")
    assert told.returncode == 0, told.stdout + told.stderr
    text = (reported.folder / "own.html").read_text()
    assert "corner of the last frame, disks to scale" in text
    assert "Plateau S(k -&gt; 0) of a fit with exponent 2" in text or "Plateau S(k -> 0) of a fit" in text


def test_what_is_missing_is_told_at_once(tmp_path):
    """Of a scale that has not run: every file, what to do, and nothing is written."""
    config = str(ROOT / CONFIG)
    told = subprocess.run(
        [sys.executable, "-m", "anticorr.cli", "report", config, "--out", "report.htm"],
        cwd=tmp_path, env={"PYTHONPATH": str(ROOT / "src")}, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert told.returncode == 2
    assert told.stderr.split("\n")[:-1] == [
        f"anticorr report: {config}: got 0 of its 3 figures and tables, lacking "
        "results/tiny/claims/claims.csv, results/tiny/figures/figure-1.png, "
        f"results/tiny/figures/figure-2.png; wanted: all, by anticorr make {config}",
        "anticorr report: --out: got report.htm, allowed endings: .html",
    ]
    assert list(tmp_path.iterdir()) == []


def test_records_are_those_of_the_scale(tmp_path):
    """Not those of states that are no more, of unreported runs, or of a scale in a folder below."""
    from anticorr.cli.report import _records
    from anticorr.config import read
    from anticorr.storage import read_config

    mine = [
        "fits/temporal/c_-0.9.nc", "spectra/temporal/c_0/seed-1.nc", "trajectories/temporal/c_0/lattice.nc"
    ]  # fmt: skip
    others = [
        "fits/temporal/c_-0.8.nc", "fits/plane/c_0.nc", "smoke/fits/temporal/c_0.nc", "bundle.nc",
        "trajectories/temporal/c_0/seed-2.nc.partial/state",
    ]  # fmt: skip
    for name in mine + others:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    found = _records(read(read_config(ROOT / CONFIG)), tmp_path)
    assert [str(path.relative_to(tmp_path)) for path in found] == mine
