"""Quantities of the energy landscape: each state against white noise of the same strength, seed by seed."""

import numpy as np

from anticorr.figures.claims.numbers import Numbers
from anticorr.figures.states import State
from anticorr.landscape.significance import paired


def run_energy(states: list[State]) -> Numbers | str:
    """Energy of x along the run, most anti-correlated noise over white."""
    return _ratio(states, "replica_energy_run")


def quench_energy(states: list[State]) -> Numbers | str:
    """Energy after a noise-free quench of the last x, most anti-correlated noise over white."""
    return _ratio(states, "replica_energy_quench")


def anneal_energy(states: list[State]) -> Numbers | str:
    """Energy after annealing and a quench, most anti-correlated noise over white."""
    return _ratio(states, "replica_energy_anneal")


def run_curvature(states: list[State]) -> Numbers | str:
    """Trace of the Hessian per particle along the run, most anti-correlated noise over white."""
    return _ratio(states, "replica_trace_run")


def quench_curvature(states: list[State]) -> Numbers | str:
    """Trace of the Hessian per particle after a quench, most anti-correlated noise over white."""
    return _ratio(states, "replica_trace_quench")


def _ratio(states: list[State], name: str) -> Numbers | str:
    """1 + mean difference by seed over the mean under white noise; 1 is no difference. The error is that of
    the paired difference."""
    ordered = sorted(states, key=lambda s: s.correlation)
    least, white = ordered[0], ordered[-1]
    if least.correlation == white.correlation or white.correlation != 0:
        return "no white noise to compare with, or nothing but white noise"
    if len({s.spec.dynamics.noise.strength for s in states}) > 1:
        return "states differ in the strength of the noise"
    if least.landscape is None or white.landscape is None:
        return "no landscape record"
    if not np.array_equal(least.landscape["replica_seed"], white.landscape["replica_seed"]):
        return "states were run from different seeds"
    values, reference = least.landscape[name].values, white.landscape[name].values
    gap, error, _ = paired(values, reference)
    mean = float(reference.mean())
    return Numbers(1.0, 0.0, 1 + gap / mean, error / mean)
