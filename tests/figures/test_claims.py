"""Verdicts of planted agreements and disagreements."""

import functools
import math
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from anticorr.claims import Claim, Tolerance
from anticorr.errors import InputError
from anticorr.figures.claims import claimed, missing, supported
from anticorr.figures.claims.judge import chance, chance_to_hold, judge
from anticorr.figures.claims.numbers import Numbers
from anticorr.figures.claims.summary import chance_of, outcomes
from anticorr.quantities import QUANTITIES
from tests.figures.conftest import pooled, spec_of, spectrum, theory

SPECS = {"temporal/c_0": spec_of(0.0), "temporal/c_-0.9": spec_of(-0.9), "temporal/c_-1": spec_of(-1.0)}


@functools.cache
def whole(correlation, **changes):
    """Fit, with a lattice start that agrees, and theory."""
    return pooled(correlation, **changes), theory(correlation)


def verdicts(*records):
    """Verdicts by quantity, every quantity that the records support."""
    return {row.quantity: row.verdict.word for row in supported(*records).rows}


def claim(quantity="plateau", states=("temporal/*",), **changes):
    given = {"statement": "so it is", "formula": "(3)", "quantity": quantity, "states": list(states)}
    return Claim.model_validate(given | changes)


def judged(records, **claims):
    return claimed(claims, SPECS, *records)


# What records support


def test_agreement_holds():
    found = verdicts(*whole(-0.99))
    assert set(found) == {"plateau", "amplitude", "smallest-k", "small-k", "crossover"}
    assert set(found.values()) == {"holds"}


def test_disagreement_fails_with_a_sentence():
    (row,) = [r for r in supported(*whole(-0.9, factor=1.4)).rows if r.quantity == "small-k"]
    assert row.verdict.word == "fails"
    n = row.numbers
    z = (n.measured - n.predicted) / math.hypot(n.measured_err, n.predicted_err)
    assert z > 3
    assert row.verdict.sentence == (
        f"Measured {n.measured:.4g} is {z:.1f} standard errors above the predicted {n.predicted:.4g}, "
        f"{100 * (n.measured / n.predicted - 1):.2g}% of it; allowed: 3 standard errors and 5% of it."
    )


def test_few_samples_have_no_power():
    assert verdicts(*whole(-0.9, samples=3.0))["smallest-k"] == "no power"


def test_prediction_of_zero_is_judged_by_the_white_plateau():
    (row,) = [r for r in supported(*whole(-1.0)).rows if r.quantity == "plateau"]
    assert row.numbers.scale == pytest.approx(0.09 / 0.34)
    assert row.verdict.word == "holds"


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"msd": 0.5}, "supercooled"),
        ({"psi_6": 0.8}, "ordered fluid"),
        ({"msd": 0.5, "psi_6": 0.8}, "solid"),
        ({"msd_steps": 2000}, "unknown: too short"),
    ],
)
def test_state_that_is_no_fluid_says_what_it_is(change, word):
    assert set(verdicts(*whole(-0.9, **change)).values()) == {word}


def test_thresholds_of_the_fluid_stand_in_the_fit():
    record = pooled(-0.9, msd=0.5, thresholds={"msd_least": 0.1})
    assert set(verdicts(record, theory(-0.9)).values()) == {"holds"}


def test_starts_that_disagree_are_not_relaxed():
    assert set(verdicts(*whole(-0.9, start=0.3)).values()) == {"not relaxed"}


def test_state_without_a_lattice_start_is_not_called_relaxed():
    assert set(verdicts(*whole(-0.9, start=0)).values()) == {"relaxation not checked"}


def test_records_without_a_match_are_refused():
    with pytest.raises(InputError, match="both a fit and a theory"):
        supported(pooled(-0.9), theory(-1.0))
    with pytest.raises(InputError, match="two fit records"):
        supported(pooled(-0.9), pooled(-0.9), theory(-0.9))
    with pytest.raises(InputError, match="both a fit and a theory"):
        supported(spectrum(-0.9), theory(-0.9))


# What a configuration claims


def test_every_match_of_a_pattern_is_a_row():
    table = judged([*whole(0.0), *whole(-0.9), *whole(-1.0)], one=claim(), two=claim(states=["*/c_-1"]))
    assert [(row.id, row.states) for row in table.rows] == [
        *(("one", (address,)) for address in SPECS), ("two", ("temporal/c_-1",)),
    ]  # fmt: skip
    assert {row.verdict.word for row in table.rows} == {"holds"}
    assert list(table.conditions) == list(SPECS)


def test_records_find_their_address_by_their_spec_alone():
    """The same rows, in whatever order the records come; two states swapped are a disagreement."""
    records = [*whole(0.0), *whole(-0.9), *whole(-1.0)]
    one, other = (judged(order, one=claim()) for order in (records, records[::-1]))
    assert [r.numbers for r in one.rows] == [r.numbers for r in other.rows]
    swapped = pooled(-0.9).assign_attrs(spec=pooled(0.0).attrs["spec"])
    (row,) = judged(
        [swapped, theory(0.0)],
        one=claim(states=["temporal/c_0"]),
    ).rows
    assert row.verdict.word == "fails"


def test_missing_records_are_named():
    table = judged([pooled(0.0), *whole(-0.9)], one=claim())
    assert [row.verdict.word for row in table.rows] == ["missing", "holds", "missing"]
    assert [row.verdict.sentence for row in missing(table)] == [
        "No theory record of temporal/c_0.",
        "No fit record of temporal/c_-1, no theory record of temporal/c_-1.",
    ]
    assert list(table.conditions) == ["temporal/c_0", "temporal/c_-0.9"]


def test_nothing_but_missing_is_a_table_too():
    assert [row.verdict.word for row in judged([], one=claim()).rows] == ["missing"] * 3


def test_quantity_without_meaning_in_a_state_says_why():
    (row,) = judged(whole(0.0), one=claim("exponent", ["temporal/c_0"])).rows
    assert row.verdict.word == "not applicable"
    assert row.verdict.sentence == "Theory has a plateau, which ends the power law."


def test_set_is_one_row_and_as_good_as_its_worst_state():
    records = [*whole(0.0), *whole(-0.9)]
    states = ["temporal/c_0", "temporal/c_-0.9"]
    (row,) = judged(records, one=claim("plateau-ratio", states)).rows
    assert row.states == tuple(states)
    assert row.verdict.word == "holds"
    (row,) = judged([*whole(0.0), *whole(-0.9, msd=0.5)], one=claim("plateau-ratio", states)).rows
    assert (row.verdict.word, row.verdict.sentence) == ("supercooled", "temporal/c_-0.9: supercooled.")
    (row,) = judged(whole(0.0), one=claim("plateau-ratio", states)).rows
    assert row.verdict.word == "missing"


def test_planted_ratio_and_slope_are_found():
    """Plateaus and amplitudes 10% too high in one state: ratio between 1 and 1.1, slope by log 1.1."""
    states = ["temporal/c_0", "temporal/c_-0.9"]
    claims = {"ratio": claim("plateau-ratio", states), "slope": claim("plateau-scaling", states)}
    exact = judged([*whole(0.0), *whole(-0.9)], **claims)
    raised = judged([*whole(0.0), *whole(-0.9, factor=1.1)], **claims)
    ratio, slope = raised.rows
    assert ratio.numbers.predicted == 1
    assert 1 < ratio.numbers.measured < 1.1
    assert slope.numbers.predicted == pytest.approx(1.0, rel=1e-3)  # D is the same in both states
    change = slope.numbers.measured - exact.rows[1].numbers.measured
    assert change == pytest.approx(math.log(1.1) / math.log(0.1), rel=1e-6)
    assert slope.verdict.word == "fails"


def test_error_of_the_ratio_is_that_of_a_weighted_mean():
    states = ["temporal/c_0", "temporal/c_-0.9"]
    records = [*whole(0.0), *whole(-0.9)]
    each = judged(records, one=claim(states=states)).rows
    (row,) = judged(records, one=claim("plateau-ratio", states)).rows
    relative = [r.numbers.measured_err / r.numbers.predicted for r in each]
    assert row.numbers.measured_err == pytest.approx(sum(e**-2 for e in relative) ** -0.5, rel=1e-12)


def test_plateau_against_zero_tells_order_from_disorder():
    records = [*whole(0.0), *whole(-1.0)]
    above = claim("plateau-against-zero", ["*/c_0", "*/c_-1"], relation="above", tolerance={"power": 0.001})
    white, ordered = judged(records, one=above).rows
    assert (white.verdict.word, ordered.verdict.word) == ("holds", "fails")
    assert "claimed: above by 3 standard errors or more" in ordered.verdict.sentence


def test_note_changes_no_verdict():
    records = whole(-0.9, factor=1.4)
    plain, noted = judged(
        records, one=claim(states=["*/c_-0.9"]), two=claim(states=["*/c_-0.9"], note="known")
    ).rows
    assert plain.verdict == noted.verdict
    assert noted.verdict.word == "fails"


def test_quantities_without_a_formula_wait_for_a_claim():
    """Nothing is predicted by them alone, so that `supported` leaves them out."""
    alone = {name for name, q in QUANTITIES.items() if not q.formula}
    assert alone
    assert not alone & set(verdicts(*whole(-0.9)))


# The rule


NUMBERS = Numbers(predicted=1.0, predicted_err=0.0, measured=1.0, measured_err=0.01)


@pytest.mark.parametrize(
    ("changes", "tolerance", "word"),
    [
        ({"measured": 1.079}, {}, "holds"),
        ({"measured": 1.081}, {}, "fails"),
        ({"measured": 0.919}, {}, "fails"),
        ({"measured": 1.031}, {"allowance": 0.0}, "fails"),
        ({"measured": 1.029}, {"allowance": 0.0}, "holds"),
        ({"measured": 1.011}, {"allowance": 0.0, "standard_errors": 1.0}, "fails"),
        ({"measured_err": 0.11}, {}, "no power"),
        ({"measured_err": 0.11}, {"power": 0.2}, "holds"),
        ({"measured_err": 0.11, "scale": 2.0}, {}, "holds"),
        # So far off that even a large error decides.
        ({"measured": 2.0, "measured_err": 0.11}, {}, "fails"),
        ({"measured": 2.0, "measured_err": math.inf}, {}, "no power"),
        ({"measured": 2.0, "measured_err": math.nan}, {}, "no power"),
        ({"measured": math.nan}, {}, "missing"),
        ({"predicted": 0.0, "measured": 0.02}, {}, "no power"),
        ({"predicted": 0.0, "measured": 0.02, "scale": 1.0}, {}, "holds"),
        ({"predicted": 0.0, "measured": 0.04, "scale": 1.0}, {}, "fails"),
        # The error of the prediction counts: 3 hypot(.03, .01) = .095.
        ({"measured": 1.09, "predicted_err": 0.03}, {"allowance": 0.0}, "holds"),
        ({"measured": 1.10, "predicted_err": 0.03}, {"allowance": 0.0}, "fails"),
        ({"measured_err": 0.0}, {"allowance": 0.0}, "holds"),
        ({"measured": 1.1, "measured_err": 0.0}, {}, "fails"),
    ],
)
def test_rule_of_equality(changes, tolerance, word):
    assert judge(replace(NUMBERS, **changes), Tolerance(**tolerance)).word == word


@pytest.mark.parametrize(
    ("measured", "error", "above", "below"),
    [
        (1.04, 0.01, "holds", "fails"),
        (1.02, 0.01, "fails", "fails"),  # a difference of a tenth would have shown
        (0.96, 0.01, "fails", "holds"),
        (1.2, 0.2, "no power", "no power"),
        (2.0, 0.2, "holds", "fails"),
    ],
)
def test_rule_of_above_and_below(measured, error, above, below):
    numbers = replace(NUMBERS, measured=measured, measured_err=error)
    assert judge(numbers, Tolerance(), "above").word == above
    assert judge(numbers, Tolerance(), "below").word == below


def test_z_is_the_difference_in_standard_errors():
    numbers = Numbers(predicted=1.0, predicted_err=0.03, measured=0.9, measured_err=0.04)
    assert judge(numbers, Tolerance()).z == pytest.approx(-2.0)
    assert math.isnan(judge(replace(NUMBERS, measured_err=0.0), Tolerance()).z)


def test_no_power_tells_the_samples_that_would_do():
    told = judge(replace(NUMBERS, measured_err=0.2), Tolerance()).sentence
    assert (
        told
        == "The standard error is 20% of the scale 1, allowed: 10%; 4.0 times the samples would decide."
    )


# What chance allows


def test_chance_is_binomial():
    for rows, errors in ((50, 3.0), (1000, 2.5), (7, 1.0)):
        z = np.linspace(-0.9, 0.9, rows)
        found = chance(z, np.full(rows, errors), failures=0)
        law = stats.binom(rows, 2 * stats.norm.sf(errors))
        assert found.failures_expected == pytest.approx(law.mean(), rel=1e-12)
        assert found.failures_allowed == law.ppf(0.95)
        assert law.sf(found.failures_allowed) <= 0.05 < law.sf(found.failures_allowed - 1)


def test_chance_of_rows_with_their_own_thresholds():
    """Against all outcomes of three rows."""
    errors = np.array([1.0, 1.5, 0.5])
    p = 2 * stats.norm.sf(errors)
    law = np.zeros(4)
    for outcome in np.ndindex(2, 2, 2):
        law[sum(outcome)] += np.prod(np.where(outcome, p, 1 - p))
    found = chance([0.0, 0.0, 0.0], errors, 0)
    assert found.failures_expected == pytest.approx(law @ np.arange(4))
    assert found.failures_allowed == np.argmax(np.cumsum(law) >= 0.95)


def test_corrections_for_many_rows():
    """Planted: two predictions far off, one that only looks so without the correction."""
    z = np.array([-4.0, 0.1, 3.6, 2.3, -0.5, 1.0, 0.2, 0.9, -1.2, 0.4])
    found = chance(z, np.full(10, 3.0), failures=2)
    p = np.sort(2 * stats.norm.sf(np.abs(z)))
    assert found.smallest_p == pytest.approx(p[0], rel=1e-12)
    assert found.smallest_p_adjusted == pytest.approx(10 * p[0], rel=1e-12)
    assert p[2] < 0.05 < 8 * p[2]
    assert found.rejected == 2
    assert (found.beyond_two, found.beyond_two_expected) == (3, pytest.approx(10 * 2 * stats.norm.sf(2)))


def test_holm_stops_at_the_first_that_is_too_large():
    z = stats.norm.isf(np.array([0.02, 0.021, 0.022]) / 2)
    assert chance(z, np.full(3, 3.0), 0).rejected == 0  # 3 * .02 > .05, though 1 * .022 < .05


def test_no_rows_leave_nothing_to_chance():
    found = chance([], [], 0)
    assert (found.rows, found.failures_expected, found.failures_allowed) == (0, 0, 0)
    assert math.isnan(found.smallest_p)


def test_chance_to_hold_is_one_sided():
    assert chance_to_hold([3.0, 2.0]) == pytest.approx(stats.norm.sf(3) + stats.norm.sf(2))


def test_share_of_large_z_is_that_of_chance():
    """Planted exact theory, S by its Gamma law: about 5% of rows lie beyond two standard errors.

    That law is not Gaussian, so this is also a test of the word "Gaussian" in the report. 600 rows; the
    band holds the first shell, so twice the binomial variance: fails by chance for one seed in 15,000.
    """
    fit, theory_ = whole(-0.9)
    line, weight = theory_["S_theory"].values, (fit["modes"] * fit["effective_samples"]).values
    generator, z = np.random.default_rng(5), []
    for _ in range(300):
        S = line * generator.gamma(weight) / weight
        drawn = fit.assign(S=("shell", S), S_err=("shell", S / np.sqrt(weight)))
        both = {name: claim(name, ["*/c_-0.9"]) for name in ("smallest-k", "small-k")}
        z += [row.verdict.z for row in judged([drawn, theory_], **both).rows]
    expected = len(z) * 2 * stats.norm.sf(2)
    assert abs((np.abs(z) > 2).sum() - expected) < 4 * math.sqrt(2 * expected)


def test_rows_that_cannot_fail_are_not_counted():
    """Above, below, missing, not applicable and states that are no fluid leave the count alone."""
    table = judged(
        [*whole(0.0), *whole(-0.9, msd=0.5)],
        one=claim(),
        two=claim("exponent"),
        three=claim("plateau-against-zero", ["*/c_0"], relation="above"),
    )
    assert len(table.rows) == 7
    assert chance_of(outcomes(table.rows)).rows == 1
