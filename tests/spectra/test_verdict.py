"""The rule of states, and when two starts agree."""

import numpy as np
import pytest

from anticorr.errors import InputError
from anticorr.spectra.verdict import starts_agree, state_of

NAN = float("nan")


@pytest.mark.parametrize(
    ("msd", "psi_6", "word"),
    [
        (66.0, 0.38, "fluid"),
        (0.04, 0.86, "solid"),
        (0.9, 0.40, "supercooled"),
        (20.0, 0.70, "ordered fluid"),
        (5.0, 0.45, "fluid"),
        (4.9, 0.46, "solid"),
        (NAN, 0.38, "unknown: too short"),
        (66.0, NAN, "unknown: order not measured"),
    ],
)
def test_states_in_two_dimensions(msd, psi_6, word):
    verdict = state_of(msd, psi_6, 2)
    assert verdict.state == word
    assert "\n" not in verdict.reason
    assert state_of(msd, psi_6, 2, absorbed=True).state == "absorbed"


def test_states_in_three_dimensions():
    assert state_of(66.0, NAN, 3).state == "fluid"
    assert state_of(0.1, NAN, 3).state == "unknown: solid or supercooled"


def test_frozen_density_is_no_fluid():
    verdict = state_of(66.0, 0.38, 2, frozen=0.8, frozen_err=0.1)
    assert verdict.state == "unknown: density not relaxed"
    assert "0.80 of F(k, 0)" in verdict.reason
    assert state_of(66.0, 0.38, 2, frozen=0.3, frozen_err=0.1).state == "fluid"
    assert state_of(0.1, 0.38, 2, frozen=0.0, frozen_err=0.01).state == "supercooled"
    assert "0.80 of F(k, 0) frozen" in state_of(0.1, 0.8, 2, frozen=0.8, frozen_err=0.1).reason


def test_thresholds_are_the_callers():
    assert state_of(3.0, 0.5, 2, msd_least=2.0, psi_6_most=0.6).state == "fluid"


@pytest.mark.parametrize("samples", [10, 40])
def test_starts_of_one_state_agree(samples):
    """2,000 pairs of Gamma distributed spectra: |z| > 2 in 4.6% +- .5%, p < .05 in 5% +- .5%, called
    different in less than 1%."""
    generator = np.random.default_rng(51)
    nu = samples * np.array([1, 1.5, 3, 6, 12])
    S = np.arange(1, 6) ** 2.0
    found = []
    for _ in range(2000):
        a, b = S * generator.gamma(nu, size=(2, 5)) / nu
        found.append(starts_agree(np.sqrt(S), a, a / np.sqrt(nu), b, b / np.sqrt(nu), 9.0))
    assert 0.03 < np.mean([abs(f.differ) > 2 for f in found]) < 0.065
    assert 0.03 < np.mean([f.probability < 0.05 for f in found]) < 0.075
    assert np.mean([not f.agree for f in found]) < 0.012


def test_planted_difference_is_seen_at_what_was_said_to_resolve():
    k = np.array([0.1, 0.2, 0.3, 1.0])
    S, error = np.ones(4), np.array([0.1, 0.05, 0.05, 0.01])
    level = starts_agree(k, S, error, S, error, 0.5)
    assert (level.differ, level.chi_square, level.shells, level.agree) == (0.0, 0.0, 3, True)
    assert level.resolves == pytest.approx(np.expm1(3 * np.sqrt(2) * 0.1))
    higher = 1 + 1.001 * level.resolves
    other = starts_agree(k, S, error, S * [higher, 1, 1, 9], error * [higher, 1, 1, 1], 0.5)
    assert not other.agree
    assert other.differ == pytest.approx(3.0, abs=0.01)
    everywhere = 1 + level.resolves_all
    together = starts_agree(k, S, error, S * everywhere, error * everywhere, 0.5)
    assert together.chi_square == pytest.approx(9.0)
    alone = starts_agree(k, S, error, S, error, 0.01)
    assert alone.shells == 1


@pytest.mark.parametrize(
    ("changed", "word"),
    [({"S_a": np.ones(2)}, "one grid"), ({"S_b": np.array([1.0, NAN, 1.0])}, "positive")],
)
def test_bad_spectra_are_refused_in_words(changed, word):
    good = {name: np.ones(3) for name in ("k", "S_a", "err_a", "S_b", "err_b")}
    with pytest.raises(InputError, match=f"starts: .*{word}"):
        starts_agree(**{**good, **changed}, k_max=2.0)
