"""Runs of every kind, killed at random moments and gone on with: is the record that of a run in one go?

    make soak                              prints Markdown tables for benchmarks/RESULTS.md
    python -m benchmarks.soak --kills 20 --workflow-kills 4   fewer kills

The same of the tiny scale of the workflow, of which a job, Snakemake, `anticorr make`, or all is killed.
Exit code 1 if a digest differs.
"""

import argparse
import collections
import itertools
import random
import sys
import tempfile
from pathlib import Path

from tests.killing import KINDS, MOMENTS, WHOM, digest, kill_make, kill_until_done, long
from tests.workflow.copies import LONG, Workflow, one_state, records

import anticorr as ac
from anticorr.provenance import content_digest

_KILLS_PER_RUN = 4


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--kills", type=int, default=100, help="kills in all (default 100)")
    parser.add_argument("--workflow-kills", type=int, default=20, help="kills of workflows (default 20)")
    parser.add_argument("--seed", type=int, default=1, help="seed of the moments")
    options = parser.parse_args()
    generator = random.Random(options.seed)
    failed = _runs(options.kills, generator)
    return 1 if _workflows(options.workflow_kills, generator) or failed else 0


def _runs(kills: int, generator: random.Random) -> bool:
    """Whether a record differs."""
    expected = {kind: content_digest(ac.simulate(long(kind))) for kind in KINDS}
    hits, runs, wrong, left = (
        collections.defaultdict(collections.Counter),
        collections.Counter(),
        [],
        kills,
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
    return bool(wrong)


def _workflows(kills: int, generator: random.Random) -> bool:
    """Whether a record differs."""
    hits, wrong = collections.Counter(), collections.Counter()
    with tempfile.TemporaryDirectory() as name:
        undisturbed = Workflow(Path(name))
        undisturbed.command("anticorr", "make", one_state(undisturbed, **LONG))
        expected = records(undisturbed)
    for _, whom in zip(range(kills), itertools.cycle(WHOM), strict=False):
        with tempfile.TemporaryDirectory() as name:
            clone = Workflow(Path(name))
            config = one_state(clone, **LONG)
            at_work = generator.random() < 0.5
            hits[whom] += kill_make(clone, config, generator, whom, latest=10.0, at_work=at_work)
            done = clone.command("anticorr", "make", config)
            wrong[whom] += done.returncode != 0 or records(clone) != expected
    print("\n| workflow: killed | at work when killed | records of an undisturbed run |")  # noqa: T201
    print("|---|---|---|")  # noqa: T201
    for whom in hits:
        print(f"| {whom} | {hits[whom]} | {'differ: ' + str(wrong[whom]) if wrong[whom] else 'equal'} |")  # noqa: T201
    return bool(wrong.total())


if __name__ == "__main__":
    sys.exit(main())
