"""Rate of the engine, and what the series cost.

    python benchmarks/engine.py            prints Markdown rows for benchmarks/RESULTS.md

Rate: particle-steps per second of CPU time on one thread, best of several rounds; the rows are measured in
turn, round after round, so that a drift of the machine touches all of them.

Threads: wall time of one and two threads in turn, median ratio over rounds.

Series: the same source with every line of the contact loop that adds to a sum taken out, compiled beside
the real one, the two run in turn in their own processes; quoted is the median ratio over rounds.
"""

import argparse
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "passive")
os.environ.setdefault("NUMBA_NUM_THREADS", "2")

ROWS = [
    # name, dimension, N, phi, sigma, b_f
    ("figures: N = 16,384, phi .8, sigma .3", 2, 16384, 0.8, 0.3, 1.0),
    ("N = 1e5, phi 1, sigma .03", 2, 100_000, 1.0, 0.03, 1.0),
    ("minibatch b_f = .5, N = 16,384, phi .8, sigma .3", 2, 16384, 0.8, 0.3, 0.5),
    ("3D: N = 1e5, phi .6, sigma .1", 3, 100_000, 0.6, 0.1, 1.0),
]


def particles_of(dimension, number, fraction, sigma, batch):
    from anticorr.engine.particles import Particles
    from anticorr.specs import parse

    made = Particles(
        parse(
            {
                "system": {
                    "dimension": dimension,
                    "particles": number,
                    "packing_fraction": fraction,
                },
                "dynamics": {
                    "step_size": 0.5,
                    "batch_fraction": batch,
                    "noise": {"kind": "ma1", "strength": sigma, "correlation": -1.0},
                },
                "schedule": {"relax_steps": 0, "sample_steps": 10, "sample_every": 10},
                "seed": 1,
            }
        )
    )
    made.step_block(max(1, 2_000_000 // (10 * number)))  # out of the random start
    return made


def rate(particles):
    """Particle-steps per CPU second."""
    number = particles.spec.system.particles
    blocks = max(1, 2_000_000 // (10 * number))
    start = time.process_time()
    particles.step_block(blocks)
    return blocks * 10 * number / (time.process_time() - start)


def speed_up(number, rounds):
    """Median ratio of the wall time of one thread to that of two, at phi .8, sigma .3."""
    from anticorr.accelerate import set_num_threads

    system = particles_of(2, number, 0.8, 0.3, 1.0)
    blocks = max(1, 2_000_000 // (10 * number))
    wall = {1: [], 2: []}
    for _ in range(rounds):
        for threads, taken in wall.items():
            set_num_threads(threads)
            start = time.perf_counter()
            system.step_block(blocks)
            taken.append((time.perf_counter() - start) / (blocks * 10 * number))
    set_num_threads(1)
    return statistics.median(one / two for one, two in zip(wall[1], wall[2], strict=True))


def rates(rounds):
    from anticorr.accelerate import set_num_threads

    set_num_threads(1)
    systems = [particles_of(*row[1:]) for row in ROWS]
    best = [0.0] * len(ROWS)
    for _ in range(rounds):
        best = [max(b, rate(s)) for b, s in zip(best, systems, strict=True)]
    return best


def without_sums(folder):
    """A copy of the package whose contact loop adds nothing to the sums."""
    source = Path(__file__).parents[1] / "src"
    shutil.copytree(source, folder / "src", ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    file = folder / "src/anticorr/engine/_forces.py"
    lines = file.read_text().split("\n")
    kept = [line for line in lines if not line.strip().startswith("sums[") or "sums[:]" in line]
    if len(lines) - len(kept) != 5:
        raise SystemExit("benchmarks/engine.py: _forces.py has changed; say again which lines sum")
    file.write_text("\n".join(kept))
    return folder / "src"


def one_rate(path):
    """Rate of the first row in a process of its own, with the package at `path`."""
    told = subprocess.run(
        [sys.executable, __file__, "--one"],
        env=os.environ | {"PYTHONPATH": str(path)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return float(told.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        os.environ["NUMBA_NUM_THREADS"] = "1"
        system = particles_of(*ROWS[0][1:])
        sys.stdout.write(str(max(rate(system) for _ in range(5))))
        return
    say = sys.stdout.write
    say(f"{date.today()}, {platform.machine()}, {os.cpu_count()} cores, ")
    say(f"load {os.getloadavg()[0]:.1f}, Python {platform.python_version()}\n\n")
    say("| work, one thread | M particle-steps / CPU s |\n|---|---|\n")
    for row, value in zip(ROWS, rates(options.rounds), strict=True):
        say(f"| {row[0]} | {value / 1e6:.1f} |\n")
    say("\nTwo threads against one, wall time: ")
    ratios = [f"N = {n:,} {speed_up(n, options.rounds):.2f}" for n in (4096, 16384, 100_489)]
    say(", ".join(ratios) + "\n")
    with tempfile.TemporaryDirectory() as folder:
        real, bare = Path(__file__).parents[1] / "src", without_sums(Path(folder))
        one_rate(bare)
        ratios = [one_rate(real) / one_rate(bare) for _ in range(options.rounds)]
    say(f"\nSeries (first row): {100 * (1 / statistics.median(ratios) - 1):.1f}% more time ")
    say(f"(rounds: {', '.join(f'{100 * (1 / r - 1):.1f}' for r in ratios)}).\n")


if __name__ == "__main__":
    main()
