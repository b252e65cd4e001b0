"""Quantities of trainings: networks, valleys, private learning, recovery."""

from anticorr.quantities.entry import Quantity

NETWORKS = {
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
    "stable-trace": Quantity(
        "tr H eta / 2 c", "", "trace of the Hessian at the end of descent without injected noise over "
        "2 c / eta, the most that is stable for SGD in batches of one, c outputs: mean over seeds",
        ("training",), 0.0, fluid=False,
    ),
    "diverged-share": Quantity(
        "share of descents that diverged", "", "of seeds, without injected noise; scale: 1", ("training",),
        0.0, fluid=False,
    ),
    "edge-sharpness": Quantity(
        "largest eigenvalue, eta / 2", "2 / eta", "largest eigenvalue of the Hessian at the end over "
        "2 / eta, the edge of stability of descent on all samples: mean over seeds", ("training",), 0.01,
        fluid=False,
    ),
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
