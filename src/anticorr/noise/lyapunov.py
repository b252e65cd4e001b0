"""Stationary covariance of a linear map driven by the noise of the project.

    x(t+1) = M x(t) + G xi(t) + zeta(t)

xi: independent components of one filter; zeta: white in time, of covariance W. Together with the states of
the filter this is a Markov chain, whose covariance solves a discrete Lyapunov equation. Its blocks follow
one after the other, which keeps all digits of rates close to 1:

    <z_k z_l^T> = 1 / (1 - q_k q_l)
    <x z_k^T>   = (1 - q_k M)^{-1} G a_k,     a_k = <xi(t) z_k(t+1)> = h_0 + q_k sum_l s_l / (1 - q_k q_l)
    <x x^T>     = M <x x^T> M^T + M Y G^T + G Y^T M^T + G G^T + W,     Y = <x xi^T> = sum_k s_k <x z_k^T>
"""

import numpy as np

from anticorr.errors import InputError
from anticorr.noise.exponential import Filter


def joint_covariance(
    drift_matrix: np.ndarray, noise_input: np.ndarray, noise: Filter, white: np.ndarray | None = None
) -> np.ndarray:
    """Covariance of (x, z_1, ..., z_K), shape (d + K p, d + K p), all at the same step.

    drift_matrix: M, (d, d). noise_input: G, (d, p) for p components of xi. white: W, (d, d), none by
    default. z_k has p components; z_kj stands at d + (k - 1) p + j. The states are those of unit noise:
    sigma belongs in G.

    Raises InputError when shapes do not fit or an eigenvalue of M reaches modulus 1.
    """
    from scipy.linalg import solve_discrete_lyapunov  # slow to load, and the engine does without

    M, G = np.asarray(drift_matrix, dtype=float), np.asarray(noise_input, dtype=float)
    W = np.zeros_like(M) if white is None else np.asarray(white, dtype=float)
    _checked(M, G, W)
    d, p, states = *G.shape, len(noise.rates)
    identity = np.eye(d)
    with_states = np.zeros((d, states * p))
    with_noise = np.zeros((d, p))
    memory = noise.first + np.array(noise.rates) * (noise.state_covariance @ np.array(noise.weights))
    for k, (weight, rate) in enumerate(zip(noise.weights, noise.rates, strict=True)):
        block = np.linalg.solve(identity - rate * M, memory[k] * G)
        with_states[:, k * p : (k + 1) * p] = block
        with_noise += weight * block
    cross = M @ with_noise @ G.T
    own = solve_discrete_lyapunov(M, cross + cross.T + noise.variance * G @ G.T + W)
    of_states = np.kron(noise.state_covariance, np.eye(p))
    return np.block([[(own + own.T) / 2, with_states], [with_states.T, of_states]])


def _checked(M: np.ndarray, G: np.ndarray, W: np.ndarray) -> None:
    problems = []
    if M.ndim != 2 or M.shape[0] != M.shape[1]:
        problems.append(f"drift_matrix: got shape {M.shape}, wanted (d, d)")
    if G.ndim != 2 or G.shape[0] != M.shape[0]:
        problems.append(f"noise_input: got shape {G.shape}, wanted (d, p) with d = {M.shape[0]}")
    if W.shape != M.shape:
        problems.append(f"white: got shape {W.shape}, wanted {M.shape}")
    if problems:
        raise InputError(*problems)
    radius = float(np.abs(np.linalg.eigvals(M)).max())
    if not radius < 1:
        raise InputError(f"drift_matrix: got an eigenvalue of modulus {radius:.6g}, wanted all below 1")
