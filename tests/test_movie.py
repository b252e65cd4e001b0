"""Movies: what colours say, disks at the edges, and files read back."""

import contextlib
import os
import re
import subprocess
import sys

import matplotlib
import numpy as np
import pytest

from anticorr import specs, storage
from anticorr.cli import main, movie
from anticorr.movies import density, disks, film
from anticorr.stages import simulate
from tests.conftest import spec_data
from tests.spectra.test_bond_order import crystal

DOTS = 50
WIDTH, HEIGHT = 360, 340


@pytest.fixture(autouse=True)
def _small_pictures(monkeypatch):
    monkeypatch.setattr(movie, "_DOTS", {".mp4": DOTS, ".gif": DOTS})


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A folder of trajectories: eight frames each."""
    folder = tmp_path_factory.mktemp("movies")
    for name, changes in (
        ("traj", {"record.stripped": True}),
        ("3d", {"system.dimension": 3, "system.packing_fraction": 0.3}),
        ("bare", {"record.positions": "none"}),
    ):
        storage.write_record(simulate.run(specs.parse(spec_data(**changes))), folder / f"{name}.nc")
    return folder


def run(folder, *arguments):
    with contextlib.chdir(folder):
        return main(["movie", *map(str, arguments)])


def planted(points):
    """A trajectory of two frames, whose particles stand at these points of a box of side 12."""
    spec = specs.parse(
        spec_data(
            **{"system.particles": len(points), "system.packing_fraction": len(points) * np.pi / 4 / 144}
        )
    )
    record = simulate.run(spec)
    return record.isel(frame=slice(2)).assign(
        position=(("frame", "particle", "axis"), np.stack([points] * 2))
    )


def direct(points, diameter, side):
    """The sum over particles and images as it stands in the docstring."""
    dimension = points.shape[1]
    images = np.stack(np.meshgrid(*[[-side, 0, side]] * dimension), axis=-1).reshape(-1, dimension)
    apart = points[:, None, None] - points[None, :, None] + images
    weight = np.exp(-(apart**2).sum(axis=-1) / (2 * density.WIDTH**2)).sum(axis=-1)
    volume = {2: np.pi / 4, 3: np.pi / 6}[dimension] * diameter**dimension
    return weight @ volume / (2 * np.pi * density.WIDTH**2) ** (dimension / 2)


@pytest.mark.parametrize("dimension", [2, 3])
def test_local_density_is_the_sum_over_gaussians(dimension):
    generator = np.random.default_rng(3)
    points, diameter = generator.random((80, dimension)) * 14, generator.choice([1.0, 1.4], 80)
    exact = direct(points, diameter, 14.0)
    assert exact.std() > 0.1 * exact.mean()
    np.testing.assert_allclose(density.smoothed(points, diameter, 14.0), exact, rtol=0.06)


@pytest.mark.parametrize("dimension", [2, 3])
def test_random_points_scatter_as_the_scale_says(dimension):
    """Seen at ten thousand places, as particles of no size."""
    generator, side = np.random.default_rng(4), {2: 60.0, 3: 20.0}[dimension]
    points = generator.random((14_000, dimension)) * side
    diameter = np.concatenate([np.ones(4_000), np.zeros(10_000)])
    seen = density.smoothed(points, diameter, side)[4_000:]
    assert seen.std() == pytest.approx(density.scatter(diameter, side, dimension), rel=0.15)


def test_a_dense_half_is_red_and_an_empty_half_is_blue():
    generator = np.random.default_rng(5)
    points = generator.random((150, 2)) * [6, 12]
    points[:6] += [6, 0]
    picture = next(film.pictures(planted(points), [1], "density", False, DOTS))
    assert picture.shape == (HEIGHT, WIDTH, 3)
    colours = matplotlib.colormaps["coolwarm"]
    box = picture[:, : picture.shape[1] * 4 // 5].astype(int)  # without the colour bar
    for end, left in ((1.0, True), (0.0, False)):
        of_end = (np.abs(box - np.array(colours(end)[:3]) * 255) < 3).all(axis=2)
        places = np.nonzero(of_end)[1]
        assert len(places) > 300
        there = places < box.shape[1] / 2
        assert there.mean() > 0.95 if left else there.mean() < 0.05


def test_a_crystal_is_bright():
    picture = next(film.pictures(planted(crystal()), [0], "psi_6", False, DOTS))
    box = picture[:, : picture.shape[1] * 4 // 5].astype(int)
    bright = (np.abs(box - np.array(matplotlib.colormaps["viridis"](1.0)[:3]) * 255) < 12).all(axis=2)
    assert bright.mean() > 0.4


def test_a_disk_at_an_edge_comes_in_on_the_other_side():
    points = np.array([[5.0, 5.0], [0.2, 5.0], [9.9, 9.9], [5.0, 9.4]])
    seen = disks.in_box(points, np.array([1.0, 1.0, 1.0, 1.4]), 10.0)
    places = {n: sorted(map(tuple, seen.centre[seen.particle == n].round(3).tolist())) for n in range(4)}
    assert places == {
        0: [(5.0, 5.0)],
        1: [(0.2, 5.0), (10.2, 5.0)],
        2: [(-0.1, -0.1), (-0.1, 9.9), (9.9, -0.1), (9.9, 9.9)],
        3: [(5.0, -0.6), (5.0, 9.4)],
    }
    assert seen.diameter[seen.particle == 3].tolist() == [1.4, 1.4]


def test_a_slab_holds_what_is_about_the_middle():
    points = np.array([[1, 1, 5.4], [1, 1, 5.6], [1, 1, 4.5], [1, 1, 0.1]])
    assert disks.in_slab(points, 10.0).tolist() == [0, 2]


def test_mp4_reads_back(made, tmp_path):
    imageio_ffmpeg = pytest.importorskip("imageio_ffmpeg", reason="needs the extra `movie`")
    outs = [tmp_path / "a.mp4", tmp_path / "b.mp4"]
    for out in outs:
        assert run(made, "traj.nc", "--out", out, "--frames", "1:6:4", "--seconds", 1) == 0
    assert outs[0].read_bytes() == outs[1].read_bytes()
    assert imageio_ffmpeg.count_frames_and_secs(str(outs[0])) == (2, 1.0)
    command = [
        storage.ffmpeg(),
        "-loglevel",
        "error",
        "-i",
        outs[0],
        "-f",
        "rawvideo",
        "-pix_fmt",
        "rgb24",
        "-",
    ]
    raw = subprocess.run(command, capture_output=True, check=True).stdout
    decoded = np.frombuffer(raw, np.uint8).reshape(-1, HEIGHT, WIDTH, 3)
    with storage.open_record(made / "traj.nc") as record:
        drawn = [*film.pictures(record, [1, 5], "density", False, DOTS)]
    assert len(decoded) == len(drawn)
    for mine, other in zip(drawn, decoded, strict=True):
        differences = [np.abs(mine.astype(int) - each).mean() for each in (other, decoded[0], decoded[-1])]
        assert differences[0] == min(differences) < 12


def test_gif_reads_back_and_tells_its_origin(made, tmp_path, capsys):
    image = pytest.importorskip("PIL.Image")
    outs = [tmp_path / "a.gif", tmp_path / "b.gif"]
    for out in outs:
        assert run(made, "3d.nc", "--out", out, "--frames=-3:", "--colour", "none", "--fps", 25) == 0
    assert outs[0].read_bytes() == outs[1].read_bytes()
    with image.open(outs[0]) as picture:
        assert (picture.n_frames, picture.size, picture.info["duration"]) == (3, (WIDTH, HEIGHT), 40)
    assert main(["describe", str(outs[0])]) == 0
    with storage.open_record(made / "3d.nc") as record:
        digest = record.attrs["digest"]
    assert re.search(rf"^movie\n(.*\n)*records\n  trajectory +{digest}$", capsys.readouterr().out)


REFUSED = {
    "ending": (("traj.nc", "--out", "a.avi"), "--out: got a.avi, allowed endings: .mp4 .gif"),
    "no frames": (("bare.nc", "--out", "a.mp4"), "trajectory: got no frames, wanted"),
    "no y": (("3d.nc", "--out", "a.mp4", "--stripped"), "--stripped: got a trajectory of x alone"),
    "psi_6": (("3d.nc", "--out", "a.mp4", "--colour", "psi_6"), "got psi_6 of 64 particles in 3D"),
    "colour": (("traj.nc", "--out", "a.gif", "--colour", "psi6"), "got 'psi6', did you mean psi_6?"),
    "no range": (("traj.nc", "--out", "a.gif", "--frames", "3"), "--frames: got '3', wanted A:B or"),
    "letters": (("traj.nc", "--out", "a.gif", "--frames", "a:b"), "--frames: got 'a:b', wanted A:B"),
    "backwards": (("traj.nc", "--out", "a.gif", "--frames", "::-1"), "--frames: got '::-1', wanted A:B"),
    "none left": (("traj.nc", "--out", "a.gif", "--frames", "8:"), "got 8:, none of the 8 frames"),
    "fps 0": (("traj.nc", "--out", "a.gif", "--fps", "0"), "--fps: got 0, allowed > 0"),
    "both": (("traj.nc", "--out", "a.gif", "--fps", "9", "--seconds", "2"), "--seconds: got --fps too"),
    "fast": (("traj.nc", "--out", "a.gif", "--fps", "60"), "--fps: got 60 frames a second, allowed <= 50"),
    "short": (
        ("traj.nc", "--out", "a.mp4", "--seconds", "0.1"),
        "--seconds: got 80 frames a second, allowed <= 60",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_bad_requests_are_refused_in_words(made, case, capsys):
    arguments, words = REFUSED[case]
    before = sorted(os.listdir(made))
    assert run(made, *arguments) == 2
    told = capsys.readouterr()
    (line,) = told.err.splitlines()
    assert line.startswith("anticorr movie: ")
    assert words in line
    assert sorted(os.listdir(made)) == before


def test_all_problems_are_told_at_once(made, capsys):
    assert run(made, "bare.nc", "--out", "a.avi", "--frames", "x", "--colour", "red", "--fps", "-1") == 2
    told = capsys.readouterr().err.splitlines()
    assert [line.split(": ")[1] for line in told] == [
        "--colour",
        "trajectory",
        "--frames",
        "--out",
        "--fps",
    ]


def test_failing_ffmpeg_is_told_and_leaves_nothing(made, tmp_path, monkeypatch, capsys):
    program = tmp_path / "ffmpeg"
    program.write_text("#!/bin/sh\necho 'no such encoder' >&2\nexit 3\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    before = sorted(os.listdir(made))
    assert run(made, "traj.nc", "--out", "a.mp4", "--frames", ":2", "--colour", "none") == 1
    assert "a.mp4: could not be written (ffmpeg: no such encoder)" in capsys.readouterr().err
    assert sorted(os.listdir(made)) == before


def test_lacking_ffmpeg_is_told_with_what_brings_it(made, monkeypatch, capsys):
    monkeypatch.setenv("PATH", "")
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", None)
    assert run(made, "traj.nc", "--out", "a.mp4", "--frames", ":1", "--colour", "none") == 2
    assert "pip install 'anticorr[movie]'" in capsys.readouterr().err
    assert not (made / "a.mp4").exists()
