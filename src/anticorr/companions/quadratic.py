"""Fluctuations of gradient descent about a quadratic minimum, exact at any learning rate.

    m(t+1) = mu m(t) + H w(t) + xi(t),     w(t+1) = w(t) - l P m(t+1)

H: Hessian; l: learning rate; mu: momentum; P: preconditioner, symmetric and positive. xi: gradient noise,
of covariance C at one step and of any filter of the project in time. Continuous time (l -> 0 at fixed l C)
gives l C / (2 H); what is exact differs from it by factors of order 1 near the edge of stability.

In u = P^{-1/2} w there is no P, and H' = P^{1/2} H P^{1/2}, C' = P^{1/2} C P^{1/2}. In the eigenbasis of
H' two components meet only in C'_ij. With v = (u, m), M_i = [[1 - l h_i, -l mu], [h_i, mu]], G = (-l, 1)
and the states z_k of the filter (`anticorr.noise.lyapunov`, whose blocks these are)

    <v_i z_jk> = C'_ij (1 - q_k M_i)^{-1} G a_k
    V_ij = M_i V_ij M_j^T + M_i Y_i G^T + G Y_j^T M_j^T + G G^T,     <v_i v_j^T> = C'_ij V_ij

with Y_i = sum_k s_k (1 - q_k M_i)^{-1} G a_k: four linear equations for each pair, d^2 in all.

Source of the white cases: Liu, Ziyin, Ueda, Noise and fluctuation of finite learning rate stochastic
gradient descent, ICML 2021, arXiv:2012.03636.
"""

import numpy as np

from anticorr.errors import InputError
from anticorr.noise import Filter, white

_ASYMMETRY = 1e-10
_MOST_ROUNDS = 500


def stationary_covariance(
    hessian: np.ndarray,
    noise_covariance: np.ndarray,
    learning_rate: float,
    *,
    momentum: float = 0.0,
    preconditioner: np.ndarray | None = None,
    filter: Filter | None = None,
) -> np.ndarray:
    """Covariance of the weights, (d, d), when descent has become stationary.

    hessian: H, (d, d), symmetric and positive. noise_covariance: C, (d, d), symmetric, none of its
    eigenvalues below 0. preconditioner: P, (d, d), or its diagonal (d,); the identity by default. filter:
    of the noise in time, of unit variance (`anticorr.noise.ma1(-1.0)`); white by default. Special cases:

        SGD                      H S + S H - l H S H = l C
        damped Newton, P = 1/H   S = l / (2 - l)  H^-1 C H^-1

    Raises InputError, a line for each problem: shapes, matrices that are not symmetric or positive,
    momentum outside [0, 1), a learning rate at or above the edge of stability 2 (1 + mu) / h, h the largest
    eigenvalue of P H.
    """
    H, C = np.asarray(hessian, dtype=float), np.asarray(noise_covariance, dtype=float)
    P = np.eye(len(H)) if preconditioner is None else np.asarray(preconditioner, dtype=float)
    P = np.diag(P) if P.ndim == 1 else P
    problems = _problems({"hessian": H, "noise_covariance": C, "preconditioner": P})
    if not 0 <= momentum < 1:
        problems.append(f"momentum: got {momentum:g}, allowed >= 0 and < 1")
    if problems:
        raise InputError(*problems)
    root = _root(P)
    h, vectors = np.linalg.eigh(root @ H @ root)
    _check_stable(h, learning_rate, momentum)
    basis = root @ vectors  # w = basis @ (components of u)
    driving = vectors.T @ root @ C @ root @ vectors
    variances = _pairs(h, learning_rate, momentum, filter or white())
    covariance = basis @ (driving * variances) @ basis.T
    return (covariance + covariance.T) / 2


def continuous_covariance(
    hessian: np.ndarray,
    noise_covariance: np.ndarray,
    learning_rate: float,
    *,
    preconditioner: np.ndarray | None = None,
) -> np.ndarray:
    """What continuous time says of S, (d, d): P H S + S H P = l P C P. It is the limit of l -> 0.

    noise_covariance: C times f(0) of its filter, the spectrum at frequency 0, which alone is left there;
    learning_rate: with momentum l / (1 - mu). Raises InputError as `stationary_covariance` does, but not at
    the edge of stability, of which continuous time knows nothing.
    """
    H, C = np.asarray(hessian, dtype=float), np.asarray(noise_covariance, dtype=float)
    P = np.eye(len(H)) if preconditioner is None else np.asarray(preconditioner, dtype=float)
    P = np.diag(P) if P.ndim == 1 else P
    problems = _problems({"hessian": H, "noise_covariance": C, "preconditioner": P})
    if problems:
        raise InputError(*problems)
    root = _root(P)
    h, vectors = np.linalg.eigh(root @ H @ root)
    basis = root @ vectors
    driving = vectors.T @ root @ C @ root @ vectors
    return learning_rate * basis @ (driving / (h[:, None] + h)) @ basis.T


def regression_covariance(
    input_covariance: np.ndarray, learning_rate: float, batch: int, label_noise: float
) -> np.ndarray:
    """Covariance S of the weights, (d, d), of linear regression by SGD in minibatches drawn anew each step.

        A S + S A = l [A S A + (A S A + Tr(A S) A) / B + s^2 A / B]

    input_covariance: A, (d, d), of Gaussian inputs; batch: B >= 1; label_noise: s, standard deviation of
    the labels about the truth. S commutes with A, and with T = Tr(A S) its eigenvalues are

        l (T + s^2) / B / [2 - l a (1 + 1/B)],     T = s^2 K / (1 - K)
        K = sum_a l a / B / [2 - l a (1 + 1/B)]

    Raises InputError: shapes, a matrix that is not symmetric and positive, batch < 1, label_noise < 0, and
    a learning rate at which the variance grows without bound: K reaches 1.
    """
    A = np.asarray(input_covariance, dtype=float)
    problems = _problems({"input_covariance": A})
    problems += [] if batch >= 1 else [f"batch: got {batch}, allowed >= 1"]
    problems += [] if label_noise >= 0 else [f"label_noise: got {label_noise:g}, allowed >= 0"]
    problems += [] if learning_rate > 0 else [f"learning_rate: got {learning_rate:g}, allowed > 0"]
    if problems:
        raise InputError(*problems)
    a, vectors = np.linalg.eigh(A)
    share = _regression_share(a, learning_rate, batch)
    if share >= 1:
        raise InputError(
            f"learning_rate: got {learning_rate:g}, allowed < {regression_edge(A, batch):.6g}, at which "
            f"batches of {batch} make the variance grow without bound"
        )
    total = label_noise**2 / (1 - share)  # T + s^2
    left = 2 - learning_rate * a * (1 + 1 / batch)
    return (vectors * (learning_rate * total / batch / left)) @ vectors.T


def regression_edge(input_covariance: np.ndarray, batch: int) -> float:
    """Learning rate at which K = 1 (see `regression_covariance`): from there on the variance grows."""
    from scipy.optimize import brentq  # slow to load

    a = np.linalg.eigvalsh(input_covariance)
    most = 2 / (a[-1] * (1 + 1 / batch))
    return brentq(lambda rate: 1 - 1 / _regression_share(a, rate, batch), 1e-9 * most, most, xtol=1e-14)


def _regression_share(a: np.ndarray, learning_rate: float, batch: int) -> float:
    """K; infinite beyond the edge."""
    left = 2 - learning_rate * a * (1 + 1 / batch)
    return float((learning_rate * a / batch / left).sum()) if left.min() > 0 else np.inf


def adam_covariance(
    hessian: np.ndarray, noise_covariance: np.ndarray, learning_rate: float, *, beta_1: float = 0.9
) -> np.ndarray:
    """Covariance S of the weights, (d, d), under Adam and white gradient noise, for b_2 -> 1.

    The averages of squares then no longer fluctuate, v_i = <g_i^2> = (H S H + C)_ii, and Adam is momentum
    b_1 at the learning rate (1 - b_1) l with P = diag(v)^-1/2; S and v are found together. There is no edge
    of stability: near one S grows, and v with it. Derived here; sources treat P = (a H)^-1/2, a given one.

    Raises InputError as `stationary_covariance` does, for learning_rate <= 0 and beta_1 outside [0, 1), and
    where none are found.
    """
    H, C = np.asarray(hessian, dtype=float), np.asarray(noise_covariance, dtype=float)
    problems = _problems({"hessian": H, "noise_covariance": C})
    problems += [] if learning_rate > 0 else [f"learning_rate: got {learning_rate:g}, allowed > 0"]
    problems += [] if 0 <= beta_1 < 1 else [f"beta_1: got {beta_1:g}, allowed >= 0 and < 1"]
    if problems:
        raise InputError(*problems)
    v, rate = np.diag(C) + np.finfo(float).tiny, (1 - beta_1) * learning_rate
    for _ in range(_MOST_ROUNDS):
        edge = 2 * (1 + beta_1) / np.linalg.eigvalsh(H / np.sqrt(np.outer(v, v) ** 0.5))[-1]
        if rate >= 0.999 * edge:
            v = v * (rate / (0.99 * edge)) ** 2
            continue
        S = stationary_covariance(H, C, rate, momentum=beta_1, preconditioner=v**-0.5)
        found = np.diag(H @ S @ H + C)
        if np.abs(np.log(found / v)).max() < 1e-10:
            return S
        v = np.sqrt(v * found)
    raise InputError(
        f"learning_rate: got {learning_rate:g}, at which no S and v that agree were found in "
        f"{_MOST_ROUNDS} rounds; allowed: a smaller one"
    )


def bayesian_learning_rate(curvature: float, batch: int, samples: int) -> float:
    """l = 2 B / [h (N + B)], at which SGD samples the posterior of variance 1 / (N h).

    Gradient noise of variance C = h / B, as of a likelihood near its maximum; continuous time says
    2 B / (h N). curvature: h; batch: B; samples: N.
    """
    return 2 * batch / (curvature * (samples + batch))


def _pairs(h: np.ndarray, learning_rate: float, momentum: float, noise: Filter) -> np.ndarray:
    """<u_i u_j> / C'_ij, (d, d)."""
    d, G = len(h), np.array([-learning_rate, 1.0])
    M = np.empty((d, 2, 2))
    M[:, 0, 0], M[:, 0, 1] = 1 - learning_rate * h, -learning_rate * momentum
    M[:, 1, 0], M[:, 1, 1] = h, momentum
    weights, rates = np.array(noise.weights), np.array(noise.rates)
    memory = noise.first + rates * (noise.state_covariance @ weights)
    Y = np.zeros((d, 2))
    for weight, rate, a in zip(weights, rates, memory, strict=True):
        given = np.broadcast_to(weight * a * G, (d, 2))[..., None]
        Y += np.linalg.solve(np.eye(2) - rate * M, given)[..., 0]
    MY = np.einsum("iab,ib->ia", M, Y)
    own = noise.variance * np.outer(G, G)
    found = np.empty((d, d))
    for i in range(d):  # one row of pairs at a time: d systems of four
        source = MY[i][:, None] * G + G[:, None] * MY[:, None, :] + own
        both = np.einsum("ab,jcd->jacbd", M[i], M).reshape(d, 4, 4)
        found[i] = np.linalg.solve(np.eye(4) - both, source.reshape(d, 4, 1))[:, 0, 0]
    return found


def _root(matrix: np.ndarray) -> np.ndarray:
    values, vectors = np.linalg.eigh(matrix)
    return (vectors * np.sqrt(values)) @ vectors.T


def _problems(matrices: dict[str, np.ndarray]) -> list[str]:
    """Of matrices that should be symmetric and positive (noise: not negative), all of one shape."""
    problems, d = [], len(next(iter(matrices.values())))
    for name, matrix in matrices.items():
        if matrix.shape != (d, d) or not d:
            problems.append(f"{name}: got shape {matrix.shape}, wanted ({d or 'd'}, {d or 'd'})")
            continue
        if not np.isfinite(matrix).all():
            problems.append(f"{name}: got numbers that are not finite, wanted finite ones")
            continue
        apart = float(np.abs(matrix - matrix.T).max())
        if apart > _ASYMMETRY * np.abs(matrix).max():
            problems.append(
                f"{name}: got entries that differ from their mirrors by {apart:.3g}, wanted none"
            )
            continue
        least = float(np.linalg.eigvalsh(matrix)[0])
        if name == "noise_covariance":
            if least < -_ASYMMETRY * np.abs(matrix).max():
                problems.append(f"{name}: got an eigenvalue {least:.3g}, allowed >= 0")
        elif least <= 0:
            problems.append(f"{name}: got an eigenvalue {least:.3g}, allowed > 0")
    return problems


def _check_stable(h: np.ndarray, learning_rate: float, momentum: float) -> None:
    edge = 2 * (1 + momentum) / h[-1]
    if not 0 < learning_rate < edge:
        raise InputError(
            f"learning_rate: got {learning_rate:g}, allowed > 0 and < {edge:.6g} (the edge of stability "
            "2 (1 + momentum) / h, h the largest eigenvalue of preconditioner times hessian)"
        )
