"""A figure drawn two times."""

import pytest

from anticorr.figures import style

FORMATS = pytest.mark.parametrize("ending", ["svg", pytest.param("pdf", marks=pytest.mark.soak)])
"""SVG tells in what order things are drawn. Most of the time of a PDF is fonts: `make soak`."""


def drawn_twice(draw, folder, ending="svg"):
    """The figure that `draw()` makes; the files of two of them have the same bytes."""
    files = []
    for name in ("one", "two"):
        path = folder / f"{name}.{ending}"
        figure = draw()
        style.save(figure, str(path))
        files.append(path.read_bytes())
    assert files[0] == files[1]
    return figure
