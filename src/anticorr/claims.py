"""Claims of a configuration: statements about its states, and the names of the quantities that decide.

A claim names a quantity, the states that it is about, and how far measurement and theory may be apart. The
functions behind the quantities stand in `anticorr.figures.claims.catalogue`; a test keeps the two in step.
"""

from fnmatch import fnmatchcase
from typing import Any, Literal, NamedTuple

from pydantic import Field, model_validator

from anticorr.strict import Number, Strict
from anticorr.wording import unknown_name


class Quantity(NamedTuple):
    """One line of the catalogue."""

    label: str
    formula: str
    """Where the prediction comes from; empty where only a claim can say what is expected."""
    meaning: str
    needs: tuple[str, ...] = ("fit", "theory")
    """Records of a state without which nothing can be said: names of `figures.states.State`."""
    allowance: float = 0.05
    """Share of the prediction that theory may leave out; 0 where it is exact."""
    of: Literal["state", "set"] = "state"
    """About one state (a row for each), or about all states of the claim together (one row)."""
    fluid: bool = True
    """Means something only in a relaxed fluid."""


QUANTITIES = {
    "plateau": Quantity(
        "S(k -> 0)", "(3)", "plateau of the fit with exponent 2; predicted: the same fit of the theory line"
    ),
    "plateau-against-zero": Quantity(
        "S(k -> 0) against 0", "", "the same plateau against none: `equal` says hyperuniform, `above` not"
    ),
    "amplitude": Quantity(
        "k^2 amplitude", "(4)", "amplitude of that fit; complete in theory only as both noises vanish"
    ),
    "exponent": Quantity(
        "exponent alpha", "(4)", "fitted exponent where theory has no plateau", allowance=0.0
    ),
    "crossover": Quantity(
        "crossover k_x", "(4)", "k where plateau and k^2 part are equal, if inside the range of the fit"
    ),
    "smallest-k": Quantity("S at smallest k", "(4)", "S of the first shell against the theory line"),
    "small-k": Quantity("S over small k", "(4)", "mean of S / theory over k <= 0.25, times theory"),
    "stripped-amplitude": Quantity(
        "S_y / k^2", "A = alpha^2 chi / 2D", "mean over k <= 0.5, where theory has no plateau"
    ),
    "jitter-identity": Quantity(
        "S from S_y", "(4')", "S of x and (4') of S_y, frame by frame, over .7 <= k <= .9", allowance=0.0
    ),
    "mixture-weights": Quantity(
        "weights, large over small", "w_a + D_s",
        "v_1 / v_0 of the softest combination of S_ab, mean over k <= 0.25, if no long-time noise is left",
    ),
    "weighted-plateau": Quantity(
        "plateau of S_w", "two fields",
        "mean over k <= 0.25 of S_w less its leading order: what the exchange of species leaves",
        allowance=0.4,
    ),
    "number-plateau": Quantity(
        "S of a mixture against S_w", "", "mean over k <= 0.25 of both: `above` says that S is not even",
    ),
    "window-exponent": Quantity(
        "slope of S in the window", "(5)",
        "exponent of the pure power law under fractional noise, H < 1/2; predicted: the same fit of the "
        "theory line", allowance=0.0,
    ),
    "spectrum-in-window": Quantity(
        "S / theory in the window", "(5)",
        "mean of S / theory over the k of the fit, under fractional noise",
    ),
    "plateau-ratio": Quantity(
        "plateaus, measured / predicted", "(3)", "weighted mean over the states with a plateau", of="set"
    ),
    "plateau-scaling": Quantity(
        "slope of log S(k -> 0)", "(3)", "slope of log plateau against log (1 + c_t)", of="set",
        allowance=0.0,
    ),
    "number-variance-exponent": Quantity(
        "slope of log sigma_N^2(R)", "(4)",
        "over R from half of the largest on; predicted: of S(k) that is theory in the range of the fit",
        allowance=0.0,
    ),
    "replica-scatter": Quantity(
        "scatter of replicas / error", "Gamma",
        "rms over shells of the standard error from replicas over that reported", ("fit",), of="set",
        allowance=0.0,
    ),
    "centre-noise": Quantity(
        "noise of the centre", "(3)",
        "N times the variance that the mean position gains a step, against f(0) sigma^2 + q; in any state",
        allowance=0.0, fluid=False,
    ),
    "additivity": Quantity(
        "cross term of the noises", "(3)",
        "r in 2 D S(0) = a s + b q + 2 r sqrt(s q), s = f(0) sigma^2; 1 if amplitudes add, not noises",
        of="set", allowance=0.0,
    ),
    "diffusion-from-decay": Quantity(
        "D from F(k, t)", "(2)", "D of m = D k^2 (1 + b k^2) in the decay of modes, up to k_max of the fit"
    ),
    **{
        name: Quantity(
            f"{label}, c_t = -1 / 0", "",
            f"{meaning}: the most anti-correlated of the states over white noise, seed by seed; 1 is no "
            "difference", ("landscape",), 0.0, "set", False,
        )
        for name, label, meaning in (
            ("run-energy", "energy of the run", "energy of x along the run"),
            ("quench-energy", "quench energy", "energy after a noise-free quench of the last x"),
            ("anneal-energy", "annealed energy", "energy after annealing and a quench"),
            ("run-curvature", "tr H / N of the run", "trace of the Hessian along the run"),
            ("quench-curvature", "tr H / N of minima", "trace of the Hessian after a quench"),
        )
    },
    "mode-variance": Quantity(
        "<w^2> / theory", "sigma^2 [1 + c (1-g)] / [g (2-g)]",
        "mean over modes and noises of the variance of a mode of curvature h over its expectation, "
        "g = eta h", ("training",), 0.0, fluid=False,
    ),
    "valley-diffusion": Quantity(
        "u^2 / theory, c_t > -1", "dX = [sigma^2 f(0) d - 2 eta V X] dt + 2 sigma sqrt(f(0) X) dW",
        "u^2 in the widening valley over its expectation, mean over the noises and the second half of the "
        "run; theory leaves out that v takes time to follow at the edge of stability", ("training",),
        fluid=False,
    ),
    "valley-drift": Quantity(
        "u^2 / theory, c_t = -1", "dX / dt = -2 eta V X",
        "the same where the noise leaves no diffusion", ("training",), 0.0, fluid=False,
    ),
    "batch-deviation": Quantity(
        "<(w - x)^2> / theory", "spectrum of batch means",
        "square distance to the mean of samples that are learned in minibatches, over its expectation, "
        "second half of the run", ("training",), 0.0, fluid=False,
    ),
    **{
        name: Quantity(
            f"<|w|^2> / theory, {label}", formula,
            f"mean square distance to a quadratic minimum over that of theory at finite learning rate, "
            f"mean over {over}", ("companion",), 0.0, fluid=False,
        )
        for name, label, formula, over in (
            ("linear-variance", "linear", "V = M V M^T + ...", "optimisers, noises and learning rates"),
            (
                "regression-variance", "minibatches", "A S + S A = l [A S A + (A S + Tr A S) A / B + ...]",
                "learning rates",
            ),
            ("adam-variance", "Adam", "v = diag(H S H + C)", "learning rates, with averages v that do not "
             "fluctuate"),
        )
    },
    "continuous-variance": Quantity(
        "<|w|^2> / continuous time", "", "the same of SGD under white noise at its largest learning rate "
        "over that of continuous time, 1 where it holds", ("companion",), 0.0, fluid=False,
    ),
    "escape-rate": Quantity(
        "rate of escape / theory", "K f = lambda f", "rate at which walkers leave a well over the "
        "long-time rate of theory, mean over barriers and wells", ("companion",), 0.0, fluid=False,
    ),
    "escape-slope": Quantity(
        "slope of ln rate against E", "exp(-dL / (h S))", "of rates of escape over several barriers, mean "
        "over wells; the prefactor, which depends on E, is left out of the prediction", ("companion",), 0.1,
        fluid=False,
    ),
    **{
        f"meanfield-{name}": Quantity(
            f"{label}, descents / theory", "mean-field theory",
            f"{label} of SGD on a mixture of Gaussians, extrapolated in 1 / d, over that of theory: "
            "weighted mean over settings at a quarter, a half and the end of the descents",
            ("companion",), 0.01, fluid=False,
        )
        for name, label in (
            ("overlap", "overlap m"), ("loss", "training loss"), ("training-error", "training error"),
            ("error", "error on new samples"),
        )
    },
    "meanfield-scatter": Quantity(
        "distance from theory / error", "mean-field theory",
        "root mean square of the distance of these four numbers from theory over its standard error",
        ("companion",), 0.0, fluid=False,
    ),
    **{
        name: Quantity(label, "", meaning, ("training",), 0.0, "state", False)
        for name, label, meaning in (
            (
                "accuracy-gain", "gain in test accuracy",
                "test accuracy after the quench, the most anti-correlated noise at the strength that "
                "validation chose less descent without noise, seed by seed; scale: the share told wrong "
                "without noise",
            ),
            (
                "white-accuracy-gain", "gain under white noise",
                "the same of white noise, at the strength that validation chose for it",
            ),
            (
                "accuracy-against-correlation", "slope of test accuracy against c_t",
                "at the smallest strength, by seed a line through all noises; scale as above",
            ),
            (
                "flatness", "tr H with noise / without",
                "after the quench, of the noise and strength of `accuracy-gain`; 1 is no difference",
            ),
        )
    },
    **{
        name: Quantity(
            f"share of {of}, regulariser / noise", "L + (sigma^2 / 4) tr H",
            f"change of {of} by the explicit regulariser over that by noise at c_t = -1, of the smallest "
            "strength of both; predicted: 1 in the leading order of sigma^2",
            ("training",), 0.3, fluid=False,
        )
        for name, of in (("regulariser-flatness", "tr H"), ("regulariser-test-loss", "test loss"))
    },
    **{
        name: Quantity(label, "", meaning, ("training",), 0.0, "set", False)
        for name, label, meaning in (
            (
                "private-gain", "gain of nu-DP-FTRL",
                "test accuracy less that of independent noise at equal privacy, each at the learning rate "
                "that validation chose for it, seed by seed; scale: the share told wrong under independent "
                "noise",
            ),
            (
                "private-states", "BLT of 2 states against nu-DP-FTRL",
                "difference of test accuracy, chosen and scaled likewise",
            ),
        )
    },
    **{
        name: Quantity(
            f"ln of recovery error, {noise} / no noise", "",
            f"mean logarithm over seeds of the ratio of recovery errors, {noise} at the strength with the "
            "least loss on held-out equations over descent without noise; 0 is no difference; scale: 1",
            ("training",), 0.0, fluid=False,
        )
        for name, noise in (
            ("recovery", "most anti-correlated noise"), ("white-recovery", "white noise")
        )
    },
}  # fmt: skip
"""All quantities by the names that claims use."""


class Tolerance(Strict):
    """How far a measurement may be from its prediction."""

    standard_errors: Number = Field(3.0, description="standard errors of the difference", gt=0, le=10)
    allowance: Number = Field(
        0.05,
        description="share of the prediction that theory may leave out; by default that of the quantity",
        ge=0,
        lt=1,
    )
    power: Number = Field(
        0.1, description="largest standard error that decides, as a share of the scale", gt=0, le=1
    )


class Claim(Strict):
    """One statement; a row for each state, or one for all if its quantity is about a set."""

    statement: str = Field(description="what is claimed, a sentence", min_length=1)
    formula: str = Field(description="where the prediction comes from", min_length=1)
    quantity: Literal[tuple(QUANTITIES)] = Field(description="what is compared (see below)")
    states: list[str] = Field(description="`sweep/point`, or patterns as `sweep/*`", min_length=1)
    relation: Literal["equal", "above", "below"] = Field(
        "equal", description="of measured to predicted; above and below: by the standard errors"
    )
    tolerance: Tolerance = Tolerance()
    note: str = Field("", description="printed beside the verdict, which it never changes")

    @model_validator(mode="before")
    @classmethod
    def _allowance_of_the_quantity(cls, data: Any) -> Any:
        if isinstance(data, dict) and isinstance(data.get("tolerance", {}), dict):
            name = data.get("quantity")
            known = QUANTITIES.get(name) if isinstance(name, str) else None
            if known is not None:
                given = data.get("tolerance", {})
                return {**data, "tolerance": {"allowance": known.allowance, **given}}
        return data  # what is wrong with it is told by the models

    def addresses(self, points: list[str]) -> list[str]:
        """Those of the points that the claim is about, each once, in their own order."""
        return [point for point in points if any(fnmatchcase(point, p) for p in self.states)]

    def problems(self, points: list[str]) -> list[str]:
        """A line for each entry of `states` that no point answers to."""
        return [
            f"{unknown_name(f'states.{n}', pattern, points)}, or a pattern of these"
            for n, pattern in enumerate(self.states)
            if not any(fnmatchcase(point, pattern) for point in points)
        ]


def catalogue() -> list[str]:
    """Lines of config/README.md: the quantities."""
    head = ["| quantity | formula | allowance | about | what is compared |", "|---|---|---|---|---|"]
    return head + [
        f"| `{name}` | {q.formula or '-'} | {q.allowance:g} | {q.of} | {q.meaning} |"
        for name, q in QUANTITIES.items()
    ]
