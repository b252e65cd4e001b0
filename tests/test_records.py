"""Records: checked at every door, whole on disk or not there, every bit kept."""

import os
import stat

import numpy as np
import pytest
import xarray as xr

from anticorr import records, storage, variables
from anticorr.errors import InputError, RunError
from anticorr.provenance import content_digest

KINDS = sorted(variables.KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_every_variable_has_units_and_a_long_name(make_record, kind):
    record = make_record(kind)
    assert set(record.variables) == set(variables.KINDS[kind])
    for name, variable in record.variables.items():
        entry = variables.KINDS[kind][name]
        assert variable.dims == entry.dims
        assert variable.attrs == {"units": entry.units, "long_name": entry.long_name}
        assert entry.units
        assert entry.long_name


def test_none_leaves_an_optional_variable_out(make_record):
    record = make_record("trajectory", stripped_position=None)
    assert "stripped_position" not in record
    assert records.check(record, "trajectory") is record


@pytest.mark.parametrize("kind", KINDS)
def test_missing_variables_are_all_named(make_record, kind):
    required = [name for name, entry in variables.KINDS[kind].items() if not entry.optional]
    record = make_record(kind).drop_vars(required)
    with pytest.raises(InputError) as caught:
        records.check(record, kind, "file.nc")
    assert caught.value.problems == tuple(f"file.nc: variable {n} is missing" for n in required)


def test_wrong_kind_is_refused(make_record):
    with pytest.raises(InputError, match=r"file\.nc: got a fit record, wanted a spectrum record"):
        records.check(make_record("fit"), "spectrum", "file.nc")
    with pytest.raises(InputError, match="not a record of anticorr"):
        records.check(xr.Dataset(), "spectrum")


@pytest.mark.parametrize("version", [records.SCHEMA_VERSION + 1, 1, None, "2"])
def test_wrong_schema_version_is_refused(make_record, version):
    record = make_record("fit").assign_attrs(schema_version=version)
    with pytest.raises(InputError, match=f"got schema_version {version}, wanted 2"):
        records.check(record, "fit")


def test_wrong_dimensions_and_unknown_variables_are_refused_together(make_record):
    record = make_record("spectrum").assign(S=("time", np.ones(4)), S_of_k=("shell", np.ones(6)))
    with pytest.raises(InputError) as caught:
        records.check(record, "spectrum", "file.nc")
    assert caught.value.problems == (
        "file.nc: S got dimensions ('time',), wanted ('shell',)",
        "file.nc: unknown variable S_of_k",
    )


def test_build_refuses_a_record_that_lacks_variables():
    with pytest.raises(InputError, match="variable S is missing"):
        records.build("spectrum", {"k": np.ones(3)})


def test_build_refuses_variables_that_no_table_names():
    with pytest.raises(InputError, match=r"unknown variable s, wanted one of .*KINDS\['spectrum'\]"):
        records.build("spectrum", {"s": np.ones(3), "k": np.ones(3)})


@pytest.mark.parametrize("kind", KINDS)
def test_round_trip_keeps_every_bit(make_record, tmp_path, kind):
    record = make_record(kind).assign_attrs(seed=2**63 - 1, note="å, 2 π")
    storage.write_record(record, tmp_path / "a.nc")
    again = storage.read_record(tmp_path / "a.nc", kind)
    assert content_digest(again) == content_digest(record)
    assert dict(again.attrs) == record.attrs | {"digest": content_digest(record)}
    for name, variable in record.variables.items():
        assert again[name].dtype == variable.dtype
        assert again[name].attrs == variable.attrs


def test_round_trip_keeps_unusual_numbers(make_record, tmp_path):
    unusual = np.array([np.nan, -np.nan, np.inf, -np.inf, -0.0, 5e-324, 9.96921e36, 1.7e308])
    record = make_record("trajectory", energy=unusual, time=np.arange(8) - 2**62)
    storage.write_record(record, tmp_path / "a.nc")
    again = storage.read_record(tmp_path / "a.nc")
    assert again["energy"].values.tobytes() == unusual.tobytes()
    assert content_digest(again) == content_digest(record)


def test_write_refuses_what_is_no_record(tmp_path):
    with pytest.raises(InputError, match="not a record of anticorr"):
        storage.write_record(xr.Dataset({"a": ("x", [1.0])}), tmp_path / "a.nc")
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    ("raised", "seen"),
    [
        (OSError(28, "No space left on device"), RunError),
        (ValueError("x"), ValueError),
        (KeyboardInterrupt(), KeyboardInterrupt),
    ],
)
@pytest.mark.parametrize("old", [b"old", None])
def test_failing_writer_leaves_the_old_file_and_nothing_else(tmp_path, raised, seen, old):
    path = tmp_path / "a.nc"
    if old is not None:
        path.write_bytes(old)

    def half(name):
        assert os.path.dirname(name) == str(tmp_path)  # a rename within one file system
        with open(name, "wb") as file:
            file.write(b"half of it")
        raise raised

    with pytest.raises(seen):
        storage.write_whole(path, half)
    assert os.listdir(tmp_path) == ([] if old is None else ["a.nc"])
    if old is not None:
        assert path.read_bytes() == old


def test_full_disk_is_worded(tmp_path):
    def full(_):
        raise OSError(28, "No space left on device")

    with pytest.raises(RunError, match=r"a\.nc: could not be written \(No space left on device\)"):
        storage.write_whole(tmp_path / "a.nc", full)


def test_written_file_replaces_the_old_one_and_is_readable_by_others(make_record, tmp_path):
    path = tmp_path / "a.nc"
    path.write_text("old")
    before = os.umask(0o022)
    try:
        storage.write_record(make_record("fit"), path)
    finally:
        os.umask(before)
    assert storage.read_record(path, "fit").attrs["kind"] == "fit"
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    assert os.listdir(tmp_path) == ["a.nc"]


def refusal(path, *kinds):
    with pytest.raises(InputError) as caught:
        storage.read_record(path, *kinds)
    (line,) = caught.value.problems
    assert line.startswith(f"{path}: ")
    return line


def test_missing_file_is_refused(tmp_path):
    assert "no such file" in refusal(tmp_path / "a.nc")
    assert "no such file" in refusal(tmp_path)


@pytest.mark.parametrize("content", [b"", b"hello\n", b"CDF\x01", b"\x89HDF\r\n\x1a\n"])
def test_file_that_is_not_netcdf_is_refused(tmp_path, content):
    path = tmp_path / "a.nc"
    path.write_bytes(content)
    assert "not a NetCDF file" in refusal(path)


def test_half_a_file_is_refused(make_record, tmp_path):
    path = tmp_path / "a.nc"
    storage.write_record(make_record("trajectory"), path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert "not a NetCDF file" in refusal(path)


@pytest.mark.parametrize("attributes", [{}, {"kind": "movie"}, {"kind": 3}, {"kind": [1, 2]}, {"kind": ""}])
def test_foreign_netcdf_is_refused(tmp_path, attributes):
    path = tmp_path / "a.nc"
    xr.Dataset({"a": ("x", [1.0])}, attrs=attributes).to_netcdf(path)
    assert "not a record of anticorr" in refusal(path)


def test_record_of_another_kind_is_refused(make_record, tmp_path):
    path = tmp_path / "a.nc"
    storage.write_record(make_record("fit"), path)
    assert refusal(path, "spectrum", "theory") == (
        f"{path}: got a fit record, wanted a spectrum or theory record"
    )


def test_record_of_another_schema_is_refused(make_record, tmp_path):
    path = tmp_path / "a.nc"
    make_record("fit").assign_attrs(schema_version=99).to_netcdf(path)
    assert "got schema_version 99, wanted 2" in refusal(path)


def test_path_that_cannot_be_written_is_refused(tmp_path, monkeypatch):
    with pytest.raises(InputError, match="there is no folder"):
        storage.check_writable(tmp_path / "missing" / "a.nc")
    with pytest.raises(InputError, match="a folder; wanted a file name"):
        storage.check_writable(tmp_path)
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK)  # root may write anywhere
    with pytest.raises(InputError, match="is not writable"):
        storage.check_writable(tmp_path / "a.nc")


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        (b"a: [1", "line 1: not valid YAML"),
        (b"a: 1\nb: {\n", "not valid YAML"),
        (b"a: \xff\xfe", "not valid YAML"),
        (b"a: 2020-99-99", "not valid YAML"),
        (b"[" * 5000, "not valid YAML"),
        (b"a:\n\tb: 1", "line 2: not valid YAML (found character '\\t' that cannot start any token)"),
        (b"a: *nothing", "line 1: not valid YAML (found undefined alias 'nothing')"),
        (b"a: &a [*a]", "line 1: not valid YAML (found unconstructable recursive node)"),
        (b"a: !!timestamp x", "not valid YAML"),
        (b"a: !!bool x", "not valid YAML"),
        (b"a: !!int ''", "not valid YAML"),
        (b"a: !!python/object:os.system x", "line 1: not valid YAML (could not determine a constructor"),
        (b"a: 1\nb: 2\na: 3", "line 3: got key 'a' twice, allowed: each once"),
        (b"a: {b: {c: 1, c: 1}}", "line 1: got key 'c' twice, allowed: each once"),
        (b"a: 0x" + b"f" * 9000, "line 1: got a whole number of 36000 bits, allowed: at most 64 bits"),
        (None, "No such file"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_bad_yaml_is_refused(tmp_path, content, wanted):
    path = tmp_path / "spec.yaml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        storage.read_yaml(path)
    (line,) = caught.value.problems
    assert line.startswith(str(path))
    assert wanted in line


def test_yaml_and_json_are_read(tmp_path):
    (tmp_path / "a.yaml").write_text("a: {b: 1}")
    (tmp_path / "a.json").write_text('{"a": {"b": 1}}')
    assert storage.read_yaml(tmp_path / "a.yaml") == storage.read_yaml(tmp_path / "a.json")


def test_merged_anchor_that_replaces_a_key_has_it_once(tmp_path):
    """Also where YAML resolves the merge before it comes to the anchor itself."""
    text = "deep: {er: {x: &x {<<: &b {k: 1, l: 1}, k: 2}}}\ny: {<<: *x, l: 3}\n"
    (tmp_path / "a.yaml").write_text(text)
    assert storage.read_yaml(tmp_path / "a.yaml")["y"] == {"k": 2, "l": 3}


def test_configuration_lies_over_the_one_that_it_extends(tmp_path):
    (tmp_path / "base.yaml").write_text("a: {b: 1, c: [1, 2]}\nd: 3\n")
    (tmp_path / "middle.yaml").write_text("extends: base.yaml\na: {c: [5]}\n")
    (tmp_path / "top.yaml").write_text("extends: middle.yaml\na: {e: 4}\nd: {f: 6}\n")
    wanted = {"a": {"b": 1, "c": [5], "e": 4}, "d": {"f": 6}}
    assert storage.read_config(tmp_path / "top.yaml") == wanted


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("extends: top.yaml", "got a circle of files"),
        ("extends: [1]", "allowed: name of a file"),
        ("extends: nowhere.yaml", "nowhere.yaml: No such file"),
        ("extends: list.yaml", "list.yaml: got list, allowed: a mapping"),
    ],
)
def test_extensions_that_cannot_be_are_refused(tmp_path, text, words):
    (tmp_path / "top.yaml").write_text(text)
    (tmp_path / "list.yaml").write_text("[1]")
    with pytest.raises(InputError, match=words):
        storage.read_config(tmp_path / "top.yaml")
