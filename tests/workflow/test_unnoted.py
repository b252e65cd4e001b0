"""Results of which Snakemake has noted nothing: what they tell of themselves decides."""

import shutil

import pytest

from tests.killing import digest
from tests.workflow.copies import CONFIG, Workflow, with_figures

pytestmark = pytest.mark.slow
SAID = "of another spec or other code, and nothing is noted of it; to be made again"


@pytest.fixture
def brought(workflow, tmp_path):
    """A clone with the results of another, without its notes."""
    clone = Workflow(tmp_path)
    shutil.copytree(workflow.folder / "results/tiny", clone.folder / "results/tiny")
    return clone


def made_again(clone):
    """Outputs that `anticorr make` names, below the results; it runs to its end."""
    done = clone.command("anticorr", "make", CONFIG)
    assert done.returncode == 0, done.stderr
    lines = [line for line in done.stderr.split("\n") if SAID in line]
    return {line.split("results/tiny/")[1].split(":")[0] for line in lines}


def times(clone):
    results = clone.folder / "results/tiny"
    return {str(path.relative_to(results)): path.stat().st_mtime_ns for path in results.rglob("*.*")}


@pytest.mark.soak
def test_what_agrees_is_kept(brought):
    before = times(brought)
    assert made_again(brought) == set()
    kept = [name for name in before if name.endswith((".nc", ".pdf", ".csv"))]
    assert len(kept) > 10
    assert {name: times(brought)[name] for name in kept} == {name: before[name] for name in kept}


def test_records_of_another_spec_are_made_again(brought):
    brought.edit(CONFIG, "correlation: -0.9", "correlation: -0.8")
    with_figures(brought, "figure-1")
    before = times(brought)
    changed = {
        f"{place}/temporal/c_-0.9{end}"
        for place, end in (("trajectories", ""), ("spectra", ""), ("fits", ".nc"), ("theory", ".nc"))
    }
    assert made_again(brought) == changed | {"scale.json"}
    after = times(brought)
    for name in ("spectra/temporal/c_0/seed-1.nc", "fits/temporal/c_0.nc"):
        assert after[name] == before[name]
    for name in ("fits/temporal/c_-0.9.nc", "figures/figure-1.pdf", "claims/claims.csv"):
        assert after[name] > before[name]


@pytest.mark.soak
def test_records_and_figures_of_other_code_are_made_again(brought, workflow):
    brought.edit(
        "src/anticorr/exponents/whittle.py", "import numpy as np", "import math as _\nimport numpy as np"
    )
    brought.edit("src/anticorr/figures/approach.py", "_UNSURE = 0.2", "_UNSURE = 0.25")
    assert made_again(brought) == {
        "fits/temporal/c_0.nc", "fits/temporal/c_-0.9.nc", "figures/figure-2.pdf", "claims/claims.csv",
    }  # fmt: skip
    for name in ("trajectories/temporal/c_0/seed-1.nc", "fits/temporal/c_0.nc"):
        assert digest(brought.folder / "results/tiny" / name) == digest(
            workflow.folder / "results/tiny" / name
        )


@pytest.mark.soak
def test_what_cannot_be_read_is_made_again(brought):
    target = brought.folder / "results/tiny/theory/temporal/c_0.nc"
    before = digest(target)
    target.write_bytes(b"nothing")
    assert made_again(brought) == {"theory/temporal/c_0.nc"}
    assert digest(target) == before
