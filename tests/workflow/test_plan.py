"""What a scale takes, before anything does: sizes are those of the files; what does not fit is refused."""

import re
from collections import Counter

import pytest

import anticorr as ac
from anticorr import config, costs, graph, specs, storage
from anticorr.cli import main, scales
from anticorr.errors import InputError
from tests.conftest import spec_data
from tests.workflow.copies import CONFIG, ROOT

KINDS = {
    "plain": {},
    "stripped, two bytes": {"record": {"stripped": True, "positions": "uint16"}},
    "float32": {"record": {"positions": "float32"}},
    "modes": {"record": {"positions": "none", "modes": {"k_max": 2.0, "every": 10}, "stripped": True}},
    "3D": {"system.dimension": 3, "system.packing_fraction": 0.4},
    "long memory": {"dynamics.noise": {"kind": "fractional", "strength": 0.2, "hurst": 0.2}},
}


@pytest.mark.parametrize("kind", KINDS)
def test_disk_of_a_trajectory_is_that_of_its_file(kind, tmp_path):
    changes = {
        "system.particles": 1000,
        "schedule": {"relax_steps": 100, "sample_steps": 2000, "sample_every": 20},
        **KINDS[kind],
    }
    spec = specs.parse(spec_data(**changes))
    storage.write_record(ac.simulate(spec), tmp_path / "a.nc")
    size = (tmp_path / "a.nc").stat().st_size / 1e6
    assert costs.simulation(spec).disk == pytest.approx(size, rel=0.1, abs=0.06)


def test_every_job_of_the_graph_is_one_of_the_workflow(workflow):
    """Rules and first outputs by our account are those by Snakemake's."""
    plan = config.read(storage.read_config(workflow.folder / CONFIG))
    jobs = {(job.rule, job.output) for job in graph.Graph(plan).jobs()}
    told = workflow.run("--summary").stdout.split("\n")
    rows = [line.split("\t") for line in told if "\t" in line][1:]
    theirs = {(row[2], row[0]) for row in rows}
    assert jobs <= theirs
    assert {rule for rule, _ in theirs - jobs} <= {"scale", "figure", "claims"}  # their further outputs


def test_default_scale_has_at_most_300_jobs_and_fits_a_gibibyte():
    made = graph.Graph(config.read(storage.read_config(ROOT / "config/config.yaml"))).jobs()
    assert len(made) + 2 <= 300  # and `scale` and `all`
    assert sum(job.cost.disk for job in made) < 2**30 / 1e6


def test_spectra_alone_are_not_judged():
    data = storage.read_config(ROOT / CONFIG)
    data["sweeps"]["temporal"]["ends"] = "spectrum"
    data |= {"figures": {}, "claims": {}}
    made = graph.Graph(config.read(data))
    assert {job.rule for job in made.jobs()} == {"simulate", "measure"}


def test_a_text_of_states_is_what_simulate_reads(tmp_path):
    data = storage.read_config(ROOT / CONFIG)
    data["sweeps"]["temporal"]["states_per_job"] = 2
    made = graph.Graph(config.read(data))
    (tmp_path / "specs.json").write_text(made.specs_text("temporal", "states-1-2"))
    read = specs.parse_states(storage.read_yaml(tmp_path / "specs.json"))
    assert read["c_-0.9"].canonical_json() == made.specs["temporal/c_-0.9/seed-1"].canonical_json()


@pytest.fixture
def small_machine(monkeypatch):
    def set_sizes(memory, disk):
        monkeypatch.setattr(scales, "_free_memory", lambda: memory)
        monkeypatch.setattr(scales, "_free_disk", lambda graph: disk)

    return set_sizes


def test_what_does_not_fit_is_refused_in_words(small_machine):
    made = graph.Graph(config.read(storage.read_config(ROOT / "config/paper.yaml")))
    small_machine(1000.0, 2000.0)
    with pytest.raises(InputError) as caught:
        scales.check_room(made, made.jobs(), 2)
    assert any("of memory, got 1.0 GB; wanted: fewer particles" in line for line in caught.value.problems)
    assert any("of disk, got 2.0 GB; wanted: room" in line for line in caught.value.problems)
    small_machine(5000.0, 1e6)
    scales.check_room(made, made.jobs(), 2)
    with pytest.raises(InputError, match="--cores: 8 jobs at once want"):
        scales.check_room(made, made.jobs(), 8)


def test_plan_tells_what_would_run_its_time_and_sizes_and_refuses_what_does_not_fit(
    small_machine, monkeypatch, tmp_path, capsys
):
    made = graph.Graph(config.read(storage.read_config(ROOT / CONFIG)))
    pending = {job.output for job in made.jobs() if job.rule != "simulate"}
    monkeypatch.setattr(scales, "_pending", lambda options: pending)
    monkeypatch.chdir(tmp_path)
    command = ["plan", str(ROOT / CONFIG), "--cores", "2"]
    small_machine(5000.0, 1e6)
    assert main(command) == 0
    told = capsys.readouterr().out
    assert f"{len(pending)} of {len(pending) + 2} jobs would run" in told
    assert _stages(told) == {"measure": 2, "fit": 2, "predict": 2, "figure": 2, "claims": 1, "all": 9}
    assert re.search(r"^about \d+ s on 2 cores as fast as", told, re.MULTILINE)
    assert "free here: 5.0 GB of memory, 1,000.0 GB of disk" in told
    small_machine(500.0, 1e6)
    assert main(command) == 2
    said = capsys.readouterr().err
    assert "figures/figure-1.pdf: wants 600 MB of memory, got 500 MB; wanted: fewer" in said
    assert list(tmp_path.iterdir()) == []


def _stages(table):
    """Numbers of jobs by stage."""
    return {
        name: int(jobs) for name, jobs in re.findall(r"^(\w+) +(\d+)(?:/\d+)? +\d", table, re.MULTILINE)
    }


def test_estimate_scales_with_the_rate(capsys):
    """Core time of every stage; its jobs are those of the graph."""
    made = graph.Graph(config.read(storage.read_config(ROOT / "config/paper.yaml"))).jobs()
    hours = []
    for rate in ("10", "20"):
        assert main(["estimate", str(ROOT / "config/paper.yaml"), "--rate", rate]) == 0
        told = capsys.readouterr().out
        hours.append(float(re.search(r"^all .*?([\d.]+) h", told, re.MULTILINE)[1]))
        assert _stages(told) == Counter(job.rule for job in made) | {"all": len(made)}
        assert f"at {rate} M particle-steps/s a core (given)" in told
    assert hours[0] == pytest.approx(2 * hours[1], rel=0.02)


@pytest.mark.parametrize("command", ["estimate", "plan", "make"])
def test_bad_configurations_are_refused(command, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bad.yaml").write_text("seeds: []\ncolour: red\n")
    assert main([command, "bad.yaml"]) == 2
    said = capsys.readouterr().err
    assert "bad.yaml: colour: unknown key" in said
    assert "bad.yaml: base: missing" in said
    assert not (tmp_path / "results").exists()


def test_make_wants_the_folder_of_the_clone(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["make", str(ROOT / CONFIG)]) == 2
    assert "got no Snakefile, wanted the folder of the clone" in capsys.readouterr().err
