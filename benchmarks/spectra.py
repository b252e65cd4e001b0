"""Density modes of one frame: time and accuracy, beside freud, dynasor and plain NumPy in the same run.

    python benchmarks/spectra.py --peers /path/to/python      Markdown tables for benchmarks/RESULTS.md

where that python has the peers (`pip install freud-analysis dynasor` in an environment of its own); without
--peers they are taken where they can be imported, and their rows are missing otherwise.

Time: CPU seconds on one thread, best of the rounds, for a Poisson set; plans and compiled code are there
before. Accuracy: largest |S / S_ref - 1| over the 12 smallest modes and 28 others spread over all |n|,
S_ref from sums in extended precision (64 bits of mantissa), for a Poisson set (S about 1) and for a square
lattice with Gaussian displacements (S = 1e-6 n^2 at small |n|).

freud gives averages over shells, of the wavevectors without a negative component only, in float32; it is
compared with the same averages of the exact sums, and its 2D points lie in a thin 3D box.
"""

import argparse
import importlib.util
import json
import math
import os
import platform
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[name] = "1"

import numpy as np  # noqa: E402 - after the number of threads

SIDE = 100.0
PER_SIDE = 316
"""Of the lattice; both sets have its square of points, about 1e5."""
REACHES = (40, 178)
PEERS = {"freud": "freud", "dynasor": "dynasor"}
LONGEST = 60.0
"""Seconds; what would take longer, by the time of fewer modes, is left out."""


def point_sets():
    generator = np.random.default_rng(1)
    lattice = np.indices((PER_SIDE, PER_SIDE)).reshape(2, -1).T * (SIDE / PER_SIDE)
    shift = 1e-3 * SIDE / (2 * math.pi) * generator.standard_normal(lattice.shape)
    return {"poisson": generator.random(lattice.shape) * SIDE, "lattice": (lattice + shift) % SIDE}


def half_space(reach):
    """n with 0 < |n| <= reach, first non-zero component positive, sorted by |n|."""
    n = np.indices((2 * reach + 1,) * 2).reshape(2, -1).T - reach
    square = (n**2).sum(axis=1)
    kept = (square > 0) & (square <= reach**2) & ((n[:, 0] > 0) | ((n[:, 0] == 0) & (n[:, 1] > 0)))
    return n[kept][np.argsort(square[kept], kind="stable")]


def extended(position, n):
    """S in extended precision."""
    turn = 2 * np.longdouble("3.14159265358979323846264338327950288")
    share = position.astype(np.longdouble) / np.longdouble(SIDE)
    S = []
    for v in n:
        turns = (share * v).sum(axis=1)
        phase = turn * (turns - np.rint(turns))
        S.append((np.cos(phase).sum() ** 2 + np.sin(phase).sum() ** 2) / len(position))
    return np.array(S)


def ours(choose):
    """The package; `choose` makes the number of exact modes of (its own choice, all, those of |n| <= 6)."""

    def make(n):
        from anticorr.spectra.structure_factor import EXACT_REACH, DensityModes

        modes_of = DensityModes(SIDE, n)
        least = int(((n**2).sum(axis=1) <= EXACT_REACH**2).sum())
        exact = choose(modes_of.exact(PER_SIDE**2), len(n), least)
        modes_of.exact = lambda particles: exact
        return lambda position: np.abs(modes_of(position)) ** 2 / len(position)

    return make


def direct(n):
    """exp(-i k . x) of every pair of a mode and a particle, in blocks."""

    def intensity(position):
        modes = np.zeros(len(n), complex)
        for begin in range(0, len(position), 512):
            phase = n @ position[begin : begin + 512].T * (2 * math.pi / SIDE)
            modes += np.exp(-1j * phase).sum(axis=1)
        return np.abs(modes) ** 2 / len(position)

    return intensity


def powers(n):
    """Matrix product of the powers of exp(-i x) and exp(-i y), in blocks."""
    reach = int(np.abs(n).max())

    def intensity(position):
        grid = np.zeros((reach + 1, 2 * reach + 1), complex)
        for begin in range(0, len(position), 2048):
            x, y = position[begin : begin + 2048].T * (2 * math.pi / SIDE)
            grid += np.exp(-1j * np.outer(np.arange(reach + 1), x)) @ np.exp(
                -1j * np.outer(y, np.arange(-reach, reach + 1))
            )
        return np.abs(grid[n[:, 0], n[:, 1] + reach]) ** 2 / len(position)

    return intensity


def dynasor(n):
    from dynasor.core.reciprocal import calc_rho_q

    q = np.zeros((len(n), 3))
    q[:, :2] = n * (2 * math.pi / SIDE)

    def intensity(position):
        flat = np.zeros((len(position), 3))
        flat[:, :2] = position
        return np.abs(calc_rho_q(flat, q)) ** 2 / len(position)

    return intensity


def freud_edges(n):
    reach = int(np.abs(n).max())
    return np.linspace(0.5, reach + 0.3, reach + 1)


def freud(n):
    import freud as library

    library.set_num_threads(1)
    edges = freud_edges(n) * (2 * math.pi / SIDE)
    factor = library.diffraction.StaticStructureFactorDirect(
        bins=len(edges) - 1, k_max=edges[-1], k_min=edges[0], num_sampled_k_points=0
    )
    box = library.box.Box(SIDE, SIDE, 1e-3 * SIDE)

    def intensity(position):
        points = np.zeros((len(position), 3), np.float32)
        points[:, :2] = position - SIDE / 2
        return np.array(factor.compute((box, points)).S_k)

    return intensity


WAYS = {
    "anticorr, exact for all": ours(lambda own, modes, least: modes),
    "anticorr, exact for n <= 6, finufft (1e-12)": ours(lambda own, modes, least: least),
    "anticorr, as it chooses": ours(lambda own, modes, least: own),
    "dynasor": dynasor,
    "freud": freud,
    "NumPy, matrix product of powers": powers,
    "NumPy, exp(-i k . x)": direct,
}


def measure(way, reach, sets, rounds):
    """CPU seconds for the Poisson set, and S of both."""
    n = half_space(reach)
    intensity = WAYS[way](n)
    S = {name: intensity(position) for name, position in sets.items()}
    times = []
    for _ in range(rounds):
        begin = time.process_time()
        intensity(sets["poisson"])
        times.append(time.process_time() - begin)
        if sum(times) > LONGEST / 4:
            break
    return {"seconds": min(times), **{name: list(map(float, value)) for name, value in S.items()}}


def peer(python, way, reach, sets, rounds):
    """`measure` in another interpreter, or here where there is none and the peer can be imported."""
    if python is None:
        return measure(way, reach, sets, rounds) if importlib.util.find_spec(PEERS[way]) else None
    with tempfile.TemporaryDirectory() as folder:
        np.savez(Path(folder) / "sets.npz", **sets)
        told = subprocess.run(
            [python, __file__, "--one", way, str(reach), "--rounds", str(rounds),
             "--sets", f"{folder}/sets.npz"],
            capture_output=True, text=True, env={k: v for k, v in os.environ.items() if k != "PYTHONPATH"},
        )  # fmt: skip
    if told.returncode:
        sys.stderr.write(told.stderr)
        return None
    return json.loads(told.stdout.splitlines()[-1])


def version(python, package):
    words = [
        python or sys.executable,
        "-c",
        f"import importlib.metadata as m; print(m.version('{package}'))",
    ]
    return subprocess.run(words, capture_output=True, text=True).stdout.strip() or "missing"


def errors(way, reach, found, chosen, references, sets):
    """Largest relative error of S, set by set."""
    n = half_space(reach)
    told = []
    for name in sets:
        S = np.array(found[name])
        if way == "freud":
            positive = n[(n >= 0).all(axis=1)]
            exact = WAYS["anticorr, exact for all"](positive)(sets[name])
            norm, edges = np.sqrt((positive**2).sum(axis=1)), freud_edges(n)
            shell = np.digitize(norm, edges) - 1
            near = np.abs(norm[:, None] - edges[None]).min(axis=1) < 1e-4
            # not the last shell, which reaches beyond n; none with a wavevector on its edge
            clear = [s for s in range(len(S) - 1) if not near[abs(shell - s) <= 1].any()]
            mean = np.array([exact[shell == s].mean() for s in clear])
            told.append(np.abs(S[clear] / mean - 1).max())
        else:
            told.append(float(np.abs(S[chosen] / references[name] - 1).max()))
    return told


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--peers", metavar="PYTHON", help="interpreter of an environment with the peers")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--sets", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        with np.load(options.sets) as file:
            sets = {name: file[name] for name in ("poisson", "lattice")}
        way, reach = options.one
        sys.stdout.write(json.dumps(measure(way, int(reach), sets, options.rounds)) + "\n")
        return

    def say(text):
        sys.stdout.write(text)
        sys.stdout.flush()

    sets = point_sets()
    versions = {name: version(None, name) for name in ("numpy", "numba", "finufft")}
    versions |= {
        "freud": version(options.peers, "freud-analysis"),
        "dynasor": version(options.peers, "dynasor"),
    }
    say(f"{date.today()}, {platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, ")
    say(f"Python {platform.python_version()}, {', '.join(f'{k} {v}' for k, v in versions.items())}; ")
    say(f"N = {PER_SIDE**2:,}, 2D, one thread.\n")
    taken = {}
    for reach in REACHES:
        n = half_space(reach)
        chosen = np.unique(np.concatenate([np.arange(12), np.linspace(12, len(n) - 1, 28).astype(int)]))
        references = {name: extended(position, n[chosen]) for name, position in sets.items()}
        say(f"\n| \\|n\\| <= {reach}: {len(n):,} modes | CPU s a frame | error of S, Poisson | ")
        say(f"error of S, lattice (S from {references['lattice'].min():.0e}) |\n|---|---|---|---|\n")
        for way in WAYS:
            if taken.get(way, 0) * (reach / REACHES[0]) ** 2 > LONGEST:
                found = None
            elif way in PEERS:
                found = peer(options.peers, way, reach, sets, options.rounds)
            else:
                found = measure(way, reach, sets, options.rounds)
            if found is None:
                say(f"| {way} | - | - | - |\n")
                continue
            taken[way] = found["seconds"]
            told = errors(way, reach, found, chosen, references, sets)
            say(f"| {way} | {found['seconds']:.3f} | {told[0]:.0e} | {told[1]:.0e} |\n")
    say(f"\nLoad at the end {os.getloadavg()[0]:.1f}.\n")


if __name__ == "__main__":
    main()
