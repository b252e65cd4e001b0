"""The checkpoint file: arrays and a few words about them, replaced in one step, never half there.

A SHA-256 digest of all that follows, then an .npz archive.
"""

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import numpy as np

from anticorr.storage.whole import sync_folder

_DIGEST_BYTES = hashlib.sha256().digest_size

Arrays = dict[str, np.ndarray]


def write_checkpoint(path: Path, about: dict[str, Any], arrays: Arrays) -> None:
    """Replace the file; its contents are on the disk when this returns."""
    temporary = path.with_name(f"{path.name}-new")
    with open(temporary, "w+b") as file:
        file.write(bytes(_DIGEST_BYTES))
        named = {f"array_{name}": array for name, array in arrays.items()}
        np.savez(file, about=np.array(json.dumps(about)), **named)  # type: ignore[arg-type]
        file.seek(_DIGEST_BYTES)
        digest = hashlib.file_digest(file, "sha256").digest()
        file.seek(0)
        file.write(digest)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)
    sync_folder(path.parent)


def read_checkpoint(path: Path) -> tuple[dict[str, Any], Arrays]:
    """What was written; ValueError if the file holds anything else."""
    with open(path, "rb") as file:
        digest = file.read(_DIGEST_BYTES)
        if hashlib.file_digest(file, "sha256").digest() != digest:
            raise ValueError("the checkpoint is not what was written")
        file.seek(_DIGEST_BYTES)
        with np.load(file) as found:
            about = json.loads(str(found["about"]))
            return about, {n.removeprefix("array_"): found[n] for n in found.files if n != "about"}
