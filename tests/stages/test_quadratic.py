"""The record of a quadratic companion: what it holds, its bits, and specs that are refused in words."""

import numpy as np
import pytest

from anticorr.errors import InputError
from anticorr.provenance import content_digest
from anticorr.specs.companion import parse
from anticorr.stages import quadratic

SMALL = {
    "kind": "quadratic", "shares": [0.2, 0.9], "regression_shares": [0.2], "adam_rates": [0.3, 1.0],
    "walkers": 64, "settle_steps": 300, "steps": 400,
    "escape": {"exponents": [3.0, 4.0], "walkers": 500, "steps": 200, "learning_rates": [0.8]},
}  # fmt: skip


@pytest.fixture(scope="module")
def record():
    return quadratic.run(SMALL)


def test_record_tells_descents_beside_theory(record):
    """Within 5 standard errors of the walkers; 64 of them."""
    assert record.sizes == {"case": 10, "rate": 2, "well": 3, "barrier": 2}
    seen = np.isfinite(record["learning_rate"].values)
    assert seen.sum() == 8 * 2 + 1 + 2
    off = (record["square"] - record["square_exact"]) / record["square_err"]
    assert np.abs(off.values[seen]).max() < 5
    own = record.isel(case=list(record["optimiser"].values).index("sgd"))
    assert own["learning_rate"].values == pytest.approx([0.4, 1.8])
    assert (own["square_continuous"] < own["square_exact"]).all()
    ratio = record["escape_rate"] / record["escape_rate_exact"]
    assert np.abs((ratio - 1) * np.sqrt(record["escapes"])).max() < 4.5


def test_same_spec_same_bits(record):
    told = []
    again = quadratic.run(parse(SMALL), progress=lambda done, total: told.append((done, total)))
    assert content_digest(again) == content_digest(record)
    assert told == [(n, 13) for n in range(14)]
    other = quadratic.run(SMALL | {"seed": 2, "optimisers": ["sgd"]})
    assert not np.isin(other["square"], record["square"]).any()


BAD = {
    "curvatures.1: got -1, allowed > 0": {"curvatures": [1.0, -1.0, 1.0]},
    "noise_variances: got 1, allowed: as many as curvatures (3)": {"noise_variances": [1.0]},
    "shares: got none, allowed: one or more": {"shares": []},
    "shares.0: got 1, allowed > 0 and < 1": {"shares": [1.0]},
    "shares: got 0.5 twice, allowed: each once": {"shares": [0.5, 0.5]},
    "optimisers: got none": {"optimisers": []},
    "momentum: got 1": {"momentum": 1.0},
    "correlations.0: got -1, allowed > -1 and <= 1": {"correlations": [-1.0]},
    "escape.exponents.0: got 0.5, allowed >= 1": {"escape": {"exponents": [0.5]}},
    "escape.learning_rates.0: got 2, allowed > 0 and < 2": {"escape": {"learning_rates": [2.0]}},
    "kind: got 'cubic'": {"kind": "cubic"},
    "colour": {"colour": 1},
}


@pytest.mark.parametrize("words", BAD)
def test_bad_spec_is_refused_in_words(words):
    with pytest.raises(InputError) as caught:
        parse({"kind": "quadratic"} | BAD[words])
    [problem] = caught.value.problems
    assert problem.startswith(words)
