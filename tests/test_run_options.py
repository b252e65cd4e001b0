"""What a run can start from, look at, and keep: initial files, observers, positions, modes."""

import json

import numpy as np
import pytest
import yaml

import anticorr as ac
from anticorr import provenance, storage
from anticorr.cli import main
from anticorr.engine.run import _to_65536ths, _to_float32
from anticorr.errors import InputError
from anticorr.progress import reporting
from tests.conftest import spec_data

FROM_FILE = {"system.initial": {"file": "first.nc"}}


def command(*arguments):
    return main(list(map(str, arguments)))


def write_spec(path, **changes):
    path.write_text(yaml.safe_dump(spec_data(**changes)))
    return path


def timeless(record):
    """A copy without what differs from run to run, or between file and memory."""
    told = {"digest", "started", "duration_s"}
    made = record.copy()
    made.attrs = {name: value for name, value in record.attrs.items() if name not in told}
    return made


@pytest.fixture
def first(tmp_path):
    """A folder with a finished run, first.nc."""
    assert command("simulate", write_spec(tmp_path / "first.yaml"), "--out", tmp_path / "first.nc") == 0
    return tmp_path


# -- initial positions ---------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["nc", "npy"])
def test_run_from_a_file_starts_at_its_last_frame(first, monkeypatch, ending):
    last = storage.read_record(first / "first.nc")["position"].values[-1]
    np.save(first / "first.npy", last)
    changes = {"system.initial": {"file": f"first.{ending}"}, "seed": 2}
    spec = write_spec(first / "spec.yaml", **changes)
    monkeypatch.chdir("/")  # the path is relative to the spec
    assert command("simulate", spec, "--out", first / "next.nc") == 0
    made = storage.read_record(first / "next.nc")
    memory = ac.simulate(spec_data(**changes), initial=last)
    assert timeless(made).identical(timeless(memory.assign_attrs(inputs=made.attrs["inputs"])))
    assert made.attrs["inputs"].startswith("initial ")
    if ending == "nc":
        digest = provenance.content_digest(storage.read_record(first / "first.nc"))
        assert made.attrs["inputs"] == f"initial {digest}"


def test_given_positions_are_where_the_run_starts():
    frozen = {"dynamics.step_size": 1e-12, "dynamics.noise.strength": 0.0}
    side = ac.simulate(spec_data()).attrs["box_side"]
    position = np.random.default_rng(1).random((64, 2)) * side
    record = ac.simulate(spec_data(**frozen), initial=position + side * np.array([3, -2]))
    np.testing.assert_allclose(record["position"].values[0], position, atol=1e-9)
    assert json.loads(record.attrs["spec"])["system"]["initial"] == {"file": "given in memory"}


def test_spec_with_a_file_wants_its_positions():
    with pytest.raises(InputError, match=r"initial: got none, wanted the positions of first\.nc"):
        ac.simulate(spec_data(**FROM_FILE))


def test_bad_initial_positions_are_refused_all_at_once():
    bad = np.full((63, 3), 1.0)
    bad[5, 1] = np.nan
    with pytest.raises(InputError) as caught:
        ac.simulate(spec_data(**FROM_FILE), initial=bad)
    shape, finite = caught.value.problems
    assert shape == "initial: got positions of shape (63, 3), wanted (particle, axis) = (64, 2)"
    assert "NaN or infinity" in finite
    with pytest.raises(InputError, match="initial: got other things, wanted numbers"):
        ac.simulate(spec_data(**FROM_FILE), initial="first.nc")


def test_bad_initial_files_are_refused_in_words(first, capsys):
    def refused(**changes):
        spec = write_spec(first / "spec.yaml", **FROM_FILE | changes)
        assert command("simulate", spec, "--out", first / "next.nc") == 2
        assert not list(first.glob("next.nc*"))
        return capsys.readouterr().err

    assert "first.nc: got box side 7.92665" in refused(**{"system.packing_fraction": 0.81})
    told = refused(**{"system.particles": 81})
    assert "got box side" in told
    assert "got positions of shape (64, 2), wanted (particle, axis) = (81, 2)" in told
    assert "no such file" in refused(**{"system.initial": {"file": "nowhere.nc"}})
    assert "no such file" in refused(**{"system.initial": {"file": "nowhere.npy"}})
    (first / "text.npy").write_text("text")
    assert "not an .npy file of numbers" in refused(**{"system.initial": {"file": "text.npy"}})
    np.save(first / "nan.npy", np.full((64, 2), np.nan))
    assert "NaN or infinity" in refused(**{"system.initial": {"file": "nan.npy"}})
    write_spec(first / "none.yaml", **{"record.positions": "none"})
    assert command("simulate", first / "none.yaml", "--out", first / "none.nc") == 0
    assert "got a trajectory without frames" in refused(**{"system.initial": {"file": "none.nc"}})


# -- observers -----------------------------------------------------------------------------------


def test_observer_sees_wrapped_positions_and_its_rows_are_in_the_record(tmp_path):
    steps = []

    def look(step, position):
        steps.append(step)
        assert position.shape == (64, 2)
        assert not position.flags.writeable
        return {"first": position[0], "mean": position.mean(), "position": position}

    plain = ac.simulate(spec_data())
    record = ac.simulate(spec_data(), observe=look, observe_every=20)
    assert steps == record["observed_step"].values.tolist() == [20, 40, 60, 80, 100]
    assert record["observed_mean"].dims == ("observation",)
    assert record["observed_first"].shape == (5, 2)
    both = np.isin(record["step"], steps)
    assert (record["observed_position"].values[1:] == record["position"].values[both]).all()
    observed = [name for name in record.variables if name.startswith("observed_")]
    assert timeless(record.drop_vars(observed)).identical(timeless(plain))
    storage.write_record(record, tmp_path / "a.nc")
    assert timeless(storage.read_record(tmp_path / "a.nc")).identical(timeless(record))


@pytest.mark.parametrize("every", [0, -10, 15])
def test_observe_every_must_fit_the_series(every):
    with pytest.raises(
        InputError, match=rf"observe_every: got {every}, allowed: a multiple of series_every"
    ):
        ac.simulate(spec_data(), observe=lambda *_: {}, observe_every=every)


@pytest.mark.parametrize(
    ("observe", "words"),
    [
        (lambda step, _: {"a": np.ones(step)}, "observe: got shapes"),
        (lambda step, _: {f"a{step}": 1.0}, "observe: got shapes"),
        (lambda *_: 1.0, "observe: got a float, wanted a dict"),
        (lambda *_: {"a": "text"}, "observe: got a of type U4, wanted numbers"),
        (lambda *_: {"step": 1}, "observe: got the name 'step', which is taken"),
    ],
)
def test_what_an_observer_may_not_return_is_told(observe, words):
    with pytest.raises(InputError, match=words):
        ac.simulate(spec_data(), observe=observe)


# -- positions and modes -------------------------------------------------------------------------


def test_float32_positions_are_close_and_in_the_box():
    exact, rounded = ac.simulate(spec_data()), ac.simulate(spec_data(**{"record.positions": "float32"}))
    assert rounded["position"].dtype == np.float32
    assert "float32: error <= L 2^-24" in rounded.attrs["rounding"]
    side = exact.attrs["box_side"]
    gap = np.abs(rounded["position"].values.astype(float) - exact["position"].values)
    assert np.minimum(gap, side - gap).max() <= side * 2**-24


def test_positions_of_two_bytes_are_close_and_in_the_box(tmp_path):
    """The file holds whole numbers; what is read is what the run in memory gave, to the bit."""
    rough = spec_data(**{"record": {"positions": "uint16", "stripped": True}})
    exact, rounded = ac.simulate(spec_data()), ac.simulate(rough)
    assert "uint16: error <= L 2^-17" in rounded.attrs["rounding"]
    side = exact.attrs["box_side"]
    gap = np.abs(rounded["position"].values - exact["position"].values)
    assert 0 < np.minimum(gap, side - gap).max() <= side * 2**-17 * (1 + 1e-9)
    storage.write_record(rounded, tmp_path / "a.nc")
    read = storage.read_record(tmp_path / "a.nc")
    assert provenance.content_digest(read) == provenance.content_digest(rounded)
    spec = write_spec(tmp_path / "spec.yaml", record={"positions": "uint16", "stripped": True})
    assert command("simulate", spec, "--out", tmp_path / "b.nc") == 0
    made = storage.read_record(tmp_path / "b.nc")
    assert made["position"].encoding["dtype"] == np.dtype("u2")
    assert provenance.content_digest(made) == provenance.content_digest(rounded)


@pytest.mark.parametrize("rounding", [_to_float32, _to_65536ths])
@pytest.mark.parametrize("side", [1.0, 7.926654595212022, 1e4 / 3, 16777217.0])
def test_what_rounds_up_to_the_side_becomes_zero(side, rounding):
    position = np.array([[0.0, np.nextafter(side, 0)], [side * (1 - 2**-30), side * (1 - 2**-20)]])
    rounded = rounding(position, side).astype(float)
    assert ((rounded >= 0) & (rounded < side)).all()


def test_compressed_positions_keep_every_bit_in_less_space(tmp_path):
    sizes = {}
    lattice = {"system.initial": "lattice", "dynamics.noise.strength": 0.0, "system.packing_fraction": 0.3}
    for positions in ("float64", "compressed"):
        spec = write_spec(tmp_path / "spec.yaml", **lattice | {"record.positions": positions})
        assert command("simulate", spec, "--out", tmp_path / f"{positions}.nc") == 0
        sizes[positions] = storage.read_record(tmp_path / f"{positions}.nc")["position"]
    assert sizes["compressed"].encoding["zlib"]
    assert sizes["compressed"].encoding["shuffle"]
    assert not sizes["float64"].encoding["zlib"]
    assert (sizes["compressed"].values == sizes["float64"].values).all()


@pytest.mark.parametrize("dimension", [2, 3])
def test_modes_give_the_spectrum_of_the_frames(dimension):
    common = {
        "system.dimension": dimension, "system.particles": 500, "system.packing_fraction": 0.5,
        "record.stripped": True, "schedule.sample_steps": 200,
    }  # fmt: skip
    frames = ac.measure(ac.simulate(spec_data(**common)), k_max=4.0)
    without = ac.simulate(
        spec_data(**common, **{"record.positions": "none", "record.modes": {"k_max": 4.0}})
    )
    assert "position" not in without
    modes = ac.measure(without)
    followed = {n for n in frames.variables if n.startswith(("displacement", "centre", "delay"))}
    assert set(modes.variables) == set(frames.variables) - followed
    for name in modes.variables:
        if not name.startswith("psi_6"):
            np.testing.assert_allclose(modes[name].values, frames[name].values, rtol=1e-9, atol=1e-12)
    assert np.isnan(float(modes["psi_6"]))
    smaller = ac.measure(without, k_max=2.0)
    np.testing.assert_allclose(smaller["S"].values[:3], modes["S"].values[:3], rtol=1e-9)
    with pytest.raises(InputError, match="k_max: got 5, allowed <= 4"):
        ac.measure(without, k_max=5.0)


def test_modes_may_be_taken_more_often_than_frames():
    record = ac.simulate(spec_data(**{"record.modes": {"k_max": 2.0, "every": 5}}))
    assert record["mode_step"].values.tolist() == list(range(25, 101, 5))
    assert record.sizes["frame"] == 8
    assert (np.diff(record["time"]) == 5).all()


def test_record_without_frames_and_modes_cannot_be_measured():
    record = ac.simulate(spec_data(**{"record.positions": "none"}))
    with pytest.raises(InputError, match="got neither frames nor modes"):
        ac.measure(record)


@pytest.mark.parametrize(
    ("record", "words"),
    [
        ({"modes": {"k_max": 0.1}}, r"record\.modes\.k_max: got 0\.1, allowed >= 2 pi / L = 0\.79"),
        ({"modes": {"k_max": 1e5}}, r"record\.modes\.k_max: got 100000 .* allowed <= 632"),
        (
            {"modes": {"k_max": 2, "every": 7}},
            r"record\.modes\.every: got 7, allowed: a divisor of sample_st",
        ),
        ({"modes": {"k_max": 2, "every": 5}, "series_every": 10}, r"record\.series_every: got 10, allowed"),
        ({"modes": {"every": 5}}, r"record\.modes\.k_max: missing"),
        ({"modes": 5}, r"record\.modes: got 5, allowed: a section"),
        ({"positions": "some"}, r"record\.positions: got 'some', allowed: 'float64' or"),
    ],
)
def test_bad_record_sections_are_refused(record, words):
    with pytest.raises(InputError, match=words):
        ac.simulate(spec_data(record=record))


# -- progress and threads ------------------------------------------------------------------------


def test_rate_counts_from_where_the_run_went_on(capsys, monkeypatch):
    clock = iter([0.0, 0.0, 100.0])
    monkeypatch.setattr("anticorr.progress.time.monotonic", lambda: next(clock))
    with reporting("simulate", "steps", 10**6) as report:
        report(900, 1000)
        report(950, 1000)
    assert capsys.readouterr().err == "simulate: 950/1000 steps, 0.5 M particle-steps/s, 100 s left\n"


def test_threads_above_the_machine_are_refused(tmp_path, capsys):
    spec = write_spec(tmp_path / "spec.yaml")
    for threads in (0, 999):
        assert command("simulate", spec, "--out", tmp_path / "a.nc", "--threads", threads) == 2
        assert f"--threads: got {threads}, allowed >= 1 and <= " in capsys.readouterr().err
        with pytest.raises(InputError, match=rf"^threads: got {threads}, allowed"):
            ac.simulate(spec_data(), threads=threads)
