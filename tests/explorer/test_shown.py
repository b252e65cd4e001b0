"""What is shown of a state: a window of the box, curves that an axis of logarithms can hold, energies."""

import numpy as np
import pytest

from anticorr.explorer import axes, shown, words
from anticorr.figures.states import State
from tests.explorer.planted import fitted, fractional, gradient, spectrum, trajectory


def rising():
    """A fit of S that does not fall towards k = 0."""
    record = fitted(gradient(-1.0)).copy()
    record["alpha_pure"] = 0.05
    return record


def framed(position, spec=None, **more):
    """A state whose last frame is this one."""
    spec = spec or gradient(-1.0, system={"particles": len(position)})
    record = trajectory(spec, position=np.stack([np.zeros_like(position), position]), **more)
    return State(spec, trajectory=record)


def lattice(side, length):
    """side^2 points of a square lattice."""
    line = (np.arange(side) + 0.5) * length / side
    return np.stack(np.meshgrid(line, line), axis=-1).reshape(-1, 2)


def test_the_whole_box_with_its_images():
    """One disk over a corner of the box is there four times, one over an edge twice, one inside once."""
    spec = gradient(-1.0, system={"particles": 9, "packing_fraction": 0.1})
    length = spec.system.box_side
    position = np.full((9, 2), length / 2)
    position[0], position[1] = (0.2, length - 0.1), (length / 2, 0.3)
    found = shown.snapshot(framed(position, spec))
    assert found["side"] == found["box"] == pytest.approx(length, rel=1e-3)
    assert len(found["x"]) == 7 + 4 + 2
    assert set(found["radius"]) == {0.5}
    corners = {
        (x, y) for x, y in zip(found["x"], found["y"], strict=True) if min(x, y) < 1 or max(x, y) > 8
    }
    assert {(0.2, -0.1), (round(length / 2, 3), 0.3)} <= corners


def test_of_many_particles_a_corner_below_the_cap():
    spec = gradient(-1.0, system={"particles": 3600})
    position = np.random.default_rng(2).uniform(0, spec.system.box_side, (3600, 2))
    found = shown.snapshot(framed(position, spec))
    assert 0.8 * shown.MOST_PARTICLES < len(found["x"]) <= shown.MOST_PARTICLES
    assert found["side"] == int(found["side"]) < found["box"]
    assert max(found["x"]) < found["side"] + 0.5
    assert f"a corner of {found['side']:g} D of the box, {found['box']:g} D wide" in words.window(found)
    assert all(value == round(value, 3) for value in found["x"])


def test_diameters_are_those_of_the_particles():
    spec = gradient(-1.0, system={"particles": 100, "packing_fraction": 0.3})
    diameter = np.where(np.arange(100) < 50, 1.0, 1.4)
    found = shown.snapshot(framed(lattice(10, spec.system.box_side), spec, diameter=diameter))
    assert sorted(set(found["radius"])) == [0.5, 0.7]


def test_local_density_is_one_on_a_lattice_and_counts_a_cluster():
    """The number of points in a circle over its mean; 20 particles at one point are counted as 20."""
    spec = gradient(-1.0, system={"particles": 400})
    even = shown.snapshot(framed(lattice(20, spec.system.box_side), spec))
    assert len(set(even["density"])) == 1
    assert even["density"][0] == pytest.approx(1, abs=0.1)
    crowded = lattice(20, spec.system.box_side)
    crowded[:20] = crowded[210]
    dense = shown.snapshot(framed(crowded, spec))["density"]
    mean = 400 / spec.system.box_side**2 * np.pi * 9
    assert max(dense) == pytest.approx(even["density"][0] + 20 / mean, abs=0.02)


def test_of_a_cube_a_slice():
    spec = gradient(-1.0, system={"dimension": 3, "particles": 1000, "packing_fraction": 0.5})
    position = np.random.default_rng(3).uniform(1.01, spec.system.box_side, (1000, 3))
    position[:7, 2] = 0.5
    position[:7, :2] = 2.0
    found = shown.snapshot(framed(position, spec))
    assert len(found["x"]) == 7
    assert "slice of 1 D" in words.window(found)


def test_what_is_missing_is_said():
    spec = gradient(-1.0)
    nothing = State(spec)
    for part in (shown.snapshot, shown.spectrum, shown.series):
        assert set(part(nothing)) == {"missing"}
    without = trajectory(spec).drop_vars(["position", "step"])
    assert "no frames" in shown.snapshot(State(spec, trajectory=without))["missing"]
    assert shown.theory(nothing) == shown.guide(nothing) == {"k": [], "S": []}
    assert shown.mean_energy(nothing) is None


def test_error_bars_fit_an_axis_of_logarithms():
    record = spectrum(gradient(-1.0))
    record["S_err"][0] = 3 * record["S"][0]
    record["S"][1] = 0
    record["S_err"][2] = np.nan
    found = shown.spectrum(State(gradient(-1.0), spectra=[record]))
    assert len(found["k"]) == len(record["k"]) - 1
    assert found["low"][0] == pytest.approx(found["S"][0] / 10, rel=1e-3)
    assert min(found["low"]) > 0
    assert found["low"][1] == found["S"][1] == found["high"][1]


def test_the_guide_is_drawn_where_the_exponent_is_two():
    quadratic = State(gradient(-1.0), fit=fitted(gradient(-1.0)))
    found = shown.guide(quadratic)
    assert found["S"][1] / found["S"][0] == pytest.approx((found["k"][1] / found["k"][0]) ** 2, rel=1e-2)
    assert found["S"][1] == pytest.approx(0.5 * 0.06 * found["k"][1] ** 2, rel=0.1)
    flat = State(gradient(1.0), fit=fitted(gradient(1.0)))
    assert shown.guide(flat) == {"k": [], "S": []}


def test_energies_are_those_of_the_series():
    state = State(gradient(-1.0), trajectory=trajectory(gradient(-1.0), energy=0.125))
    found = shown.series(state)
    assert (found["step"][0], found["step"][-1]) == (10, 800)
    assert (found["energy"][0], found["energy"][-1]) == (1.0, 0.125)
    assert found["relaxed"] == 200
    assert shown.mean_energy(state) == (0.125, 0.0)


def test_a_long_series_is_thinned():
    time = np.arange(10, 800_010, 10)
    spec = gradient(-1.0)
    ones = {name: np.ones(len(time)) for name in ("energy",)}
    record = trajectory(spec).isel(time=np.zeros(len(time), dtype=int))
    record = record.assign(time=("time", time), energy=("time", ones["energy"]))
    assert 150 < len(shown.series(State(spec, trajectory=record))["step"]) < 300


def test_words_of_a_state():
    spec = gradient(-1.0)
    told = words.lines({"c_t": -1.0}, State(spec, fit=fitted(spec)))
    for part in (
        "c<sub>t</sub> = −1", "N = 100 disks", "φ = 0.8", "σ = 0.3 D", "At the smallest k = 0.05/D, S = (",
        "α = ", " ± ", "Verdict: <b>fluid</b>", "In doubt: relaxation not checked.",
    ):  # fmt: skip
        assert part in told, part
    told = words.lines({"H": 0.1}, State(fractional(0.1), spectra=[spectrum(fractional(0.1))]))
    assert "One run, no fit." in told
    assert "alone: α not above 0.05." in words.lines({"H": 0.9}, State(fractional(0.9), fit=rising()))
    assert "In doubt: no fit to tell a fluid." in told


@pytest.mark.parametrize(
    ("value", "error", "told"),
    [
        (0.26, 0.0123, "0.260 ± 0.012"),
        (6.14e-4, 5.2e-5, "(6.14 ± 0.52) × 10<sup>−4</sup>"),
        (1.7e-6, 7e-5, "(0.2 ± 7.0) × 10<sup>−5</sup>"),
        (-0.5, float("nan"), "−0.5"),
    ],
)
def test_a_value_and_its_error_share_their_digits(value, error, told):
    assert words._with_error(value, error) == told


@pytest.mark.parametrize(
    ("low", "high", "labels"),
    [
        (3e-4, 2.0, ["0.001", "0.01", "0.1", "1"]),
        (0.02, 1.3, ["0.03", "0.1", "0.3", "1"]),
        (0.5, 6.0, ["0.5", "1", "2", "5"]),
        (0.21, 0.45, ["0.3", "0.4"]),
        (2e-6, 3e-4, ["3·10⁻⁶", "10⁻⁵", "3·10⁻⁵", "10⁻⁴", "3·10⁻⁴"]),
    ],
)
def test_ticks_of_a_logarithmic_axis(low, high, labels):
    found = axes.ticks(low, high)
    assert [label for _, label in found] == labels
    assert all(low <= value <= high for value, _ in found)


def test_ranges_hold_all_values():
    low, high = axes.wider([1e-3, 1.0], logarithmic=True)
    assert (low < 1e-3, high > 1.0) == (True, True)
    assert axes.wider([2.0]) == [1.0, 3.0]
    assert axes.wider([0.0]) == [-0.5, 0.5]
    assert axes.wider([]) == [0.0, 1.0]
