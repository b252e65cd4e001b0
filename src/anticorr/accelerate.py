"""The one place where numba is asked to compile.

Three decorators: `kernel` (serial), `parallel_kernel` (with `prange`) and `inline_kernel` (a formula
used inside loops). No fast-math: every sum keeps its order and no multiply-add is contracted, so
results do not depend on the vector width of the machine.

Compiled code is cached on disk in a folder named after a digest of the package's kernel sources:
numba looks only at the file of the outermost function, and would go on using old code of a function
that it calls from another file. Below it names are relative to the package, so that all clones of one
source share what one of them has compiled.
"""

import hashlib
import os
from pathlib import Path

import numba
from llvmlite import ir
from numba import get_num_threads, get_thread_id, prange, set_num_threads, types
from numba.core.caching import UserProvidedCacheLocator
from numba.extending import intrinsic

__all__ = [
    "compiled",
    "get_num_threads",
    "get_thread_id",
    "inline_kernel",
    "intrinsic",
    "ir",
    "kernel",
    "most_threads",
    "parallel_kernel",
    "prange",
    "set_num_threads",
    "types",
]


def _cache_folder() -> str:
    package = Path(__file__).parent
    digest = hashlib.sha256()
    for source in sorted(package.rglob("*.py")):
        text = source.read_bytes()
        if b"accelerate import" in text:
            digest.update(text)
    root = os.environ.get("NUMBA_CACHE_DIR") or os.path.join(
        os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "anticorr"
    )
    return os.path.join(root, "kernels-" + digest.hexdigest()[:16])


_CACHE_FOLDER = _cache_folder()


class SharedLocator(UserProvidedCacheLocator):
    """Where numba keeps a function: by the folder of its module, wherever the package lies."""

    @classmethod
    def get_suitable_cache_subpath(cls, py_file):
        return os.path.relpath(os.path.dirname(os.path.abspath(py_file)), Path(__file__).parent)


def _compile(function, **options):
    # numba reads both when the decorator runs; they are put back for other packages' sake.
    before = numba.config.CACHE_DIR, numba.config.CACHE_LOCATOR_CLASSES
    numba.config.CACHE_DIR = _CACHE_FOLDER
    numba.config.CACHE_LOCATOR_CLASSES = f"{__name__}.{SharedLocator.__name__}"
    try:
        return numba.njit(cache=True, error_model="numpy", **options)(function)
    finally:
        numba.config.CACHE_DIR, numba.config.CACHE_LOCATOR_CLASSES = before


def most_threads() -> int:
    """Threads that numba was started with; no run can have more."""
    return numba.config.NUMBA_NUM_THREADS


def kernel(function):
    """Compile a serial function; it releases the interpreter lock."""
    return _compile(function, nogil=True)


def parallel_kernel(function):
    """Compile a function whose `prange` loops run on numba's threads."""
    return _compile(function, nogil=True, parallel=True)


def inline_kernel(function):
    """Compile a short formula that is inlined where it is used."""
    return _compile(function, nogil=True, inline="always")


def compiled() -> bool:
    """False where NUMBA_DISABLE_JIT=1 asks for plain Python."""
    return not numba.config.DISABLE_JIT
