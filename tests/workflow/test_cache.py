"""Records shared between clones through one folder: made once, never mixed up, never used when damaged."""

import re

import pytest

from tests.killing import digest, harm
from tests.workflow.copies import CONFIG, Workflow, one_state, with_figures

pytestmark = pytest.mark.slow
RECORDS = [
    "trajectories/temporal/c_0/seed-1.nc", "trajectories/temporal/c_-0.9/lattice.nc",
    "spectra/temporal/c_0/seed-1.nc", "spectra/temporal/c_-0.9/seed-1.nc",
    "fits/temporal/c_0.nc", "fits/temporal/c_-0.9.nc",
    "theory/temporal/c_0.nc", "theory/temporal/c_-0.9.nc",
]  # fmt: skip
ONE_STATE = {
    f"{place}/temporal/c_-0.9{end}"
    for place, end in (("trajectories", ""), ("spectra", ""), ("fits", ".nc"), ("theory", ".nc"))
}
"""Outputs of the jobs of a state."""


def made(clone):
    """What a clone has made itself and put into the cache, below its results."""
    log = (clone.folder / "results/tiny/logs/make.log").read_text()
    return set(re.findall(r"^Moving output file results/tiny/(\S+) to cache", log, re.MULTILINE))


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def first(tmp_path_factory, cache):
    """Records of two states and their claims; no figure."""
    clone = Workflow(tmp_path_factory.mktemp("first"))
    with_figures(clone)
    done = clone.command("anticorr", "make", CONFIG, "--cache", str(cache))
    assert done.returncode == 0, done.stderr
    clone.said = done.stderr
    return clone


def test_the_first_clone_runs_everything(first, workflow):
    assert len(made(first)) == 8
    assert re.search(r"^make: (\d+)/\1 s of work", first.said, re.MULTILINE)  # how far it was, to the end
    for name in RECORDS:
        own, alone = (clone.folder / "results/tiny" / name for clone in (first, workflow))
        assert own.exists()
        assert digest(own) == digest(alone)


def test_every_record_has_its_own_entry(first, cache):
    """Two states of one rule are told apart: the key sees no wildcards."""
    entries = [path for path in cache.iterdir() if not path.name.startswith(".")]
    assert len(entries) == 8


def test_a_second_clone_makes_all_figures_and_simulates_nothing(first, workflow, cache, tmp_path):
    clone = Workflow(tmp_path)
    done = clone.command("anticorr", "make", CONFIG, "--cache", str(cache))
    assert done.returncode == 0, done.stderr
    assert made(clone) == set()
    assert not (clone.folder / "results/tiny/logs/simulate/temporal/c_0.log").read_text()
    for name in RECORDS:
        own, other = (each.folder / "results/tiny" / name for each in (clone, first))
        assert digest(own) == digest(other)
    for name in ("figures/figure-1.pdf", "figures/figure-2.png", "claims/claims.csv"):
        own, other = (each.folder / "results/tiny" / name for each in (clone, workflow))
        assert own.read_bytes() == other.read_bytes()


@pytest.mark.soak
def test_a_clone_with_another_state_runs_that_state(first, cache, tmp_path):
    clone = Workflow(tmp_path)
    clone.edit(CONFIG, "correlation: -0.9}", "correlation: -0.8}")
    with_figures(clone)
    done = clone.command("anticorr", "make", CONFIG, "--cache", str(cache))
    assert done.returncode == 0, done.stderr
    assert made(clone) == ONE_STATE


@pytest.mark.soak
def test_jobs_of_several_states_are_shared_too(first, cache, tmp_path):
    """Their folders hold folders, of which a cache leaves links."""
    text = (first.folder / CONFIG).read_text().replace("    points:", "    states_per_job: 2\n    points:")
    found = []
    for name in ("one", "other"):
        clone = Workflow(tmp_path / name)
        (clone.folder / CONFIG).write_text(text)
        done = clone.command("anticorr", "make", CONFIG, "--cache", str(cache))
        assert done.returncode == 0, done.stderr
        found.append(made(clone))
        for record in ("fits/temporal/c_0.nc", "theory/temporal/c_-0.9.nc"):
            own, alone = (each.folder / "results/tiny" / record for each in (clone, first))
            assert digest(own) == digest(alone)
    assert "trajectories/temporal/states-1-2" in found[0]
    assert found[1] == set()


@pytest.mark.soak
def test_damaged_entries_are_made_again(first, workflow, cache, tmp_path):
    """The next job reads them: it fails in words, the entries go, and everything is made."""
    results = first.folder / "results/tiny"
    harm((results / "spectra/temporal/c_-0.9/seed-1.nc").resolve(), "flipped")
    harm((results / "trajectories/temporal/c_-0.9/lattice.nc").resolve(), "truncated")
    harm((results / "theory/temporal/c_-0.9.nc").resolve(), "empty")
    (results / "fits/temporal/c_-0.9.nc").resolve().unlink()  # else nobody would read the spectrum
    clone = Workflow(tmp_path)
    done = clone.command("anticorr", "make", one_state(clone), "--cache", str(cache))
    assert done.returncode == 0, done.stderr
    for name in ("spectra/temporal/c_-0.9", "trajectories/temporal/c_-0.9", "theory/temporal/c_-0.9.nc"):
        assert f"results/one/{name}: damaged; removed, to be made again" in done.stderr
    for name in (name for name in RECORDS if "c_-0.9" in name):
        own, other = clone.folder / "results/one" / name, workflow.folder / "results/tiny" / name
        assert digest(own) == digest(other)
