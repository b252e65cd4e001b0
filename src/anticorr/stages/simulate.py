"""spec -> trajectory."""

from collections.abc import Callable
from typing import Any

import xarray as xr

from anticorr import provenance, records
from anticorr.engine.run import run as run_particles
from anticorr.specs import Spec, settle


def run(
    spec: Spec | dict[str, Any],
    *,
    threads: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> xr.Dataset:
    """Simulate a spec (or plain data in its form); returns the trajectory record.

    The data variables are the same bits for any number of threads; more than one pays from about 1e4
    particles. Raises InputError for a bad spec, RunError when the particles collapse or fly off.
    """
    spec = settle(spec)
    result = run_particles(spec, threads=threads, progress=progress)
    return records.build(
        "trajectory",
        {
            "position": result.position,
            "stripped_position": result.stripped_position,
            "step": result.step,
            "time": result.time,
            **result.series,
        },
        spec=spec.canonical_json(),
        seed=spec.seed,
        box_side=spec.system.box_side,
        neighbours="direct cells",
        **provenance.attributes(__name__),
    )
