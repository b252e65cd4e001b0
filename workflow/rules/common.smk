"""The only Python of the workflow: the configuration, its specs, and names of files.

Every rule names the digest of the code that it rests on as a parameter, and simulations their spec:
editing physics runs again what used it, editing a comment runs nothing again.
"""

import json
from pathlib import Path

from anticorr import config as scale
from anticorr.errors import InputError
from anticorr.provenance import code_digest
from anticorr.storage import completed, read_yaml

try:
    for file in workflow.configfiles:
        read_yaml(file)  # of keys that stand twice Snakemake keeps the last; this refuses them
    SCALE = completed(config, Path(*workflow.configfiles[-1:]).parent)
    PLAN = scale.read(SCALE)
    SPECS = scale.expand(PLAN)
except InputError as error:
    raise WorkflowError("bad configuration\n" + str(error)) from None

RESULTS = PLAN.results
STATES = {name: [point.name for point in sweep.states()] for name, sweep in PLAN.sweeps.items()}
FIGURE_FILES = [f"{RESULTS}/figures/{name}.{end}" for name in PLAN.figures for end in ("pdf", "png")]
CLAIMS = [f"{RESULTS}/claims/claims.{end}" for end in ("csv", "md", "html")]


wildcard_constraints:
    sweep="[^/]+",
    point="[^/]+",
    run="[^/]+",


def address(wildcards):
    return f"{wildcards.sweep}/{wildcards.point}/{wildcards.run}"


def memory_of(spec):
    """MB of a simulation: the program, and twice the state; frames go to disk as they come."""
    return 400 + spec.system.particles * 500 // 500_000


def seeds(wildcards):
    return [f"seed-{seed}" for seed in scale.seeds_of(PLAN, PLAN.sweeps[wildcards.sweep])]


def first_spec(wildcards):
    return SPECS[f"{wildcards.sweep}/{wildcards.point}/{seeds(wildcards)[0]}"]


def runs(wildcards):
    """Every run of a state: its seeds, and its lattice start if it has one."""
    lattice = scale.has_lattice(PLAN, PLAN.sweeps[wildcards.sweep])
    return seeds(wildcards) + (["lattice"] if lattice else [])


def of_run(kind, run):
    """Record of one run of the state that a rule's wildcards name."""
    return lambda w: f"{RESULTS}/{kind}/{w.sweep}/{w.point}/{run(w)}.nc"


def last_records(sweep):
    """The records that figures and claims read of the states of a sweep."""
    kinds = {
        "spectrum": ["spectra"], "fit": ["fits"], "theory": ["fits", "theory"], "landscape": ["landscapes"]
    }[PLAN.sweeps[sweep].ends]  # fmt: skip
    points = STATES[sweep]
    if kinds == ["spectra"]:
        return [
            f"{RESULTS}/spectra/{sweep}/{p}/seed-{seed}.nc"
            for p in points
            for seed in scale.seeds_of(PLAN, PLAN.sweeps[sweep])
        ]
    return [f"{RESULTS}/{kind}/{sweep}/{point}.nc" for kind in kinds for point in points]


def training_records(names):
    return [f"{RESULTS}/trainings/{name}.nc" for name in names]


def shown(wildcards):
    """Records that a figure reads."""
    figure = PLAN.figures[wildcards.name]
    records = [record for sweep in figure.sweeps for record in last_records(sweep)]
    return records + training_records(figure.trainings) + [
        f"{RESULTS}/trajectories/{sweep}/{point}/seed-{scale.seeds_of(PLAN, PLAN.sweeps[sweep])[0]}.nc"
        for sweep in figure.sweeps
        for point in STATES[sweep]
        if point in figure.snapshots
    ]


def short_options(wildcards):
    """The short runs of equation (2), as options of `anticorr predict`."""
    sizes = PLAN.sweeps[wildcards.sweep].short_runs or PLAN.short_runs
    return " ".join(f"--{key.replace('_', '-')} {value}" for key, value in sizes.model_dump().items())
