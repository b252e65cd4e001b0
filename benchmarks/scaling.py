"""Rate and memory of the engine against the number of particles.

    python benchmarks/scaling.py                        prints the Markdown table of docs/scales.md
    python benchmarks/scaling.py --particles 10000      one size only

The state of the figures: harmonic disks, phi .8, sigma .3, alpha .5, ma1 noise with c_t = -1, one thread.
Every size has a process of its own, which says its largest resident memory (ru_maxrss) twice: after a run
of 1,000 particles has loaded all compiled code (the base), and at its end. The rate is that of the fastest
round, in particle-steps per second of processor time (process_time); rounds follow a stretch out of the
random start, which at 10^7 particles is ten steps only: there particles still overlap more than later.
The sizes are run one after the other, `--times` times over, and the best of each is printed.
"""

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import time

os.environ.setdefault("OMP_WAIT_POLICY", "passive")
os.environ.setdefault("NUMBA_NUM_THREADS", "1")

PLAN = {
    # N: steps before the rounds, steps of a round, rounds
    10_000: (400, 400, 8),
    100_000: (100, 50, 6),
    1_000_000: (40, 20, 3),
    10_000_000: (10, 10, 1),
}
STEPS_PER_BLOCK = 10


def particles_of(number):
    from anticorr.engine.particles import Particles
    from anticorr.specs import parse

    return Particles(
        parse(
            {
                "system": {"particles": number, "packing_fraction": 0.8},
                "dynamics": {
                    "step_size": 0.5,
                    "noise": {"kind": "ma1", "strength": 0.3, "correlation": -1.0},
                },
                "schedule": {
                    "relax_steps": 0, "sample_steps": STEPS_PER_BLOCK, "sample_every": STEPS_PER_BLOCK
                },
                "seed": 1,
            }
        )
    )  # fmt: skip


def most_memory():
    """Largest resident memory of this process so far, in bytes."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def measure(number):
    """What a process of its own says of one size."""
    from anticorr.accelerate import set_num_threads

    set_num_threads(1)
    particles_of(1000).step_block(20)
    base = most_memory()
    before, steps, rounds = PLAN[number]
    particles = particles_of(number)
    particles.step_block(before // STEPS_PER_BLOCK)
    best = float("inf")
    for _ in range(rounds):
        start = time.process_time()
        particles.step_block(steps // STEPS_PER_BLOCK)
        best = min(best, time.process_time() - start)
    return {"seconds": best / (steps * number), "bytes": (most_memory() - base) / number}


def in_a_process(number):
    command = [sys.executable, __file__, "--child", str(number)]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)


def main():
    parser = argparse.ArgumentParser(description="Rate and memory against the number of particles.")
    parser.add_argument("--particles", type=int, nargs="+", choices=PLAN, default=list(PLAN))
    parser.add_argument("--times", type=int, default=2, help="how often each size is run")
    parser.add_argument("--child", type=int, choices=PLAN, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        sys.stdout.write(json.dumps(measure(options.child)))
        return
    best = {number: {"seconds": float("inf"), "bytes": 0.0} for number in options.particles}
    for _ in range(options.times):
        for number, kept in best.items():
            made = in_a_process(number)
            kept["seconds"] = min(kept["seconds"], made["seconds"])
            kept["bytes"] = max(kept["bytes"], made["bytes"])
    say = sys.stdout.write
    say(f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n\n")
    say("| N | M particle-steps / CPU s | ns per particle-step | relative to the first | ")
    say("peak bytes per particle beyond the base |\n|---|---|---|---|---|\n")
    first = next(iter(best.values()))["seconds"]
    for number, kept in best.items():
        nanoseconds = kept["seconds"] * 1e9
        say(f"| {number:,} | {1e3 / nanoseconds:.1f} | {nanoseconds:.1f} | ")
        say(f"{kept['seconds'] / first:.2f} | {kept['bytes']:.0f} |\n")


if __name__ == "__main__":
    main()
