"""Consensus-based optimisation beside the peer CBXpy (`pip install cbx`): same rule, same starts.

    python -m benchmarks.consensus        Markdown table for benchmarks/RESULTS.md

Times are of one process, the best of three rounds in turn; energies are medians over swarms.
"""

import importlib.util
import sys
import time

import numpy as np

from anticorr.companions.consensus import Rule, walk
from anticorr.companions.objectives import FUNCTIONS

SWARMS, WALKERS, DIMENSION, STEPS = 32, 50, 10, 300
RULE = Rule(alpha=1000.0, drift=1.0, noise=4.0, step=0.05)


def ours(function, start: np.ndarray, seed: int) -> np.ndarray:
    """Least energy of every swarm."""
    random = np.random.default_rng(seed)
    courses = walk(lambda x: function(x)[0], start, RULE, STEPS, generator=random)
    return np.min([f.min(axis=-1) for _, f in courses], axis=0)


def peers(function, start: np.ndarray, seed: int) -> np.ndarray:
    """The same by CBXpy."""
    from cbx.dynamics import CBO

    swarm = CBO(
        lambda x: function(x)[0], f_dim="3D", x=start.copy(), noise="anisotropic", dt=RULE.step,
        alpha=RULE.alpha, sigma=RULE.noise, lamda=RULE.drift, max_it=STEPS, verbosity=0, seed=seed,
    )  # fmt: skip
    swarm.optimize(sched=None)  # alpha stays
    return np.asarray(swarm.best_energy)


def main() -> None:
    if importlib.util.find_spec("cbx") is None:
        sys.exit("benchmarks.consensus: CBXpy is not installed, wanted: pip install cbx")
    start = np.random.default_rng(1).uniform(-3, 3, (SWARMS, WALKERS, DIMENSION))
    say = sys.stdout.write
    say("| function | ours | CBXpy | least energy, ours | CBXpy |\n|---|---|---|---|---|\n")
    for name, function in FUNCTIONS.items():
        best, least = {}, {}
        for turn in range(3):
            for run in (ours, peers):
                began = time.perf_counter()
                found = run(function, start, turn)
                seconds = time.perf_counter() - began
                best[run] = min(seconds, best.get(run, np.inf))
                least.setdefault(run, []).append(found)
        times = [f"{best[run]:.2f} s" for run in (ours, peers)]
        energies = [f"{np.median(least[run]):.3g}" for run in (ours, peers)]
        say(f"| {name} | {' | '.join(times)} | {' | '.join(energies)} |\n")


if __name__ == "__main__":
    main()
