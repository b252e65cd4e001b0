"""Folders of records: they appear whole or not at all, as files do.

While it is made, the folder `out` is called `out.partial`; what it holds already is kept when the work
is stopped, so that the same command goes on from there.
"""

import os
import shutil
from pathlib import Path
from types import TracebackType
from typing import Self

from anticorr.errors import InputError, InterruptionError, WriteError
from anticorr.storage.lock import lock_folder
from anticorr.storage.whole import check_place, reason, sync_folder


def files_below(folder: str | Path) -> list[Path]:
    """NetCDF files in a folder and those below it, links followed: a cache leaves links to folders."""
    walk = os.walk(folder, followlinks=True)
    return sorted(Path(place, name) for place, _, names in walk for name in names if name.endswith(".nc"))


def records_in(path: str | Path) -> dict[str, Path]:
    """Record files below a folder by name (without .nc; subfolders with /), in order.

    Raises InputError where there are none, or where a run is unfinished.
    """
    path = Path(path)
    unfinished = [str(p) for p in sorted(path.rglob("*.partial")) if p.is_dir()]
    if unfinished:
        raise InputError(f"{path}: got an unfinished run ({unfinished[0]}); wanted: finish or remove it")
    found = {str(p.relative_to(path).with_suffix("")): p for p in files_below(path)}
    if not found:
        raise InputError(f"{path}: got a folder without records, wanted .nc files in it")
    return found


def check_folder(path: str | Path) -> None:
    """Raise InputError unless a folder of records can be made at `path`, or replaced."""
    path = Path(path)
    check_place(path)
    if path.suffix == ".nc":
        raise InputError(f"--out: got {path}, wanted the name of a folder for several records")
    if path.exists() and not path.is_dir():
        raise InputError(f"--out: got {path}, which is no folder; wanted one for several records")
    others = [p for p in path.rglob("*") if p.is_file() and p.suffix != ".nc" and p.name[0] != "."]
    if others:
        raise InputError(f"--out: got {path}, which holds {others[0].name}; wanted a folder of records")


class Folder:
    """A context manager: inside it no other process can work on the same output.

    `folder.file(name)` is where the record `name` goes; `folder.finish(names)` renames the whole.
    """

    def __init__(self, out: str | Path) -> None:
        check_folder(out)
        self.out, self.unfinished = Path(out), Path(f"{out}.partial")

    def __enter__(self) -> Self:
        self._lock = lock_folder(self.unfinished)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._lock)
        if not self.unfinished.exists():
            return
        if [p for p in self.unfinished.rglob("*") if p.is_file() and p.name != "lock"]:
            if isinstance(error, KeyboardInterrupt):
                raise InterruptionError(
                    f"interrupted; what is done lies in {self.unfinished}; to go on: the same command "
                    "with --resume"
                )
        else:
            shutil.rmtree(self.unfinished, ignore_errors=True)

    def has_begun(self) -> bool:
        """Whether an earlier call has left something."""
        return any(p.name != "lock" for p in self.unfinished.iterdir())

    def file(self, name: str) -> Path:
        path = self.unfinished / f"{name}.nc"
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def clear(self) -> None:
        """Throw away what an earlier call has left."""
        for path in self.unfinished.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            elif path.name != "lock":
                path.unlink()

    def finish(self, names: list[str]) -> None:
        """The folder `out` is now that of these records, and of no others."""
        wanted = {self.file(name) for name in names}
        try:
            for path in self.unfinished.rglob("*"):
                if path.is_file() and path not in wanted:
                    path.unlink()
            if self.out.exists():
                old = self.out.with_name(f".{self.out.name}.old")
                shutil.rmtree(old, ignore_errors=True)
                os.rename(self.out, old)
                os.rename(self.unfinished, self.out)
                shutil.rmtree(old)
            else:
                os.rename(self.unfinished, self.out)
            sync_folder(self.out.parent)
        except OSError as error:
            raise WriteError(f"{self.out}: could not be written ({reason(error)})") from None
