"""The `anticorr` command: the only place that opens files, shows progress and words errors.

Exit codes: 0 done, 1 failed while running, 2 bad input, 130 interrupted.
"""

import argparse
import importlib
import math
import os
import signal
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import version
from typing import Any

from anticorr.config import FIGURES
from anticorr.errors import AnticorrError, InputError

_EXAMPLES = """\
examples:
  anticorr simulate spec.yaml --out traj.nc
  anticorr measure traj.nc --out spectrum.nc
  anticorr fit spectrum.nc --out fit.nc
  anticorr predict spec.yaml --spectrum spectrum.nc --out theory.nc
  anticorr claims fit.nc theory.nc --out claims.csv --out claims.md
  anticorr figure approach fit.nc theory.nc --out approach.pdf
  anticorr describe fit.nc
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    options = _parser().parse_args(arguments)
    # Before numba is imported: it reads its number of threads once. Passive waiting keeps barriers
    # cheap when the cores are shared.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    if getattr(options, "threads", 1) > 1:
        os.environ.setdefault("NUMBA_NUM_THREADS", str(max(options.threads, os.cpu_count() or 1)))
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        options.command(options)
    except AnticorrError as error:
        for line in str(error).split("\n"):
            sys.stderr.write(f"anticorr {options.name}: {line}\n")
        return error.exit_code
    except MemoryError as error:
        sys.stderr.write(f"anticorr {options.name}: not enough memory ({error}); wanted: a smaller run\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write(f"anticorr {options.name}: interrupted, nothing written\n")
        return 130
    except BrokenPipeError:
        return 1
    return 0


def _interrupt(*_):
    raise KeyboardInterrupt


def _collect(*attempts: Callable[[], Any]) -> list[Any]:
    """Results of all attempts, or one InputError with the problems of all that failed."""
    results, problems = [], []
    for attempt in attempts:
        try:
            results.append(attempt())
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(*problems)
    return results


def _spec(path: str):
    from anticorr import specs, storage

    try:
        return specs.parse(storage.read_yaml(path))
    except InputError as error:
        named = [p if p.startswith(path) else f"{path}: {p}" for p in error.problems]
        raise InputError(*named) from None


def _outs(paths: Sequence[str], *suffixes: str) -> None:
    from anticorr.storage import check_writable

    for path in paths:
        check_writable(path)
        if suffixes and not path.endswith(suffixes):
            raise InputError(f"--out: got {path}, allowed endings: {' '.join(suffixes)}")


def _at_least(name: str, value: float | None, least: float, strict: bool = False) -> None:
    if value is None:
        return
    if not math.isfinite(value) or value < least or (strict and value == least):
        raise InputError(f"{name}: got {value:g}, allowed {'>' if strict else '>='} {least:g}")


def _simulate(options) -> None:
    spec, *_ = _collect(
        lambda: _spec(options.spec),
        lambda: _at_least("--threads", options.threads, 1),
        lambda: _outs([options.out]),
    )
    from anticorr import storage
    from anticorr.progress import reporting
    from anticorr.stages import simulate

    with reporting("simulate", "steps", spec.system.particles) as progress:
        record = simulate.run(spec, threads=options.threads, progress=progress)
    storage.write_record(record, options.out)


def _measure(options) -> None:
    from anticorr import storage

    trajectory, *_ = _collect(
        lambda: storage.read_record(options.trajectory, "trajectory"),
        lambda: _at_least("--k-max", options.k_max, 0, strict=True),
        lambda: _outs([options.out]),
    )
    from anticorr.progress import reporting
    from anticorr.stages import measure

    with reporting("measure", "frames") as progress:
        record = measure.run(trajectory, k_max=options.k_max, progress=progress)
    storage.write_record(record, options.out)


def _fit(options) -> None:
    from anticorr import storage

    *_, spectra = _collect(
        lambda: _at_least("--k-max", options.k_max, 0, strict=True),
        lambda: _outs([options.out]),
        lambda: _collect(
            *[lambda path=path: storage.read_record(path, "spectrum") for path in options.spectra]
        ),
    )
    from anticorr.stages import fit

    k_max = fit.K_MAX if options.k_max is None else options.k_max
    storage.write_record(fit.run(*spectra, k_max=k_max), options.out)


def _predict(options) -> None:
    from anticorr import storage

    def read(path: str | None, kind: str):
        return None if path is None else storage.read_record(path, kind)

    spec, spectrum, *_, trajectories = _collect(
        lambda: _spec(options.spec),
        lambda: read(options.spectrum, "spectrum"),
        lambda: _at_least("--threads", options.threads, 1),
        lambda: _outs([options.out]),
        lambda: _collect(
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


def _read_all(paths: Sequence[str]) -> list:
    from anticorr import storage

    return _collect(*[lambda path=path: storage.read_record(path) for path in paths])


def _figure(options) -> None:
    def known() -> None:
        if options.figure not in FIGURES:
            raise InputError(f"figure: got {options.figure!r}, allowed: {', '.join(FIGURES)}")

    *_, records = _collect(
        known,
        lambda: _outs(options.out, ".pdf", ".png", ".svg"),
        lambda: _read_all(options.records),
    )
    from anticorr import storage
    from anticorr.figures import style

    module = importlib.import_module(f"anticorr.figures.{FIGURES[options.figure]}")
    figure = style.draw(module.draw, *records)
    for path in options.out:
        storage.write_whole(path, lambda name: style.save(figure, name))


def _claims(options) -> None:
    *_, records = _collect(
        lambda: _at_least("--msd-least", options.msd_least, 0),
        lambda: _at_least("--psi-6-most", options.psi_6_most, 0),
        lambda: _outs(options.out, ".csv", ".md"),
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


def _describe(options) -> None:
    from anticorr import provenance, storage
    from anticorr.describe import describe

    record = storage.read_record(options.file)
    told = provenance.content_digest(record) if options.digest else describe(record)
    sys.stdout.write(told + "\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="anticorr",
        description="Order from anti-correlated noise: simulate, measure, fit, predict.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=version("anticorr"))
    commands = parser.add_subparsers(dest="name", required=True, metavar="COMMAND")

    def command(name: str, function: Callable, summary: str, example: str):
        made = commands.add_parser(
            name,
            help=summary,
            description=summary,
            epilog=f"example:\n  {example}\n",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        made.set_defaults(command=function)
        return made

    threads = {
        "type": int,
        "default": 1,
        "metavar": "N",
        "help": "threads (default 1; more pay from about 1e4 particles); results do not depend on it",
    }

    one = command(
        "simulate",
        _simulate,
        "Run the particles of a spec; write the trajectory record.",
        "anticorr simulate spec.yaml --out traj.nc --threads 2",
    )
    one.add_argument("spec", metavar="SPEC.yaml", help="spec of the run (YAML or JSON)")
    one.add_argument("--out", required=True, metavar="traj.nc")
    one.add_argument("--threads", **threads)

    one = command(
        "measure",
        _measure,
        "Structure factor of a trajectory with errors; write the spectrum record.",
        "anticorr measure traj.nc --out spectrum.nc --k-max 3",
    )
    one.add_argument("trajectory", metavar="traj.nc")
    one.add_argument("--out", required=True, metavar="spectrum.nc")
    one.add_argument("--k-max", type=float, metavar="K", help="largest k in 1/D (default 2 pi rho^(1/d))")

    one = command(
        "fit",
        _fit,
        "Fit S = plateau + amplitude k^alpha to one or more spectra of one spec.",
        "anticorr fit seed-1.nc seed-2.nc seed-3.nc --out fit.nc",
    )
    one.add_argument("spectra", nargs="+", metavar="spectrum.nc", help="replicas of one spec, pooled")
    one.add_argument("--out", required=True, metavar="fit.nc")
    one.add_argument("--k-max", type=float, metavar="K", help="largest k in the fit, in 1/D (default 0.65)")

    one = command(
        "predict",
        _predict,
        "Predict S(k) of a spec without a fit; write the theory record.",
        "anticorr predict spec.yaml --spectrum spectrum.nc --out theory.nc",
    )
    one.add_argument("spec", metavar="SPEC.yaml")
    one.add_argument("--out", required=True, metavar="theory.nc")
    one.add_argument(
        "--trajectories",
        nargs=3,
        metavar=("low.nc", "mid.nc", "high.nc"),
        help="runs at rho (1 - h), rho, rho (1 + h); made here if not given",
    )
    one.add_argument("--spectrum", metavar="s.nc", help="predict at the k of this spectrum")
    one.add_argument("--threads", **threads)

    one = command(
        "figure",
        _figure,
        f"Draw a figure from records: {', '.join(FIGURES)}.",
        "anticorr figure approach fits/*.nc theory/*.nc --out approach.pdf --out approach.png",
    )
    one.add_argument("figure", metavar="NAME", help=", ".join(FIGURES))
    one.add_argument("records", nargs="+", metavar="RECORD")
    one.add_argument(
        "--out", required=True, action="append", metavar="F.pdf", help=".pdf, .png or .svg; may repeat"
    )

    one = command(
        "claims",
        _claims,
        "Table of what theory predicts and what was measured, with verdicts.",
        "anticorr claims fits/*.nc theory/*.nc --out claims.csv --out claims.md",
    )
    one.add_argument("records", nargs="+", metavar="RECORD")
    one.add_argument(
        "--out", required=True, action="append", metavar="claims.csv", help=".csv or .md; may repeat"
    )
    one.add_argument(
        "--msd-least", type=float, default=5.0, metavar="D^2",
        help="least mean square displacement of y of a fluid over 3,000 steps (default 5)",
    )  # fmt: skip
    one.add_argument(
        "--psi-6-most", type=float, default=0.45, metavar="X",
        help="largest mean |psi_6| of a fluid in 2D (default 0.45)",
    )  # fmt: skip

    one = command(
        "describe", _describe, "What a record holds and where it came from.",
        "anticorr describe fit.nc",
    )  # fmt: skip
    one.add_argument("file", metavar="FILE")
    one.add_argument("--digest", action="store_true", help="only the digest of data variables and spec")
    return parser


if __name__ == "__main__":
    sys.exit(main())
