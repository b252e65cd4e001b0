"""Labelled samples from files of the user: IDX as MNIST has it, NumPy arrays."""

import gzip
import struct
import zipfile
from pathlib import Path

import numpy as np

from anticorr.errors import InputError

_IDX = {8: ">u1", 9: ">i1", 11: ">i2", 12: ">i4", 13: ">f4", 14: ">f8"}
"""NumPy types by the third byte of an IDX file (http://yann.lecun.com/exdb/mnist)."""


def read_labelled(samples: str, labels: str = "") -> tuple[np.ndarray, np.ndarray]:
    """(samples, labels): float64 of shape (sample, value) and whole numbers 0, 1, ... of shape (sample,).

    samples: IDX (`train-images-idx3-ubyte`, also .gz), .npy, or .npz that holds x (and y, if labels is
    empty). labels: likewise. Images are flattened. Raises InputError with every problem at once.
    """
    pair, problems = [], []
    of_labels = ("labels", labels, "y") if labels else ("samples", samples, "y")
    for name, path, key in (("samples", samples, "x"), of_labels):
        try:
            pair.append(_read(Path(path), key))
        except InputError as error:
            problems += [f"problem.{name}: {problem}" for problem in error.problems]
    if problems:
        raise InputError(*dict.fromkeys(problems))
    x, y = pair
    if x.ndim < 2 or not np.issubdtype(x.dtype, np.number):
        problems.append(f"problem.samples: got {x.dtype} of shape {x.shape}, wanted numbers (sample, ...)")
    elif not np.isfinite(x).all():
        problems.append("problem.samples: got NaN or infinity, wanted finite numbers")
    if y.ndim != 1 or not np.issubdtype(y.dtype, np.integer) or (len(y) and y.min() < 0):
        problems.append(
            f"problem.labels: got {y.dtype} of shape {y.shape}, wanted whole numbers >= 0, (sample,)"
        )
    elif len(y) != len(x):
        problems.append(f"problem.labels: got {len(y)}, wanted as many as samples ({len(x)})")
    if problems:
        raise InputError(*problems)
    return x.reshape(len(x), -1).astype(float), y.astype(np.int64)


def _read(path: Path, key: str) -> np.ndarray:
    if not path.is_file():
        raise InputError(f"{path}: no such file")
    try:
        if path.suffix == ".npy":
            return np.load(path, allow_pickle=False)
        if path.suffix == ".npz":
            with np.load(path, allow_pickle=False) as file:
                if key not in file.files:
                    raise InputError(f"{path}: got arrays {', '.join(file.files)}, wanted {key}")
                return file[key]
        return _idx(gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes())
    except (OSError, ValueError, EOFError, KeyError, struct.error, zipfile.BadZipFile) as error:
        raise InputError(f"{path}: could not be read as IDX, .npy or .npz ({error})") from None


def _idx(data: bytes) -> np.ndarray:
    """Two zero bytes, type, number of axes, their lengths (big-endian, four bytes each), values."""
    zeros, kind, axes = struct.unpack(">HBB", data[:4])
    if zeros or kind not in _IDX:
        raise ValueError("the first bytes are not those of IDX")
    shape = struct.unpack(f">{axes}I", data[4 : 4 + 4 * axes])
    values = np.frombuffer(data, _IDX[kind], offset=4 + 4 * axes)
    if values.size != np.prod(shape):
        raise ValueError(f"it says {shape} and holds {values.size} values")
    return values.reshape(shape)
