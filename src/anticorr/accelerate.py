"""The one place where numba is asked to compile.

Three decorators: `kernel` (serial), `parallel_kernel` (with `prange`) and `inline_kernel` (a formula
used inside loops). No fast-math: every sum keeps its order and no multiply-add is contracted, so
results do not depend on the vector width of the machine.

Compiled code is cached on disk in a folder named after a digest of the package's kernel sources:
numba looks only at the file of the outermost function, and would go on using old code of a function
that it calls from another file. Below it names are relative to the package, so that all clones of one
source share what one of them has compiled. Of processes that miss the same function one compiles it, and
the others wait for it.
"""

import fcntl
import hashlib
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numba.extending
import numpy as np
from llvmlite import ir
from numba import get_num_threads, get_thread_id, prange, set_num_threads, types
from numba.core.caching import FunctionCache, UserProvidedCacheLocator

__all__ = [
    "Index",
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

Index = int | np.integer[Any]
"""A whole number of a kernel: Python's, or one of NumPy's."""
Kernel = TypeVar("Kernel", bound=Callable[..., Any])
"""A function that is compiled; what it takes and returns stays as it is written."""


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
_MOST_SECONDS = 300.0
"""Longest wait for another process that compiles; it may have been suspended."""


class SharedLocator(UserProvidedCacheLocator):
    """Where numba keeps a function: by the folder of its module, wherever the package lies."""

    @classmethod
    def get_suitable_cache_subpath(cls, py_file: str) -> str:
        return os.path.relpath(os.path.dirname(os.path.abspath(py_file)), Path(__file__).parent)


class SharedCache(FunctionCache):
    """Compiled versions of a function on disk. Who does not find one locks it until it is saved; who finds
    it locked waits. A function waits only for those that it calls, so nobody waits in a circle. The system
    gives a lock back when its process ends."""

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__(function)
        self._locks: dict[Any, int | None] = {}

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        found = super().load_overload(sig, target_context)
        if found is None and sig not in self._locks:
            self._locks[sig] = self._lock(sig)
            found = super().load_overload(sig, target_context)
            if found is not None:
                self._unlock(sig)
        return found

    def save_overload(self, sig: Any, data: Any) -> None:
        super().save_overload(sig, data)
        self._unlock(sig)

    def _lock(self, sig: Any) -> int | None:
        """The open lock; None where it was not to be had, and the function is compiled all the same."""
        function = self._py_func
        told = f"{function.__module__}.{function.__qualname__}{sig}"
        version = hashlib.sha256(told.encode()).hexdigest()[:16]
        until = time.monotonic() + _MOST_SECONDS
        try:
            os.makedirs(_CACHE_FOLDER, exist_ok=True)
            lock = os.open(os.path.join(_CACHE_FOLDER, f"{version}.lock"), os.O_CREAT | os.O_RDWR)
        except OSError:
            return None
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return lock
            except BlockingIOError:
                if time.monotonic() > until:
                    os.close(lock)
                    return None
                time.sleep(0.05)
            except OSError:  # a file system without locks
                os.close(lock)
                return None

    def _unlock(self, sig: Any) -> None:
        lock = self._locks.pop(sig, None)
        if lock is not None:
            os.close(lock)


def _compile(function: Kernel, **options: Any) -> Kernel:
    # numba reads both when the decorator runs; they are put back for other packages' sake.
    before = numba.config.CACHE_DIR, numba.config.CACHE_LOCATOR_CLASSES
    numba.config.CACHE_DIR = _CACHE_FOLDER
    numba.config.CACHE_LOCATOR_CLASSES = f"{__name__}.{SharedLocator.__name__}"
    try:
        made = numba.njit(cache=True, error_model="numpy", **options)(function)
        if compiled():
            made._cache = SharedCache(function)
        return made
    finally:
        numba.config.CACHE_DIR, numba.config.CACHE_LOCATOR_CLASSES = before


def most_threads() -> int:
    """Threads that numba was started with; no run can have more."""
    return numba.config.NUMBA_NUM_THREADS


def kernel(function: Kernel) -> Kernel:
    """Compile a serial function; it releases the interpreter lock."""
    return _compile(function, nogil=True)


def parallel_kernel(function: Kernel) -> Kernel:
    """Compile a function whose `prange` loops run on numba's threads."""
    return _compile(function, nogil=True, parallel=True)


def inline_kernel(function: Kernel) -> Kernel:
    """Compile a short formula that is inlined where it is used."""
    return _compile(function, nogil=True, inline="always")


def intrinsic(function: Callable[..., Any]) -> Callable[..., int]:
    """A function whose LLVM instructions `function` writes; called in a kernel, it gives a whole number."""
    return numba.extending.intrinsic(function)


def compiled() -> bool:
    """False where NUMBA_DISABLE_JIT=1 asks for plain Python."""
    return not numba.config.DISABLE_JIT
