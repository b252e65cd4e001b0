"""Options and helps of every command."""

import argparse
from importlib.metadata import version
from typing import Any

from anticorr.cli.examples import EXAMPLES, INSTALL
from anticorr.config import FIGURES


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="anticorr",
        description="Order from anti-correlated noise: simulate, measure, fit, predict.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("--version", action="version", version=version("anticorr"))
    subcommands = made.add_subparsers(dest="name", required=True, metavar="COMMAND")

    def command(name: str, module: str, summary: str, example: str) -> argparse.ArgumentParser:
        """The function of that name in a module of anticorr.cli, which is loaded only to run it."""
        made = subcommands.add_parser(
            name,
            help=summary,
            description=summary,
            epilog=f"example:\n  {example}\n",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        made.set_defaults(module=module)
        return made

    threads: dict[str, Any] = {
        "type": int,
        "default": 1,
        "metavar": "N",
        "help": "threads (default 1; more pay from about 1e4 particles); results do not depend on it",
    }

    config: dict[str, Any] = {
        "nargs": "?", "default": "config/config.yaml", "metavar": "CONFIG.yaml",
        "help": "configuration (default config/config.yaml)",
    }  # fmt: skip
    change: dict[str, Any] = {
        "action": "append", "default": [], "metavar": "KEY=VALUE",
        "help": "change a key of the configuration, dotted, value in YAML; may repeat",
    }  # fmt: skip
    cores: dict[str, Any] = {"type": int, "metavar": "N", "help": "processor cores (default: all)"}

    one = command(
        "make",
        "make",
        "Run the workflow of a configuration to its figures and claims, watched over.",
        "anticorr make config/smoke.yaml --cores 2 --cache ~/anticorr-cache",
    )
    one.add_argument("config", **config)
    one.add_argument("--set", **change)
    one.add_argument("--cores", **cores)
    one.add_argument(
        "--cache", metavar="FOLDER", help="share records with other clones and users through this folder"
    )
    one.add_argument(
        "--profile", metavar="FOLDER", help="profile of Snakemake, as workflow/profiles/slurm for a cluster"
    )

    one = command(
        "plan", "scales", "What `make` would run now, its time and sizes; refused where it does not fit.",
        "anticorr plan config/smoke.yaml\n  anticorr plan config/smoke.yaml --figures",
    )  # fmt: skip
    one.add_argument("config", **config)
    one.add_argument("--set", **change)
    one.add_argument("--cores", **cores)
    one.add_argument("--figures", action="store_true", help="instead: what each figure takes by itself")

    one = command(
        "estimate", "scales", "Core-hours, memory and disk of a configuration, at the rate measured here.",
        "anticorr estimate config/paper.yaml",
    )  # fmt: skip
    one.add_argument("config", **config)
    one.add_argument("--set", **change)
    one.add_argument(
        "--rate", type=float, metavar="M",
        help="millions of particle-steps per second of a core (default: measured here, in seconds)",
    )  # fmt: skip

    def numbers(text: str) -> list[int]:
        return [int(number) for number in text.split(",")]

    one = command(
        "simulate",
        "simulate",
        "Run the particles of a spec; write the trajectory record, or a folder of several.",
        "anticorr simulate spec.yaml --out traj.nc --threads 2\n"
        "  anticorr simulate spec.yaml --seeds 1,2,3 --lattice --out runs",
    )
    one.add_argument(
        "spec", metavar="SPEC.yaml",
        help="spec of the run (YAML or JSON; - for standard input), or several as states: {name: spec}",
    )  # fmt: skip
    one.add_argument("--out", required=True, metavar="traj.nc", help="of several runs: name of a folder")
    one.add_argument(
        "--seeds", type=numbers, metavar="1,2,3",
        help="one run from each seed: seed-1.nc, ... in the folder (default: that of the spec)",
    )  # fmt: skip
    one.add_argument(
        "--lattice", action="store_true", help="one more run from a lattice: lattice.nc in the folder"
    )
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
        "commands",
        "Structure factor of a trajectory with errors; write the spectrum record.",
        "anticorr measure traj.nc --out spectrum.nc --k-max 3",
    )
    one.add_argument(
        "trajectory", metavar="traj.nc",
        help="a trajectory record, a folder of them, or points of your own: .csv .txt .npy .npz .nc .xyz "
        ".gsd .dump",
    )  # fmt: skip
    one.add_argument("--out", required=True, metavar="spectrum.nc", help="of a folder: a folder")
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
        "commands",
        "Fit S = plateau + amplitude k^alpha to one or more spectra of one spec.",
        "anticorr fit seed-1.nc seed-2.nc seed-3.nc --out fit.nc",
    )
    one.add_argument(
        "spectra", nargs="+", metavar="spectrum.nc",
        help="replicas of one spec, or folders of them, pooled; one that started from a lattice is "
        "compared with the others",
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
        "commands",
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
    one.add_argument(
        "--shells", action="store_true", help="predict at every shell of the box that `measure` gives"
    )
    one.add_argument("--threads", **threads)
    short = one.add_argument_group("the short runs (three; seven for two sizes), where they are made here")
    short.add_argument("--particles", type=int, metavar="N", help="particles, at most (default 2025)")
    short.add_argument("--relax-steps", type=int, metavar="M", help="steps before averaging (default 2000)")
    short.add_argument("--sample-steps", type=int, metavar="M", help="steps averaged (default 20000)")
    short.add_argument("--density-step", type=float, metavar="H", help="h of rho (1 -+ h) (default 0.05)")

    one = command(
        "landscape",
        "commands",
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
    one.add_argument("--anneal-law", metavar="LAW", help="linear (default) or geometric fall of sigma")

    one = command(
        "train",
        "commands",
        "Descend a loss with correlated noise, an ensemble at once; write the training record.",
        "anticorr train docs/training.yaml --out training.nc",
    )
    one.add_argument("spec", metavar="SPEC.yaml", help="spec of the ensemble (YAML or JSON)")
    one.add_argument("--out", required=True, metavar="training.nc")

    one = command(
        "companion",
        "commands",
        "A theory beside the paper and the simulation that it is held to; write its record.",
        "anticorr companion docs/companion.yaml --out companion.nc",
    )
    one.add_argument("spec", metavar="SPEC.yaml", help="spec of the companion (YAML or JSON)")
    one.add_argument("--out", required=True, metavar="companion.nc")

    one = command(
        "figure",
        "products",
        f"Draw a figure from records: {', '.join(FIGURES)}.",
        "anticorr figure approach fits theory --out approach.pdf --out approach.png",
    )
    one.add_argument("figure", metavar="NAME", help=", ".join(FIGURES))
    one.add_argument("records", nargs="+", metavar="RECORD", help="records, or folders of records")
    one.add_argument(
        "--out", required=True, action="append", metavar="F.pdf", help=".pdf, .png or .svg; may repeat"
    )

    one = command(
        "claims",
        "products",
        "Table of what theory predicts and what was measured, with verdicts.",
        "anticorr claims fits theory --config config.yaml --out claims.html",
    )
    one.add_argument(
        "records", nargs="*", metavar="RECORD",
        help="fits, theory, landscapes, trainings, companions, or folders of them, in any order (default: "
        "those of the scale of --config)",
    )  # fmt: skip
    one.add_argument(
        "--config", metavar="CONFIG.yaml",
        help="judge the claims listed there (default: every prediction that the records support)",
    )  # fmt: skip
    one.add_argument(
        "--in", dest="folder", metavar="FOLDER",
        help="where the records of the scale lie (default: the results folder that it names)",
    )  # fmt: skip
    one.add_argument(
        "--out", required=True, action="append", metavar="claims.csv",
        help=".csv, .md or .html; may repeat",
    )  # fmt: skip
    one = command(
        "report",
        "report",
        "One page of a finished scale: figures with captions, claims, what ran, where it came from.",
        "anticorr report config/smoke.yaml",
    )
    one.add_argument(
        "config", nargs="?", default="config/config.yaml", metavar="CONFIG.yaml",
        help="the scale, in whose workflow this is called (default: config/config.yaml)",
    )  # fmt: skip
    one.add_argument("--out", metavar="report.html", help="default: report.html in its results folder")

    one = command(
        "explore",
        "explore",
        "One page in which sliders move over the states of a finished scale: c_t, c_s, H.",
        "anticorr explore results/",
    )
    one.add_argument(
        "folders", nargs="*", metavar="FOLDER",
        help="results of a scale that has run, or any folder of records (default: results)",
    )  # fmt: skip
    one.add_argument("--out", metavar="explore.html", help="default: explore.html in the first folder")

    one = command(
        "export",
        "commands",
        "Frames of a trajectory for other programs: .gsd (HOOMD, freud, OVITO) or extended .xyz.",
        "anticorr export traj.nc --out traj.gsd",
    )
    one.add_argument("trajectory", metavar="traj.nc")
    one.add_argument("--out", required=True, metavar="traj.gsd")

    one = command(
        "movie",
        "movie",
        "A moving picture of a trajectory: disks of true size in their periodic box, coloured.",
        "anticorr movie traj.nc --out movie.mp4 --colour density --frames ::2 --fps 25",
    )
    one.add_argument("trajectory", metavar="traj.nc")
    one.add_argument("--out", required=True, metavar="movie.mp4", help=".mp4 or .gif")
    one.add_argument(
        "--colour", default="density", metavar="NAME",
        help="density (default): packing fraction around each particle, smoothed by a Gaussian of width "
        "2 D, on a scale that the spec sets, the same for every noise; psi_6: its bond order (2D); or none",
    )  # fmt: skip
    one.add_argument(
        "--frames", metavar="A:B:STEP",
        help="frames from A (0: the first) up to, without, B, every STEP-th; each may be left out "
        "(default: all); the last ten: --frames=-10:",
    )  # fmt: skip
    one.add_argument("--seconds", type=float, metavar="T", help="how long it takes")
    one.add_argument("--fps", type=float, metavar="N", help="frames a second (default 20)")
    one.add_argument("--stripped", action="store_true", help="the noise-stripped positions y in place of x")

    one = command(
        "describe", "commands", "What a record, figure or claims hold, and where they came from.",
        "anticorr describe fit.nc\n  anticorr describe approach.pdf --lineage --in .",
    )  # fmt: skip
    one.add_argument("file", metavar="FILE")
    one.add_argument("--digest", action="store_true", help="only the digest of data variables and spec")
    one.add_argument(
        "--lineage",
        action="store_true",
        help="what it was made from, back to the specs",
    )
    one.add_argument(
        "--in", dest="folder", metavar="FOLDER",
        help="with --lineage: where the records lie (default: the results folder that FILE lies in)",
    )  # fmt: skip

    one = command(
        "archive",
        "archive",
        "Figures, claims and the records behind them as one bundle with checksums, for a data archive.",
        "anticorr archive config/smoke.yaml --out bundle.zip --also CITATION.cff",
    )
    one.add_argument("config", metavar="CONFIG.yaml", help="configuration whose results are there")
    one.add_argument("--out", required=True, metavar="bundle.zip", help="a .zip file, or a new folder")
    one.add_argument(
        "--results", metavar="FOLDER", help="where the results lie (default: as the configuration says)"
    )
    one.add_argument(
        "--lock", default="requirements.lock", metavar="FILE",
        help="the packages that it was made with (default requirements.lock)",
    )  # fmt: skip
    one.add_argument(
        "--also", action="append", default=[], metavar="FILE",
        help="a file that goes along, as CITATION.cff; may repeat",
    )  # fmt: skip

    one = command(
        "verify",
        "verify",
        "Compare the files of a bundle with their checksums, then make its figures and claims again.",
        "anticorr verify bundle.zip",
    )
    one.add_argument("bundle", metavar="BUNDLE", help="a .zip file or a folder of `anticorr archive`")

    command(
        "doctor",
        "doctor",
        "What is here of all that a command may need: versions, cores, room, SLURM; a small run as a test.",
        "anticorr doctor",
    )

    one = command(
        "completion",
        "completion",
        "A script by which a shell completes this command, its options, files and names of figures.",
        f"anticorr completion bash\n\n{INSTALL}",
    )
    one.add_argument("shell", metavar="SHELL", help="bash, zsh or tcsh")
    return made
