"""How often the reported 95% intervals hold the truth.

    python benchmarks/coverage.py                    prints the Markdown of benchmarks/RESULTS.md
    python benchmarks/coverage.py --trials 200       a first look
    python benchmarks/coverage.py --parts fits D     some of the tables: S, fits, D

Modes are exact: complex Gaussian, of variance S, c_l = exp(-l/tau) in frames, or 30% of S so and 70% new in
every frame (what jitter does at c_t = -1). They go through the functions that `measure` and `fit` call;
replicas are pooled as `fit` pools them. Spectra: a square box with k_min = .05, all modes with k <= .65,
tau = tau_1 (k_min / k)^2, three replicas of 80 frames. D of (2): the difference of means of two series of
2,000 entries over the width in density. The target is 95 +- 1.5%, and >= 93.5% where the plateau is 0.
"""

if __name__ == "coverage":
    # A script of this folder has the folder on its path, and numba asks for the package of that name.
    raise ImportError("this is a benchmark, not the package coverage")

import argparse
import datetime
import platform
import sys

import numpy as np
import scipy
from scipy.signal import lfilter

from anticorr.exponents.crossover import fit_crossover
from anticorr.exponents.intervals import intensity_interval, student_interval
from anticorr.exponents.whittle import fit_power_law
from anticorr.spectra.autocorrelation import effective_samples, field_autocorrelation, mean_error
from anticorr.spectra.wavevectors import half_space, shells
from anticorr.theory.diffusion import diffusion

REPLICAS = 3
AT_ONCE = 8_000_000
"""Complex numbers held at a time."""
K_MIN, REACH, FRAMES = 0.05, 13, 80


def complex_white(generator, *shape):
    return generator.standard_normal((*shape, 2)).view(complex)[..., 0] / np.sqrt(2)


def correlated_modes(generator, frames, series, decay, slow):
    """Unit-variance complex modes (frame, series, mode); decay: of each mode from frame to frame."""
    modes = complex_white(generator, frames, series, len(decay))
    kick = np.sqrt(1 - decay**2)
    for t in range(1, frames):
        modes[t] *= kick
        modes[t] += decay * modes[t - 1]
    if slow < 1:
        modes *= np.sqrt(slow)
        modes += np.sqrt(1 - slow) * complex_white(generator, *modes.shape)
    return modes


def spectra(generator, trials, replicas, frames, decay, slow, structure, first):
    """S and effective samples (trial, replica, shell) of simulated modes, in pieces that fit in memory."""
    counts = np.diff([*first, len(decay)])
    piece = max(1, AT_ONCE // (frames * replicas * len(decay)))
    S, effective = [], []
    for start in range(0, trials, piece):
        series = min(piece, trials - start) * replicas
        modes = correlated_modes(generator, frames, series, decay, slow) * np.sqrt(structure)
        each = (np.arange(series)[:, None] * len(decay) + first).ravel()
        flat = modes.reshape(frames, -1)
        intensity = (np.abs(flat) ** 2).mean(axis=0)
        size = np.tile(counts, series)
        S.append(np.add.reduceat(intensity, each) / size)
        effective.append(effective_samples(field_autocorrelation(flat, each), size))
    shape = (trials, replicas, len(first))
    return np.concatenate(S).reshape(shape), np.concatenate(effective).reshape(shape), counts


def pooled(S, effective):
    """Over replicas, as stages/fit.py does."""
    return S.mean(axis=1), S.shape[1] / (1 / effective).mean(axis=1)


def holds(interval, truth):
    return (interval[0] <= truth) & (truth <= interval[1])


def percent(hits):
    return f"{100 * np.mean(hits):.1f}"


def shell_rows(generator, trials):
    for frames, times in ((80, (0.1, 1.0, 2.0, 5.0, 10.0)), (400, (10.0, 25.0, 50.0))):
        for slow in (1.0, 0.3):
            for tau in times:
                row = [f"{frames}", f"{slow:.0%}", f"{tau:g}"]
                for modes in (2, 6, 40):
                    decay = np.full(modes, np.exp(-1 / tau))
                    S, effective, _ = spectra(
                        generator, trials, REPLICAS, frames, decay, slow, np.ones(modes), np.array([0])
                    )
                    row.append(percent(holds(intensity_interval(S, modes * effective), 1.0)))
                    S, effective = pooled(S, effective)
                    row.append(percent(holds(intensity_interval(S, modes * effective), 1.0)))
                yield row


FITS = (
    # plateau, amplitude, alpha, tau of the smallest k in frames, slow share, replicas
    (0.002, 0.06, 2.0, 5.0, 1.0, 3),
    (0.002, 0.06, 2.0, 8.0, 0.3, 3),
    (0.004, 0.06, 1.2, 5.0, 1.0, 3),
    (0.002, 0.06, 2.0, 5.0, 1.0, 1),
    (0.0, 0.06, 2.0, 5.0, 1.0, 3),
)


def fit_rows(generator, trials):
    n = half_space(2 * np.pi / K_MIN, 2, REACH * K_MIN)
    norm = np.sqrt((n**2).sum(axis=1))
    first = shells(n)
    k = np.add.reduceat(norm, first) / np.diff([*first, len(n)]) * K_MIN
    for plateau, amplitude, alpha, tau, slow, replicas in FITS:
        structure = plateau + amplitude * (K_MIN * norm) ** alpha
        decay = np.exp(-(norm**2) / tau)
        S, effective, counts = spectra(generator, trials, replicas, FRAMES, decay, slow, structure, first)
        S, effective = pooled(S, effective)
        hits = {name: [] for name in ("alpha", "plateau", "amplitude", "alpha, none", "k_x", "ratio")}
        for one, worth in zip(S, counts * effective, strict=True):
            fit = fit_power_law(k, one, worth)
            hits["alpha"].append(holds(fit.alpha.interval, alpha))
            hits["plateau"].append(holds(fit.plateau.interval, plateau))
            hits["amplitude"].append(holds(fit.amplitude.interval, amplitude))
            if alpha == 2.0:
                k_x = fit_crossover(k, one, worth).crossover
                hits["k_x"].append(holds(k_x.interval, np.sqrt(plateau / amplitude)))
            if plateau == 0:
                pure = fit_power_law(k, one, worth, plateau=0.0)
                hits["alpha, none"].append(holds(pure.alpha.interval, alpha))
                hits["ratio"].append(pure.deviance - fit.deviance > 2.705543)
        values = [percent(v) if v else "" for v in hits.values()]
        yield [f"{plateau:g}", f"{alpha:g}", f"{tau:g}", f"{slow:.0%}", f"{replicas}", *values]


def diffusion_rows(generator, trials, entries=2000, width=0.1):
    for slow in (1.0, 0.3):
        for tau in (1.0, 5.0, 10.0, 20.0, 35.0, 50.0):
            decay = np.exp(-1 / tau)
            hits, narrow, single = [], [], []
            for _ in range(trials):
                noise = generator.standard_normal((entries, 2))
                noise[1:] *= np.sqrt(1 - decay**2)
                series = np.sqrt(slow) * lfilter([1.0], [1.0, -decay], noise, axis=0)
                series += np.sqrt(1 - slow) * generator.standard_normal((entries, 2))
                error, degrees = mean_error(series)
                low, high = zip((0.0, width), series.mean(axis=0), error, strict=True)
                D, D_err = diffusion(low, high)
                hits.append(holds(student_interval(D, error / width, degrees), 0.0))
                narrow.append(abs(D) < 1.96 * D_err)
                single.append(holds(student_interval(low[1], error[:1], degrees[:1]), 0.0))
            yield [f"{slow:.0%}", f"{tau:g}", percent(single), percent(hits), percent(narrow)]


def table(head, rows):
    say = sys.stdout.write
    say(f"\n| {' | '.join(head)} |\n|{'---|' * len(head)}\n")
    for row in rows:
        say(f"| {' | '.join(row)} |\n")
        sys.stdout.flush()


PARTS = {
    "S": (
        "S of a shell, % of 95% intervals (Gamma law) that hold it; one run and three replicas",
        ["frames", "slow share", "tau, frames"]
        + [f"{m} modes, {what}" for m in (2, 6, 40) for what in ("one", "three")],
        shell_rows,
    ),
    "fits": (
        "Fits of S = plateau + .06 k^alpha; *pure*: plateau held at 0; k_x: crossover form",
        [
            *("plateau", "alpha", "tau of k_min", "slow share", "replicas", "alpha %", "plateau %"),
            *("amplitude %", "pure alpha %", "k_x %", "ratio > 2.71, %"),
        ],
        fit_rows,
    ),
    "D": (
        "D of (2); *mean*: one series; *1.96*: D by 1.96 standard errors",
        ["slow share", "tau, entries", "mean %", "D %", "1.96 %"],
        diffusion_rows,
    ),
}


def main():
    parser = argparse.ArgumentParser(description="Coverage of every reported 95% interval.")
    parser.add_argument("--trials", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS))
    options = parser.parse_args()
    trials = options.trials
    say = sys.stdout.write
    say(f"{datetime.date.today()}, Python {platform.python_version()}, numpy {np.__version__}, ")
    say(
        f"scipy {scipy.__version__}, seed {options.seed}; {trials:,} trials a row (single runs of S: three "
    )
    say(f"times as many), binomial error {100 * np.sqrt(0.95 * 0.05 / trials):.1f}%.\n")
    for part in options.parts:
        words, head, rows = PARTS[part]
        say(f"\n{words}:\n")
        # A generator of its own for every part: a part alone gives the numbers that it gives among all.
        table(head, rows(np.random.default_rng(options.seed + list(PARTS).index(part)), trials))


if __name__ == "__main__":
    main()
