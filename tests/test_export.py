"""Exported trajectories, read back by the libraries of their formats."""

import importlib

import numpy as np
import pytest
import yaml

from anticorr import specs, storage
from anticorr.cli import main
from tests.conftest import spec_data


@pytest.fixture(params=[2, 3])
def run(request, tmp_path):
    """A trajectory file, its record and its spec."""
    data = spec_data(**{"system.dimension": request.param, "system.packing_fraction": 0.3})
    (tmp_path / "spec.yaml").write_text(yaml.safe_dump(data))
    assert main(["simulate", str(tmp_path / "spec.yaml"), "--out", str(tmp_path / "a.nc")]) == 0
    return tmp_path / "a.nc", storage.read_record(tmp_path / "a.nc"), specs.parse(data)


def test_gsd_reads_back(run):
    hoomd = pytest.importorskip("gsd.hoomd", reason="needs the extra `export`")
    path, record, spec = run
    assert main(["export", str(path), "--out", str(path.with_suffix(".gsd"))]) == 0
    d, side = spec.system.dimension, spec.system.box_side
    with hoomd.open(str(path.with_suffix(".gsd"))) as frames:
        assert [frame.configuration.step for frame in frames] == record["step"].values.tolist()
        for frame, position in zip(frames, record["position"].values, strict=True):
            assert frame.configuration.dimensions == d
            np.testing.assert_allclose(frame.configuration.box[:d], side, rtol=1e-6)
            np.testing.assert_allclose(frame.particles.diameter, spec.system.diameters, rtol=1e-6)
            back = frame.particles.position[:, :d] + side / 2
            np.testing.assert_allclose(back, position, atol=side * 1e-6)


def test_xyz_reads_back(run):
    io = pytest.importorskip("ase.io", reason="needs the extra `export`")
    path, record, spec = run
    assert main(["export", str(path), "--out", str(path.with_suffix(".xyz"))]) == 0
    d, side = spec.system.dimension, spec.system.box_side
    frames = io.read(str(path.with_suffix(".xyz")), index=":", format="extxyz")
    assert [atoms.info["step"] for atoms in frames] == record["step"].values.tolist()
    for atoms, position in zip(frames, record["position"].values, strict=True):
        np.testing.assert_allclose(atoms.cell.lengths()[:d], side, rtol=1e-6)
        assert atoms.pbc.tolist() == [True, True, d == 3]
        np.testing.assert_allclose(atoms.positions[:, :d], position, atol=1e-7)
        np.testing.assert_allclose(2 * atoms.arrays["radius"], spec.system.diameters, rtol=1e-6)


@pytest.mark.parametrize("ending", ["gsd", "xyz"])
def test_missing_library_is_told(run, monkeypatch, capsys, ending):
    path, *_ = run
    found = importlib.import_module

    def lost(name):
        return found(name if name.startswith("anticorr") else f"no_such_{name}")

    monkeypatch.setattr("importlib.import_module", lost)
    assert main(["export", str(path), "--out", str(path.with_suffix(f".{ending}"))]) == 2
    assert "is not installed; wanted: pip install 'anticorr[export]'" in capsys.readouterr().err
    assert not path.with_suffix(f".{ending}").exists()


def test_trajectory_without_frames_is_refused(tmp_path, capsys):
    (tmp_path / "spec.yaml").write_text(yaml.safe_dump(spec_data(**{"record.positions": "none"})))
    assert main(["simulate", str(tmp_path / "spec.yaml"), "--out", str(tmp_path / "a.nc")]) == 0
    assert main(["export", str(tmp_path / "a.nc"), "--out", str(tmp_path / "a.gsd")]) == 2
    assert "got no frames" in capsys.readouterr().err
