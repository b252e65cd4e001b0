"""`anticorr report`: gathers what a finished scale left on the disk, and writes the page."""

import importlib.metadata
import platform
from argparse import Namespace
from pathlib import Path

from anticorr.cli.checks import collect, outs, read_plan
from anticorr.config import Config, expand
from anticorr.errors import InputError
from anticorr.wording import among


def report(options: Namespace) -> None:
    plan = read_plan(options.config)
    specs = expand(plan)
    folder = Path(plan.results)
    out = options.out or str(folder / "report.html")
    from anticorr import provenance, storage

    images = {name: folder / f"figures/{name}.png" for name in plan.figures}
    table = folder / "claims/claims.csv"
    collect(lambda: _finished([table, *images.values()], options.config), lambda: outs([out], ".html"))
    claims, *pictures = collect(
        lambda: storage.read_rows(table),
        *[lambda path=path: storage.read_bytes(path) for path in images.values()],
    )
    from anticorr.report import page

    made = [str(path.with_suffix(end)) for path in images.values() for end in (".pdf", ".png")]
    text = page(
        options.config,
        plan,
        specs,
        dict(zip(images, pictures, strict=True)),
        claims,
        storage.jobs_behind([*made, str(folder / "claims/claims.csv")]),
        [storage.read_attributes(path) for path in _records(plan, folder)],
        {"git revision": provenance.git_revision(), "python": platform.python_version()}
        | _installed("anticorr", "matplotlib", "snakemake"),
    )
    storage.write_text(out, text)


def _finished(paths: list[Path], config: str) -> None:
    """Raise InputError, with what to do, where some of the figures and tables of a scale are not there."""
    missing = [str(path) for path in paths if not path.exists()]
    if missing:
        raise InputError(
            f"{config}: got {len(paths) - len(missing)} of its {len(paths)} figures and tables, lacking "
            f"{among(missing)}; wanted: all, by anticorr make {config}"
        )


def _records(plan: Config, folder: Path) -> list[Path]:
    """Of all states, trainings and companions of the scale; other scales may have folders of their own
    below."""
    from anticorr import storage

    sweeps = plan.sweeps.items()
    states = {
        (name, state) for name, sweep in sweeps for job, of in sweep.jobs().items() for state in (job, *of)
    }
    found = storage.files_below(folder)
    places = [path.relative_to(folder).parts for path in found]
    found = [
        path
        for path, place in zip(found, places, strict=True)
        if len(place) > 2 and (place[1], place[2].removesuffix(".nc")) in states
    ]
    names = sorted({*plan.trainings, *plan.companions})
    return found + [path for name in names for path in sorted(folder.glob(f"*/{name}.nc"))]


def _installed(*packages: str) -> dict[str, str]:
    found = {package: list(importlib.metadata.distributions(name=package)) for package in packages}
    return {package: each[0].version for package, each in found.items() if each}
