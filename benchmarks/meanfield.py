"""Mean-field theory at paper scale: 200 steps, 20,000 paths, on all cores. Time, compilation not counted,
and the most memory that the process held.

    python -m benchmarks.meanfield
"""

import resource
import sys
import time

from anticorr.accelerate import get_num_threads
from anticorr.companions.meanfield import Mixture, solve

STEPS, PATHS = 200, 20_000


def main() -> None:
    problem = Mixture(samples=2.0, spread=0.5, learning_rate=0.2, share=0.3, persistence=1.0)
    solve(problem, 2, paths=64, seed=1)
    start = time.perf_counter()
    course = solve(problem, STEPS, paths=PATHS, seed=1)
    seconds = time.perf_counter() - start
    gigabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    sys.stdout.write(
        f"{STEPS} steps, {PATHS:,} paths, {get_num_threads()} threads: {seconds:.0f} s, "
        f"{gigabytes:.1f} GiB\n"
        f"error on new samples at the end: {course.error[-1]:.4f}\n"
    )


if __name__ == "__main__":
    main()
