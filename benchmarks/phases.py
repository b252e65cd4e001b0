"""Where the time of a step goes, and what is paid once: start, compilation, checkpoints.

    python benchmarks/phases.py            prints Markdown for benchmarks/RESULTS.md

Phases: best of 30 calls of each kernel on one thread, with cells, wall time. Start: wall time of a
process from its first line to the end of one step, with compiled code in the cache and, once, without. A
checkpoint: median of ten, copying the arrays included; ma1 noise.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "passive")
os.environ.setdefault("NUMBA_NUM_THREADS", "1")

STATES = [
    ("N = 16,384, phi .8, sigma .3", 16384, 0.8, 0.3),
    ("N = 1e5, phi 1, sigma .03", 100_000, 1.0, 0.03),
]
ONE_STEP = """
import time
start = time.perf_counter()
import anticorr as ac
ac.simulate({"system": {"particles": 4096, "packing_fraction": 0.8},
             "dynamics": {"step_size": 0.5, "noise": {"kind": "ma1", "strength": 0.3, "correlation": -1}},
             "schedule": {"relax_steps": 0, "sample_steps": 1, "sample_every": 1}, "seed": 1})
print(time.perf_counter() - start)
"""


def particles_of(number, fraction, strength):
    """Particles with cells in every step, past their random start."""
    from anticorr.engine.particles import Particles
    from anticorr.specs import parse

    noise = {"kind": "ma1", "strength": strength, "correlation": -1.0}
    spec = {
        "system": {"particles": number, "packing_fraction": fraction},
        "dynamics": {"step_size": 0.5, "noise": noise},
        "schedule": {"relax_steps": 0, "sample_steps": 10, "sample_every": 10},
        "seed": 1,
    }
    made = Particles(parse(spec), skin=0.0)
    made.step_block(max(1, 400_000 // number))
    return made


def best(function, *arguments):
    """Least wall time of 30 calls in seconds."""
    taken = []
    for _ in range(30):
        start = time.perf_counter()
        function(*arguments)
        taken.append(time.perf_counter() - start)
    return min(taken)


def phases(p):
    """Seconds of each phase of a step, and the contacts it meets."""
    import numpy as np

    from anticorr.engine import _kernels, _ordering

    sort = best(_ordering.sort_particles, p.axes, p.cells, p.state, p._slots, p._sorting, False)
    listed = (p.axes, p.cells, p._slots, p._pairs, 1.0, p._contacts, p._work.held)
    search = best(find_contacts, *listed)
    step = np.uint64(1)
    both = best(
        _kernels.force, p.axes, p.cells, p._slots, p._pairs, False, p.state, p.interaction, step,
        p._contacts, p._work,
    )  # fmt: skip
    contacts = sum(find_contacts(*listed))
    p.state.force[:] = 0
    move = best(
        _kernels.move, p.axes, step, p.interaction, p.noise, p.state, p._pairs, 0.0, p._work,
        len(p.cells.band_row) - 1,
    )  # fmt: skip
    return {"sort": sort, "contacts": search, "forces": both - search, "noise and move": move}, contacts


def find_contacts(axes, cells, slots, pairs, distance, contacts, held):
    """Contacts of each band; nothing is listed, as the list has no room."""
    from anticorr.engine._contacts import own_contacts
    from anticorr.engine._lists import band_pairs

    mine = own_contacts(contacts, 0)
    for band in range(len(cells.band_row) - 1):
        band_pairs(axes, band, cells, slots, pairs, distance, mine, held[band : band + 1])
    return held


def start(**environment):
    """Seconds from the first line of a process to the end of one step."""
    told = subprocess.run(
        [sys.executable, "-c", ONE_STEP], env=os.environ | environment, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    return float(told.stdout)


def checkpoint(number):
    """Median seconds of a checkpoint."""
    from anticorr.storage.checkpoint import write_checkpoint

    particles, taken = particles_of(number, 0.8, 0.3), []
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(10):
            begun = time.perf_counter()
            write_checkpoint(Path(folder) / "checkpoint", {}, particles.checkpoint())
            taken.append(time.perf_counter() - begun)
    return statistics.median(taken)


def main():
    from anticorr.accelerate import set_num_threads

    set_num_threads(1)
    say = sys.stdout.write
    say(f"load {os.getloadavg()[0]:.1f}\n\n| ns per particle-step | ")
    rows = [(name, number, *phases(particles_of(number, *state))) for name, number, *state in STATES]
    say(" | ".join(rows[0][2]) + " | contacts per particle |\n|---|---|---|---|---|---|\n")
    for name, number, taken, contacts in rows:
        say(f"| {name} | " + " | ".join(f"{1e9 * t / number:.1f}" for t in taken.values()))
        say(f" | {contacts / number:.2f} |\n")
    start()
    say(f"\nStart to first step: {min(start() for _ in range(3)):.1f} s; ")
    with tempfile.TemporaryDirectory() as folder:
        say(f"without compiled code: {start(NUMBA_CACHE_DIR=folder):.0f} s\n")
    sizes = (16384, 100_000, 1_000_000)
    told = [f"{1e3 * checkpoint(n):.0f} ms at N = {n:,}" for n in sizes]
    say(f"One checkpoint: {', '.join(told)}\n")


if __name__ == "__main__":
    main()
