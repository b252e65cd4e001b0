"""The record of an orbit companion: what it holds, its bits, and specs that are refused in words."""

import numpy as np
import pytest

from anticorr.errors import InputError
from anticorr.provenance import content_digest
from anticorr.specs.companion import parse
from anticorr.stages import orbit

SMALL = {
    "kind": "orbit", "b": [1.0, 0.5], "times": [0.1, 0.5], "rest": 2.0, "step": 0.05, "walkers": 500,
    "error": 0.1,
    "symmetries": [{"group": "rotations", "size": [3]}, {"group": "conjugation", "size": [2]}],
    "network": {"replicas": 100, "steps": 40, "records": 2, "samples": 16},
}  # fmt: skip


@pytest.fixture(scope="module")
def record():
    return orbit.run(SMALL)


def test_record_tells_both_dynamics_beside_their_law(record):
    """500 walkers; 5 standard errors; steps of 0.05 put 2.5% into squares."""
    assert record.sizes == {
        "setting": 4, "moment": 2, "look": 3, "bin": 20, "net": 2, "course": 3
    }  # fmt: skip
    for name in ("square_projected", "square_equivalent"):
        off = np.abs(record[name] / record["square_exact"] - 1)
        assert (off < 5 * record[f"{name}_err"] / record["square_exact"] + 0.025).all()
    np.testing.assert_allclose(record["dimension"], [3, 1.5, 3, 2.25])
    assert (record["two_samples"] < 2.0).all()
    assert float(record["control"].sel(setting=1).isel(look=2).max()) > 2.0
    assert np.isnan(record["form_ensemble"].values[:2]).all()
    off = (record["form_rest"] - record["form_ensemble"]) / record["form_rest_err"]
    assert np.abs(off.values[2:]).max() < 5
    counted = (record["density"] * np.diff(record["radius"])[:, :1]).sum("bin")
    np.testing.assert_allclose(counted, 1, atol=0.01)


def test_networks_diffuse_under_injected_noise_alone(record):
    last = record.isel(course=-1)
    assert (last["balance_sgd"] < 0.6 * last["balance_injected"]).all()
    off = (last["balance_injected"] - last["balance_exact"]) / last["balance_injected_err"]
    assert np.abs(off).max() < 5
    assert (record["noise_share"] < 1e-25).all()


def test_same_spec_same_bits(record):
    told = []
    again = orbit.run(parse(SMALL), progress=lambda done, total: told.append((done, total)))
    assert content_digest(again) == content_digest(record)
    assert told == [(n, 6) for n in range(7)]
    other = orbit.run(SMALL | {"seed": 2})
    assert not np.isin(other["square_projected"], record["square_projected"]).any()


BAD = {
    "b.0: got 0, allowed > 0 and <= 1": {"b": [0.0]},
    "b.1: got 1.5, allowed > 0 and <= 1": {"b": [0.5, 1.5]},
    "b: got none, allowed: one or more": {"b": []},
    "times: got [0.5, 0.1], allowed: increasing": {"times": [0.5, 0.1]},
    "rest: got 0.4, allowed > 0.5 (the last of times)": {"rest": 0.4},
    "walkers: got 500, allowed >= 5000 (with fewer, <|x|^2> may have": {"error": 0.02},
    "symmetries.0.size: got [2, 3], allowed: [n, r], n >= r >= 2": {
        "symmetries": [{"group": "factors", "size": [2, 3]}]
    },
    "symmetries.0.size: got [5, 5], allowed: [d], d >= 2": {
        "symmetries": [{"group": "rotations", "size": [5, 5]}]
    },
    "symmetries.0.group: got 'lorentz'": {"symmetries": [{"group": "lorentz", "size": [4]}]},
    "network.steps: got 41, allowed: a multiple of records (2)": {
        "network": SMALL["network"] | {"steps": 41}
    },
    "network.activations: got none": {"network": {"activations": []}},
}


@pytest.mark.parametrize("words", BAD)
def test_bad_spec_is_refused_in_words(words):
    with pytest.raises(InputError) as caught:
        parse(SMALL | BAD[words])
    [problem] = caught.value.problems
    assert problem.startswith(words)
