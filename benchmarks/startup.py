"""What is paid once: start, compilation, checkpoints.

    python benchmarks/startup.py           prints what benchmarks/RESULTS.md says of them

Start: wall time of a process from its first line to the end of one step, with compiled code in the cache
and, once, without. Import: median of twenty processes. A checkpoint: median of ten, copying the arrays
included; ma1 noise.
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


def start(**environment):
    """Seconds from the first line of a process to the end of one step."""
    told = subprocess.run(
        [sys.executable, "-c", ONE_STEP], env=os.environ | environment, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    return float(told.stdout)


def importing(code):
    """Median milliseconds of a process that runs one line."""
    taken = []
    for _ in range(20):
        begun = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        taken.append(time.perf_counter() - begun)
    return 1e3 * statistics.median(taken)


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
    say(f"load {os.getloadavg()[0]:.1f}\n")
    nothing, package = importing("pass"), importing("import anticorr")
    say(f"import anticorr: {package:.1f} ms, an empty process {nothing:.1f} ms\n")
    start()
    say(f"Start to first step: {min(start() for _ in range(3)):.1f} s; ")
    with tempfile.TemporaryDirectory() as folder:
        say(f"without compiled code: {start(NUMBA_CACHE_DIR=folder):.0f} s\n")
    sizes = (16384, 100_000, 1_000_000)
    told = [f"{1e3 * checkpoint(n):.0f} ms at N = {n:,}" for n in sizes]
    say(f"One checkpoint: {', '.join(told)}\n")


if __name__ == "__main__":
    main()
