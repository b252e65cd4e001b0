"""Fractional noise: claims on the exponent and the spectrum in the window, and figure 6."""

import functools
import math

import matplotlib.colors
import numpy as np
import pytest

from anticorr import records
from anticorr.claims import Claim
from anticorr.errors import InputError
from anticorr.figures import programmed_exponent, style
from anticorr.figures.claims import claimed
from anticorr.figures.claims.fractional import exponent_in_window, spectrum_in_window, window_exponent
from anticorr.figures.states import gather
from anticorr.specs import parse
from anticorr.stages import fit
from tests.conftest import spec_data
from tests.figures.conftest import pooled as pooled_ma1
from tests.figures.conftest import theory as theory_ma1
from tests.figures.twice import drawn_twice

K = np.geomspace(0.1, 1.0, 12)
MODES = np.array([2, 2, 4, 6, 8, 12, 16, 24, 32, 40, 50, 64])
HURSTS = (0.0, 0.2, 0.4, 0.5, 0.75)


def spec_of(hurst, seed=1, initial="random"):
    noise = {"kind": "white"} if hurst == 0.5 else {"kind": "fractional", "hurst": hurst}
    dynamics = {"step_size": 0.5, "noise": noise | {"strength": 0.3}}
    return parse(spec_data(dynamics=dynamics, seed=seed, **{"system.initial": initial}))


def truth(hurst):
    return 0.2 * K ** (2 - 4 * hurst)


def spectrum(hurst, seed, initial="random", slope=0.0, factor=1.0, msd=50.0):
    """S = factor K^slope times theory; shells Gamma-distributed."""
    weight = MODES * 2000.0
    S = factor * K**slope * truth(hurst) * np.random.default_rng(seed).gamma(weight) / weight
    spec = spec_of(hurst, seed, initial)
    return records.build(
        "spectrum",
        {
            "k": K, "S": S, "S_err": S / np.sqrt(weight), "modes": MODES,
            "effective_samples": np.full(len(K), 2000.0), "frames": 100, "msd": msd, "msd_steps": 3000,
            "psi_6": 0.37, "psi_6_err": 0.001, "delay": np.array([100, 1000, 10000]),
            "displacement": np.array([2.0, 17.0, 160.0]), "displacement_err": np.array([0.1, 1.0, 9.0]),
        },
        spec=spec.canonical_json(),
        seed=seed,
        box_side=spec.system.box_side,
    )  # fmt: skip


def theory(hurst, relative=0.0):
    """relative: error of S_theory, more at small k."""
    S = truth(hurst)
    values = dict.fromkeys(
        (
            "diffusion", "diffusion_err", "plateau", "plateau_err", "gradient_noise", "gradient_noise_err",
            "stripped_amplitude", "amplitude", "amplitude_err", "crossover", "selection_noise",
            "selection_noise_err", "long_time_noise", "density_step",
        ),
        0.01,
    )  # fmt: skip
    return records.build(
        "theory",
        values | {"k": K, "S_theory": S, "S_theory_err": relative * S / K},
        spec=spec_of(hurst).canonical_json(),
        seed=1,
        box_side=10.0,
    )


@functools.cache
def pair(hurst, lattice=True, relative=0.0, **changes):
    """Fit of three seeds, and theory."""
    starts = [spectrum(hurst, seed, **changes) for seed in (1, 2, 3)]
    other = [spectrum(hurst, 9, "lattice", **changes)] if lattice else []
    return fit.run(*starts, *other), theory(hurst, relative)


def state(*given):
    (one,) = gather(*given)
    return one


# Claims


def test_planted_exponent_is_that_of_the_window():
    """z of the planted exponent below 4 (false alarm 6e-5 each)."""
    for hurst in (0.0, 0.2, 0.4):
        found = exponent_in_window(state(*pair(hurst)))
        assert found.predicted == pytest.approx(2 - 4 * hurst, abs=1e-3)
        assert abs(found.measured - found.predicted) < 4 * found.measured_err
        assert (found.predicted_err, found.k) == (pytest.approx(0, abs=1e-6), "<= 0.65")


def test_another_exponent_fails():
    exact, off = (exponent_in_window(state(*pair(0.2, slope=slope))) for slope in (0.0, 0.15))
    assert off.measured - exact.measured == pytest.approx(0.15, abs=2e-3)
    claim = Claim.model_validate(
        {"statement": "s", "formula": "(5)", "quantity": "window-exponent", "states": ["f/H"]}
    )
    assert claim.tolerance.allowance == 0
    words = [
        claimed({"c": claim}, {"f/H": spec_of(0.2)}, *pair(0.2, slope=slope)).rows[0].verdict.word
        for slope in (0.0, 0.15)
    ]
    assert words == ["holds", "fails"]


def test_error_of_theory_is_a_change_of_slope():
    """S (1 + e / k) with e = .01: by hand, the slope of a straight line through its logarithm."""
    value, error = window_exponent(state(*pair(0.2, relative=0.01)))
    k = K[K <= 0.65]
    by_hand = np.polyfit(np.log(k), np.log1p(0.01 / k), 1, w=np.sqrt(MODES[K <= 0.65]))[0]
    assert error == pytest.approx(-by_hand, rel=0.05)
    assert value == pytest.approx(1.2, abs=1e-3)


def test_ratio_in_the_window_is_the_planted_factor():
    exact, off = (spectrum_in_window(state(*pair(0.4, factor=factor))) for factor in (1.0, 0.9))
    assert off.measured == pytest.approx(0.9 * exact.measured, rel=1e-9)
    assert abs(exact.measured - 1) < 4 * exact.measured_err
    weight = 3 * 2000 * MODES[K <= 0.65]
    by_hand = (pair(0.4)[0]["S"].values / truth(0.4))[K <= 0.65]
    assert exact.measured == pytest.approx(np.average(by_hand, weights=weight), rel=1e-9)
    assert exact.measured_err == pytest.approx(exact.measured / math.sqrt(weight.sum()), rel=1e-9)
    told = spectrum_in_window(state(*pair(0.4, relative=0.01))).predicted_err
    assert told == pytest.approx(np.average(0.01 / K[K <= 0.65], weights=weight), rel=1e-9)


def test_what_has_no_exponent_says_so():
    assert "H >= 1/2" in exponent_in_window(state(*pair(0.5)))
    other = state(pooled_ma1(-0.9), theory_ma1(-0.9))
    for quantity in (exponent_in_window, spectrum_in_window):
        assert quantity(other) == "the noise is not fractional"
    assert spectrum_in_window(state(*pair(0.5))).predicted == 1


# Figure 6


def drawn(*given):
    return style.draw(programmed_exponent.draw, *given)


@pytest.fixture(scope="module")
def sweep():
    return [record for hurst in HURSTS for record in pair(hurst)]


def test_figure_shows_every_state_with_its_numbers(sweep):
    figure = drawn(*sweep)
    spectra, ratios, exponents, moves = figure.axes
    assert len(spectra.containers) == len(ratios.containers) == len(HURSTS)
    np.testing.assert_array_equal(spectra.containers[0][0].get_ydata(), sweep[0]["S"])
    np.testing.assert_allclose(ratios.containers[0][0].get_ydata(), sweep[0]["S"] / truth(0.0))
    measured = [c[0] for c in exponents.containers]
    assert [(float(p.get_xdata()[0]), float(p.get_ydata()[0])) for p in measured] == [
        (hurst, float(pair(hurst)[0]["alpha_pure"])) for hurst in HURSTS[:3]
    ]
    lines = {line.get_label(): line for line in exponents.lines}
    np.testing.assert_allclose(lines["limit $k \\to 0$: $2 - 4H$"].get_ydata(), [2, 0])
    window = lines["theory in the window: the same fit"]
    np.testing.assert_allclose(window.get_ydata(), [2.0, 1.2, 0.4], atol=1e-3)
    assert len(moves.lines) == len(HURSTS) + 1
    for axes in figure.axes:
        assert axes.get_ylabel()
    assert any("fluid" in text.get_text() for text in moves.texts)


def test_theory_above_one_half_is_dashed(sweep):
    lines = [line for line in drawn(*sweep).axes[0].lines if len(line.get_xdata()) > 1]
    theory_lines = [line for line in lines if line.get_color() == "black"]
    assert [line.get_linestyle() for line in theory_lines] == ["-"] * 4 + ["--"]


def test_doubtful_state_is_hollow_and_named():
    figure = drawn(*pair(0.0), *pair(0.2, msd=1.0), *pair(0.4, lattice=False))
    white = matplotlib.colors.to_rgba("white")
    for axes in figure.axes[:3]:
        faces = [matplotlib.colors.to_rgba(c[0].get_markerfacecolor()) for c in axes.containers]
        assert [face == white for face in faces] == [False, True, True]
    (words,) = [t.get_text() for t in figure.axes[0].get_legend().get_texts() if "hollow" in t.get_text()]
    assert "relaxation not checked" in words
    assert len(words.split(",")) == 2


def test_same_records_same_bytes_whatever_their_order(sweep, tmp_path):
    orders = iter((sweep, sweep[::-1]))
    drawn_twice(lambda: drawn(*next(orders)), tmp_path, "png")


def test_other_records_are_refused():
    with pytest.raises(InputError, match="fractional or white"):
        drawn(pooled_ma1(-0.9), theory_ma1(-0.9))
    with pytest.raises(InputError, match="both a fit and a theory"):
        drawn(pair(0.2)[0])
