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
        "the orbits' volume, over its exact law: mean over groups, b < 1 and times", ("companion",), 0.01,
        fluid=False,
    ),
    "orbit-laws": Quantity(
        "distance from the law / its samples", "noncentral chi^2 in D - k + k b^2 dimensions",
        "mean Kolmogorov distance of |x|^2 from its exact law over that of samples of it, both "
        "dynamics, b < 1",
        ("companion",), 0.05, fluid=False,
    ),
    "orbit-two-samples": Quantity(
        "distance of both laws / equal laws", "equal laws",
        "mean Kolmogorov distance between both dynamics from an invariant start over that of equal laws, "
        "b < 1; error: as if all tests of one group and b were one", ("companion",), 0.05, fluid=False,
    ),
    "orbit-control": Quantity(
        "the same, one start", "", "the same of one entry, from a single point, at the smallest b",
        ("companion",), 0.05, fluid=False,
    ),
    "orbit-stratonovich": Quantity(
        "<|x|^2>, Stratonovich / Ito", "delta with b in place of b^2",
        "mean square at rest by Stratonovich's reading of the noise over theory of Ito's, mean "
        "over groups and "
        "b < 1", ("companion",), 0.01, fluid=False,
    ),
    "orbit-gaps": Quantity(
        "gap / beta ensemble", "beta = b^2", "mean smallest gap of eigenvalues at rest over that of the "
        "Gaussian beta ensemble, mean over b", ("companion",), 0.01, fluid=False,
    ),
    **{
        f"{noise}-balance": Quantity(
            f"var(u^2 - |w|^2) / theory, {words}", formula,
            f"variance over networks of u^2 - |w|^2 of a neuron at the last step under {words} over "
            "4 sum s^2 <u^2 + |w|^2> of isotropic noise of the strength of SGD, step by step, mean over "
            "activations",
            ("companion",), 0.05, fluid=False,
        )
        for noise, words, formula in (
            ("injected", "injected noise", "4 sum s^2 <u^2 + |w|^2>"), ("sgd", "SGD", "")
        )
    },
    "memory-rate": Quantity(
        "slope of ln error / theory", "-2 pi^2 / ln(64 / u_min)",
        "slope of the logarithm of the error in the band of fractional noise by K states against K over "
        "that of Zolotarev's problem, from K = 3 on: mean over H and bands", ("companion",), 0.05,
        fluid=False,
    ),
    "noisy-modes": Quantity(
        "<w^2> / theory, exact noise", "int f(w) / |1 - (1 - g) e^-iw|^2 dw / pi",
        "mean square of modes of g < 1 under exact fractional noise over theory, mean over modes and H",
        ("companion",), 0.02, fluid=False,
    ),
    **{
        f"swarm-{name}": Quantity(
            f"{label} / theory", formula, meaning, ("companion",), 0.02, fluid=False
        )
        for name, label, formula, meaning in (
            (
                "spread", "variance of a swarm", "[(1 - lambda dt)^2 + sigma^2 dt (1 - 1/n)]^t",
                "variance of consensus walkers about their mean without a function, a third of the way",
            ),
            (
                "wander", "(mean)^2 of a swarm", "sigma^2 dt / n sum <V>",
                "square of the way that their mean has gone, a third of the way",
            ),
            (
                "pull", "m - c", "alpha V f' / (1 + alpha h V)",
                "distance of the consensus point from the mean of a normal swarm on a parabola",
            ),
        )
    },
    **{
        f"race-{objective}-{method}": Quantity(
            f"ln of least energy, {words} / anti-correlated", "",
            f"mean logarithm over repeats of the least energy of {objective} by {words} over that by "
            "descent under the most anti-correlated noise at equal cost, settings chosen on other repeats; "
            "scale: 1",
            ("companion",), 0.0, fluid=False,
        )
        for objective in ("rastrigin", "ackley", "particles")
        for method, words in (("white", "white noise"), ("consensus", "consensus"))
    },
}  # fmt: skip
