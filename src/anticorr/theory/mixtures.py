"""The combination of species that is hyperuniform in a mixture (docs/theory.md, Mixtures).

Mass moves down the gradient of Phi, so it is Phi that becomes even, not the number density:

    delta Phi = sum_a w_a delta rho_a,     w_a = dPhi / drho_a
    S_w(k) = sum_ab w_a w_b S_ab(k) / sum_a w_a^2 x_a,     S_ab = <rho_a rho_b*> / N

with N all particles, x_a the fraction of species a. S_w is 1 for species that are independent and random.
"""

import numpy as np

from anticorr.errors import InputError


def composition_weights(
    densities: np.ndarray, potential: np.ndarray, potential_err: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """(w_a, their covariance) from Phi at several compositions, in one box and under one dynamics.

    densities: (point, species) number densities rho_a; potential: (point,) means of Phi; potential_err:
    their standard errors. Weighted least squares of Phi = Phi_0 + sum_a w_a rho_a. Points in pairs
    rho_a (1 -+ h), one species at a time, make it exact to second order in h. Raises InputError when the
    points do not span the species, or an error is not positive.
    """
    rho, phi, err = (np.asarray(x, dtype=float) for x in (densities, potential, potential_err))
    if rho.ndim != 2 or phi.shape != rho.shape[:1] or err.shape != phi.shape:
        raise InputError(
            f"densities, potential, potential_err: got shapes {rho.shape}, {phi.shape}, {err.shape}, "
            "wanted (point, species), (point,), (point,)"
        )
    if not (err > 0).all():
        raise InputError(f"potential_err: got {err.min():g}, wanted > 0")
    centred = rho - np.average(rho, axis=0, weights=err**-2)
    design = centred / err[:, None]
    if np.linalg.matrix_rank(centred / rho.max(), tol=1e-9) < rho.shape[1]:
        raise InputError(
            f"densities: got points that do not span {rho.shape[1]} species, wanted that they do"
        )
    covariance = np.linalg.inv(design.T @ design)
    return covariance @ design.T @ (phi / err), covariance


def weighted_structure_factor(
    weights: np.ndarray, fractions: np.ndarray, partial: np.ndarray
) -> np.ndarray:
    """S_w(k) of the combination sum_a w_a rho_a.

    weights: w_a; fractions: x_a, of sum 1; partial: S_ab, (species, species, ...), real. Returns the shape
    that follows the species.
    """
    w, x = np.asarray(weights, dtype=float), np.asarray(fractions, dtype=float)
    return np.einsum("a,b,ab...->...", w, w, np.asarray(partial)) / (w**2 @ x)


def composition_plateau(
    weights: np.ndarray, fractions: np.ndarray, self_diffusion: float, diffusion: float
) -> float:
    """Plateau of S_w that a mixture of two keeps although its noise is hyperuniform, at leading order.

    Phi follows the composition with a lag 1 / (D k^2), in which particles exchange places at self-diffusion
    pace D_s. With two linear fields, n driven by Phi alone and the composition random and diffusing by
    itself,

        S_w(0) = (w_1 - w_2)^2 x_1 x_2 D_s / (D + D_s) / sum_a w_a^2 x_a

    D, D_s in D^2 per step, D of the total density at fixed composition, D_s of y over long times.
    """
    w, x = np.asarray(weights, dtype=float), np.asarray(fractions, dtype=float)
    mixed = (w[0] - w[1]) ** 2 * x[0] * x[1] / (w**2 @ x)
    return float(mixed * self_diffusion / (diffusion + self_diffusion))


def number_plateau(
    weights: np.ndarray, fractions: np.ndarray, self_diffusion: float, diffusion: float
) -> float:
    """What the composition adds to S of the number density, in the same two fields.

    n = (delta Phi - (w_1 - w_2) psi) / D, with psi = x_2 rho_1 - x_1 rho_2 at random, gives

        (w_1 - w_2)^2 x_1 x_2 / [D (D + D_s)]
    """
    w, x = np.asarray(weights, dtype=float), np.asarray(fractions, dtype=float)
    return float((w[0] - w[1]) ** 2 * x[0] * x[1] / (diffusion * (diffusion + self_diffusion)))


def softest_weights(weights: np.ndarray, self_diffusion: float) -> np.ndarray:
    """Weights of the combination that knows nothing of the composition, in the same two fields: w_a + D_s.

    Phi follows with a lag, so <n psi> = -(w_1 - w_2) <psi^2> / (D + D_s), smaller than at even Phi. As the
    noise of momentum vanishes this is the combination that fluctuates least, to leading order in D_s / D.
    """
    return np.asarray(weights, dtype=float) + self_diffusion
