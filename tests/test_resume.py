"""Unfinished runs: killed, damaged, refused, extended; the record is always that of a run in one go."""

import contextlib
import json
import os
import random
import subprocess
import sys

import numpy as np
import pytest

import anticorr as ac
from anticorr import provenance, specs, storage
from anticorr.cli import main
from anticorr.errors import InterruptionError
from anticorr.stages import simulate
from tests.conftest import spec_data
from tests.killing import KINDS, changed, digest, kill_until_done, long, write_spec
from tests.test_runs import QUIET


def simulate_cli(*arguments):
    return main(["simulate", *map(str, arguments)])


def digest_in_memory(data):
    return provenance.content_digest(ac.simulate(data))


class AlreadyInterrupted(contextlib.nullcontext):
    came = True


class StopAfter:
    """Says stop at the n-th look."""

    def __init__(self, looks):
        self.looks = looks

    def __call__(self):
        self.looks -= 1
        return self.looks < 0


@pytest.fixture
def small_calls(monkeypatch):
    """Looks at the keyboard after every 20 steps of 64 particles."""
    monkeypatch.setattr("anticorr.engine.run._PARTICLE_STEPS_PER_CALL", 64 * 20)


def partial_of(data, out, **options):
    spec = specs.parse(data)
    code = provenance.code_digest(*spec.stages)
    return spec, storage.Partial(out, spec.canonical_json(), code, **options)


def begin_and_stop(data, out, looks):
    """Run until the n-th look, which leaves a checkpoint."""
    spec, partial = partial_of(data, out, stop=StopAfter(looks))
    with pytest.raises(InterruptionError), partial:
        simulate.stream(spec, partial)


@pytest.mark.parametrize("kind", KINDS)
def test_streamed_record_is_that_of_memory(tmp_path, kind):
    data = changed(kind)
    assert simulate_cli(write_spec(tmp_path, data), "--out", tmp_path / "a.nc") == 0
    streamed, memory = storage.read_record(tmp_path / "a.nc"), ac.simulate(data)
    assert provenance.content_digest(streamed) == provenance.content_digest(memory)
    own = {"digest", "started", "duration_s"}
    assert set(streamed.attrs) == set(memory.attrs) | {"digest"}
    assert all(streamed.attrs[name] == memory.attrs[name] for name in set(memory.attrs) - own)
    assert set(streamed.variables) == set(memory.variables)
    for name in memory.variables:
        assert streamed[name].attrs == memory[name].attrs
        assert streamed[name].dims == memory[name].dims
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.nc", "spec.yaml"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("looks", [0, 1, 3])
def test_run_that_goes_on_gives_the_bits_of_a_run_in_one_go(tmp_path, small_calls, kind, looks):
    data = changed(kind)
    begin_and_stop(data, tmp_path / "a.nc", looks)
    assert simulate_cli(write_spec(tmp_path, data), "--out", tmp_path / "a.nc", "--resume") == 0
    assert digest(tmp_path / "a.nc") == digest_in_memory(data)
    assert not (tmp_path / "a.nc.partial").exists()


@pytest.mark.parametrize("kind", KINDS)
def test_run_that_was_stopped_before_its_record_was_there(tmp_path, small_calls, kind):
    """All steps are done: the final state comes from the checkpoint alone."""
    data = changed(kind)
    spec, partial = partial_of(data, tmp_path / "a.nc")

    def interrupted():
        with partial:
            simulate.stream(spec, partial)
            raise KeyboardInterrupt

    with pytest.raises(InterruptionError, match="--resume"):
        interrupted()
    assert simulate_cli(write_spec(tmp_path, data), "--out", tmp_path / "a.nc", "--resume") == 0
    assert digest(tmp_path / "a.nc") == digest_in_memory(data)


def test_run_goes_on_again_and_again(tmp_path, small_calls):
    data = changed("ma1", **{"record.stripped": True})
    begin_and_stop(data, tmp_path / "a.nc", 1)
    for _ in range(3):
        spec, partial = partial_of(data, tmp_path / "a.nc", stop=StopAfter(1))
        with pytest.raises(InterruptionError), partial:
            simulate.stream(spec, partial, start=partial.load())
    write_spec(tmp_path, data)
    assert simulate_cli(tmp_path / "spec.yaml", "--out", tmp_path / "a.nc", "--resume") == 0
    assert digest(tmp_path / "a.nc") == digest_in_memory(data)


def test_time_of_a_run_that_went_on_and_was_extended_is_the_sum(tmp_path, small_calls):
    """Since the first start; other times, the same digest."""
    data, longer = spec_data(), spec_data(**{"schedule.sample_steps": 140})
    spec, partial = partial_of(data, tmp_path / "a.nc", stop=StopAfter(1))
    partial.clock = provenance.Clock("2026-01-01T00:00:00Z", 1000.0)
    with pytest.raises(InterruptionError), partial:
        simulate.stream(spec, partial)
    command = [write_spec(tmp_path, data), "--out", tmp_path / "a.nc"]
    for more, wanted in ((["--resume"], data), (["--extend-steps", 60], longer)):
        assert simulate_cli(*command, *more) == 0
        attributes = storage.read_record(tmp_path / "a.nc").attrs
        assert attributes["started"] == "2026-01-01T00:00:00Z"
        assert 1000 < attributes["duration_s"] < 2000
        assert attributes["digest"] == digest_in_memory(wanted)


def test_displacement_is_nan_before_sampling_also_after_going_on(tmp_path, small_calls):
    data = changed("ma1", **{"schedule.relax_steps": 60})
    begin_and_stop(data, tmp_path / "a.nc", 2)
    assert simulate_cli(write_spec(tmp_path, data), "--out", tmp_path / "a.nc", "--resume") == 0
    record = storage.read_record(tmp_path / "a.nc")
    before = record["time"].values <= 60
    assert np.isnan(record["mean_square_displacement"].values[before]).all()
    assert (record["mean_square_displacement"].values[~before] > 0).all()


def test_rows_written_after_the_checkpoint_are_cut_off(tmp_path, small_calls):
    data = changed("ma1")
    begin_and_stop(data, tmp_path / "a.nc", 3)
    for path in (tmp_path / "a.nc.partial").glob("*.raw"):
        with open(path, "ab") as file:
            file.write(b"rows that no checkpoint counts")
    (tmp_path / "a.nc.partial" / "other.raw").write_bytes(b"a variable begun later")
    (tmp_path / "a.nc.partial" / "checkpoint-new").write_bytes(b"half a checkpoint")
    (tmp_path / "a.nc.partial" / "record.nc").write_bytes(b"half a record")
    assert simulate_cli(write_spec(tmp_path, data), "--out", tmp_path / "a.nc", "--resume") == 0
    assert digest(tmp_path / "a.nc") == digest_in_memory(data)
    assert not (tmp_path / "a.nc.partial").exists()


def test_resume_without_a_checkpoint_starts_and_says_so(tmp_path, capsys):
    spec = write_spec(tmp_path, spec_data())
    assert simulate_cli(spec, "--out", tmp_path / "a.nc", "--resume") == 0
    assert "starting from the beginning" in capsys.readouterr().err
    made = (tmp_path / "a.nc").stat().st_mtime_ns
    assert simulate_cli(spec, "--out", tmp_path / "a.nc", "--resume") == 0
    assert "is finished, nothing to do" in capsys.readouterr().err
    assert (tmp_path / "a.nc").stat().st_mtime_ns == made


def test_unfinished_run_is_not_overwritten(tmp_path, small_calls, capsys):
    data = spec_data()
    begin_and_stop(data, tmp_path / "a.nc", 1)
    assert simulate_cli(write_spec(tmp_path, data), "--out", tmp_path / "a.nc") == 2
    assert "got an unfinished run; wanted: --resume" in capsys.readouterr().err
    assert (tmp_path / "a.nc.partial" / "checkpoint").exists()


def test_stale_checkpoint_is_refused_or_discarded(tmp_path, small_calls, capsys, monkeypatch):
    data = spec_data()
    begin_and_stop(data, tmp_path / "a.nc", 1)
    other = write_spec(tmp_path, spec_data(seed=2))
    assert simulate_cli(other, "--out", tmp_path / "a.nc", "--resume") == 2
    assert "got a run of another spec (seed: 1 and 2)" in capsys.readouterr().err
    same = write_spec(tmp_path, data)
    with monkeypatch.context() as patch:
        patch.setattr(provenance, "code_digest", lambda *_: "0123")
        assert simulate_cli(same, "--out", tmp_path / "a.nc", "--resume") == 2
        assert "got a run of other code" in capsys.readouterr().err
    assert (tmp_path / "a.nc.partial" / "checkpoint").exists()
    other = write_spec(tmp_path, spec_data(seed=2))
    assert simulate_cli(other, "--out", tmp_path / "a.nc", "--resume", "--discard-stale") == 0
    assert "discarded, starting from the beginning" in capsys.readouterr().err
    assert digest(tmp_path / "a.nc") == digest_in_memory(spec_data(seed=2))


def test_discard_stale_wants_resume(tmp_path, capsys):
    assert (
        simulate_cli(write_spec(tmp_path, spec_data()), "--out", tmp_path / "a.nc", "--discard-stale") == 2
    )
    assert "--discard-stale: got no --resume" in capsys.readouterr().err


def test_second_process_is_refused_and_a_dead_one_does_not_hinder(tmp_path, small_calls, capsys):
    data = spec_data()
    write_spec(tmp_path, data)
    _, partial = partial_of(data, tmp_path / "a.nc")
    with partial:
        for options in ([], ["--resume"]):
            assert simulate_cli(tmp_path / "spec.yaml", "--out", tmp_path / "a.nc", *options) == 2
            assert "another process is at work" in capsys.readouterr().err
    assert simulate_cli(tmp_path / "spec.yaml", "--out", tmp_path / "a.nc") == 0


@pytest.mark.parametrize("number", range(40))
def test_damage_is_refused_in_words_or_changes_nothing(tmp_path, small_calls, capsys, number):
    """Random bytes of a random file are changed, or its end is missing."""
    generator = random.Random(number)
    data = changed("stripped, float32, modes")
    begin_and_stop(data, tmp_path / "a.nc", 4)
    files = sorted(path for path in (tmp_path / "a.nc.partial").iterdir() if path.stat().st_size)
    path = files[number % len(files)]
    content = bytearray(path.read_bytes())
    if number % 3:
        for _ in range(generator.choice((1, 1, 1, 50))):
            content[generator.randrange(len(content))] ^= generator.randrange(1, 256)
    else:
        del content[generator.randrange(len(content)) :]
    path.write_bytes(content)
    command = [write_spec(tmp_path, data), "--out", tmp_path / "a.nc", "--resume"]
    code = simulate_cli(*command)
    told = capsys.readouterr().err
    if code == 0:
        assert digest(tmp_path / "a.nc") == digest_in_memory(data)
    else:
        assert code == 2
        assert "damaged" in told
        assert (tmp_path / "a.nc.partial").is_dir()
    assert (
        simulate_cli(tmp_path / "spec.yaml", "--out", tmp_path / "a.nc", "--resume", "--discard-stale") == 0
    )
    assert digest(tmp_path / "a.nc") == digest_in_memory(data)


@pytest.mark.parametrize("kind", KINDS)
def test_extended_run_is_the_longer_run(tmp_path, kind):
    data, longer = changed(kind), changed(kind)
    longer["schedule"] = longer["schedule"] | {"sample_steps": 140}
    spec = write_spec(tmp_path, data)
    assert simulate_cli(spec, "--out", tmp_path / "a.nc") == 0
    assert simulate_cli(spec, "--out", tmp_path / "a.nc", "--extend-steps", 60) == 0
    assert digest(tmp_path / "a.nc") == digest_in_memory(longer)
    with storage.open_record(tmp_path / "a.nc") as record:
        assert json.loads(record.attrs["spec"])["schedule"]["sample_steps"] == 140
    assert not (tmp_path / "a.nc.partial").exists()


def test_interrupted_extension_goes_on(tmp_path, small_calls, monkeypatch):
    spec = write_spec(tmp_path, spec_data())
    command = [spec, "--out", tmp_path / "a.nc"]
    assert simulate_cli(*command) == 0
    short = digest(tmp_path / "a.nc")
    with monkeypatch.context() as patch:
        patch.setattr("anticorr.cli.simulate._Interrupts", AlreadyInterrupted)
        assert simulate_cli(*command, "--extend-steps", 60) == 130
    assert digest(tmp_path / "a.nc") == short
    assert simulate_cli(*command, "--extend-steps", 60, "--resume") == 0
    longer = digest_in_memory(spec_data(**{"schedule.sample_steps": 140}))
    assert digest(tmp_path / "a.nc") == longer
    assert simulate_cli(*command, "--extend-steps", 60, "--resume") == 0  # nothing left to do
    assert digest(tmp_path / "a.nc") == longer


def test_extension_is_refused_in_words(tmp_path, capsys, monkeypatch):
    spec = write_spec(tmp_path, spec_data())
    command = [spec, "--out", tmp_path / "a.nc"]
    assert simulate_cli(*command, "--extend-steps", 60) == 2
    assert "a.nc: no such file" in capsys.readouterr().err
    assert simulate_cli(*command) == 0
    for steps in (0, -10, 15):
        assert simulate_cli(*command, "--extend-steps", steps) == 2
        assert (
            f"--extend-steps: got {steps}, allowed: a multiple of sample_every = 10"
            in capsys.readouterr().err
        )
    with monkeypatch.context() as patch:
        patch.setattr(provenance, "code_digest", lambda *_: "0123")
        assert simulate_cli(*command, "--extend-steps", 60) == 2
        assert "got a record made by other code" in capsys.readouterr().err
    write_spec(tmp_path, spec_data(seed=2))
    assert simulate_cli(*command, "--extend-steps", 60) == 2
    assert "got a record of another spec (seed: 1 and 2)" in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.nc", "spec.yaml"]


def test_absorbed_run_ends_with_one_last_frame(tmp_path, small_calls):
    data = spec_data(**QUIET)
    record = ac.simulate(data)
    end = record.attrs["absorbed_at"]
    assert 20 < end < 20020
    assert record["time"].values[-1] == end
    assert record["active_fraction"].values[-1] == 0
    assert (record["active_fraction"].values[:-1] > 0).all()
    assert record["step"].values[-1] == end
    assert len(record["step"]) == (end - 20 + 9) // 10
    assert "state_step" not in record
    assert ac.measure(record)["S"].notnull().all()
    spec = write_spec(tmp_path, data)
    begin_and_stop(data, tmp_path / "a.nc", 2)
    assert simulate_cli(spec, "--out", tmp_path / "a.nc", "--resume") == 0
    assert digest(tmp_path / "a.nc") == provenance.content_digest(record)
    assert simulate_cli(spec, "--out", tmp_path / "a.nc", "--extend-steps", 100) == 0
    longer = spec_data(**QUIET | {"schedule.sample_steps": 20100})
    assert digest(tmp_path / "a.nc") == digest_in_memory(longer)


def test_full_disk_is_told_and_the_run_goes_on_later(tmp_path, small_calls, capsys, monkeypatch):
    data = spec_data()
    command = [write_spec(tmp_path, data), "--out", tmp_path / "a.nc"]
    written, write = 0, os.write

    def full(handle, content):
        nonlocal written
        written += 1
        if written > 60:
            raise OSError(28, "No space left on device")
        return write(handle, content[: max(1, len(content) // 2)])

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        assert simulate_cli(*command) == 1
    told = capsys.readouterr().err
    assert "No space left on device" in told
    assert "--resume" in told
    assert "Traceback" not in told
    assert simulate_cli(*command, "--resume") == 0
    assert digest(tmp_path / "a.nc") == digest_in_memory(data)


def test_limit_on_file_size_is_told_and_the_run_goes_on_later(tmp_path):
    data = spec_data(**{"schedule.sample_steps": 800})
    write_spec(tmp_path, data)
    command = [sys.executable, "-m", "anticorr.cli", "simulate", "spec.yaml", "--out", "a.nc"]
    limited = ["bash", "-c", 'ulimit -f 40; exec "$@"', "bash", *command]
    told = subprocess.run(limited, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert told.returncode == 1, told.stderr
    assert "could not be written" in told.stderr
    assert "Traceback" not in told.stderr
    told = subprocess.run([*command, "--resume"], cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert told.returncode == 0, told.stderr
    assert digest(tmp_path / "a.nc") == digest_in_memory(data)


@pytest.mark.soak
def test_memory_does_not_grow_with_the_number_of_frames(tmp_path):
    """Largest resident size of runs with 40 and 640 MB of frames."""
    sizes = []
    for frames in (25, 400):
        data = spec_data(
            **{
                "system.particles": 100_000,
                "schedule": {"relax_steps": 0, "sample_steps": frames, "sample_every": 1},
            }
        )
        write_spec(tmp_path, data)
        code = (
            "import resource, sys; from anticorr.cli import main;"
            "assert main(['simulate', 'spec.yaml', '--out', 'a.nc']) == 0;"
            "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
        )
        told = subprocess.run(
            [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=300
        )
        assert told.returncode == 0, told.stderr
        sizes.append(int(told.stdout) / 1000)
    assert (tmp_path / "a.nc").stat().st_size > 600e6
    assert sizes[1] < sizes[0] + 50, sizes


@pytest.mark.soak
@pytest.mark.parametrize("kind", ["stripped, float32, modes"])
def test_killed_at_random_times(tmp_path, kind):
    """Checkpoints at every look, so that many kills hit the writing of one. All kinds: benchmarks/soak.py;
    every time: the kills of tests/workflow/test_faults.py."""
    data = long(kind)
    assert len(kill_until_done(tmp_path, data, random.Random(kind), 2)) > 0
    assert digest(tmp_path / "a.nc") == digest_in_memory(data)
