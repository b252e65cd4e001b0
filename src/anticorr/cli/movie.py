"""anticorr movie: a trajectory as a moving picture."""

from argparse import Namespace
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import xarray as xr

from anticorr.cli.checks import at_least, collect, outs
from anticorr.errors import InputError
from anticorr.progress import Report

_RATE = 20.0
"""Frames a second, where nothing is asked for."""
_DOTS = {".mp4": 150, ".gif": 100}
"""In an inch; a GIF is packed poorly."""


def movie(options: Namespace) -> None:
    from anticorr import storage
    from anticorr.movies import film

    with ExitStack() as files:

        def read() -> xr.Dataset:
            record = files.enter_context(storage.open_record(options.trajectory, "trajectory"))
            film.check(record, options.colour, options.stripped)
            return record

        record, asked, *_ = collect(
            read,
            lambda: _asked(options.frames),
            lambda: outs([options.out], *storage.MOVIES),
            lambda: at_least("--fps", options.fps, 0, strict=True),
            lambda: at_least("--seconds", options.seconds, 0, strict=True),
            lambda: _one_of(options),
        )
        frames = _chosen(options.frames, asked, len(record["step"]))
        ending = Path(options.out).suffix
        rate = _rate(options, len(frames), storage.MOST_A_SECOND[ending])
        _write(options, record, frames, rate, _DOTS[ending])


def _write(options: Namespace, record: xr.Dataset, frames: Sequence[int], rate: float, dots: int) -> None:
    from anticorr import storage
    from anticorr.movies import film
    from anticorr.origin import origin
    from anticorr.progress import reporting

    told = origin("movie", film.__name__, [record]).line()
    drawn = film.pictures(record, frames, options.colour, options.stripped, dots)
    with reporting("movie", "frames") as progress:
        shown = _counted(drawn, len(frames), progress)
        storage.write_whole(options.out, lambda name: storage.write_movie(name, shown, rate, told))


def _counted(pictures: Iterator[np.ndarray], total: int, progress: Report) -> Iterator[np.ndarray]:
    for done, picture in enumerate(pictures, 1):
        yield picture
        progress(done, total)


def _asked(text: str | None) -> slice:
    """A:B:STEP as in Python; InputError where it is none, or goes backwards."""
    try:
        parts = [int(part) if part else None for part in (text or ":").split(":")]
    except ValueError:
        parts = []
    if not 2 <= len(parts) <= 3 or (len(parts) == 3 and parts[2] is not None and parts[2] < 1):
        raise InputError(
            f"--frames: got {text!r}, wanted A:B or A:B:STEP: frames from A (0: the first; -1: the last) "
            "up to, without, B, every STEP-th (>= 1); each may be left out"
        )
    return slice(*parts)


def _chosen(text: str | None, asked: slice, frames: int) -> range:
    chosen = range(frames)[asked]
    if not chosen:
        raise InputError(f"--frames: got {text or 'all'}, none of the {frames} frames of this trajectory")
    return chosen


def _one_of(options: Namespace) -> None:
    if options.fps is not None and options.seconds is not None:
        raise InputError("--seconds: got --fps too, wanted one of the two")


def _rate(options: Namespace, frames: int, most: float) -> float:
    """Frames a second; InputError where a player would not keep up."""
    rate: float = frames / options.seconds if options.seconds is not None else options.fps or _RATE
    if rate > most:
        option = "--seconds" if options.seconds is not None else "--fps"
        raise InputError(
            f"{option}: got {rate:.4g} frames a second, allowed <= {most:g} in this format; wanted: fewer "
            "frames (--frames ::STEP), or slower"
        )
    return rate
