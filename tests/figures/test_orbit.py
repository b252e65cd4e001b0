"""The figure and the claims of projected noise: planted numbers are shown and judged."""

import numpy as np
import pytest

from anticorr.figures import orbit, style
from anticorr.figures.accompanied import accompanied
from anticorr.figures.claims import claimed
from anticorr.figures.claims.catalogue import CATALOGUE
from anticorr.specs.companion import parse
from tests.figures import planted_companions as planted
from tests.figures.test_claims import claim

RATIOS = (
    "orbit-square", "orbit-laws", "orbit-two-samples", "orbit-control", "orbit-stratonovich", "orbit-gaps",
    "injected-balance", "sgd-balance",
)  # fmt: skip

DISTANCES = ("orbit-laws", "orbit-two-samples", "orbit-control")


@pytest.fixture(scope="module")
def record():
    return planted.orbit()


@pytest.fixture(scope="module")
def figure(record):
    return style.draw(orbit.draw, record)


def test_lines_go_through_what_was_planted(figure, record):
    """Two of them per group at rest, of which Stratonovich's lies above; courses; gaps; networks."""
    assert len(figure.axes) == 6
    _, rest, course, _, gaps, networks = figure.axes
    drawn = [line for line in rest.lines if len(line.get_xdata()) == 50]
    for group, (ito, other) in enumerate(zip(drawn[::2], drawn[1::2], strict=True)):
        own = record.isel(setting=np.flatnonzero(record["symmetry"] == group))
        line = np.interp(own["b"].values ** 2, ito.get_xdata(), ito.get_ydata())
        np.testing.assert_allclose(line, own["dimension"], rtol=1e-3)
        assert (other.get_ydata() > ito.get_ydata() - 1e-9).all()
    points, *_ = course.containers[0]
    lowest = record.isel(setting=1)  # the smallest b of the first group
    np.testing.assert_allclose(points.get_ydata(), lowest["square_projected"].values)
    line = np.interp([0.1, 0.5], course.lines[0].get_xdata(), course.lines[0].get_ydata())
    np.testing.assert_allclose(line, lowest["square_exact"].values, rtol=0.01)
    (drawn,) = gaps.containers
    np.testing.assert_allclose(drawn[0].get_ydata(), record["form_rest"].values[-2:])
    assert len(networks.containers) == 4


def test_shares_of_tests_start_at_one_and_end_at_none(figure):
    steps = [line for line in figure.axes[3].lines if line.get_drawstyle() == "steps-post"]
    assert len(steps) == 4
    for line in steps:
        assert (line.get_ydata()[0], line.get_ydata()[-1]) == (1, 0)


def test_other_groups_other_panels():
    few = planted.orbit(symmetries=[{"group": "factors", "size": [2, 2]}], b=[0.5])
    drawn = style.draw(orbit.draw, few)
    assert not drawn.axes[4].containers  # no eigenvalues
    (one,) = accompanied(few)
    assert CATALOGUE["orbit-gaps"](one) == "no group that conjugates"


@pytest.mark.parametrize("quantity", RATIOS)
@pytest.mark.parametrize("factor", [1.0, 1.2])
def test_ratio_to_theory_is_the_planted_one(quantity, factor):
    """To two hundredths, as everything scatters by one; of Stratonovich's reading theory is told."""
    (one,) = accompanied(planted.orbit(factor=factor))
    numbers = CATALOGUE[quantity](one)
    assert numbers.predicted_err == 0
    if quantity == "orbit-stratonovich":
        assert numbers.predicted == pytest.approx((3 / 2 + 5.5 / 5.25 + 4.5 / 3.75) / 3)
    else:
        assert numbers.predicted == 1
    assert numbers.measured == pytest.approx(factor, abs=0.02 * factor)
    # Errors of distances are those of equal laws.
    assert numbers.measured_err < (0.25 if quantity in DISTANCES else 0.03)


def test_claims_find_their_companion(record):
    claims = {name: claim(name, ["companion/*"], tolerance={"power": 0.3}) for name in RATIOS}
    table = claimed(claims, {"companion/orbits": parse(planted.ORBITS)}, record)
    words = {row.quantity: row.verdict.word for row in table.rows}
    # What was planted as Ito's is not Stratonovich's.
    assert words == {name: "fails" if name == "orbit-stratonovich" else "holds" for name in RATIOS}
    (other,) = accompanied(planted.quadratic())
    assert all(CATALOGUE[name](other) == "no companion of projected noise" for name in RATIOS)
