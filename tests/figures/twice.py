"""A figure drawn two times."""

from anticorr.figures import style


def drawn_twice(draw, folder, ending="svg"):
    """The figure that `draw()` makes; the files of two of them have the same bytes. SVG tells in what order
    things are drawn; PDF, most of whose time is fonts, is left to tests/figures/test_figures.py."""
    files = []
    for name in ("one", "two"):
        path = folder / f"{name}.{ending}"
        figure = draw()
        style.save(figure, str(path))
        files.append(path.read_bytes())
    assert files[0] == files[1]
    return figure
