"""What the page shows of a state, as plain lists: particles, S(k), theory, energy. Selected and scaled."""

import json
from itertools import product
from typing import Any

import numpy as np
import xarray as xr
from scipy.spatial import cKDTree

from anticorr.figures.states import State
from anticorr.spectra.autocorrelation import batch_error

MOST_PARTICLES = 2500
"""Disks of a snapshot, those that reach in across the edge counted."""
_MOST_ENTRIES = 240
"""Entries of the series of an energy, evenly on a logarithmic axis."""
_RADIUS = 3.0
"""Of the neighbourhood whose density a colour tells, in diameters."""
_DRAWN_TO = 1.0
"""Theory is a small-k result; its line ends here (1/D), as in the figures."""
_DIGITS = 4
"""Significant digits of the curves."""

Lists = dict[str, Any]


def snapshot(state: State, most: int = MOST_PARTICLES) -> Lists:
    """Disks of the last frame that touch the window [0, side)^2: centres, radii, local density; in D.

    The window is the box, or a corner of it that holds at most `most` disks; images across the periodic
    edges are among them. In 3D: spheres whose centre has 0 <= z < 1. density: particles within 3 D of a
    centre (of a small box: L / 4), itself among them, over what the mean density has there. Where there are
    no frames: why not, in words.
    """
    record = state.trajectory
    if record is None:
        return {"missing": "No trajectory of this state is among the records, so there is no snapshot."}
    if "position" not in record or not record.sizes["frame"]:
        return {"missing": "The trajectory of this state holds no frames, so there is no snapshot."}
    length, every = state.spec.system.box_side, np.asarray(record["position"].values[-1], dtype=float)
    every = every % length
    diameter = (
        np.asarray(record["diameter"].values, dtype=float) if "diameter" in record else np.ones(len(every))
    )
    density = _local_density(every, length)
    seen = every[:, 2] < 1 if every.shape[1] == 3 else np.ones(len(every), dtype=bool)
    shifts = length * np.array(list(product((-1, 0, 1), repeat=2)))
    centre = (every[seen, None, :2] + shifts).reshape(-1, 2)
    radius, density = (np.repeat(values[seen], len(shifts)) for values in (diameter / 2, density))
    side = length
    while (inside := _touching(centre, radius, side)).sum() > most:
        side = min(np.floor(side * np.sqrt(most / inside.sum())), np.ceil(side) - 1)
    return {
        "side": _digits(side),
        "box": _digits(length),
        "slab": every.shape[1] == 3,
        "step": int(record["step"].values[-1]),
        "x": _places(centre[inside, 0], 3),
        "y": _places(centre[inside, 1], 3),
        "radius": _places(radius[inside], 3),
        "density": _places(density[inside], 2),
    }


def spectrum(state: State) -> Lists:
    """k, S and the ends of its error bars; of a fit, or of one run where there is none; else why not."""
    record = state.fit if state.fit is not None else next(iter(state.spectra), None)
    if record is None:
        return {"missing": "No fit and no spectrum of this state is among the records."}
    k, S, S_err = (record[name].values for name in ("k", "S", "S_err"))
    kept = np.isfinite(S) & (S > 0)
    k, S, S_err = k[kept], S[kept], np.where(np.isfinite(S_err[kept]), S_err[kept], 0.0)
    low = np.maximum(S - S_err, S / 10)  # an axis of logarithms has no place for zero
    return {"k": _list(k), "S": _list(S), "low": _list(low), "high": _list(S + S_err)}


def theory(state: State) -> Lists:
    """The line that is predicted without a fit."""
    if state.theory is None:
        return {"k": [], "S": []}
    k, S = state.theory["k"].values, state.theory["S_theory"].values
    kept = (k <= _DRAWN_TO) & np.isfinite(S) & (S > 0)
    return {"k": _list(k[kept]), "S": _list(S[kept])}


def guide(state: State) -> Lists:
    """k^2 below the points, where it holds: the fitted exponent is 2 within two standard errors, and k lies
    above twice the fitted crossover from the plateau, in the window of the fit; else nothing."""
    none: Lists = {"k": [], "S": []}
    if state.fit is None:
        return none
    fit = state.fit
    alpha, alpha_err, amplitude, last = (
        float(fit[name]) for name in ("alpha", "alpha_err", "amplitude_quadratic", "k_max")
    )
    crossover = float(fit["crossover"])
    k = np.array([max(float(fit["k"][0]), 2 * crossover if np.isfinite(crossover) else 0.0), last])
    holds = abs(alpha - 2) <= 2 * alpha_err and alpha_err < 0.5 and amplitude > 0
    if not holds or k[1] < 1.5 * k[0]:
        return none
    return {"k": _list(k), "S": _list(0.5 * amplitude * k**2)}


def series(state: State) -> Lists:
    """Potential energy per particle against the step, some of its entries; steps of the relaxation."""
    if state.trajectory is None:
        return {"missing": "No trajectory of this state is among the records, so there is no energy."}
    time, energy = state.trajectory["time"].values, state.trajectory["energy"].values
    kept = np.unique(np.geomspace(1, len(time), _MOST_ENTRIES).round().astype(int)) - 1
    return {
        "step": [int(step) for step in time[kept]],
        "energy": _list(energy[kept]),
        "relaxed": _relax_steps(state.trajectory),
    }


def mean_energy(state: State) -> tuple[float, float] | None:
    """Of the sampled steps, with its standard error; None without a trajectory."""
    if state.trajectory is None:
        return None
    sampled = state.trajectory["time"].values > _relax_steps(state.trajectory)
    energy = state.trajectory["energy"].values[sampled]
    if not len(energy):
        return None
    error = float(batch_error(energy))
    return _digits(float(energy.mean())), _digits(error) if np.isfinite(error) else 0.0


def _relax_steps(trajectory: xr.Dataset) -> int:
    """Of this run: that of the fit may have had another schedule."""
    return int(json.loads(trajectory.attrs["spec"])["schedule"]["relax_steps"])


def _local_density(centre: np.ndarray, length: float) -> np.ndarray:
    radius, dimension = min(_RADIUS, length / 4), centre.shape[1]
    tree = cKDTree(centre, boxsize=length)
    around = tree.query_ball_point(centre, radius, return_length=True)
    ball = {2: np.pi, 3: 4 * np.pi / 3}[dimension] * radius**dimension
    return np.asarray(around / (ball * len(centre) / length**dimension))


def _touching(centre: np.ndarray, radius: np.ndarray, side: float) -> np.ndarray:
    nearest = np.clip(centre, 0, side)
    return np.asarray(((centre - nearest) ** 2).sum(axis=1) < radius**2)


def _list(values: np.ndarray) -> list[float]:
    return [_digits(float(value)) for value in values]


def _digits(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}")


def _places(values: np.ndarray, places: int) -> list[float]:
    return [round(float(value), places) for value in values]
