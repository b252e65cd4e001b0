"""Runs of every kind, killed at random moments and gone on with: is the record that of a run in one go?

    make soak                              prints a Markdown table for benchmarks/RESULTS.md
    python -m benchmarks.soak --kills 20   fewer kills

Exit code 1 if a digest differs.
"""

import argparse
import collections
import itertools
import random
import sys
import tempfile
from pathlib import Path

from tests.killing import KINDS, MOMENTS, digest, kill_until_done, long

import anticorr as ac
from anticorr.provenance import content_digest

_KILLS_PER_RUN = 4


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--kills", type=int, default=100, help="kills in all (default 100)")
    parser.add_argument("--seed", type=int, default=1, help="seed of the moments")
    options = parser.parse_args()
    generator = random.Random(options.seed)
    expected = {kind: content_digest(ac.simulate(long(kind))) for kind in KINDS}
    hits, runs, wrong, left = (
        collections.defaultdict(collections.Counter),
        collections.Counter(),
        [],
        options.kills,
    )
    for kind in itertools.cycle(KINDS):
        if left <= 0:
            break
        with tempfile.TemporaryDirectory() as name:
            found = kill_until_done(Path(name), long(kind), generator, min(left, _KILLS_PER_RUN))
            if digest(Path(name) / "a.nc") != expected[kind]:
                wrong.append(kind)
        hits[kind].update(found)
        runs[kind] += 1
        left -= len(found)
    moments = list(MOMENTS)
    print(f"| run | runs | kills | {' | '.join(moments)} | digest |")  # noqa: T201
    print("|---|---|---|" + "---|" * (len(moments) + 1))  # noqa: T201
    for kind, counts in hits.items():
        cells = [runs[kind], counts.total(), *(counts[moment] for moment in moments)]
        same = "differs" if kind in wrong else "equal"
        print(f"| {kind} | {' | '.join(map(str, cells))} | {same} |")  # noqa: T201
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
