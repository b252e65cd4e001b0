"""Options and helps of every command."""

import argparse
from collections.abc import Callable
from importlib.metadata import version

from anticorr.cli import commands
from anticorr.cli.report import report
from anticorr.cli.simulate import simulate
from anticorr.config import FIGURES

_EXAMPLES = """\
examples:
  anticorr simulate spec.yaml --out traj.nc
  anticorr measure traj.nc --out spectrum.nc
  anticorr fit spectrum.nc --out fit.nc
  anticorr predict spec.yaml --spectrum spectrum.nc --out theory.nc
  anticorr landscape spec.yaml --seeds 8 --out landscape.nc
  anticorr train training.yaml --out training.nc
  anticorr claims fit.nc theory.nc --out claims.csv --out claims.html
  anticorr figure approach fit.nc theory.nc --out approach.pdf
  anticorr report config/config.yaml
  anticorr export traj.nc --out traj.gsd
  anticorr describe fit.nc
"""


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="anticorr",
        description="Order from anti-correlated noise: simulate, measure, fit, predict.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("--version", action="version", version=version("anticorr"))
    subcommands = made.add_subparsers(dest="name", required=True, metavar="COMMAND")

    def command(name: str, function: Callable, summary: str, example: str):
        made = subcommands.add_parser(
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
        simulate,
        "Run the particles of a spec; write the trajectory record.",
        "anticorr simulate spec.yaml --out traj.nc --threads 2",
    )
    one.add_argument("spec", metavar="SPEC.yaml", help="spec of the run (YAML or JSON)")
    one.add_argument("--out", required=True, metavar="traj.nc")
    one.add_argument("--threads", **threads)
    one.add_argument("--resume", action="store_true", help="go on from the checkpoint in traj.nc.partial")
    one.add_argument(
        "--discard-stale", action="store_true",
        help="with --resume: start anew where the checkpoint is of another spec or code, or damaged",
    )  # fmt: skip
    one.add_argument(
        "--extend-steps", type=int, metavar="M",
        help="add M steps of sampling to the finished run of this spec in traj.nc",
    )  # fmt: skip
    one.add_argument(
        "--checkpoint-minutes", type=float, default=5.0, metavar="T",
        help="wall time between checkpoints (default 5)",
    )  # fmt: skip

    one = command(
        "measure",
        commands.measure,
        "Structure factor of a trajectory with errors; write the spectrum record.",
        "anticorr measure traj.nc --out spectrum.nc --k-max 3",
    )
    one.add_argument(
        "trajectory", metavar="traj.nc",
        help="a trajectory record, or points of your own: .csv .txt .npy .npz .nc .xyz .gsd .dump",
    )  # fmt: skip
    one.add_argument("--out", required=True, metavar="spectrum.nc")
    one.add_argument("--k-max", type=float, metavar="K", help="largest k in 1/D (default 2 pi rho^(1/d))")
    one.add_argument("--real-space", action="store_true", help="also g(r) and the number variance")
    one.add_argument(
        "--box", type=float, metavar="L", help="side of the periodic box, for points that do not say it"
    )
    one.add_argument(
        "--periodic", action="store_true", help="vouch that the box of given points is periodic"
    )

    one = command(
        "fit",
        commands.fit,
        "Fit S = plateau + amplitude k^alpha to one or more spectra of one spec.",
        "anticorr fit seed-1.nc seed-2.nc seed-3.nc --out fit.nc",
    )
    one.add_argument(
        "spectra", nargs="+", metavar="spectrum.nc",
        help="replicas of one spec, pooled; one that started from a lattice is compared with the others",
    )  # fmt: skip
    one.add_argument("--out", required=True, metavar="fit.nc")
    one.add_argument("--k-max", type=float, metavar="K", help="largest k in the fit, in 1/D (default 0.65)")
    one.add_argument(
        "--msd-least", type=float, default=5.0, metavar="D^2",
        help="least mean square displacement of a fluid over 3,000 steps (default 5)",
    )  # fmt: skip
    one.add_argument(
        "--psi-6-most", type=float, default=0.45, metavar="X",
        help="largest mean |psi_6| of a fluid in 2D (default 0.45)",
    )  # fmt: skip

    one = command(
        "predict",
        commands.predict,
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
    one.add_argument(
        "--spectrum", metavar="s.nc",
        help="spectrum or fit: predict at its k",
    )  # fmt: skip
    one.add_argument("--threads", **threads)
    short = one.add_argument_group("the short runs (three; seven for two sizes), where they are made here")
    short.add_argument("--particles", type=int, metavar="N", help="particles, at most (default 2025)")
    short.add_argument("--relax-steps", type=int, metavar="M", help="steps before averaging (default 2000)")
    short.add_argument("--sample-steps", type=int, metavar="M", help="steps averaged (default 20000)")
    short.add_argument("--density-step", type=float, metavar="H", help="h of rho (1 -+ h) (default 0.05)")

    one = command(
        "landscape",
        commands.landscape,
        "Energies and flatness of runs, after quenches and annealing; write the landscape record.",
        "anticorr landscape spec.yaml --seeds 8 --out landscape.nc",
    )
    one.add_argument("spec", metavar="SPEC.yaml")
    one.add_argument("--out", required=True, metavar="landscape.nc")
    one.add_argument(
        "--seeds", type=int, default=8, metavar="N",
        help="replicas, with the seed of the spec and those that follow it (default 8)",
    )  # fmt: skip
    one.add_argument(
        "--anneal-steps",
        type=int,
        metavar="M",
        help="steps of the annealing (default: those of the schedule)",
    )
    one.add_argument(
        "--anneal-law", default="linear", metavar="LAW", help="linear (default) or geometric fall of sigma"
    )

    one = command(
        "train",
        commands.train,
        "Descend a loss with correlated noise, an ensemble at once; write the training record.",
        "anticorr train docs/training.yaml --out training.nc",
    )
    one.add_argument("spec", metavar="SPEC.yaml", help="spec of the ensemble (YAML or JSON)")
    one.add_argument("--out", required=True, metavar="training.nc")

    one = command(
        "figure",
        commands.figure,
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
        commands.claims,
        "Table of what theory predicts and what was measured, with verdicts.",
        "anticorr claims fits/*.nc theory/*.nc --config config.yaml --out claims.html",
    )
    one.add_argument("records", nargs="+", metavar="RECORD", help="fits, theory, landscapes, in any order")
    one.add_argument(
        "--config", metavar="CONFIG.yaml",
        help="judge the claims listed there (default: every prediction that the records support)",
    )  # fmt: skip
    one.add_argument(
        "--out", required=True, action="append", metavar="claims.csv",
        help=".csv, .md or .html; may repeat",
    )  # fmt: skip
    one = command(
        "report",
        report,
        "One page of a finished scale: figures with captions, claims, what ran, where it came from.",
        "anticorr report config/smoke.yaml",
    )
    one.add_argument(
        "config", nargs="?", default="config/config.yaml", metavar="CONFIG.yaml",
        help="the scale, in whose workflow this is called (default: config/config.yaml)",
    )  # fmt: skip
    one.add_argument("--out", metavar="report.html", help="default: report.html in its results folder")

    one = command(
        "export",
        commands.export,
        "Frames of a trajectory for other programs: .gsd (HOOMD, freud, OVITO) or extended .xyz.",
        "anticorr export traj.nc --out traj.gsd",
    )
    one.add_argument("trajectory", metavar="traj.nc")
    one.add_argument("--out", required=True, metavar="traj.gsd")

    one = command(
        "describe", commands.describe, "What a record holds and where it came from.",
        "anticorr describe fit.nc",
    )  # fmt: skip
    one.add_argument("file", metavar="FILE")
    one.add_argument("--digest", action="store_true", help="only the digest of data variables and spec")
    return made
