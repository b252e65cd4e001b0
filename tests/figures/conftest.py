"""Records of one state with planted numbers: exact theory, Gamma-distributed shells."""

import math

import numpy as np
import pytest

from anticorr import records
from anticorr.figures import style
from anticorr.specs import parse
from anticorr.stages import fit

MODES = np.array([2, 2, 4, 6, 8, 12, 16, 24, 32, 40, 50, 64])


@pytest.fixture(autouse=True)
def few_dots(monkeypatch):
    """Pictures of tests are coarse: drawing all dots of print took most of their time."""
    monkeypatch.setitem(style._LOOK, "savefig.dpi", 50)


@pytest.fixture(autouse=True)
def nothing_is_cut_off(monkeypatch):
    """Of the first figure that a test saves, each text lies on the page; more are the same again."""
    save, looked_at = style.save, []

    def saved(figure, *arguments):
        save(figure, *arguments)
        if looked_at:
            return
        looked_at.append(figure)
        figure.draw_without_rendering()  # in the dots of the screen again
        page = figure.bbox
        texts = [*figure.texts]
        for axes in figure.axes:
            texts += [*axes.texts, axes.title, axes.xaxis.label, axes.yaxis.label]
        for text in texts:
            box = text.get_window_extent()
            if text.get_visible() and text.get_text() and is_drawn(text):
                assert page.x0 - 1 <= box.x0, text
                assert box.x1 <= page.x1 + 1, text
                assert page.y0 - 1 <= box.y0, text
                assert box.y1 <= page.y1 + 1, text

    monkeypatch.setattr(style, "save", saved)


def is_drawn(text):
    """Whether a text is drawn: those of axes that are switched off are not."""
    return text.axes is None or text.axes.axison or text in text.axes.texts


def spec_of(correlation, seed=1, initial="random"):
    return parse(
        {
            "system": {
                "dimension": 2,
                "particles": 100,
                "packing_fraction": 0.8,
                "initial": initial,
            },
            "dynamics": {
                "step_size": 0.5,
                "noise": {"kind": "ma1", "strength": 0.3, "correlation": correlation},
            },
            "schedule": {"relax_steps": 100, "sample_steps": 100, "sample_every": 10},
            "seed": seed,
        }
    )


def spectrum(
    correlation, seed=1, initial="random", factor=1.0, samples=400.0, msd=50.0, psi_6=0.37, msd_steps=3000
):
    k = np.geomspace(0.05, 0.9, len(MODES))
    weight = MODES * samples
    generator = np.random.default_rng(seed)
    S = factor * _truth(k, correlation) * generator.gamma(weight) / weight
    spec = spec_of(correlation, seed, initial)
    return records.build(
        "spectrum",
        {
            "k": k,
            "S": S,
            "S_err": S / np.sqrt(weight),
            "modes": MODES,
            "effective_samples": np.full(len(k), samples),
            "frames": 100,
            "msd": msd,
            "msd_steps": msd_steps,
            "psi_6": psi_6,
            "psi_6_err": 0.001,
        },
        spec=spec.canonical_json(),
        seed=seed,
        box_side=spec.system.box_side,
    )


def theory(correlation):
    k = np.geomspace(0.05, 0.9, len(MODES))
    D, A = 0.17, 0.018
    plateau = (1 + correlation) * 0.09 / (2 * D)
    amplitude = A + 0.045
    zero = np.zeros(len(k))
    return records.build(
        "theory",
        {
            "k": k,
            "S_theory": _truth(k, correlation),
            "S_theory_err": zero,
            "S_stripped_theory": zero,
            "diffusion": D,
            "diffusion_err": 0.0001,
            "plateau": plateau,
            "plateau_err": 0.0,
            "gradient_noise": 0.02,
            "gradient_noise_err": 0.001,
            "stripped_amplitude": A,
            "amplitude": amplitude,
            "amplitude_err": 0.001,
            "crossover": math.sqrt(plateau / amplitude),
            "selection_noise": 0.0,
            "selection_noise_err": 0.0,
            "long_time_noise": (1 + correlation) * 0.09,
            "density_step": 0.05,
        },
        spec=spec_of(correlation).canonical_json(),
        seed=1,
        box_side=10.0,
    )


def _truth(k, correlation):
    return (1 + correlation) * 0.09 / (2 * 0.17) + 0.063 * k**2


def pooled(correlation, start=None, thresholds=None, **changes):
    """A fit of three seeds and, unless start is 0, of a lattice start of `start` times the S of theory."""
    replicas = [spectrum(correlation, seed, **changes) for seed in (1, 2, 3)]
    if start is None:
        start = changes.get("factor", 1.0)
    lattice = [spectrum(correlation, 9, "lattice", **changes | {"factor": start})] if start else []
    return fit.run(*replicas, *lattice, **(thresholds or {}))


@pytest.fixture(scope="session")
def states():
    """Fits and theory of four correlations."""
    made = []
    for correlation in (0.0, -0.9, -0.99, -1.0):
        made += [pooled(correlation), theory(correlation)]
    return made


@pytest.fixture(scope="session")
def trajectory():
    """A small real trajectory."""
    from anticorr.stages import simulate

    return simulate.run(spec_of(-1.0))
