"""What the records of companions hold."""

from anticorr.variables.entry import Variable

_CASE, _RATE, _WELL = ("case",), ("case", "rate"), ("well", "barrier")

QUADRATIC = {
    "optimiser": Variable(_CASE, "1", "what descends"),
    "correlation": Variable(_CASE, "1", "c_t of the gradient noise"),
    "edge": Variable(_CASE, "1", "learning rate at the edge of stability (Adam: none)"),
    "learning_rate": Variable(_RATE, "1", "l; NaN fills up"),
    "square": Variable(_RATE, "1", "<|w|^2> = tr S, simulated"),
    "square_err": Variable(_RATE, "1", "its standard error, from independent walkers"),
    "square_exact": Variable(_RATE, "1", "tr S at this learning rate"),
    "square_continuous": Variable(_RATE, "1", "tr S of continuous time"),
    "well_learning_rate": Variable(("well",), "1", "l of the walkers of a well, h = C = 1"),
    "well_correlation": Variable(("well",), "1", "c_t of their gradient noise"),
    "exponent": Variable(("barrier",), "1", "E = dL / (h S) of the barrier, S at this learning rate"),
    "exponent_continuous": Variable(_WELL, "1", "the same with S of continuous time"),
    "escapes": Variable(_WELL, "1", "walkers that left while counted"),
    "escape_rate": Variable(_WELL, "1/step", "rate of escape: escapes over steps walked"),
    "escape_rate_exact": Variable(_WELL, "1/step", "rate at long times"),
}

_SETTING, _SCAN = ("setting", "step"), ("scan",)
_KERNEL = ("setting", "step", "before")
_OF_DESCENTS = {
    "overlap": "m = w . v / d",
    "norm": "C = |w|^2 / d",
    "loss": "mean loss of the training samples",
    "training_error": "share of training samples told wrong",
    "error": "share of new samples told wrong",
}

MEANFIELD = {
    "mixture": Variable(("setting",), "1", "place of the problem in the spec"),
    "batch_fraction": Variable(("setting",), "1", "b"),
    **{name: Variable(_SETTING, "1", f"{what}, theory") for name, what in _OF_DESCENTS.items()},
    **{f"{name}_err": Variable(_SETTING, "1", f"standard error of {name}") for name in _OF_DESCENTS},
    **{
        f"{name}_simulated": Variable(_SETTING, "1", f"{what}, descents, extrapolated in 1 / d")
        for name, what in _OF_DESCENTS.items()
    },
    **{
        f"{name}_simulated_err": Variable(_SETTING, "1", f"standard error of {name}_simulated")
        for name in _OF_DESCENTS
    },
    "noise_kernel": Variable(_KERNEL, "1", "M_C: covariance of the noise, lower triangle"),
    "memory_kernel": Variable(_KERNEL, "1", "M_R: memory of the weights, below the diagonal"),
    "scan_key": Variable(_SCAN, "1", "what is varied: batch_fraction, spread or ridge"),
    "scan_value": Variable(_SCAN, "1", "its value"),
    **{
        f"scan_error{end}": Variable(_SCAN, "1", what)
        for end, what in (
            ("", "share of new samples told wrong at the last step, theory"),
            ("_err", "its standard error"),
            ("_simulated", "the same, descents"),
            ("_simulated_err", "its standard error"),
        )
    },
}

_ORBIT, _MOMENT = ("setting",), ("setting", "moment")
_LOOKS = ("setting", "moment", "look")
_BINS, _NET, _COURSE = ("setting", "bin"), ("net",), ("net", "course")


def _with_error(name: str, dims: tuple[str, ...], units: str, meaning: str) -> dict[str, Variable]:
    return {
        name: Variable(dims, units, meaning),
        f"{name}_err": Variable(dims, units, f"standard error of {name}"),
    }


ORBIT = {
    "symmetry": Variable(_ORBIT, "1", "place of the group in the spec"),
    "b": Variable(_ORBIT, "1", "noise along orbits, over that across them"),
    "dimension": Variable(_ORBIT, "1", "delta = D - k + k b^2: <|x|^2> at rest"),
    "moment_time": Variable(("moment",), "1", "time of a comparison"),
    "square_exact": Variable(_MOMENT, "1", "<|x|^2> by the exact law"),
    **_with_error("square_projected", _MOMENT, "1", "<|x|^2> under projected noise"),
    **_with_error("square_equivalent", _MOMENT, "1", "<|x|^2> under the drift of the volume"),
    "law_projected": Variable(
        _MOMENT, "1", "sqrt(n) times the Kolmogorov distance of |x|^2 from its law, projected noise"
    ),
    "law_equivalent": Variable(_MOMENT, "1", "the same under the drift of the volume"),
    "look": Variable(("look",), "1", "what is compared: square, form (that no element changes), entry"),
    "two_samples": Variable(
        _LOOKS, "1", "sqrt(n/2) times the Kolmogorov distance between both dynamics, n walkers each"
    ),
    "control": Variable(_LOOKS, "1", "the same from one point, which is no invariant law"),
    **_with_error("square_rest", _ORBIT, "1", "<|x|^2> at rest, projected noise"),
    **_with_error("square_stratonovich", _ORBIT, "1", "the same with Stratonovich's reading"),
    **_with_error("form_rest", _ORBIT, "1", "mean form at rest, projected noise"),
    **_with_error("form_ensemble", _ORBIT, "1", "mean form of the beta ensemble (conjugation alone)"),
    "radius": Variable(_BINS, "1", "|x| in the middle of a bin"),
    **_with_error("density", _BINS, "1", "density of |x| at rest, projected noise"),
    "density_exact": Variable(_BINS, "1", "the law's, mean over the bin"),
    "activation": Variable(_NET, "1", "of the networks"),
    "noise_share": Variable(
        _NET,
        "1",
        "mean square of the noise of batches along orbits over that of isotropic noise, at the start",
    ),
    "injected": Variable(
        _NET, "1", "s of the injected noise: that of SGD at the start, by step and weight"
    ),
    "course_step": Variable(("course",), "step", "step of the networks"),
    **{
        name: entry
        for noise, words in (("sgd", "SGD"), ("injected", "injected noise"))
        for name, entry in (
            *_with_error(
                f"balance_{noise}",
                _COURSE,
                "1",
                f"variance over networks of u^2 - |w|^2 less its start, {words}",
            ).items(),
            (f"loss_{noise}", Variable(_COURSE, "1", f"mean loss of all samples, {words}")),
        )
    },
    "balance_exact": Variable(_COURSE, "1", "4 s^2 sum <u^2 + |w|^2>: the variance under injected noise"),
}

_APPROXIMATION, _MODE = ("approximation",), ("persistence", "damping")
_SWARM, _PULL = ("swarm_moment",), ("parabola",)
_ENTRANT = ("entrant",)

CONSENSUS = {
    "approximation_hurst": Variable(_APPROXIMATION, "1", "H of the noise"),
    "approximation_states": Variable(_APPROXIMATION, "1", "K: states that stand for it"),
    "approximation_lowest": Variable(_APPROXIMATION, "rad/step", "w_min of the band"),
    "approximation_error": Variable(_APPROXIMATION, "1", "largest |f_K / f - 1| in the band"),
    "approximation_expected": Variable(
        _APPROXIMATION, "1", "4 sin(pi |d|) exp(-2 pi^2 K / ln(64 / u_min)), d = H - 1/2"
    ),
    "mode_rate": Variable(("damping",), "1/step", "g of a mode w' = (1 - g) w + xi"),
    "mode_hurst": Variable(("persistence",), "1", "H of its noise"),
    "mode_states": Variable(("approximant",), "1", "K of its approximations, in the first band"),
    **_with_error("mode_square", _MODE, "1", "<w^2> under exact noise, simulated"),
    "mode_square_exact": Variable(_MODE, "1", "<w^2> of the exact spectrum"),
    "mode_square_states": Variable(
        ("persistence", "approximant", "damping"), "1", "<w^2> under the approximations"
    ),
    "swarm_step": Variable(_SWARM, "step", "step of swarms at alpha = 0"),
    **_with_error("spread", _SWARM, "1", "<V>, variance about the mean, over that at the start"),
    "spread_exact": Variable(_SWARM, "1", "its expectation"),
    **_with_error("wander", _SWARM, "1", "<(m(t) - m(0))^2> over V(0)"),
    "wander_exact": Variable(_SWARM, "1", "its expectation"),
    "pull_strength": Variable(_PULL, "1", "alpha h V of a swarm on a parabola, m = 1"),
    **_with_error("pull", _PULL, "1", "m - c"),
    "pull_exact": Variable(_PULL, "1", "its limit for many walkers"),
    "objective": Variable(_ENTRANT, "1", "what is made small"),
    "method": Variable(_ENTRANT, "1", "descent, consensus, or c_t of the noise of perturbed descent"),
    "setting_value": Variable(_ENTRANT, "1", "sigma of consensus, strength of the noise at the start"),
    "race_step": Variable(("race_moment",), "step", "evaluations of every walker"),
    "least": Variable(("entrant", "repeat", "race_moment"), "1", "least energy so far of a swarm"),
}
