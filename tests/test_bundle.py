"""Files of bundles: any damage to a .zip is found; pictures and tables are compared by what they show."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anticorr.errors import InputError
from anticorr.storage import bundle, compare

pytest.importorskip("bagit")


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A small bundle in a .zip file."""
    path = tmp_path_factory.mktemp("small") / "small.zip"

    def fill(folder):
        (folder / "a").mkdir()
        (folder / "a/numbers.bin").write_bytes(np.random.default_rng(1).bytes(300))
        (folder / "words.txt").write_text("words " * 50)

    bundle.write_bundle(path, fill, {"External-Description": "small"})
    return path


def payload(path):
    with bundle.open_bundle(path) as folder:
        return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@settings(max_examples=200)
@given(data=st.data())
def test_any_flipped_byte_of_a_zip_is_refused_or_changes_nothing(small, data):
    content = bytearray(small.read_bytes())
    content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    path = small.with_name("flipped.zip")
    path.write_bytes(content)
    found = None
    try:
        found = payload(path)
    except InputError as error:
        refused = str(error)
        assert refused.startswith(f"{path}: ")
    assert found in (None, payload(small))


@given(share=st.floats(0, 1, exclude_max=True))
def test_truncated_zip_is_refused(small, share):
    path = small.with_name("cut.zip")
    path.write_bytes(small.read_bytes()[: int(share * small.stat().st_size)])
    with pytest.raises(InputError, match=r"not a \.zip file, or a damaged one"):
        payload(path)


def test_failing_bundle_leaves_nothing(tmp_path):
    def half(folder):
        (folder / "a").write_text("half")
        raise OSError(28, "No space left on device")

    for name in ("b", "b.zip"):
        with pytest.raises(Exception, match=r"could not be written \(No space left on device\)"):
            bundle.write_bundle(tmp_path / name, half, {})
    assert list(tmp_path.iterdir()) == []


def test_table_is_compared_by_its_numbers(tmp_path):
    one, other = tmp_path / "one.csv", tmp_path / "other.csv"
    one.write_text('a,b,c\n1.5,holds,"error 2.1%, allowed 3%"\nnan,x,\n# [anticorr claims; code 1]\n')
    for text, wanted in (
        ('a,b,c\n1.5000001,holds,"error 2.2%, allowed 3%"\nnan,x,\n', 0),
        ('a,b,c\n1.51,holds,"error 2.1%, allowed 3%"\nnan,x,\n', 1),
        ('a,b,c\n1.5,fails,"error 2.1%, allowed 3%"\n0.0,x,\n', 2),
        ('a,b,c\n1.5,holds,"error 2.1%, allowed 3%"\n', 9),
    ):
        other.write_text(text)
        assert compare.cells_that_differ(one, other) == wanted


def test_picture_is_compared_by_what_it_shows(tmp_path):
    """Moved by a pixel; a curve left out; another size."""
    from PIL import Image, ImageDraw

    def drawn(name, shift, *curves, size=(800, 600)):
        picture = Image.new("RGB", size, "white")
        for curve in curves:
            points = [(x + shift, 300 + 80 * curve * np.sin(x / 90) + shift) for x in range(0, 800, 10)]
            ImageDraw.Draw(picture).line(points, fill="black", width=5)
        picture.save(tmp_path / name)
        return tmp_path / name

    one = drawn("one.png", 0, 1, 2, 3)
    assert compare.share_that_differs(one, drawn("same.png", 0, 1, 2, 3)) == 0
    assert compare.share_that_differs(one, drawn("moved.png", 1, 1, 2, 3)) < 0.01
    assert compare.share_that_differs(one, drawn("less.png", 0, 1, 2)) > 0.02
    assert compare.share_that_differs(one, drawn("small.png", 0, 1, 2, 3, size=(400, 300))) == 1
