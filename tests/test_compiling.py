"""Compiled code is made once: one version of a function, by one of the processes that want it."""

import importlib
import os
import pkgutil
import signal
import subprocess
import sys
import time

import pytest
from numba.core.dispatcher import Dispatcher
from numba.types import Integer, Literal

import anticorr as ac
from anticorr import engine
from anticorr.accelerate import compiled
from tests.conftest import spec_data

pytestmark = pytest.mark.skipif(not compiled(), reason="nothing is compiled")

FILL = """
import numpy as np
from anticorr.engine._motion import fill_white
one, identity = np.uint64(1), np.arange(4, dtype=np.uint32)
fill_white((0, 1), one, one, one, identity, 0, 4, np.empty((2, 4)))
stats = fill_white.stats
print("found", sum(stats.cache_hits.values()), "made", sum(stats.cache_misses.values()))
"""


def filling(folder):
    """A process that wants a function which takes a second to compile."""
    environment = os.environ | {"NUMBA_CACHE_DIR": str(folder)}
    return subprocess.Popen(
        [sys.executable, "-c", FILL], env=environment, stdout=subprocess.PIPE, text=True
    )


def ended(process):
    said, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    return said.strip()


def test_of_processes_that_want_one_function_one_compiles_it(tmp_path):
    started = [filling(tmp_path) for _ in range(3)]
    assert sorted(map(ended, started)) == ["found 0 made 1", "found 1 made 0", "found 1 made 0"]


def test_a_killed_compilation_is_taken_over(tmp_path):
    with filling(tmp_path) as first:
        until = time.monotonic() + 60
        while not [*tmp_path.rglob("*.lock")]:
            assert time.monotonic() < until
            time.sleep(0.01)
        second = filling(tmp_path)
        first.send_signal(signal.SIGKILL)
        assert first.wait() == -signal.SIGKILL
    assert ended(second) == "found 0 made 1"


def kernels():
    """Name and compiled function, of all of the engine."""
    found = {}
    for module in pkgutil.iter_modules(engine.__path__, "anticorr.engine."):
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(value, Dispatcher):
                found[f"{value.py_func.__module__}.{value.py_func.__qualname__}"] = value
    return found


def plain(kind):
    """A type without what makes numba compile twice what is one function to us: values, and signs."""
    kind = kind.literal_type if isinstance(kind, Literal) else kind
    return "integer" if isinstance(kind, Integer) else str(kind)


def test_no_kernel_of_the_engine_is_compiled_twice():
    """A literal beside a number, or an index of prange beside a whole number, made second versions of the
    slowest ones."""
    ac.simulate(spec_data())
    seen = 0
    for name, kernel in kernels().items():
        versions = [key[0] for key in kernel._cache._cache_file._load_index()]
        seen += len(versions)
        assert len({tuple(map(plain, version)) for version in versions}) == len(versions), name
    assert seen > 20
