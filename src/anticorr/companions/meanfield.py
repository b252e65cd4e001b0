"""Dynamical mean-field theory of stochastic gradient descent on mixtures of Gaussians.

Samples x = c v / sqrt(d) + sqrt(D) z, n = alpha d of them, |v|^2 = d. Two clusters: c = +-1, label y = c,
phi(r) = r. Three: c = 0 for a half of them, +-1 for a quarter each, y = 2 c^2 - 1, phi(r) = r^2 - L^2. With
r = w . x / sqrt(d), descent on

    sum_mu s_mu log(1 + exp(-y phi(r))) + lambda |w|^2 / 2

in steps of eta. s_mu = 1 where a sample is in the batch, a share b of them; in and out at the rates 1 / tau
and (1 - b) / (b tau). tau = eta / b: drawn anew every step. b = 1: gradient flow.

For d -> infinity every sample sees, with L' = dl/dr, t in units in which a step takes eta,

    r = m (c + sqrt(D) h_0) + sqrt(D) h,     h_0 normal, h(0) of variance R
    dh/dt = -lt h - sqrt(D) s L' + int_0^t M_R(t, t') h(t') dt' + xi,     <xi xi'> = M_C
    lt = lambda + alpha D <s L''>,     dm/dt = -lambda m - alpha <s (c + sqrt(D) h_0) L'>
    M_C(t, t') = alpha D <s L' s' L'>,     M_R(t, t') = -alpha D <s L'' T(t, t')>
    dT/dt = -lt T + int M_R T - D s L'' [T + delta(t - t')]

and the weights have |w|^2 / d = m^2 + <w^2>, w as h without the s L' term. What happens at t rests on what
was before: many paths go forward together, step by step, and give M_C(t, .) and M_R(t, .); xi(t) follows
from the new row of the Cholesky factor of M_C. No fixed point is sought. In steps of eta this is descent in
steps of eta, not its limit.

Source: Mignacco, Krzakala, Urbani, Zdeborova, Dynamical mean-field theory for stochastic gradient descent
in Gaussian mixture classification, NeurIPS 2020, arXiv:2006.06098.
"""

from dataclasses import dataclass

import numpy as np

from anticorr.companions import _paths
from anticorr.errors import InputError

_PIECES = 64
"""Pieces of the paths whose sums are added up in order: the same bits on any number of threads."""


@dataclass(frozen=True)
class Mixture:
    """A problem and its descent; names as above.

    clusters: 2 or 3. samples: alpha. spread: D. ridge: lambda. learning_rate: eta. share: b. persistence:
    tau, or None for batches drawn anew every step. start: m(0). start_variance: R. door: L, three clusters.
    """

    clusters: int = 2
    samples: float = 2.0
    spread: float = 0.5
    ridge: float = 0.0
    learning_rate: float = 0.2
    share: float = 1.0
    persistence: float | None = None
    start: float = 0.0
    start_variance: float = 0.01
    door: float = 0.7

    def __post_init__(self) -> None:
        problems = [
            f"{name}: got {value:g}, allowed {words}"
            for name, value, allowed, words in (
                ("clusters", self.clusters, self.clusters in (2, 3), "2 or 3"),
                ("samples", self.samples, self.samples > 0, "> 0"),
                ("spread", self.spread, self.spread > 0, "> 0"),
                ("ridge", self.ridge, self.ridge >= 0, ">= 0"),
                ("learning_rate", self.learning_rate, self.learning_rate > 0, "> 0"),
                ("share", self.share, 0 < self.share <= 1, "> 0 and <= 1"),
                ("start_variance", self.start_variance, self.start_variance > 0, "> 0"),
                ("door", self.door, self.door > 0, "> 0"),
            )
            if not allowed
        ]
        if not problems and not (self.tau >= self.least_tau * (1 - 1e-12)):
            problems.append(f"persistence: got {self.tau:g}, allowed >= {self.least_tau:g} (drawn anew)")
        if problems:
            raise InputError(*problems)

    @property
    def least_tau(self) -> float:
        """eta / b: a sample leaves or enters a batch by chance alone."""
        return self.learning_rate / self.share

    @property
    def tau(self) -> float:
        return self.least_tau if self.persistence is None else self.persistence


@dataclass(frozen=True)
class Course:
    """Along steps 0 ... K: (step,) each; kernels (step, step), lower triangles."""

    overlap: np.ndarray
    """m = w . v / d"""
    norm: np.ndarray
    """C = |w|^2 / d"""
    loss: np.ndarray
    """of the training samples, in the batch or not, mean"""
    training_error: np.ndarray
    error: np.ndarray
    """of generalisation"""
    noise_kernel: np.ndarray
    """M_C"""
    memory_kernel: np.ndarray
    """M_R"""


def generalisation_error(problem: Mixture, overlap: np.ndarray, norm: np.ndarray) -> np.ndarray:
    """Share of new samples that are told wrong, for r = c m + sqrt(D C) g, g normal.

    Two clusters: erfc(m / sqrt(2 D C)) / 2. Three: [P(|sqrt(D C) g| > L) + P(|m + sqrt(D C) g| < L)] / 2.
    """
    from scipy.special import ndtr  # slow to load

    width = np.sqrt(problem.spread * norm)
    if problem.clusters == 2:
        return ndtr(-overlap / width)
    outside = 2 * ndtr(-problem.door / width)
    inside = ndtr((problem.door - overlap) / width) - ndtr((-problem.door - overlap) / width)
    return (outside + inside) / 2


def solve(problem: Mixture, steps: int, *, paths: int, seed: int) -> Course:
    """The course of the effective process over `steps` steps of descent, from `paths` paths.

    Its error falls as 1 / sqrt(paths) and is that between seeds; a bias is of order 1 / paths. Memory:
    paths * steps^2 * 4 bytes. Raises InputError for steps < 1 or paths < 64.
    """
    problems = [] if steps >= 1 else [f"steps: got {steps}, allowed >= 1"]
    problems += [] if paths >= _PIECES else [f"paths: got {paths}, allowed >= {_PIECES}"]
    if problems:
        raise InputError(*problems)
    random = np.random.Generator(np.random.Philox(seed))
    eta, D, alpha = problem.learning_rate, problem.spread, problem.samples
    spread = np.sqrt(D)
    clusters = (1, -1) if problem.clusters == 2 else (0, 1, 0, -1)
    centre = np.resize(np.array(clusters, dtype=float), paths)
    label = centre if problem.clusters == 2 else 2 * centre**2 - 1
    door = problem.door if problem.clusters == 3 else 0.0
    h0 = random.standard_normal(paths)
    h = np.zeros((paths, steps + 1))
    h[:, 0] = np.sqrt(problem.start_variance) * random.standard_normal(paths)
    selected = (random.random(paths) < problem.share).astype(float)
    response = np.zeros((paths, steps + 1, steps + 1), dtype=np.float32)
    force, normal = np.zeros((2, paths, steps + 1))
    stiffness, loss, missed = np.empty((3, paths))
    pieces = np.empty((_PIECES, 2, steps + 1))
    kernel_c, kernel_r, factor = np.zeros((3, steps + 1, steps + 1))
    m, decay = np.empty((2, steps + 1))
    m[0] = problem.start
    seen = np.empty((2, steps + 1))
    for k in range(steps + 1):
        _paths.look(k, m[k], spread, door, centre, label, h0, h, selected, loss, missed, force, stiffness)
        seen[:, k] = loss.mean(), missed.mean()
        _paths.average(k, alpha * D, force, stiffness, response, kernel_c, kernel_r, pieces)
        decay[k] = problem.ridge + alpha * D * stiffness.mean()
        if k == steps:
            break
        _cholesky_row(kernel_c, factor, k)
        normal[:, k] = random.standard_normal(paths)
        _paths.advance(k, eta, decay[k], spread, kernel_r, factor[k], normal, force, stiffness, h, response)
        pull = ((centre + spread * h0) * force[:, k]).mean()
        m[k + 1] = m[k] - eta * (problem.ridge * m[k] + alpha * pull)
        _paths.switch(problem.share, eta / problem.tau, random.random(paths), selected)
    norm = m**2 + _variance(problem, decay, kernel_r, kernel_c)
    return Course(m, norm, seen[0], seen[1], generalisation_error(problem, m, norm), kernel_c, kernel_r)


def _cholesky_row(covariance: np.ndarray, factor: np.ndarray, k: int) -> None:
    """Row k of the factor of a covariance whose rows before are factored."""
    for j in range(k):
        rest = covariance[k, j] - factor[k, :j] @ factor[j, :j]
        factor[k, j] = rest / factor[j, j] if factor[j, j] > 0 else 0.0
    factor[k, k] = np.sqrt(max(covariance[k, k] - factor[k, :k] @ factor[k, :k], 0.0))


def _variance(problem: Mixture, decay: np.ndarray, memory: np.ndarray, noise: np.ndarray) -> np.ndarray:
    """<w^2> at every step: w is linear in its start (column 0) and in xi (the others)."""
    steps, eta = len(decay) - 1, problem.learning_rate
    gain = np.zeros((steps + 1, steps + 1))
    gain[0, 0] = 1.0
    for k in range(steps):
        gain[k + 1] = (1 - eta * decay[k]) * gain[k] + eta**2 * memory[k, :k] @ gain[:k]
        gain[k + 1, k + 1] += eta
    full = np.tril(noise) + np.tril(noise, -1).T
    noisy = gain[:, 1:]
    return problem.start_variance * gain[:, 0] ** 2 + np.einsum(
        "ki,ij,kj->k", noisy, full[:steps, :steps], noisy, optimize=True
    )
