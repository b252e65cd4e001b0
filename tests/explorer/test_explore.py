"""The command: the page of planted records, the same bytes again, and what it refuses, in words."""

import json
import re
import shutil
import sys

from anticorr import storage
from anticorr.cli import main
from tests.explorer.conftest import write
from tests.explorer.planted import gradient, spectrum


def data_of(path):
    """What the page holds of the families."""
    text = path.read_text(encoding="utf-8")
    return json.loads(re.search(r'<script type="application/json" id="states">(.*?)</script>', text)[1])


def test_the_page_holds_every_family(explored):
    families = data_of(explored)["families"]
    assert [family["values"] for family in families] == [
        {"c_t": [-1.0, -0.9, 0.0]},
        {"c_t": [-1.0, 0.0], "c_s": [-1.0, 0.0]},
        {"H": [0.1, 0.3]},
    ]
    assert [len(family["states"]) for family in families] == [3, 3, 2]
    temporal, plane, fractional = families
    assert [state["at"] for state in plane["states"]] == [
        {"c_t": 0, "c_s": 0}, {"c_t": 0, "c_s": 1}, {"c_t": 1, "c_s": 1},
    ]  # fmt: skip
    assert ["missing" in state["snapshot"] for state in temporal["states"]] == [False, False, True]
    assert [state["energy"][0] for state in temporal["states"][:2]] == [0.1, 0.11]
    assert temporal["states"][2]["energy"] is None
    assert all(state["theory"]["k"] for state in temporal["states"])
    assert not any(state["theory"]["k"] for state in fractional["states"])
    for family in families:
        low, high = family["ranges"]["S"]
        assert all(low < S < high for state in family["states"] for S in state["spectrum"]["S"])


def test_the_page_asks_for_nothing(explored):
    text = explored.read_text(encoding="utf-8")
    assert not re.search(r"<(?:script|img|link|iframe)[^>]*(?:src|href)=[\"'](?!data:)", text)
    assert "@import" not in text
    assert text.count("</script>") == text.count("<script")
    assert len(text) < 2_000_000


def test_the_same_records_give_the_same_bytes(explored, results, tmp_path):
    """Also in a process that has made other models of Bokeh."""
    again = tmp_path / "again.html"
    assert main(["explore", str(results), "--out", str(again)]) == 0
    assert again.read_bytes() == explored.read_bytes()


def test_a_page_lies_in_its_folder_unless_said(results, tmp_path):
    folder = shutil.copytree(results, tmp_path / "results")
    write(
        folder / "smoke", "spectra/temporal/c_-0.3", spectrum(gradient(-0.3))
    )  # another scale, below this one
    assert main(["explore", str(folder)]) == 0
    assert data_of(folder / "explore.html")["families"][0]["values"] == {"c_t": [-1.0, -0.9, 0.0]}


def test_folders_are_brought_together(results, tmp_path, capsys):
    """Of a folder that is no scale every record; of two folders all states."""
    write(tmp_path / "more", "half", spectrum(gradient(-0.5)))
    out = tmp_path / "both.html"
    assert main(["explore", str(results), str(tmp_path / "more"), "--out", str(out)]) == 0
    assert data_of(out)["families"][0]["values"] == {"c_t": [-1.0, -0.9, -0.5, 0.0]}


def refused(capsys, *arguments):
    assert main(["explore", *map(str, arguments)]) == 2
    return capsys.readouterr().err.splitlines()


def test_every_bad_folder_is_told_at_once(tmp_path, capsys):
    (tmp_path / "empty").mkdir()
    first, second, third = refused(
        capsys, tmp_path / "none", tmp_path / "empty", "--out", tmp_path / "page.pdf"
    )
    assert first.startswith(f"anticorr explore: {tmp_path}/none: no such folder; wanted: ")
    assert second.startswith(f"anticorr explore: {tmp_path}/empty: got a folder without records, wanted ")
    assert third.endswith("page.pdf, allowed endings: .html")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty"]


def test_states_without_a_family_are_refused(tmp_path, capsys):
    write(tmp_path, "spectra/a", spectrum(gradient(0.0)))
    write(tmp_path, "spectra/b", spectrum(gradient(-1.0, strength=0.2)))
    (told,) = refused(capsys, tmp_path)
    assert "got 2 records of which no two differ in c_t, c_s or H alone, wanted fits, " in told
    assert not (tmp_path / "explore.html").exists()


def test_damaged_records_are_refused_together(tmp_path, capsys):
    for name, c in (("a", 0.0), ("b", -1.0)):
        write(tmp_path, f"spectra/{name}", spectrum(gradient(c)))
    (tmp_path / "spectra/c.nc").write_bytes(b"not a record")
    (tmp_path / "spectra/d.nc").write_bytes((tmp_path / "spectra/a.nc").read_bytes()[:200])
    told = refused(capsys, tmp_path)
    assert [line.split(": ")[1].rpartition("/")[2] for line in told] == ["c.nc", "d.nc"]
    assert not (tmp_path / "explore.html").exists()


def test_numbers_that_changed_are_found(tmp_path, capsys):
    import netCDF4

    for name, c in (("a", 0.0), ("b", -1.0)):
        write(tmp_path, f"spectra/{name}", spectrum(gradient(c)))
    with netCDF4.Dataset(tmp_path / "spectra/b.nc", "a") as file:
        file["S"][0] *= 2
    (told,) = refused(capsys, tmp_path)
    assert "spectra/b.nc: damaged" in told
    assert storage.read_record(tmp_path / "spectra/a.nc").attrs["kind"] == "spectrum"


def test_a_missing_package_is_told_with_its_extra(results, tmp_path, monkeypatch, capsys):
    monkeypatch.delitem(sys.modules, "anticorr.explorer.plots")
    monkeypatch.delitem(sys.modules, "anticorr.explorer.page")
    monkeypatch.delitem(sys.modules, "anticorr.explorer")
    monkeypatch.setitem(sys.modules, "bokeh.resources", None)
    (told,) = refused(capsys, results, "--out", tmp_path / "page.html")
    assert told.endswith("got no package bokeh, wanted it installed: pip install 'anticorr[explorer]'")
