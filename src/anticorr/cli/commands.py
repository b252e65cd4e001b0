"""The commands other than simulate: records in, a record, table, figure or text out."""

import importlib
import sys
from collections.abc import Sequence

from anticorr.cli.checks import at_least, check_threads, collect, outs, read_spec
from anticorr.config import FIGURES
from anticorr.errors import InputError


def measure(options) -> None:
    from anticorr import storage

    trajectory, *_ = collect(
        lambda: storage.read_record(options.trajectory, "trajectory"),
        lambda: at_least("--k-max", options.k_max, 0, strict=True),
        lambda: outs([options.out]),
    )
    from anticorr.progress import reporting
    from anticorr.stages import measure

    with reporting("measure", "frames") as progress:
        record = measure.run(trajectory, k_max=options.k_max, progress=progress)
    storage.write_record(record, options.out)


def fit(options) -> None:
    from anticorr import storage

    *_, spectra = collect(
        lambda: at_least("--k-max", options.k_max, 0, strict=True),
        lambda: outs([options.out]),
        lambda: collect(
            *[lambda path=path: storage.read_record(path, "spectrum") for path in options.spectra]
        ),
    )
    from anticorr.stages import fit

    k_max = fit.K_MAX if options.k_max is None else options.k_max
    storage.write_record(fit.run(*spectra, k_max=k_max), options.out)


def predict(options) -> None:
    from anticorr import storage

    def read(path: str | None, kind: str):
        return None if path is None else storage.read_record(path, kind)

    spec, spectrum, *_, trajectories = collect(
        lambda: read_spec(options.spec),
        lambda: read(options.spectrum, "spectrum"),
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
    *_, records = collect(
        lambda: at_least("--msd-least", options.msd_least, 0),
        lambda: at_least("--psi-6-most", options.psi_6_most, 0),
        lambda: outs(options.out, ".csv", ".md"),
        lambda: _read_all(options.records),
    )
    from anticorr import storage
    from anticorr.figures import claims

    table = claims.table(*records, msd_least=options.msd_least, psi_6_most=options.psi_6_most)
    for path in options.out:
        text = claims.to_csv(table) if path.endswith(".csv") else claims.to_markdown(table)

        def write(name: str, text: str = text) -> None:
            with open(name, "w") as file:
                file.write(text)

        storage.write_whole(path, write)


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
