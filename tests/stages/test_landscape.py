"""The landscape record: what it says is what its replicas did, worked out again from trajectories."""

import numpy as np
import pytest
import xarray as xr

from anticorr.engine.particles import Particles
from anticorr.errors import InputError
from anticorr.landscape.hessian import energy_and_trace
from anticorr.landscape.quench import quench
from anticorr.provenance import content_digest
from anticorr.specs import parse
from anticorr.stages import landscape, simulate
from tests.conftest import spec_data

SMALL = {
    "system.packing_fraction": 1.0,
    "dynamics.step_size": 0.2,
    "dynamics.noise.strength": 0.1,
    "schedule": {"relax_steps": 100, "sample_steps": 500, "sample_every": 50},
}


@pytest.fixture(scope="module")
def record():
    return landscape.run(spec_data(**SMALL), seeds=3)


def test_replicas_are_runs_of_the_seeds(record):
    """Energies of x from the series, of y from the frames, quench from the last frame."""
    assert record["replica_seed"].values.tolist() == [1, 2, 3]
    data = spec_data(**SMALL) | {"seed": 2, "record": {"stripped": True}}
    trajectory, spec = simulate.run(data), parse(data)
    sampled = trajectory["time"].values > 100
    energy = trajectory["energy"].values[sampled].mean()
    assert record["replica_energy_run"].values[1] == pytest.approx(energy, rel=1e-14)
    y = trajectory["stripped_position"].values
    of_y = np.mean([energy_and_trace(spec.system, frame, np.ones(64)) for frame in y], axis=0)
    assert record["replica_energy_run_stripped"].values[1] == pytest.approx(of_y[0], rel=1e-12)
    assert record["replica_trace_run_stripped"].values[1] == pytest.approx(of_y[1], rel=1e-12)
    for name, frames in (("quench", trajectory["position"].values), ("quench_stripped", y)):
        done = quench(spec, frames[-1].T.copy())
        assert record[f"replica_energy_{name}"].values[1] == pytest.approx(done.energy, rel=1e-9)


def test_energy_of_the_frames_agrees_with_that_of_the_engines_series():
    """One frame for each step: the contacts here against the kernel's sums, state by state."""
    data = spec_data(**SMALL) | {"schedule": {"relax_steps": 0, "sample_steps": 5, "sample_every": 1}}
    trajectory, spec = simulate.run(data), parse(data)
    series = trajectory["energy"].values[1:]  # an entry at T is of the state before it
    frames = trajectory["position"].values[:-1]
    found = [energy_and_trace(spec.system, frame, np.ones(64))[0] for frame in frames]
    np.testing.assert_allclose(found, series, rtol=1e-12)


def test_means_and_errors_are_those_of_the_replicas(record):
    names = [n.removeprefix("replica_") for n in record.variables if n.startswith("replica_e")]
    assert len(names) == 5
    for name in names:
        replicas = record[f"replica_{name}"].values
        assert float(record[name]) == pytest.approx(replicas.mean())
        assert float(record[f"{name}_err"]) == pytest.approx(replicas.std(ddof=1) / np.sqrt(3))


def test_noise_costs_energy_and_minima_lie_below(record):
    assert (record["replica_energy_run"] > record["replica_energy_run_stripped"]).all()
    assert (record["replica_energy_run_stripped"] > record["replica_energy_quench"]).all()
    assert (record["replica_energy_quench"] > 0.99 * record["energy_crystal"]).all()
    assert (record["quench_force"] <= 1e-7).all()


def test_same_spec_same_bits(record):
    assert content_digest(landscape.run(spec_data(**SMALL), seeds=3)) == content_digest(record)


def test_fewer_replicas_are_the_first_ones(record):
    xr.testing.assert_identical(
        landscape.run(spec_data(**SMALL), seeds=2)["replica_energy_anneal"],
        record["replica_energy_anneal"][:2],
    )


def test_without_noise_there_is_nothing_to_anneal():
    quiet = SMALL | {"dynamics.noise": {"kind": "white", "strength": 0.0}}
    still = landscape.run(spec_data(**quiet), seeds=2)
    assert "energy_anneal" not in still
    assert "anneal_steps" not in still
    assert (still["replica_energy_run"] >= still["replica_energy_quench"]).all()
    np.testing.assert_array_equal(still["replica_energy_quench"], still["replica_energy_quench_stripped"])
    start = Particles(parse(spec_data(**quiet))).position()
    first = energy_and_trace(parse(spec_data(**quiet)).system, start.T, np.ones(64))[0]
    assert float(still["replica_energy_run"][0]) < 0.3 * first


def test_sizes_and_three_dimensions():
    changes = SMALL | {
        "system.dimension": 3,
        "system.particles": 100,
        "system.sizes": {"kind": "bidisperse"},
    }
    found = landscape.run(spec_data(**changes), seeds=2)
    assert "energy_crystal" not in found
    assert np.isnan(found["psi_6_run"])
    assert (found["quench_force"] <= 1e-7).all()


def test_what_it_does_not_cover_is_refused_at_once():
    changes = {
        "dynamics": {"kind": "bro", "kick_size": 0.1},
        "system": {"particles": 4, "packing_fraction": 1.0, "initial": {"file": "x.nc"}},
    }
    with pytest.raises(InputError) as caught:
        landscape.run(spec_data(**changes), seeds=1, anneal_steps=7, anneal_law="cubic")
    assert [line.split(":")[0] for line in caught.value.problems] == [
        "dynamics.kind", "system.initial", "system.particles", "seeds", "anneal_steps", "anneal_law",
    ]  # fmt: skip


def test_progress_counts_replicas():
    told = []
    landscape.run(spec_data(**SMALL), seeds=2, progress=lambda *now: told.append(now))
    assert told == [(0, 2), (1, 2), (2, 2)]
