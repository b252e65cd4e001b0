"""Quantities of the theories beside the paper."""

from anticorr.quantities.entry import Quantity

COMPANIONS = {
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
    "orbit-square": Quantity(
        "<|x|^2> / theory", "noncentral chi^2 in D - k + k b^2 dimensions",
        "mean square of walkers whose noise is projected off group orbits, and of those under the drift of "
        "the orbits' volume, over its exact law: mean over groups, b and times", ("companion",), 0.01,
        fluid=False,
    ),
    "orbit-two-samples": Quantity(
        "distance of both laws / equal laws", "equal laws",
        "mean Kolmogorov distance between both dynamics from an invariant start over that of equal laws",
        ("companion",), 0.05, fluid=False,
    ),
    "orbit-control": Quantity(
        "the same, one start", "", "the same of one entry, from a single point, at the smallest b",
        ("companion",), 0.05, fluid=False,
    ),
    "orbit-stratonovich": Quantity(
        "<|x|^2>, Stratonovich / Ito", "", "mean square at rest by Stratonovich's reading of the noise "
        "over theory, which reads it as Ito's, at the smallest b: mean over groups", ("companion",), 0.01,
        fluid=False,
    ),
    "orbit-gaps": Quantity(
        "gap / beta ensemble", "beta = b^2", "mean smallest gap of eigenvalues at rest over that of the "
        "Gaussian beta ensemble, mean over b", ("companion",), 0.01, fluid=False,
    ),
    **{
        f"{noise}-balance": Quantity(
            f"var(u^2 - |w|^2) / theory, {words}", formula,
            f"variance over networks of u^2 - |w|^2 of a neuron at the last step under {words} over "
            "4 s^2 sum <u^2 + |w|^2> of isotropic noise of its strength, mean over activations",
            ("companion",), 0.05, fluid=False,
        )
        for noise, words, formula in (
            ("injected", "injected noise", "4 s^2 sum <u^2 + |w|^2>"), ("sgd", "SGD", "")
        )
    },
}  # fmt: skip
