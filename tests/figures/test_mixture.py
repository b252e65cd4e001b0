"""Figure and quantities of a mixture, from records with a planted S_ab."""

import numpy as np
import pytest

from anticorr import records
from anticorr.claims import Claim
from anticorr.errors import InputError
from anticorr.figures import mixture, species, style
from anticorr.figures.claims import claimed, supported
from anticorr.figures.states import gather
from anticorr.specs import parse
from anticorr.stages import fit
from tests.figures.conftest import MODES, pooled
from tests.figures.conftest import theory as theory_of_one_size
from tests.figures.twice import FORMATS, drawn_twice

K = np.geomspace(0.05, 0.9, len(MODES))
X, W, D_S, SAMPLES = np.array([0.4, 0.6]), np.array([0.16, 0.208]), 0.01, 400.0
D = float(W @ X)
LEFT = (W[1] - W[0]) ** 2 * X[0] * X[1] * D_S / (D + D_S) / (W**2 @ X)
EVEN, NUMBER = LEFT + 0.12 * K**2, 0.015 + 0.12 * K**2


def spec_of(correlation, seed=1, initial="random"):
    sizes = {"kind": "bidisperse", "ratio": 1.4, "large_fraction": 0.6}
    noise = {"kind": "ma1", "strength": 0.45, "correlation": correlation}
    return parse(
        {
            "system": {"particles": 100, "packing_fraction": 0.8, "sizes": sizes, "initial": initial},
            "dynamics": {"step_size": 0.5, "noise": noise},
            "schedule": {"relax_steps": 100, "sample_steps": 100, "sample_every": 10},
            "seed": seed,
        }
    )


def partial(plateau=1.0, ratio=W[1] / W[0]):
    """S_ab (shell, 2, 2) whose even combination has EVEN with so many times its plateau; composition at
    random."""
    w = np.array([W[0], W[0] * ratio])
    even = (plateau * LEFT + 0.12 * K**2) * (w**2 @ X)
    n_of_even, n_of_psi = 1 / (w @ X), -(w[0] - w[1]) / (w @ X)
    basis = np.array([[X[0] * n_of_even, X[0] * n_of_psi + 1], [X[1] * n_of_even, X[1] * n_of_psi - 1]])
    fields = np.array([np.diag([value, X[0] * X[1]]) for value in even])
    return np.einsum("ab,sbc,dc->sad", basis, fields, basis)


def spectrum(correlation, seed, initial="random", msd=50.0, **planted):
    S = partial(**planted)
    value, vector = np.linalg.eigh(S)
    weight = MODES * SAMPLES
    relative = 1 / np.sqrt(weight)
    spec = spec_of(correlation, seed, initial)
    scattered = 1 + 0.3 * relative * np.random.default_rng(seed).standard_normal(len(K))
    return records.build(
        "spectrum",
        {
            "k": K,
            "S": NUMBER * scattered,
            "S_err": NUMBER * scattered * relative,
            "modes": MODES,
            "effective_samples": np.full(len(K), SAMPLES),
            "frames": 100,
            "msd": msd,
            "msd_steps": 3000,
            "psi_6": 0.38,
            "psi_6_err": 0.001,
            "species_fraction": X,
            "S_partial": S.reshape(-1, 4)[:, [0, 1, 3]],
            "S_partial_err": S.reshape(-1, 4)[:, [0, 1, 3]] * 0.1,
            "S_softest": value[:, 0],
            "S_softest_err": value[:, 0] * relative,
            "softest_ratio": vector[:, 1, 0] / vector[:, 0, 0],
            "softest_ratio_err": np.full(len(K), 0.01),
        },
        spec=spec.canonical_json(),
        seed=seed,
        box_side=spec.system.box_side,
    )


def theory(correlation):
    made = theory_of_one_size(-1.0)
    zero = np.zeros(len(K))
    values = {name: made[name].values for name in made.data_vars} | {
        "S_theory": NUMBER,
        "plateau": 0.015,
        "species_weight": W,
        "species_weight_err": 0.002 * W,
        "weight_ratio": W[1] / W[0],
        "weight_ratio_err": 0.004,
        "softest_ratio_theory": W[1] / W[0],
        "softest_ratio_theory_err": 0.004,
        "long_time_noise": (1 + correlation) * 0.2,
        "self_diffusion": D_S,
        "self_diffusion_err": 0.1 * D_S,
        "composition_plateau": LEFT,
        "composition_plateau_err": 0.1 * LEFT,
        "S_weighted_theory": EVEN,
        "S_weighted_theory_err": zero,
    }
    return records.build(
        "theory", values, spec=spec_of(correlation).canonical_json(), seed=1, box_side=10.0
    )


def state(correlation=-1.0, **changes):
    """Fit with a lattice start, and theory."""
    runs = [spectrum(correlation, seed, **changes) for seed in (1, 2)]
    return fit.run(*runs, spectrum(correlation, 9, "lattice", **changes)), theory(correlation)


def rows(*given, relation="equal", **options):
    """Rows by quantity: the claims of this page about one state."""
    names = ("mixture-weights", "weighted-plateau", "number-plateau")
    claims = {
        name: Claim.model_validate(
            {
                "statement": "so it is", "formula": "(x)", "quantity": name, "states": ["m/a"],
                "relation": "above" if name == "number-plateau" else "equal", "tolerance": options,
            }
        )
        for name in names
    }  # fmt: skip
    table = claimed(claims, {"m/a": spec_of(-1.0)}, *given)
    return {row.quantity: row for row in table.rows}


def test_weighted_structure_factor_is_the_planted_one():
    """S_w of the records' own S_ab; its relative error that of the softest combination, and of weights."""
    (found,) = gather(*state())
    S, error = species.weighted(found)
    np.testing.assert_allclose(S, EVEN, rtol=1e-9)
    relative = 1 / np.sqrt(2 * MODES * SAMPLES)
    assert (error >= EVEN * relative * (1 - 1e-9)).all()
    w = W + np.array([0, 0.004 * W[0]])
    moved = np.einsum("a,sab,b->s", w, partial(), w) / (w**2 @ X) - EVEN
    np.testing.assert_allclose(error, np.hypot(EVEN * relative, moved), rtol=1e-6)
    soft = np.linalg.eigh(partial())[1][:, :, 0]
    own = np.einsum("sa,sab,sb->s", soft, partial(), soft) / (soft**2 @ X)
    np.testing.assert_allclose(species.softest(found), own, rtol=1e-9)


def test_planted_agreement_holds():
    found = rows(*state())
    assert {name: row.verdict.word for name, row in found.items()} == dict.fromkeys(found, "holds")
    assert len(found) == 3
    assert found["mixture-weights"].numbers.predicted == pytest.approx(1.3)
    assert found["weighted-plateau"].numbers.measured == pytest.approx(
        found["weighted-plateau"].numbers.predicted, rel=1e-9
    )


def test_planted_disagreement_fails():
    assert rows(*state(ratio=1.5))["mixture-weights"].verdict.word == "fails"
    for plateau, word in ((0.0, "fails"), (0.5, "fails"), (0.75, "holds"), (1.3, "holds"), (2.0, "fails")):
        found = rows(*state(plateau=plateau))["weighted-plateau"]
        # Planted without the jitter, which lowers a plateau by half a per cent at most.
        assert found.numbers.measured == pytest.approx(plateau * LEFT, abs=0.006 * LEFT)
        assert found.verdict.word == word  # 40% are allowed
    assert rows(*state(plateau=60.0))["number-plateau"].verdict.word == "fails"


def test_noise_that_is_left_makes_no_combination_even():
    given = state(0.0)
    quantities = {row.quantity for row in supported(*given).rows}
    assert not quantities & {"mixture-weights", "weighted-plateau"}


def test_quantities_of_a_mixture_say_nothing_of_one_size():
    quantities = {row.quantity for row in supported(pooled(-0.9), theory_of_one_size(-0.9)).rows}
    assert not quantities & {"mixture-weights", "weighted-plateau", "number-plateau"}
    quantities = {row.quantity for row in supported(*state()).rows}
    assert {"mixture-weights", "weighted-plateau", "small-k"} <= quantities


def errorbars(axes):
    return {bars.get_label(): bars for bars in axes.containers}


def test_figure_shows_the_numbers_of_its_records():
    (given,) = gather(*state())
    figure = style.draw(mixture.draw, *state())
    curves, weights = figure.axes
    drawn = errorbars(curves)
    S_w, S_w_err = species.weighted(given)
    for label, S, error in (("number", given.fit["S"], given.fit["S_err"]), ("weighted", S_w, S_w_err)):
        line, _, (bars,) = next(bars for name, bars in drawn.items() if name.startswith(label))
        np.testing.assert_allclose(line.get_ydata(), S)
        lengths = [segment[1, 1] - segment[0, 1] for segment in bars.get_segments()]
        np.testing.assert_allclose(lengths, 2 * np.asarray(error), rtol=1e-6)
    lines = [line.get_ydata() for line in curves.lines]
    for name in ("S_theory", "S_weighted_theory"):
        low = given.theory["k"].values <= 1.0
        assert any(len(y) == low.sum() and np.allclose(y, given.theory[name][low]) for y in lines)
    line, _, _ = weights.containers[0]
    np.testing.assert_allclose(line.get_ydata(), given.fit["softest_ratio"])
    assert any(np.allclose(line.get_ydata(), W[1] / W[0]) for line in weights.lines[:2])


def test_two_correlations_are_two_panels_in_order():
    figure = style.draw(mixture.draw, *state(-1.0), *state(0.0))
    titles = [axes.get_title("right") for axes in figure.axes]
    assert ["$0$" in title for title in titles] == [True, False, False]
    assert ["$-1$" in title for title in titles] == [False, True, True]


def test_a_doubtful_state_is_hollow_and_named():
    figure = style.draw(mixture.draw, *state(msd=0.1))
    curves = figure.axes[0]
    assert "supercooled" in curves.get_title("right")
    marks = [bars[0].get_markerfacecolor() for axes in figure.axes for bars in axes.containers]
    assert marks == ["white"] * 3


def test_records_without_a_mixture_are_refused(states):
    with pytest.raises(InputError, match="two species"):
        style.draw(mixture.draw, *states)


@FORMATS
def test_same_records_same_bytes(ending, tmp_path):
    drawn_twice(lambda: style.draw(mixture.draw, *state()), tmp_path, ending)
