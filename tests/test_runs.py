"""Runs in memory: those that come to rest end early, none needs a file."""

import numpy as np
import pytest

import anticorr as ac
from anticorr import provenance
from anticorr.errors import InputError
from tests.conftest import spec_data

QUIET = {
    "system.packing_fraction": 0.6,
    "dynamics.step_size": 0.7,
    "dynamics.noise": {"kind": "white", "strength": 0.0},
    "schedule": {"relax_steps": 20, "sample_steps": 20000, "sample_every": 10},
}
"""A dilute system without noise: gradient descent ends where no two disks touch."""


def test_absorbed_before_sampling_has_one_frame_and_no_displacement():
    record = ac.simulate(spec_data(**QUIET | {"schedule.relax_steps": 20000}))
    end = record.attrs["absorbed_at"]
    assert end < 20000
    assert record["step"].values.tolist() == [end]
    spectrum = ac.measure(record)
    assert int(spectrum["frames"]) == 1
    assert np.isnan(float(spectrum["msd"]))
    assert int(spectrum["msd_steps"]) == 0


def test_absorbed_step_does_not_depend_on_the_division_into_calls(monkeypatch):
    digests = set()
    for size in (64 * 10, 64 * 70, 4_000_000):
        monkeypatch.setattr("anticorr.engine.run._PARTICLE_STEPS_PER_CALL", size)
        digests.add(provenance.content_digest(ac.simulate(spec_data(**QUIET))))
    assert len(digests) == 1


def test_api_needs_no_files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    ac.simulate(spec_data())
    assert list(tmp_path.iterdir()) == []


def test_threads_of_the_api_are_called_threads():
    with pytest.raises(InputError, match=r"^threads: got 0, allowed >= 1"):
        ac.simulate(spec_data(), threads=0)
