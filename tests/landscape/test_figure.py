"""Figure 4 shows its records' numbers, frames what was planted, refuses what it cannot compare."""

import numpy as np
import pytest
from matplotlib.patches import Rectangle

from anticorr import records, variables
from anticorr.errors import InputError
from anticorr.figures import optimisation, style
from anticorr.specs import parse
from tests.conftest import spec_data
from tests.figures.twice import FORMATS, drawn_twice

GRID = [(sigma, c) for sigma in (0.1, 0.2) for c in (0.0, -0.5, -1.0)]


def landscape(sigma, c, lower=0.0, seeds=8, **changes):
    """Replicas scattered by 1e-4 about .0047 - lower."""
    noise = (
        {"kind": "ma1", "strength": sigma, "correlation": c}
        if sigma
        else {"kind": "white", "strength": 0.0}
    )
    spec = parse(spec_data(**{"dynamics.noise": noise} | changes))
    random = np.random.default_rng([int(100 * sigma), int(-100 * c)])
    values = {}
    for name, entry in variables.LANDSCAPE.items():
        if name.startswith("replica_") and not (entry.optional and sigma == 0):
            values[name] = 0.0047 - lower + 1e-4 * random.normal(size=seeds)
            short = name.removeprefix("replica_")
            if short not in ("seed", "msd"):
                values[short] = values[name].mean()
                values[f"{short}_err"] = values[name].std(ddof=1) / np.sqrt(seeds)
    return records.build(
        "landscape",
        values
        | {
            "replica_seed": np.arange(seeds), "energy_crystal": 0.0034, "trace_crystal": 5.7,
            "time": np.arange(3), "energy_course": np.ones(3), "energy_course_err": np.ones(3),
            "msd_steps": 10, "anneal_steps": 100 if sigma else None, "quench_force": np.zeros(seeds),
        },
        spec=spec.canonical_json(), seed=1, box_side=spec.system.box_side,
    )  # fmt: skip


@pytest.fixture(scope="module")
def planted():
    """One state lies .001 lower than all others, ten standard deviations of a replica."""
    return [landscape(s, c, 1e-3 if (s, c) == (0.2, -0.5) else 0.0) for s, c in GRID] + [
        landscape(0.0, 0.0)
    ]


def frames(axes):
    return [
        patch.get_xy() for patch in axes.patches if isinstance(patch, Rectangle) and not patch.get_fill()
    ]


def test_frames_what_differs_and_nothing_else(planted):
    figure = style.draw(optimisation.draw, *planted)
    for axes in figure.axes[4:6]:
        ((x, y),) = frames(axes)
        assert (round(x + 0.46), round(y + 0.46)) == (1, 1)  # c_t = -.5, sigma = .2
    assert "quench energy 1 of 4, annealed energy 1 of 4" in figure._supxlabel.get_text()


def test_points_and_bars_are_those_of_the_records(planted):
    """Bars: t interval, 2.365 standard errors either way for 8 seeds."""
    quench = style.draw(optimisation.draw, *planted).axes[1]
    line, _, (bars,) = quench.containers[0]  # sigma = .1, from c_t = -1 up to 0
    wanted = [r for c in (-1.0, -0.5, 0.0) for r, at in zip(planted, GRID, strict=False) if at == (0.1, c)]
    np.testing.assert_allclose(line.get_ydata(), [1e3 * float(r["energy_quench"]) for r in wanted])
    lengths = [segment[1, 1] - segment[0, 1] for segment in bars.get_segments()]
    np.testing.assert_allclose(
        lengths, [2 * 2.3646 * 1e3 * float(r["energy_quench_err"]) for r in wanted], rtol=1e-4
    )


@FORMATS
def test_every_panel_is_labelled_and_bytes_repeat(planted, ending, tmp_path):
    figure = drawn_twice(lambda: style.draw(optimisation.draw, *planted), tmp_path, ending)
    assert all(axes.get_ylabel() for axes in figure.axes)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (lambda: landscape(0.3, -1.0), "sigma = 0.3 without c_t = 0"),
        (lambda: landscape(0.1, -0.9, seeds=5), "different seeds"),
        (lambda: landscape(0.1, -1.0), "two landscape records of one state"),
        (lambda: landscape(0.1, -0.9, **{"system.packing_fraction": 0.7}), "several systems"),
    ],
)
def test_refuses_what_cannot_be_compared(planted, more, words):
    with pytest.raises(InputError, match=words):
        style.draw(optimisation.draw, *planted, more())
    with pytest.raises(InputError, match="no landscape record of a state with noise"):
        style.draw(optimisation.draw, planted[-1])
