"""Points of other people: every format read back, every refusal in words."""

import builtins
import hashlib

import numpy as np
import pytest
import xarray as xr
import yaml

from anticorr import specs, storage
from anticorr.cli import main
from anticorr.errors import InputError
from anticorr.storage import read_points
from tests.conftest import spec_data

SIDE = 10.0


def some(frames=2, particles=20, dimension=2, seed=0):
    return np.random.default_rng(seed).random((frames, particles, dimension)) * SIDE


def put(path, text):
    path.write_text(text)
    return path


def problems(path, **options):
    with pytest.raises(InputError) as caught:
        read_points(path, **options)
    return caught.value.problems


@pytest.fixture(params=[2, 3])
def run(request, tmp_path):
    """A trajectory file, its record and its spec."""
    data = spec_data(**{"system.dimension": request.param, "system.packing_fraction": 0.3})
    (tmp_path / "spec.yaml").write_text(yaml.safe_dump(data))
    assert main(["simulate", str(tmp_path / "spec.yaml"), "--out", str(tmp_path / "a.nc")]) == 0
    return tmp_path / "a.nc", storage.read_record(tmp_path / "a.nc"), specs.parse(data)


@pytest.mark.parametrize("ending", ["nc", "gsd", "xyz"])
def test_own_trajectories_come_back(run, ending):
    """In [0, L), up to the translation by half a box and the float32 numbers of GSD."""
    pytest.importorskip({"gsd": "gsd.hoomd", "xyz": "ase.io"}.get(ending, "xarray"))
    path, record, spec = run
    if ending != "nc":
        storage.export(record, str(path.with_suffix(f".{ending}")))
    points = read_points(path.with_suffix(f".{ending}"))
    side = spec.system.box_side
    assert points.side == pytest.approx(side, rel=1e-6)
    assert (points.position >= 0).all()
    assert (points.position < points.side).all()
    shift = side / 2 if ending == "gsd" else 0.0
    apart = points.position - record["position"].values - shift
    apart -= side * np.rint(apart / side)
    assert np.abs(apart).max() < side * 1e-6
    assert (points.species is None) == (ending == "nc")
    assert points.names == {"nc": (), "gsd": ("A",), "xyz": ("X",)}[ending]


@pytest.mark.parametrize("dimension", [2, 3])
@pytest.mark.parametrize("between", [",", " ", ";", "\t"])
def test_columns_without_a_header(tmp_path, dimension, between):
    position = some(1, dimension=dimension)
    lines = [between.join(repr(float(v)) for v in x) for x in position[0]]
    path = put(tmp_path / "a.csv", "# made by hand\n" + "\n".join(lines) + "\n")
    points = read_points(path, box=SIDE)
    np.testing.assert_array_equal(points.position, position)
    assert points.side == SIDE
    assert points.species is None
    assert points.digest == hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def test_header_names_columns_in_any_order(tmp_path):
    """Frames in the order in which they come; particles shuffled, so that species are put in one order."""
    position, species = some(3, 4).tolist(), np.array([[0, 0, 1, 1], [1, 0, 0, 1], [0, 1, 0, 1]])
    rows = [
        f'"{"AB"[species[f, i]]}",{position[f][i][1]!r},{position[f][i][0]!r},7,{9 - f}'
        for f in range(3)
        for i in range(4)
    ]
    path = put(tmp_path / "a.txt", "Type,Y,x,mass,frame\n" + "\n".join(rows))
    points = read_points(path, box=SIDE)
    assert points.names == ("A", "B")
    assert points.species.tolist() == [0, 0, 1, 1]
    for f in range(3):
        for a in range(2):
            np.testing.assert_array_equal(
                points.position[f, points.species == a], np.array(position[f])[species[f] == a]
            )


def test_numpy_files(tmp_path):
    position = some(dimension=3)
    np.save(tmp_path / "a.npy", position)
    np.testing.assert_array_equal(read_points(tmp_path / "a.npy", box=SIDE).position, position)
    np.save(tmp_path / "b.npy", position[0].astype(np.float32))
    assert read_points(tmp_path / "b.npy", box=SIDE).position.shape == (1, 20, 3)
    species = np.arange(20) % 3
    np.savez(tmp_path / "a.npz", position=position, box=[SIDE] * 3, species=species)
    points = read_points(tmp_path / "a.npz")
    np.testing.assert_array_equal(points.position, position)
    np.testing.assert_array_equal(points.species, species)
    np.savez(tmp_path / "b.npz", position)
    assert read_points(tmp_path / "b.npz", box=SIDE).side == SIDE


def test_plain_netcdf(tmp_path):
    position = some(dimension=3)
    data = xr.Dataset({"r": (("t", "i", "a"), position)}, attrs={"box_side": SIDE})
    data.to_netcdf(tmp_path / "a.nc")
    points = read_points(tmp_path / "a.nc")
    np.testing.assert_array_equal(points.position, position)
    assert points.side == SIDE
    amber = xr.Dataset(
        {
            "coordinates": (("frame", "atom", "spatial"), (position - 3).astype("f4")),
            "velocities": (("frame", "atom", "spatial"), position),
            "cell_lengths": (("frame", "cell_spatial"), np.full((2, 3), SIDE)),
            "cell_angles": (("frame", "cell_angular"), np.full((2, 3), 90.0)),
        }
    )
    amber.to_netcdf(tmp_path / "b.nc")
    np.testing.assert_allclose(read_points(tmp_path / "b.nc").position, (position - 3) % SIDE, atol=1e-6)
    amber["cell_angles"][:] = 60.0
    amber.to_netcdf(tmp_path / "c.nc")
    assert "triclinic" in problems(tmp_path / "c.nc")[0]


DUMP = """ITEM: TIMESTEP
0
ITEM: NUMBER OF ATOMS
3
ITEM: BOX BOUNDS pp pp pp
-5 5
-5 5
-0.5 0.5
ITEM: ATOMS id type x y z
3 2 4.5 0 0
1 1 -5 -4 0
2 1 0 1.25 0
ITEM: TIMESTEP
10
ITEM: NUMBER OF ATOMS
3
ITEM: BOX BOUNDS pp pp pp
-5 5
-5 5
-0.5 0.5
ITEM: ATOMS id type x y z
1 1 5.5 -4 0
2 1 0 1.25 0
3 2 4.5 0 0
"""


@pytest.mark.parametrize("ending", ["dump", "lammpstrj", "txt"])
def test_lammps_dump(tmp_path, ending):
    """Ordered by id, origin at the corner, the point outside wrapped, all of one z in the plane."""
    points = read_points(put(tmp_path / f"a.{ending}", DUMP))
    first = [[0, 1], [5, 6.25], [9.5, 5]]
    np.testing.assert_allclose(points.position, [first, [[0.5, 1], *first[1:]]], atol=1e-12)
    assert points.side == 10
    assert points.species.tolist() == [0, 0, 1]
    assert points.names == ("1", "2")


def test_lammps_dump_with_scaled_coordinates(tmp_path):
    text = DUMP.replace("x y z", "xs ys zs").split("ITEM: TIMESTEP\n10")[0]
    text = (
        text.replace("4.5 0 0", ".95 .5 .5").replace("-5 -4 0", "0 .1 .5").replace("0 1.25 0", ".5 .625 .5")
    )
    points = read_points(put(tmp_path / "a.dump", text))
    np.testing.assert_allclose(points.position[0], [[0, 1], [5, 6.25], [9.5, 5]], atol=1e-12)


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("pp pp pp", "ff pp pp", "Hawat et al. 2023"),
        ("BOUNDS pp", "BOUNDS xy xz yz pp", "triclinic"),
        ("-5 5\n-5 5", "-5 5\n-5 6", "got 10 x 11, wanted a square"),
        ("3 2 4.5 0 0", "3 2 nan 0 0", "NaN"),
        ("3 2 4.5 0 0", "3 1 4.5 0 0", None),
        ("2 1 0 1.25 0\n3 2", "3 2", "not complete"),
        ("x y z", "vx vy vz", "no column x"),
    ],
)
def test_refusals_of_dumps(tmp_path, old, new, word):
    path = put(tmp_path / "a.dump", DUMP.replace(old, new))
    if word is None:
        assert read_points(path).names == ("1",)
        return
    found = problems(path)
    assert len(found) == 1
    assert word in found[0]


def test_a_cut_dump_and_other_text_are_told(tmp_path):
    assert "not a LAMMPS dump" in problems(put(tmp_path / "a.dump", DUMP[:-30]))[0]
    assert "not a LAMMPS dump" in problems(put(tmp_path / "b.dump", "ITEM: ATOMS x y\n1 2\n"))[0]
    assert "no frames" in problems(put(tmp_path / "c.dump", "hello\n"))[0]


def test_frames_that_differ_are_refused(tmp_path):
    _, second = DUMP.split("ITEM: TIMESTEP\n10")
    for old, new, word in (
        ("-5 5\n-5 5", "-6 6\n-6 6", "different boxes"),
        ("3 2 4.5", "3 1 4.5", "different composition"),
        ("ATOMS\n3\n", "ATOMS\n2\n", "2 to 3 particles"),
    ):
        text = DUMP.replace(second, second.replace(old, new))
        if "particles" in word:
            text = text.removesuffix("3 2 4.5 0 0\n")
        found = problems(put(tmp_path / "a.dump", text))
        assert len(found) == 1
        assert word in found[0]


def test_extended_xyz_that_cannot_be_measured(tmp_path):
    body = "X 1 2 3\nX 2 3 4\nX 4 5 6\n"

    def text(comment):
        return put(tmp_path / "a.xyz", f"3\n{comment}\n{body}")

    cube = 'Lattice="10 0 0 0 10 0 0 0 10"'
    assert read_points(text(cube)).side == 10
    assert "periodic" in problems(text(cube + ' pbc="T T F"'))[0]
    assert "triclinic" in problems(text('Lattice="10 0 0 2 10 0 0 0 10"'))[0]
    assert "no side in the file" in problems(text("no box here"))[0]
    assert read_points(text("no box here"), box=10.0).side == 10


def test_columns_of_xyz_are_named(tmp_path):
    text = (
        '2\nProperties=id:I:1:pos:R:2:species:S:1 Lattice="10 0 0 0 10 0 0 0 1" pbc="T T F" step=3\n'
        "7 1 2 big\n8 2 3 small\n\n"
    )
    points = read_points(put(tmp_path / "a.xyz", text))
    np.testing.assert_allclose(points.position, [[[1, 2], [2, 3]]])
    assert points.names == ("big", "small")


def test_points_in_the_plane_with_any_height(tmp_path):
    """z the same everywhere: 2D, whatever the box is there."""
    text = '2\nLattice="10 0 0 0 10 0 0 0 3" pbc="T T F"\nA 1 2 .5\nB 2 3 .5\n'
    points = read_points(put(tmp_path / "a.xyz", text))
    np.testing.assert_allclose(points.position, [[[1, 2], [2, 3]]])
    assert points.names == ("A", "B")


def test_points_outside_are_wrapped_only_where_periodic_is_certain(tmp_path):
    position = some()
    position[0, 0] += [SIDE, -2 * SIDE]
    np.save(tmp_path / "a.npy", position)
    found = problems(tmp_path / "a.npy", box=SIDE)
    assert len(found) == 1
    assert "not told that the box is periodic" in found[0]
    wrapped = read_points(tmp_path / "a.npy", box=SIDE, periodic=True).position
    np.testing.assert_allclose(wrapped, some(), atol=1e-12)
    # any corner may be the origin
    np.save(tmp_path / "b.npy", some() - SIDE / 2)
    np.testing.assert_allclose(read_points(tmp_path / "b.npy", box=SIDE).position, (some() + 5) % SIDE)


def test_what_is_wrong_is_told_at_once(tmp_path):
    position = some()
    position[1, 3] = np.nan
    np.savez(tmp_path / "a.npz", position=position, box=[SIDE, 11.0])
    found = problems(tmp_path / "a.npz", box=9.0, periodic=False)
    for word, told in zip(("10 x 11", "got 9", "frame 1", "structure-factor"), found, strict=True):
        assert word in told


@pytest.mark.parametrize(
    ("name", "text", "word"),
    [
        ("a.csv", "", "no numbers"),
        ("a.csv", "1,2,3,4\n", "without a header"),
        ("a.csv", "a,b\n1,2\n", "wanted x, y"),
        ("a.csv", "x,y\n1,2\n3\n", "line 3"),
        ("a.csv", "x,y\n1,2\n3,\n", "text where numbers"),
        ("a.csv", "x,y\n1,2\n", ">= 2"),
        ("a.csv", "x,y\n", "no frames"),
        ("a.csv", "frame,x,y\n1,1,2\n1,2,3\n2,5,6\n", "1 to 2 particles"),
        ("a.xyz", "hello", "not an .xyz file"),
        ("a.xyz", "2\n\nA 1 2 3\n", "not complete"),
        ("a.xyz", "2\nProperties=id:I:1\n1\n2\n", "pos"),
        ("a.npy", "hello", "could not be read"),
        ("a.npz", "hello", "could not be read"),
        ("a.nc", "hello", "could not be read"),
        ("a.h5", "hello", "ending"),
    ],
)
def test_refusals_of_files(tmp_path, name, text, word):
    assert word in problems(put(tmp_path / name, text), box=SIDE)[0]


def test_damaged_gsd_is_told(tmp_path):
    pytest.importorskip("gsd.hoomd", reason="needs the extra `export`")
    assert "could not be read" in problems(put(tmp_path / "a.gsd", "hello\n\n\n"))[0]


def test_other_refusals(tmp_path):
    assert "no such file" in problems(tmp_path / "a.npy")[0]
    np.save(tmp_path / "a.npy", np.zeros(7))
    assert "shape" in problems(tmp_path / "a.npy", box=SIDE)[0]
    np.save(tmp_path / "a.npy", np.zeros((3, 4)))
    assert "axes" in problems(tmp_path / "a.npy", box=SIDE)[0]
    np.save(tmp_path / "a.npy", some())
    assert "no side in the file" in problems(tmp_path / "a.npy")[0]
    assert "Bartlett" in problems(tmp_path / "a.npy")[0]
    assert "allowed: finite and > 0" in problems(tmp_path / "a.npy", box=-1.0)[0]


def test_missing_library_is_told(tmp_path, monkeypatch):
    found = builtins.__import__
    monkeypatch.setattr("importlib.import_module", lambda name: found("no_such_" + name))
    assert "pip install 'anticorr[export]'" in problems(put(tmp_path / "a.gsd", "hello"))[0]
