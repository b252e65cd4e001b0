"""The record of a mean-field companion: what it holds, its bits, and specs that are refused in words."""

import numpy as np
import pytest

from anticorr.companions import meanfield as theory
from anticorr.companions import mixture
from anticorr.errors import InputError
from anticorr.provenance import content_digest
from anticorr.specs.companion import parse
from anticorr.stages import meanfield

SMALL = {
    "kind": "meanfield", "batch_fractions": [1.0, 0.4], "steps": 8, "paths": 64, "solutions": 3,
    "dimensions": [20, 30], "descents": 4, "scan_spreads": [0.3], "scan_ridges": [0.0, 1.0],
}  # fmt: skip


@pytest.fixture(scope="module")
def record():
    return meanfield.run(SMALL)


def test_record_tells_descents_beside_theory(record):
    assert record.sizes == {"setting": 4, "step": 9, "before": 9, "scan": 5}
    assert record["mixture"].values.tolist() == [0, 0, 1, 1]
    assert record["batch_fraction"].values.tolist() == [1.0, 0.4] * 2
    assert record["scan_key"].values.tolist() == ["batch_fraction"] * 2 + ["spread"] + ["ridge"] * 2
    assert (record["scan_error"].values[:2] == record["error"].values[:2, -1]).all()
    assert (record["memory_kernel"].values == np.tril(record["memory_kernel"].values, -1)).all()
    assert record["overlap"].values[:, 0] == pytest.approx([0, 0, 0.2, 0.2])
    assert (record["loss_err"] > 0).all()


def test_means_and_extrapolation_are_those_of_its_parts(record, monkeypatch):
    """Descents of 1 + 3 / d, a little scattered, are extrapolated to 1."""
    random = np.random.default_rng(1)

    def descend(problem, steps, *, dimension, seed):
        told = 1 + 3 / dimension + 1e-6 * random.standard_normal(steps + 1)
        return dict.fromkeys(meanfield.SEEN, told)

    monkeypatch.setattr(mixture, "descend", descend)
    planted = meanfield.run(SMALL)
    assert np.abs(planted["overlap_simulated"] - 1).max() < 2e-5
    error = planted["overlap_simulated_err"].mean()
    assert float(error) == pytest.approx(1e-6 * np.sqrt(9 + 4) / 2, rel=0.3)
    assert (planted["overlap"] == record["overlap"]).all()


def test_same_spec_same_bits(record):
    told = []
    again = meanfield.run(parse(SMALL), progress=lambda done, total: told.append((done, total)))
    assert content_digest(again) == content_digest(record)
    assert told == [(n, 7) for n in range(8)]


def test_spec_and_theory_name_the_same_keys():
    """What a spec lets through, theory does not refuse."""
    spec = parse({"kind": "meanfield"})
    for one in spec.mixtures:
        for b in spec.batch_fractions:
            made = theory.Mixture(**one.model_dump(), share=b)
            assert made.tau >= made.least_tau


def test_too_few_paths_for_the_error_that_is_wanted_are_refused():
    with pytest.raises(
        InputError, match=r"paths: got \d+, which leave .*; wanted <= 1e-09: about \d+ paths"
    ):
        meanfield.run(SMALL | {"error": 1e-9})


BAD = {
    "batch_fractions.0: got 1.5, allowed > 0 and <= 1": {"batch_fractions": [1.5]},
    "batch_fractions: got none": {"batch_fractions": []},
    "dimensions: got [30, 20], allowed: two, >= 10, the smaller first": {"dimensions": [30, 20]},
    "paths: got 3, allowed: a whole number >= 64": {"paths": 3},
    "mixtures.0.clusters: got 4": {"mixtures": [{"clusters": 4}]},
    "mixtures.0.persistence: got 0.1, allowed >= 2 (": {"mixtures": [{"persistence": 0.1}]},
    "scan_spreads.0: got 0, allowed > 0": {"scan_spreads": [0.0]},
}


@pytest.mark.parametrize("words", BAD)
def test_bad_spec_is_refused_in_words(words):
    with pytest.raises(InputError) as caught:
        parse({"kind": "meanfield"} | BAD[words])
    [problem] = caught.value.problems
    assert problem.startswith(words)
