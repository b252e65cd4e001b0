"""spec and short runs at rho (1 -+ h) -> theory."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import xarray as xr

from anticorr import provenance, records
from anticorr.errors import InputError
from anticorr.exponents.intervals import student_interval
from anticorr.noise.filters import from_spec
from anticorr.specs import Spec, settle, short_runs
from anticorr.spectra.wavevectors import half_space, shell_wavenumbers
from anticorr.spectra.wavevectors import shells as shells_of
from anticorr.stages import mixture, simulate
from anticorr.stages.averages import Averages, averages
from anticorr.theory.carried import carried_structure_factor
from anticorr.theory.diffusion import diffusion, drift_step, ideal_diffusion
from anticorr.theory.jitter import add_jitter, jitter_variance
from anticorr.theory.modes import mode_structure_factor, small_k_line
from anticorr.theory.plateau import injected_noise

SHORT: dict[str, Any] = {
    "particles": 2025,
    "relax_steps": 2000,
    "sample_steps": 20000,
    "density_step": 0.05,
}
"""The runs that `predict` makes itself when it is given none."""
_NAMES = ("low", "mid", "high")


def run(
    spec: Spec | dict[str, Any],
    *,
    trajectories: Sequence[xr.Dataset] | None = None,
    spectrum: xr.Dataset | None = None,
    shells: bool = False,
    short: dict[str, float] | None = None,
    threads: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> xr.Dataset:
    """Predict S(k) of a spec (or plain data in its form) without a fit to S; returns the theory record.

    trajectories: runs of the same dynamics at rho (1 - h), rho, rho (1 + h); made here when not given, of
    sizes `short` (particles, relax_steps, sample_steps, density_step; default `SHORT`). spectrum: a
    spectrum or fit record; its k are used. shells: those of every shell of the box that `measure` gives.
    Otherwise 60 values from the box's smallest k to 2 pi rho^(1/d). D comes from equation (2). Under noise
    with a long memory S is that of carried noise and D = D_f + f(0) sigma^2 / 2, D_f that of the drift:
    what acts as k -> 0. Of two species also S_w of the combination that is even, whose weights come from
    four more runs; all are then made here. k in 1/D, D in D^2 per step; equations: docs/theory.md.

    Raises InputError for a bad spec, for sizes that are neither one nor two, and for trajectories that are
    not those of this spec at three densities.
    """
    clock = provenance.Clock()
    spec = settle(spec)
    _predictable(spec, trajectories)
    others: tuple[xr.Dataset, ...] = ()
    own = trajectories is None
    if trajectories is None:
        sizes = SHORT | (short or {})
        made = tuple(
            simulate.run(one, threads=threads, progress=progress)
            for one in short_runs(spec, **sizes).values()
        )
        trajectories, others = made[:3], made[3:]
    low, mid, high = _checked(spec, trajectories)
    mixed = mixture.composition(spec, (*trajectories, *others)) if others else None
    dynamics, noise, sigma = spec.dynamics, from_spec(spec.dynamics.noise), spec.dynamics.noise.strength
    step_square = drift_step(dynamics) ** 2
    D, D_err, source = _diffusion(low, high, mixed)
    s_square = jitter_variance(dynamics.noise)
    k = _wavenumbers(spec, shells) if spectrum is None else spectrum["k"].values

    def S_of(D: float, q: float, chi: float) -> tuple[np.ndarray, np.ndarray]:
        """S of the displacement and of x."""
        if s_square is None:
            carried = carried_structure_factor(
                k, D - ideal_diffusion(dynamics), noise, sigma, q, step_square * chi
            )
            return carried, carried
        driven = mode_structure_factor(k, D * k**2, noise, sigma, q, step_square * chi)
        return driven, add_jitter(k, driven - k**2 * s_square, s_square)

    inputs = np.array([D, mid.selection, mid.gradient_noise])
    errors = np.diag([D_err, mid.selection_err, mid.gradient_noise_err])
    driven, S = S_of(*inputs)
    changes = [S_of(*(inputs + error))[1] - S for error in errors]
    plateau, amplitude = small_k_line(D, noise, sigma, mid.selection, step_square * mid.gradient_noise)
    stripped_amplitude = step_square * mid.gradient_noise / (2 * D)
    if s_square is not None:
        # Vanish with the plateau, as c -> -1: its curvature S(0) (1 + m/2), and the jitter's share of it.
        amplitude += (0.5 * D - s_square) * plateau
    of_mixture: dict[str, Any] = {}
    if mixed is not None:
        assert s_square is not None  # see `_predictable`
        of_mixture = mixture.curves(
            mixed,
            k,
            lambda *inputs: S_of(*inputs)[0] - k**2 * s_square,
            dynamics,
            ((mid.selection, mid.selection_err), (mid.gradient_noise, mid.gradient_noise_err)),
        )
        amplitude -= s_square * (of_mixture["plateau"] - plateau)
        plateau = of_mixture["plateau"]
    return records.build(
        "theory",
        {
            "k": k,
            "S_theory": S,
            "S_theory_err": np.sqrt(sum(change**2 for change in changes)),
            "S_stripped_theory": None if s_square is None else driven - k**2 * s_square,
            "diffusion": D,
            "diffusion_err": D_err,
            "diffusion_interval": None if mixed else _diffusion_interval(D, low, high),
            "plateau": plateau,
            "plateau_err": math.hypot(plateau * D_err / D, mid.selection_err / (2 * D)),
            "gradient_noise": mid.gradient_noise,
            "gradient_noise_err": mid.gradient_noise_err,
            "stripped_amplitude": stripped_amplitude,
            "amplitude": amplitude,
            "amplitude_err": math.hypot(
                step_square * mid.gradient_noise_err / (2 * D), stripped_amplitude * D_err / D
            ),
            "crossover": math.sqrt(plateau / amplitude) if amplitude > 0 else math.nan,
            "selection_noise": mid.selection,
            "selection_noise_err": mid.selection_err,
            "long_time_noise": injected_noise(dynamics) + mid.selection,
            "density_step": high.spec.system.density / mid.spec.system.density - 1,
            **of_mixture,
        },
        spec=spec.canonical_json(),
        seed=spec.seed,
        box_side=spec.system.box_side,
        diffusion_from=source,
        **_origin(clock, own, (*trajectories, *others), spectrum),
    )


def _origin(
    clock: provenance.Clock, own: bool, trajectories: Sequence[xr.Dataset], spectrum: xr.Dataset | None
) -> dict[str, Any]:
    """Provenance attributes. Runs made here are not kept: they are told apart from inputs."""
    digests = [provenance.content_digest(trajectory) for trajectory in trajectories]
    names = [*_NAMES, *(f"composition_{n}" for n in range(len(digests) - len(_NAMES)))]
    runs = dict(zip(names, digests, strict=True))
    inputs = {} if spectrum is None else {"spectrum": provenance.content_digest(spectrum)}
    if own:
        made = {"own_runs": provenance.listed(runs)}
        return provenance.attributes(__name__, clock=clock, **inputs) | made
    return provenance.attributes(__name__, clock=clock, **inputs, **runs)


def _diffusion(
    low: Averages, high: Averages, mixed: mixture.Composition | None
) -> tuple[float, float, str]:
    """(D, standard error, where it comes from)."""
    if mixed is not None:
        return mixed.diffusion, mixed.diffusion_err, "equation (2), with runs of other compositions"
    D, D_err = diffusion(*[(a.spec.system.density, a.potential, a.potential_err) for a in (low, high)])
    source = "equation (2)"
    if jitter_variance(low.spec.dynamics.noise) is None:
        D += ideal_diffusion(low.spec.dynamics)
        source = "drift of short runs, noise carried"
    if D <= 0:
        raise InputError(f"trajectories: got D = {D:.3g} ({source}), wanted a stable state (D > 0)")
    return D, D_err, source


def _diffusion_interval(D: float, low: Averages, high: Averages) -> tuple[float, float]:
    """95% interval of D from (2): few batches of a correlated series carry its error, so Student's."""
    width = high.spec.system.density - low.spec.system.density
    errors = np.array([low.potential_err, high.potential_err]) / width
    return student_interval(D, errors, np.array([low.potential_degrees, high.potential_degrees]))


def _predictable(spec: Spec, trajectories: Sequence[xr.Dataset] | None) -> None:
    """Refuse what the equations do not cover."""
    kind, problems = spec.system.sizes.kind, []
    if kind == "bidisperse":
        if jitter_variance(spec.dynamics.noise) is None:
            problems.append(
                f"dynamics.noise.kind: got {spec.dynamics.noise.kind!r}, allowed in predict of a mixture: "
                "noise that remembers one step or none (white, ma1)"
            )
        if trajectories is not None:
            problems.append(
                "--trajectories: got some, wanted none: of a mixture all short runs are made here"
            )
    elif kind != "monodisperse":
        problems.append(
            f"system.sizes.kind: got {kind!r}, allowed in predict: 'monodisperse', 'bidisperse' (every "
            "size is a slow field of its own)"
        )
    if problems:
        raise InputError(*problems)


def _checked(spec: Spec, trajectories: Sequence[xr.Dataset]) -> list[Averages]:
    if len(trajectories) != 3:
        raise InputError(f"--trajectories: got {len(trajectories)}, wanted three: low mid high")
    for name, t in zip(_NAMES, trajectories, strict=True):
        records.check(t, "trajectory", name)
    problems = [
        f"--trajectories: {name} was absorbed at step {t.attrs['absorbed_at']}, wanted a state that moves"
        for name, t in zip(_NAMES, trajectories, strict=True)
        if "absorbed_at" in t.attrs
    ]
    if problems:
        raise InputError(*problems)
    found = [averages(t) for t in trajectories]
    problems = [
        f"--trajectories: {name} has other dynamics than the spec"
        for name, one in zip(_NAMES, found, strict=True)
        if one.spec.dynamics != spec.dynamics or one.spec.system.dimension != spec.system.dimension
    ]
    rho = [one.spec.system.density for one in found]
    if not rho[0] < rho[1] < rho[2]:
        problems.append(f"--trajectories: got densities {rho}, wanted rho (1 - h), rho, rho (1 + h)")
    if not math.isclose(rho[1], spec.system.density, rel_tol=1e-9):
        problems.append(
            f"--trajectories: mid has density {rho[1]:.6g}, wanted the spec's {spec.system.density:.6g}"
        )
    if problems:
        raise InputError(*problems)
    return found


def _wavenumbers(spec: Spec, shells: bool) -> np.ndarray:
    lowest = 2 * math.pi / spec.system.box_side
    highest = 2 * math.pi * spec.system.density ** (1 / spec.system.dimension)
    if shells:
        if spec.record.positions == "none" and spec.record.modes:
            highest = spec.record.modes.k_max
        n = half_space(spec.system.box_side, spec.system.dimension, highest)
        return shell_wavenumbers(spec.system.box_side, n, shells_of(n))
    return np.geomspace(lowest, highest, 60)
