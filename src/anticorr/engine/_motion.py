"""Noise and moves: the last phase of a step, for a piece of the particles."""

from typing import NamedTuple

import numpy as np

from anticorr.accelerate import Index, kernel
from anticorr.engine._forces import (
    FORCE_SQUARE,
    GRADIENT,
    PER_AXIS,
    TOUCHED,
    VIRIAL_SELECTED,
    VIRIAL_STRIPPED,
    Interaction,
    State,
)
from anticorr.engine._lists import Pairs
from anticorr.engine._sorting import U
from anticorr.noise.gaussian import box_muller
from anticorr.noise.philox import STREAM_INJECTED, draw


class Noise(NamedTuple):
    """Injected noise sigma xi: xi = h_0 eta + sum_k s_k z_k,  z_k' = q_k z_k + eta.

    y = x + sigma sum_k g_k z_k, the noise-stripped position, is driven by white noise."""

    first: float
    """sigma h_0."""
    weights: np.ndarray
    """sigma s_k."""
    rates: np.ndarray
    stripping: np.ndarray
    """sigma g_k."""
    seed: np.uint64


@kernel
def fill_white(
    axes: tuple[int, ...], seed: np.uint64, stream: np.uint64, step: np.uint64, identity: np.ndarray,
    lo: Index, hi: Index, white: np.ndarray,
) -> None:  # fmt: skip
    """white[a, k - lo] = normal numbers of particle identity[k], k in lo..hi, at a step of a stream."""
    for pair in range((len(axes) + 1) // 2):
        a = U(2 * pair)
        if 2 * pair + 1 < len(axes):
            for k in range(U(lo), U(hi)):
                w0, w1, _, _ = draw(seed, stream, step, U(identity[k]), U(pair))
                z0, z1 = box_muller(w0, w1)
                white[a, k - U(lo)] = z0
                white[a + U(1), k - U(lo)] = z1
        else:
            for k in range(U(lo), U(hi)):
                w0, w1, _, _ = draw(seed, stream, step, U(identity[k]), U(pair))
                white[a, k - U(lo)] = box_muller(w0, w1)[0]


@kernel
def colour(
    axis: Index, lo: Index, hi: Index, noise: Noise, memory: np.ndarray, white: np.ndarray,
    coloured: np.ndarray,
) -> None:  # fmt: skip
    """coloured[0] = sigma xi and coloured[1] = y - x of the particles lo..hi; the filter takes a step."""
    number = U(hi - lo)
    for n in range(number):
        coloured[U(0), n] = noise.first * white[axis, n]
        coloured[U(1), n] = 0.0
    for state in range(U(noise.rates.shape[0])):
        weight, rate, strip = noise.weights[state], noise.rates[state], noise.stripping[state]
        for n in range(number):
            z = memory[state, axis, U(lo) + n]
            coloured[U(0), n] += weight * z
            coloured[U(1), n] += strip * z
            memory[state, axis, U(lo) + n] = rate * z + white[axis, n]


@kernel
def move_piece(
    axes: tuple[int, ...], lo: Index, hi: Index, step: np.uint64, interaction: Interaction, noise: Noise,
    state: State, pairs: Pairs, skin: float, white: np.ndarray, coloured: np.ndarray, sums: np.ndarray,
    gone: np.ndarray,
) -> None:  # fmt: skip
    """x(t+1) = x(t) + alpha f(t) + sigma xi(t) for the particles lo..hi; forces are cleared.

    gone[0]: how many have moved further than the list allows."""
    d = len(axes)
    sums[:] = 0.0
    block = white.shape[1]
    limit = 0.25 * skin * skin
    far = 0
    for first in range(lo, hi, block):
        last = min(first + block, hi)
        fill_white(axes, noise.seed, STREAM_INJECTED, step, state.identity, first, last, white)
        moved = coloured[2]
        moved[:] = 0.0
        for a in range(U(d)):
            colour(a, first, last, noise, state.memory, white, coloured)
            square, virial = 0.0, 0.0
            for n in range(U(last - first)):
                k = U(first) + n
                f = state.force[a, k]
                state.position[a, k] = state.position[a, k] + interaction.step_size * f + coloured[U(0), n]
                state.force[a, k] = 0.0
                square += f * f
                virial += f * coloured[U(1), n]
            sums[U(PER_AXIS + FORCE_SQUARE * d) + a] += square
            if interaction.dynamics == GRADIENT:
                sums[U(PER_AXIS + VIRIAL_STRIPPED * d) + a] += virial
                sums[U(PER_AXIS + VIRIAL_SELECTED * d) + a] += virial
            else:
                strip_jitter(a, first, last, noise, state)
            if skin > 0.0:
                for n in range(U(last - first)):
                    by = state.position[a, U(first) + n] - pairs.reference[a, U(first) + n]
                    moved[n] += by * by
        touched = 0
        for k in range(U(first), U(last)):
            touched += state.touched[k]
            state.touched[k] = 0
        sums[TOUCHED] += touched
        if skin > 0.0:
            for n in range(U(last - first)):
                far += not moved[n] <= limit
    gone[0] = far


@kernel
def strip_jitter(axis: Index, lo: Index, hi: Index, noise: Noise, state: State) -> None:
    """state.jitter = y - x = sigma sum_k g_k z_k of the particles lo..hi, from their filter states."""
    for k in range(U(lo), U(hi)):
        state.jitter[axis, k] = 0.0
    for n in range(U(noise.rates.shape[0])):
        for k in range(U(lo), U(hi)):
            state.jitter[axis, k] += noise.stripping[n] * state.memory[n, axis, k]


@kernel
def squared_displacement(
    axes: tuple[int, ...], lo: Index, hi: Index, noise: Noise, state: State, reference: np.ndarray,
    sums: np.ndarray,
) -> None:  # fmt: skip
    """sums[0]: sum over the particles lo..hi of |y - reference|^2."""
    total = 0.0
    for a in range(U(len(axes))):
        for k in range(U(lo), U(hi)):
            y = state.position[a, k]
            for n in range(U(noise.rates.shape[0])):
                y += noise.stripping[n] * state.memory[n, a, k]
            total += (y - reference[a, U(state.identity[k])]) ** 2
    sums[0] = total
