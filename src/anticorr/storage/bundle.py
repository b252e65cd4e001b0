"""Bundles: BagIt bags (RFC 8493) with SHA-256 checksums, as a folder or as one .zip file.

`sha256sum -c manifest-sha256.txt` in a bundle checks its files without this package.
"""

import hashlib
import os
import shutil
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from anticorr.errors import InputError, WriteError
from anticorr.storage.whole import check_writable, reason, write_whole

_CHECKSUM = "sha256"
_DAMAGES = (zipfile.BadZipFile, zlib.error, struct.error, ValueError)
"""What reading a damaged .zip file raises, besides errors of the system."""
_DATE = (1980, 1, 1, 0, 0, 0)
"""Of every file in a .zip: the same files are the same bytes."""


def check_bundle(out: str | Path) -> None:
    """Raise InputError unless a bundle can be made at `out`."""
    bagit()
    out = Path(out)
    if out.suffix == ".zip":
        check_writable(out)
    elif out.exists():
        raise InputError(f"--out: got {out}, which is there already; wanted a new name, or a .zip")
    else:
        check_writable(out)


def write_bundle(out: str | Path, fill: Callable[[Path], None], info: dict[str, str]) -> None:
    """Make a bundle; `fill` puts the files into the folder that it is given, `info` is for bag-info.txt."""
    out = Path(out)
    try:
        with tempfile.TemporaryDirectory(prefix=f".{out.stem}-", dir=out.parent) as temporary:
            folder = Path(temporary) / out.stem
            folder.mkdir()
            fill(folder)
            bagit().make_bag(str(folder), info, checksums=[_CHECKSUM])
            if out.suffix == ".zip":
                write_whole(out, lambda name: _zip(folder, name))
            else:
                os.rename(folder, out)
    except OSError as error:
        raise WriteError(f"{out}: could not be written ({reason(error)})") from None


@contextmanager
def open_bundle(path: str | Path) -> Iterator[Path]:
    """The folder of a bundle, in a temporary place if it comes as a .zip file; its checksums were compared.

    Raises InputError: no bundle, or every damaged, missing and unexpected file by name.
    """
    path = Path(path)
    if path.is_dir():
        _compare(path, path)
        yield path
        return
    if not path.is_file():
        raise InputError(f"{path}: no such file or folder")
    with tempfile.TemporaryDirectory(prefix="anticorr-") as temporary:
        _unzip(path, Path(temporary))
        inside = list(Path(temporary).iterdir())
        if len(inside) != 1 or not inside[0].is_dir():
            raise InputError(f"{path}: got {len(inside)} folders and files, wanted one folder, of a bundle")
        _compare(inside[0], path)
        yield inside[0]


def bagit() -> Any:
    """The library of BagIt; what it finds is told by us."""
    import bagit

    bagit.LOGGER.disabled = True
    return bagit


def _compare(folder: Path, path: Path) -> None:
    if not (folder / "bagit.txt").is_file():
        raise InputError(f"{path}: got no bagit.txt, wanted a bundle of `anticorr archive`")
    library = bagit()
    try:
        bag = library.Bag(str(folder))
        missing, unexpected = map(sorted, bag.compare_manifests_with_fs())
        here = sorted(set(bag.entries) - set(missing))
        damaged = [name for name in here if bag.entries[name].get(_CHECKSUM) != _checksum(folder / name)]
    except (library.BagError, OSError, ValueError) as error:
        raise InputError(f"{path}: damaged ({error}); wanted: the bundle as it was written") from None
    problems = [f"{path}: {name} is damaged" for name in damaged]
    problems += [f"{path}: {name} is missing" for name in missing]
    problems += [f"{path}: {name} was not in the bundle" for name in unexpected]
    if not bag.entries:
        problems.append(f"{path}: got no checksums, wanted manifest-{_CHECKSUM}.txt")
    if problems:
        raise InputError(*problems)


def _checksum(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, _CHECKSUM).hexdigest()


def _zip(folder: Path, name: str) -> None:
    with zipfile.ZipFile(name, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                entry = zipfile.ZipInfo(str(path.relative_to(folder.parent)), _DATE)
                entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
                with open(path, "rb") as source, archive.open(entry, "w", force_zip64=True) as target:
                    shutil.copyfileobj(source, target)


def _unzip(path: Path, folder: Path) -> None:
    problems = []
    try:
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                try:
                    archive.extract(name, folder)
                except (*_DAMAGES, EOFError, OSError, RuntimeError) as error:
                    problems.append(f"{path}: {name} is damaged ({error})")
    except (*_DAMAGES, OSError, NotImplementedError) as error:
        raise InputError(f"{path}: not a .zip file, or a damaged one ({error})") from None
    if problems:
        raise InputError(*problems)
