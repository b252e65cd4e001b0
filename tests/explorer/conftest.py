"""A results folder with planted records: c_t, a plane with a hole, H from spectra alone; a browser."""

import pytest

from anticorr import storage
from anticorr.cli import main
from tests.explorer.planted import fitted, fractional, gradient, spectrum, theory, trajectory


def write(folder, name, record):
    path = folder / f"{name}.nc"
    path.parent.mkdir(parents=True, exist_ok=True)
    storage.write_record(record, path)


@pytest.fixture(scope="session")
def results(tmp_path_factory):
    """c_t = 0 has no trajectory; of the plane's 2 x 2 states one was not run; only c_t was fitted."""
    folder = tmp_path_factory.mktemp("explorer") / "results"
    for c in (-1.0, -0.9, 0.0):
        write(folder, f"fits/temporal/c_{c:g}", fitted(gradient(c)))
        write(folder, f"theory/temporal/c_{c:g}", theory(gradient(c)))
        if c:
            write(
                folder,
                f"trajectories/temporal/c_{c:g}/seed-1",
                trajectory(gradient(c), energy=0.2 + c / 10),
            )
    for c_t, c_s in ((-1.0, -1.0), (-1.0, 0.0), (0.0, 0.0)):
        spec = gradient(c_t, batch_fraction=0.5, batch_correlation=c_s)
        write(folder, f"spectra/plane/{c_t:g}_{c_s:g}/seed-1", spectrum(spec))
        write(folder, f"trajectories/plane/{c_t:g}_{c_s:g}/seed-1", trajectory(spec))
    for H in (0.1, 0.3):
        write(folder, f"spectra/fractional/H_{H:g}/seed-1", spectrum(fractional(H)))
        write(folder, f"trajectories/fractional/H_{H:g}/seed-1", trajectory(fractional(H)))
    return folder


@pytest.fixture(scope="session")
def explored(results, tmp_path_factory):
    out = tmp_path_factory.mktemp("page") / "explore.html"
    assert main(["explore", str(results), "--out", str(out)]) == 0
    return out
