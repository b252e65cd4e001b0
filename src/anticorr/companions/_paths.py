"""Paths of the effective process of SGD on mixtures: one step of all of them (see `meanfield`)."""

import numpy as np

from anticorr.accelerate import inline_kernel, kernel, parallel_kernel, prange


@inline_kernel
def slopes(r: float, label: float, door: float) -> tuple[float, float, float]:
    """Loss log(1 + exp(-y phi)), its first two derivatives by r; phi = r, or r^2 - door^2 with a door."""
    phi, first, second = r, 1.0, 0.0
    if door > 0.0:
        phi, first, second = r * r - door * door, 2.0 * r, 2.0
    u = label * phi
    tail = np.exp(-abs(u))
    loss = np.log1p(tail) + (-u if u < 0.0 else 0.0)
    wrong = (1.0 if u < 0.0 else tail) / (1.0 + tail)  # 1 / (1 + e^u)
    return loss, -label * wrong * first, wrong * (1.0 - wrong) * first * first - label * wrong * second


@parallel_kernel
def look(
    k: int, m: float, spread: float, door: float, centre: np.ndarray, label: np.ndarray, start: np.ndarray,
    h: np.ndarray, selected: np.ndarray, loss: np.ndarray, missed: np.ndarray, force: np.ndarray,
    stiffness: np.ndarray,
) -> None:  # fmt: skip
    """Loss, whether the label is missed, s L' and s L'' of every path at step k."""
    for p in prange(len(centre)):
        r = m * (centre[p] + spread * start[p]) + spread * h[p, k]
        value, first, second = slopes(r, label[p], door)
        loss[p] = value
        missed[p] = 1.0 if value > np.log(2.0) else 0.0  # y phi < 0
        force[p, k] = selected[p] * first
        stiffness[p] = selected[p] * second


@parallel_kernel
def average(
    k: int, scale: float, force: np.ndarray, stiffness: np.ndarray, response: np.ndarray,
    kernel_c: np.ndarray, kernel_r: np.ndarray, pieces: np.ndarray,
) -> None:  # fmt: skip
    """kernel_c[k, j] = scale <s L'(k) s L'(j)>, j <= k; kernel_r[k, j] = -scale <s L''(k) T(k, j)>, j < k.
    Sums over `pieces` of the paths are added up in their order, whatever the threads."""
    paths, parts = len(force), len(pieces)
    for part in prange(parts):
        pieces[part] = 0.0
        for p in range(part * paths // parts, (part + 1) * paths // parts):
            for j in range(k + 1):
                pieces[part, 0, j] += force[p, k] * force[p, j]
            for j in range(k):
                pieces[part, 1, j] += stiffness[p] * response[p, k, j]
    for j in range(k + 1):
        both, moved = 0.0, 0.0
        for part in range(parts):  # not .sum(), which numba would cut by threads
            both += pieces[part, 0, j]
            moved += pieces[part, 1, j]
        kernel_c[k, j] = scale / paths * both
        kernel_r[k, j] = -scale / paths * moved


@parallel_kernel
def advance(
    k: int, eta: float, decay: float, spread: float, kernel_r: np.ndarray, factor: np.ndarray,
    normal: np.ndarray, force: np.ndarray, stiffness: np.ndarray, h: np.ndarray, response: np.ndarray,
) -> None:  # fmt: skip
    """h and T of every path from step k to k + 1.

    h' = h + eta [-decay h - spread s L' + eta sum_j M_R(k, j) h(j) + xi(k)]
    xi(k) = sum_j factor[j] normal(j)
    T(k+1, j) = T(k, j) + eta [-(decay + spread^2 s L'') T(k, j) + eta sum_i M_R(k, i) T(i, j)], j < k
    T(k+1, k) = -spread^2 s L''
    """
    for p in prange(len(h)):
        drift = -decay * h[p, k] - spread * force[p, k]
        for j in range(k + 1):
            drift += factor[j] * normal[p, j]
        for j in range(k):
            drift += eta * kernel_r[k, j] * h[p, j]
        h[p, k + 1] = h[p, k] + eta * drift
        pull = spread * spread * stiffness[p]
        new = response[p, k + 1]
        for j in range(k):
            new[j] = (1.0 - eta * (decay + pull)) * response[p, k, j]
        for i in range(k):
            weight = eta * eta * kernel_r[k, i]
            old = response[p, i]
            for j in range(i):
                new[j] += weight * old[j]
        new[k] = -pull


@kernel
def switch(share: float, persistence: float, uniform: np.ndarray, selected: np.ndarray) -> None:
    """Which samples are in the batch at the next step: 1 / tau into it, (1 - b) / (b tau) out of it."""
    for p in range(len(selected)):
        if selected[p] > 0.0:
            selected[p] = 0.0 if uniform[p] < persistence * (1.0 - share) / share else 1.0
        else:
            selected[p] = 1.0 if uniform[p] < persistence else 0.0
