"""Verdicts of planted agreements and disagreements."""

import csv
import io
from dataclasses import replace

import pytest

from anticorr.errors import InputError
from anticorr.figures import claims
from tests.figures.conftest import pooled, spectrum, theory


def verdicts(*records, lattice=True, **options):
    """Verdicts by quantity; with a lattice start that agrees, unless one is among the records."""
    if lattice:
        correlation = records[0].attrs["spec"].split('"correlation":')[1].split(",")[0]
        records = (*records, spectrum(float(correlation), seed=9, initial="lattice"))
    return {row.quantity: row.verdict for row in claims.table(*records, **options)}


def test_agreement_holds():
    found = verdicts(pooled(-0.99), theory(-0.99))
    assert set(found) == {
        "S(k -> 0)", "k^2 amplitude", "S at smallest k", "S over small k", "crossover k_x",
    }  # fmt: skip
    assert set(found.values()) == {"holds"}


def test_disagreement_fails():
    lattice = spectrum(-0.9, seed=9, initial="lattice", factor=1.4)
    found = verdicts(pooled(-0.9, factor=1.4), theory(-0.9), lattice, lattice=False)
    assert found["S over small k"] == "fails"


def test_few_samples_have_no_power():
    found = verdicts(pooled(-0.9, samples=3.0), theory(-0.9))
    assert found["S at smallest k"].startswith("no power")


def test_prediction_of_zero_is_judged_by_the_white_plateau():
    lattice = spectrum(-1.0, seed=9, initial="lattice")
    rows = claims.table(pooled(-1.0), theory(-1.0), pooled(0.0), theory(0.0), lattice)
    row = next(r for r in rows if r.quantity == "S(k -> 0)" and "c_t -1" in r.state)
    assert row.scale == pytest.approx(0.09 / 0.34)
    assert row.verdict == "holds"


@pytest.mark.parametrize("change", [{"msd": 0.5}, {"psi_6": 0.8}])
def test_solid_is_not_a_fluid(change):
    assert set(verdicts(pooled(-0.9, **change), theory(-0.9)).values()) == {"not a fluid"}


def test_thresholds_of_the_fluid_are_options():
    found = verdicts(pooled(-0.9, msd=0.5), theory(-0.9), msd_least=0.1)
    assert "not a fluid" not in found.values()


def test_starts_that_disagree_are_not_relaxed():
    lattice = spectrum(-0.9, seed=9, initial="lattice", factor=0.3)
    found = verdicts(pooled(-0.9), theory(-0.9), lattice, lattice=False)
    assert set(found.values()) == {"not relaxed"}


def test_state_without_a_lattice_start_is_not_called_relaxed():
    found = verdicts(pooled(-0.9), theory(-0.9), lattice=False)
    assert set(found.values()) == {"relaxation not checked"}


def test_short_run_is_not_called_a_fluid():
    found = verdicts(pooled(-0.9, msd_steps=2000), theory(-0.9))
    assert set(found.values()) == {"too short to tell a fluid (msd over 2000 steps)"}


def test_exact_identity_has_no_allowance():
    row = claims.Row("a", "b", "c", 1.0, 0.0, 1.004, 0.001, 1.0, 0.0)
    state = claims.with_fit_and_theory(claims.gather(pooled(-0.9), theory(-0.9)))[0]
    condition = claims._condition(state, 5.0, 0.45) | {"fluid": "yes"}
    assert claims._judge(state, condition, row).verdict == "fails"
    assert claims._judge(state, condition, replace(row, allowance=0.05)).verdict == "holds"


def test_tables_hold_every_row():
    rows = claims.table(pooled(-0.9), theory(-0.9), pooled(-1.0), theory(-1.0))
    read = list(csv.DictReader(io.StringIO(claims.to_csv(rows))))
    assert [r["quantity"] for r in read] == [r.quantity for r in rows]
    assert float(read[0]["measured"]) == rows[0].measured
    markdown = claims.to_markdown(rows)
    assert sum(line.startswith("| ") for line in markdown.split("\n")) == len(rows) + 2
    assert f"{len(rows)} relaxation not checked" in markdown


def test_records_without_a_match_are_refused():
    with pytest.raises(InputError, match="both a fit and a theory"):
        claims.table(pooled(-0.9), theory(-1.0))
    with pytest.raises(InputError, match="two fit records"):
        claims.table(pooled(-0.9), pooled(-0.9), theory(-0.9))
    with pytest.raises(InputError, match="random start"):
        claims.table(spectrum(-0.9), theory(-0.9))
