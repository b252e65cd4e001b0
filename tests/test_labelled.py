"""Labelled samples from files: formats agree, bad files are told."""

import gzip
import struct

import numpy as np
import pytest

from anticorr.errors import InputError
from anticorr.storage import read_labelled

X = np.arange(5 * 2 * 3, dtype=np.uint8).reshape(5, 2, 3)
Y = np.array([0, 2, 1, 1, 0], dtype=np.uint8)


def idx(array):
    return (
        struct.pack(">HBB", 0, 8, array.ndim)
        + struct.pack(f">{array.ndim}I", *array.shape)
        + array.tobytes()
    )


def files(folder, kind):
    x, y = folder / f"x.{kind}", folder / f"y.{kind}"
    if kind == "npz":
        np.savez(x, x=X, y=Y)
        return str(x), ""
    for path, array in ((x, X), (y, Y)):
        if kind == "npy":
            np.save(path, array)
        else:
            path.write_bytes(gzip.compress(idx(array)) if kind == "gz" else idx(array))
    return str(x), str(y)


@pytest.mark.parametrize("kind", ["idx", "gz", "npy", "npz"])
def test_formats_hold_the_same(tmp_path, kind):
    x, y = read_labelled(*files(tmp_path, kind))
    np.testing.assert_array_equal(x, X.reshape(5, 6))
    np.testing.assert_array_equal(y, Y)
    assert x.dtype == float


@pytest.mark.parametrize(
    ("write", "word"),
    [
        (lambda p: None, "no such file"),
        (lambda p: p.write_bytes(b"text, not numbers"), "could not be read"),
        (lambda p: p.write_bytes(idx(X)[:-3]), "holds 27 values"),
        (lambda p: p.write_bytes(b"\0\0"), "could not be read"),
    ],
)
def test_bad_files_are_told_both_at_once(tmp_path, write, word):
    path = tmp_path / "x.idx"
    write(path)
    with pytest.raises(InputError, match=word) as told:
        read_labelled(str(path), str(tmp_path / "none.npy"))
    assert len(told.value.problems) == 2
    assert told.value.problems[1].startswith("problem.labels: ")


@pytest.mark.parametrize(
    ("x", "y", "word"),
    [
        (np.ones(5), Y, "problem.samples: got float64 of shape"),
        (np.full((5, 2), np.nan), Y, "NaN"),
        (X, Y[:4], "labels: got 4, wanted as many"),
        (X, Y.astype(float), "wanted whole numbers"),
        (X, -Y.astype(int), "wanted whole numbers"),
    ],
)
def test_what_does_not_fit_is_told(tmp_path, x, y, word):
    np.savez(tmp_path / "a.npz", x=x, y=y)
    with pytest.raises(InputError, match=word):
        read_labelled(str(tmp_path / "a.npz"))


def test_an_archive_without_labels_is_told(tmp_path):
    np.savez(tmp_path / "a.npz", x=X)
    with pytest.raises(InputError, match="got arrays x, wanted y"):
        read_labelled(str(tmp_path / "a.npz"))
