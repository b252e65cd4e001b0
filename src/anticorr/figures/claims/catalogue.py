"""The function of every quantity in `anticorr.claims.QUANTITIES`, by the same name.

To add one: its line there, a function from a state (or from a list of states, where it is about a set) to
`Numbers` or to a sentence that says why there are none, and its line here.
"""

from collections.abc import Callable

from anticorr.figures.claims import mixtures, structure, sweeps
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
    "plateau-ratio": sweeps.plateau_ratio,
    "plateau-scaling": sweeps.plateau_scaling,
}
