"""What theory needs of a mixture of two species beside `averages`: weights, self-diffusion; its curves."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import xarray as xr

from anticorr.errors import InputError
from anticorr.specs import Spec
from anticorr.specs.dynamics import Dynamics
from anticorr.stages.averages import averages
from anticorr.theory.jitter import add_jitter, jitter_variance
from anticorr.theory.mixtures import (
    composition_plateau,
    composition_weights,
    number_plateau,
    softest_weights,
)
from anticorr.theory.plateau import injected_noise


class Composition(NamedTuple):
    """Of two species, the small one first."""

    fractions: np.ndarray
    """x_a."""
    weights: np.ndarray
    """w_a = dPhi / drho_a, D^2 per step."""
    covariance: np.ndarray
    """Of the weights."""
    self_diffusion: float
    """D_s, D^2 per step."""
    self_diffusion_err: float

    @property
    def diffusion(self) -> float:
        """D = sum_a x_a w_a, of the whole density at fixed composition."""
        return float(self.weights @ self.fractions)

    @property
    def diffusion_err(self) -> float:
        """Its standard error."""
        return float(np.sqrt(self.fractions @ self.covariance @ self.fractions))


def composition(spec: Spec, trajectories: Sequence[xr.Dataset]) -> Composition:
    """From the runs of `specs.short_runs` of a mixture: at rho (1 -+ h), and at rho_a (1 -+ h) one by one.

    All runs make the weights, by least squares. D_s is the mean over the runs, whose changes of density
    cancel; its error is their scatter, the change with density included: rather too large. Raises
    InputError for a state that is not stable.
    """
    found = [averages(trajectory) for trajectory in trajectories]
    systems = [one.spec.system for one in found]
    weights, covariance = composition_weights(
        np.array([np.array(s.species_numbers) / s.box_side**s.dimension for s in systems]),
        np.array([one.potential for one in found]),
        np.array([one.potential_err for one in found]),
    )
    slow = np.array([_self_diffusion(trajectory) for trajectory in trajectories])
    made = Composition(
        np.array(spec.system.species_numbers) / spec.system.particles,
        weights,
        covariance,
        float(slow.mean()),
        float(slow.std(ddof=1) / np.sqrt(len(slow))),
    )
    if made.diffusion <= 0:
        raise InputError(
            f"short runs: got D = {made.diffusion:.3g} from (2), wanted a stable state (D > 0)"
        )
    return made


def curves(
    mixed: Composition,
    k: np.ndarray,
    stripped: Callable[[float, float, float], np.ndarray],
    dynamics: Dynamics,
    noises: tuple[tuple[float, float], tuple[float, float]],
) -> dict[str, Any]:
    """Variables of the theory record that a mixture changes or adds.

    S of y of the number density is that of one species, `stripped` (D, q, chi), plus `number_plateau`;

        S_w = (D^2 / sum_a x_a w_a^2) stripped + composition_plateau

    and (4') takes both to x, since S_w too is 1 for independent particles. noises: (q, its standard error),
    (chi, its own). Errors: one input after the other, the weights along the roots of their covariance.
    """
    x, s_square = mixed.fractions, jitter_variance(dynamics.noise)
    assert s_square is not None  # `predict` refuses noise of a longer memory
    injected = injected_noise(dynamics)

    def lines(w0: float, w1: float, slow: float, q: float, chi: float) -> np.ndarray:
        w = np.array([w0, w1])
        D = float(w @ x)
        left, extra = composition_plateau(w, x, slow, D), number_plateau(w, x, slow, D)
        soft, single = softest_weights(w, slow), stripped(D, q, chi)
        number, even = single + extra, D**2 / (w**2 @ x) * single + left
        return np.concatenate(
            [
                number,
                add_jitter(k, number, s_square),
                add_jitter(k, even, s_square),
                [(injected + q) / (2 * D) + extra, left, w1 / w0, soft[1] / soft[0]],
            ]
        )

    inputs = np.array([*mixed.weights, mixed.self_diffusion, *(value for value, _ in noises)])
    steps = np.diag([0.0, 0.0, mixed.self_diffusion_err, *(error for _, error in noises)])
    steps[:2, :2] = np.linalg.cholesky(mixed.covariance).T
    values = lines(*inputs)
    errors = np.sqrt(sum((lines(*(inputs + step)) - values) ** 2 for step in steps))
    (stripped_n, n, even, scalars), (_, n_err, even_err, scalars_err) = (
        np.split(v, len(k) * np.arange(1, 4)) for v in (values, errors)
    )
    return {
        "plateau": scalars[0],
        "plateau_err": scalars_err[0],
        "S_theory": n,
        "S_theory_err": n_err,
        "S_stripped_theory": stripped_n,
        "S_weighted_theory": even,
        "S_weighted_theory_err": even_err,
        "species_weight": mixed.weights,
        "species_weight_err": np.sqrt(np.diag(mixed.covariance)),
        "self_diffusion": mixed.self_diffusion,
        "self_diffusion_err": mixed.self_diffusion_err,
        "composition_plateau": scalars[1],
        "composition_plateau_err": scalars_err[1],
        "weight_ratio": scalars[2],
        "weight_ratio_err": scalars_err[2],
        "softest_ratio_theory": scalars[3],
        "softest_ratio_theory_err": scalars_err[3],
    }


def _self_diffusion(trajectory: xr.Dataset) -> float:
    """D_s from the mean square displacement of y over the last three quarters of a run."""
    msd = trajectory["mean_square_displacement"].values
    time = trajectory["time"].values[np.isfinite(msd)]
    msd = msd[np.isfinite(msd)]
    late = len(msd) // 4
    dimension = trajectory.sizes["axis"]
    return float((msd[-1] - msd[late]) / (2 * dimension * (time[-1] - time[late])))
