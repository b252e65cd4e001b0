"""The only Python of the workflow: the configuration, its specs, and names of files.

Every rule names the digest of the code that it rests on as a parameter, and simulations their spec:
editing physics runs again what used it, editing a comment runs nothing again.
"""

from anticorr import config as sweeps
from anticorr.errors import InputError
from anticorr.provenance import code_digest

try:
    PLAN = sweeps.read(config)
    SPECS = sweeps.expand(PLAN)
except InputError as error:
    raise WorkflowError("bad configuration\n" + str(error)) from None

RESULTS = PLAN.results
SEEDS = [f"seed-{seed}" for seed in PLAN.seeds]
STARTS = SEEDS + (["lattice"] if PLAN.lattice_start else [])
POINTS = [f"{name}/{p.name}" for name, sweep in PLAN.sweeps.items() for p in sweep.points]
FIGURE_FILES = [f"{RESULTS}/figures/{name}.{end}" for name in PLAN.figures for end in ("pdf", "png")]
CLAIMS = [f"{RESULTS}/claims/claims.csv", f"{RESULTS}/claims/claims.md"]


wildcard_constraints:
    sweep="[^/]+",
    point="[^/]+",
    run="[^/]+",


def address(wildcards):
    return f"{wildcards.sweep}/{wildcards.point}/{wildcards.run}"


def memory_of(spec):
    """MB of a simulation: the program, and twice the state; frames go to disk as they come."""
    return 400 + spec.system.particles * 500 // 500_000


def points_of(sweep):
    return [point for point in POINTS if point.startswith(f"{sweep}/")]
