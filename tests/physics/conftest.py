"""One thread: these systems are small, and four threads on two cores are slower than one."""

import pytest

from anticorr.accelerate import get_num_threads, set_num_threads


@pytest.fixture(autouse=True)
def _one_thread():
    before = get_num_threads()
    set_num_threads(1)
    yield
    set_num_threads(before)
