"""Energies of states against white noise, seed by seed."""

import numpy as np
import pytest

from anticorr.figures.claims.catalogue import CATALOGUE
from anticorr.figures.claims.numbers import Numbers
from anticorr.figures.states import gather
from tests.figures.conftest import spec_of

NAMES = {
    "run-energy": "energy_run",
    "quench-energy": "energy_quench",
    "anneal-energy": "energy_anneal",
    "run-curvature": "trace_run",
    "quench-curvature": "trace_quench",
}


@pytest.mark.parametrize("quantity", NAMES)
def test_ratio_is_that_of_the_pairs(quantity, make_record):
    """Values that scatter together by seed: the error is that of their differences, not of each."""
    shared = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    apart = np.array([0.1, -0.1, 0.2, 0.0, -0.2])
    record = make_record("landscape", replica_seed=np.arange(5))
    variable = f"replica_{NAMES[quantity]}"
    states = []
    for correlation, values in ((0.0, shared), (-0.5, 9 * shared), (-1.0, 0.5 * 3.0 + shared + apart)):
        made = record.assign({variable: ("replica", values)})
        states += gather(made.assign_attrs(spec=spec_of(correlation).canonical_json()))
    found = CATALOGUE[quantity](states)
    assert isinstance(found, Numbers)
    assert found.measured == pytest.approx(1.5)
    assert found.measured_err == pytest.approx(apart.std(ddof=1) / np.sqrt(5) / 3)
    assert (found.predicted, found.predicted_err) == (1.0, 0.0)


def test_states_that_cannot_be_paired_are_told(make_record):
    one = make_record("landscape", replica_seed=np.arange(5))

    def state(correlation, record=one):
        return gather(record.assign_attrs(spec=spec_of(correlation).canonical_json()))[0]

    compare = CATALOGUE["quench-energy"]
    assert compare([state(-1.0), state(-0.5)]).startswith("no white noise")
    other = one.assign(replica_seed=("replica", np.arange(1, 6)))
    assert compare([state(0.0), state(-1.0, other)]) == "states were run from different seeds"
