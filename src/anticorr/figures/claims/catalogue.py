"""The function of every quantity in `anticorr.claims.QUANTITIES`, by the same name.

To add one: its line there, a function from a state (or from a list of states, where it is about a set) to
`Numbers` or to a sentence that says why there are none, and its line here.
"""

from collections.abc import Callable

from anticorr.figures.claims import (
    descents,
    energies,
    fractional,
    mixtures,
    networks,
    noises,
    private,
    real_space,
    recovery,
    structure,
    sweeps,
)
from anticorr.figures.claims.numbers import Numbers

CATALOGUE: dict[str, Callable[..., Numbers | str]] = {
    "plateau": structure.plateau,
    "plateau-against-zero": structure.plateau_against_zero,
    "amplitude": structure.amplitude,
    "exponent": structure.exponent,
    "crossover": structure.crossover,
    "smallest-k": structure.smallest_k,
    "small-k": structure.small_k,
    "stripped-amplitude": structure.stripped_amplitude,
    "jitter-identity": structure.jitter_identity,
    "mixture-weights": mixtures.weights,
    "weighted-plateau": mixtures.weighted,
    "number-plateau": mixtures.number,
    "window-exponent": fractional.exponent_in_window,
    "spectrum-in-window": fractional.spectrum_in_window,
    "plateau-ratio": sweeps.plateau_ratio,
    "plateau-scaling": sweeps.plateau_scaling,
    "number-variance-exponent": real_space.number_variance_exponent,
    "replica-scatter": real_space.replica_scatter,
    "centre-noise": noises.centre_noise,
    "additivity": noises.additivity,
    "diffusion-from-decay": noises.diffusion_from_decay,
    "run-energy": energies.run_energy,
    "quench-energy": energies.quench_energy,
    "anneal-energy": energies.anneal_energy,
    "run-curvature": energies.run_curvature,
    "quench-curvature": energies.quench_curvature,
    "mode-variance": descents.mode_variance,
    "valley-diffusion": descents.valley_diffusion,
    "valley-drift": descents.valley_drift,
    "batch-deviation": descents.deviation,
    "accuracy-gain": networks.accuracy_gain,
    "white-accuracy-gain": networks.white_accuracy_gain,
    "accuracy-against-correlation": networks.accuracy_against_correlation,
    "flatness": networks.flatness,
    "regulariser-flatness": networks.regulariser_flatness,
    "regulariser-test-loss": networks.regulariser_test_loss,
    "private-gain": private.private_gain,
    "private-states": private.private_states,
    "recovery": recovery.recovery,
    "white-recovery": recovery.white_recovery,
}
