"""Positions to start from: the last frame of a trajectory record, or an .npy file."""

import hashlib
from pathlib import Path

import numpy as np

from anticorr.errors import InputError
from anticorr.storage.records import open_record


def read_positions(path: str | Path) -> tuple[np.ndarray, float | None, str]:
    """Positions (particle, axis), the box side if the file tells it, and the digest of the file.

    Raises InputError when there is no such file, or none with frames.
    """
    path = Path(path)
    if path.suffix == ".npy":
        return _read_npy(path), None, hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    with open_record(path, "trajectory") as record:
        if "position" not in record:
            raise InputError(f"{path}: got a trajectory without frames, wanted one with positions")
        last = record["position"][-1].values.astype(float)
        return last, float(record.attrs["box_side"]), str(record.attrs["digest"])


def _read_npy(path: Path) -> np.ndarray:
    try:
        position = np.load(path, allow_pickle=False)
        return np.asarray(position, dtype=float)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or 'could not be read'}") from None
    except (ValueError, TypeError, EOFError):
        raise InputError(f"{path}: not an .npy file of numbers") from None
