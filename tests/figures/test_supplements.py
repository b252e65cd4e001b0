"""Figures of the supplement, marks of doubtful states, and quantities in real space, on planted records."""

import numpy as np
import pytest
import xarray as xr
from matplotlib.colors import to_rgba

from anticorr import variables
from anticorr.claims import Tolerance
from anticorr.errors import InputError
from anticorr.figures import approach, convergence, real_space, state_map, style, temporal_order
from anticorr.figures.claims.judge import judge
from anticorr.figures.claims.real_space import number_variance_exponent, replica_scatter
from anticorr.figures.states import Predicted, State
from anticorr.figures.windows import expected_variance, independent_points
from anticorr.specs import parse
from anticorr.spectra.number_variance import number_variance
from anticorr.spectra.structure_factor import density_modes
from anticorr.spectra.variance_of_spectrum import variance_of_spectrum
from anticorr.spectra.wavevectors import half_space, shells
from anticorr.stages import fit as fitting
from tests.figures.conftest import pooled, spec_of, spectrum, theory
from tests.figures.twice import FORMATS, drawn_twice

GREY = to_rgba(style.DOUBTFUL)


def texts(figure):
    """Every word that a figure shows."""
    from matplotlib.text import Text

    return " ".join(t.get_text() for t in figure.findobj(Text)).replace("\n", " ")


def mapped(correlation, strength, msd, psi_6, fraction=0.8, **attributes):
    """Spectrum of a state of the map."""
    spec = spec_of(correlation).model_dump(mode="json")
    spec["system"]["packing_fraction"] = fraction
    spec["dynamics"]["noise"]["strength"] = strength
    made = spectrum(correlation, msd=msd, psi_6=psi_6)
    return made.assign_attrs(spec=parse(spec).canonical_json(), **attributes)


def with_windows(record):
    """A fit with planted real space: the number variance of its own S(k)."""
    spec = spec_of(0.0).system
    radii = np.linspace(0.1, spec.box_side / 4, 24)
    S = np.interp(np.linspace(0.6, 6, 40), record["k"], record["S"])
    variance, _ = variance_of_spectrum(np.linspace(0.6, 6, 40), S, spec.particles, spec.box_side, 2, radii)
    r = np.linspace(0.01, 6, 300)
    planted = {
        "radius": radii, "number_variance": variance, "number_variance_err": 0.01 * variance,
        "distance": r, "pair_correlation": 1 - np.exp(-(r**2)), "pair_correlation_err": 0.01 + 0 * r,
    }  # fmt: skip
    return record.assign(
        {n: (variables.FIT[n].dims, v, {"units": variables.FIT[n].units}) for n, v in planted.items()}
    )


# Doubtful states


@pytest.mark.parametrize(("start", "psi_6", "word"), [(1.3, 0.37, "not relaxed"), (0, 0.37, "not checked"),
                                                     (1.0, 0.6, "ordered fluid")])  # fmt: skip
@pytest.mark.parametrize("module", [temporal_order, approach])
def test_a_doubtful_state_is_grey_and_worded(module, start, psi_6, word):
    good = [pooled(0.0), theory(0.0), pooled(-0.99), theory(-0.99)]
    figure = style.draw(module.draw, *good, pooled(-0.9, start, psi_6=psi_6), theory(-0.9))
    drawn = [c for axes in figure.axes for c in axes.containers if to_rgba(c[0].get_color()) == GREY]
    assert len(drawn) >= 2  # in each panel of points
    assert f"-0.9$ ({'relaxation ' * (word == 'not checked')}{word})" in texts(figure)
    clean = style.draw(module.draw, *good, pooled(-0.9), theory(-0.9))
    assert not [c for axes in clean.axes for c in axes.containers if to_rgba(c[0].get_color()) == GREY]
    assert word not in texts(clean)


# States


def test_map_shows_every_verdict_by_symbol_and_msd_by_colour():
    planted = [
        mapped(0.0, 0.3, 60, 0.38), mapped(0.0, 0.1, 0.01, 0.8), mapped(-1.0, 0.3, 2.0, 0.4),
        mapped(-1.0, 0.1, 0.0, 0.4, absorbed_at=5), mapped(-1.0, 0.45, 9.0, 0.6),
    ]  # fmt: skip
    figure = style.draw(state_map.draw, *planted)
    shown = texts(figure)
    assert all(w in shown for w in ("fluid", "solid", "supercooled", "absorbed", "ordered fluid"))
    (left, right) = figure.axes[:2]
    assert [axes.get_title() for axes in (left, right)] == ["$c_t = 0$", "$c_t = -1$"]
    for axes, wanted in ((left, {60, 0.01}), (right, {2.0, 1e-3, 9.0})):
        colours = [v for c in axes.collections for v in c.get_array()]
        assert set(colours) == wanted
    short = style.draw(state_map.draw, spectrum(0.0, msd_steps=2000))
    assert "unknown: too short" in texts(short)


def test_map_refuses_what_it_cannot_show():
    with pytest.raises(InputError, match="wanted one of each"):
        style.draw(state_map.draw, spectrum(0.0, 1), spectrum(0.0, 2))
    with pytest.raises(InputError, match="wanted one of each"):
        style.draw(state_map.draw, pooled(0.0))
    spec = spec_of(0.0).model_dump(mode="json")
    spec["dynamics"]["step_size"] = 0.4
    other = spectrum(0.0).assign_attrs(spec=parse(spec).canonical_json())
    with pytest.raises(InputError, match="differ in more than"):
        style.draw(state_map.draw, spectrum(0.0), other)
    with pytest.raises(InputError, match="without msd"):
        style.draw(state_map.draw, spectrum(0.0).drop_vars("msd"))


# Convergence


def test_convergence_shows_the_ratio_of_starts_and_what_would_be_seen():
    fits = [pooled(c) for c in (0.0, -0.9)]
    figure = style.draw(convergence.draw, *fits, theory(0.0))
    panels = [a for a in figure.axes if a.containers]
    for axes, fit in zip(panels, fits, strict=True):
        np.testing.assert_allclose(axes.containers[0][0].get_ydata(), fit["S_start"] / fit["S"])
        (said,) = [t.get_text() for t in axes.texts if "standard errors" in t.get_text()]
        assert f"{float(fit['starts_differ']):+.1f}" in said
        assert f"{100 * float(fit['starts_resolve']):.0f}%" in said
    (replicas,) = [a for a in figure.axes if "scatter of seeds" in a.get_ylabel()]
    ratio = np.concatenate([f["replica_spread"] / f["S_err"] for f in fits])
    assert f"${np.sqrt(np.mean(ratio**2)):.3f}$" in replicas.texts[0].get_text()
    blocks = [f.assign(S_jackknife_err=1.5 * f["S_err"]) for f in fits]
    figure = style.draw(convergence.draw, *blocks)
    (axes,) = [a for a in figure.axes if "blocks" in a.get_ylabel()]
    assert "1.500" in axes.texts[0].get_text()


def test_fit_holds_the_jackknife_errors_of_its_replicas():
    """Variances add, over three replicas: sqrt(3 e^2) / 3."""
    each = [spectrum(-0.9, seed) for seed in (1, 2, 3)]
    error = 0.02 * each[0]["S"].values
    pooled_error = fitting.run(*[s.assign(S_jackknife_err=("shell", error)) for s in each])[
        "S_jackknife_err"
    ]
    np.testing.assert_allclose(pooled_error, error / np.sqrt(3))
    assert "S_jackknife_err" not in fitting.run(*each)


def test_convergence_wants_a_lattice_start():
    with pytest.raises(InputError, match="lattice start"):
        style.draw(convergence.draw, pooled(0.0, 0))


# Real space


def test_real_space_draws_the_variance_and_what_theory_expects():
    given = [with_windows(pooled(c)) for c in (0.0, -0.9)]
    figure = style.draw(real_space.draw, *given, theory(0.0), theory(-0.9))
    axes, relative, pairs = figure.axes
    for container, fit in zip(axes.containers, given, strict=True):
        np.testing.assert_array_equal(container[0].get_ydata(), fit["number_variance"])
    state = Predicted(spec_of(-0.9), given[1], theory(-0.9))
    R = given[1]["radius"].values
    drawn = [line.get_ydata() for line in axes.lines if str(line.get_color()) == "black"]
    np.testing.assert_array_equal(drawn[1], expected_variance(state, R))
    shown = relative.containers[1][0].get_ydata().astype(float)
    np.testing.assert_allclose(shown, given[1]["number_variance"] / independent_points(state, R))
    assert len(pairs.lines) == 3


def test_real_space_refuses_records_without_it():
    with pytest.raises(InputError, match="--real-space"):
        style.draw(real_space.draw, pooled(0.0), theory(0.0))


@FORMATS
@pytest.mark.parametrize("module", [state_map, convergence, real_space])
def test_supplements_repeat_to_the_byte_and_are_labelled(module, ending, tmp_path):
    given = [with_windows(pooled(0.0)), theory(0.0)] if module is not state_map else [spectrum(0.0)]
    figure = drawn_twice(lambda: style.draw(module.draw, *given), tmp_path, ending)
    for axes in figure.axes:
        assert axes.get_ylabel() or module is convergence


# Quantities


def points_of(seed, frames=24, particles=256):
    """A state of independent points: S = 1 in theory."""
    spec = spec_of(0.0).model_dump(mode="json")
    spec["system"]["particles"] = particles
    spec = parse(spec)
    side = spec.system.box_side
    position = np.random.default_rng(seed).random((frames, particles, 2)) * side
    n = half_space(side, 2, 4.0)
    first = shells(n)
    counts = np.diff([*first, len(n)])
    intensity = np.abs(density_modes(position, side, n)) ** 2 / particles
    k = np.add.reduceat(np.sqrt((n**2).sum(axis=1)), first) / counts * 2 * np.pi / side
    radii, value, error = number_variance(position, side, side / 32, side / 4)
    one = np.ones(len(k))
    fit = xr.Dataset(
        {
            "k": ("shell", k),
            "S": ("shell", np.add.reduceat(intensity.mean(axis=0), first) / counts),
            "modes": ("shell", counts),
            "effective_samples": ("shell", frames * one),
            "radius": ("radius", radii),
            "number_variance": ("radius", value),
            "number_variance_err": ("radius", error),
            "k_max": 2.0,
        }
    )
    line = xr.Dataset(
        {
            "k": ("shell", k),
            "S_theory": ("shell", one),
            "S_theory_err": ("shell", 0.01 * one),
            "plateau": 1.0,
        }
    )
    return Predicted(spec, fit, line)


def test_slope_of_the_variance_scatters_as_its_error_says():
    """40 sets of independent points: z of mean 0 +- .16 (4 of these) and rms 1 +- .11, or up to 1.2 as the
    errors themselves have 5 to 20 degrees of freedom (3 of these)."""
    found = [number_variance_exponent(points_of(seed)) for seed in range(40)]
    z = np.array([(n.measured - n.predicted) / n.measured_err for n in found])
    assert abs(z.mean()) < 4 * 0.16
    assert 0.7 < np.sqrt(np.mean(z**2)) < 1.45
    # N is fixed, so even independent points do not have the slope d = 2.
    assert all(1.6 < n.predicted < 1.8 for n in found)
    assert all(0 < n.predicted_err < 0.02 for n in found)


def test_wrong_order_is_seen_in_real_space():
    """Theory with hyperuniform order against independent points."""
    state = points_of(1, frames=100)
    order = 0.06 * state.theory["k"] ** 2
    line = state.theory.assign(S_theory=order, S_theory_err=0.01 * order)
    wrong = Predicted(state.spec, state.fit, line)
    assert judge(number_variance_exponent(wrong), Tolerance(allowance=0.0)).word == "fails"
    bare = state.fit.drop_vars("number_variance")
    assert "no number variance" in number_variance_exponent(Predicted(state.spec, bare, line))


def test_replica_scatter_finds_errors_that_are_wrong():
    """12 shells of 4 states from 3 seeds: rms 1 +- .07; truth within 4, errors 1.5 too large beyond 3."""
    fits = [fitting.run(*[spectrum(-0.9, 3 * n + m, samples=50.0) for m in range(3)]) for n in range(4)]
    states = [State(spec_of(-0.9), fit) for fit in fits]
    right = replica_scatter(states)
    assert right.measured_err == pytest.approx(1 / np.sqrt(2 * 2 * 48))
    assert abs(right.measured - 1) < 4 * right.measured_err
    wrong = replica_scatter([State(s.spec, s.fit.assign(S_err=1.5 * s.fit["S_err"])) for s in states])
    assert wrong.measured == pytest.approx(right.measured / 1.5)
    assert judge(wrong, Tolerance(allowance=0.0)).word == "fails"
    bare = [State(s.spec, s.fit.drop_vars("replica_spread")) for s in states]
    assert replica_scatter(bare) == "one replica has no scatter"
