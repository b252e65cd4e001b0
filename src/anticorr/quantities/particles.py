"""Quantities of particles: structure, motion, energies."""

from anticorr.quantities.entry import Quantity

PARTICLES = {
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
}  # fmt: skip
