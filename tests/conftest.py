"""What all tests share: four threads, repeatable hypothesis, small specs and records."""

import copy
import os
import shutil

# Before numba is imported: it reads its number of threads once. Four, also where there are two cores,
# so that runs on 1, 2 and 4 threads can be compared.
os.environ.setdefault("NUMBA_NUM_THREADS", "4")
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
# Before numpy and jax are: linear algebra and networks on one thread, as in the commands. Workers beside
# one another would wait, at work, for threads that have no core.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")

import numpy as np
import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "anticorr",
    derandomize=True,
    deadline=None,
    max_examples=60,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
settings.load_profile("anticorr")


FIRST = (
    "workflow/test_slurm", "workflow/test_faults", "stages/test_train", "learning/", "workflow/", "",
)  # fmt: skip


def pytest_collection_modifyitems(items):
    """The longest files first: those of workflows, and of these the one that waits for a cluster. Beside
    the first two, networks: they need nothing of what these compile, for which others would wait."""
    items.sort(key=lambda item: next(n for n, part in enumerate(FIRST) if part in item.nodeid))


SMALL = {
    "system": {"dimension": 2, "particles": 64, "packing_fraction": 0.8},
    "dynamics": {
        "step_size": 0.5,
        "noise": {"kind": "ma1", "strength": 0.3, "correlation": -0.5},
    },
    "schedule": {"relax_steps": 20, "sample_steps": 80, "sample_every": 10},
    "seed": 1,
}
SIZES = {
    "frame": 3, "particle": 5, "axis": 2, "time": 8, "shell": 6, "bound": 2, "sample": 4, "mode": 7,
    "lag": 5, "delay": 4, "distance": 9, "radius": 8, "species": 2, "pair": 3, "scan": 4,
    "replica": 5, "member": 6, "entry": 3, "ritz": 4,
    "case": 4, "rate": 3, "well": 2, "barrier": 5, "setting": 3, "before": 4, "step": 6,
    "moment": 3, "look": 3, "bin": 5, "net": 2, "course": 4,
    "approximation": 4, "persistence": 2, "damping": 3, "approximant": 2, "swarm_moment": 4, "parabola": 3,
    "entrant": 3, "repeat": 4, "race_moment": 5,
}  # fmt: skip


def spec_data(**changes):
    """Plain data of a small valid spec; keys are dotted: spec_data(**{"system.particles": 100})."""
    data = copy.deepcopy(SMALL)
    for dotted, value in changes.items():
        *sections, key = dotted.split(".")
        place = data
        for section in sections:
            place = place.setdefault(section, {})
        place[key] = value
    return data


@pytest.fixture(scope="session")
def make_spec_data():
    return spec_data


@pytest.fixture(scope="session")
def make_record():
    """A record of a kind with every variable, filled with random numbers; `values` replace them."""
    from anticorr import records, specs, variables

    def make(kind, **values):
        random = np.random.default_rng(7)
        made = {}
        for name, entry in variables.KINDS[kind].items():
            shape = tuple(SIZES[dim] for dim in entry.dims)
            made[name] = (
                np.arange(shape[0]) if name in ("step", "time", "mode_step") else random.random(shape)
            )
        spec = specs.parse(spec_data())
        return records.build(
            kind,
            made | values,
            spec=spec.canonical_json(),
            seed=spec.seed,
            code_digest="0123",
            box_side=spec.system.box_side,
        )

    return make


@pytest.fixture(autouse=True)
def _one_thread():
    """Unless a test asks for more: the systems of tests are small."""
    from anticorr.accelerate import get_num_threads, set_num_threads

    before = get_num_threads()
    set_num_threads(1)
    yield
    set_num_threads(before)


@pytest.fixture(scope="module")
def browser():
    """Chromium of the system, without a network; asked for before a page is made: a skip is quick."""
    reason = "looks at pages with playwright: pip install playwright"
    playwright = pytest.importorskip("playwright.sync_api", reason=reason)
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    program = next(filter(None, map(shutil.which, names)), None)
    if program is None:
        pytest.skip(f"looks at pages with Chromium: none of {', '.join(names)} is installed")
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=program)
        yield opened
        opened.close()
