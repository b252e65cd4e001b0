"""What the parameters of a job hold beyond its spec: code of every state, contents of the user's files."""

import numpy as np
import pytest

from anticorr import config, storage
from anticorr.cli import main, unnoted
from anticorr.errors import InputError
from anticorr.graph import Graph
from anticorr.stages import simulate
from tests.conftest import spec_data
from tests.killing import digest, write_spec
from tests.test_resume import AlreadyInterrupted, simulate_cli
from tests.workflow.copies import CONFIG, ROOT

TRAINING = {
    "problem": {"kind": "files", "samples": "seen.npz"},
    "descent": {"learning_rate": 0.05},
    "noises": [{"kind": "ma1", "correlation": -1.0}],
    "strengths": [0.05],
    "schedule": {"noisy_steps": 100, "record_every": 50},
    "seeds": [1],
}


@pytest.fixture
def graph(tmp_path, monkeypatch):
    """The tiny scale with changes of its two states and how many share a job, read anew."""
    monkeypatch.chdir(tmp_path)

    def read(changes=({}, {}), states_per_job=1, **sections):
        data = storage.read_config(ROOT / CONFIG) | {"figures": {}} | sections
        sweep = data["sweeps"]["temporal"]
        sweep["states_per_job"] = states_per_job
        for point, more in zip(sweep["points"], changes, strict=True):
            point["set"] = point.get("set", {}) | more
        return Graph(config.read(data))

    return read


def test_code_of_modes_counts_wherever_one_of_the_states_takes_them(graph):
    modes = {"record.modes.k_max": 2.0}
    both = {"anticorr.stages.simulate", "anticorr.stages.modes"}
    for changes in ((modes, {}), ({}, modes)):
        made = graph(changes, states_per_job=2)
        assert set(made.stages("temporal", "states-1-2")) == both
        [job] = [job for job in made.jobs() if job.rule == "simulate"]
        assert set(job.code) == both
        assert {len(each.code) for each in made.told(job)} == {1, 2}  # every record tells that of its own
    assert set(graph(changes).stages("temporal", "c_0")) == {"anticorr.stages.simulate"}


def start(path, seed, spec):
    np.save(path, np.random.default_rng(seed).random((spec.system.particles, 2)) * spec.system.box_side)


def test_positions_that_a_run_starts_from_count_by_their_content(graph, tmp_path):
    changes = [{"system.initial": {"file": f"{name}.npy"}} for name in "ab"]
    spec = graph().specs["temporal/c_0/seed-1"]
    start("a.npy", 1, spec)
    start("b.npy", 2, spec)
    keys = {graph(changes, states_per_job=2).files("temporal", "states-1-2")}
    assert graph(changes).files("temporal", "c_0") != graph(changes).files("temporal", "c_-0.9")
    (tmp_path / "a.npy").rename("c.npy")
    (tmp_path / "b.npy").rename("a.npy")
    (tmp_path / "c.npy").rename("b.npy")
    keys.add(graph(changes, states_per_job=2).files("temporal", "states-1-2"))
    start("b.npy", 3, spec)
    keys.add(graph(changes, states_per_job=2).files("temporal", "states-1-2"))
    assert len(keys) == 3
    assert graph().files("temporal", "c_0") == ""


def test_every_file_that_is_not_there_is_named(graph, capsys):
    with pytest.raises(InputError) as caught:
        graph(
            [{"system.initial": {"file": "a.npy"}}, {"system.initial": {"file": "b.nc"}}],
            trainings={"one": TRAINING},
        )
    assert sorted(caught.value.problems) == [
        "one: problem.samples: seen.npz: no such file",
        "temporal/c_-0.9/seed-1: b.nc: no such file",
        "temporal/c_0/seed-1: a.npy: no such file",
    ]


def test_samples_that_a_training_learns_count_by_their_content(graph):
    keys = set()
    for seed in (1, 2):
        random = np.random.default_rng(seed)
        np.savez("seen.npz", x=random.random((20, 4)), y=np.arange(20) % 2)
        made = graph(trainings={"one": TRAINING})
        keys.add(made.training_files("one"))
        [job] = [job for job in made.jobs() if job.rule == "train"]
        assert {each.files for each in made.told(job)} == {made.training_files("one")}
    assert len(keys) == 2


def test_a_record_without_notes_is_of_its_files_or_made_again(graph, tmp_path):
    """Run as the rule runs it; then the file is another."""
    change = {
        "system.initial": {"file": "a.npy"},
        "schedule.sample_steps": 100,
        "schedule.sample_every": 50,
    }
    start("a.npy", 1, graph().specs["temporal/c_0/seed-1"])
    spec = graph([change, {}]).specs["temporal/c_0/seed-1"]
    (tmp_path / "spec.json").write_text(spec.canonical_json())
    command = ["simulate", "spec.json", "--seeds", "1", "--lattice", "--resume", "--discard-stale"]
    folder = "results/tiny/trajectories/temporal/c_0"
    (tmp_path / folder).parent.mkdir(parents=True)
    assert main([*command, "--out", folder]) == 0
    assert unnoted.contradicted(graph([change, {}])) == []
    start("a.npy", 2, spec)
    assert [str(path) for path in unnoted.contradicted(graph([change, {}]))] == [folder]
    assert main([*command, "--out", folder]) == 0
    assert unnoted.contradicted(graph([change, {}])) == []
    again = storage.read_record(f"{folder}/seed-1.nc")
    assert again["position"].equals(simulate.run(spec, initial=np.load("a.npy"))["position"])


def test_run_from_other_positions_is_refused_or_made_again(tmp_path, capsys, monkeypatch):
    """The spec only names the file: what lies in it decides, of an unfinished run and of a finished one. An
    extension goes on from its record, whatever has become of the file."""
    random, start = np.random.default_rng(1), tmp_path / "start.npy"
    spec = write_spec(tmp_path, spec_data(**{"system.initial": {"file": "start.npy"}}))
    command = [spec, "--out", tmp_path / "a.nc", "--resume"]
    np.save(start, random.random((64, 2)))
    with monkeypatch.context() as patch:
        patch.setattr("anticorr.engine.run._PARTICLE_STEPS_PER_CALL", 64 * 20)
        patch.setattr("anticorr.cli.simulate._Interrupts", AlreadyInterrupted)
        assert simulate_cli(*command) == 130
    np.save(start, random.random((64, 2)))
    assert simulate_cli(*command) == 2
    assert "got a run from other positions (initial " in capsys.readouterr().err
    assert simulate_cli(*command, "--discard-stale") == 0
    made = [digest(tmp_path / "a.nc")]
    assert simulate_cli(*command) == 0
    assert "is finished, nothing to do" in capsys.readouterr().err
    np.save(start, random.random((64, 2)))
    assert simulate_cli(*command) == 0
    made.append(digest(tmp_path / "a.nc"))
    assert len(set(made)) == 2
    start.unlink()
    assert simulate_cli(*command) == 2
    assert "start.npy: no such file" in capsys.readouterr().err
    assert digest(tmp_path / "a.nc") == made[1]
    assert simulate_cli(spec, "--out", tmp_path / "a.nc", "--extend-steps", 60) == 0
