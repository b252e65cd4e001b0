"""Figure 7: decays, their collapse and D(k), from planted records."""

import matplotlib.colors
import numpy as np
import pytest
import xarray as xr

from anticorr.errors import InputError
from anticorr.figures import relaxation, style
from anticorr.stages import fit
from tests.figures.conftest import pooled, spectrum, theory
from tests.figures.twice import drawn_twice

D = 0.17
LAG = np.array([0, 20, 40, 80, 160, 320, 640, 1280])


def planted(correlation, lattice=True, **changes):
    """A fit whose modes decay as (1 - D k^2)^t, with errors that say so, and its theory."""
    other = [spectrum(correlation, 9, "lattice", **changes)] if lattice else []
    made = fit.run(*[spectrum(correlation, seed, **changes) for seed in (1, 2, 3)], *other)
    k, S = made["k"].values, made["S"].values
    F = S[:, None] * (1 - D * k[:, None] ** 2) ** LAG
    of_shells = {"k_rms": k, "relaxation_rate": D * k**2, "relaxation_rate_err": 0.02 * D * k**2}
    name = "intermediate_scattering_stripped"
    of_lags = {name: F, f"{name}_err": 0.02 * S[:, None] + 0 * F}
    numbers = {"decay_diffusion": D, "decay_diffusion_err": 0.002}
    numbers |= {"decay_curvature": -0.1, "decay_curvature_err": 0.03}
    made = made.assign(
        {name: ("shell", v) for name, v in of_shells.items()}
        | {name: (("shell", "lag"), v) for name, v in of_lags.items()}
        | numbers
    ).assign_coords(lag=LAG)
    return made, theory(correlation)


@pytest.fixture(scope="module")
def sweep():
    return [record for c in (0.0, -0.9, -1.0) for record in planted(c)]


def drawn(*records):
    return style.draw(relaxation.draw, *records)


def points(axes):
    """Of every set of points with bars."""
    return [np.array(c[0].get_xydata()) for c in axes.containers]


def test_points_lie_on_the_lines_that_they_were_planted_on(sweep):
    decays, collapse, diffusion = drawn(*sweep).axes
    lines = [line for line in decays.lines if line.get_color() == "black"]
    assert len(lines) == len(decays.containers) == 6  # three k at c_t = 0 and at -1
    assert [line.get_linestyle() for line in lines] == ["-"] * 3 + ["--"] * 3
    for line, found in zip(lines, points(decays), strict=True):
        t, left = found.T
        np.testing.assert_allclose(np.interp(t, *line.get_xydata().T), left, rtol=0.01)
    k = sweep[0]["k"].values
    assert len(collapse.containers) == 3 * (k <= 0.65).sum()
    for x, left in np.concatenate(points(collapse)):
        assert left == pytest.approx(np.exp(-x), rel=0.25)  # (1 - m)^t against exp(-m t), m to .07
    rates = [p for p in points(diffusion) if len(p) > 1]
    assert len(rates) == 3
    np.testing.assert_allclose(np.concatenate(rates)[:, 1], D, rtol=1e-12)
    marks = [p for p in points(diffusion) if len(p) == 1]
    assert [m[0, 1] for m in marks] == [float(sweep[1]["diffusion"])] * 3


def test_points_are_chosen_by_theory_and_not_by_their_own_noise(sweep):
    """A shell lifted or lowered beyond its errors keeps the same lags."""
    lifted = sweep[0].copy(deep=True)
    name = "intermediate_scattering_stripped"
    lifted[name] = lifted[name] + xr.DataArray(np.where(LAG > 0, 0.1, 0.0), dims="lag") * lifted["S"]
    before, after = (drawn(one, *sweep[1:]).axes[1] for one in (sweep[0], lifted))
    for one, other in zip(points(before), points(after), strict=True):
        np.testing.assert_array_equal(one[:, 0], other[:, 0])


def test_every_panel_is_labelled(sweep):
    figure = drawn(*sweep)
    for axes in figure.axes:
        assert axes.get_xlabel()
        assert axes.get_ylabel()
    assert "F_y" in figure.axes[0].get_ylabel()
    assert "100 disks" in figure.axes[1].texts[0].get_text()


def test_doubtful_state_is_hollow_and_named():
    figure = drawn(*planted(0.0), *planted(-1.0, lattice=False))
    white = matplotlib.colors.to_rgba("white")
    for axes in figure.axes:
        sets = [c[0] for c in axes.containers if c[0].get_marker() not in ("_", "None")]
        faces = [matplotlib.colors.to_rgba(s.get_markerfacecolor()) == white for s in sets]
        half = len(faces) // 2
        assert faces == [False] * half + [True] * half
    for axes in (figure.axes[0], figure.axes[2]):
        assert any("relaxation not checked" in t.get_text() for t in axes.get_legend().get_texts())


def test_same_records_same_bytes_whatever_their_order(sweep, tmp_path):
    orders = iter((sweep, sweep[::-1]))
    drawn_twice(lambda: drawn(*next(orders)), tmp_path, "png")


def test_records_without_decays_are_refused():
    with pytest.raises(InputError, match=r"got no fit with F\(k, t\)"):
        drawn(pooled(0.0), theory(0.0))
    with pytest.raises(InputError, match="both a fit and a theory"):
        drawn(planted(0.0)[0])
