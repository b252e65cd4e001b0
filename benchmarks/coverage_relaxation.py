"""Do the errors of decay rates tell the truth?

    python benchmarks/coverage_relaxation.py [--trials 2000]      Markdown tables for benchmarks/RESULTS.md

Planted complex modes whose rate is known, in series from very short (two relaxation times) to long. Per
case: how often the 95% interval, and rate +- 1.96 errors, hold the truth; the mean rate over the truth;
scatter and mean error over the truth. At 2,000 trials a coverage of .95 has a binomial error of .5%.

First table: autoregressions, sampled every 5 steps. Second table: modes driven by white noise and noise
that remembers 20 steps, for several first lags of the fit (`after`); a fifth of the trials.
"""

import argparse
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.spectra.test_relaxation import autoregression, driven_by_slow_noise

from anticorr.spectra.relaxation import relaxation_rates

SPACING = 5
CASES = [
    (relaxation, samples, modes)
    for relaxation in (2, 10, 50)
    for samples in (100, 300, 2000)
    for modes in (2, 4, 12)
]
SLOW = [(m, after) for m in (0.003, 0.02, 0.05, 0.1) for after in (0, 10, 20, 40)]


def judged(series, m, after):
    """Columns of a row: rates of many series against the truth m."""
    found = [relaxation_rates(z, np.array([0]), SPACING, after=after) for z in series]
    rate, error, low, high = np.array([[r.rate[0], r.error[0], *r.interval[0]] for r in found]).T
    told = np.isfinite(rate + error)
    rate, error, low, high = rate[told], error[told], low[told], high[told]
    return (
        f"{np.mean((low < m) & (m < high)):.3f} | {np.mean(np.abs(rate - m) < 1.96 * error):.3f} | "
        f"{rate.mean() / m:.3f} | {rate.std() / m:.3f} | {error.mean() / m:.3f} | {1 - told.mean():.3f}"
    ), np.mean([r.start[0] for r in found])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--trials", type=int, default=2000)
    trials = parser.parse_args().trials
    say = sys.stdout.write
    generator = np.random.default_rng(1)
    columns = "interval | rate +- 1.96 err | mean / truth | scatter | mean error | NaN |\n"
    say(f"{trials} trials; scatter and error over the truth.\n\n")
    say(f"| relaxation time, samples | samples | modes | {columns}|{'---|' * 9}\n")
    for relaxation, samples, modes in CASES:
        series = (autoregression(generator, samples, modes, 1 / relaxation) for _ in range(trials))
        row, _ = judged(series, -np.expm1(-1 / relaxation / SPACING), 20)
        say(f"| {relaxation} | {samples} | {modes} | {row} |\n")
        sys.stdout.flush()
    say(f"\n| m per step | samples | after | first lag (mean) | {columns}|{'---|' * 10}\n")
    for m, after in SLOW:
        samples = min(1000, int(12 / m))
        series = (driven_by_slow_noise(generator, samples, 4, m, SPACING) for _ in range(trials // 5))
        row, start = judged(series, m, after)
        say(f"| {m} | {samples} | {after} | {start:.0f} | {row} |\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
