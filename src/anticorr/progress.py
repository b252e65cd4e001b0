"""Progress of long work: a bar on a terminal, plain lines in a log."""

import sys
import time
from collections.abc import Callable

from tqdm import tqdm

_SECONDS_BETWEEN_LINES = 30.0


def reporter(what: str, unit: str, per_unit: int = 1) -> Callable[[int, int], None]:
    """A function report(done, total) writing to stderr.

    per_unit: particles per step, so that a simulation shows particle-steps per second.
    """
    if sys.stderr.isatty():
        return _bar(what, unit)
    return _lines(what, unit, per_unit)


def _bar(what: str, unit: str) -> Callable[[int, int], None]:
    bar = None

    def report(done: int, total: int) -> None:
        nonlocal bar
        if bar is None or done < bar.n:  # a second piece of work under the same name
            bar = tqdm(total=total, desc=what, unit=f" {unit}", unit_scale=True, dynamic_ncols=True)
        bar.update(done - bar.n)
        if done >= total:
            bar.close()

    return report


def _lines(what: str, unit: str, per_unit: int) -> Callable[[int, int], None]:
    start = said = time.monotonic()
    began_at = 0

    def report(done: int, total: int) -> None:
        nonlocal start, said, began_at
        now = time.monotonic()
        if done < began_at:
            start, began_at = now, 0
        began_at = done
        if now - said < _SECONDS_BETWEEN_LINES and done < total:
            return
        said, spent = now, max(now - start, 1e-9)
        rate = done / spent
        speed = f", {rate * per_unit / 1e6:.1f} M particle-steps/s" if per_unit > 1 else ""
        left = f", {(total - done) / rate:.0f} s left" if done < total else f" in {spent:.0f} s"
        sys.stderr.write(f"{what}: {done}/{total} {unit}{speed}{left}\n")
        sys.stderr.flush()

    return report
