"""archive: what the workflow made of a configuration, as one bundle for a data archive."""

import json
import shutil
from argparse import Namespace
from pathlib import Path

from anticorr import config, layout
from anticorr.cli.checks import collect, read_plan
from anticorr.errors import InputError
from anticorr.lineage import Lineage
from anticorr.origin import Origin

_PAGE = """\
# {name}: figures, claims, and the records behind them

Made by `anticorr archive` from results of anticorr {version} (git revision {revisions}).

    data/results/figures/     {figures} figures, each as .pdf and .png
    data/results/claims/      what theory predicts, what was measured, and the verdicts (.csv, .md, .html)
    data/results/...          {records} records (NetCDF) that these are made from, {megabytes:.1f} MB
    data/config.json          the configuration of all runs; YAML reads it too
    data/lineage.txt          from every figure back to the spec of every run: digests, code, seeds, times
    data/requirements.lock    the packages that it was made with
    manifest-sha256.txt       checksums of all files

Trajectories are left out, but for those that a figure shows: their specs stand in lineage.txt, and the
same spec and code give the same bits.

**Check the files**, without any software of ours: `sha256sum -c manifest-sha256.txt` in this folder. It is
a BagIt bag (RFC 8493).

**Make figures and claims again** from the records, and compare them with those here:

    python3 -m venv environment
    environment/bin/pip install --require-hashes -r data/requirements.lock
    environment/bin/pip install 'anticorr[archive]=={version}'      # or the sources of the revision above
    environment/bin/anticorr verify .

**Look at a record**: `anticorr describe data/results/fits/...nc`, or any program that reads NetCDF.

**Make everything again**: in the sources of the revision above,
`snakemake --cores all --configfile config.json`.
"""


def archive(options: Namespace) -> None:
    from anticorr import storage
    from anticorr.storage import bundle

    plan, *_ = collect(
        lambda: read_plan(options.config),
        lambda: bundle.check_bundle(options.out),
        lambda: _files(options),
    )
    results = Path(options.results or plan.results)
    names, origins, revisions = _gathered(plan, results)
    tree = Lineage(storage.find_records(results))
    for name, where_from in origins.items():
        if name.endswith((".pdf", ".csv")):  # one of each
            tree.of_origin(name, where_from)

    def fill(folder: Path) -> None:
        for name in names:
            (folder / "results" / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(results / name, folder / "results" / name)
        for path in options.also:
            shutil.copyfile(path, folder / Path(path).name)
        shutil.copyfile(options.lock, folder / "requirements.lock")
        data = storage.read_config(options.config)
        storage.write_text(folder / "config.json", json.dumps(data, indent=1) + "\n")
        storage.write_text(folder / "lineage.txt", "\n".join(tree.lines) + "\n")
        storage.write_text(folder / "README.md", _page(options, results, names, origins, revisions))

    told = f"Figures, claims and records of anticorr, configuration {Path(options.config).name}"
    bundle.write_bundle(
        options.out, fill, {"External-Description": told, "Git-Revision": ", ".join(revisions)}
    )


def _files(options: Namespace) -> None:
    """Refuse files that are not there, or that would stand in the place of the bundle's own."""
    own = {"README.md", "config.json", "lineage.txt", "requirements.lock", "results"}
    problems = []
    for option, path in [("--lock", options.lock), *(("--also", path) for path in options.also)]:
        if not Path(path).is_file():
            problems.append(f"{option}: got {path}, wanted a file that is there")
        elif option == "--also" and Path(path).name in own:
            problems.append(f"--also: got {path}, allowed: other names than {', '.join(sorted(own))}")
    if problems:
        raise InputError(*problems)


def _gathered(plan: config.Config, results: Path) -> tuple[list[str], dict[str, Origin], list[str]]:
    """Names of all files of the bundle below its results, origins of figures and claims, and git revisions.

    Raises InputError for each file that is missing or damaged, or made from others than those there now.
    """
    from anticorr import storage

    needed = layout.judged(plan) + [name for figure in plan.figures for name in layout.shown(plan, figure)]
    needed = list(dict.fromkeys(needed))

    def read(name: str) -> tuple[str, str, str]:
        with storage.open_record(results / name) as record:
            return record.attrs["kind"], record.attrs["digest"], record.attrs.get("git_revision", "unknown")

    made: list[tuple[str | None, str]] = [
        (figure, name) for figure in plan.figures for name in layout.figure_files(figure)
    ]
    made += [(None, name) for name in layout.claims_files()]
    found = collect(
        *[lambda name=name: read(name) for name in needed],
        *[lambda name=name: storage.read_origin(results / name) for _, name in made],
    )
    records = dict(zip(needed, found[: len(needed)], strict=True))
    origins = {name: where for (_, name), where in zip(made, found[len(needed) :], strict=True)}
    problems = []
    for figure, name in made:
        if figure is None:
            what, config_digest, read_from = "claims", config.digest(plan), layout.judged(plan)
        else:
            what, config_digest = f"figure {plan.figures[figure].draw}", ""
            read_from = layout.shown(plan, figure)
        wanted = tuple(sorted({records[each][:2] for each in read_from}))
        got = origins[name]
        if (got.what, got.records) != (what, wanted):
            problems.append(f"{results / name}: got {got.what} of other records than those there now")
        elif plan.claims and got.config != config_digest:
            problems.append(f"{results / name}: got claims of another configuration")
    if problems:
        raise InputError(*[f"{problem}; wanted: the workflow run to its end" for problem in problems])
    revisions = {revision for _, _, revision in records.values()} | {each.git for each in origins.values()}
    return needed + list(origins), origins, sorted(revisions)


def _page(
    options: Namespace, results: Path, names: list[str], origins: dict[str, Origin], revisions: list[str]
) -> str:
    from importlib.metadata import version

    records = [name for name in names if name not in origins]
    return _PAGE.format(
        name=Path(options.config).stem,
        version=version("anticorr"),
        revisions=", ".join(revisions),
        figures=sum(name.endswith(".pdf") for name in origins),
        records=len(records),
        megabytes=sum((results / name).stat().st_size for name in records) / 1e6,
    )
