"""An append-only file of rows that knows how many there are and their checksum."""

import os
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

_PIECE_BYTES = 32_000_000
"""What is in memory at once while an array is read."""


class Stream:
    """Rows of one shape and type, one after the other, as they are in memory."""

    def __init__(
        self, path: Path, dtype: str, row: tuple[int, ...], rows: int = 0, checksum: int = 0
    ) -> None:
        self.path, self.dtype, self.row = path, np.dtype(dtype), tuple(row)
        self.rows, self.checksum = rows, checksum
        self._row_bytes = self.dtype.itemsize * int(np.prod(self.row, dtype=int))
        self._handle: int | None = None

    def about(self) -> dict[str, Any]:
        """What the constructor needs, besides the path."""
        return {
            "dtype": self.dtype.str,
            "row": self.row,
            "rows": self.rows,
            "checksum": self.checksum,
        }

    def append(self, rows: np.ndarray) -> None:
        if self._handle is None:
            # No buffer of our own: after a failed write nothing waits to be written later.
            self._handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
        data = np.ascontiguousarray(rows).reshape(-1).view(np.uint8).data
        self.checksum = zlib.crc32(data, self.checksum)
        while data:
            data = data[os.write(self._handle, data) :]
        self.rows += len(rows)

    def cut(self) -> None:
        """Cut the file to the rows that belong to it; ValueError if they are not all there."""
        size = self.rows * self._row_bytes
        if not self.path.is_file() or self.path.stat().st_size < size:
            raise ValueError(f"{self.path.name} is shorter than its {self.rows} rows")
        os.truncate(self.path, size)

    def pieces(self) -> Iterator[np.ndarray]:
        """The rows, some at a time; at the end ValueError if they are not what was written."""
        checksum, at_once = 0, max(1, _PIECE_BYTES // max(1, self._row_bytes))
        with open(self.path, "rb") as file:
            for first in range(0, self.rows, at_once):
                rows = min(at_once, self.rows - first)
                data = file.read(rows * self._row_bytes)
                checksum = zlib.crc32(data, checksum)
                if len(data) == rows * self._row_bytes:
                    yield np.frombuffer(data, self.dtype).reshape(rows, *self.row)
        if checksum != self.checksum:
            raise ValueError(f"{self.path.name} is not what was written")

    def sync(self) -> None:
        """All rows are on the disk when this returns."""
        if self._handle is not None:
            os.fsync(self._handle)

    def close(self) -> None:
        if self._handle is not None:
            os.close(self._handle)


def slices(variable: xr.DataArray) -> Iterator[np.ndarray]:
    """Values of a variable, some rows at a time."""
    at_once = max(1, _PIECE_BYTES * len(variable) // max(1, variable.nbytes))
    for first in range(0, len(variable), at_once):
        yield variable[first : first + at_once].values
