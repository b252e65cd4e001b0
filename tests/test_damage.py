"""Damaged files: whatever was changed or went missing, a record is refused in words or still the same."""

import contextlib
import json
import shutil

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from anticorr import provenance, storage
from anticorr.cli import main
from anticorr.errors import InputError
from tests.conftest import spec_data

ENDING = "; wanted: the file as it was written: remove it and make it again"


@pytest.fixture(scope="module")
def written(make_record, tmp_path_factory):
    """A folder with a record, the bytes of its file, and the first and last byte of every variable of
    random numbers in it."""
    folder = tmp_path_factory.mktemp("written")
    record = make_record("trajectory")
    storage.write_record(record, folder / "a.nc")
    content = (folder / "a.nc").read_bytes()
    places = {}
    for name, variable in record.variables.items():
        values = variable.values.tobytes()
        if variable.dtype == float and content.count(values) == 1:
            places[name] = (content.index(values), content.index(values) + len(values))
    assert len(places) > 15
    return folder, record, content, places


def refusal(path):
    with pytest.raises(InputError) as caught:
        storage.read_record(path)
    (line,) = caught.value.problems
    assert line.startswith(f"{path}: ")
    return line.removeprefix(f"{path}: ")


@given(data=st.data())
def test_a_flipped_bit_of_a_variable_is_refused(written, data):
    folder, record, content, places = written
    first, end = places[data.draw(st.sampled_from(sorted(places)))]
    changed = bytearray(content)
    changed[data.draw(st.integers(first, end - 1))] ^= 1 << data.draw(st.integers(0, 7))
    path = folder / "flipped.nc"
    path.write_bytes(changed)
    line = refusal(path)
    assert line.startswith(f"damaged (digest {provenance.content_digest(record)} in the file, ")
    assert line.endswith(f" of its contents){ENDING}")
    with pytest.raises(InputError, match="damaged"), storage.open_record(path):
        pytest.fail("a damaged record was opened")


@given(data=st.data())
def test_any_changed_byte_is_refused_or_changes_nothing(written, data):
    """Headers have checksums of their own; between them lies room that nothing uses."""
    folder, record, content, _ = written
    start = data.draw(st.integers(0, len(content) - 1))
    length = data.draw(st.sampled_from([1, 1, 8, 512]))
    changed = bytearray(content)
    changed[start : start + length] = bytes(b ^ 0xA5 for b in content[start : start + length])
    path = folder / "changed.nc"
    path.write_bytes(changed)
    again = None
    with contextlib.suppress(InputError):  # any other exception fails the test
        again = storage.read_record(path)
    if again is not None:
        assert again.attrs == record.attrs | {"digest": provenance.content_digest(record)}
        assert provenance.content_digest(again) == provenance.content_digest(record)


@given(share=st.floats(0, 1, exclude_max=True))
def test_truncated_file_is_refused(written, share):
    folder, _, content, _ = written
    path = folder / "cut.nc"
    path.write_bytes(content[: int(share * len(content))])
    line = refusal(path)
    assert line.startswith("not a NetCDF file, or a damaged one (")
    assert line.endswith(ENDING)


def test_record_without_a_digest_is_refused(make_record, tmp_path):
    make_record("fit").to_netcdf(tmp_path / "a.nc")
    assert refusal(tmp_path / "a.nc") == "attribute digest is missing"


def test_digest_in_the_file_is_that_of_what_is_written(make_record, tmp_path):
    """Also of a record that was read, changed and written again."""
    storage.write_record(make_record("fit"), tmp_path / "a.nc")
    record = storage.read_record(tmp_path / "a.nc")
    old = record.attrs["digest"]
    record["S"] = 2 * record["S"].copy()
    record["S"].attrs = make_record("fit")["S"].attrs
    storage.write_record(record, tmp_path / "b.nc")
    again = storage.read_record(tmp_path / "b.nc")
    assert again.attrs["digest"] == provenance.content_digest(again) != old


@pytest.fixture
def folder(written, make_record, tmp_path):
    """Specs, good records and damaged ones of every kind."""
    for kind in ("spectrum", "fit"):
        storage.write_record(make_record(kind), tmp_path / f"good-{kind}.nc")
    for kind in ("trajectory", "spectrum", "fit", "theory"):
        path = tmp_path / f"{kind}.nc"
        record = make_record(kind)
        storage.write_record(record, path)
        name = next(n for n in sorted(record.variables) if record[n].dtype == float and record[n].ndim)
        content, values = path.read_bytes(), record[name].values.tobytes()
        changed = bytearray(content)
        changed[content.index(values) + 3] ^= 16
        path.write_bytes(changed)
    (tmp_path / "spec.yaml").write_text(yaml.safe_dump(spec_data()))
    file = {"system.initial": {"file": "trajectory.nc"}}
    (tmp_path / "from-file.yaml").write_text(yaml.safe_dump(spec_data(**file)))
    return tmp_path


@pytest.mark.parametrize(
    ("damaged", "arguments"),
    {
        "measure": ("trajectory", ("measure", "trajectory.nc", "--out", "out.nc")),
        "fit": ("spectrum", ("fit", "good-spectrum.nc", "spectrum.nc", "--out", "out.nc")),
        "predict": ("fit", ("predict", "spec.yaml", "--spectrum", "fit.nc", "--out", "out.nc")),
        "figure": ("theory", ("figure", "approach", "good-fit.nc", "theory.nc", "--out", "out.pdf")),
        "claims": ("theory", ("claims", "good-fit.nc", "theory.nc", "--out", "out.csv")),
        "export": ("trajectory", ("export", "trajectory.nc", "--out", "out.xyz")),
        "describe": ("fit", ("describe", "fit.nc")),
        "digest": ("fit", ("describe", "fit.nc", "--digest")),
        "initial": ("trajectory", ("simulate", "from-file.yaml", "--out", "out.nc")),
        "extension": (
            "trajectory",
            ("simulate", "spec.yaml", "--out", "trajectory.nc", "--extend-steps", "60"),
        ),
    }.values(),
)
def test_every_command_refuses_a_damaged_record(folder, capsys, monkeypatch, damaged, arguments):
    monkeypatch.chdir(folder)
    before = sorted(folder.iterdir())
    assert main(list(arguments)) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert f"{damaged}.nc: damaged (digest " in told.err
    assert told.err.endswith(f"{ENDING}\n")
    assert len(told.err.splitlines()) == 1
    assert sorted(folder.iterdir()) == before


@pytest.mark.parametrize("content", [None, b"", b"CDF\x01"])
def test_resume_makes_a_damaged_record_again(tmp_path, capsys, content):
    (tmp_path / "spec.yaml").write_text(yaml.safe_dump(spec_data()))
    command = ["simulate", str(tmp_path / "spec.yaml"), "--out", str(tmp_path / "a.nc"), "--resume"]
    assert main(command) == 0
    digest = storage.read_record(tmp_path / "a.nc").attrs["digest"]
    if content is None:
        values = storage.read_record(tmp_path / "a.nc")["energy"].values.tobytes()
        content = (tmp_path / "a.nc").read_bytes().replace(values, np.zeros(10).tobytes())
    (tmp_path / "a.nc").write_bytes(content)
    capsys.readouterr()
    assert main(command) == 0
    told = capsys.readouterr().err
    assert "damaged" in told
    assert "a.nc will be made again" in told
    assert storage.read_record(tmp_path / "a.nc").attrs["digest"] == digest
    shutil.copy(tmp_path / "a.nc", tmp_path / "b.nc")
    assert main(command) == 0
    assert "is finished, nothing to do" in capsys.readouterr().err
    assert json.loads(storage.read_record(tmp_path / "b.nc").attrs["spec"])["seed"] == 1
