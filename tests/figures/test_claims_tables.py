"""The table in its formats, and the command that writes it."""

import csv
import io
import xml.etree.ElementTree as ET

import pytest
import yaml

from anticorr import cli, storage
from anticorr.figures.claims import claimed, supported, to_csv, to_html, to_markdown
from anticorr.figures.claims.blocks import Grid, Heading
from anticorr.figures.claims.report import blocks, number
from tests.figures.conftest import spec_of
from tests.figures.test_claims import claim, whole

HOSTILE = '<script>alert("1 & 2")</script> |psi|'
SPECS = {"temporal/c_0": spec_of(0.0), "temporal/c_-0.9": spec_of(-0.9), "temporal/c_-1": spec_of(-1.0)}


def test_an_error_of_rounding_takes_no_digits():
    """Not 33 of them, as of a plateau of 2e-5 that is known to 3e-36."""
    assert number(2.2786048564363e-5, 3e-36) == "2.2786049e-05"
    assert number(0.1268, 0.0010) == "0.1268 ± 0.0010"


@pytest.fixture(scope="module")
def table():
    """A row of each kind: holds, fails, missing, not applicable."""
    claims = {
        "white-plateau": claim(states=["temporal/c_0"], statement=HOSTILE, note="a < b"),
        "too-high": claim(states=["temporal/c_-0.9"], note="so <it> is"),
        "absent": claim(states=["temporal/c_-1"]),
        "nowhere": claim("exponent", ["temporal/c_0"]),
    }
    return claimed(claims, SPECS, *whole(0.0), *whole(-0.9, factor=1.4))


def test_csv_has_a_line_for_each_row_with_all_digits(table):
    lines = list(csv.DictReader(io.StringIO(to_csv(table))))
    assert [line["claim"] for line in lines] == [row.id for row in table.rows]
    assert [line["verdict"] for line in lines] == ["holds", "fails", "missing", "not applicable"]
    assert float(lines[0]["measured"]) == table.rows[0].numbers.measured
    assert float(lines[0]["scale"]) == table.rows[0].numbers.predicted
    assert lines[0]["statement"] == HOSTILE
    assert lines[0]["msd"] == "50.0"
    assert lines[2]["measured"] == "nan"
    assert lines[2]["msd"] == ""


def test_markdown_keeps_bars_out_of_tables(table):
    text = to_markdown(table)
    assert HOSTILE.replace("|", "\\|") in text
    for block in blocks(table):
        if isinstance(block, Grid):
            assert all(len(line) == len(block.head) for line in block.lines)
    assert "4 claims, 4 rows: 1 holds, 1 fails, 1 not applicable, 1 missing." in text
    (told,) = [line for line in text.split("\n") if line.startswith("**too-high fails at ")]
    assert table.rows[1].verdict.sentence in told
    assert told.endswith("Note: so <it> is")


def test_html_is_well_formed_and_escaped(table):
    text = to_html(table)
    assert "<script" not in text
    assert "http" not in text.replace("http-equiv", "")  # nothing from elsewhere
    root = ET.fromstring(_as_xml(text))
    told = "".join(root.itertext())
    assert HOSTILE in told
    assert "so <it> is" in told
    anchors = {e.get("id") for e in root.iter() if e.get("id")}
    assert anchors == set(table.claims)
    assert {e.get("href") for e in root.iter("a")} == {f"#{name}" for name in anchors}


def test_html_colours_and_words_every_verdict(table):
    root = ET.fromstring(_as_xml(to_html(table)))
    spans = {(e.get("class"), e.text) for e in root.iter("span")}
    assert spans == {
        ("holds", "1 holds"), ("fails", "1 fails"), ("other", "1 missing"), ("other", "1 not applicable"),
        ("holds", "holds"), ("fails", "fails"), ("other", "missing"), ("other", "not applicable"),
    }  # fmt: skip
    few = claimed({"a": claim("smallest-k", ["*/c_-0.9"])}, SPECS, *whole(-0.9, samples=3.0))
    assert '<span class="unsure">no power</span>' in to_html(few)


def test_without_claims_the_table_goes_by_state():
    table = supported(*whole(-0.9), *whole(-1.0))
    headings = [b.text for b in blocks(table) if isinstance(b, Heading)]
    state = "phi 0.8, sigma 0.3, alpha 0.5, c_t {}, d 2, N 100"
    assert headings == ["Claims", "Method", state.format("-0.9"), state.format("-1"), "States"]
    lines = list(csv.DictReader(io.StringIO(to_csv(table))))
    assert {line["state"] for line in lines} == {state.format("-0.9"), state.format("-1")}
    grids = [b for b in blocks(table) if isinstance(b, Grid)]
    assert sum(len(grid.lines) for grid in grids[:-1]) == len(table.rows)


def test_chance_stands_on_top():
    text = to_markdown(supported(*whole(-0.9)))
    expected = 2 * 0.001349898 * len(supported(*whole(-0.9)).rows)
    assert f"chance would make {expected:.2g} of them fail on average" in text
    assert text.index("What chance allows") < text.index("## ")


@pytest.mark.parametrize(
    ("value", "error", "shown"),
    [
        (0.12684, 0.00098, "0.12684 ± 0.00098"),
        (0.23251, 0.0017, "0.2325 ± 0.0017"),
        (0.000257, 0.0000162, "(2.57 ± 0.16)e-4"),
        (0.0, 0.0000067, "(0.0 ± 6.7)e-6"),
        (133.4, 12.0, "133 ± 12"),
        (133456.0, 1200.0, "(1.335 ± 0.012)e5"),
        (-0.5, 0.03, "-0.500 ± 0.030"),
        (2.018, 0.0, "2.018"),
        (2.018, float("inf"), "2.018"),
        (float("nan"), float("nan"), ""),
    ],
)
def test_numbers_are_rounded_to_their_errors(value, error, shown):
    assert number(value, error) == shown


# The command


CLAIMS = {
    "plateau": {"statement": "so", "formula": "(3)", "quantity": "plateau", "states": ["temporal/*"]},
}


def config_of(folder, claims=CLAIMS, **changes):
    """A configuration with the states of the planted records."""
    base = spec_of(0.0).model_dump(mode="json")
    del base["seed"]
    plan = {
        "base": base,
        "seeds": [1, 2, 3],
        "lattice_start": True,
        "short_runs": {"particles": 49, "relax_steps": 10, "sample_steps": 200, "density_step": 0.1},
        "fit_k_max": 0.65,
        "fluid": {"msd_least": 5.0, "psi_6_most": 0.45},
        "sweeps": {
            "temporal": {
                "points": [
                    {"name": f"c_{c:g}", "set": {"dynamics.noise.correlation": c}} for c in (0.0, -0.9)
                ]
            }
        },
        "claims": claims,
    } | changes
    path = folder / "config.yaml"
    path.write_text(yaml.safe_dump(plan))
    return path


@pytest.fixture(scope="module")
def records(tmp_path_factory):
    """Files with names that say nothing."""
    folder = tmp_path_factory.mktemp("records")
    paths = []
    for n, record in enumerate([*whole(-0.9), *whole(0.0)]):
        paths.append(folder / f"{n}.nc")
        storage.write_record(record, str(paths[-1]))
    return paths


def read(path):
    """Without the last line, which tells where the table came from."""
    return list(csv.DictReader(io.StringIO(path.read_text().split("\n# [anticorr ")[0])))


def run(*arguments):
    return cli.main(["claims", *map(str, arguments)])


def test_command_writes_all_formats(records, tmp_path, capsys):
    outs = [tmp_path / f"claims.{end}" for end in ("csv", "md", "html")]
    options = [part for out in outs for part in ("--out", out)]
    assert run(*records, "--config", config_of(tmp_path), *options) == 0
    assert capsys.readouterr().err == ""
    lines = read(outs[0])
    assert [line["state"] for line in lines] == ["temporal/c_0", "temporal/c_-0.9"]
    assert {line["verdict"] for line in lines} == {"holds"}
    assert outs[1].read_text().startswith("# Claims\n")
    assert outs[2].read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_command_tells_what_is_missing_and_writes_the_table(records, tmp_path, capsys):
    out = tmp_path / "claims.csv"
    assert run(*records[:2], "--config", config_of(tmp_path), "--out", out) == 0
    (told,) = capsys.readouterr().err.splitlines()
    assert told == (
        "anticorr claims: plateau (temporal/c_0): No fit record of temporal/c_0, no theory record of "
        "temporal/c_0."
    )
    assert [line["verdict"] for line in read(out)] == ["missing", "holds"]


def test_configuration_without_claims_gives_every_row(records, tmp_path):
    with_, without = tmp_path / "with.csv", tmp_path / "without.csv"
    assert run(*records, "--config", config_of(tmp_path, claims={}), "--out", with_) == 0
    assert run(*records, "--out", without) == 0
    assert with_.read_text() == without.read_text()
    assert len(without.read_text().splitlines()) > 5


def test_bad_configuration_is_refused_before_anything_is_written(records, tmp_path, capsys):
    out = tmp_path / "claims.csv"
    claims = {"a": CLAIMS["plateau"] | {"states": ["temporal/c_7"]}}
    path = config_of(tmp_path, claims=claims)
    assert run(*records, "--config", path, "--out", out, "--out", "x.txt") == 2
    lines = capsys.readouterr().err.splitlines()
    assert [line.removeprefix("anticorr claims: ") for line in lines] == [
        f"{path}: claims.a.states.0: got 'temporal/c_7', did you mean temporal/c_0? allowed: temporal/c_0, "
        "temporal/c_-0.9, or a pattern of these",
        "--out: got x.txt, allowed endings: .csv .md .html",
    ]
    assert not out.exists()


def _as_xml(text):
    """The page without what XML has not: the document type and tags that are never closed."""
    return "\n".join(line for line in text.split("\n") if not line.startswith(("<!DOCTYPE", "<meta")))
