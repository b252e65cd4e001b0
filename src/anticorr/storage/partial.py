"""An unfinished run on disk: append-only files beside the output, and a checkpoint that counts them.

`traj.nc.partial/` holds one raw file for each variable that grows, a lock, and `checkpoint`: the state
of the particles, how many rows of each raw file belong to it and their checksums, and whose run it is.
The checkpoint is replaced in one step after the raw files are on the disk, so at every moment the folder
holds the last checkpoint and all its rows; rows beyond it are cut off when the run goes on.
"""

import json
import os
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import xarray as xr

from anticorr import specs
from anticorr.errors import InputError, InterruptionError, RunError, WriteError
from anticorr.provenance import Clock
from anticorr.storage.checkpoint import Arrays, read_checkpoint, write_checkpoint
from anticorr.storage.lock import lock_folder
from anticorr.storage.records import Column, open_record, write_columns
from anticorr.storage.stream import Stream, slices
from anticorr.storage.whole import reason, write_as
from anticorr.variables import GROWING

_FORMAT = 2


def holds_run(path: str | Path, *, spec: str, code_digest: str, files: str | None = "") -> bool:
    """Whether a file is the trajectory record of a spec (canonical JSON), made by this code from files with
    these digests (`digests_of_files`; None: from whatever files).

    Raises InputError when it is no trajectory record, or a damaged one.
    """
    with open_record(path, "trajectory") as record:
        same = record.attrs["spec"] == spec and record.attrs.get("code_digest") == code_digest
        return same and files in (None, record.attrs.get("inputs", ""))


class Partial:
    """The sink of a run whose record is to be the file `out`.

    A context manager: inside it no other process can work on the same output. An error of the run itself
    removes the folder (it would come again); after an interruption, or when the disk is full, it stays.
    """

    def __init__(
        self,
        out: str | Path,
        spec: str,
        code_digest: str,
        *,
        files: str | None = "",
        minutes: float = 5.0,
        stop: Callable[[], bool] = lambda: False,
    ) -> None:
        """spec: canonical JSON. files: digests of those that the run starts from; None: those of the record
        that it extends, whichever they were. minutes: wall time between checkpoints. stop: asked a few
        times a second; when it says yes, a checkpoint is written and InterruptionError is raised."""
        self.out, self.folder = Path(out), Path(f"{out}.partial")
        self.inputs = files or ""
        """Digests of the files that the run started from; kept in the checkpoint."""
        self.clock = Clock()
        """Of all processes that worked on the run, up to their checkpoints; kept there too."""
        self._checkpoint = self.folder / "checkpoint"
        self._identity = {"spec": spec, "code_digest": code_digest}
        self._files = files
        self._seconds, self._stop = 60 * minutes, stop
        self._streams: dict[str, Stream] = {}
        self._whole: Arrays = {}
        self._kept = -np.inf

    def __enter__(self) -> Self:
        self._lock = lock_folder(self.folder)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for stream in self._streams.values():
            stream.close()
        futile = isinstance(error, RunError) and not isinstance(error, WriteError)
        if error is not None and (futile or not self.has_checkpoint()):
            self.remove()
        os.close(self._lock)
        if isinstance(error, KeyboardInterrupt) and self.has_checkpoint():
            raise self._interrupted("interrupted") from None

    def is_finished(self) -> bool:
        """The output is there already: the record of this spec, made by this code.

        Raises InputError when there is a file that is no trajectory record, or a damaged one.
        """
        return self.out.is_file() and holds_run(self.out, **self._identity, files=self._files)

    def has_checkpoint(self) -> bool:
        return self._checkpoint.exists()

    def load(self) -> Arrays:
        """The state of the last checkpoint; the raw files are cut to its rows.

        Raises InputError when it belongs to another spec or other code, or when a file is damaged.
        """
        otherwise = "or --discard-stale to start anew, or remove the folder"
        try:
            about, state = read_checkpoint(self._checkpoint)
            if about["format"] != _FORMAT:
                raise ValueError(f"the checkpoint has format {about['format']}, this is {_FORMAT}")
            if about["spec"] != self._identity["spec"]:
                told = specs.difference(json.loads(about["spec"]), json.loads(self._identity["spec"]))
                raise InputError(
                    f"{self.folder}: got a run of another spec ({told}); wanted: its own spec, {otherwise}"
                )
            if about["code_digest"] != self._identity["code_digest"]:
                raise InputError(
                    f"{self.folder}: got a run of other code (digest {about['code_digest']}, now "
                    f"{self._identity['code_digest']}); wanted: the code that began it, {otherwise}"
                )
            if self._files not in (None, about["inputs"]):
                raise InputError(
                    f"{self.folder}: got a run from other positions ({about['inputs']}, now {self._files});"
                    f" wanted: the file that it began with, {otherwise}"
                )
            for name, entry in about["streams"].items():
                self._streams[name] = Stream(self._raw(name), **entry)
                self._streams[name].cut()
                for _ in self._streams[name].pieces():  # compares the checksum at the end
                    pass
            for path in self.folder.glob("*.raw"):
                if path.stem not in self._streams:
                    path.unlink()
        except (OSError, ValueError) as error:
            self._streams.clear()
            raise InputError(
                f"{self.folder}: damaged ({reason(error)}); wanted: the folder as it was left, {otherwise}"
            ) from None
        self.inputs = about["inputs"]
        self.clock = Clock(*about["clock"])
        self._kept = time.monotonic()
        return state

    def clear(self) -> None:
        """Throw away what another run has left."""
        self._checkpoint.unlink(missing_ok=True)
        for path in self.folder.iterdir():
            if path.name != "lock":
                path.unlink()

    def take_over(self, record: xr.Dataset) -> Arrays:
        """Begin with what a finished record holds; returns its final state."""
        self.inputs = record.attrs["inputs"]
        self.clock = Clock(record.attrs["started"], float(record.attrs["duration_s"]))
        state: Arrays = {}
        for name in map(str, record.variables):
            if name.startswith("state_"):
                state[name.removeprefix("state_")] = record[name].values
            elif record[name].dims[0] in GROWING:
                for rows in slices(record[name]):
                    self.append(name, rows)
            else:
                self.put(name, record[name].values)
        return state

    def append(self, name: str, rows: np.ndarray) -> None:
        if name not in self._streams:
            self._streams[name] = Stream(self._raw(name), rows.dtype.str, rows.shape[1:])
        try:
            self._streams[name].append(rows)
        except OSError as error:
            raise self._unwritten(reason(error)) from None

    def put(self, name: str, array: np.ndarray) -> None:
        self._whole[name] = np.asarray(array)

    def keep(self, state: Callable[[], Arrays], now: bool = False) -> None:
        stop = self._stop()
        if not (now or stop or time.monotonic() - self._kept >= self._seconds):
            return
        arrays = state()
        try:
            for stream in self._streams.values():
                stream.sync()
            streams = {name: stream.about() for name, stream in self._streams.items()}
            clock = (self.clock.started, self.clock.seconds)
            about = self._identity | {
                "format": _FORMAT, "inputs": self.inputs, "clock": clock, "streams": streams
            }  # fmt: skip
            write_checkpoint(self._checkpoint, about, arrays)
        except OSError as error:
            raise self._unwritten(reason(error)) from None
        self._kept = time.monotonic()
        if stop:
            raise self._interrupted(f"interrupted at step {int(arrays['step'])}")

    def finish(self, attributes: dict[str, Any]) -> None:
        """Turn what was gathered into the record `out`, piece by piece, and remove the folder."""
        columns = {
            name: Column(stream.dtype, (stream.rows, *stream.row), stream.pieces())
            for name, stream in self._streams.items()
        }
        columns |= {name: Column(a.dtype, a.shape, [a]) for name, a in self._whole.items()}
        temporary = str(self.folder / "record.nc")
        try:
            write_as(self.out, temporary, lambda name: write_columns(name, attributes, columns))
        except (WriteError, ValueError) as error:
            raise self._unwritten(str(error)) from None
        self.remove()

    def remove(self) -> None:
        """Remove the folder; the checkpoint first, since without one nothing in it counts."""
        with suppress(OSError):
            self._checkpoint.unlink()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _raw(self, name: str) -> Path:
        return self.folder / f"{name}.raw"

    def _unwritten(self, what: str) -> WriteError:
        then = "the last checkpoint is kept: room, then the same command with --resume"
        return WriteError(
            f"{self.folder}: could not be written ({what}); wanted: "
            f"{then if self.has_checkpoint() else 'room on the disk'}"
        )

    def _interrupted(self, what: str) -> InterruptionError:
        return InterruptionError(
            f"{what}; checkpoint in {self.folder}; to go on: the same command with --resume"
        )
