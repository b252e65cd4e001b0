"""What the records of particles hold: trajectories, spectra, fits, theory, landscapes."""

from anticorr.variables.entry import Variable

GROWING = ("frame", "sample", "time")
"""Dimensions along which a trajectory grows while it runs."""

_SHELL = ("shell",)
_TIME = ("time",)
_FRAMES = ("frame", "particle", "axis")
_MODES = ("sample", "mode")
_DECAY = ("shell", "lag")
_PAIRS = ("shell", "pair")

TRAJECTORY = {
    "position": Variable(_FRAMES, "D", "particle position x in [0, L)", True),
    "stripped_position": Variable(
        _FRAMES, "D", "noise-stripped position y = x + sigma sum_k g_k z_k in [0, L)", True
    ),
    "diameter": Variable(("particle",), "D", "diameter of each particle (absent: all 1)", True),
    "step": Variable(("frame",), "step", "step of the frame, counted from the start", True),
    "wavevector": Variable(("mode", "axis"), "1", "integers n, k = (2 pi / L) n, one of each +-n", True),
    "mode_step": Variable(("sample",), "step", "step of the sample of the density modes", True),
    "mode_real": Variable(_MODES, "1", "real part of rho_k = sum_j exp(-i k . x_j)", True),
    "mode_imag": Variable(_MODES, "1", "imaginary part of rho_k", True),
    "mode_real_stripped": Variable(_MODES, "1", "real part of rho_k of y", True),
    "mode_imag_stripped": Variable(_MODES, "1", "imaginary part of rho_k of y", True),
    "time": Variable(_TIME, "step", "step at which an entry of the series ends"),
    "energy": Variable(_TIME, "eps", "potential energy per particle"),
    "pressure": Variable(_TIME, "eps D^-d", "virial pressure of x"),
    "pressure_stripped": Variable(
        _TIME, "eps D^-d", "virial pressure with separations of y and unselected forces"
    ),
    "mean_square_force": Variable(
        _TIME,
        "eps^2 D^-2",
        "mean square of one component of the applied force on a particle (bro, ro: kick, in D^2)",
    ),
    "pair_force_square": Variable(
        _TIME,
        "eps^2 D^-2",
        "mean over particles of sum_j f_ij,x^2, unselected (bro, ro: f = kick_size n, in D^2)",
    ),
    "pair_virial": Variable(
        ("time", "axis"), "eps", "W_xx = sum_pairs theta f_x y_x + (alpha/2) sum_i F_x^2, per axis"
    ),
    "pair_virial_plain": Variable(
        ("time", "axis"), "eps", "W_xx with separations of x and unselected pair forces, per axis", True
    ),
    "active_fraction": Variable(_TIME, "1", "fraction of particles with a contact"),
    "mean_square_displacement": Variable(
        _TIME, "D^2", "mean square displacement of y since the start of sampling, sum over axes"
    ),
}

SPECTRUM = {
    "k": Variable(_SHELL, "D^-1", "wavenumber (with the 2 pi), mean over the shell"),
    "S": Variable(_SHELL, "1", "structure factor of x"),
    "S_err": Variable(_SHELL, "1", "standard error of S"),
    "modes": Variable(_SHELL, "1", "wavevectors in the shell, one of each +-k pair"),
    "effective_samples": Variable(_SHELL, "1", "independent snapshots' worth of each mode"),
    "S_interval": Variable(("shell", "bound"), "1", "95% interval of S, from its Gamma law", True),
    "S_jackknife_err": Variable(
        _SHELL, "1", "standard error of S by leaving out blocks of frames, a cross-check", True
    ),
    "k_rms": Variable(_SHELL, "D^-1", "root mean square wavenumber of the shell", True),
    "S_stripped": Variable(_SHELL, "1", "structure factor of y", True),
    "S_stripped_err": Variable(_SHELL, "1", "standard error of S_stripped", True),
    "effective_samples_stripped": Variable(
        _SHELL, "1", "independent snapshots' worth of each mode of y", True
    ),
    "jitter_residual": Variable(
        _SHELL, "1", "mean of 1 - S - exp(-k^2 s^2) (1 - S_stripped), zero by theory", True
    ),
    "jitter_residual_err": Variable(_SHELL, "1", "standard error of jitter_residual", True),
    "frames": Variable((), "1", "number of frames averaged"),
    "msd": Variable((), "D^2", "mean square displacement of y over msd_steps", True),
    "msd_steps": Variable((), "step", "steps over which msd was measured", True),
    "psi_6": Variable((), "1", "mean |psi_6| of six nearest neighbours (2D; NaN in 3D)", True),
    "psi_6_err": Variable((), "1", "standard error of psi_6", True),
    "lag": Variable(("lag",), "step", "lag of the intermediate scattering function", True),
    "intermediate_scattering": Variable(_DECAY, "1", "F(k, t) = Re <rho*(0) rho(t)> / N of x", True),
    "intermediate_scattering_err": Variable(_DECAY, "1", "standard error of F(k, t)", True),
    "intermediate_scattering_stripped": Variable(_DECAY, "1", "F(k, t) of y", True),
    "intermediate_scattering_stripped_err": Variable(_DECAY, "1", "standard error of F(k, t) of y", True),
    "relaxation_rate": Variable(
        _SHELL,
        "step^-1",
        "m(k): F(k, t) ~ (1 - m)^t, of y where there is one; NaN where not resolved",
        True,
    ),
    "relaxation_rate_err": Variable(_SHELL, "step^-1", "standard error of relaxation_rate", True),
    "frozen_fraction": Variable((), "1", "what is left of F at long times, at the smallest k", True),
    "frozen_fraction_err": Variable((), "1", "standard error of frozen_fraction", True),
    "delay": Variable(("delay",), "step", "delay of the displacements", True),
    "displacement": Variable(("delay",), "D^2", "mean square displacement of x against delay", True),
    "displacement_err": Variable(("delay",), "D^2", "standard error of displacement", True),
    "centre_displacement": Variable(("delay",), "D^2", "N times that of the mean position", True),
    "centre_displacement_err": Variable(("delay",), "D^2", "standard error of centre_displacement", True),
    "centre_noise": Variable(
        (), "D^2 step^-1", "N times the variance per axis that the mean position gains a step", True
    ),
    "centre_noise_err": Variable((), "D^2 step^-1", "standard error of centre_noise", True),
    "distance": Variable(("distance",), "D", "r of the pair correlation function", True),
    "pair_correlation": Variable(("distance",), "1", "g(r)", True),
    "pair_correlation_err": Variable(("distance",), "1", "standard error of g(r)", True),
    "radius": Variable(("radius",), "D", "R of the window of the number variance", True),
    "number_variance": Variable(("radius",), "1", "sigma_N^2(R) of the number in a disc or sphere", True),
    "number_variance_err": Variable(("radius",), "1", "standard error of number_variance", True),
    "species_fraction": Variable(("species",), "1", "share of the particles, from small to large", True),
    "S_partial": Variable(_PAIRS, "1", "S_ab = <rho_a rho_b*> / N: pairs 00, 01, 11", True),
    "S_partial_err": Variable(_PAIRS, "1", "standard error of S_partial", True),
    "S_softest": Variable(_SHELL, "1", "smallest eigenvalue of S_ab of two species", True),
    "S_softest_err": Variable(_SHELL, "1", "standard error of S_softest", True),
    "softest_ratio": Variable(_SHELL, "1", "v_1 / v_0 of its eigenvector, large over small", True),
    "softest_ratio_err": Variable(_SHELL, "1", "standard error of softest_ratio", True),
}

FIT = {
    **{name: SPECTRUM[name] for name in SPECTRUM if name != "frames"},
    "alpha": Variable((), "1", "hyperuniformity exponent of S = plateau + amplitude k^alpha"),
    "alpha_err": Variable((), "1", "standard error of alpha"),
    "alpha_interval": Variable(("bound",), "1", "95% profile-likelihood interval of alpha"),
    "plateau": Variable((), "1", "S(k -> 0), bounded by zero"),
    "plateau_err": Variable((), "1", "standard error of plateau"),
    "plateau_interval": Variable(("bound",), "1", "95% profile-likelihood interval of plateau"),
    "amplitude": Variable((), "D^alpha", "amplitude of k^alpha"),
    "amplitude_err": Variable((), "D^alpha", "standard error of amplitude"),
    "likelihood_ratio": Variable((), "1", "2 log likelihood ratio of plateau free against zero"),
    "alpha_pure": Variable((), "1", "exponent of the pure power law (plateau zero)"),
    "alpha_pure_err": Variable((), "1", "standard error of alpha_pure"),
    "plateau_quadratic": Variable((), "1", "S(k -> 0) with the exponent held at 2"),
    "plateau_quadratic_err": Variable((), "1", "standard error of plateau_quadratic"),
    "amplitude_quadratic": Variable((), "D^2", "amplitude of k^2 with the exponent held at 2"),
    "amplitude_quadratic_err": Variable((), "D^2", "standard error of amplitude_quadratic"),
    "crossover": Variable((), "D^-1", "k_x = sqrt(plateau_quadratic / amplitude_quadratic)"),
    "crossover_err": Variable((), "D^-1", "standard error of crossover"),
    "deviance": Variable((), "1", "scaled deviance of the fit; expected: degrees of freedom"),
    "degrees_of_freedom": Variable((), "1", "shells minus parameters"),
    "deviance_quadratic": Variable((), "1", "scaled deviance with the exponent held at 2"),
    "k_max": Variable((), "D^-1", "largest k in the fit"),
    "shells": Variable((), "1", "shells in the fit"),
    "replicas": Variable((), "1", "spectra pooled"),
    "replica_spread": Variable(
        _SHELL, "1", "standard error of S from the scatter of the replicas (two or more)", True
    ),
    "crossover_interval": Variable(("bound",), "D^-1", "95% profile-likelihood interval of crossover"),
    "k_max_scanned": Variable(("scan",), "D^-1", "largest k of the fits of alpha_scanned", True),
    "alpha_scanned": Variable(("scan",), "1", "alpha against the largest k of its fit", True),
    "alpha_scanned_err": Variable(("scan",), "1", "standard error of alpha_scanned", True),
    "index": Variable((), "1", "hyperuniformity index S(k -> 0) / S(k_peak)", True),
    "index_interval": Variable(("bound",), "1", "95% interval of index", True),
    "decay_diffusion": Variable((), "D^2 step^-1", "D of m = D k^2 (1 + b k^2) in relaxation_rate", True),
    "decay_diffusion_err": Variable((), "D^2 step^-1", "standard error of decay_diffusion", True),
    "decay_curvature": Variable((), "D^2", "b of m = D k^2 (1 + b k^2) in relaxation_rate", True),
    "decay_curvature_err": Variable((), "D^2", "standard error of decay_curvature", True),
    "S_start": Variable(_SHELL, "1", "structure factor of x of the other start (lattice)", True),
    "S_start_err": Variable(_SHELL, "1", "standard error of S_start", True),
    "starts_differ": Variable((), "1", "ln(S_start / S) at the smallest k, in standard errors", True),
    "starts_resolve": Variable((), "1", "relative difference there of 3 standard errors", True),
}

THEORY = {
    "k": SPECTRUM["k"],
    "S_theory": Variable(_SHELL, "1", "structure factor of x predicted without a fit"),
    "S_theory_err": Variable(_SHELL, "1", "standard error of S_theory from its measured inputs"),
    "S_stripped_theory": Variable(_SHELL, "1", "structure factor of y predicted without a fit", True),
    "diffusion": Variable((), "D^2 step^-1", "collective diffusion coefficient at k -> 0, equation (2)"),
    "diffusion_err": Variable((), "D^2 step^-1", "standard error of diffusion"),
    "diffusion_interval": Variable(
        ("bound",), "D^2 step^-1", "95% interval of diffusion (one species)", True
    ),
    "plateau": Variable((), "1", "S(k -> 0), equation (3); of a mixture with its composition"),
    "plateau_err": Variable((), "1", "standard error of plateau"),
    "gradient_noise": Variable((), "eps^2 step", "chi: long-time covariance of W_xx per particle"),
    "gradient_noise_err": Variable((), "eps^2 step", "standard error of gradient_noise"),
    "stripped_amplitude": Variable((), "D^2", "A = alpha^2 chi / (2 D): k^2 amplitude of S of y"),
    "amplitude": Variable((), "D^2", "k^2 amplitude of S of x, equation (4)"),
    "amplitude_err": Variable((), "D^2", "standard error of amplitude"),
    "crossover": Variable((), "D^-1", "k_x = sqrt(plateau / amplitude)"),
    "selection_noise": Variable((), "D^2 step^-1", "second term of the bracket of equation (3)"),
    "selection_noise_err": Variable((), "D^2 step^-1", "standard error of selection_noise"),
    "long_time_noise": Variable((), "D^2 step^-1", "the bracket of equation (3): f(0) sigma^2 + q"),
    "density_step": Variable((), "1", "relative density step h of the derivative in (2)"),
    "species_weight": Variable(
        ("species",), "D^2 step^-1", "w_a = dPhi / drho_a of a mixture, small and large", True
    ),
    "species_weight_err": Variable(("species",), "D^2 step^-1", "standard error of species_weight", True),
    "weight_ratio": Variable((), "1", "w_1 / w_0, large over small", True),
    "weight_ratio_err": Variable((), "1", "standard error of weight_ratio", True),
    "softest_ratio_theory": Variable(
        (), "1", "(w_1 + D_s) / (w_0 + D_s): softest_ratio expected as the long-time noise vanishes", True
    ),
    "softest_ratio_theory_err": Variable((), "1", "standard error of softest_ratio_theory", True),
    "self_diffusion": Variable((), "D^2 step^-1", "D_s of y at long times", True),
    "self_diffusion_err": Variable((), "D^2 step^-1", "standard error of self_diffusion", True),
    "composition_plateau": Variable(
        (), "1", "what the exchange of species leaves in S_weighted at k -> 0", True
    ),
    "composition_plateau_err": Variable((), "1", "standard error of composition_plateau", True),
    "S_weighted_theory": Variable(
        _SHELL, "1", "S_w = sum_ab w_a w_b S_ab / sum_a w_a^2 x_a of x, predicted", True
    ),
    "S_weighted_theory_err": Variable(_SHELL, "1", "standard error of S_weighted_theory", True),
}

_REPLICA = ("replica",)
_CONFIGURATIONS = {
    "run": "of x while it runs, mean of the sampled steps (tr H, psi_6: frames)",
    "run_stripped": "of y while it runs, mean of the frames",
    "quench": "after a noise-free quench of the last x",
    "quench_stripped": "after a noise-free quench of the last y",
    "anneal": "after annealing the last state to sigma = 0, and a quench (absent: sigma = 0)",
}
_QUANTITIES = {
    "energy": ("eps", "energy per particle"),
    "trace": ("eps D^-2", "flatness: trace of the Hessian per particle"),
    "psi_6": ("1", "mean |psi_6| of six nearest neighbours (2D; NaN in 3D)"),
}

LANDSCAPE = {
    "replica_seed": Variable(_REPLICA, "1", "seed of the replica"),
    **{
        name: entry
        for quantity, (units, what) in _QUANTITIES.items()
        for where, which in _CONFIGURATIONS.items()
        for name, entry in {
            f"{quantity}_{where}": Variable((), units, f"{what} {which}", where == "anneal"),
            f"{quantity}_{where}_err": Variable(
                (), units, f"standard error of {quantity}_{where} over replicas", where == "anneal"
            ),
            f"replica_{quantity}_{where}": Variable(
                _REPLICA, units, f"{quantity}_{where} of each replica", where == "anneal"
            ),
        }.items()
    },
    "energy_crystal": Variable(
        (),
        "eps",
        "energy per particle of the perfect crystal at this density (absent: several sizes)",
        True,
    ),
    "trace_crystal": Variable((), "eps D^-2", "trace of the Hessian per particle of that crystal", True),
    "time": TRAJECTORY["time"],
    "energy_course": Variable(_TIME, "eps", "energy per particle of x along the run, mean over replicas"),
    "energy_course_err": Variable(_TIME, "eps", "standard error of energy_course over replicas"),
    "replica_msd": Variable(_REPLICA, "D^2", "mean square displacement of y over msd_steps"),
    "msd_steps": SPECTRUM["msd_steps"]._replace(optional=False),
    "anneal_steps": Variable((), "step", "steps of the annealing (absent: sigma = 0)", True),
    "quench_force": Variable(
        _REPLICA, "eps D^-1", "largest component of a force left after the quenches of a replica"
    ),
}
