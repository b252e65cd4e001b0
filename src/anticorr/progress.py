"""Progress of long work: a bar on a terminal, plain lines in a log."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tqdm import tqdm

Report = Callable[[int, int], None]
"""report(done, total): called a few times a second;
done may start again for the next piece of work, and need not start at 0: rate and time left count from
where it started."""

_SECONDS_BETWEEN_LINES = 30.0


@contextmanager
def reporting(what: str, unit: str, per_unit: int = 1) -> Iterator[Report]:
    """A `Report` that writes to stderr; whatever happens, the bar is closed before an error is told.

    per_unit: particles per step, so that the log of a simulation shows particle-steps per second.
    """
    if not sys.stderr.isatty():
        yield _lines(what, unit, per_unit)
        return
    bar = tqdm(desc=what, unit=f" {unit}", unit_scale=True, dynamic_ncols=True)

    def report(done: int, total: int) -> None:
        if done < bar.n or bar.total != total:
            bar.reset(total)
            bar.initial = bar.n = bar.last_print_n = done
        bar.update(done - bar.n)

    try:
        yield report
    finally:
        bar.close()


def _lines(what: str, unit: str, per_unit: int) -> Report:
    start = said = time.monotonic()
    first = before = None

    def report(done: int, total: int) -> None:
        nonlocal start, said, first, before
        now = time.monotonic()
        if before is None or done < before:
            start, first = now, done
        before = done
        if now - said < _SECONDS_BETWEEN_LINES and done < total:
            return
        said, spent = now, max(now - start, 1e-9)
        rate = (done - first) / spent
        speed = f", {rate * per_unit / 1e6:.1f} M particle-steps/s" if per_unit > 1 else ""
        if done == total:
            left = f" in {spent:.0f} s"
        else:
            left = f", {(total - done) / rate:.0f} s left" if rate else ""
        sys.stderr.write(f"{what}: {done}/{total} {unit}{speed}{left}\n")
        sys.stderr.flush()

    return report
