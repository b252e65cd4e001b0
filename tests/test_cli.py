"""The command line: refusals in words, a small run from spec to theory, interruption."""

import contextlib
import io
import os
import pty
import re
import select
import signal
import subprocess
import sys
import termios
from types import SimpleNamespace

import pytest
import xarray as xr
import yaml

from anticorr import provenance, storage
from anticorr.cli import main
from tests.conftest import spec_data

COMPANION = {
    "kind": "quadratic", "optimisers": ["sgd"], "shares": [0.5], "walkers": 8, "settle_steps": 1,
    "steps": 1, "escape": {"exponents": [3.0], "walkers": 2, "steps": 1},
}  # fmt: skip
TRAINING = {
    "problem": {"kind": "valley", "dimension": 2},
    "descent": {"learning_rate": 0.05},
    "noises": [{"kind": "ma1", "correlation": -1.0}],
    "strengths": [0.0, 0.05],
    "schedule": {"noisy_steps": 10, "record_every": 10},
    "seeds": [1, 2],
}


def anticorr(*arguments, cwd, **environment):
    return subprocess.run(
        [sys.executable, "-m", "anticorr.cli", *map(str, arguments)],
        cwd=cwd, env=os.environ | environment, capture_output=True, text=True, timeout=120,
    )  # fmt: skip


def inside(*arguments, cwd):
    """The same in this process."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.chdir(cwd), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main([str(one) for one in arguments])
    return subprocess.CompletedProcess(arguments, code, out.getvalue(), err.getvalue())


def write_spec(path, **changes):
    path.write_text(yaml.safe_dump(spec_data(**changes)))
    return path


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Files of a small good run, and the results of the commands that made them."""
    folder = tmp_path_factory.mktemp("made")
    done = {}

    def do(name, *arguments):
        call = anticorr if name == "simulate" else inside
        done[name] = call(*arguments, cwd=folder)

    write_spec(folder / "spec.yaml", **{"record.stripped": True})
    write_spec(folder / "seed-2.yaml", **{"record.stripped": True, "seed": 2})
    write_spec(folder / "low.yaml", **{"system.packing_fraction": 0.6, "record.stripped": True, "seed": 3})
    write_spec(folder / "high.yaml", **{"system.packing_fraction": 1.0})
    do("simulate", "simulate", "spec.yaml", "--out", "traj.nc", "--threads", 1)
    do("simulate 2", "simulate", "spec.yaml", "--out", "traj-2.nc", "--threads", 2)
    do("seed 2", "simulate", "seed-2.yaml", "--out", "seed-2-traj.nc")
    do("low", "simulate", "low.yaml", "--out", "low.nc")
    do("high", "simulate", "high.yaml", "--out", "high.nc")
    do("measure", "measure", "traj.nc", "--out", "spectrum.nc")
    do("measure seed 2", "measure", "seed-2-traj.nc", "--out", "seed-2.nc")
    do("measure low", "measure", "low.nc", "--out", "low-spectrum.nc")
    do("fit", "fit", "spectrum.nc", "seed-2.nc", "--out", "fit.nc", "--k-max", 3)
    do(
        "predict", "predict", "spec.yaml", "--out", "theory.nc", "--spectrum", "spectrum.nc",
        "--trajectories", "low.nc", "traj.nc", "high.nc",
    )  # fmt: skip
    do("landscape", "landscape", "spec.yaml", "--seeds", 2, "--out", "landscape.nc")
    (folder / "training.yaml").write_text(yaml.safe_dump(TRAINING))
    (folder / "companion.yaml").write_text(yaml.safe_dump(COMPANION))
    do("companion", "companion", "companion.yaml", "--out", "companion.nc")
    do("describe", "describe", "fit.nc")
    do("describe companion", "describe", "companion.nc")
    do("digest", "describe", "traj.nc", "--digest")
    do("digest 2", "describe", "traj-2.nc", "--digest")

    (folder / "text.nc").write_text("not a record\n")
    (folder / "broken.yaml").write_text("system: [1\n")
    xr.Dataset({"a": ("x", [1.0])}).to_netcdf(folder / "foreign.nc")
    trajectory = storage.read_record(folder / "traj.nc")
    del trajectory.attrs["spec"]
    trajectory.to_netcdf(folder / "no-spec.nc")
    write_spec(folder / "unknown.yaml", **{"dynamics.noise.colour": "blue"})
    write_spec(folder / "c_t.yaml", **{"dynamics.noise.correlation": -1.2})
    write_spec(folder / "phi-0.yaml", **{"system.packing_fraction": 0})
    write_spec(folder / "phi-negative.yaml", **{"system.packing_fraction": -0.8})
    files_missing = {"kind": "files", "samples": "none.npz"}
    (folder / "no-files.yaml").write_text(yaml.safe_dump(TRAINING | {"problem": files_missing}))
    (folder / "strength.yaml").write_text(yaml.safe_dump(TRAINING | {"strengths": [0.0, -0.05]}))
    (folder / "unstable.yaml").write_text(yaml.safe_dump(COMPANION | {"shares": [0.5, 1.2]}))
    write_spec(folder / "particles.yaml", **{"system.particles": 0})
    write_spec(
        folder / "three.yaml",
        **{"system.particles": -1, "dynamics.step_size": 0, "schedule.sample_every": 7},
    )
    return SimpleNamespace(folder=folder, done=done)


OUT = ("--out", "out.nc")
FIT = ("fit", "spectrum.nc")
BAD = {
    "unknown key": (("simulate", "unknown.yaml", *OUT), "unknown.yaml: dynamics.noise.colour: unknown key"),
    "c_t": (("simulate", "c_t.yaml", *OUT), "c_t.yaml: dynamics.noise.correlation: got -1.2, allowed"),
    "phi 0": (("simulate", "phi-0.yaml", *OUT), "system.packing_fraction: got 0, allowed"),
    "phi < 0": (("simulate", "phi-negative.yaml", *OUT), "system.packing_fraction: got -0.8, allowed"),
    "particles 0": (("simulate", "particles.yaml", *OUT), "system.particles: got 0, allowed"),
    "c_t predict": (("predict", "c_t.yaml", *OUT), "dynamics.noise.correlation: got -1.2, allowed"),
    "no spec": (("simulate", "nowhere.yaml", *OUT), "nowhere.yaml: No such file"),
    "bad YAML": (("simulate", "broken.yaml", *OUT), "broken.yaml, line 2: not valid YAML"),
    "no record": (("measure", "nowhere.nc", *OUT), "nowhere.nc: no such file"),
    "no fit": (("describe", "nowhere.nc"), "nowhere.nc: no such file"),
    "not NetCDF": (("measure", "text.nc", *OUT), "text.nc: could not be read as a NetCDF file"),
    "foreign": (("describe", "foreign.nc"), "foreign.nc: got a NetCDF file that is not a record"),
    "kind measure": (("measure", "spectrum.nc", *OUT), "got a spectrum record, wanted a trajectory"),
    "kind fit": (("fit", "traj.nc", *OUT), "traj.nc: got a trajectory record, wanted a spectrum"),
    "kind predict": (
        ("predict", "spec.yaml", "--spectrum", "traj.nc", *OUT),
        "traj.nc: got a trajectory record, wanted a spectrum or fit record",
    ),
    "no spec in record": (("measure", "no-spec.nc", *OUT), "spec"),
    "export ending": (("export", "traj.nc", *OUT), "got out.nc, allowed endings: .gsd .xyz"),
    "export kind": (("export", "fit.nc", "--out", "a.gsd"), "got a fit record, wanted a trajectory record"),
    "no folder": (("simulate", "spec.yaml", "--out", "no/out.nc"), "got no/out.nc, but there is no folder"),
    "folder": (("simulate", "spec.yaml", "--out", "."), "a folder; wanted a file name"),
    "ending": (("figure", "approach", "fit.nc", *OUT), "got out.nc, allowed endings: .pdf .png .svg"),
    "threads 0": (("simulate", "spec.yaml", *OUT, "--threads", "0"), "--threads: got 0, allowed >= 1"),
    "threads -1": (("predict", "spec.yaml", *OUT, "--threads", "-1"), "--threads: got -1, allowed >= 1"),
    "threads many": (("simulate", "spec.yaml", *OUT, "--threads", "999"), "--threads: got 999, allowed"),
    "k-max 0": (("measure", "traj.nc", *OUT, "--k-max", "0"), "--k-max: got 0, allowed > 0"),
    "k-max -1": ((*FIT, *OUT, "--k-max", "-1"), "--k-max: got -1, allowed > 0"),
    "k-max nan": (("measure", "traj.nc", *OUT, "--k-max", "nan"), "got nan, allowed"),
    "k-max inf": (("measure", "traj.nc", *OUT, "--k-max", "inf"), "got inf, allowed"),
    "k-max small": (("measure", "traj.nc", *OUT, "--k-max", ".1"), "got 0.1, allowed >= 2 pi / L = 0.7927"),
    "few shells": ((*FIT, *OUT, "--k-max", "1"), "got 1 with 1 shells below it, allowed >= 2.4"),
    "figure": (("figure", "wishes", "fit.nc", "--out", "a.pdf"), "got 'wishes', allowed: temporal-order"),
    "seed twice": ((*FIT, "spectrum.nc", *OUT), "got seeds [1, 1], wanted each seed once"),
    "two specs": (
        (*FIT, "low-spectrum.nc", *OUT),
        "got another spec than spectrum 1 (system.packing_fraction: 0.8 and 0.6)",
    ),
    "densities": (
        ("predict", "spec.yaml", *OUT, "--trajectories", "high.nc", "traj.nc", "low.nc"),
        "--trajectories: got densities",
    ),
    "seeds 1": (("landscape", "spec.yaml", *OUT, "--seeds", "1"), "--seeds: got 1, allowed >= 2"),
    "anneal-steps": (
        ("landscape", "spec.yaml", *OUT, "--anneal-steps", "7"), "anneal_steps: got 7, allowed: a multiple",
    ),
    "anneal-law": (
        ("landscape", "spec.yaml", *OUT, "--anneal-law", "cubic"),
        "anneal_law: got 'cubic', allowed: linear, geometric",
    ),
    "training files": (("train", "no-files.yaml", *OUT), "problem.samples: none.npz: no such file"),
    "training strength": (("train", "strength.yaml", *OUT), "strengths.1: got -0.05, allowed >= 0"),
    "companion share": (("companion", "unstable.yaml", *OUT), "shares.1: got 1.2, allowed > 0 and < 1"),
    "no state": (("claims", "traj.nc", "--out", "claims.csv"), "wanted one"),
    "no records": (("claims", "--out", "claims.csv"), "records: got none, wanted some, or --config"),
    "records twice": (
        ("claims", "traj.nc", "--in", "there", "--out", "claims.csv"),
        "--in: got there beside records, wanted one of the two",
    ),
}  # fmt: skip


def files(folder):
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*")}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_refused_in_one_line(made, tmp_path, name, monkeypatch, capsys):
    """In this process, as `main` is all that the command is; the next test starts one."""
    arguments, words = BAD[name]
    given = [made.folder / a if (made.folder / a).is_file() else a for a in arguments]
    before = files(made.folder)
    monkeypatch.chdir(tmp_path)
    assert main([str(one) for one in given]) == 2
    told = capsys.readouterr()
    lines = told.err.splitlines()
    assert [line[: len(arguments[0]) + 11] for line in lines] == [f"anticorr {arguments[0]}: "]
    assert words in lines[0]
    assert told.out == ""
    assert list(tmp_path.iterdir()) == []
    assert files(made.folder) == before


def test_all_problems_are_told_at_once(made, tmp_path):
    told = anticorr(
        "simulate", made.folder / "three.yaml", "--out", "no/out.nc", "--threads", 0, cwd=tmp_path
    )
    keys = ["system.particles", "dynamics.step_size", "schedule.sample_every", "--threads", "--out"]
    lines = told.stderr.splitlines()
    assert len(lines) == len(keys)
    assert all(key in line for key, line in zip(keys, lines, strict=True))
    assert told.returncode == 2


@pytest.mark.parametrize(
    "arguments",
    [(), ("dance",), ("simulate",), ("simulate", "spec.yaml", "--out", "a.nc", "--threads", "x")],
)
def test_wrong_use_exits_2(arguments, tmp_path):
    told = anticorr(*arguments, cwd=tmp_path)
    assert told.returncode == 2
    assert told.stderr.startswith("usage: anticorr")
    assert "Traceback" not in told.stderr


@pytest.mark.parametrize(
    "changes",
    [{"dynamics.noise.strength": 1e20}, {"dynamics.noise.strength": 1e300}, {"dynamics.step_size": 1e300}],
    ids=str,
)
def test_run_that_flies_off_is_told_in_one_line(tmp_path, changes):
    spec = write_spec(tmp_path / "spec.yaml", **changes)
    told = anticorr("simulate", spec, *OUT, cwd=tmp_path)
    assert told.returncode in (1, 2)
    (line,) = [text for text in told.stderr.splitlines() if "2/lambda_max" not in text]
    assert line.startswith("anticorr simulate: ")
    assert list(tmp_path.iterdir()) == [spec]


@pytest.mark.parametrize(
    "command", ["simulate", "measure", "fit", "predict", "landscape", "companion", "describe"]
)
def test_good_run(made, command):
    told = made.done[command]
    assert told.returncode == 0, told.stderr
    assert "Traceback" not in told.stderr
    assert (told.stdout == "") == (command != "describe")


def test_records_are_of_their_kinds(made):
    for file, kind in (
        ("traj", "trajectory"),
        ("spectrum", "spectrum"),
        ("fit", "fit"),
        ("theory", "theory"),
        ("landscape", "landscape"),
    ):
        record = storage.read_record(made.folder / f"{file}.nc", kind)
        assert record.attrs["code_digest"]
    k = storage.read_record(made.folder / "spectrum.nc")["k"].values
    assert (storage.read_record(made.folder / "theory.nc")["k"].values == k).all()


def test_records_name_the_digests_of_their_inputs(made):
    digest = {
        name: provenance.content_digest(storage.read_record(made.folder / f"{name}.nc"))
        for name in ("traj", "spectrum", "seed-2", "low", "high")
    }
    inputs = {
        name: storage.read_record(made.folder / f"{name}.nc").attrs["inputs"]
        for name in ("spectrum", "fit", "theory")
    }
    assert inputs["spectrum"] == f"trajectory {digest['traj']}"
    assert inputs["fit"] == f"spectrum_1 {digest['spectrum']}, spectrum_2 {digest['seed-2']}"
    assert f"spectrum {digest['spectrum']}" in inputs["theory"]
    for name, short in (("low", "low"), ("mid", "traj"), ("high", "high")):
        assert f"{name} {digest[short]}" in inputs["theory"]


def test_digest_does_not_depend_on_threads(made):
    digest = provenance.content_digest(storage.read_record(made.folder / "traj.nc"))
    assert made.done["digest"].stdout == made.done["digest 2"].stdout == f"{digest}\n"


def test_digest_depends_on_the_seed(made):
    other = provenance.content_digest(storage.read_record(made.folder / "seed-2-traj.nc"))
    assert made.done["digest"].stdout != f"{other}\n"


def test_describe_tells_what_a_record_holds(made):
    told = made.done["describe"].stdout
    assert told.startswith("fit record, schema 2\n")
    seeds = "seed             1, 2"
    for words in ("hyperuniformity exponent", seeds, "dynamics.noise.correlation", "D^-1"):
        assert words in told
    told = made.done["describe companion"].stdout
    assert re.search(r"optimiser +\(case 2\)  sgd", told)
    assert re.search(r"correlation +\(case 2\)  -0.9 to 0", told)


def test_progress_in_a_log_is_one_line_at_the_end(made):
    told = made.done["simulate"].stderr.splitlines()
    assert [line for line in told if line.startswith("simulate: ")] == [told[-1]]
    assert told[-1].startswith("simulate: 100/100 steps")


def test_good_run_leaves_no_hidden_files(made):
    assert [path.name for path in made.folder.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_run_exits_130_and_says_how_to_go_on(tmp_path, stop):
    spec = write_spec(tmp_path / "spec.yaml", **{"schedule.relax_steps": 10**7})
    # On a terminal, so that the progress bar tells when steps are being taken.
    mine, its = pty.openpty()
    termios.tcsetwinsize(its, (25, 80))
    process = subprocess.Popen(
        [sys.executable, "-m", "anticorr.cli", "simulate", spec, *OUT, "--threads", "1"],
        cwd=tmp_path, stderr=its,
        # A background shell passes SIGINT on as ignored; a person's terminal does not.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    said = b""
    try:
        while b"steps/s" not in said:
            assert select.select([mine], [], [], 60)[0], f"no progress after {said}"
            said += os.read(mine, 1000)
        process.send_signal(stop)
        assert process.wait(timeout=60) == 130
        while select.select([mine], [], [], 0)[0]:
            said += os.read(mine, 1000)
    finally:
        process.kill()
        process.wait()
        os.close(mine)
        os.close(its)
    last = said.decode().rstrip().split("\n")[-1]
    assert last.startswith("anticorr simulate: interrupted at step ")
    assert last.endswith("checkpoint in out.nc.partial; to go on: the same command with --resume")
    assert b"Traceback" not in said
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.nc.partial", "spec.yaml"]


def test_linear_algebra_runs_on_one_thread():
    """On two, sums have another order: claims made outside the workflow differed in their last bits."""
    pytest.importorskip("threadpoolctl")
    code = (
        "import anticorr.cli, numpy, scipy.linalg, threadpoolctl\n"
        "pools = threadpoolctl.threadpool_info()\n"
        "print(*{pool['num_threads'] for pool in pools if pool['user_api'] == 'blas'})"
    )
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "2"}
    told = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
    assert told.stdout.split() == ["1"], told.stderr
