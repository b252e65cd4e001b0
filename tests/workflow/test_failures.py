"""Failed jobs are found in what Snakemake says of them, here, on a cluster, and in groups."""

import pytest
from snakemake.logging import DefaultFormatter

from anticorr import config, storage
from anticorr.cli import make
from anticorr.graph import Graph
from tests.workflow.copies import CONFIG, ROOT


def told(rule, *logs, indent=False):
    """A failed job, as Snakemake's own formatter writes it."""
    return {
        "rule_name": rule, "msg": None, "rule_msg": None, "jobid": 3, "input": ["a.nc"], "output": ["b.nc"],
        "log": list(logs), "conda_env": None, "shellcmd": f"anticorr {rule} a.nc --out b.nc", "aux": {},
        "indent": indent,
    }  # fmt: skip


def group(*jobs):
    """A failed group: itself, then each of its jobs, those that went well too."""
    about = {"msg": None, "aux_logs": ["slurm/group.log"], "job_error_info": list(jobs)}
    lines = [DefaultFormatter().format_group_error(about)]
    return "\n".join([*lines, *map(DefaultFormatter().format_job_error, jobs)])


@pytest.fixture
def said(tmp_path, monkeypatch):
    """The log of a workflow, beside those of its jobs."""
    monkeypatch.chdir(tmp_path)

    def write(text, **logs):
        for name, content in logs.items():
            (tmp_path / f"{name}.log").write_text(content)
        (tmp_path / "make.log").write_text(f"Job stats:\n{text}\n[Sun Nov 29]\nFinished jobid: 1\n")
        return tmp_path / "make.log"

    return write


def test_a_job_of_this_machine(said):
    log = said(DefaultFormatter().format_job_error(told("fit", "a.log")), a="")
    assert make._failures(log) == [("fit", "a.log")]


def test_a_job_of_a_cluster_has_the_log_of_the_scheduler_too(said):
    log = said(DefaultFormatter().format_job_error(told("simulate", "a.log", "slurm/1.log")), a="killed\n")
    assert make._failures(log) == [("simulate", "a.log")]
    assert "simulate, log a.log:\n  | killed\n" in make._told(make._failures(log), log)


def test_of_a_group_those_that_complain(said):
    jobs = [told("measure", "a.log", indent=True), told("fit", "b.log", indent=True)]
    text = group(*jobs, told("predict", "c.log", indent=True))
    log = said(text, a="measure: 80/80 frames\n", b="anticorr fit: none.nc: no such file\n")
    assert make._failures(log) == [("fit", "b.log")]
    log = said(text, b="")  # its time was up: nobody complains
    assert make._failures(log) == [("measure", "a.log")]


def test_a_job_that_is_tried_again_is_told_once(said):
    error = DefaultFormatter().format_job_error(told("fit", "a.log", "slurm/1.log"))
    assert make._failures(said(f"{error}\n{error}", a="")) == [("fit", "a.log")]


def test_what_a_group_found_damaged_is_made_again(said):
    graph = Graph(config.read(storage.read_config(ROOT / CONFIG)))
    name = "results/tiny/spectra/temporal/c_0"
    log = said(
        group(told("fit", "a.log", indent=True), told("predict", "b.log", indent=True)),
        a=f"anticorr fit: {name}/seed-1.nc: damaged (digest 1 in the file, 2 of its contents)\n",
    )
    assert [str(path) for path in make._damaged(log, graph)] == [name]
