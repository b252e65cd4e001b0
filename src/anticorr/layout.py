"""Names of the files of a scale, relative to its results folder.

Pure: a configuration in, names out. The workflow makes these files, archives gather them.
"""

from anticorr.config import Config, has_lattice, seeds_of

FOLDERS = {
    "trajectory": "trajectories",
    "spectrum": "spectra",
    "fit": "fits",
    "theory": "theory",
    "landscape": "landscapes",
    "training": "trainings",
    "companion": "companions",
}
"""Folder of each kind of record."""

FIGURES, CLAIMS = "figures", "claims"

SCALE = "scale.json"
"""The configuration that claims are judged by."""


def of_job(kind: str, sweep: str, job: str) -> str:
    """Folder that one job makes: trajectories or spectra of all runs of its states."""
    return f"{FOLDERS[kind]}/{sweep}/{job}"


def job_of(config: Config, sweep: str, point: str) -> str:
    """Name of the job that simulates and measures a state."""
    return next(job for job, states in config.sweeps[sweep].jobs().items() if point in states)


def within(job: str, point: str) -> str:
    """Where in the folder of its job the records of a state lie."""
    return "" if job == point else f"/{point}"


def of_run(config: Config, kind: str, sweep: str, point: str, run: str) -> str:
    """Record of one run of a state: a trajectory or a spectrum."""
    job = job_of(config, sweep, point)
    return f"{of_job(kind, sweep, job)}{within(job, point)}/{run}.nc"


def of_state(kind: str, sweep: str, point: str) -> str:
    """Record of a state: a fit, a theory or a landscape record."""
    return f"{FOLDERS[kind]}/{sweep}/{point}.nc"


def of_training(name: str) -> str:
    return f"{FOLDERS['training']}/{name}.nc"


def of_companion(name: str) -> str:
    return f"{FOLDERS['companion']}/{name}.nc"


def points(config: Config, sweep: str) -> list[str]:
    """Names of the states of a sweep."""
    return [point.name for point in config.sweeps[sweep].states()]


def seeds(config: Config, sweep: str) -> list[str]:
    """Names of the runs of a state that start at random."""
    return [f"seed-{seed}" for seed in seeds_of(config, config.sweeps[sweep])]


def runs(config: Config, sweep: str) -> list[str]:
    """Names of all runs of a state: its seeds, and its lattice start if it has one."""
    return seeds(config, sweep) + ["lattice"] * has_lattice(config, config.sweeps[sweep])


def last_records(config: Config, sweep: str) -> list[str]:
    """What figures and claims read of the states of a sweep."""
    if config.sweeps[sweep].ends == "spectrum":
        return [
            f"{of_job('spectrum', sweep, job)}{within(job, point)}/{seed}.nc"
            for job, states in config.sweeps[sweep].jobs().items()
            for point in sorted(states)  # the order in which a folder is read
            for seed in sorted(seeds(config, sweep))
        ]
    kinds = {"fit": ["fit"], "theory": ["fit", "theory"], "landscape": ["landscape"]}
    return [
        of_state(kind, sweep, point)
        for kind in kinds[config.sweeps[sweep].ends]
        for point in points(config, sweep)
    ]


def shown(config: Config, figure: str) -> list[str]:
    """What a figure is drawn from, in the order in which `anticorr figure` takes it."""
    asked = config.figures[figure]
    records = [record for sweep in asked.sweeps for record in last_records(config, sweep)]
    records += [of_training(name) for name in asked.trainings]
    records += [of_companion(name) for name in asked.companions]
    return records + [
        of_run(config, "trajectory", sweep, point, seeds(config, sweep)[0])
        for sweep in asked.sweeps
        for point in points(config, sweep)
        if point in asked.snapshots
    ]


def states_shown(config: Config, figure: str) -> list[str]:
    """States, trainings and companions of a figure, by the names that claims know."""
    asked = config.figures[figure]
    states = [f"{sweep}/{point}" for sweep in asked.sweeps for point in points(config, sweep)]
    states += [f"training/{name}" for name in asked.trainings]
    return states + [f"companion/{name}" for name in asked.companions]


def judged(config: Config) -> list[str]:
    """What the claims are judged by."""
    records = [record for sweep in config.sweeps for record in last_records(config, sweep)]
    records += [of_training(name) for name in config.trainings]
    return records + [of_companion(name) for name in config.companions]


def figure_files(figure: str) -> list[str]:
    return [f"{FIGURES}/{figure}.{ending}" for ending in ("pdf", "png")]


def claims_files() -> list[str]:
    return [f"{CLAIMS}/claims.{ending}" for ending in ("csv", "md", "html")]
