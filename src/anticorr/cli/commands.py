"""The commands that take records, or a spec, to a record or to text."""

import importlib
import os
import sys
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anticorr.cli.checks import at_least, check_threads, collect, outs, read_all, read_spec
from anticorr.errors import InputError
from anticorr.origin import Origin
from anticorr.strict import check

if TYPE_CHECKING:
    import xarray as xr

    from anticorr.storage import Points


def measure(options: Namespace) -> None:
    from anticorr import storage

    def read() -> "xr.Dataset | Points | dict[str, Path]":
        path = options.trajectory
        if os.path.isdir(path):
            return storage.records_in(path)
        if options.box is None and path.endswith(".nc") and storage.is_record(path):
            return storage.read_record(path, "trajectory")
        return storage.read_points(path, options.box, options.periodic or None)

    def place() -> None:
        check = storage.check_folder if os.path.isdir(options.trajectory) else storage.check_writable
        check(options.out)

    given, *_ = collect(
        read,
        lambda: at_least("--k-max", options.k_max, 0, strict=True),
        lambda: at_least("--box", options.box, 0, strict=True),
        place,
    )
    if not isinstance(given, dict):
        storage.write_record(_measured(options, given), options.out)
        return
    with storage.Folder(options.out) as folder:
        folder.clear()
        for name, path in given.items():
            record = _measured(options, storage.read_record(path, "trajectory"))
            storage.write_record(record, folder.file(name))
        folder.finish(list(given))


def _measured(options: Namespace, given: "xr.Dataset | Points") -> "xr.Dataset":
    from anticorr.progress import reporting
    from anticorr.stages import measure
    from anticorr.storage import Points

    with reporting("measure", "frames") as progress:
        if not isinstance(given, Points):
            return measure.run(
                given, k_max=options.k_max, real_space_too=options.real_space, progress=progress
            )
        return measure.structure_factor(
            given.position, given.side, k_max=options.k_max, species=given.species,
            real_space_too=options.real_space, progress=progress,
        )  # fmt: skip


def fit(options: Namespace) -> None:
    from anticorr import storage

    *_, spectra = collect(
        lambda: at_least("--k-max", options.k_max, 0, strict=True),
        lambda: at_least("--msd-least", options.msd_least, 0),
        lambda: at_least("--psi-6-most", options.psi_6_most, 0),
        lambda: outs([options.out]),
        lambda: read_all(options.spectra, "spectrum"),
    )
    from anticorr.stages import fit

    k_max = fit.K_MAX if options.k_max is None else options.k_max
    record = fit.run(*spectra, k_max=k_max, msd_least=options.msd_least, psi_6_most=options.psi_6_most)
    storage.write_record(record, options.out)


def predict(options: Namespace) -> None:
    from anticorr import storage

    def read(path: str | None, *kinds: str) -> "xr.Dataset | None":
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

    def one_grid() -> None:
        if options.shells and options.spectrum:
            raise InputError("--shells: got --spectrum too, wanted one of the two")

    spec, spectrum, short, *_, trajectories = collect(
        lambda: read_spec(options.spec),
        lambda: read(options.spectrum, "spectrum", "fit"),
        sizes,
        one_grid,
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
            shells=options.shells,
            short=short,
            threads=options.threads,
            progress=progress,
        )
    storage.write_record(record, options.out)


def landscape(options: Namespace) -> None:
    from anticorr import storage

    spec, *_ = collect(
        lambda: read_spec(options.spec),
        lambda: at_least("--seeds", options.seeds, 2),
        lambda: outs([options.out]),
    )
    from anticorr.progress import reporting
    from anticorr.stages import landscape

    # What is not asked for the stage decides: its code is in the key of the workflow's cache.
    annealing = {"anneal_steps": options.anneal_steps, "anneal_law": options.anneal_law}
    asked = {name: value for name, value in annealing.items() if value is not None}
    with reporting("landscape", "replicas") as progress:
        record = landscape.run(spec, seeds=options.seeds, progress=progress, **asked)
    storage.write_record(record, options.out)


def train(options: Namespace) -> None:
    from anticorr import storage
    from anticorr.specs import training

    spec, *_ = collect(lambda: read_spec(options.spec, training.parse), lambda: outs([options.out]))
    files = None
    if spec.files:
        files = storage.read_labelled(*spec.files)
    # One thread of a processor, whatever the shell says: sums then have one order everywhere, and a record
    # that clones share through a cache is what each of them would have made.
    os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
    os.environ["JAX_PLATFORMS"] = "cpu"
    from anticorr.progress import reporting
    from anticorr.stages import train

    with reporting("train", "seeds") as progress:
        record = train.run(spec, files=files, progress=progress)
    storage.write_record(record, options.out)


def companion(options: Namespace) -> None:
    from anticorr import storage
    from anticorr.specs import companion

    spec, *_ = collect(lambda: read_spec(options.spec, companion.parse), lambda: outs([options.out]))
    from anticorr.progress import reporting

    stage = importlib.import_module(f"anticorr.stages.{spec.kind}")
    with reporting("companion", "parts") as progress:
        record = stage.run(spec, progress=progress)
    storage.write_record(record, options.out)


def export(options: Namespace) -> None:
    from anticorr import storage

    collect(lambda: outs([options.out], *storage.ENDINGS))
    with storage.open_record(options.trajectory, "trajectory") as record:
        storage.write_whole(options.out, lambda name: storage.export(record, name))


def describe(options: Namespace) -> None:
    from anticorr import describe, origin, storage

    if options.folder is not None and not options.lineage:
        raise InputError("--in: got no --lineage, wanted both")
    if options.file.endswith(storage.SIGNED):
        if options.digest:
            raise InputError(f"--digest: got {options.file}, wanted a record")
        found = storage.read_origin(options.file)
        told = _lineage(options, found) if options.lineage else origin.describe(found)
    else:
        with storage.open_record(options.file) as record:
            if options.lineage:
                told = _lineage(options, record.attrs)
            else:
                told = record.attrs["digest"] if options.digest else describe.describe(record)
    sys.stdout.write(told + "\n")


def _lineage(options: Namespace, start: Origin | dict[str, Any]) -> str:
    """The tree below an origin, or below the attributes of a record."""
    from anticorr import lineage, storage

    folder = options.folder or storage.results_folder(options.file)
    tree = lineage.Lineage(storage.find_records(folder))
    if isinstance(start, dict):
        tree.of_record(options.file, start)
    else:
        tree.of_origin(options.file, start)
    if tree.missing:
        tree.lines.append(f"missing in {folder}: {', '.join(tree.missing)}")
    return "\n".join(tree.lines)
