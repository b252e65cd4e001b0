"""Particles beside networks: planted ratios, curvature per degree of freedom, verdicts, refusals."""

import numpy as np
import pytest

from anticorr.errors import InputError
from anticorr.figures import side_by_side, style
from tests.figures.planted_trainings import APART, SEEDS, recovery, training
from tests.figures.twice import FORMATS, drawn_twice
from tests.landscape.test_figure import GRID, landscape

PARAMETERS = 65 * 8 + 9 * 10
HALF = 0.004
"""At c_t = -1 and sigma = .2 the energies and curvatures of particles lie this much lower."""


def network(noises=(0.0, -0.8, -1.0), seeds_differ=0.01, **changes):
    """Loss (2 + c_t) times that of the seed; tr H of 3 a parameter, after the quench 2 at c_t = -1."""
    data = {
        "problem": {"kind": "digits", "hidden": [8]},
        "descent": {"learning_rate": 0.05},
        "noises": [{"kind": "ma1", "correlation": c} for c in noises],
        "strengths": [0.0, 0.01, 0.03],
        "schedule": {"noisy_steps": 100, "quench_steps": 20, "record_every": 25},
        "curvature": {"course_probes": 4},
    } | changes

    def of(member):
        return noises[member.noise] if member.noise >= 0 else 0.0

    def last(member):
        return (2 + of(member)) * (1 + 0.1 * APART + seeds_differ * np.roll(APART, member.noise + 3))

    def course(value, start):
        """Entries at 0 and 25 and 50 do not count as of the run."""
        return np.stack([start + 0 * value] * 3 + [1.1 * value, 0.9 * value], axis=1)

    def trace(member):
        return PARAMETERS * (3.0 + 0.1 * np.roll(APART, member.noise + 5))

    return training(
        data,
        {
            "loss": lambda m: course(last(m), 77.0),
            "loss_quench": last,
            "trace": lambda m: course(trace(m), 1e6),
            "trace_quench": lambda m: trace(m) - PARAMETERS * (of(m) == -1),
        },
    )


@pytest.fixture(scope="module")
def planted():
    return [landscape(s, c, HALF if (s, c) == (0.2, -1.0) else 0.0) for s, c in GRID] + [network()]


@pytest.fixture(scope="module")
def figure(planted):
    return style.draw(side_by_side.draw, *planted)


def panel(figure, side, what, where):
    """side: 0 particles, 1 networks; what: 0 energy, 1 curvature; where: 0 run, 1 quench."""
    return figure.axes[4 * side + 2 * what + where]


def means(axes):
    return [float(line.get_ydata()[0]) for line, *_ in axes.containers]


def filled(axes):
    return [line.get_mfc() not in ("white", "0.75") for line, *_ in axes.containers]


def test_ratios_of_energies_are_those_of_the_means(figure, planted):
    axes = panel(figure, 0, 0, 1)
    energy = {at: r["replica_energy_quench"].values.mean() for r, at in zip(planted, GRID, strict=False)}
    wanted = [energy[s, c] / energy[s, 0.0] for s in (0.1, 0.2) for c in (-0.5, -1.0)]
    np.testing.assert_allclose(means(axes), wanted)


def test_only_what_was_planted_is_significant(figure):
    for what in (0, 1):
        for where in (0, 1):
            axes = panel(figure, 0, what, where)
            expected = [False] * len(axes.containers)
            expected[-1] = True  # sigma = .2, c_t = -1
            assert filled(axes) == expected
    assert filled(panel(figure, 1, 1, 0)) == [False] * 6
    assert filled(panel(figure, 1, 1, 1)) == [False, False, True] * 2
    told = " ".join(figure._supxlabel.get_text().split())
    assert "energy after a quench 1 of 4" in told
    assert "networks: training loss while it runs 4 of 4" in told
    assert "curvature while it runs 0 of 4, curvature after a quench 2 of 4" in told


def test_networks_by_the_second_half_and_per_parameter(figure):
    np.testing.assert_allclose(means(panel(figure, 1, 0, 0)), [0.6, 0.5] * 2)
    np.testing.assert_allclose(means(panel(figure, 1, 0, 1)), [0.6, 0.5] * 2)
    np.testing.assert_allclose(means(panel(figure, 1, 1, 0)), [3.0] * 6)
    np.testing.assert_allclose(means(panel(figure, 1, 1, 1)), [3.0, 3.0, 2.0] * 2)
    _, _, (bars,) = panel(figure, 1, 1, 1).containers[0]
    half = np.diff(bars.get_segments()[0][:, 1])[0] / 2
    assert half == pytest.approx(2.2622 * 0.1 * APART.std(ddof=1) / np.sqrt(SEEDS), rel=1e-4)


def test_particles_per_degree_of_freedom(figure, planted):
    trace = planted[0]["replica_trace_run"].values.mean()
    assert means(panel(figure, 0, 1, 0))[0] == pytest.approx(trace / 2)


@FORMATS
def test_bytes_repeat_and_panels_are_labelled(planted, ending, tmp_path):
    figure = drawn_twice(lambda: style.draw(side_by_side.draw, *planted), tmp_path, ending)
    assert [bool(axes.get_ylabel()) for axes in figure.axes] == [True, False] * 4


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda given: given[-1:], "no landscape record of a state with noise"),
        (lambda given: given[:-1], "got trainings none, wanted one of a network"),
        (lambda given: [*given[:-1], recovery(lambda c, s: 0.0)], "got trainings linear"),
        (lambda given: [*given[:-1], network(noises=(-0.8, -1.0))], "without white noise"),
        (lambda given: [*given[:-1], given[-1].drop_vars("trace")], "got a training without trace"),
        (lambda given: given[1:], "sigma = 0.1 without c_t = 0"),
    ],
)
def test_refuses_what_has_no_other_side(planted, change, words):
    with pytest.raises(InputError, match=words):
        style.draw(side_by_side.draw, *change(planted))
