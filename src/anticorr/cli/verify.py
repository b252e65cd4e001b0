"""verify: the files of a bundle by their checksums, and its figures and claims by making them again."""

import sys
import tempfile
from argparse import Namespace
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anticorr import config, layout
from anticorr.cli.checks import read_all, read_plan
from anticorr.cli.products import draw, judge, write_claims, write_figure
from anticorr.errors import InputError, RunError
from anticorr.origin import Origin

if TYPE_CHECKING:
    import xarray as xr

_MOST = 0.01
"""Pictures drawn by other versions are alike where at most this share of them differs."""


Again = tuple[str, Callable[[str, Origin], None], Origin | InputError]


def verify(options: Namespace) -> None:
    from anticorr import storage
    from anticorr.storage import bundle

    with bundle.open_bundle(options.bundle) as folder, tempfile.TemporaryDirectory() as temporary:
        sys.stdout.write("checksums  all files are as they were written\n")
        plan, results = read_plan(str(folder / "data/config.json")), folder / "data/results"
        wrong = total = 0
        for name, write, now in _made_again(plan, results):
            there, here = results / name, Path(temporary) / Path(name).name
            was = storage.read_origin(there)
            if isinstance(now, InputError):
                told, good = f"could not be made again ({'; '.join(now.problems)})", False
            elif was.records != now.records:
                told, good = "differs: made from other records than those of the bundle", False
            else:
                # With the origin of then: git revisions are names, and may not be known here.
                write(str(here), was)
                told, good = _compared(there, here, was, now)
            sys.stdout.write(f"{name}  {told}\n")
            wrong, total = wrong + (not good), total + 1
    if wrong:
        raise RunError(f"{options.bundle}: {wrong} of {total} files differ from those made again")


def _made_again(plan: config.Config, results: Path) -> Iterator[Again]:
    """(name of a file, function of a path and an origin that writes it, its origin here and now).

    In place of an origin the error where it could not be made.
    """

    def records_of(names: list[str]) -> "list[xr.Dataset]":
        return read_all([str(results / name) for name in names])

    for figure, asked in plan.figures.items():
        records = records_of(layout.shown(plan, figure))
        drawn: Any = None
        try:
            drawn, now = draw(asked.draw, records)
        except InputError as error:  # of a figure that asks for more than it did
            now = error
        for name in layout.figure_files(figure):
            yield name, partial(write_figure, drawn), now
    table, now = judge(plan, records_of(layout.judged(plan)))
    for name in layout.claims_files():
        yield name, partial(write_claims, table), now


def _compared(there: Path, here: Path, was: Origin, now: Origin) -> tuple[str, bool]:
    """How two files compare, in words, and whether that is as it should be."""
    from anticorr.storage import compare

    if compare.same_bytes(there, here):
        return "equal", True
    other = _other(was, now)
    if there.suffix == ".png":
        share = compare.share_that_differs(there, here)
        told, good = f": {share:.2%} of the picture", share <= _MOST
    elif there.suffix == ".csv":
        cells = compare.cells_that_differ(there, here)
        told, good = f": {cells} of its cells differ", cells == 0
    else:
        told, good = "", None
    if not other:
        return f"differs{told}", False
    if good is None:
        return f"not compared; {other}", True
    return f"{'alike' if good else 'differs'}{told}; {other}", good


def _other(was: Origin, now: Origin) -> str:
    """In words, where what made the file then is not what made it now."""
    versions = [dict(zip(*[iter(each.versions.split())] * 2, strict=False)) for each in (was, now)]
    changed = [
        f"{name} {versions[0].get(name, 'none')}, here {versions[1].get(name, 'none')}"
        for name in versions[0] | versions[1]
        if versions[0].get(name) != versions[1].get(name)
    ]
    if changed:
        return f"other versions ({'; '.join(changed)})"
    return f"other code ({was.code}, here {now.code})" if was.code != now.code else ""
