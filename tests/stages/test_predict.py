"""What the theory does not cover is refused in words, all at once, before anything runs."""

import pytest

from anticorr.errors import InputError
from anticorr.stages import predict
from tests.conftest import spec_data

KICKS = {"kind": "bro", "kick_size": 0.1}
AR1 = {"step_size": 0.5, "noise": {"kind": "ar1", "strength": 0.1, "correlation": 0.5}}


@pytest.mark.parametrize(
    ("changes", "keys"),
    [
        ({"dynamics": KICKS}, ["dynamics.kind"]),
        ({"dynamics": AR1}, ["dynamics.noise.kind"]),
        (
            {"dynamics.batch_fraction": 0.5, "dynamics.batch_selection": "particle"},
            ["dynamics.batch_selection"],
        ),
        (
            {"dynamics": KICKS, "system.sizes": {"kind": "bidisperse"}},
            ["dynamics.kind", "system.sizes.kind"],
        ),
    ],
)
def test_what_the_equations_do_not_cover_is_refused(changes, keys):
    with pytest.raises(InputError) as caught:
        predict.run(spec_data(**changes))
    assert [line.split(":")[0] for line in caught.value.problems] == keys
