"""spec -> landscape: energies and curvatures along the run, after quenches, after annealing."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

import numpy as np
import xarray as xr

from anticorr import provenance, records
from anticorr.errors import InputError
from anticorr.landscape.anneal import LAWS, STAGES, anneal
from anticorr.landscape.crystal import crystal
from anticorr.landscape.hessian import energy_and_trace
from anticorr.landscape.quench import quench
from anticorr.landscape.significance import mean_and_error
from anticorr.specs import FromFile, Spec, parse, settle
from anticorr.spectra.bond_order import mean_psi_6
from anticorr.stages import simulate

SEEDS = 8


def run(
    spec: Spec | dict[str, Any],
    *,
    seeds: int = SEEDS,
    anneal_steps: int | None = None,
    anneal_law: str = "linear",
    progress: Callable[[int, int], None] | None = None,
) -> xr.Dataset:
    """Where the runs of a spec (or plain data in its form) stay and end in the energy landscape; returns
    the landscape record.

    seeds: replicas, with the spec's seed and those that follow it. Each runs through the schedule; energy,
    trace of the Hessian and |psi_6| are taken of x and of y = the noise-stripped positions along it, after
    a noise-free quench of the last x and of the last y, and after an annealing from the last state
    (anneal_steps: as many as the schedule has; anneal_law: linear or geometric) and a quench. Errors are
    standard errors over replicas. Without noise there is nothing to anneal: the quench of such a run, from
    random points, is the reference that noise is to beat.

    `progress(done, total)`: replicas. Raises InputError for a spec that this does not cover.
    """
    clock = provenance.Clock()
    spec = settle(spec)
    schedule = spec.schedule
    steps = schedule.relax_steps + schedule.sample_steps if anneal_steps is None else anneal_steps
    _check(spec, seeds, steps, anneal_law)
    each: dict[str, list[Any]] = defaultdict(list)
    courses: list[np.ndarray] = []
    msd: list[float] = []
    for number in range(seeds):
        if progress is not None:
            progress(number, seeds)
        mine = _replica(spec, number)
        trajectory = simulate.run(mine)
        _observe(each, mine, trajectory, steps, anneal_law)
        course = trajectory["energy"].values
        courses.append(course)
        each["energy_run"].append(course[trajectory["time"].values > schedule.relax_steps].mean())
        msd.append(float(trajectory["mean_square_displacement"][-1]))
    if progress is not None:
        progress(seeds, seeds)
    forces = each.pop("quench_force")
    values = {
        "replica_seed": spec.seed + np.arange(seeds),
        "time": trajectory["time"].values,
        "energy_course": np.mean(courses, axis=0),
        "energy_course_err": np.std(courses, axis=0, ddof=1) / np.sqrt(seeds),
        "replica_msd": msd,
        "msd_steps": schedule.sample_steps,
        "anneal_steps": steps if spec.dynamics.noise.strength else None,
        "quench_force": np.reshape(forces, (seeds, -1)).max(axis=1),
    }
    for name, replicas in each.items():
        values[name], values[f"{name}_err"] = mean_and_error(np.array(replicas))
        values[f"replica_{name}"] = replicas
    if spec.system.sizes.kind == "monodisperse":
        values["energy_crystal"], values["trace_crystal"] = crystal(spec.system)
    return records.build(
        "landscape",
        values,
        spec=spec.canonical_json(),
        seed=spec.seed,
        box_side=spec.system.box_side,
        anneal_law=anneal_law,
        **provenance.attributes(__name__, clock=clock),
    )


def _check(spec: Spec, seeds: int, steps: int, law: str) -> None:
    problems = []
    if spec.dynamics.kind != "gradient":
        problems.append(
            f"dynamics.kind: got {spec.dynamics.kind!r}, allowed in landscape: 'gradient' (kicks have no "
            "energy to descend)"
        )
    if isinstance(spec.system.initial, FromFile):
        problems.append("system.initial: got a file, allowed in landscape: a named start for each seed")
    if spec.system.box_side < 2 * spec.system.reach:
        problems.append(
            f"system.particles: got {spec.system.particles} (box side {spec.system.box_side:.4g}), allowed "
            f"in landscape: a box side >= {2 * spec.system.reach:.4g}"
        )
    if not 2 <= seeds <= 2**63 - 1 - spec.seed:
        problems.append(f"seeds: got {seeds}, allowed >= 2 (errors are the scatter of replicas)")
    if steps < 1 or steps % spec.series_every:
        problems.append(
            f"anneal_steps: got {steps}, allowed: a multiple of series_every = {spec.series_every}, > 0"
        )
    if law not in LAWS:
        problems.append(f"anneal_law: got {law!r}, allowed: {', '.join(LAWS)}")
    if problems:
        raise InputError(*problems)


def _replica(spec: Spec, number: int) -> Spec:
    """The spec with the seed of a replica; every frame with y and every bit."""
    data = spec.model_dump(mode="json")
    data["seed"] += number
    data["record"] |= {"stripped": True, "positions": "float64", "modes": None}
    return parse(data)


def _observe(each: dict[str, list[Any]], spec: Spec, trajectory: xr.Dataset, steps: int, law: str) -> None:
    """Append what one replica does to the lists by name."""
    diameters = (
        trajectory["diameter"].values if "diameter" in trajectory else np.ones(spec.system.particles)
    )
    x, y = trajectory["position"].values, trajectory["stripped_position"].values
    same = np.array_equal(x, y)  # white noise: there is nothing to strip

    def note(where: str, frames: np.ndarray) -> None:
        found = np.array([energy_and_trace(spec.system, frame, diameters) for frame in frames]).mean(axis=0)
        if where != "run":  # that of the run is known at every step
            each[f"energy_{where}"].append(found[0])
        each[f"trace_{where}"].append(found[1])
        psi_6 = mean_psi_6(frames, spec.system.box_side).mean() if spec.system.dimension == 2 else np.nan
        each[f"psi_6_{where}"].append(psi_6)

    def note_quench(where: str, position: np.ndarray) -> None:
        done = quench(spec, position)
        each["quench_force"].append(done.largest_force)
        side = spec.system.box_side
        note(where, np.mod(done.position.T, side)[None] % side)

    note("run", x)
    note("run_stripped", y)
    note_quench("quench", x[-1].T)
    if same:
        for quantity in ("energy", "trace", "psi_6"):
            each[f"{quantity}_quench_stripped"].append(each[f"{quantity}_quench"][-1])
    else:
        note_quench("quench_stripped", y[-1].T)
    if spec.dynamics.noise.strength:
        state = {
            n[6:]: trajectory[n].values for n in map(str, trajectory.variables) if n.startswith("state_")
        }
        stages = min(STAGES, steps // spec.series_every)
        note_quench("anneal", anneal(spec, state, steps, stages=stages, law=law))
