"""The commands other than simulate: records in, a record, table, figure or text out."""

import importlib
import os
import sys
from collections.abc import Sequence

from anticorr.cli.checks import at_least, check_threads, collect, outs, read_plan, read_spec
from anticorr.config import FIGURES, first_specs
from anticorr.errors import InputError
from anticorr.strict import check


def measure(options) -> None:
    from anticorr import storage

    def read():
        path = options.trajectory
        if options.box is None and path.endswith(".nc") and storage.is_record(path):
            return storage.read_record(path, "trajectory")
        return storage.read_points(path, options.box, options.periodic or None)

    given, *_ = collect(
        read,
        lambda: at_least("--k-max", options.k_max, 0, strict=True),
        lambda: at_least("--box", options.box, 0, strict=True),
        lambda: outs([options.out]),
    )
    from anticorr.progress import reporting
    from anticorr.stages import measure

    with reporting("measure", "frames") as progress:
        if hasattr(given, "attrs"):
            record = measure.run(
                given, k_max=options.k_max, real_space_too=options.real_space, progress=progress
            )
        else:
            record = measure.structure_factor(
                given.position, given.side, k_max=options.k_max, species=given.species,
                real_space_too=options.real_space, progress=progress,
            )  # fmt: skip
    storage.write_record(record, options.out)


def fit(options) -> None:
    from anticorr import storage

    *_, spectra = collect(
        lambda: at_least("--k-max", options.k_max, 0, strict=True),
        lambda: at_least("--msd-least", options.msd_least, 0),
        lambda: at_least("--psi-6-most", options.psi_6_most, 0),
        lambda: outs([options.out]),
        lambda: collect(
            *[lambda path=path: storage.read_record(path, "spectrum") for path in options.spectra]
        ),
    )
    from anticorr.stages import fit

    k_max = fit.K_MAX if options.k_max is None else options.k_max
    record = fit.run(*spectra, k_max=k_max, msd_least=options.msd_least, psi_6_most=options.psi_6_most)
    storage.write_record(record, options.out)


def predict(options) -> None:
    from anticorr import storage

    def read(path: str | None, *kinds: str):
        return None if path is None else storage.read_record(path, *kinds)

    def sizes() -> dict[str, float]:
        """The short runs as asked for; one that cannot be is told with its option."""
        from anticorr.stages.predict import SHORT
        from anticorr.sweeps import ShortRuns

        named = {name: getattr(options, name) for name in SHORT}
        given = {name: value for name, value in named.items() if value is not None}
        if given and options.trajectories:
            raise InputError("--trajectories: got sizes of short runs too, wanted one of the two")
        try:
            check(SHORT | given, ShortRuns)
        except InputError as error:
            options_named = [f"--{p.replace('_', '-', 1)}" for p in error.problems]
            raise InputError(*options_named) from None
        return given

    spec, spectrum, short, *_, trajectories = collect(
        lambda: read_spec(options.spec),
        lambda: read(options.spectrum, "spectrum", "fit"),
        sizes,
        lambda: check_threads(options.threads),
        lambda: outs([options.out]),
        lambda: collect(
            *[lambda path=path: read(path, "trajectory") for path in options.trajectories or ()]
        ),
    )
    from anticorr.progress import reporting
    from anticorr.stages import predict

    with reporting("short runs", "steps", spec.system.particles) as progress:
        record = predict.run(
            spec,
            trajectories=tuple(trajectories) or None,
            spectrum=spectrum,
            short=short,
            threads=options.threads,
            progress=progress,
        )
    storage.write_record(record, options.out)


def landscape(options) -> None:
    from anticorr import storage

    spec, *_ = collect(
        lambda: read_spec(options.spec),
        lambda: at_least("--seeds", options.seeds, 2),
        lambda: outs([options.out]),
    )
    from anticorr.progress import reporting
    from anticorr.stages import landscape

    with reporting("landscape", "replicas") as progress:
        record = landscape.run(
            spec,
            seeds=options.seeds,
            anneal_steps=options.anneal_steps,
            anneal_law=options.anneal_law,
            progress=progress,
        )
    storage.write_record(record, options.out)


def train(options) -> None:
    from anticorr import storage
    from anticorr.specs import training

    spec, *_ = collect(lambda: read_spec(options.spec, training.parse), lambda: outs([options.out]))
    files = None
    if spec.problem.kind == "files":
        files = storage.read_labelled(spec.problem.samples, spec.problem.labels)
    # One thread unless the user says otherwise: sums then have one order on every machine.
    os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")
    os.environ.setdefault("JAX_PLATFORMS", "cpu")
    from anticorr.progress import reporting

    try:
        from anticorr.stages import train
    except ModuleNotFoundError as error:
        raise InputError(
            f"train: got no package {error.name}, wanted it installed: pip install 'anticorr[learning]'"
        ) from None
    with reporting("train", "seeds") as progress:
        record = train.run(spec, files=files, progress=progress)
    storage.write_record(record, options.out)


def _read_all(paths: Sequence[str]) -> list:
    from anticorr import storage

    return collect(*[lambda path=path: storage.read_record(path) for path in paths])


def figure(options) -> None:
    def known() -> None:
        if options.figure not in FIGURES:
            raise InputError(f"figure: got {options.figure!r}, allowed: {', '.join(FIGURES)}")

    *_, records = collect(
        known,
        lambda: outs(options.out, ".pdf", ".png", ".svg"),
        lambda: _read_all(options.records),
    )
    from anticorr import storage
    from anticorr.figures import style

    module = importlib.import_module(f"anticorr.figures.{FIGURES[options.figure]}")
    figure = style.draw(module.draw, *records)
    for path in options.out:
        storage.write_whole(path, lambda name: style.save(figure, name))


def claims(options) -> None:
    (listed, specs), *_, records = collect(
        lambda: _listed(options),
        lambda: outs(options.out, ".csv", ".md", ".html"),
        lambda: _read_all(options.records),
    )
    from anticorr import storage
    from anticorr.figures import claims

    table = claims.claimed(listed, specs, *records) if listed else claims.supported(*records)
    for row in claims.missing(table):
        sys.stderr.write(f"anticorr claims: {row.id} ({', '.join(row.states)}): {row.verdict.sentence}\n")
    formats = {"csv": claims.to_csv, "md": claims.to_markdown, "html": claims.to_html}
    for path in options.out:
        storage.write_text(path, formats[path.rsplit(".", 1)[-1]](table))


def _listed(options) -> tuple[dict, dict]:
    """Claims of the configuration, which is checked with all its runs, and a spec of every state."""
    if options.config is None:
        return {}, {}
    plan = read_plan(options.config)
    return plan.claims, first_specs(plan)


def export(options) -> None:
    from anticorr import storage

    collect(lambda: outs([options.out], *storage.ENDINGS))
    with storage.open_record(options.trajectory, "trajectory") as record:
        storage.write_whole(options.out, lambda name: storage.export(record, name))


def describe(options) -> None:
    from anticorr import provenance, storage
    from anticorr.describe import describe

    with storage.open_record(options.file) as record:
        told = provenance.content_digest(record) if options.digest else describe(record)
    sys.stdout.write(told + "\n")
