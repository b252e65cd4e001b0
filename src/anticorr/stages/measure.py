"""trajectory -> spectrum."""

import json
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import xarray as xr

from anticorr import provenance, records
from anticorr.errors import InputError
from anticorr.exponents.intervals import intensity_interval
from anticorr.specs import Spec, parse
from anticorr.spectra.autocorrelation import (
    batch_error,
    block_jackknife,
    effective_samples,
    field_autocorrelation,
)
from anticorr.spectra.bond_order import mean_psi_6
from anticorr.spectra.structure_factor import DensityModes, density_modes
from anticorr.spectra.wavevectors import half_space, shell_wavenumbers, shells
from anticorr.stages.in_space import classes_of, mixture, real_space
from anticorr.stages.motion import decay, displacement
from anticorr.theory.jitter import jitter_variance

_ORDER_FRAMES = 10
"""Frames, spread over the run, on which psi_6 is measured."""


def run(
    trajectory: xr.Dataset,
    *,
    k_max: float | None = None,
    real_space_too: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> xr.Dataset:
    """Structure factor with errors of a trajectory record, and how its modes and particles move; returns
    the spectrum record.

    k_max: largest wavenumber in 1/D, default 2 pi rho^(1/d). S is that of the frames, or, in a record
    without frames, of the density modes taken during the run (k_max at most, and by default, theirs).
    F(k, t) is that of the density modes, or of the frames where there are none. real_space_too: also the
    pair correlation function and the number variance, which take longer.

        S(k) = <|rho_k|^2> / N,     rho_k = sum_j exp(-i k . x_j)
        S_err = S / sqrt(modes * effective samples)

    over all wavevectors k = 2 pi n / L of a shell, shape (shell,). Raises InputError for what is not a
    trajectory, or a k_max below 2 pi / L or beyond the modes of the record.
    """
    clock = provenance.Clock()
    records.check(trajectory, "trajectory")
    spec = parse(json.loads(trajectory.attrs["spec"]))
    side, particles = spec.system.box_side, spec.system.particles
    n, modes = _static_modes(trajectory, spec, k_max, progress)
    first = shells(n)
    variables, intensity = _shell_averages(modes[""], particles, side, n, first)
    if "_stripped" in modes:
        stripped, intensity_stripped = _shell_averages(modes["_stripped"], particles, side, n, first)
        variables["S_stripped"] = stripped["S"]
        variables["S_stripped_err"] = stripped["S_err"]
        variables["effective_samples_stripped"] = stripped["effective_samples"]
    s_square = jitter_variance(spec.dynamics.noise)
    if "_stripped" in modes and s_square is not None:
        smoothing = np.exp(-(variables["k"] ** 2) * s_square)
        residual = 1 - intensity - smoothing * (1 - intensity_stripped)
        variables["jitter_residual"] = residual.mean(axis=0)
        variables["jitter_residual_err"] = batch_error(residual)
    told: dict[str, Any] = _told(len(modes[""]))
    if "absorbed_at" in trajectory.attrs:
        told["absorbed_at"] = trajectory.attrs["absorbed_at"]
    return records.build(
        "spectrum",
        {
            **variables,
            "frames": len(modes[""]),
            **displacement(trajectory, spec),
            **_order(trajectory, side),
            **_decay(trajectory, spec, n, modes),
            **_in_space(
                trajectory["position"].values if "position" in trajectory else None,
                side,
                classes_of(trajectory),
                n,
                first,
                real_space_too,
            ),
        },
        spec=trajectory.attrs["spec"],
        seed=trajectory.attrs["seed"],
        box_side=side,
        sums=_summed(side, n, particles),
        **told,
        **provenance.attributes(__name__, clock=clock, trajectory=provenance.content_digest(trajectory)),
    )


def _static_modes(
    trajectory: xr.Dataset, spec: Spec, k_max: float | None, progress: Callable[[int, int], None] | None
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Wavevectors n, and rho_k (frame, mode) of x ("") and of y ("_stripped"), for S(k)."""
    side, system = spec.system.box_side, spec.system
    if "position" not in trajectory:
        return _recorded_modes(trajectory, spec, k_max)
    if k_max is None:
        k_max = 2 * math.pi * system.density ** (1 / system.dimension)
    n = half_space(side, system.dimension, k_max)
    names = {"": "position", "_stripped": "stripped_position"}
    return n, {
        suffix: density_modes(trajectory[name].values, side, n, progress)
        for suffix, name in names.items()
        if name in trajectory
    }


def _recorded_modes(
    trajectory: xr.Dataset, spec: Spec, k_max: float | None = None
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """The same of the density modes taken during the run."""
    if "mode_real" not in trajectory:
        raise InputError(
            "trajectory: got neither frames nor modes, wanted record.positions or record.modes"
        )
    assert spec.record.modes is not None
    taken = spec.record.modes.k_max
    if k_max is None:
        k_max = taken
    if k_max > taken:
        raise InputError(f"k_max: got {k_max:g}, allowed <= {taken:g}, that of the modes in the record")
    # Sorted by |n|: the first ones of the record.
    n = half_space(spec.system.box_side, spec.system.dimension, k_max)
    return n, {
        suffix: trajectory[f"mode_real{suffix}"].values[:, : len(n)]
        + 1j * trajectory[f"mode_imag{suffix}"].values[:, : len(n)]
        for suffix in ("", "_stripped")
        if f"mode_real{suffix}" in trajectory
    }


def _decay(
    trajectory: xr.Dataset, spec: Spec, n: np.ndarray, modes: dict[str, np.ndarray]
) -> dict[str, Any]:
    """`motion.decay` on the shells of S; NaN in shells that the recorded modes do not fill."""
    if "mode_real" not in trajectory:
        return decay(spec, modes, shells(n), spec.schedule.sample_every)
    taken, series = _recorded_modes(trajectory, spec)
    whole = _sizes(n)
    filled = 0
    for size, wanted in zip(_sizes(taken), whole, strict=False):
        if size != wanted:
            break
        filled += 1
    if not filled:
        return {}
    reach = int(whole[:filled].sum())
    found = decay(
        spec, {name: z[:, :reach] for name, z in series.items()}, shells(taken[:reach]), spec.modes_every
    )
    for name, value in found.items():
        if np.ndim(value) and name != "lag":
            padding = [(0, len(whole) - filled), *[(0, 0)] * (np.ndim(value) - 1)]
            found[name] = np.pad(value, padding, constant_values=np.nan)
    return found


def _sizes(n: np.ndarray) -> np.ndarray:
    """Modes in each shell."""
    return np.diff([*shells(n), len(n)])


def structure_factor(
    position: np.ndarray,
    box: float,
    *,
    k_max: float | None = None,
    species: np.ndarray | None = None,
    real_space_too: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> xr.Dataset:
    """Spectrum record of given points: position (frame, particle, axis) or (particle, axis), in a
    periodic square or cube of side `box`; k_max in the inverse unit of `box`, default 2 pi rho^(1/d).

    Frames are taken in time order: their correlation sets the errors. With one frame each mode counts
    as one sample. species: (particle) 0, 1, ...: also partial structure factors. real_space_too: also the
    pair correlation function and the number variance. Raises InputError on bad shapes or values, or a k_max
    below 2 pi / box.
    """
    clock = provenance.Clock()
    try:
        position, box = np.asarray(position, dtype=float), float(box)
        k_max = None if k_max is None else float(k_max)
    except (TypeError, ValueError):
        raise InputError("positions, box, k_max: got other things, wanted numbers") from None
    if position.ndim == 2:
        position = position[None]
    if position.ndim != 3 or position.shape[2] not in (2, 3):
        raise InputError(f"positions: got shape {position.shape}, wanted (frame, particle, 2 or 3 axes)")
    for name, value in (("box", box), ("k_max", 1.0 if k_max is None else k_max)):
        if not (math.isfinite(value) and value > 0):
            raise InputError(f"{name}: got {value!r}, allowed: finite and > 0")
    _, particles, dimension = position.shape
    if k_max is None:
        k_max = 2 * math.pi * max(particles, 1) ** (1 / dimension) / box
    n = half_space(box, dimension, k_max)
    first = shells(n)
    modes = density_modes(position, box, n, progress)
    variables, _ = _shell_averages(modes, particles, box, n, first)
    return records.build(
        "spectrum",
        {
            **variables,
            "frames": len(position),
            **_in_space(position, box, species, n, first, real_space_too),
        },
        box_side=float(box),
        sums=_summed(box, n, particles),
        **_told(len(position)),
        **provenance.attributes(
            __name__, clock=clock, points=provenance.array_digest(position=position, box=np.array(box))
        ),
    )


def _summed(side: float, n: np.ndarray, particles: int) -> str:
    """How density modes were summed, and how far off they can be."""
    modes_of = DensityModes(side, n)
    floor = float(modes_of.error_bound(particles).max())
    return (
        f"{modes_of.exact(particles)} of {len(n)} modes exactly, the rest by finufft (eps 1e-12); "
        f"error of rho_k at most {floor:.1g}"
    )


def _told(frames: int) -> dict[str, str]:
    """What a reader of the errors must know."""
    if frames > 1:
        return {}
    return {"errors": "one frame: each mode counts as one sample, errors are those of a Gaussian field"}


def _in_space(
    position: np.ndarray | None,
    side: float,
    species: np.ndarray | None,
    n: np.ndarray,
    first: np.ndarray,
    real_space_too: bool,
) -> dict[str, Any]:
    """What needs positions: nothing without."""
    if position is None:
        return {}
    found = real_space(position, side) if real_space_too else {}
    return found | ({} if species is None else mixture(position, side, species, n, first))


def _shell_averages(
    modes: np.ndarray, particles: int, side: float, n: np.ndarray, first: np.ndarray
) -> tuple[dict[str, Any], np.ndarray]:
    counts = np.diff([*first, len(n)])
    intensity = np.abs(modes) ** 2 / particles
    per_frame = np.add.reduceat(intensity, first, axis=1) / counts
    square = (n**2).sum(axis=1)
    unit = 2 * math.pi / side
    effective = effective_samples(field_autocorrelation(modes, first), counts)
    S = per_frame.mean(axis=0)
    return {
        "k": shell_wavenumbers(side, n, first),
        "k_rms": np.sqrt(np.add.reduceat(square, first) / counts) * unit,
        "S": S,
        "S_err": S / np.sqrt(counts * effective),
        "S_interval": np.stack(intensity_interval(S, counts * effective), axis=1),
        "S_jackknife_err": _jackknife(per_frame),
        "modes": counts,
        "effective_samples": effective,
    }, per_frame


def _jackknife(per_frame: np.ndarray) -> np.ndarray | None:
    blocks = min(10, len(per_frame))
    return block_jackknife(per_frame, blocks)[0] if blocks > 1 else None


def _order(trajectory: xr.Dataset, side: float) -> dict[str, float]:
    # Of y where it is recorded: the jitter of x hides order that is there.
    name = "stripped_position" if "stripped_position" in trajectory else "position"
    if name not in trajectory or trajectory.sizes["axis"] != 2:
        return {"psi_6": np.nan, "psi_6_err": np.nan}
    position = trajectory[name]
    frames = np.unique(np.linspace(0, len(position) - 1, _ORDER_FRAMES).astype(int))
    values = mean_psi_6(position.values[frames], side)
    return {"psi_6": values.mean(), "psi_6_err": batch_error(values)}
