"""The record of a consensus companion: what it holds, its bits, and specs that are refused in words."""

import numpy as np
import pytest

from anticorr.errors import InputError
from anticorr.provenance import content_digest
from anticorr.specs.companion import parse
from anticorr.stages import consensus

SMALL = {
    "kind": "consensus",
    "memory": {"hursts": [0.25], "states": [2, 4], "rates": [0.1, 0.5], "paths": 40, "steps": 1024},
    "swarm": {"repeats": 400, "pulls": [0.5, 2.0]},
    "race": {"objectives": ["ackley", "particles"], "steps": 30, "repeats": 4, "walkers": 6,
             "noises": [3.0], "strengths": [0.1], "particles": 8},
}  # fmt: skip


@pytest.fixture(scope="module")
def record():
    return consensus.run(SMALL)


def test_record_tells_simulations_beside_theory(record):
    """Within 5 standard errors; of modes whose paths have an end, 1% more."""
    assert record.sizes == {
        "approximation": 4, "damping": 2, "persistence": 1, "approximant": 3, "swarm_moment": 31,
        "parabola": 2, "entrant": 8, "repeat": 4, "race_moment": 31,
    }  # fmt: skip
    assert (record["approximation_error"] < 1.5 * record["approximation_expected"]).all()
    for name, more in (("mode_square", 0.01), ("spread", 0.0), ("wander", 0.0), ("pull", 0.0)):
        off = np.abs(record[name] - record[f"{name}_exact"])
        assert (off <= 5 * record[f"{name}_err"] + more * record[f"{name}_exact"] + 1e-12).all(), name
    # More states are nearer to the exact noise.
    off = np.abs(record["mode_square_states"] / record["mode_square_exact"] - 1).max("damping")
    assert (off.diff("approximant") < 0).all()
    assert list(record["method"].values[:4]) == ["descent", "consensus", "c_t = 0", "c_t = -1"]
    assert (record["least"].diff("race_moment") <= 0).all()
    same = record["least"].isel(race_moment=0).values.reshape(2, 4, 4)
    assert (same == same[:, :1]).all()  # of an objective all start at the same points


def test_same_spec_same_bits(record):
    told = []
    again = consensus.run(parse(SMALL), progress=lambda done, total: told.append((done, total)))
    assert content_digest(again) == content_digest(record)
    assert told == [(n, 11) for n in range(12)]
    other = consensus.run(SMALL | {"seed": 2})
    assert not np.isin(other["mode_square"], record["mode_square"]).any()


BAD = {
    "memory.hursts.0: got 0.5, allowed >= 0 and <= 0.9, not 0.5 (white)": {"memory": {"hursts": [0.5]}},
    "memory.states.0: got 17, allowed >= 1 and <= 16": {"memory": {"states": [17]}},
    "memory.lowest.0: got 0.6, allowed >= 1e-08 and <= 0.5": {"memory": {"lowest": [0.6]}},
    "memory.rates.0: got 2, allowed > 0 and < 2": {"memory": {"rates": [2.0]}},
    "swarm.pulls.1: got -1, allowed > 0": {"swarm": {"pulls": [1.0, -1.0]}},
    "race.correlations.0: got -1.5, allowed >= -1 and <= 1": {"race": {"correlations": [-1.5]}},
    "race.steps: got 100, allowed: a multiple of 30": {"race": {"steps": 100}},
    "race.objectives: got 'ackley' twice": {"race": {"objectives": ["ackley", "ackley"]}},
    "race.strengths: got none": {"race": {"strengths": []}},
    "race.particles: got 2": {"race": {"particles": 2}},
}


@pytest.mark.parametrize("words", BAD)
def test_bad_spec_is_refused_in_words(words):
    with pytest.raises(InputError) as caught:
        parse({"kind": "consensus"} | BAD[words])
    [problem] = caught.value.problems
    assert problem.startswith(words)
