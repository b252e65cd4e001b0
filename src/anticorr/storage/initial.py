"""Positions to start from: the last frame of a trajectory record, or an .npy file."""

from pathlib import Path

import numpy as np

from anticorr.errors import InputError
from anticorr.storage.records import open_record


def read_positions(path: str | Path) -> tuple[np.ndarray, float | None]:
    """Positions (particle, axis), and the box side if the file tells it.

    Raises InputError when there is no such file, or none with frames.
    """
    path = Path(path)
    if path.suffix == ".npy":
        return _read_npy(path), None
    with open_record(path, "trajectory") as record:
        if "position" not in record:
            raise InputError(f"{path}: got a trajectory without frames, wanted one with positions")
        return record["position"][-1].values.astype(float), float(record.attrs["box_side"])


def _read_npy(path: Path) -> np.ndarray:
    try:
        position = np.load(path, allow_pickle=False)
        return np.asarray(position, dtype=float)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or 'could not be read'}") from None
    except (ValueError, TypeError, EOFError):
        raise InputError(f"{path}: not an .npy file of numbers") from None
