"""What Snakemake noted of jobs, read back: planted notes, and one that Snakemake itself has written."""

import json
from base64 import urlsafe_b64encode

import pytest

from anticorr.storage import jobs_behind


@pytest.fixture
def note(tmp_path, monkeypatch):
    """Writes a note as Snakemake does, and the output itself."""
    monkeypatch.chdir(tmp_path)

    def write(output, rule, read=(), start=10.0, end=12.0, log=None, size=7):
        name = urlsafe_b64encode(output.encode()).decode()
        pieces = [name[n : n + 254] for n in range(0, len(name), 254)]
        path = tmp_path.joinpath(".snakemake/metadata", *["@" + p for p in pieces[:-1]], pieces[-1])
        path.parent.mkdir(parents=True, exist_ok=True)
        told = {"rule": rule, "input": list(read), "log": log or [], "starttime": start, "endtime": end}
        path.write_text(json.dumps(told))
        made = tmp_path / output
        made.parent.mkdir(parents=True, exist_ok=True)
        made.write_bytes(b"x" * size)
        return path

    return write


def test_jobs_are_those_behind_the_targets(note):
    note("results/a.nc", "simulate", start=1, end=3)
    note("results/b.nc", "fit", ["results/a.nc"], start=3, end=4)
    note("results/f.png", "figure", ["results/b.nc", "config.yaml"], start=4, end=5)
    note("results/old.nc", "simulate")
    jobs = jobs_behind(["results/f.png"])
    assert [(job.rule, job.started, job.ended, job.size) for job in jobs] == [
        ("simulate", 1, 3, 7), ("fit", 3, 4, 7), ("figure", 4, 5, 7)
    ]  # fmt: skip
    assert jobs[2].read == {"results/b.nc"}  # nobody made the configuration


def test_outputs_of_one_job_are_one_job(note):
    for end in ("pdf", "png"):
        note(f"figures/f.{end}", "figure", log=["f.log"])
    note("figures/g.png", "figure", log=["g.log"])
    jobs = jobs_behind(["figures/f.pdf", "figures/f.png", "figures/g.png"])
    assert [(job.outputs, job.size) for job in jobs] == [
        (("figures/f.pdf", "figures/f.png"), 14), (("figures/g.png",), 7)
    ]  # fmt: skip


def test_a_file_in_a_folder_is_of_the_job_that_made_the_folder(note, tmp_path):
    note("trajectories/c_0/seed-1.nc", "nobody").unlink()
    (tmp_path / "trajectories/c_0/seed-2.nc").write_bytes(b"xyz")
    path = note("trajectories/c_1", "simulate")
    (tmp_path / "trajectories/c_1").unlink()
    path.rename(path.with_name(urlsafe_b64encode(b"trajectories/c_0").decode()))
    note("fit.nc", "fit", ["trajectories/c_0/seed-1.nc", "trajectories/c_0/seed-2.nc"])
    jobs = jobs_behind(["fit.nc"])
    assert [(job.rule, job.outputs, job.size) for job in jobs] == [
        ("fit", ("fit.nc",), 7), ("simulate", ("trajectories/c_0",), 10)
    ]  # fmt: skip
    assert jobs[0].read == {"trajectories/c_0"}


def test_names_too_long_for_one_file_are_found(note):
    output = "results/" + "/".join(["sweep_with_a_long_name"] * 12) + ".nc"
    assert len(urlsafe_b64encode(output.encode())) > 255
    note(output, "fit")
    assert [job.rule for job in jobs_behind([output])] == ["fit"]


def test_without_notes_there_are_no_jobs(note):
    assert jobs_behind(["results/f.png"]) == []


@pytest.mark.parametrize("text", ["", "{", '{"starttime": null, "endtime": null, "input": []}'])
def test_a_note_that_is_being_written_is_passed_over(note, text):
    note("f.png", "figure").write_text(text)
    assert jobs_behind(["f.png"]) == []
